package loops

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// A counter is the variable that a counted loop steps.
type counter struct {
	obj     types.Object
	limit   ast.Expr // what it is compared with
	step    ast.Expr // nil for ++ and --
	moved   ast.Expr // the value of an assignment such as start = end; nil otherwise
	overLen bool     // it counts the elements of something, by their number or by their places
}

// counter finds the counter of a for statement: compared in the condition,
// stepped in the post statement or in the body.
func (u *unit) counter(s *ast.ForStmt) (counter, bool) {
	var found counter
	ok := false
	golang.Conjuncts(s.Cond, func(e ast.Expr) {
		cmp, is := ast.Unparen(e).(*ast.BinaryExpr)
		if !is || ok {
			return
		}
		switch cmp.Op {
		case token.LSS, token.LEQ, token.GTR, token.GEQ, token.NEQ:
		default:
			return
		}
		for _, side := range [][2]ast.Expr{{cmp.X, cmp.Y}, {cmp.Y, cmp.X}} {
			obj := u.object(side[0])
			if obj == nil || !isInteger(obj.Type()) {
				continue
			}
			if step, stepped := u.stepOf(s, obj); stepped {
				found = counter{obj: obj, limit: side[1], step: step.step, moved: step.moved}
				found.overLen = u.isLen(side[1]) || u.takesAt(s.Body, obj)
				ok = true
				return
			}
		}
	})
	return found, ok
}

// stepOf finds the statement of the loop that steps obj.
func (u *unit) stepOf(s *ast.ForStmt, obj types.Object) (counter, bool) {
	for _, w := range u.writes[obj] {
		if s.Post != nil && golang.Within(w.at, s.Post) || golang.Within(w.at, s.Body) && !local(obj, s.Body) {
			if c, ok := stepBy(w, obj); ok && (c.moved == nil || u.madeOf(c.moved, obj)) {
				if c.step != nil {
					if n, isConst := u.integer(c.step); isConst && (n == 1 || n == -1) {
						c.step = nil
					}
				}
				return c, true
			}
		}
	}
	return counter{}, false
}

func stepBy(w write, obj types.Object) (counter, bool) {
	switch at := w.at.(type) {
	case *ast.IncDecStmt:
		return counter{obj: obj}, true
	case *ast.AssignStmt:
		switch {
		case w.kind == update:
			return counter{obj: obj, step: w.rhs}, true
		case len(at.Lhs) != len(at.Rhs):
			return counter{}, false
		}
		if sum, ok := ast.Unparen(w.rhs).(*ast.BinaryExpr); ok {
			if id, ok := ast.Unparen(sum.X).(*ast.Ident); ok && id.Name == obj.Name() {
				return counter{obj: obj, step: sum.Y}, true
			}
		}
		return counter{obj: obj, moved: w.rhs}, true
	}
	return counter{}, false
}

// isLen: e is the length of something, at least in part.
func (u *unit) isLen(e ast.Expr) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			found = found || u.builtin(n) == "len"
		case *ast.Ident:
			if obj := u.object(n); obj != nil && len(u.writes[obj]) == 1 && u.writes[obj][0].rhs != nil && ast.Node(u.writes[obj][0].rhs) != e {
				if call, ok := ast.Unparen(u.writes[obj][0].rhs).(*ast.CallExpr); ok {
					found = found || u.builtin(call) == "len"
				}
			}
		}
		return !found
	})
	return found
}

// takesAt: the body takes the element whose place the counter is: x[i].
func (u *unit) takesAt(body ast.Node, obj types.Object) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		if ix, ok := n.(*ast.IndexExpr); ok && u.object(ix.Index) == obj {
			found = true
		}
		return !found
	})
	return found
}

// madeOf: e is computed from obj, directly or by a variable that is.
func (u *unit) madeOf(e ast.Expr, obj types.Object) bool {
	if u.mentions(e, obj) {
		return true
	}
	for _, w := range u.writes[u.object(e)] {
		if w.rhs != nil && u.mentions(w.rhs, obj) {
			return true
		}
	}
	return false
}

