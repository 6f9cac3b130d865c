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
	s := schema.Parse("schema.sql", ddl)
	var got []string
	for _, d := range Review(s, statements(t, "SELECT id FROM posts WHERE user_id = $1 AND state = 'draft'; SELECT id FROM users WHERE email = $1"), Options{}) {
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
	want := []string{
		"duplicate h for users_email_key", "unused i",
		"redundant a for b", "duplicate c for b", "after-key d for posts_pkey", "redundant e for g", "foreign-key [author_id]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
