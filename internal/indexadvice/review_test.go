package indexadvice

import (
	"fmt"
	"slices"
	"testing"

	"github.com/sqlvet/sqlvet/internal/schema"
)

func TestReview(t *testing.T) {
	const ddl = `
CREATE TABLE users (id bigint PRIMARY KEY, email text UNIQUE, name text);
CREATE TABLE posts (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id), author_id bigint REFERENCES users (id), at timestamptz, title text, state text);
CREATE INDEX a ON posts (user_id);
CREATE INDEX b ON posts (user_id, at);
CREATE INDEX c ON posts (user_id, at);
CREATE INDEX d ON posts (id, at);
CREATE INDEX e ON posts (title);
CREATE INDEX f ON posts (user_id) WHERE state = 'draft';
CREATE UNIQUE INDEX g ON posts (title, at);
CREATE INDEX h ON users (email);
CREATE INDEX i ON users (name DESC);
`
	got := doubts(t, ddl, "SELECT id FROM posts WHERE user_id = $1 AND state = 'draft'; SELECT id FROM users WHERE email = $1")
	want := []string{
		"duplicate h for users_email_key", "unused i",
		"redundant a for b", "duplicate c for b", "after-key d for posts_pkey", "redundant e for g", "foreign-key [author_id]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// doubts writes down what Review says of a schema.
func doubts(t *testing.T, ddl, sql string, unread ...string) []string {
	t.Helper()
	got := []string{}
	for _, d := range Review(schema.Parse("schema.sql", ddl), statements(t, sql), unread, Options{}) {
		text := string(d.Kind)
		if d.Index != nil {
			text += " " + d.Index.Name
		}
		if d.Key != nil {
			text += fmt.Sprint(" ", d.Key.Columns)
		}
		if d.Instead != nil && d.Instead.Name != "" {
			text += " for " + d.Instead.Name
		}
		got = append(got, text)
	}
	return got
}

// TestUnread asks what is said of indexes if texts were not read.
func TestUnread(t *testing.T) {
	const ddl = `
CREATE TABLE crates (id bigint PRIMARY KEY, depot text NOT NULL, label text NOT NULL);
CREATE INDEX a ON crates (label);
CREATE TABLE pallets (id bigint PRIMARY KEY, depot text NOT NULL, label text NOT NULL);
CREATE INDEX b ON pallets (label);
CREATE VIEW stacked AS SELECT id, label FROM pallets;
CREATE VIEW tall AS SELECT * FROM stacked;
`
	const read = "SELECT id FROM crates WHERE depot = $1; SELECT id FROM pallets WHERE depot = $1"
	for _, c := range []struct {
		unread []string
		want   []string
	}{
		{nil, []string{"unused a", "unused b"}},
		{[]string{"Crates c"}, []string{"unused b"}},
		{[]string{"label = ?", "SELECT * FROM pallets {where}"}, []string{"unused a"}},
		{[]string{"tall"}, []string{"unused a"}},
		{[]string{"crates_old"}, []string{"unused a", "unused b"}},
		{[]string{"{query}"}, []string{}},
		{[]string{""}, []string{}},
	} {
		if got := doubts(t, ddl, read, c.unread...); !slices.Equal(got, c.want) {
			t.Errorf("%q: got %q, want %q", c.unread, got, c.want)
		}
	}
}

// TestTogether asks that what is said of one index holds when the others that
// are doubted are gone.
func TestTogether(t *testing.T) {
	for _, c := range []struct {
		ddl  string
		want []string
	}{
		// The front of another goes, so the other stays.
		{"CREATE INDEX a ON loads (van); CREATE INDEX b ON loads (van, day)", []string{"redundant a for b"}},
		// Each alone would keep the foreign key.
		{"CREATE INDEX a ON loads (van, day); CREATE INDEX b ON loads (van, id)", []string{"unused a"}},
	} {
		c.ddl = "CREATE TABLE vans (id bigint PRIMARY KEY); CREATE TABLE loads (id bigint PRIMARY KEY, van bigint REFERENCES vans, day date);" + c.ddl
		if got := doubts(t, c.ddl, "SELECT day FROM loads WHERE id = $1"); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.ddl, got, c.want)
		}
	}
}