func (u *unit) countedLoop(s *ast.ForStmt, c counter) verdict {
	var (
		init, okInit = u.startOf(s, c.obj)
		limit, okLim = u.integer(c.limit)
	)
	if okInit && okLim && c.moved == nil && limit < boundless {
		n := max(limit-init, init-limit)
		if c.step != nil {
			if by, ok := u.integer(c.step); ok && by != 0 {
				n = max(n/by, -n/by)
			}
		}
		return verdict{bound: Constant, why: "counts between constants", count: max(n, 1)}
	}
	stepped := c.step != nil || c.moved != nil
	switch {
	case stepped && u.slicesBy(s.Body, c.obj):
		return verdict{bound: Batch, why: "takes a slice of the data at a time"}
	case stepped && c.moved == nil && !u.takesAt(s.Body, c.obj):
		return verdict{bound: Page, why: c.obj.Name() + " moves on by a page"}
	case u.migrationTable(s, c.obj):
		return verdict{bound: Migrations, why: "runs a table of migrations"}
	}
	if v, ok := u.byNumber(s.Body, c.obj, c.overLen); ok && !stepped {
		return v
	}
	v := u.source(c.limit)
	v.count = 0
	switch v.bound {
	case Constant:
		if !okInit {
			return verdict{bound: Data, why: "counts from a number to " + v.why}
		}
		v.why = "counts to " + v.why
	case Unknown:
		v = verdict{bound: Data, why: "counts to a number"}
	default:
		v.why = "counts to " + v.why
	}
	return v
}

// startOf returns the constant that the counter starts from.
func (u *unit) startOf(s *ast.ForStmt, obj types.Object) (int64, bool) {
	for _, w := range u.writes[obj] {
		if w.at.Pos() < s.Body.Pos() && (w.kind == define || w.kind == assign) {
			if w.rhs == nil {
				return 0, true // var i int
			}
			return u.integer(w.rhs)
		}
	}
	return 0, false
}

// slicesBy: the body takes x[i:…] with the counter as its low bound.
func (u *unit) slicesBy(body *ast.BlockStmt, obj types.Object) bool {
	found := false
	inspect(body, func(n ast.Node) bool {
		if sl, ok := n.(*ast.SliceExpr); ok && (u.mentions(sl.Low, obj) || u.mentions(sl.High, obj)) {
			found = true
		}
		return !found
	})
	return found
}

// triesUntil: the body leaves the loop, with another answer than an error,
// when something holds; a failure is no success, unless it was judged to be one
// that another try does not mend.
func (u *unit) triesUntil(body *ast.BlockStmt) bool {
	found := false
	u.exits(body, func(cond ast.Expr, exit ast.Stmt) {
		if cond == nil || u.errorIs(cond, token.NEQ) {
			return
		}
		if ret, ok := exit.(*ast.ReturnStmt); ok && len(ret.Results) > 0 {
			last := ret.Results[len(ret.Results)-1]
			if golang.IsError(u.Info.TypeOf(last)) && !u.Info.Types[last].IsNil() && !u.judgesError(cond) {
				return
			}
		}
		found = true
	})
	return found
}

// migrationTable: the counter picks functions that take a database handle
// from a table of the package.
func (u *unit) migrationTable(s *ast.ForStmt, obj types.Object) bool {
	found := false
	inspect(s.Body, func(n ast.Node) bool {
		ix, ok := n.(*ast.IndexExpr)
		if !ok || !u.mentions(ix.Index, obj) {
			return !found
		}
		if sig, ok := under(u.Info.TypeOf(ix)).(*types.Signature); ok {
			for i := range sig.Params().Len() {
				found = found || u.handle(sig.Params().At(i).Type()) != noHandle
			}
		}
		if el := u.Info.TypeOf(ix); el != nil {
			found = found || u.isCode(el)
		}
		return !found
	})
	return found
}
