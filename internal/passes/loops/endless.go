package loops

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// exits calls f for each condition under which control leaves the loop body
// (break, return), with whether the condition's own branch does. cond is nil
// for an exit without an if in this loop.
func (u *unit) exits(body *ast.BlockStmt, f func(cond ast.Expr, exit ast.Stmt)) {
	loop, _ := u.parent[body].(ast.Stmt)
	inspect(body, func(n ast.Node) bool {
		var exit ast.Stmt
		switch n := n.(type) {
		case *ast.ReturnStmt:
			exit = n
		case *ast.BranchStmt:
			if t := u.target(n); n.Tok == token.BREAK && (t == loop || t != nil && !golang.Within(t, body)) {
				exit = n
			}
		}
		if exit != nil {
			f(u.guard(exit, body), exit)
		}
		return true
	})
}

// guard returns the condition of the innermost if, or the tag of the innermost
// switch, around n within body.
func (u *unit) guard(n ast.Node, body ast.Node) ast.Expr {
	for child, p := n, u.parent[n]; p != nil && child != body; child, p = p, u.parent[p] {
		switch p := p.(type) {
		case *ast.IfStmt:
			if child != p.Init && child != p.Cond {
				return p.Cond
			}
		case *ast.CaseClause:
			if sw, ok := u.parent[u.parent[p]].(*ast.SwitchStmt); ok && sw.Tag != nil {
				return sw.Tag
			}
			if len(p.List) > 0 {
				return p.List[0]
			}
		}
	}
	return nil
}

// retry explains why a loop with this body repeats only after a failure; ""
// if it does not.
func (u *unit) retry(body *ast.BlockStmt) string {
	loop, _ := u.parent[body].(ast.Stmt)
	success := false
	u.exits(body, func(cond ast.Expr, exit ast.Stmt) {
		if cond != nil && u.errorIs(cond, token.EQL) && u.inThen(exit, cond) {
			success = true
		}
	})
	if success {
		return "leaves on success"
	}
	// The end of the body leaves: only continue repeats it, under an error.
	f := u.stmt(body)
	if f.normal || f.jump || !f.continues[loop] {
		return ""
	}
	failure := true
	inspect(body, func(n ast.Node) bool {
		if b, ok := n.(*ast.BranchStmt); ok && b.Tok == token.CONTINUE && u.target(b) == loop {
			cond := u.guard(b, body)
			failure = failure && cond != nil
		}
		return true
	})
	if !failure {
		return ""
	}
	return "repeats on continue only"
}

// inThen reports whether exit is in the branch that cond selects, not in the
// else branch.
func (u *unit) inThen(exit ast.Stmt, cond ast.Expr) bool {
	s, ok := u.parent[cond].(*ast.IfStmt)
	return !ok || golang.Within(exit, s.Body)
}

// errorIs reports whether cond compares an error with nil by op, in one of
// its parts.
func (u *unit) errorIs(cond ast.Expr, op token.Token) bool {
	found := false
	ast.Inspect(cond, func(n ast.Node) bool {
		if b, ok := n.(*ast.BinaryExpr); ok && b.Op == op {
			id, isID := ast.Unparen(b.Y).(*ast.Ident)
			if isID && id.Name == "nil" && golang.IsError(u.Info.TypeOf(b.X)) {
				found = true
			}
		}
		return !found
	})
	return found
}

// workList: the loop takes elements off a list until it is empty.
func (u *unit) workList(s *ast.ForStmt) (verdict, bool) {
	taken := false // by methods
	var list types.Object
	golang.Conjuncts(s.Cond, func(e ast.Expr) {
		if cmp, ok := ast.Unparen(e).(*ast.BinaryExpr); ok && list == nil {
			if call, ok := ast.Unparen(cmp.X).(*ast.CallExpr); ok && u.builtin(call) == "len" {
				list = u.rootObj(call.Args[0])
			} else if ok && u.asksLocal(call) && len(call.Args) == 0 && u.takesOut(s.Body, recv(call)) {
				list = u.rootObj(recv(call))
				taken = true
			}
		}
	})
	if list == nil {
		return verdict{}, false
	}
	if taken {
		return verdict{bound: Data, why: "takes one element at a time off a list"}, true
	}
	fromCall := false
	for _, w := range u.writes[list] {
		if !golang.Within(w.at, s.Body) && (s.Post == nil || !golang.Within(w.at, s.Post)) || w.rhs == nil {
			continue
		}
		switch x := ast.Unparen(w.rhs).(type) {
		case *ast.SliceExpr:
			if u.takesOne(x) && u.loopAround(w.at) == s {
				return verdict{bound: Data, why: "takes one element at a time off a list"}, true
			}
			return verdict{bound: Batch, why: "takes a slice of the data at a time"}, true
		case *ast.CallExpr:
			if b := u.builtin(x); b == "" && !u.Info.Types[x.Fun].IsType() {
				fromCall = true
			}
		}
	}
	if fromCall {
		return verdict{bound: Page, why: "fetches the next page until one is empty"}, true
	}
	return verdict{}, false
}

