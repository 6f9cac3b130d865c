package schema

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
)

// goNotRead is why a Go file among numbered migrations is left out.
const goNotRead = "Go migration" + notRead

// goFile reads a Go file among numbered migrations: what its functions pass to
// Exec as constant texts, in their order. It stays unread if that is nothing.
// Of two functions that one call registers the second goes back.
func (t *tree) goFile(in *input) {
	info, err := os.Stat(t.path(in.rel))
	if err != nil || info.Size() > maxGoFile {
		return
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, t.path(in.rel), nil, parser.SkipObjectResolution)
	if err != nil {
		return
	}
	back := goingBack(file)
	g := &goReader{fset: fset, consts: constants(file), skip: back.literals}
	found := false
	for _, d := range file.Decls {
		d, ok := d.(*ast.FuncDecl)
		if !ok || d.Body == nil || back.functions[d.Name.Name] {
			continue
		}
		found = g.function(&ast.FuncLit{Type: d.Type, Body: d.Body}) || found
	}
	if !found || !defines.MatchString(g.out.String()) {
		return
	}
	in.skipped, in.format, in.up, in.notes = "", "go", g.out.String(), g.notes
}

// back are the functions of a file that undo migrations.
type back struct {
	functions map[string]bool
	literals  map[*ast.FuncLit]bool
}

func goingBack(file *ast.File) back {
	b := back{make(map[string]bool), make(map[*ast.FuncLit]bool)}
	declared := make(map[string]bool)
	for _, d := range file.Decls {
		if d, ok := d.(*ast.FuncDecl); ok && d.Recv == nil {
			declared[d.Name.Name] = true
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		seen := 0
		for _, a := range call.Args {
			switch a := a.(type) {
			case *ast.FuncLit:
				if seen++; seen == 2 {
					b.literals[a] = true
				}
			case *ast.Ident:
				if !declared[a.Name] {
					continue
				}
				if seen++; seen == 2 {
					b.functions[a.Name] = true
				}
			}
		}
		return true
	})
	return b
}
