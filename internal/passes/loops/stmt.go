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
	if v.bound == Data || v.bound == Constant {
		if w, ok := u.byFunction(s); ok && v.bound == Data {
			return w
		}
		if w, ok := u.byElement(u.Info.TypeOf(s.X)); ok {
			return w
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
	if v, ok := u.iterator(s); ok {
		return v
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
	case u.overRows(s):
		return verdict{bound: Data, why: "reads the rows of a result"}, true
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
	if t == nil {
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

// A counter is the variable that a counted loop steps.
type counter struct {
	obj     types.Object
	limit   ast.Expr // what it is compared with
	step    ast.Expr // nil for ++ and --
	moved   ast.Expr // the value of an assignment such as start = end; nil otherwise
	overLen bool     // limit is the length of something
}

// counter finds the counter of a for statement: compared in the condition,
// stepped in the post statement or in the body.
func (u *unit) counter(s *ast.ForStmt) (counter, bool) {
	var found counter
	ok := false
	conjuncts(s.Cond, func(e ast.Expr) {
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
				found.overLen = u.isLen(side[1])
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
		if s.Post != nil && within(w.at, s.Post) || within(w.at, s.Body) && !local(obj, s.Body) {
			if c, ok := stepBy(w, obj); ok {
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
			found = found || u.builtin(n) == "len" || u.callee(n) != nil && u.callee(n).Name() == "Len"
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

// conjuncts calls f for the operands of && in cond.
func conjuncts(cond ast.Expr, f func(ast.Expr)) {
	if cond == nil {
		return
	}
	if b, ok := ast.Unparen(cond).(*ast.BinaryExpr); ok && b.Op == token.LAND {
		conjuncts(b.X, f)
		conjuncts(b.Y, f)
		return
	}
	f(cond)
}

func (u *unit) countedLoop(s *ast.ForStmt, c counter) verdict {
	var (
		init, okInit = u.startOf(s, c.obj)
		limit, okLim = u.integer(c.limit)
	)
	if okInit && okLim && c.moved == nil {
		n := max(limit-init, init-limit)
		if c.step != nil {
			if by, ok := u.integer(c.step); ok && by != 0 {
				n = max(n/by, -n/by)
			}
		}
		return verdict{Constant, "counts between constants", max(n, 1)}
	}
	stepped := c.step != nil || c.moved != nil
	switch {
	case stepped && u.slicesBy(s, c.obj):
		return verdict{bound: Batch, why: "takes a slice of the data at a time"}
	case stepped && c.moved == nil && (u.passedToCall(s, c.obj) || speaks(c.obj.Name(), "offset", "page", "skip", "start", "from")):
		return verdict{bound: Page, why: c.obj.Name() + " moves on by a page"}
	case speaks(c.obj.Name(), "page", "offset", "chunk", "batch") || mentionsName(c.limit, "page", "pages", "batch", "batches", "chunk", "chunks"):
		return verdict{bound: Page, why: "counts pages"}
	case u.migrationTable(s, c.obj):
		return verdict{bound: Migrations, why: "runs a table of migrations"}
	case u.slicesBy(s, c.obj) && c.step == nil && u.multiplied(s, c.obj):
		return verdict{bound: Batch, why: "takes a slice of the data at a time"}
	}
	v := u.source(c.limit)
	v.count = 0
	switch v.bound {
	case Constant:
		if !okInit {
			return verdict{bound: Data, why: "counts to " + v.why}
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
func (u *unit) slicesBy(s *ast.ForStmt, obj types.Object) bool {
	found := false
	inspect(s.Body, func(n ast.Node) bool {
		if sl, ok := n.(*ast.SliceExpr); ok && (u.mentions(sl.Low, obj) || u.mentions(sl.High, obj)) {
			found = true
		}
		return !found
	})
	return found
}

// multiplied: the body computes with a multiple of the counter: i*size.
func (u *unit) multiplied(s *ast.ForStmt, obj types.Object) bool {
	found := false
	inspect(s.Body, func(n ast.Node) bool {
		if b, ok := n.(*ast.BinaryExpr); ok && b.Op == token.MUL && (u.mentions(b.X, obj) || u.mentions(b.Y, obj)) {
			found = true
		}
		return !found
	})
	return found
}

// passedToCall: the counter itself is an argument of a call in the body.
func (u *unit) passedToCall(s *ast.ForStmt, obj types.Object) bool {
	found := false
	inspect(s.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && u.builtin(call) == "" {
			for _, a := range call.Args {
				found = found || u.object(a) == obj
			}
		}
		return !found
	})
	return found
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
			found = found || u.isMigration(el)
		}
		return !found
	})
	return found
}
