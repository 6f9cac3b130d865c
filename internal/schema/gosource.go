package schema

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/internal/migrations"
)

// goSource makes a candidate of a Go file that holds migrations as texts: one
// list of functions or strings, run in order. What such a function does
// besides passing constant texts to Exec is not followed, but noted.
func (t *tree) goSource(rel string) *candidate {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, t.path(rel), nil, parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	g := &goReader{fset: fset, consts: constants(file)}
	lists := 0
	for _, d := range file.Decls {
		gen, ok := d.(*ast.GenDecl)
		if !ok || gen.Tok != token.VAR {
			continue
		}
		for _, spec := range gen.Specs {
			for _, v := range spec.(*ast.ValueSpec).Values {
				if lit, ok := v.(*ast.CompositeLit); ok && isList(lit) && g.list(lit) {
					lists++
				}
			}
		}
	}
	if lists != 1 {
		return nil // which of several lists runs, and when, is not known
	}
	in := &input{rel: rel, format: "go", up: g.out.String(), notes: g.notes}
	c := &candidate{Where: rel, Format: "go", Class: classGo, inputs: []*input{in}}
	c.judge()
	if !createsTable.MatchString(in.up) {
		return nil
	}
	return c
}

func isList(lit *ast.CompositeLit) bool {
	_, ok := lit.Type.(*ast.ArrayType)
	return ok && len(lit.Elts) > 0
}

// constants returns the constant texts of a file's declarations.
func constants(file *ast.File) map[string]ast.Expr {
	out := make(map[string]ast.Expr)
	for _, d := range file.Decls {
		if gen, ok := d.(*ast.GenDecl); ok && gen.Tok == token.CONST {
			for _, spec := range gen.Specs {
				v := spec.(*ast.ValueSpec)
				for i, n := range v.Names {
					if i < len(v.Values) {
						out[n.Name] = v.Values[i]
					}
				}
			}
		}
	}
	return out
}

// A goReader writes the SQL of a list of migrations to out, each text on the
// line on which it stands in the Go file.
type goReader struct {
	fset   *token.FileSet
	consts map[string]ast.Expr
	out    strings.Builder
	line   int // lines written
	notes  []note
	skip   map[*ast.FuncLit]bool // what undoes migrations
}

// A note is something of a file that was not read, with the tables that it
// names.
type note struct {
	line    int
	message string
	tables  []name
}

// list reads the elements of a list; false if they are no migrations.
func (g *goReader) list(lit *ast.CompositeLit) bool {
	found := false
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			e = kv.Value
		}
		switch e := e.(type) {
		case *ast.FuncLit:
			found = g.function(e) || found
		case *ast.BasicLit, *ast.BinaryExpr, *ast.Ident:
			if text, ok := g.text(e, nil); ok && defines.MatchString(text) {
				g.write(e.Pos(), text)
				found = true
			}
		}
	}
	return found
}

// function reads what one migration passes to Exec; false if it passes
// nothing.
func (g *goReader) function(f *ast.FuncLit) bool {
	local := make(map[string]ast.Expr)
	found := false
	var visit func(n ast.Node, certain bool)
	visit = func(n ast.Node, certain bool) {
		ast.Inspect(n, func(m ast.Node) bool {
			switch m := m.(type) {
			case *ast.FuncLit:
				return !g.skip[m]
			case *ast.IfStmt:
				// What stands before the braces always runs.
				if m.Init != nil {
					visit(m.Init, certain)
				}
				visit(m.Cond, certain)
				visit(m.Body, false)
				if m.Else != nil {
					visit(m.Else, false)
				}
				return false
			case *ast.ForStmt:
				visit(m.Body, false)
				return false
			case *ast.RangeStmt:
				visit(m.Body, false)
				return false
			case *ast.SwitchStmt:
				visit(m.Body, false)
				return false
			case *ast.AssignStmt:
				if len(m.Lhs) == len(m.Rhs) {
					for i, l := range m.Lhs {
						if id, ok := l.(*ast.Ident); ok {
							local[id.Name] = m.Rhs[i]
						}
					}
				}
			case *ast.CallExpr:
				found = g.call(m, local, certain) || found
			}
			return true
		})
	}
	visit(f.Body, true)
	return found
}

// call reads one call; false if it is none of Exec.
func (g *goReader) call(call *ast.CallExpr, local map[string]ast.Expr, certain bool) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !strings.Contains(strings.ToLower(sel.Sel.Name), "exec") {
		return false
	}
	for _, a := range call.Args {
		text, ok := g.text(a, local)
		if !ok {
			continue
		}
		if certain {
			g.write(a.Pos(), text)
		} else if tables, all := tablesOfDDL(text); len(tables) > 0 || !all {
			g.notes = append(g.notes, note{g.fset.Position(a.Pos()).Line, "runs only under a condition: not read", tables})
		}
		return true
	}
	g.notes = append(g.notes, note{g.fset.Position(call.Pos()).Line, "the text of this statement is not known", nil})
	return true
}

// text returns the value of a constant text.
func (g *goReader) text(e ast.Expr, local map[string]ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			s, err := strconv.Unquote(e.Value)
			return s, err == nil
		}
	case *ast.ParenExpr:
		return g.text(e.X, local)
	case *ast.BinaryExpr:
		a, ok := g.text(e.X, local)
		b, ok2 := g.text(e.Y, local)
		return a + b, ok && ok2 && e.Op == token.ADD
	case *ast.Ident:
		if v, ok := local[e.Name]; ok && !mentions(v, e.Name) {
			return g.text(v, nil)
		}
		if v, ok := g.consts[e.Name]; ok && !mentions(v, e.Name) {
			return g.text(v, nil)
		}
	}
	return "", false
}

func mentions(e ast.Expr, name string) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && id.Name == name
		return !found
	})
	return found
}

// write appends a text, on its line if no earlier one has got past it.
func (g *goReader) write(pos token.Pos, text string) {
	for line := g.fset.Position(pos).Line - 1; g.line < line; g.line++ {
		g.out.WriteByte('\n')
	}
	text = strings.TrimRight(text, " \t\r\n;") + "\n;\n"
	g.out.WriteString(text)
	g.line += strings.Count(text, "\n")
}

// goCandidates returns those of all Go files that may hold migrations.
func (t *tree) goCandidates() []*candidate {
	var out []*candidate
	for _, s := range t.Files {
		if base := path.Base(s.Path); isGoMigration(base) && !migrations.Numbered(base) && s.Size < maxGoFile {
			if c := t.goSource(s.Path); c != nil {
				out = append(out, c)
			}
		}
	}
	return out
}

// maxGoFile is the largest Go file read, in bytes.
const maxGoFile = 4 << 20
