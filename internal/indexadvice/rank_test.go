package indexadvice

import (
	"slices"
	"testing"

	"github.com/sqlvet/sqlvet/internal/schema"
)

// What one statement asks for comes after what several do, however sure or
// large; both arms of OR stand where what they save together puts them.
func TestRanked(t *testing.T) {
	s := schema.Parse("schema.sql", `
		CREATE TABLE users (id bigint PRIMARY KEY, invited_by text NOT NULL, referrer text NOT NULL);
		CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL REFERENCES users, city text NOT NULL, total numeric NOT NULL);`)
	var statements []Statement
	for _, q := range ReadQueries(`
-- name: one
SELECT id FROM orders WHERE user_id = $1;
-- name: arms
SELECT id FROM users WHERE invited_by = $1 OR referrer = $2;
-- name: arms again
SELECT referrer FROM users WHERE invited_by = $1 OR referrer = $2;
-- name: arms once more
SELECT invited_by FROM users WHERE invited_by = $1 OR referrer = $2;
-- name: three
SELECT id FROM orders WHERE city = $1;
-- name: three again
SELECT total FROM orders WHERE city = $1;
-- name: three and again
SELECT user_id FROM orders WHERE city = $1;`) {
		statements = append(statements, q.Statement)
	}
	var got []string
	for _, x := range Advise(s, statements, Options{}).Indexes {
		got = append(got, x.Definition())
	}
	want := []string{"orders (city)", "users (invited_by)", "users (referrer)", "orders (user_id)"}
	if !slices.Equal(got, want) {
		t.Errorf("have %q\nwant %q", got, want)
	}
}
