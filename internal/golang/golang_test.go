package golang_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"testing"

	"github.com/sqlvet/sqlvet/internal/golang"
)

const source = `package p

type base struct{ n int }
type inner struct{ *base; list []base }
type outer struct{ in inner }

var global outer

func get() outer { return global }

func use(o *outer) {
	_ = o           // o|
	_ = o.in.n      // o|in.base.n
	_ = (*o).in     // o|in
	_ = o.in.list[0].n // o|in.list…
	_ = global.in   // global|in
	_ = get().in    // |…
}
`

// TestPath: each expression has the path that stands behind it, an ellipsis if
// it is not exact.
func TestPath(t *testing.T) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", source, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{
		Uses: make(map[*ast.Ident]types.Object), Defs: make(map[*ast.Ident]types.Object),
		Types: make(map[ast.Expr]types.TypeAndValue), Selections: make(map[*ast.SelectorExpr]*types.Selection),
	}
	if _, err := (&types.Config{Importer: importer.Default()}).Check("p", fset, []*ast.File{file}, info); err != nil {
		t.Fatal(err)
	}
	want := make(map[int]string)
	for _, g := range file.Comments {
		for _, c := range g.List {
			want[fset.Position(c.Pos()).Line] = c.Text[len("// "):]
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		s, ok := n.(*ast.AssignStmt)
		if !ok {
			return true
		}
		p, exact := golang.PathOf(info, s.Rhs[0])
		got := "|" + p.Fields
		if p.Root != nil {
			got = p.Root.Name() + got
		}
		if !exact {
			got += "…"
		}
		line := fset.Position(s.Pos()).Line
		if got != want[line] {
			t.Errorf("line %d: got %q, want %q", line, got, want[line])
		}
		delete(want, line)
		return true
	})
	for line, w := range want {
		t.Errorf("line %d: nothing for %q", line, w)
	}
}

func TestOverlap(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{{"", "x", true}, {"x.y", "x", true}, {"x", "x", true}, {"x", "xy", false}, {"x.y", "x.z", false}} {
		if got := golang.Overlap(test.a, test.b); got != test.want {
			t.Errorf("Overlap(%q, %q) = %v", test.a, test.b, got)
		}
		if got := golang.Overlap(test.b, test.a); got != test.want {
			t.Errorf("Overlap(%q, %q) = %v", test.b, test.a, got)
		}
	}
}
