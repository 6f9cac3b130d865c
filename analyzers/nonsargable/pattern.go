package nonsargable

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// leadingWildcard reports whether a LIKE pattern is known to start with a
// wildcard.
func (c *condition) leadingWildcard(e *sqlmodel.Expr) bool {
	start := c.known(e)
	return strings.HasPrefix(start, "%") || strings.HasPrefix(start, "_")
}

// known returns the beginning of a pattern, as far as it is known.
func (c *condition) known(e *sqlmodel.Expr) string {
	if e == nil {
		return ""
	}
	switch e.Kind {
	case sqlmodel.ExprConst:
		if e.ConstKind != sqlmodel.ConstString {
			return ""
		}
		start, _, _ := strings.Cut(e.Const, "\ufffc") // a hole
		return start
	case sqlmodel.ExprCast:
		return c.known(e.Args[0])
	case sqlmodel.ExprOp:
		if e.Name == "||" && len(e.Args) == 2 {
			return c.known(e.Args[0])
		}
	case sqlmodel.ExprFunc:
		if (e.Name == "concat" || e.Name == "lower" || e.Name == "upper" || e.Name == "format") && len(e.Args) > 0 {
			start := c.known(e.Args[0])
			if e.Name == "format" {
				start = unformat(start)
			}
			return start
		}
	case sqlmodel.ExprParam:
		if arg := c.text.bound(e); arg != nil {
			return c.start(arg, 0)
		}
	}
	return ""
}

// start returns the constant text that a Go string starts with, "" if none.
func (c *condition) start(e ast.Expr, depth int) string {
	info := c.pass.TypesInfo
	if tv := info.Types[e]; tv.Value != nil && tv.Value.Kind() == constant.String {
		return constant.StringVal(tv.Value)
	}
	if depth > 4 {
		return ""
	}
	switch x := ast.Unparen(e).(type) {
	case *ast.BinaryExpr:
		if x.Op == token.ADD {
			return c.start(x.X, depth+1)
		}
	case *ast.CallExpr:
		fn, _ := typeutil.Callee(info, x).(*types.Func)
		if fn == nil || len(x.Args) == 0 {
			return ""
		}
		switch fn.FullName() {
		case "fmt.Sprintf":
			return unformat(c.start(x.Args[0], depth+1))
		case "fmt.Sprint", "strings.ToLower", "strings.ToUpper":
			return c.start(x.Args[0], depth+1)
		}
	case *ast.Ident:
		if v, ok := info.Uses[x].(*types.Var); ok {
			if def := c.definition(v); def != nil {
				return c.start(def, depth+1)
			}
		}
	}
	return ""
}

// unformat returns the text before the first verb of a format.
func unformat(format string) string {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] == '%' {
			if i+1 >= len(format) || format[i+1] != '%' {
				break
			}
			i++
		}
		b.WriteByte(format[i])
	}
	return b.String()
}

// definition returns the only expression that is ever assigned to a local
// variable of the query's function.
func (c *condition) definition(v *types.Var) ast.Expr {
	if c.text.fn == nil {
		return nil
	}
	var def ast.Expr
	n := 0
	set := func(lhs ast.Expr, rhs ast.Expr) {
		if id, ok := ast.Unparen(lhs).(*ast.Ident); ok && c.pass.TypesInfo.ObjectOf(id) == v {
			def = rhs
			n++
		}
	}
	ast.Inspect(c.text.fn, func(node ast.Node) bool {
		switch x := node.(type) {
		case *ast.AssignStmt:
			for i, lhs := range x.Lhs {
				if len(x.Lhs) == len(x.Rhs) && (x.Tok == token.ASSIGN || x.Tok == token.DEFINE) {
					set(lhs, x.Rhs[i])
				} else {
					set(lhs, nil)
				}
			}
		case *ast.ValueSpec:
			for i, id := range x.Names {
				if i < len(x.Values) {
					set(id, x.Values[i])
				}
			}
		case *ast.RangeStmt:
			set(x.Key, nil)
			set(x.Value, nil)
		case *ast.UnaryExpr:
			if x.Op == token.AND {
				set(x.X, nil)
			}
		}
		return true
	})
	if n != 1 {
		return nil
	}
	return def
}
