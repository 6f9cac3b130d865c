package rank

import (
	"fmt"
	"slices"
	"testing"

	"github.com/sqlvet/sqlvet/internal/observed"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

const part, run = sqlscan.AnyPart, sqlscan.AnyRun

var queries = []Query{
	0:  {SQL: "SELECT id, name FROM users WHERE id = $1", File: "internal/user/user.go", Line: 10},
	1:  {SQL: "select id,name from users where id = $1 -- again", File: "internal/user/other.go", Line: 20},
	2:  {Pattern: "SELECT id, name FROM users WHERE " + run + " ORDER BY name", File: "internal/user/user.go", Line: 30},
	3:  {Pattern: "SELECT id, name FROM users WHERE " + run + " AND deleted = false " + run + " ORDER BY name", File: "internal/user/user.go", Line: 40},
	4:  {Pattern: "SELECT " + run + " FROM " + part + " WHERE " + run, File: "internal/db/any.go", Line: 5},
	5:  {Pattern: "DELETE FROM logs_" + part + " WHERE at < $1", File: "internal/log/log.go", Line: 5},
	6:  {Pattern: "UPDATE users SET " + part + " = $1 WHERE id = $2", File: "internal/user/user.go", Line: 50},
	7:  {SQL: "SELECT interval $1 + at FROM logs", File: "internal/log/log.go", Line: 9},
	8:  {SQL: "SELECT n FROM a WHERE b IN ($1)", Text: "-- name: GetN :one\nSELECT n FROM a WHERE b IN ($1)", File: "internal/q/q.go", Line: 9},
	9:  {SQL: "SELECT n FROM a WHERE b IN ($1)", Text: "-- name: ListN :many\nSELECT n FROM a WHERE b IN ($1)", File: "internal/q/q.go", Line: 19},
	10: {SQL: "SELECT 1 FROM x; DELETE FROM x WHERE id = 5", File: "internal/x/x.go", Line: 1},
	12: {SQL: "SELECT cut FROM shor", File: "internal/x/x.go", Line: 9},
	13: {SQL: "SELECT o.id, o.a, o.b, c.name FROM o JOIN c ON c.id = o.c WHERE o.x = $1 AND o.y = $2 ORDER BY o.id", Call: "o.go:7:1", File: "o.go", Line: 7},
	14: {SQL: "SELECT o.id, o.a, o.b, c.name FROM o JOIN c ON c.id = o.c WHERE o.z = $1 AND o.y = $2 ORDER BY o.id LIMIT $3", Call: "o.go:7:1", File: "o.go", Line: 7},
	15: {SQL: "SELECT count(*) FROM o", Call: "o.go:9:1", File: "o.go", Line: 9},
	16: {SQL: "SELECT count(*) FROM c", Call: "o.go:9:1", File: "o.go", Line: 9},
	17: {SQL: "SELECT p.id, p.a, p.b, p.c, p.d, p.e FROM p WHERE p.x = $1", Call: "p.go:1:1", File: "p.go", Line: 1},
	18: {SQL: "SELECT p.id, p.a, p.b, p.c, p.d, p.e FROM p WHERE p.y = $1", Call: "p.go:1:1", File: "p.go", Line: 1},
	19: {SQL: "SELECT p.id, p.a, p.b, p.c, p.d, p.e FROM p WHERE p.z = $1", Call: "p.go:9:1", File: "p.go", Line: 9},
	20: {SQL: "DELETE FROM reports WHERE a = $1", Call: "r.go:1:1", File: "r.go", Line: 1},
	21: {SQL: "DELETE FROM reports WHERE b = $1", Call: "r.go:1:1", File: "r.go", Line: 1},
	11: {Pattern: "INSERT INTO tags (a, b) VALUES " + run, File: "internal/x/x.go", Line: 3},
}

func TestJoin(t *testing.T) {
	place := observed.New("SELECT anything FROM nowhere")
	place.Place = "user/user.go:10"
	named := observed.New("SELECT n FROM a WHERE b IN (3, 4)")
	named.Name = "ListN"
	for _, c := range []struct {
		s    *observed.Statement
		want []int
		how  How
	}{
		{observed.New("SELECT id, name FROM users WHERE id = 5"), []int{0, 1}, ByFingerprint},
		{observed.New("SELECT id, name FROM users WHERE email = $1 ORDER BY name"), []int{2}, ByPattern},
		{observed.New("SELECT id, name FROM users WHERE email = $1 AND deleted = $2 ORDER BY name"), []int{3}, ByPattern},
		{observed.New("SELECT id, name FROM users WHERE email = $1 AND deleted = false AND a IN ($2) ORDER BY name"), []int{3}, ByPattern},
		{observed.New("SELECT id, name FROM users WHERE a = (SELECT 1 FROM b ORDER BY name)"), nil, ""},
		{observed.New("SELECT id, name, secret FROM users WHERE email = $1 ORDER BY name"), nil, ""},
		{observed.New("SELECT c FROM d WHERE e = $1"), nil, ""},
		{observed.New("DELETE FROM logs_2024 WHERE at < $1"), []int{5}, ByPattern},
		{observed.New("DELETE FROM other_2024 WHERE at < $1"), nil, ""},
		{observed.New("DELETE FROM logs_2024, b WHERE at < $1"), nil, ""},
		{observed.New(`UPDATE users SET "name" = $1 WHERE id = $2`), []int{6}, ByPattern},
		{observed.New("UPDATE users SET a = $1, b = $2 WHERE id = $3"), nil, ""},
		{observed.New("SELECT interval $1 + at FROM logs"), []int{7}, ByFingerprint},
		{observed.New("SELECT n FROM a WHERE b IN (3, 4)"), []int{8, 9}, ByFingerprint},
		{named, []int{9}, ByFingerprint},
		{place, []int{0}, ByComment},
		{observed.New("DELETE FROM x WHERE id = $1"), []int{10}, ByFingerprint},
		{observed.New("INSERT INTO tags (a, b) VALUES ($1, $2), ($3, $4)"), []int{11}, ByPattern},
		{&observed.Statement{Text: "select cut from shor"}, []int{12}, ByText},
		{observed.New("SELECT o.id, o.a, o.b, c.name FROM o JOIN c ON c.id = o.c WHERE o.w = 1 AND (o.z = 3 OR o.y = 2) ORDER BY o.id"), []int{13}, ByPattern},
		{observed.New("SELECT o.id, o.a, o.b, c.name FROM o JOIN c ON c.id = o.c WHERE o.w IN (1, 2) AND o.y = 2 AND o.v = 1 ORDER BY o.id LIMIT 5"), []int{13}, ByPattern},
		{observed.New("SELECT o.id, o.a, o.b, c.name FROM o JOIN d ON d.id = o.c WHERE o.w = 1 AND o.y = 2 ORDER BY o.id LIMIT 5"), nil, ""},
		{observed.New("SELECT count(*) FROM d"), nil, ""},
		{observed.New("DELETE FROM reports"), []int{20}, ByPattern},
		{observed.New("DELETE FROM reports WHERE c = 1"), nil, ""},
		{observed.New("SELECT p.id, p.a, p.b, p.c, p.d, p.e FROM p WHERE p.w = 5"), nil, ""},
		{observed.New("COMMIT"), nil, ""},
		{observed.New(""), nil, ""},
	} {
		got := Join(queries, []*observed.Statement{c.s})[0]
		if !slices.Equal(got.Queries, c.want) || got.How != c.how {
			t.Errorf("%s: %v by %q, want %v by %q", c.s.Text, got.Queries, got.How, c.want, c.how)
		}
	}
}

func TestRows(t *testing.T) {
	make := func(sql string, calls int64, ms float64) *observed.Statement {
		s := observed.New(sql)
		s.Calls, s.Total, s.Max, s.Times = calls, ms*float64(calls), ms, new(observed.Histogram)
		for range calls {
			s.Times.Add(ms)
		}
		return s
	}
	rows := Rows(Join(queries, []*observed.Statement{
		make("SELECT id, name FROM users WHERE a = 1 ORDER BY name", 90, 1),
		make("SELECT id, name FROM users WHERE b = 1 ORDER BY name", 10, 20),
		make("SELECT 7 FROM unknown", 1, 50), make("SELECT 7 FROM stranger", 1, 40),
	}))
	var got string
	for _, r := range rows {
		got += fmt.Sprintf("%v %d %.0f %.0f %d\n", r.Queries, r.Calls, r.Total, r.P95, len(r.Statements))
	}
	if want := "[2] 100 290 20 2\n[] 1 50 50 1\n[] 1 40 40 1\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
