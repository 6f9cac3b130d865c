package indexadvice

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/schema"
)

// TestUse checks what is said of the places that an index serves.
func TestUse(t *testing.T) {
	s := schema.Parse("schema.sql", `
CREATE TABLE hosts (id bigint PRIMARY KEY);
CREATE TABLE pings (id bigint PRIMARY KEY, host_id bigint NOT NULL REFERENCES hosts (id) ON DELETE SET NULL,
	peer_id bigint NOT NULL, at timestamptz NOT NULL, seen timestamptz, code uuid NOT NULL, size int NOT NULL);`)
	tests := []struct {
		query string
		want  []string // of each suggestion: keys, conditions, order, what asks for it
	}{
		{"SELECT id FROM pings WHERE peer_id = $1 ORDER BY seen DESC NULLS LAST, id LIMIT 9",
			[]string{"peer_id, seen DESC NULLS LAST, id: [peer_id = $1] seen desc last, id by order"}},
		{"SELECT id FROM pings WHERE peer_id = $1 ORDER BY size DESC, at LIMIT 9",
			[]string{"peer_id, size, at DESC: [peer_id = $1] size desc, at by order backward"}},
		{"SELECT max(at) FROM pings WHERE peer_id = $1",
			[]string{"peer_id, at: [peer_id = $1] max(at) desc by minmax backward"}},
		{"SELECT DISTINCT ON (at) at, id FROM pings WHERE peer_id = $1",
			[]string{"peer_id, at: [peer_id = $1] at by distinct"}},
		{"SELECT id FROM pings WHERE peer_id = $1 OR code = $2",
			[]string{"peer_id: [peer_id = $1] with code", "code: [code = $2] with peer_id"}},
		{"DELETE FROM hosts WHERE id = $1",
			[]string{"host_id: [] key host_id set null"}},
	}
	for _, test := range tests {
		statements := ReadQueries(test.query)
		var got []string
		for _, x := range Advise(s, []Statement{statements[0].Statement}, Options{}).Indexes {
			u := x.Serves[0]
			var conditions, order []string
			for _, r := range u.Conditions {
				conditions = append(conditions, test.query[r.Start:r.End])
			}
			for _, k := range u.Order {
				key := test.query[k.Start:k.End]
				if k.Desc {
					key += " desc"
				}
				order = append(order, strings.TrimSpace(key+" "+k.Nulls))
			}
			line := fmt.Sprintf("%s: %v", strings.Join(x.Keys, ", "), conditions)
			if len(order) > 0 {
				line += " " + strings.Join(order, ", ") + " by " + map[OrderedBy]string{ByOrder: "order", ByDistinct: "distinct", ByMinMax: "minmax"}[u.OrderedBy]
			}
			if u.Backward {
				line += " backward"
			}
			for _, y := range u.With {
				line += " with " + strings.Join(y.Keys, ", ")
			}
			if u.Key != nil {
				line += " key " + strings.Join(u.Key.Columns, ", ") + " " + u.Key.OnDelete
			}
			got = append(got, line)
		}
		if strings.Join(got, "\n") != strings.Join(test.want, "\n") {
			t.Errorf("%s:\n%s\nwant\n%s", test.query, strings.Join(got, "\n"), strings.Join(test.want, "\n"))
		}
	}
}

// TestCast checks that only what is more than a column stands in brackets.
func TestCast(t *testing.T) {
	const ddl = "CREATE TABLE pings (id bigint PRIMARY KEY, data jsonb);"
	for _, def := range []string{"pings ((id::text))", "pings (((data ->> 'size')::bigint))"} {
		if got := canonical(t, ddl, def); got != def {
			t.Errorf("%s: %s", def, got)
		}
	}
}
