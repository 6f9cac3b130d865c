package baseline

import (
	"testing"

	"github.com/sqlvet/sqlvet/bench/indexadvice/catalog"
	"github.com/sqlvet/sqlvet/bench/indexadvice/planner"
	"github.com/sqlvet/sqlvet/bench/indexadvice/shape"
)

// orders has 10,000 rows: 1,000 users, 4 states.
func orders() *catalog.Catalog {
	t := &catalog.Table{Name: "orders", Rows: 10000, ByName: map[string]*catalog.Column{}}
	for _, c := range []*catalog.Column{{Name: "user_id", NDistinct: 1000}, {Name: "state", NDistinct: 4}, {Name: "note"}, {Name: "created", NDistinct: 10000}} {
		t.Cols, t.ByName[c.Name] = append(t.Cols, c), c
	}
	return &catalog.Catalog{Tables: map[string]*catalog.Table{"orders": t}}
}

func TestPgHero(t *testing.T) {
	for _, c := range []struct{ sql, want string }{
		{"SELECT 1 FROM orders WHERE state = 'a' AND user_id = $1", "ON orders (user_id)"}, // 10 rows are few enough
		{"SELECT 1 FROM orders WHERE state = 'a' AND created > $1", "ON orders (created)"},
		{"SELECT 1 FROM orders WHERE state = 'a'", "ON orders (state)"},
		{"SELECT 1 FROM orders WHERE note LIKE '%x'", "ON orders USING gist (note gist_trgm_ops)"},
		{"SELECT 1 FROM orders WHERE user_id = $1 OR state = $2", ""},
		{"SELECT 1 FROM orders a, orders b WHERE a.user_id = $1", ""},
	} {
		cat := orders()
		info, err := shape.Analyze(cat, c.sql)
		if err != nil {
			t.Fatal(err)
		}
		list, err := PgHero(nil, []*planner.Query{{Info: info}})
		got := ""
		if len(list) > 0 {
			got = list[0].Def
		}
		if err != nil || got != c.want {
			t.Errorf("%s: got %q, %v, want %q", c.sql, got, err, c.want)
		}
	}
}

func TestSingle(t *testing.T) {
	cat := orders()
	cat.Tables["orders"].Indexes = []*catalog.Index{{AM: "btree", Keys: []string{"state", "created"}}}
	info, err := shape.Analyze(cat, "SELECT 1 FROM orders WHERE state = 'a' AND user_id = $1 AND user_id > $2 AND lower(note) = $3")
	if err != nil {
		t.Fatal(err)
	}
	list, err := Single(nil, []*planner.Query{{Info: info}})
	if err != nil || len(list) != 1 || list[0].Def != "ON orders (user_id)" {
		t.Errorf("got %v, %v", list, err)
	}
}
