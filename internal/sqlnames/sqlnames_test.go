package sqlnames

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/schema"
)

const ddl = `
CREATE SCHEMA app;
CREATE TYPE pair AS (x int, y int);
CREATE TABLE customers (id bigint PRIMARY KEY, email text, p pair);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, status text, "camelCase" int);
CREATE TABLE app.events (id bigint, kind text);
CREATE VIEW recent AS SELECT id, status AS state FROM orders;
CREATE VIEW unclear AS SELECT * FROM some_function();
CREATE TABLE part (LIKE orders) PARTITION BY LIST (status);`

func TestFind(t *testing.T) {
	s := schema.Parse("x.sql", ddl)
	if !s.Complete {
		t.Fatal(s.Problems)
	}
	tests := []struct {
		sql  string
		want string // "name@offset" of each, a table's in brackets
	}{
		{"SELECT id, status FROM orders", ""},
		{"SELECT id, statu FROM orders", "statu@11"},
		{"SELECT o.id, o.statu FROM orders o", "o.statu@13"},
		{"SELECT id FROM order", ""}, // does not parse
		{"SELECT id FROM ordres", "[ordres]@15"},
		{"SELECT x FROM app.events JOIN orders ON true", "x@7"},
		{"SELECT kind FROM events", ""},
		{"SELECT kind FROM public.events", "[events]@17"},
		{`SELECT "camelCase" FROM orders`, ""},
		{"SELECT camelCase FROM orders", "camelcase@7"},
		// What may come from elsewhere.
		{"SELECT x FROM orders, generate_series(1, 2)", ""},
		{"SELECT x FROM orders, (SELECT 1 AS x) s", ""},
		{"WITH c AS (SELECT 1 AS x) SELECT x FROM c, orders", ""},
		{"WITH RECURSIVE c AS (SELECT 1 AS x UNION SELECT x + 1 FROM c) SELECT x FROM c", ""},
		{"WITH orders AS (SELECT 1 AS x) SELECT x FROM orders", ""},
		{"SELECT s.y FROM (SELECT 1 AS x) s", "s.y@7"},
		{"SELECT s.x FROM (SELECT 1 AS x, now()) s", ""},
		{"SELECT s.y FROM (SELECT 1 AS x, now()) s", ""},
		{"SELECT s.y FROM (SELECT o.* FROM orders o) s", ""},
		{"SELECT s.y, s.x FROM (SELECT 1 AS x) s (y)", "s.x@12"},
		{"WITH RECURSIVE t AS (SELECT id FROM orders UNION SELECT o.id FROM orders o JOIN t ON t.status = o.status) SELECT 1 FROM t", "t.status@85"},
		{"WITH RECURSIVE t AS (SELECT id FROM orders UNION SELECT o.id FROM orders o JOIN t ON t.id = o.id) SEARCH BREADTH FIRST BY id SET depth SELECT t.depth FROM t", ""},
		{"WITH t (a) AS (SELECT id FROM orders) SELECT t.id, u.a FROM t, t AS u", "t.id@45"},
		{"WITH t AS (SELECT id FROM orders) SELECT u.b FROM t AS u (b)", ""},
		{"SELECT x FROM unclear", ""},
		{"SELECT nosuch FROM recent", "nosuch@7"},
		{"SELECT state FROM recent", ""},
		{"SELECT status FROM recent", "status@7"},
		{"SELECT relname FROM pg_class", ""},
		{"SELECT nosuch FROM information_schema.tables", ""},
		{"SELECT xmin, ctid FROM orders", ""},
		{"SELECT orders FROM orders", ""},
		{"SELECT row_to_json(o) FROM orders o", ""},
		{"SELECT (c.p).x FROM customers c", ""},
		{"SELECT x FROM orders AS o (w, x, y, z)", ""},
		{"SELECT j.id FROM (orders JOIN customers USING (id)) AS j", ""},
		// Levels.
		{"SELECT id FROM orders o WHERE EXISTS (SELECT 1 FROM customers WHERE id = customer_id)", ""},
		{"SELECT id FROM orders o WHERE EXISTS (SELECT 1 FROM customers WHERE id = custmer_id)", "custmer_id@73"},
		{"SELECT id FROM orders o WHERE id IN (SELECT o.nosuch FROM customers)", "o.nosuch@44"},
		{"SELECT id FROM orders o, LATERAL (SELECT email FROM customers c WHERE c.id = o.customer) x", "o.customer@77"},
		{"SELECT id FROM orders UNION SELECT nosuch FROM customers ORDER BY id", "nosuch@35"},
		{"VALUES (1, 2)", ""},
		// Outputs.
		{"SELECT id AS x FROM orders ORDER BY x", ""},
		{"SELECT count(*) AS n, status FROM orders GROUP BY 2 HAVING count(*) > 1 ORDER BY n", ""},
		{"SELECT lower(status) FROM orders GROUP BY lower ORDER BY lower", ""},
		{"SELECT id FROM orders ORDER BY nosuch", "nosuch@31"},
		{"SELECT sum(id) OVER w FROM orders WINDOW w AS (PARTITION BY nosuch)", "nosuch@60"},
		// Writes.
		{"INSERT INTO orders (id, statsu) VALUES (1, 'x') RETURNING id", "statsu@24"},
		{"INSERT INTO orders (id) SELECT id FROM customers WHERE emial = 'x'", "emial@55"},
		{"INSERT INTO orders AS o (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET status = excluded.status, nosuch = o.id", "nosuch@97"},
		{"INSERT INTO orders (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET status = excluded.nosuch WHERE orders.status = 'x'", "excluded.nosuch@75"},
		{"UPDATE orders SET statsu = 'x' WHERE id = $1", "statsu@18"},
		{"UPDATE orders o SET status = c.email FROM customers c WHERE c.id = o.customer_id AND c.mail = $1", "c.mail@85"},
		{"DELETE FROM orders USING customers c WHERE c.id = customer_id AND nosuch = 1 RETURNING orders.id", "nosuch@66"},
		{"WITH del AS (DELETE FROM orders WHERE nosuch = 1 RETURNING id) SELECT id FROM del", "nosuch@38"},
		{"MERGE INTO orders USING customers c ON c.nosuch = 1 WHEN MATCHED THEN DELETE", ""},
		{"CREATE TABLE x AS SELECT nosuch FROM orders", ""},
		{"SELECT id FROM orders; SELECT nosuch FROM orders", "nosuch@30"},
	}
	for _, test := range tests {
		unknown, _ := Find(s, test.sql)
		var got []string
		for _, u := range unknown {
			name := u.Name
			if !u.Column {
				name = "[" + name + "]"
			} else if rest := test.sql[u.Offset:]; strings.Contains(strings.Split(rest, " ")[0], "."+name) {
				name = strings.Split(rest, ".")[0] + "." + name
			}
			got = append(got, fmt.Sprintf("%s@%d", name, u.Offset))
		}
		if g := strings.Join(got, " "); g != test.want {
			t.Errorf("%s\ngot  %s\nwant %s", test.sql, g, test.want)
		}
	}
}

// TestUncertain leaves statements alone whose tables may look different.
func TestUncertain(t *testing.T) {
	s := schema.Parse("x.sql", "CREATE TABLE a (id int); CREATE TABLE b (id int); ALTER TABLE a ADD nosuch nosuch nosuch;")
	for sql, want := range map[string]int{
		"SELECT x FROM a": 0, "SELECT x FROM b": 1, "SELECT b.x FROM a, b": 0,
	} {
		if unknown, _ := Find(s, sql); len(unknown) != want {
			t.Errorf("%s: %v", sql, unknown)
		}
	}
	if unknown, _ := Find(nil, "SELECT x FROM a"); unknown != nil {
		t.Errorf("without a schema: %v", unknown)
	}
}