// takesOut: the body takes values from something that it also makes smaller:
// it calls methods of it for their results, and others for what they do.
func (u *unit) takesOut(body *ast.BlockStmt, x ast.Expr) bool {
	many, found := u.takesFrom(body, x)
	if !found || many {
		return false
	}
	obj := u.rootObj(x)
	inspect(body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			found = found || recv(call) != nil && u.object(recv(call)) == obj
		}
		return true
	})
	return found
}

// dataLoop knows loops over a list, linked or taken off one by one: that one
// of their elements may succeed and end them makes them no retries.
func (u *unit) dataLoop(s *ast.ForStmt) (verdict, bool) {
	if s.Cond == nil {
		return verdict{}, false
	}
	if v, ok := u.workList(s); ok {
		return v, v.bound == Data
	}
	v, ok := u.condLoop(s)
	return v, ok && v.bound == Data
}

// condLoop classifies a loop by what changes its condition.
func (u *unit) condLoop(s *ast.ForStmt) (verdict, bool) {
	var v verdict
	if u.callsIn(s.Cond) {
		v = verdict{bound: Drain, why: "repeats until a call says stop"}
	}
	ast.Inspect(s.Cond, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		obj := u.object(id)
		if obj == nil {
			return true
		}
		for _, w := range u.writes[obj] {
			if !golang.Within(w.at, s.Body) && (s.Post == nil || !golang.Within(w.at, s.Post)) {
				continue
			}
			if x := u.condWrite(obj, w, s.Body); x.bound != Unknown && v.bound != Data && (v.bound == Unknown || x.bound == Page || x.bound == Data) {
				v = x
			}
		}
		return true
	})
	return v, v.bound != Unknown
}

// condWrite classifies one change of a variable that the condition mentions.
func (u *unit) condWrite(obj types.Object, w write, body ast.Node) verdict {
	if w.rhs == nil {
		return verdict{}
	}
	switch x := ast.Unparen(w.rhs).(type) {
	case *ast.CallExpr:
		fn := u.callee(x)
		if r := recv(x); r != nil && u.rootObj(r) == obj && fn != nil && u.handle(u.Info.TypeOf(r)) == noHandle {
			return verdict{bound: Data, why: "walks a list or range"} // e = e.Next(), d = d.AddDate(…)
		}
	case *ast.SelectorExpr:
		if u.rootObj(x) == obj {
			return verdict{bound: Data, why: "walks a linked list"}
		}
	}
	switch {
	case golang.IsError(obj.Type()):
		return verdict{bound: Drain, why: "repeats while calls fail or succeed"}
	case golang.IsBool(obj.Type()):
		return verdict{bound: Drain, why: "repeats until " + obj.Name() + " changes"}
	case u.rowToRow(obj, w, body):
		return verdict{bound: Data, chain: true, why: "walks from one row to the next"}
	}
	return verdict{bound: Page, why: obj.Name() + " of the condition comes from the iteration before"}
}

// callsIn reports whether e calls a function other than a builtin or
// conversion.
func (u *unit) callsIn(e ast.Expr) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && u.builtin(call) == "" && !u.Info.Types[call.Fun].IsType() {
			found = true
		}
		return !found
	})
	return found
}

// endlessLoop classifies a loop without a condition by what it waits for and
// how it ends.
func (u *unit) endlessLoop(s *ast.ForStmt) verdict {
	var (
		timer, receives, streams bool
		moved                    types.Object // assigned in the body, alive across iterations
		eof, ends, length        bool
	)
	inspect(s.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.RangeStmt, *ast.ForStmt:
			return false // its own
		case *ast.UnaryExpr:
			if n.Op == token.ARROW {
				t, r := u.receive(n.X)
				timer, receives = timer || t, receives || r
			}
		case *ast.CallExpr:
			if fn := u.callee(n); fn != nil {
				timer = timer || u.sleeps(fn)
				streams = streams || u.awaits(n, fn)
			}
		case *ast.AssignStmt:
			for i, l := range n.Lhs {
				if obj := u.object(l); obj != nil && !local(obj, s.Body) && !golang.IsError(obj.Type()) && !golang.IsBool(obj.Type()) {
					if n.Tok != token.ASSIGN || u.keeps(valueAt(n.Rhs, i)) {
						moved = obj
					}
				}
			}
		case *ast.IncDecStmt:
			if obj := u.object(n.X); obj != nil && !local(obj, s.Body) {
				moved = obj
			}
		}
		return true
	})
	u.exits(s.Body, func(cond ast.Expr, _ ast.Stmt) {
		if cond == nil {
			return
		}
		switch {
		case u.endOfInput(cond, s.Body):
			eof = true
		case u.comparesLength(cond):
			length = true
		}
		ends = true
	})
	switch {
	case streams || receives && !timer:
		return verdict{bound: Worker, why: "waits for work"}
	case timer:
		return verdict{bound: Poll, why: "waits between iterations"}
	case eof || u.readsInput(s.Body):
		return verdict{bound: Data, why: "reads until the input ends"}
	case u.indexBound(s, moved):
		return verdict{bound: Data, why: "steps through a slice"}
	case u.movesByRows(s, moved):
		return verdict{bound: Data, chain: true, why: "walks from one row to the next"}
	case ends && moved != nil:
		return verdict{bound: Page, why: moved.Name() + " moves on"}
	case length:
		return verdict{bound: Drain, why: "repeats until too few rows come back"}
	case ends:
		return verdict{bound: Drain, why: "repeats until a call says stop"}
	}
	return verdict{why: "an endless loop"}
}

