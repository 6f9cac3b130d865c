package loops

import (
	"go/ast"
	"go/token"
	"go/types"
	"sort"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// refine corrects the classification of a loop for one call in it. n is the
// node that the loop was reached from: the call itself, or the call of the
// literal that it stands in; f tells how control goes on after it.
func (u *unit) refine(l *Loop, call *ast.CallExpr, n ast.Node, f flow) {
	loop := l.Node.(ast.Stmt)
	if f.leaves(loop) && golang.Within(n, l.Body) {
		if u.repeatable(l) {
			l.Bound, l.Why = FirstHit, "the loop is left after the call"
		}
		return
	}
	if l.Bound == Data && l.Async && (l.Kind == For || l.Kind == RangeInt) && !u.countsElements(loop) {
		l.Bound, l.Why = Worker, "starts workers"
		return
	}
	if l.Bound != Data {
		return
	}
	if u.batchFull(n, l) {
		l.Bound, l.Why = Batch, "runs when a batch is full"
		return
	}
	if u.inFirst(n, l) {
		l.Bound, l.Why = Dispatch, "runs only in the first iteration"
		return
	}
	if v := u.dispatched(n, l); v != "" {
		l.Bound, l.Why = Dispatch, "runs only for the element "+v
	}
}

// repeatable: bounds that being left after the call is a better reason than.
func (u *unit) repeatable(l *Loop) bool {
	switch l.Bound {
	case Data, Unknown, Constant, Worker:
		return true
	}
	return false
}

// countsElements: the loop counts to the length of something.
func (u *unit) countsElements(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.ForStmt:
		c, ok := u.counter(s)
		return ok && c.overLen
	case *ast.RangeStmt:
		return u.isLen(s.X)
	}
	return false
}

// batchFull: the call stands under a condition that tells whether enough
// elements came together, and the branch empties the batch.
func (u *unit) batchFull(n ast.Node, l *Loop) bool {
	for child, p := n, u.parent[n]; p != nil && p != l.Node; child, p = p, u.parent[p] {
		s, ok := p.(*ast.IfStmt)
		if !ok || child != s.Body {
			continue
		}
		full := false
		ast.Inspect(s.Cond, func(n ast.Node) bool {
			if cmp, ok := n.(*ast.BinaryExpr); ok {
				full = full || u.fullBy(cmp, s, l)
			}
			return !full
		})
		if full {
			return true
		}
	}
	return false
}

func (u *unit) fullBy(cmp *ast.BinaryExpr, s *ast.IfStmt, l *Loop) bool {
	switch cmp.Op {
	case token.GEQ, token.EQL, token.GTR, token.LEQ, token.LSS:
	default:
		return false
	}
	for _, side := range []ast.Expr{cmp.X, cmp.Y} {
		switch x := ast.Unparen(side).(type) {
		case *ast.BinaryExpr:
			if k, ok := u.integer(x.Y); x.Op == token.REM && !(ok && k < 2) && cmp.Op == token.EQL {
				return true // i%size == 0
			}
		case *ast.CallExpr:
			var obj types.Object
			if u.builtin(x) == "len" {
				obj = u.rootObj(x.Args[0])
			} else if recv(x) != nil && len(x.Args) == 0 && isInteger(u.Info.TypeOf(x)) {
				obj = u.rootObj(recv(x))
			}
			if obj != nil && !local(obj, l.Body) && (u.emptied(obj, s) || u.callsClosure(s)) && cmp.Op != token.LSS && cmp.Op != token.LEQ {
				return !u.isZero(cmp)
			}
		case *ast.Ident:
			obj := u.object(x)
			if obj != nil && isInteger(obj.Type()) && !local(obj, l.Body) && u.emptied(obj, s) {
				return true
			}
		}
	}
	return false
}

// isZero: the comparison is with zero.
func (u *unit) isZero(cmp *ast.BinaryExpr) bool {
	for _, e := range []ast.Expr{cmp.X, cmp.Y} {
		if n, ok := u.integer(e); ok && n == 0 {
			return true
		}
	}
	return false
}

// emptied: the branch assigns obj anew.
func (u *unit) emptied(obj types.Object, s *ast.IfStmt) bool {
	for _, w := range u.writes[obj] {
		if w.kind == assign && golang.Within(w.at, s.Body) {
			return true
		}
	}
	return false
}

// callsClosure: the branch calls a local closure, which may empty the batch.
func (u *unit) callsClosure(s *ast.IfStmt) bool {
	found := false
	ast.Inspect(s.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if v, ok := u.object(call.Fun).(*types.Var); ok && !v.IsField() {
				found = true
			}
		}
		return !found
	})
	return found
}

// inFirst: the call runs only if the loop's own counter, or the index that it
// ranges with, is a constant: if i == 0.
func (u *unit) inFirst(n ast.Node, l *Loop) bool {
	isIndex := func(e ast.Expr) bool {
		obj := u.object(e)
		if obj == nil || !isInteger(obj.Type()) {
			return false
		}
		switch s := l.Node.(type) {
		case *ast.RangeStmt:
			return (l.Kind == Range || l.Kind == RangeInt) && s.Key != nil && u.object(s.Key) == obj
		case *ast.ForStmt:
			c, ok := u.counter(s)
			return ok && c.obj == obj && s.Post != nil && c.step == nil && c.moved == nil
		}
		return false
	}
	for child, p := n, u.parent[n]; p != nil && p != l.Node; child, p = p, u.parent[p] {
		if s, ok := p.(*ast.IfStmt); ok && child == s.Body && u.equalsConst(s.Cond, isIndex) != "" {
			return true
		}
	}
	return false
}

