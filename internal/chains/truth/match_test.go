package truth

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"testing"
)

func TestMatch(t *testing.T) {
	const real = `SELECT "u"."id" FROM "users" AS "u" WHERE (u.age > $1) AND ("u"."id" IN ($2, $3)) LIMIT 10`
	for text, want := range map[string]bool{
		`SELECT "u"."id" FROM "users" AS "u" WHERE (u.age > ?) AND ("u"."id" IN (?)) LIMIT 1`: true,
		`SELECT {cols} FROM {t} WHERE {cond} LIMIT 1`:                                         true,
		`SELECT u.id FROM users u WHERE u.age > 3 AND u.id IN (1) LIMIT {n}`:                  true,
		`SELECT {cols} FROM {T{}} WHERE {cond}`:                                               true,
		`SELECT {cols} FROM {t} WHERE {cond} OFFSET 1`:                                        false,
		`SELECT u.name FROM users u WHERE {cond}`:                                             false,
		`DELETE FROM {t}`: false,
	} {
		if got := compile(text).matches(real); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
	if !compile("INSERT INTO t (a) VALUES {…}, ($1)").matches("INSERT INTO t (a) VALUES ($1),($2)") {
		t.Error("a hole and a row are not two rows")
	}
	for _, pair := range [][2]string{
		{"SELECT a FROM t WHERE b = $1 LIMIT 1", "SELECT a FROM t WHERE b = 'x' LIMIT $2"},
		{"SELECT a FROM t WHERE b IN ($1, $2)", "SELECT a FROM t WHERE b IN ($1)"},
		{`SELECT "a" FROM "t" WHERE ("b" = $1) AND c`, "SELECT a FROM t WHERE b = 3 AND (c)"},
		{`INSERT INTO t (a, b) VALUES (DEFAULT, $1)`, "INSERT INTO t (a, b) VALUES ($1, $2)"},
		{`INSERT INTO t (a) VALUES ($1), ($2)`, "INSERT INTO t (a) VALUES ($1)"},
	} {
		if fingerprint(pair[0]) != fingerprint(pair[1]) {
			t.Errorf("%s and %s differ", pair[0], pair[1])
		}
	}
	if fingerprint("SELECT a FROM t WHERE b = 1") == fingerprint("SELECT a FROM t WHERE b > 1") {
		t.Error("= is >")
	}
}

// TestJudge has chains of each verdict.
func TestJudge(t *testing.T) {
	text := func(known bool, sql string) said {
		return said{Text: sql, Fingerprint: fingerprint(sql), Known: known, Parsed: true}
	}
	file, err := parser.ParseFile(token.NewFileSet(), "", `package p
func Right() { helper() }
func Holes() {}
func Unknown() { helper() }
func Wrong() { helper() }
func helper() {}`, 0)
	if err != nil {
		t.Fatal(err)
	}
	src := &source{funcs: make(map[string]*ast.FuncDecl)}
	for _, d := range file.Decls {
		src.funcs[d.(*ast.FuncDecl).Name.Name] = d.(*ast.FuncDecl)
	}
	sent := map[string][]string{
		"Right":   {"SELECT a FROM t WHERE b = 1"},
		"Holes":   {"SELECT a FROM t WHERE b = 1"},
		"Unknown": {"SELECT a FROM t WHERE b = 1", "SELECT c FROM t"},
		"Wrong":   {"SELECT a FROM t WHERE b = 1"},
	}
	got := judge(t, src, sent, map[string][]said{
		"helper": {text(true, "SELECT a FROM t WHERE b = $1")},
		"Holes":  {text(false, "SELECT a FROM t WHERE {cond}")},
		"Wrong":  {text(true, "SELECT a FROM t")},
	})
	for v, want := range map[verdict]string{right: "Right", holes: "Holes", unknown: "Unknown", wrong: "Wrong"} {
		if !slices.Equal(got[v], []string{want}) {
			t.Errorf("%s: %v", v, got[v])
		}
	}
}
