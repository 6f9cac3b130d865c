package loops

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// loop returns the classification of a for or range statement that holds for
// any call in it.
func (u *unit) loop(s ast.Stmt) *Loop {
	if l := u.loops[s]; l != nil {
		return l
	}
	l := &Loop{Node: s, Line: u.line(s.Pos())}
	u.loops[s] = l // for a channel that is filled by a loop over itself
	var v verdict
	switch s := s.(type) {
	case *ast.RangeStmt:
		l.Body = s.Body
		l.Kind = rangeKind(u.Info.TypeOf(s.X))
		l.Vars = u.vars(s.Key, s.Value)
		v = u.rangeLoop(s)
	case *ast.ForStmt:
		l.Body, l.Kind = s.Body, For
		v = u.forLoop(s)
		if u.overRows(s) {
			l.Kind = Rows
		}
		l.Vars = u.changing(s)
	}
	l.Bound, l.Why, l.Count, l.Chain = v.bound, v.why, v.count, v.chain
	return l
}

func rangeKind(t types.Type) Kind {
	switch t := under(t).(type) {
	case *types.Map:
		return RangeMap
	case *types.Chan:
		return RangeChan
	case *types.Signature:
		return RangeFunc
	case *types.Basic:
		if t.Info()&types.IsInteger != 0 {
			return RangeInt
		}
	}
	return Range
}

func (u *unit) vars(list ...ast.Expr) []*types.Var {
	var out []*types.Var
	for _, e := range list {
		if e != nil {
			if v, ok := u.object(e).(*types.Var); ok {
				out = append(out, v)
			}
		}
	}
	return out
}

func (u *unit) rangeLoop(s *ast.RangeStmt) verdict {
	v := u.source(s.X)
	if v.bound == Worker && listElem(u.Info.TypeOf(s.X)) != nil {
		return verdict{bound: Batch, why: "receives lists"}
	}
	if v.bound == Data || v.bound == Constant {
		if w, ok := u.byFunction(s); ok && v.bound == Data {
			return w
		}
		if w, ok := u.byElement(u.Info.TypeOf(s.X)); ok {
			return w
		}
		if v.bound == Data && u.runsElements(s) {
			return verdict{bound: Migrations, why: "the elements are SQL statements"}
		}
		if u.overBatches(s) {
			return verdict{bound: Batch, why: "ranges over batches"}
		}
		_, durations := named(elem(u.Info.TypeOf(s.X)))
		over := rangeKind(u.Info.TypeOf(s.X)) == RangeInt
		if over || durations == "Duration" {
			if why := u.retry(s.Body); why != "" && (s.Value == nil || durations == "Duration") {
				return verdict{bound: Retry, why: why}
			}
		}
		if over && v.bound == Data && !u.isLen(s.X) {
			if w, ok := u.byNumber(s.Body, u.object(s.Key), u.takesAt(s.Body, u.object(s.Key))); ok {
				return w
			}
		}
	}
	if v.why != "" {
		v.why = "ranges over " + v.why
	}
	return v
}

// byFunction: benchmarks and tables of tests.
func (u *unit) byFunction(s *ast.RangeStmt) (verdict, bool) {
	if isTestingN(u.Info, s.X) {
		return verdict{bound: Tests, why: "a benchmark"}, true
	}
	runs := false
	inspect(s.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if fn := u.callee(call); fn != nil && (fn.FullName() == "(*testing.T).Run" || fn.FullName() == "(*testing.B).Run") {
				runs = true
			}
		}
		return !runs
	})
	if runs {
		return verdict{bound: Tests, why: "cases of a test"}, true
	}
	return verdict{}, false
}

// isTestingN reports whether e mentions the field N of a benchmark, or calls
// its method Loop or Next.
func isTestingN(info *types.Info, e ast.Expr) bool {
	found := false
	if e == nil {
		return false
	}
	ast.Inspect(e, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			path, name := named(info.TypeOf(sel.X))
			if path == "testing" && (name == "B" || name == "PB") {
				found = true
			}
		}
		return !found
	})
	return found
}

