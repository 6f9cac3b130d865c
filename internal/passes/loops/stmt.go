package loops

import (
	"go/ast"
	"go/token"
	"go/types"
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
	l.Bound, l.Why, l.Count = v.bound, v.why, v.count
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
	if v.bound == Worker && u.batchElements(s) {
		return verdict{bound: Batch, why: "receives batches"}
	}
	if v.bound == Data || v.bound == Constant {
		if w, ok := u.byFunction(s); ok && v.bound == Data {
			return w
		}
		if w, ok := u.byElement(u.Info.TypeOf(s.X)); ok {
			return w
		}
		if u.batchElements(s) || u.yieldsBatches(s) || u.dealt(s) {
			return verdict{bound: Batch, why: "ranges over batches"}
		}
		if rangeKind(u.Info.TypeOf(s.X)) == RangeInt && v.bound == Data && s.Key != nil && mentionsName(s.Key, "page", "batch", "chunk") {
			return verdict{bound: Page, why: "counts pages"}
		}
		_, durations := named(elem(u.Info.TypeOf(s.X)))
		over := rangeKind(u.Info.TypeOf(s.X)) == RangeInt
		if over || durations == "Duration" {
			if why := u.retry(s.Body); why != "" && (s.Value == nil || durations == "Duration") {
				return verdict{bound: Retry, why: why}
			}
		}
		if over && v.bound == Data && mentionsName(s.X, "retr", "attempt", "tries") {
			return verdict{bound: Retry, why: "counts attempts"}
		}
	}
	if v.why != "" {
		v.why = "ranges over " + v.why
	}
	return v
}

// batchElements: the elements are slices, and the element or the collection is
// named for batches.
func (u *unit) batchElements(s *ast.RangeStmt) bool {
	el, ok := under(elem(u.Info.TypeOf(s.X))).(*types.Slice)
	if !ok {
		return false
	}
	if b, ok := el.Elem().Underlying().(*types.Basic); ok && b.Kind() == types.Byte {
		return false
	}
	stems := []string{"batch", "chunk", "page", "partition"}
	return s.Value != nil && mentionsName(s.Value, stems...) || rangeKind(u.Info.TypeOf(s.X)) != RangeMap && mentionsName(s.X, stems...) ||
		s.Value == nil && s.Key != nil && mentionsName(s.Key, stems...)
}

// dealt: the elements are lists that this function has filled in turn, by a
// quotient of a counter: groups[i/size] = append(groups[i/size], x).
func (u *unit) dealt(s *ast.RangeStmt) bool {
	if _, ok := under(elem(u.Info.TypeOf(s.X))).(*types.Slice); !ok {
		return false
	}
	for _, w := range u.writes[u.object(s.X)] {
		if w.kind != element || w.lhs == nil {
			continue
		}
		if ix, ok := ast.Unparen(w.lhs).(*ast.IndexExpr); ok {
			if b, ok := ast.Unparen(ix.Index).(*ast.BinaryExpr); ok && (b.Op == token.QUO || b.Op == token.REM) {
				return true
			}
		}
	}
	return false
}

// yieldsBatches: an iterator function yields slices, as a whole: the body
// takes no single element of them, as it would of a record's columns.
func (u *unit) yieldsBatches(s *ast.RangeStmt) bool {
	if rangeKind(u.Info.TypeOf(s.X)) != RangeFunc {
		return false
	}
	for _, e := range []ast.Expr{s.Key, s.Value} {
		if e == nil {
			continue
		}
		t, ok := under(u.Info.TypeOf(e)).(*types.Slice)
		if !ok || isByte(t.Elem()) {
			continue
		}
		return !u.indexedByConst(s.Body, u.object(e))
	}
	return false
}

func isByte(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == types.Byte
}

// indexedByConst: the body takes an element of obj whose place is a constant.
func (u *unit) indexedByConst(body ast.Node, obj types.Object) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		if ix, ok := n.(*ast.IndexExpr); ok && obj != nil && u.object(ix.X) == obj {
			_, isConst := u.integer(ix.Index)
			found = found || isConst
		}
		return !found
	})
	return found
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
	if mentionsName(s.Cond, "retr", "attempt", "tries") {
		return verdict{bound: Retry, why: "counts attempts"}
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
				moved = moved || w.kind == assign && within(w.at, s.Body)
			}
		}
		found = found || len(bounds) == 2 && moved
		return !found
	})
	return found
}

// iterator: the condition asks an iterator for the next element.
func (u *unit) iterator(s *ast.ForStmt) (verdict, bool) {
	call, ok := ast.Unparen(s.Cond).(*ast.CallExpr)
	if s.Cond == nil || !ok {
		return verdict{}, false
	}
	fn := u.callee(call)
	if fn == nil || fn.Signature().Recv() == nil {
		return verdict{}, false
	}
	switch fn.Name() {
	case "Next", "HasNext", "More", "HasMore", "MoveNext", "Scan", "TryNext", "NextRow", "Advance":
	default:
		if mentionsName(call.Fun, "retr", "backoff", "attempt") || fn.Name() == "Ongoing" {
			return verdict{bound: Retry, why: "asks a retrier"}, true
		}
		return verdict{}, false
	}
	_, typ := named(u.Info.TypeOf(recv(call)))
	switch {
	case speaks(typ, "retr", "backoff") || mentionsName(call.Fun, "retr", "backoff"):
		return verdict{bound: Retry, why: "asks a retrier"}, true
	case speaks(typ, "page", "pager", "paginator") || mentionsName(call.Fun, "page", "pager", "paginator"):
		return verdict{bound: Page, why: "asks a pager for the next page"}, true
	case speaks(typ, "batch", "chunk"):
		return verdict{bound: Batch, why: "asks for the next batch"}, true
	}
	return verdict{bound: Data, why: "asks an iterator for the next element"}, true
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
	if t == nil || !isBool(u.Info.TypeOf(call)) {
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
