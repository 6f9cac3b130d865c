package shape

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/bench/indexadvice/catalog"
)

func table(name string, columns ...string) *catalog.Table {
	t := &catalog.Table{Name: name, ByName: map[string]*catalog.Column{}}
	for _, c := range columns {
		t.ByName[c] = &catalog.Column{Name: c}
		t.Cols = append(t.Cols, t.ByName[c])
	}
	return t
}

var cat = &catalog.Catalog{Tables: map[string]*catalog.Table{
	"users":  table("users", "id", "email", "org", "active", "created"),
	"orders": table("orders", "id", "user_id", "state", "total", "created"),
}}

// describe prints the predicates of all levels as "table.column kind op param".
func describe(info *Info) string {
	var out []string
	for _, lv := range info.Levels {
		for _, r := range lv.Rels {
			for _, p := range r.Preds {
				col := p.Col
				if p.Kind == Row {
					col = "(" + strings.Join(p.RowCols, ",") + ")"
				}
				s := fmt.Sprintf("%s.%s %s", r.Alias, col, p.Op)
				if p.Param > 0 {
					s += fmt.Sprintf(" $%d", p.Param)
				}
				if p.Const {
					s += " " + p.Val
				}
				if p.Or > 0 {
					s += fmt.Sprintf(" or%d", p.Or)
				}
				out = append(out, strings.TrimSpace(s))
			}
		}
	}
	return strings.Join(out, "; ")
}

func TestPredicates(t *testing.T) {
	for _, c := range []struct{ sql, want string }{
		{"SELECT * FROM users WHERE email = $1 AND created >= '2020-01-01'", "users.email = $1; users.created >= '2020-01-01'"},
		{"SELECT * FROM users u WHERE $1 = u.email AND 5 < u.id", "u.email = $1; u.id > 5"},
		{"SELECT * FROM users WHERE active AND org IS NULL", "users.active; users.org"},
		{"SELECT * FROM users WHERE lower(email) = $1", "users. = $1"},
		{"SELECT * FROM users WHERE org = ANY($1) OR id = $2", "users.org = or1; users.id = $2 or1"},
		{"SELECT * FROM orders WHERE (created, id) < ($1, $2)", "orders.(created,id) <"},
		{"SELECT * FROM orders WHERE (created, id) = ($1, $2)", "orders.created = $1; orders.id = $2"},
		{"SELECT * FROM users u JOIN orders o ON o.user_id = u.id AND o.state = 'x'", "u.id =; o.user_id =; o.state = 'x'"},
		{"SELECT * FROM users JOIN orders USING (id)", "users.id =; orders.id ="},
		{"SELECT * FROM users u WHERE EXISTS (SELECT 1 FROM orders WHERE user_id = u.id AND total > $1)", "orders.user_id =; orders.total > $1"},
		{"WITH c AS (SELECT id FROM users WHERE org = $1) SELECT * FROM orders, c WHERE user_id = c.id", "users.org = $1; orders.user_id =; c.id ="},
		{"UPDATE orders SET state = 'y' WHERE user_id IN (SELECT id FROM users WHERE email LIKE 'a%')", "orders.user_id; users.email ~~ 'a%'"},
		{"DELETE FROM orders USING users u WHERE u.id = user_id AND total BETWEEN 1 AND 2", "orders.user_id =; orders.total between; u.id ="},
	} {
		info, err := Analyze(cat, c.sql)
		if err != nil {
			t.Errorf("%s: %v", c.sql, err)
			continue
		}
		if got := describe(info); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.sql, got, c.want)
		}
	}
}

func TestSortKeys(t *testing.T) {
	info, err := Analyze(cat, "SELECT DISTINCT ON (org) org, email AS mail, lower(email) FROM users ORDER BY 1, mail DESC, 3")
	if err != nil {
		t.Fatal(err)
	}
	lv := info.Levels[0]
	if len(lv.Sort) != 3 || lv.Sort[0].Col != "org" || lv.Sort[1].Col != "email" || !lv.Sort[1].Desc || lv.Sort[2].Col != "" || lv.Sort[2].Rel == nil {
		t.Errorf("sort keys %+v", lv.Sort)
	}
	if len(lv.Distinct) != 1 || lv.Distinct[0].Col != "org" {
		t.Errorf("distinct %+v", lv.Distinct)
	}
}

func TestConsts(t *testing.T) {
	info, err := Analyze(cat, "SELECT 1 FROM orders WHERE state IN ('a', 'b') AND total = 3 AND id = $1")
	if err != nil {
		t.Fatal(err)
	}
	m := info.Consts["orders"]
	if !slices.Equal(m["state"], []string{"'a'", "'b'"}) || !slices.Equal(m["total"], []string{"3"}) || len(m["id"]) != 0 {
		t.Errorf("got %v", m)
	}
}

func TestKind(t *testing.T) {
	for sql, want := range map[string]string{
		"SELECT 1": "select",
		"WITH d AS (DELETE FROM users WHERE id = 1 RETURNING id) SELECT * FROM d":          "select",
		"WITH s AS (SELECT 1 AS id) UPDATE users SET org = 1 FROM s WHERE s.id = users.id": "update",
		"INSERT INTO orders (id) SELECT id FROM users":                                     "insert",
		"LOCK TABLE users": "",
		"SELECT * FROM (SELECT id FROM users) x JOIN LATERAL (SELECT 1 WHERE x.id = 1) y ON true": "select",
	} {
		info, err := Analyze(cat, sql)
		if err != nil || info.Kind != want {
			t.Errorf("%s: got %+v, %v, want %s", sql, info, err, want)
		}
	}
}