// forLoop classifies a for statement. The order matters: from what is sure to
// what is concluded from habits.
func (u *unit) forLoop(s *ast.ForStmt) verdict {
	if isTestingN(u.Info, s.Cond) {
		return verdict{bound: Tests, why: "a benchmark"}
	}
	if u.overRows(s) {
		return verdict{bound: Data, why: "reads the rows of a result"}
	}
	if v, ok := u.iterator(s); ok {
		return v
	}
	if v, ok := u.dataLoop(s); ok {
		return v
	}
	if u.halves(s) {
		return verdict{bound: Halving, why: "halves what is left"}
	}
	c, counted := u.counter(s)
	if !counted || !c.overLen {
		if why := u.retry(s.Body); why != "" {
			return verdict{bound: Retry, why: why}
		}
	}
	if counted {
		return u.countedLoop(s, c)
	}
	if v, ok := u.workList(s); ok {
		return v
	}
	if s.Cond != nil && !u.endless(s.Cond) {
		if v, ok := u.condLoop(s); ok {
			return v
		}
	}
	return u.endlessLoop(s)
}

// halves: the body takes the middle of two variables that the condition
// compares, and moves one of them.
func (u *unit) halves(s *ast.ForStmt) bool {
	if s.Cond == nil {
		return false
	}
	found := false
	inspect(s.Body, func(n ast.Node) bool {
		b, ok := n.(*ast.BinaryExpr)
		if !ok {
			return !found
		}
		k, isConst := u.integer(b.Y)
		if !isConst || !(b.Op == token.QUO && k == 2 || b.Op == token.SHR && k == 1) {
			return !found
		}
		bounds := make(map[types.Object]bool)
		for _, obj := range u.objectsIn(b.X) {
			if !local(obj, s.Body) && u.mentions(s.Cond, obj) {
				bounds[obj] = true
			}
		}
		moved := false
		for obj := range bounds {
			for _, w := range u.writes[obj] {
				moved = moved || w.kind == assign && golang.Within(w.at, s.Body)
			}
		}
		found = found || len(bounds) == 2 && moved
		return !found
	})
	return found
}

// iterator: the condition asks something for the next element, which the body
// takes from it.
func (u *unit) iterator(s *ast.ForStmt) (verdict, bool) {
	if s.Cond == nil {
		return verdict{}, false
	}
	call, ok := ast.Unparen(s.Cond).(*ast.CallExpr)
	if !ok || !u.asksLocal(call) {
		return verdict{}, false
	}
	many, found := u.takesFrom(s.Body, recv(call))
	switch {
	case !found:
		return verdict{}, false
	case many:
		return verdict{bound: Page, why: "asks for the next page"}, true
	}
	return verdict{bound: Data, why: "asks an iterator for the next element"}, true
}

// asksLocal: the call is of a method of something that neither is nor has a
// database, or the context: it is asked what it holds.
func (u *unit) asksLocal(call *ast.CallExpr) bool {
	fn, x := u.callee(call), recv(call)
	if fn == nil || x == nil || fn.Signature().Recv() == nil || u.rootObj(x) == nil {
		return false
	}
	t := u.Info.TypeOf(x)
	if u.ignored(t) || u.handle(t) != noHandle {
		return false
	}
	if path, _ := named(t); path == "sync/atomic" {
		return false
	}
	s, ok := under(t).(*types.Struct)
	return !ok || !u.reachesHandle(s, 2)
}

