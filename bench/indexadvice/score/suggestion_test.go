package score

import (
	"testing"

	"github.com/sqlvet/sqlvet/bench/indexadvice/catalog"
)

var cat = &catalog.Catalog{Tables: map[string]*catalog.Table{"t": {Name: "t"}, "app.t": {Name: "app.t"}}}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		sql, def string
		special  bool
	}{
		{"CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a, b)", "ON t (a, b)", false},
		{"CREATE INDEX ON t USING btree (a) INCLUDE (b)", "ON t USING btree (a) INCLUDE (b)", false},
		{"CREATE UNIQUE INDEX i ON t (a DESC)", "ON t USING btree (a DESC)", true},
		{"CREATE INDEX ON app.t (lower(a)) WHERE b = 'x'", "ON app.t USING btree (lower(a)) WHERE b = 'x'", true},
		{"CREATE INDEX ON t USING gin (a gin_trgm_ops)", "ON t USING gin (a gin_trgm_ops)", true},
	} {
		list, refused := Parse(cat, c.sql+";")
		if len(list) != 1 || len(refused) != 0 {
			t.Errorf("%s: got %v, refused %v", c.sql, list, refused)
			continue
		}
		if x := list[0]; x.Def != c.def || x.Special != c.special {
			t.Errorf("%s: got %q, special %v", c.sql, x.Def, x.Special)
		}
	}
	list, refused := Parse(cat, "CREATE INDEX ON t (a); CREATE INDEX ON nowhere (a); CREATE INDEX ON t (a b c d); SELECT 1")
	if len(list) != 1 || len(refused) != 2 {
		t.Errorf("got %v, refused %q", list, refused)
	}
}

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want Relation
	}{
		{"t (a, b)", "t (a, b)", Exact},
		{"t (a, b, c)", "t (a, b)", Covers},
		{"t (a)", "t (a) WHERE x = 1", Covers},
		{"t (a) WHERE x = 1", "t (a)", Apart},
		{"t (a)", "t (a, b)", Shorter},
		{"t (b, a)", "t (a, b)", Shorter},
		{"t (a, c)", "t (a, b)", Leads},
		{"t (c)", "t (a)", Apart},
		{"t USING gin (a)", "t (a)", Apart},
		{"app.t (a)", "t (a)", Apart},
	} {
		a, _ := Parse(cat, "CREATE INDEX ON "+c.a)
		b, _ := Parse(cat, "CREATE INDEX ON "+c.b)
		if got := Compare(a[0], b[0]); got != c.want {
			t.Errorf("%s and %s: got %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
