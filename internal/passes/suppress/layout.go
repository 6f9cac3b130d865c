package suppress

import (
	"go/ast"
	"go/token"
)

// A layout knows which lines of a file a directive speaks of.
type layout struct {
	fset *token.FileSet
	file *ast.File
	code map[int]bool // lines on which a node starts or ends
}

func newLayout(fset *token.FileSet, f *ast.File) *layout {
	l := &layout{fset: fset, file: f, code: make(map[int]bool)}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n.(type) {
		case nil:
			return true
		case *ast.Comment, *ast.CommentGroup:
			return false
		case *ast.File:
			l.code[l.line(f.Package)] = true // its end is not code
		default:
			l.code[l.line(n.Pos())] = true
			l.code[l.line(n.End()-1)] = true
		}
		return true
	})
	return l
}

func (l *layout) line(pos token.Pos) int { return l.fset.PositionFor(pos, false).Line }

// covered returns the lines that the directive c of group speaks of.
//
// After code it is c's line, and the lines of the statement or call that ends
// there. On a line of its own it is the line below the group, and the lines
// of the statement or call that starts there; for nolint, of whatever starts
// there at c's column, functions included, as in golangci-lint.
func (l *layout) covered(c *ast.Comment, group *ast.CommentGroup, nolint bool) []span {
	at := l.line(c.Pos())
	if l.code[at] {
		lines := []span{{at, at}}
		return append(lines, l.nodes(func(n ast.Node) bool {
			return isUnit(n) && l.line(n.End()-1) == at
		})...)
	}
	next := l.line(group.End()) + 1
	lines := []span{{at, next}}
	column := l.fset.PositionFor(c.Pos(), false).Column
	return append(lines, l.nodes(func(n ast.Node) bool {
		if l.line(n.Pos()) != next {
			return false
		}
		return isUnit(n) || nolint && l.fset.PositionFor(n.Pos(), false).Column == column
	})...)
}

// nodes returns the lines of each node that f wants. The bodies of function
// literals inside a unit are statements of their own: a directive above
// http.HandleFunc("/", func… does not speak of them.
func (l *layout) nodes(f func(ast.Node) bool) []span {
	var list []span
	ast.Inspect(l.file, func(n ast.Node) bool {
		if n == nil {
			return true
		}
		if _, ok := n.(*ast.CommentGroup); ok {
			return false
		}
		if f(n) {
			list = append(list, l.without(n)...)
		}
		return true
	})
	return list
}

// without returns the lines of n, less those between the braces of the
// function literals in it if n is a unit.
func (l *layout) without(n ast.Node) []span {
	from, to := l.line(n.Pos()), l.line(n.End()-1)
	if !isUnit(n) {
		return []span{{from, to}}
	}
	var list []span
	ast.Inspect(n, func(n ast.Node) bool {
		lit, ok := n.(*ast.FuncLit)
		if !ok {
			return true
		}
		list = append(list, span{from, l.line(lit.Body.Lbrace)})
		from = l.line(lit.Body.Rbrace)
		return false
	})
	return append(list, span{from, to})
}

// isUnit reports whether n is a piece of code that holds a query but no
// statements: what one directive is for.
func isUnit(n ast.Node) bool {
	switch n.(type) {
	case *ast.ExprStmt, *ast.AssignStmt, *ast.ReturnStmt, *ast.DeferStmt, *ast.GoStmt, *ast.SendStmt,
		*ast.ValueSpec, *ast.KeyValueExpr, *ast.CallExpr, *ast.Field:
		return true
	case *ast.GenDecl:
		return n.(*ast.GenDecl).Lparen == token.NoPos // var x = …, const x = …
	}
	return false
}
