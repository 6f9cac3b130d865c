package sqlparse

import (
	"go/ast"
	"go/constant"
	"go/token"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/astutil"

	"github.com/sqlvet/sqlvet/internal/schema"
)

// labelled returns the database that a literal names in a field beside the function
// around a place: the step of a migration that is for one database of several.
func labelled(pass *analysis.Pass, pos token.Pos) Dialect {
	for _, f := range pass.Files {
		if pos < f.FileStart || f.FileEnd <= pos {
			continue
		}
		path, _ := astutil.PathEnclosingInterval(f, pos, pos)
		for i, n := range path {
			if _, ok := n.(*ast.FuncLit); !ok || i+2 >= len(path) {
				continue
			}
			lit, ok := path[i+2].(*ast.CompositeLit)
			if _, field := path[i+1].(*ast.KeyValueExpr); !ok || !field {
				continue
			}
			for _, e := range lit.Elts {
				kv, ok := e.(*ast.KeyValueExpr)
				if !ok {
					continue
				}
				if v := pass.TypesInfo.Types[kv.Value].Value; v != nil && v.Kind() == constant.String {
					if name := schema.DialectNamed(constant.StringVal(v)); name != "" {
						return Dialect(name)
					}
				}
			}
		}
	}
	return ""
}
