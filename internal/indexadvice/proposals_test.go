package indexadvice

import (
	"slices"
	"testing"

	"github.com/sqlvet/sqlvet/internal/schema"
)

// TestProposals names indexes that a planner should be asked about though no
// rule of this package wants them, and some that it need not be.
func TestProposals(t *testing.T) {
	s := schema.Parse("schema.sql", `
CREATE TABLE barges (id bigint PRIMARY KEY, lock_id bigint NOT NULL, state text NOT NULL, draught int NOT NULL, seen timestamptz NOT NULL, note text);`)
	for _, c := range []struct {
		query     string
		want, not []string
	}{
		{"SELECT id FROM barges WHERE CASE WHEN $1 THEN lock_id = $2 ELSE draught = $3 END", []string{"barges (lock_id, draught)", "barges (draught, lock_id)"}, []string{"barges (note)"}},
		{"SELECT note FROM barges WHERE lock_id = $1 AND note <> ''", []string{"barges (lock_id)"}, []string{"barges (lock_id, note)"}}, // a text is carried for nothing
		{"SELECT state, count(*) FROM barges GROUP BY state", []string{"barges (state)"}, []string{"barges (lock_id)"}},
		{"SELECT DISTINCT ON (lock_id) lock_id FROM barges ORDER BY lock_id, seen", []string{"barges (lock_id, seen)"}, nil},
		{"SELECT a.id FROM barges a JOIN barges b ON a.lock_id = b.lock_id WHERE b.draught > $1", []string{"barges (draught, lock_id)", "barges (lock_id, draught)"}, nil},
		{"SELECT id FROM barges WHERE state = 'waiting' ORDER BY draught, seen LIMIT 10", []string{"barges (seen, draught) WHERE state = 'waiting'", "barges (draught, seen) WHERE state = 'waiting'"}, nil},
		{"SELECT id FROM barges WHERE lock_id = $1 AND coalesce(length(note), 0) > 3", []string{"barges (lock_id)"}, []string{"barges (lock_id, coalesce(length(note), 0))"}}, // nobody knows how many are left
		{"SELECT id FROM barges WHERE lock_id = $1 AND (seen AT TIME ZONE 'UTC') > $2", []string{"barges (lock_id, timezone('UTC', seen))"}, nil},
		{"SELECT id FROM barges WHERE draught * 2 > $1 ORDER BY draught * 2 LIMIT 9", []string{"barges ((draught * 2))"}, nil},
		{"SELECT id FROM barges WHERE id = $1 AND note || state = $2", nil, []string{"barges (id)"}}, // there is one
	} {
		var got []string
		for _, p := range Proposals(s, []Statement{{Model: parseOne(c.query)}}, Options{}, 3) {
			got = append(got, p.Definition())
		}
		for _, d := range c.want {
			if !slices.Contains(got, d) {
				t.Errorf("%s\n%s is not among %q", c.query, d, got)
			}
		}
		for _, d := range c.not {
			if slices.Contains(got, d) {
				t.Errorf("%s\nproposes %s", c.query, d)
			}
		}
	}
}

// TestReadQueriesEmbed reads sqlc's way to ask for all columns of a table.
func TestReadQueriesEmbed(t *testing.T) {
	list := ReadQueries("-- name: All :many\nSELECT sqlc.embed(barges), l.name FROM barges JOIN locks l USING (lock_id) WHERE l.id = @id;")
	if len(list) != 1 || list[0].Text != "SELECT barges.*, l.name FROM barges JOIN locks l USING (lock_id) WHERE l.id = $1" {
		t.Errorf("%+v", list)
	}
}
