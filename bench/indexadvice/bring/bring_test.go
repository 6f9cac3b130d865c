package bring

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestRecipes(t *testing.T) {
	for i, r := range Recipes {
		if i > 0 && Recipes[i-1].Apart && !r.Apart {
			t.Errorf("%s: a workload for development stands behind one that is kept apart", r.Name)
		}
		if len(r.Commit) != 40 || !strings.Contains(r.Repo, "/") || r.Why == "" {
			t.Errorf("%s: repository, commit or reason missing", r.Name)
		}
		if _, err := data.ReadFile("data/" + r.Name + ".rows"); err != nil {
			t.Errorf("%s: %v", r.Name, err)
		}
		if len(r.Queries) == 0 && r.GoQueries == "" && len(r.GoTexts) == 0 {
			t.Errorf("%s: no queries", r.Name)
		}
	}
}

// TestWrite brings a workload of a made-up clone: migrations in their order
// without the ways back, edits, and blocks left out.
func TestWrite(t *testing.T) {
	clone, dir := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{
		"m/10_b.sql": "-- +goose Up\nCREATE TABLE b (id int);\n-- +goose Down\nDROP TABLE b;\n",
		"m/2_a.sql":  "CREATE TABLE a (id int);\n",
		"m/11_c.sql": "-- +migrate Down\nDROP TABLE c;\n-- +migrate Up\nCREATE TABLE c (id int);\n",
		"q/x.sql":    "-- name: One :one\nSELECT * FROM a ORDER BY %order%;\n-- name: Two\nSELECT * FROM b WHERE (%query%);\n",
		"q/y.sql":    "SELECT 1;\n",
		"go/m.go":    "package m\n\nvar list = []string{`ALTER TABLE a ADD n int`, \"UPDATE a SET n = 1\", `failed to drop it`}\n",
	} {
		path := filepath.Join(clone, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	r := Recipe{
		Name: "made-up", Schema: []string{"m/*.sql"}, SchemaGo: []string{"go/m.go"}, Queries: []string{"q/*.sql"},
		Edits: []Edit{{"%order%", "id"}}, Drops: []string{"(%query%)"},
	}
	if err := r.Write(clone, "", dir); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"schema.sql":  "CREATE TABLE a (id int);\n\n;\n-- +goose Up\nCREATE TABLE b (id int);\n\n;\n-- +migrate Up\nCREATE TABLE c (id int);\n\n;\nALTER TABLE a ADD n int;\n\n",
		"queries.sql": "-- name: One :one\nSELECT * FROM a ORDER BY id;\n\n-- name: y\nSELECT 1;\n\n",
	} {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || string(got) != want {
			t.Errorf("%s: %v\n got %q\nwant %q", name, err, got, want)
		}
	}
	r.Schema = []string{"nowhere/*.sql"}
	if err := r.Write(clone, "", dir); err == nil {
		t.Error("no error for a glob that matches nothing")
	}
}

func TestFromGo(t *testing.T) {
	q := func(file, knowledge, text string) found {
		f := found{Knowledge: knowledge, Text: text, Dialect: "postgres", Parsed: true}
		f.Pos.File, f.Pos.Line = file, 7
		return f
	}
	r := Recipe{
		SkipGo: []string{"tools/"},
		Edits:  []Edit{{"{limit}", "50"}},
		Expands: []Expand{{
			Name: "built", File: "b.go", Has: "FROM b", Edits: []Edit{{"{col}", "x"}}, Cut: "WHERE {", Tails: []string{"WHERE id = $1", "WHERE n = $1"},
		}},
	}
	got := r.fromGo([]goText{
		{"selectOne", "SELECT a FROM x WHERE b = :b AND c = :b AND d::text = :d"},
		{"selectOne", "SELECT b FROM x"},
		{"message", "select one of them"},
		{"format", "SELECT a FROM x WHERE b = $1 %s"},
		{"ddl", "CREATE TABLE x (a int)"},
	}, []found{
		q("a/a.go", "known", "SELECT 1"),
		q("a/c.go", "known", "SELECT  1"), // the same
		q("a/a_test.go", "known", "SELECT 2"),
		q("tools/t.go", "known", "SELECT 3"),
		q("gen.go", "known", "-- name: GetUser :one\nSELECT 4"),
		q("a/b.go", "holes", "SELECT {col} FROM b WHERE {conditions}"),
		q("a/d.go", "holes", "SELECT 5 LIMIT {limit}"),
		q("a/e.go", "unknown", ""),
	})
	want := []goText{
		{"selectOne", "SELECT a FROM x WHERE b = $1 AND c = $1 AND d::text = $2"}, {"selectOne", "SELECT b FROM x"},
		{"a_a-7", "SELECT 1"}, {"GetUser", "SELECT 4"}, {"a_d-7", "SELECT 5 LIMIT 50"},
		{"built-1", "SELECT x FROM b WHERE id = $1"}, {"built-2", "SELECT x FROM b WHERE n = $1"},
	}
	if len(got) != len(want) {
		t.Fatalf("got %q", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %q, want %q", got[i], want[i])
		}
	}
}

// TestGoTexts finds the strings that are whole, and none that the program goes
// on with.
func TestGoTexts(t *testing.T) {
	const src = "package p\n\nimport \"fmt\"\n\n" + `
const columns = "a, b"

const (
	selectAll = "SELECT " + columns +
		" FROM t"
	number = 1
)

var list = []string{"one", "two"}

func f(name string) {
	const q = "local"
	run("called")
	run("part " + name)
	text := "grows"
	text += " here"
	again := "grows, too"
	again = again + name
	done := "whole"
}
`
	dir := t.TempDir()
	file := filepath.Join(dir, "p.go")
	if err := os.WriteFile(file, []byte(src), 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := goTexts(dir, []string{file})
	if err != nil {
		t.Fatal(err)
	}
	want := []goText{
		{"columns", "a, b"}, {"selectAll", "SELECT a, b FROM t"}, {"p-14", "one"}, {"p-14", "two"},
		{"q", "local"}, {"p-18", "called"}, {"p-24", "whole"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