// keeps: an assignment that gives a variable its next position, not a value
// accumulated with append.
func (u *unit) keeps(rhs ast.Expr) bool {
	if rhs == nil {
		return false
	}
	call, ok := ast.Unparen(rhs).(*ast.CallExpr)
	return !ok || u.builtin(call) != "append"
}

// comparesLength: the condition compares the length of something.
func (u *unit) comparesLength(cond ast.Expr) bool {
	found := false
	ast.Inspect(cond, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && u.builtin(call) == "len" {
			found = true
		}
		return !found
	})
	return found
}

// indexBound: the loop ends when obj reaches the length of something that it
// is an index of, one by one.
func (u *unit) indexBound(s *ast.ForStmt, obj types.Object) bool {
	if obj == nil || !isInteger(obj.Type()) {
		return false
	}
	step, ok := u.stepOf(s, obj)
	if !ok || step.step != nil || step.moved != nil {
		return false
	}
	found := false
	u.exits(s.Body, func(cond ast.Expr, _ ast.Stmt) {
		if cond != nil && u.mentions(cond, obj) && u.isLen(cond) {
			found = true
		}
	})
	return found
}

// afterError: n stands in a branch that is taken after an error.
func (u *unit) afterError(n, body ast.Node) bool {
	for child, p := n, u.parent[n]; p != nil && child != body; child, p = p, u.parent[p] {
		if s, ok := p.(*ast.IfStmt); ok && child == s.Body && u.errorIs(s.Cond, token.NEQ) {
			return true
		}
	}
	return false
}

// takesFromBefore: a condition asks for something that there was before a label.
func (u *unit) takesFromBefore(cond ast.Expr, label *ast.LabeledStmt) bool {
	found := false
	ast.Inspect(cond, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			v, ok := u.object(id).(*types.Var)
			found = found || ok && v.Pos() < label.Pos()
		}
		return !found
	})
	return found
}

// endsBetween: between a label and the goto that jumps back to it a branch leaves
// when the end of a list is reached that there was before.
func (u *unit) endsBetween(label *ast.LabeledStmt, g *ast.BranchStmt) bool {
	block, ok := u.parent[label].(*ast.BlockStmt)
	if !ok || u.parent[g] != block {
		return false
	}
	for _, s := range append([]ast.Stmt{label.Stmt}, block.List...) {
		if s, ok := s.(*ast.IfStmt); ok && s.Pos() >= label.Pos() && s.End() <= g.Pos() &&
			!u.stmt(s.Body).normal && u.isLen(s.Cond) && u.takesFromBefore(s.Cond, label) {
			return true
		}
	}
	return false
}

// gotoLoop classifies the loop that a backward goto makes, by its guard.
func (u *unit) gotoLoop(label *ast.LabeledStmt, g *ast.BranchStmt) *Loop {
	l := &Loop{Kind: Goto, Node: label, Line: u.line(label.Pos())}
	// What is repeated has no node of its own.
	l.Body = &ast.BlockStmt{Lbrace: label.Pos(), List: u.jumpedOver(label), Rbrace: g.End() - 1}
	cond := u.guard(g, u.parent[label])
	switch {
	case u.afterError(g, u.parent[label]):
		l.Bound, l.Why = Retry, "jumps back after a failure"
	case cond != nil && u.isLen(cond) && u.takesFromBefore(cond, label), cond == nil && u.endsBetween(label, g):
		l.Bound, l.Why = Data, "jumps back for the next element"
	case cond != nil && u.comparesLength(cond):
		l.Bound, l.Why = Page, "jumps back for the next page"
	default:
		l.Why = "jumps back"
	}
	for obj, ws := range u.writes {
		for _, w := range ws {
			if v, ok := obj.(*types.Var); ok && w.at.Pos() >= label.Pos() && w.at.End() <= g.End() && w.kind == update {
				l.Vars = append(l.Vars, v)
				break
			}
		}
	}
	sortVars(l.Vars)
	return l
}
