package inlined

import (
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlpattern"
)

// lists returns the list of values in parentheses that a statement has in its text, and
// what is compared with it. Elements that are placeholders look the same from outside:
// what is appended to the list tells.
func lists(pass *analysis.Pass, sql *sqlparse.Result, q *sqlparse.Query, st *sqlmodel.Statement) (*sqlmodel.Expr, sqlmodel.Range) {
	for _, l := range st.Levels {
		for _, p := range l.Predicates {
			if p.Op != sqlmodel.OpIn && p.Op != sqlmodel.OpNotIn || len(p.List) != 1 || p.List[0].Kind != sqlmodel.ExprHole || p.Left == nil || p.Left.Kind != sqlmodel.ExprColumn || q.Func == nil {
				continue
			}
			source := q.Text.Source().Text
			if at := p.List[0].Start; at == 0 || strings.ContainsRune("$:@", rune(source[at-1])) {
				continue
			}
			if x := written(pass, q, p.List[0]); x != nil && values(pass.TypesInfo, sql, q.Func, x) {
				return p.List[0], p.Left.Range
			}
		}
	}
	return nil, sqlmodel.Range{}
}

// values reports whether an expression joins values that a function has appended to a
// list, each in quotes, or a number.
func values(info *types.Info, sql *sqlparse.Result, fn *ast.FuncDecl, x ast.Expr) bool {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok || len(call.Args) != 2 {
		return false
	}
	f := golang.Callee(info, call)
	sep := info.Types[call.Args[1]].Value
	if f == nil || f.FullName() != "strings.Join" || sep == nil || strings.Trim(constant.StringVal(sep), " ,\n") != "" {
		return false
	}
	list, exact := golang.PathOf(info, call.Args[0])
	if !exact {
		return false
	}
	found := false
	for n := range ast.Preorder(fn.Body) {
		lhs, rhs := golang.Assigned(n)
		for i, l := range lhs {
			p, whole := golang.PathOf(info, l)
			if p != list || i >= len(rhs) {
				continue
			}
			elements := []ast.Expr{rhs[i]} // list[i] = …
			if whole {
				add, ok := ast.Unparen(rhs[i]).(*ast.CallExpr)
				if !ok || !info.Types[add.Fun].IsBuiltin() {
					if _, ok := ast.Unparen(rhs[i]).(*ast.CompositeLit); ok {
						continue
					}
					return false
				}
				if elements = nil; types.ExprString(add.Fun) == "append" {
					if elements = add.Args[1:]; add.Ellipsis.IsValid() {
						return false
					}
				}
			}
			for _, e := range elements {
				if !element(info, sql, fn, e) {
					return false
				}
				found = true
			}
		}
	}
	return found
}

// element reports whether an element of a list is a value of the program: something
// between quotes, or a number that is formatted by itself.
func element(info *types.Info, sql *sqlparse.Result, fn *ast.FuncDecl, e ast.Expr) bool {
	texts := sql.Strings(fn, e)
	if len(texts) == 0 {
		return false
	}
	return !slices.ContainsFunc(texts, func(s string) bool {
		if len(s) > 2 && s[0] == '\'' && s[len(s)-1] == '\'' {
			return !strings.Contains(s, sqlpattern.Unknown)
		}
		return s != sqlpattern.Unknown || !formats(info, e)
	})
}

// formats reports whether an expression writes a number that is no count of the
// function's own: strconv.Itoa(id), fmt.Sprint(u.ID).
func formats(info *types.Info, e ast.Expr) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || len(call.Args) == 0 {
		return false
	}
	f := golang.Callee(info, call)
	if f == nil || f.Pkg() == nil || f.Pkg().Path() != "strconv" && f.Pkg().Path() != "fmt" {
		return false
	}
	return slices.ContainsFunc(call.Args, func(a ast.Expr) bool {
		for c, ok := ast.Unparen(a).(*ast.CallExpr); ok && len(c.Args) == 1 && info.Types[c.Fun].IsType(); c, ok = ast.Unparen(a).(*ast.CallExpr) {
			a = c.Args[0]
		}
		b, ok := info.TypeOf(a).Underlying().(*types.Basic)
		return ok && b.Info()&types.IsInteger != 0 && info.Types[a].Value == nil
	})
}