// dispatched: the call runs only if the element itself, a string or number,
// equals a constant; returns the constant's text, or "". Of a map that is the key:
// many keys may have one value.
func (u *unit) dispatched(n ast.Node, l *Loop) string {
	isElem := func(e ast.Expr) bool {
		obj := u.object(e)
		if obj == nil {
			return false
		}
		if _, ok := obj.Type().Underlying().(*types.Basic); !ok {
			return false
		}
		r, ok := l.Node.(*ast.RangeStmt)
		return ok && (l.Kind != RangeMap && r.Value != nil && u.object(r.Value) == obj || r.Key != nil && u.object(r.Key) == obj && l.Kind != RangeInt && l.Kind != Range)
	}
	for child, p := n, u.parent[n]; p != nil && p != l.Node; child, p = p, u.parent[p] {
		switch p := p.(type) {
		case *ast.IfStmt:
			if child == p.Body {
				if v := u.equalsConst(p.Cond, isElem); v != "" {
					return v
				}
			}
		case *ast.CaseClause:
			sw, ok := u.parent[u.parent[p]].(*ast.SwitchStmt)
			if !ok || len(p.List) == 0 {
				continue
			}
			if sw.Tag != nil && isElem(sw.Tag) && u.Info.Types[p.List[0]].Value != nil {
				return types.ExprString(p.List[0])
			}
			if sw.Tag == nil {
				if v := u.equalsConst(p.List[0], isElem); v != "" {
					return v
				}
			}
		}
	}
	return ""
}

// equalsConst: cond holds only if the element equals a constant.
func (u *unit) equalsConst(cond ast.Expr, isElem func(ast.Expr) bool) string {
	b, ok := ast.Unparen(cond).(*ast.BinaryExpr)
	if !ok {
		return ""
	}
	switch b.Op {
	case token.LAND:
		if v := u.equalsConst(b.X, isElem); v != "" {
			return v
		}
		return u.equalsConst(b.Y, isElem)
	case token.LOR:
		x, y := u.equalsConst(b.X, isElem), u.equalsConst(b.Y, isElem)
		if x == "" || y == "" {
			return ""
		}
		return x + " or " + y
	case token.EQL:
		for _, side := range [][2]ast.Expr{{b.X, b.Y}, {b.Y, b.X}} {
			if isElem(side[0]) && u.Info.Types[side[1]].Value != nil {
				return types.ExprString(side[1])
			}
		}
	}
	return ""
}

// executed returns the statement that a call executes: its argument, or that
// of the call before in a chain: o.Raw(sql).Exec(). Nil if there is none.
func (u *unit) executed(call *ast.CallExpr) ast.Expr {
	api, ok := u.api(call)
	if !ok {
		return nil
	}
	switch {
	case api.SQLArg >= 0 && api.SQLArg < len(call.Args):
		if api.Role == apis.Exec || api.Role == apis.RawSQL && api.RoundTrip {
			return ast.Unparen(call.Args[api.SQLArg])
		}
	case api.Role == apis.Exec || api.Role == apis.BuilderTerminal:
		before, ok := ast.Unparen(recv(call)).(*ast.CallExpr)
		if !ok {
			return nil
		}
		if raw, ok := u.api(before); ok && raw.Role == apis.RawSQL && raw.SQLArg >= 0 && raw.SQLArg < len(before.Args) {
			return ast.Unparen(before.Args[raw.SQLArg])
		}
	}
	return nil
}

// runsElements: the body executes a statement that is the element itself, or a
// field of it: the loop runs a script.
func (u *unit) runsElements(s *ast.RangeStmt) bool {
	found := false
	inspect(s.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && !found {
			if e := u.executed(call); e != nil {
				found = u.isPart(e, s, 3)
			}
		}
		return !found
	})
	return found
}

// isPart: e is the element that a range statement gives, a field of it, or what
// a conversion or a function of package strings makes of it.
func (u *unit) isPart(e ast.Expr, s *ast.RangeStmt, depth int) bool {
	switch x := ast.Unparen(e).(type) {
	case *ast.CallExpr:
		fn := u.callee(x)
		if len(x.Args) > 0 && depth > 0 && (u.Info.Types[x.Fun].IsType() || fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "strings") {
			return u.isPart(x.Args[0], s, depth-1)
		}
		return false
	case *ast.Ident:
		if ws := u.writes[u.object(x)]; len(ws) == 1 && ws[0].kind == define && ws[0].rhs != nil && depth > 0 {
			return u.isPart(ws[0].rhs, s, depth-1) // stmt = strings.TrimSpace(part)
		}
	case *ast.IndexExpr:
		return s.Key != nil && u.object(s.Key) != nil && u.mentions(x.Index, u.object(s.Key))
	}
	root := u.rootObj(e)
	return root != nil && s.Value != nil && root == u.object(s.Value)
}

// changing returns the variables that a for statement moves: stepped in its
// post statement, or mentioned in its condition and written in its body; for
// one without a condition, those that live across iterations and are written.
func (u *unit) changing(s *ast.ForStmt) []*types.Var {
	var list []*types.Var
	for obj, ws := range u.writes {
		v, ok := obj.(*types.Var)
		if !ok || isError(v.Type()) || u.isGlobal(v) || local(v, s.Body) {
			continue
		}
		for _, w := range ws {
			if w.kind == address || w.kind == element {
				continue
			}
			post := s.Post != nil && golang.Within(w.at, s.Post)
			body := golang.Within(w.at, s.Body) && (s.Cond == nil || u.mentions(s.Cond, v))
			if post || body {
				list = append(list, v)
				break
			}
		}
	}
	sortVars(list)
	return list
}

func sortVars(list []*types.Var) {
	sort.Slice(list, func(i, j int) bool { return list[i].Pos() < list[j].Pos() })
}
