package workload

import "testing"

func TestParse(t *testing.T) {
	got := Parse(`-- name: GetUser :one
-- a comment; with a semicolon
SELECT sqlc.embed(users) FROM users WHERE id = @id AND org = sqlc.narg('org') AND ref = $2;

-- name: drop-users
-- weight: 2.5
DELETE FROM users WHERE id = $1; DELETE FROM orgs WHERE note <@ '{a@b}' AND id = @id;
`)
	want := []struct {
		name, sql string
		weight    float64
	}{
		{"GetUser", "-- a comment; with a semicolon\nSELECT users.* FROM users WHERE id = $4 AND org = $3 AND ref = $2", 1},
		{"drop-users", "-- weight: 2.5\nDELETE FROM users WHERE id = $1", 2.5},
		{"drop-users#2", "DELETE FROM orgs WHERE note <@ '{a@b}' AND id = $2", 2.5},
	}
	if len(got) != len(want) {
		t.Fatalf("got %d statements: %+v", len(got), got)
	}
	for i, w := range want {
		if g := got[i]; g.Name != w.name || g.SQL != w.sql || g.Weight != w.weight || g.Err != nil {
			t.Errorf("statement %d: got %+v, want %+v", i, g, w)
		}
	}
}

func TestParseWithoutNames(t *testing.T) {
	got := Parse("SELECT 1;\n-- nothing\n;SELECT 2")
	if len(got) != 2 || got[0].Name != "q1" || got[1].Name != "q2" {
		t.Errorf("got %+v", got)
	}
}
