package sqltext

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"testing"
)

// FuzzTexts feeds function bodies to the evaluator: it must end, must not
// panic, and each byte of a text must map to a place in the file.
func FuzzTexts(f *testing.F) {
	for _, tt := range textTests {
		f.Add(tt.src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, "p.go", prelude+src, parser.SkipObjectResolution)
		if err != nil {
			t.Skip()
		}
		info := &types.Info{
			Types: make(map[ast.Expr]types.TypeAndValue), Defs: make(map[*ast.Ident]types.Object),
			Uses: make(map[*ast.Ident]types.Object), Selections: make(map[*ast.SelectorExpr]*types.Selection),
			Implicits: make(map[ast.Node]types.Object), Instances: make(map[*ast.Ident]types.Instance),
		}
		pkg, err := (&types.Config{Importer: std, FakeImportC: true}).Check("p", fset, []*ast.File{file}, info)
		if err != nil {
			t.Skip()
		}
		p := New(fset, []*ast.File{file}, pkg, info, noOracle{})
		for _, ts := range sinks(p, file) {
			for _, x := range ts {
				n := len(x.Source().Text)
				for i := range n {
					pos, end := x.Range(i, i+1)
					if pos < file.FileStart || end > file.FileEnd || end < pos {
						t.Fatalf("byte %d of %q is at %d-%d", i, x, pos, end)
					}
				}
			}
		}
	})
}
