package wholetable

import (
	"go/ast"
	"go/constant"
	"go/types"
	"regexp"
	"strings"
	"time"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/pgwords"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// This file knows how long rows are kept that a condition selects by their age.

// past reports whether a condition holds for all rows that are older than a day or
// more: what has come together since then goes at once when it first runs, or
// runs again. What is compared with now itself goes as it comes due.
func (c *checker) past(q *sqlparse.Query, p sqlmodel.Predicate) bool {
	if p.Or || p.Negated || p.Left == nil || p.Left.Kind != sqlmodel.ExprColumn || p.Right == nil {
		return false
	}
	switch p.Op {
	case sqlmodel.OpLt, sqlmodel.OpLe:
		return c.daysAgo(q, p.Right)
	}
	return false
}

// daysAgo reports whether an expression is a moment a day or more before now: now()
// less a constant, or a value that the program makes so.
func (c *checker) daysAgo(q *sqlparse.Query, e *sqlmodel.Expr) bool {
	switch e.Kind {
	case sqlmodel.ExprParam:
		arg := q.BoundTo(e)
		return arg != nil && q.Func != nil && c.madeDaysAgo(q.Func.Body, arg, 3)
	case sqlmodel.ExprCast:
		return len(e.Args) == 1 && c.daysAgo(q, e.Args[0])
	case sqlmodel.ExprOp:
		return e.Name == "-" && len(e.Args) == 2 && isNow(e.Args[0]) && days(e.Args[1])
	}
	return false
}

func isNow(e *sqlmodel.Expr) bool {
	if e.Kind == sqlmodel.ExprCast && len(e.Args) == 1 {
		e = e.Args[0]
	}
	return e.Kind == sqlmodel.ExprFunc && pgwords.Clock(e.Name)
}

var longUnit = regexp.MustCompile(`(?i)[1-9]\d*\s*(?:d|day|days|w|week|weeks|mon|month|months|y|year|years)\b`)

// days reports whether an expression is an interval of days and more.
func days(e *sqlmodel.Expr) bool {
	for e.Kind == sqlmodel.ExprCast && len(e.Args) == 1 {
		e = e.Args[0]
	}
	return e.Kind == sqlmodel.ExprConst && !e.Hole && (e.ConstKind == sqlmodel.ConstInt || longUnit.MatchString(e.Const))
}

// madeDaysAgo reports whether a Go expression is time.Now less a constant of a day
// or more, followed through so many local variables that have one value.
func (c *checker) madeDaysAgo(body *ast.BlockStmt, x ast.Expr, depth int) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		v, ok := c.pass.TypesInfo.Uses[x].(*types.Var)
		if !ok || depth == 0 {
			return false
		}
		var only ast.Expr
		n := 0
		for s := range ast.Preorder(body) {
			lhs, rhs := golang.Assigned(s)
			for i, l := range lhs {
				if id, ok := ast.Unparen(l).(*ast.Ident); ok && golang.Object(c.pass.TypesInfo, id) == v {
					if n++; i < len(rhs) {
						only = rhs[i]
					}
				}
			}
		}
		return n == 1 && only != nil && c.madeDaysAgo(body, only, depth-1)
	case *ast.CallExpr:
		fn := golang.Callee(c.pass.TypesInfo, x)
		from := golang.Receiver(c.pass.TypesInfo, x)
		if fn == nil || from == nil || !strings.HasPrefix(fn.FullName(), "(time.Time).") {
			return false
		}
		switch fn.Name() {
		case "UTC", "Local", "In", "Truncate", "Round", "Format":
			return c.madeDaysAgo(body, from, depth)
		case "Add":
			n, ok := c.number(x.Args[0])
			return ok && n <= -int64(24*time.Hour) && c.fromNow(body, from, depth)
		case "AddDate":
			sum := int64(0)
			for _, a := range x.Args {
				n, ok := c.number(a)
				if !ok || n > 0 {
					return false
				}
				sum += n
			}
			return sum < 0 && c.fromNow(body, from, depth)
		}
	}
	return false
}

func (c *checker) number(x ast.Expr) (int64, bool) {
	v := c.pass.TypesInfo.Types[x].Value
	if v == nil || v.Kind() != constant.Int {
		return 0, false
	}
	return constant.Int64Val(v)
}

// fromNow reports whether a Go expression is the time at which it is computed.
func (c *checker) fromNow(body *ast.BlockStmt, x ast.Expr, depth int) bool {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return false
	}
	fn := golang.Callee(c.pass.TypesInfo, call)
	if fn == nil {
		return false
	}
	if from := golang.Receiver(c.pass.TypesInfo, call); from != nil && strings.HasPrefix(fn.FullName(), "(time.Time).") && len(call.Args) < 2 {
		return c.fromNow(body, from, depth)
	}
	return fn.FullName() == "time.Now"
}