// takesFrom: the body takes values from x: results of its methods and of
// functions that are given it, what a method writes to an argument, its fields.
// many says that what it takes holds
// many, which the body ranges over.
func (u *unit) takesFrom(body ast.Node, x ast.Expr) (many, found bool) {
	obj, path, _ := u.fieldPath(x)
	same := func(e ast.Expr) bool {
		o, p, exact := u.fieldPath(e)
		return o != nil && o == obj && p == path && exact
	}
	inspect(body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && u.builtin(call) == "" && u.usesResult(call) {
			for _, a := range call.Args {
				found = found || same(a) // heap.Pop(h)
			}
		}
		sel, ok := n.(*ast.SelectorExpr)
		if !ok || !same(sel.X) {
			return true
		}
		call, ok := u.parent[sel].(*ast.CallExpr)
		if !ok || call.Fun != sel {
			found = found || u.Info.Selections[sel] != nil
			return true
		}
		writes := false
		for _, a := range call.Args {
			_, isPtr := u.Info.TypeOf(a).Underlying().(*types.Pointer)
			writes = writes || isPtr
		}
		if !writes && !u.usesResult(call) {
			return true
		}
		found = true
		many = many || u.answersMany(call, body) && !u.indexesResult(call, body)
		return true
	})
	return many, found
}

// usesResult: a value that the call returns, other than an error, is used.
func (u *unit) usesResult(call *ast.CallExpr) bool {
	if _, ok := u.parent[call].(*ast.ExprStmt); ok {
		return false
	}
	t := u.Info.TypeOf(call)
	if tuple, ok := t.(*types.Tuple); ok {
		return tuple.Len() > 0
	}
	return !golang.IsError(t)
}

// indexesResult: the body takes an element of what the call returns whose
// place is a constant: a record's column.
func (u *unit) indexesResult(call *ast.CallExpr, body ast.Node) bool {
	a, ok := u.parent[call].(*ast.AssignStmt)
	if !ok {
		return false
	}
	for _, l := range a.Lhs {
		if obj := u.object(l); obj != nil && u.indexedByConst(body, obj) {
			return true
		}
	}
	return false
}

// indexedByConst: the body takes an element of obj whose place is a constant.
func (u *unit) indexedByConst(body ast.Node, obj types.Object) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		if ix, ok := n.(*ast.IndexExpr); ok && u.object(ix.X) == obj {
			_, isConst := u.integer(ix.Index)
			found = found || isConst
		}
		return !found
	})
	return found
}

// recv returns the expression that a method is called on, nil for a function.
func recv(call *ast.CallExpr) ast.Expr {
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		return sel.X
	}
	return nil
}

// overRows: the loop reads the rows of a query's result.
func (u *unit) overRows(s *ast.ForStmt) bool {
	if s.Cond == nil {
		return false
	}
	found := false
	ast.Inspect(s.Cond, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && u.isRowsNext(call) {
			found = true
		}
		return !found
	})
	return found
}

// isRowsNext: Next of a result, by the catalogue or because Scan and Err
// stand beside it.
func (u *unit) isRowsNext(call *ast.CallExpr) bool {
	fn := u.callee(call)
	if fn == nil || fn.Name() != "Next" && fn.Name() != "NextScan" || recv(call) == nil {
		return false
	}
	t := u.Info.TypeOf(recv(call))
	if t == nil || !golang.IsBool(u.Info.TypeOf(call)) {
		return false
	}
	set := types.NewMethodSet(pointerTo(t))
	scan := set.Lookup(fn.Pkg(), "Scan")
	if scan == nil {
		return false
	}
	sig, ok := scan.Type().(*types.Signature)
	return ok && sig.Params().Len() > 0
}

// endless: a condition that only asks whether to stop altogether: true, a
// context's Err.
func (u *unit) endless(cond ast.Expr) bool {
	if u.Info.Types[cond].Value != nil {
		return true
	}
	stop := false
	ast.Inspect(cond, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if r := recv(call); r != nil {
				path, name := named(u.Info.TypeOf(r))
				stop = stop || path == "context" && name == "Context" || path == "sync/atomic"
			}
		}
		return !stop
	})
	return stop
}

// mentions reports whether e mentions obj.
func (u *unit) mentions(e ast.Node, obj types.Object) bool {
	if e == nil || obj == nil {
		return false
	}
	if x, ok := e.(ast.Expr); ok && x == nil {
		return false
	}
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && u.Info.Uses[id] == obj {
			found = true
		}
		return !found
	})
	return found
}
