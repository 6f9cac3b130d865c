package indexadvice

import (
	"os"
	"testing"

	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// FuzzAdvise looks for statements that the advice cannot take, and for advice
// that PostgreSQL's parser refuses.
func FuzzAdvise(f *testing.F) {
	ddl, err := os.ReadFile("testdata/schema.sql")
	if err != nil {
		f.Fatal(err)
	}
	s := schema.Parse("schema.sql", string(ddl))
	for _, e := range readExamples(f) {
		f.Add(e.query)
	}
	for _, sql := range []string{
		"WITH RECURSIVE t AS (SELECT id FROM categories UNION ALL SELECT c.id FROM categories c JOIN t ON t.id = c.parent_id) SELECT * FROM t JOIN users u ON u.id = t.id",
		"SELECT * FROM orders o LEFT JOIN users u USING (id) FULL JOIN products p ON p.id = o.id WHERE (o.total, o.id) > ($1, $2) ORDER BY 2 DESC LIMIT 10",
		"SELECT (SELECT max(created_at) FROM orders WHERE user_id = users.id) FROM users WHERE name ~* 'abc' OR bio IS NULL AND NOT is_admin",
		"MERGE INTO orders o USING users u ON o.user_id = u.id WHEN MATCHED AND u.name = 'x' THEN DELETE",
		"INSERT INTO jobs SELECT * FROM jobs WHERE state IS TRUE ON CONFLICT (id) DO UPDATE SET state = excluded.state WHERE jobs.queue = $1",
	} {
		f.Add(sql)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		res := sqlmodel.Parse(sqlscan.Source{Text: sql}, sqlscan.Statement, 0)
		var list []Statement
		for _, st := range res.Statements {
			list = append(list, Statement{Model: st})
		}
		for _, x := range Advise(s, list, Options{}).Indexes {
			if again := sqlmodel.Parse(sqlscan.Source{Text: x.SQL()}, sqlscan.Statement, 0); again.Err != nil {
				t.Errorf("%s: %v", x.SQL(), again.Err)
			}
		}
		Review(s, list, nil, Options{})
	})
}
