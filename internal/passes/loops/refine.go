package loops

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"sort"
	"strings"

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

// batchFull: the call runs only where enough elements came together, and that
// empties the batch.
func (u *unit) batchFull(n ast.Node, l *Loop) bool {
	return slices.ContainsFunc(u.known(n, l.Node), func(k known) bool {
		return slices.ContainsFunc(k.any, func(t golang.Test) bool {
			return slices.ContainsFunc(t.Sides(), func(t golang.Test) bool { return u.fullBy(t, k.in, l) })
		})
	})
}

func (u *unit) fullBy(t golang.Test, in ast.Node, l *Loop) bool {
	reached := t.Op == token.GEQ || t.Op == token.EQL || t.Op == token.GTR
	limit, known := u.integer(t.Y)
	switch x := ast.Unparen(t.X).(type) {
	case *ast.BinaryExpr:
		k, ok := u.integer(x.Y)
		return x.Op == token.REM && !(ok && k < 2) && t.Op == token.EQL // i%size == 0
	case *ast.CallExpr:
		var obj types.Object
		if u.builtin(x) == "len" {
			obj = u.rootObj(x.Args[0])
		} else if recv(x) != nil && len(x.Args) == 0 && isInteger(u.Info.TypeOf(x)) {
			obj = u.rootObj(recv(x))
		}
		return obj != nil && !local(obj, l.Body) && reached && !(known && limit == 0) && (u.emptied(obj, in) || u.callsClosure(in, l))
	case *ast.Ident:
		obj := u.object(x)
		down := known && limit <= 1 && t.Op != token.NEQ
		return obj != nil && isInteger(obj.Type()) && !local(obj, l.Body) && (reached || down) && u.emptied(obj, in)
	}
	return false
}

// emptied: the code assigns obj anew.
func (u *unit) emptied(obj types.Object, in ast.Node) bool {
	return slices.ContainsFunc(u.writes[obj], func(w write) bool { return w.kind == assign && golang.Within(w.at, in) })
}

// callsClosure: the code calls a local closure, which may empty the batch.
func (u *unit) callsClosure(in ast.Node, l *Loop) bool {
	found := false
	ast.Inspect(l.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && golang.Within(call, in) {
			v, ok := u.object(call.Fun).(*types.Var)
			found = found || ok && !v.IsField()
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
	return u.equalsConst(n, l, isIndex) != ""
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
	return u.equalsConst(n, l, isElem)
}

// equalsConst returns the constants of which the element is one where a node runs,
// as text; "" if that is not known.
func (u *unit) equalsConst(n ast.Node, l *Loop, isElem func(ast.Expr) bool) string {
	for _, k := range u.known(n, l.Node) {
		var list []string
		for _, t := range k.any {
			for _, s := range t.Sides() {
				if s.Op == token.EQL && isElem(s.X) && u.Info.Types[s.Y].Value != nil {
					list = append(list, types.ExprString(s.Y))
				}
			}
		}
		if len(list) > 0 && len(list) == len(k.any) {
			return strings.Join(list, " or ")
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
		if !ok || golang.IsError(v.Type()) || u.isGlobal(v) || local(v, s.Body) {
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
