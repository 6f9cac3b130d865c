package loops

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// A flow is the set of ways in which control may leave a statement.
type flow struct {
	normal bool // to the next statement
	exit   bool // from the function: return, panic
	jump   bool // goto: anywhere
	// The statements that are left (break) or go on to their next iteration
	// (continue).
	breaks    map[ast.Stmt]bool
	continues map[ast.Stmt]bool
}

func (f *flow) add(g flow) {
	f.normal = f.normal || g.normal
	f.exit = f.exit || g.exit
	f.jump = f.jump || g.jump
	for s := range g.breaks {
		f.breakTo(s)
	}
	for s := range g.continues {
		f.continueTo(s)
	}
}

func (f *flow) breakTo(s ast.Stmt) {
	if f.breaks == nil {
		f.breaks = make(map[ast.Stmt]bool)
	}
	f.breaks[s] = true
}

func (f *flow) continueTo(s ast.Stmt) {
	if f.continues == nil {
		f.continues = make(map[ast.Stmt]bool)
	}
	f.continues[s] = true
}

// without returns f with what ends at s taken out, and whether s was left by
// break and continued.
func (f flow) without(s ast.Stmt) (g flow, broken, continued bool) {
	g = flow{normal: f.normal, exit: f.exit, jump: f.jump}
	for t := range f.breaks {
		if t == s {
			broken = true
		} else {
			g.breakTo(t)
		}
	}
	for t := range f.continues {
		if t == s {
			continued = true
		} else {
			g.continueTo(t)
		}
	}
	return g, broken, continued
}

// stmt returns the ways out of s. It takes every condition for open.
func (u *unit) stmt(s ast.Stmt) flow {
	switch s := s.(type) {
	case nil:
		return flow{normal: true}
	case *ast.ReturnStmt:
		return flow{exit: true}
	case *ast.BranchStmt:
		return u.branch(s)
	case *ast.ExprStmt:
		if call, ok := s.X.(*ast.CallExpr); ok && u.noReturn(call) {
			return flow{exit: true}
		}
	case *ast.BlockStmt:
		return u.list(s.List)
	case *ast.LabeledStmt:
		return u.stmt(s.Stmt)
	case *ast.IfStmt:
		f := u.stmt(s.Body)
		f.add(u.stmt(s.Else))
		return f
	case *ast.ForStmt:
		g, broken, _ := u.stmt(s.Body).without(s)
		g.normal = broken || s.Cond != nil
		return g
	case *ast.RangeStmt:
		g, _, _ := u.stmt(s.Body).without(s)
		g.normal = true
		return g
	case *ast.SwitchStmt:
		return u.clauses(s, s.Body)
	case *ast.TypeSwitchStmt:
		return u.clauses(s, s.Body)
	case *ast.SelectStmt:
		return u.clauses(s, s.Body)
	}
	return flow{normal: true}
}

func (u *unit) list(list []ast.Stmt) flow {
	f := flow{normal: true}
	for _, s := range list {
		if !f.normal {
			if _, ok := s.(*ast.LabeledStmt); !ok {
				continue // not reached
			}
		}
		f.normal = false
		f.add(u.stmt(s))
	}
	return f
}

// clauses returns the ways out of a switch or select.
func (u *unit) clauses(s ast.Stmt, body *ast.BlockStmt) flow {
	var f flow
	_, blocks := s.(*ast.SelectStmt)
	complete := blocks
	for _, c := range body.List {
		switch c := c.(type) {
		case *ast.CaseClause:
			f.add(u.list(c.Body))
			complete = complete || c.List == nil
		case *ast.CommClause:
			f.add(u.list(c.Body))
		}
	}
	g, broken, _ := f.without(s)
	g.normal = g.normal || broken || !complete
	return g
}

// branch returns the way that a break, continue, goto or fallthrough takes.
func (u *unit) branch(s *ast.BranchStmt) flow {
	var f flow
	switch s.Tok {
	case token.GOTO:
		return flow{jump: true}
	case token.FALLTHROUGH:
		return flow{normal: true} // the next clause is added by itself
	}
	target := u.target(s)
	switch {
	case target == nil:
		return flow{jump: true}
	case s.Tok == token.BREAK:
		f.breakTo(target)
	default:
		f.continueTo(target)
	}
	return f
}

// target returns the statement that a break or continue belongs to.
func (u *unit) target(s *ast.BranchStmt) ast.Stmt {
	if s.Label != nil {
		if l := u.labels[u.Info.Uses[s.Label]]; l != nil {
			return l.Stmt
		}
		return nil
	}
	for n := u.parent[s]; n != nil; n = u.parent[n] {
		switch n := n.(type) {
		case *ast.ForStmt:
			return n
		case *ast.RangeStmt:
			return n
		case *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
			if s.Tok == token.BREAK {
				return n.(ast.Stmt)
			}
		case *ast.FuncLit, *ast.FuncDecl:
			return nil
		}
	}
	return nil
}

