package sqlvet_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// forPeople are the facts of the catalogue that only people and the
// conformance tests read.
var forPeople = map[string]bool{"API.Notes": true, "API.SigRule": true, "API.TxParam": true, "API.CtxParam": true, "Header.Version": true, "Header.Source": true, "Header.Notes": true}

// TestCatalogueFields: a fact of the catalogue that no code reads is a fact that
// nobody notices to be wrong.
func TestCatalogueFields(t *testing.T) {
	const apis = module + "/internal/apis"
	pkgs, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedSyntax | packages.NeedImports,
	}, "./internal/...", "./analyzers/...")
	if err != nil {
		t.Fatal(err)
	}
	unread := make(map[string]string)
	// Have: others see a package through its export data, in which files may have
	// shorter paths.
	place := func(p *packages.Package, obj types.Object) string {
		at := p.Fset.Position(obj.Pos())
		return fmt.Sprintf("%s/%s:%d:%d", obj.Pkg().Path(), filepath.Base(at.Filename), at.Line, at.Column)
	}
	for _, p := range pkgs {
		if p.PkgPath != apis {
			continue
		}
		for _, name := range p.Types.Scope().Names() {
			s, ok := p.Types.Scope().Lookup(name).Type().Underlying().(*types.Struct)
			if !ok || !token.IsExported(name) {
				continue
			}
			for i := range s.NumFields() {
				field := name + "." + s.Field(i).Name()
				if tag := reflect.StructTag(s.Tag(i)).Get("yaml"); tag != "" && tag != "-" && !forPeople[field] && !decoding(p, s.Field(i).Pos()) {
					unread[place(p, s.Field(i))] = field
				}
			}
		}
	}
	if len(unread) < 50 {
		t.Fatalf("only %d fields are known", len(unread))
	}
	for _, p := range pkgs {
		for _, f := range p.Syntax {
			if decoding(p, f.Pos()) {
				continue // it checks what it has read
			}
			written := make(map[ast.Expr]bool)
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.AssignStmt:
					for _, left := range n.Lhs {
						written[left] = true
					}
				case *ast.SelectorExpr:
					if sel := p.TypesInfo.Selections[n]; sel != nil && sel.Kind() == types.FieldVal && !written[n] {
						delete(unread, place(p, sel.Obj()))
					}
				}
				return true
			})
		}
	}
	for _, field := range unread {
		t.Errorf("no code reads %s", field)
	}
}

// decoding reports whether a place is in the file that reads the catalogue.
func decoding(p *packages.Package, at token.Pos) bool {
	return strings.HasSuffix(p.Fset.Position(at).Filename, "/apis/decode.go")
}
