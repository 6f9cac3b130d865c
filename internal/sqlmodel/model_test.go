package sqlmodel

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// A golden is one case of a file in testdata:
//
//	=== name [frag=F] [style=S,S]
//	SQL, with ⟦v:name⟧ for a hole (v value, i identifier, f fragment, u unknown)
//	---
//	dump of the model
type golden struct {
	head, sql, want string
	src             sqlscan.Source
	frag            sqlscan.Fragment
	style           sqlscan.Style
}

var holeKinds = map[string]sqlscan.HoleKind{
	"u": sqlscan.HoleUnknown, "v": sqlscan.HoleValue, "i": sqlscan.HoleIdent, "f": sqlscan.HoleFragment,
}

var styles = map[string]sqlscan.Style{
	"question": sqlscan.StyleQuestion, "named": sqlscan.StyleNamed, "at": sqlscan.StyleAt, "bun": sqlscan.StyleBun,
	"dbx": sqlscan.StyleDbx, "sqlc": sqlscan.StyleSqlc, "unknown": sqlscan.StyleUnknown,
}

var holeMark = regexp.MustCompile(`⟦([uvif]):([^⟧]*)⟧`)

// source reads SQL with hole marks.
func source(sql string) sqlscan.Source {
	var src sqlscan.Source
	pos := 0
	for _, m := range holeMark.FindAllStringSubmatchIndex(sql, -1) {
		src.Text += sql[pos:m[0]]
		src.Holes = append(src.Holes, sqlscan.Hole{At: len(src.Text), Kind: holeKinds[sql[m[2]:m[3]]], Name: sql[m[4]:m[5]]})
		pos = m[1]
	}
	src.Text += sql[pos:]
	return src
}

func readGolden(t testing.TB, file string) []golden {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []golden
	for _, part := range strings.Split("\n"+string(data), "\n=== ")[1:] {
		head, rest, _ := strings.Cut(part, "\n")
		sql, want, _ := strings.Cut(rest+"\n", "\n---\n")
		g := golden{head: head, sql: strings.TrimRight(sql, "\n"), want: strings.TrimSpace(want) + "\n"}
		for _, f := range strings.Fields(head)[1:] {
			key, val, ok := strings.Cut(f, "=")
			if !ok {
				continue // a word of the name
			}
			switch key {
			case "frag":
				g.frag = sqlscan.Fragment(val)
			case "style":
				for _, s := range strings.Split(val, ",") {
					if styles[s] == 0 {
						t.Fatalf("%s: %s: no style %q", file, head, s)
					}
					g.style |= styles[s]
				}
			default:
				t.Fatalf("%s: %s: unknown setting %q", file, head, f)
			}
		}
		g.src = source(g.sql)
		out = append(out, g)
	}
	return out
}

func goldenFiles(t testing.TB) []string {
	files, err := filepath.Glob("testdata/*.golden")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	return files
}

func TestModel(t *testing.T) {
	for _, file := range goldenFiles(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".golden"), func(t *testing.T) {
			var b strings.Builder
			for _, g := range readGolden(t, file) {
				res := Parse(g.src, g.frag, g.style)
				got := strings.TrimSpace(dump(g.src.Text, res)) + "\n"
				fmt.Fprintf(&b, "=== %s\n%s\n---\n%s\n", g.head, g.sql, got)
				if !*update && got != g.want {
					t.Errorf("%s: %s\ngot:\n%s\nwant:\n%s", g.head, g.sql, got, g.want)
				}
			}
			if *update {
				if err := os.WriteFile(file, []byte(b.String()), 0o666); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// TestRanges checks what holds for every model: ranges lie in the text and
// those of parts in those of wholes.
func TestRanges(t *testing.T) {
	for _, file := range goldenFiles(t) {
		for _, g := range readGolden(t, file) {
			res := Parse(g.src, g.frag, g.style)
			for _, msg := range checkRanges(g.src.Text, res) {
				t.Errorf("%s: %s: %s", file, g.head, msg)
			}
		}
	}
}

// checkRanges returns what is wrong with the ranges of res.
func checkRanges(text string, res *Result) (bad []string) {
	say := func(what string, r, in Range) {
		bad = append(bad, fmt.Sprintf("%s [%d,%d) is not in [%d,%d)", what, r.Start, r.End, in.Start, in.End))
	}
	within := func(what string, r, in Range) {
		if r != none && in != none && (r.Start > r.End || r.Start < in.Start || r.End > in.End) {
			say(what, r, in)
		}
	}
	all := Range{0, len(text)}
	var expr func(e *Expr, in Range)
	expr = func(e *Expr, in Range) {
		if e == nil {
			return
		}
		within("expression "+e.Name, e.Range, in)
		if e.Range == none && e.Kind != ExprStar { // TABLE t has no star
			bad = append(bad, fmt.Sprintf("%s %q has no range", exprNames[e.Kind], e.Name))
		}
		for _, a := range e.Args {
			expr(a, e.Range)
		}
		for _, a := range e.More {
			expr(a, e.Range)
		}
		if e.Level != nil {
			within("subselect", e.Level.Range, e.Range)
		}
	}
	for _, s := range res.Statements {
		within("statement", s.Range, all)
		for _, l := range s.Levels {
			bare := len(l.Projections)+len(l.Relations)+len(l.Rows)+len(l.Predicates) == 0 && l.SetOp == ""
			if l.Range == none && !bare { // "SELECT" alone has nothing with a place
				bad = append(bad, fmt.Sprintf("%s level has no range", roleNames[l.Role]))
			}
			within("level", l.Range, s.Range)
			if l.Parent != nil {
				within("level", l.Range, l.Parent.Range)
			}
			for _, r := range l.Relations {
				within("relation "+r.Name, r.Range, l.Range)
				if r.Kind == RelSubquery && r.Level != nil {
					within("subselect", r.Level.Range, r.Range)
				}
			}
			for _, p := range l.Projections {
				within("projection", p.Range, l.Range)
				expr(p.Expr, l.Range)
			}
			for _, p := range l.Predicates {
				within("predicate", p.Range, l.Range)
				if p.OpText == "using" {
					continue // the columns stand behind the keyword, both in one place
				}
				within("operator", p.OpRange, p.Range)
				for _, e := range append([]*Expr{p.Left, p.Right, p.High}, p.List...) {
					expr(e, p.Range)
				}
			}
			for _, a := range l.Sets {
				within("assignment", a.Range, l.Range)
				expr(a.Value, l.Range)
			}
			for _, k := range l.Sort {
				expr(k.Expr, l.Range)
			}
			for _, e := range append(append([]*Expr{l.Limit, l.Offset}, l.Group...), l.DistinctOn...) {
				expr(e, l.Range)
			}
			for _, row := range l.Rows {
				for _, e := range row {
					expr(e, l.Range)
				}
			}
		}
	}
	return bad
}