// after returns the ways out of parent, given that control is in child and
// leaves child by f.
func (u *unit) after(parent, child ast.Node, f flow) flow {
	switch p := parent.(type) {
	case *ast.BlockStmt:
		return u.rest(p.List, child, f)
	case *ast.CaseClause:
		return u.rest(p.Body, child, f)
	case *ast.CommClause:
		return u.rest(p.Body, child, f)
	case *ast.IfStmt:
		if child == p.Cond || child == p.Init {
			return u.stmt(p)
		}
		return f
	case *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
		s := p.(ast.Stmt)
		g, broken, _ := f.without(s)
		g.normal = g.normal || broken
		if body := clauseBody(s); child != body {
			return u.stmt(s) // in the tag or the init clause
		}
		return g
	case *ast.ForStmt:
		if child == p.Init {
			return u.stmt(p)
		}
		return u.afterLoop(p, p.Body, p.Cond != nil, f)
	case *ast.RangeStmt:
		if child != p.Body {
			return u.stmt(p)
		}
		return u.afterLoop(p, p.Body, true, f)
	case *ast.ReturnStmt:
		return flow{exit: true}
	}
	return f
}

// afterLoop returns the ways out of a loop, given those out of the rest of one
// iteration.
func (u *unit) afterLoop(s ast.Stmt, body *ast.BlockStmt, ends bool, f flow) flow {
	g, broken, continued := f.without(s)
	again := g.normal || continued
	g.normal = broken
	if again {
		h, broken, _ := u.stmt(body).without(s)
		h.normal = broken || ends
		g.add(h)
	}
	return g
}

func (u *unit) rest(list []ast.Stmt, child ast.Node, f flow) flow {
	for i, s := range list {
		if s != child {
			continue
		}
		if f.normal {
			f.normal = false
			f.add(u.list(list[i+1:]))
		}
		return f
	}
	return f
}

// together: one run may come to a, and then to b, which stands behind it.
func (u *unit) together(a, b ast.Node) bool {
	f := flow{normal: true}
	for child, p := a, u.parent[a]; p != nil; child, p = p, u.parent[p] {
		if !golang.Within(b, p) {
			f = u.after(p, child, f)
			continue
		}
		// Have: p is the innermost node around both, and f how control leaves child.
		var list []ast.Stmt
		switch p := p.(type) {
		case *ast.IfStmt:
			return f.normal && child != p.Body
		case *ast.BlockStmt:
			list = p.List
		case *ast.CaseClause:
			list = p.Body
		case *ast.CommClause:
			list = p.Body
		}
		for _, s := range list {
			switch s.(type) {
			case *ast.CaseClause, *ast.CommClause:
				return false
			}
			if s.Pos() >= child.End() && s.End() <= b.Pos() {
				f.normal = f.normal && u.stmt(s).normal
			}
		}
		return f.normal
	}
	return false
}

func clauseBody(s ast.Stmt) *ast.BlockStmt {
	switch s := s.(type) {
	case *ast.SwitchStmt:
		return s.Body
	case *ast.TypeSwitchStmt:
		return s.Body
	case *ast.SelectStmt:
		return s.Body
	}
	return nil
}

// leaves reports whether f never comes to the next iteration of loop.
func (f flow) leaves(loop ast.Stmt) bool {
	return !f.normal && !f.jump && !f.continues[loop]
}

// noReturn reports whether a call ends the goroutine or the process.
func (u *unit) noReturn(call *ast.CallExpr) bool {
	if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok {
		b, ok := u.Info.Uses[id].(*types.Builtin)
		return ok && b.Name() == "panic"
	}
	fn := u.callee(call)
	return fn != nil && endsGoroutine[fn.FullName()]
}

var endsGoroutine = map[string]bool{
	"os.Exit": true, "runtime.Goexit": true,
	"log.Fatal": true, "log.Fatalf": true, "log.Fatalln": true, "log.Panic": true, "log.Panicf": true, "log.Panicln": true,
	"(*log.Logger).Fatal": true, "(*log.Logger).Fatalf": true, "(*log.Logger).Fatalln": true,
	"(*testing.common).Fatal": true, "(*testing.common).Fatalf": true, "(*testing.common).FailNow": true,
	"(*testing.common).Skip": true, "(*testing.common).Skipf": true, "(*testing.common).SkipNow": true,
}
