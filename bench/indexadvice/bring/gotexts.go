package bring

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// A goText is a constant string of Go code.
type goText struct{ name, text string }

// goTexts returns the constant strings of a folder's Go files that are whole
// by themselves, in their order: literals, and sums of literals and the
// package's constants. What is a part of something that only the running
// program knows is left out. A text is named after the constant that it is the
// value of, else after its place.
func goTexts(clone string, paths []string) ([]goText, error) {
	fset := token.NewFileSet()
	x := texts{clone: clone, fset: fset, consts: map[string]ast.Expr{}}
	var files []*ast.File
	for _, p := range paths {
		f, err := parser.ParseFile(fset, p, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
		for _, d := range f.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.CONST {
				eachValue(g, func(name string, value ast.Expr) { x.consts[name] = value })
			}
		}
	}
	for _, f := range files {
		for _, d := range f.Decls {
			x.grown = grown(d)
			ast.Inspect(d, x.node)
		}
	}
	return x.out, nil
}

func eachValue(g *ast.GenDecl, f func(name string, value ast.Expr)) {
	for _, s := range g.Specs {
		if v, ok := s.(*ast.ValueSpec); ok && len(v.Names) == len(v.Values) {
			for i, n := range v.Names {
				f(n.Name, v.Values[i])
			}
		}
	}
}

type texts struct {
	clone  string
	fset   *token.FileSet
	consts map[string]ast.Expr // of the package
	grown  map[string]bool     // variables of the declaration at hand
	out    []goText
}

// grown returns the variables to which a declaration's code appends: what they
// hold at first is no whole statement.
func grown(d ast.Node) map[string]bool {
	names := map[string]bool{}
	ast.Inspect(d, func(n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		if !ok || len(a.Lhs) != 1 {
			return true
		}
		left, ok := a.Lhs[0].(*ast.Ident)
		if !ok {
			return true
		}
		sum, isSum := a.Rhs[0].(*ast.BinaryExpr)
		if a.Tok == token.ADD_ASSIGN || isSum && mentions(sum, left.Name) {
			names[left.Name] = true
		}
		return true
	})
	return names
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

func (x *texts) node(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.ImportSpec:
		return false
	case *ast.GenDecl:
		if n.Tok != token.CONST && n.Tok != token.VAR {
			return true
		}
		eachValue(n, func(name string, value ast.Expr) {
			if text, ok := x.eval(value, 0); !ok {
				ast.Inspect(value, x.node)
			} else if !x.grown[name] {
				x.add(name, text)
			}
		})
		return false
	case *ast.AssignStmt:
		if id, ok := n.Lhs[0].(*ast.Ident); ok && x.grown[id.Name] {
			return false
		}
	case *ast.BinaryExpr, *ast.BasicLit:
		text, ok := x.eval(n.(ast.Expr), 0)
		if ok {
			p := x.fset.Position(n.Pos())
			file, err := filepath.Rel(x.clone, p.Filename)
			if err != nil {
				file = filepath.Base(p.Filename)
			}
			x.add(placeName(file, p.Line), text)
		}
		b, isSum := n.(*ast.BinaryExpr)
		return !ok && isSum && b.Op != token.ADD
	}
	return true
}

func (x *texts) add(name, text string) { x.out = append(x.out, goText{name, text}) }

// maxNested bounds constants that refer to constants.
const maxNested = 20

func (x *texts) eval(e ast.Expr, depth int) (string, bool) {
	if depth > maxNested {
		return "", false
	}
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.ParenExpr:
		return x.eval(e.X, depth+1)
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return "", false
		}
		a, ok1 := x.eval(e.X, depth+1)
		b, ok2 := x.eval(e.Y, depth+1)
		return a + b, ok1 && ok2
	case *ast.Ident:
		if value, ok := x.consts[e.Name]; ok {
			return x.eval(value, depth+1)
		}
	}
	return "", false
}

var (
	reVerb       = regexp.MustCompile(`%(\[\d+\])?[+#]?[sdvq]\b`)
	reNamedParam = regexp.MustCompile(`(^|[^:\w]):([A-Za-z_]\w*)`)
)

// statement returns a text as PostgreSQL takes it, with the named parameters
// of sqlx numbered. It is false if the text is no query or change of rows.
func statement(text string) (string, bool) {
	if reVerb.MatchString(text) {
		return "", false
	}
	if isDML(text) {
		return text, true
	}
	numbers := map[string]int{}
	text = reNamedParam.ReplaceAllStringFunc(text, func(m string) string {
		p := reNamedParam.FindStringSubmatch(m)
		if numbers[p[2]] == 0 {
			numbers[p[2]] = len(numbers) + 1
		}
		return fmt.Sprintf("%s$%d", p[1], numbers[p[2]])
	})
	return text, isDML(text)
}

func isDML(text string) bool {
	tree, err := pg.Parse(text)
	if err != nil || len(tree.Stmts) != 1 {
		return false
	}
	n := tree.Stmts[0].Stmt
	sel := n.GetSelectStmt()
	return sel != nil && (len(sel.FromClause) > 0 || sel.WithClause != nil || sel.Larg != nil) ||
		n.GetInsertStmt() != nil || n.GetUpdateStmt() != nil || n.GetDeleteStmt() != nil
}

// goFiles returns the files of a clone that globs name, without tests, one
// folder after the other.
func goFiles(clone string, globs []string) ([][]string, error) {
	byDir := map[string][]string{}
	var dirs []string
	for _, g := range globs {
		files, err := filepath.Glob(filepath.Join(clone, g))
		if err != nil {
			return nil, err
		}
		if len(files) == 0 {
			return nil, fmt.Errorf("no file %s in %s", g, clone)
		}
		for _, f := range files {
			dir := filepath.Dir(f)
			if strings.HasSuffix(f, "_test.go") || slices.Contains(byDir[dir], f) {
				continue
			}
			if byDir[dir] == nil {
				dirs = append(dirs, dir)
			}
			byDir[dir] = append(byDir[dir], f)
		}
	}
	var out [][]string
	for _, d := range dirs {
		out = append(out, byDir[d])
	}
	return out, nil
}
