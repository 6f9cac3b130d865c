package txspans

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"regexp"
	"slices"

	"golang.org/x/tools/go/cfg"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file finds statements that a transaction is asked after one of them has
// failed, and what a function leaves behind that is run again.

// savepointText is SQL that makes a savepoint, lets it go, or goes back to it.
var savepointText = regexp.MustCompile(`(?i)^\s*(?:(SAVEPOINT|RELEASE)|ROLLBACK\s+(?:(?:WORK|TRANSACTION)\s+)?TO)\b`)

// A failure is the state of a transaction at one point: whether it may be sound,
// and the statement after whose failure it may be broken.
type failure struct {
	sound  bool
	broken *ast.CallExpr
}

// AfterFailure returns the statements that go through the transaction on a way on
// which an earlier statement of it has failed: Node is the later, Earlier the one
// that failed. PostgreSQL refuses them all until the transaction or a savepoint
// is rolled back. It is empty where the function has savepoints of which that is not
// seen.
func (s *Span) AfterFailure() []Problem {
	if !slices.ContainsFunc(s.Events, func(e Event) bool {
		call, ok := e.Node.(*ast.CallExpr)
		return ok && s.writes(call)
	}) {
		return nil
	}
	var body *ast.BlockStmt
	switch fn := s.Func.(type) {
	case *ast.FuncDecl:
		body = fn.Body
	case *ast.FuncLit:
		body = fn.Body
	}
	u := s.r.newUnit(s.Func, body)
	if body == nil || len(s.nested) > 0 || u.savepoints(s) {
		return nil
	}
	f := &failures{u: u, s: s, graph: cfg.New(body, u.returns)}
	f.solve()
	return f.found
}

// savepoints reports whether a body makes or rolls back to a savepoint otherwise
// than by a call of the transaction that is given the text.
func (u *unit) savepoints(s *Span) bool {
	found := false
	ast.Inspect(u.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if fn := u.r.callee(n); fn != nil {
				api, ok := u.r.apis.Lookup(fn)
				found = found || ok && api.Role == apis.Savepoint
			}
			if s.savepoints(n) {
				return false
			}
		case *ast.BasicLit:
			found = found || n.Kind == token.STRING && savepointText.MatchString(n.Value[1:])
		}
		return !found
	})
	return found
}

// restores reports whether a call of the transaction goes back to a savepoint.
func (s *Span) restores(call *ast.CallExpr) bool {
	m := s.savepointText(call)
	return m != nil && m[1] == ""
}

// savepoints reports whether a call of the transaction makes a savepoint, lets it go, or
// goes back to it.
func (s *Span) savepoints(call *ast.CallExpr) bool { return s.savepointText(call) != nil }

func (s *Span) savepointText(call *ast.CallExpr) []string {
	if !s.UsesHandle(call.Fun) {
		return nil
	}
	for _, a := range call.Args {
		if v := s.r.pass.TypesInfo.Types[a].Value; v != nil && v.Kind() == constant.String {
			if m := savepointText.FindStringSubmatch(constant.StringVal(v)); m != nil {
				return m
			}
		}
	}
	return nil
}

// fails reports whether a call is a statement, sent through the transaction, whose
// only way to fail is the database's: one that returns rows to the program also fails
// if there are none. server: it has failed, and it was the server that said so.
func (s *Span) fails(call *ast.CallExpr, server bool) bool {
	if s.r.callee(call) == nil || !s.UsesHandle(call.Fun) {
		return false
	}
	if server {
		return s.r.queries(call)
	}
	switch api, ok := s.r.apis.Lookup(s.r.callee(call)); {
	case !ok:
		return false
	case api.Role == apis.BuilderTerminal:
		return api.Stmt != "" && api.Stmt != "select" && s.writes(call)
	default:
		return api.Role == apis.Exec && s.r.queries(call)
	}
}

// writes reports whether a call is a statement that writes rows, sent through the
// transaction.
func (s *Span) writes(call *ast.CallExpr) bool {
	if s.r.callee(call) == nil || !s.UsesHandle(call.Fun) {
		return false
	}
	for _, e := range s.r.effects.Callee(call) {
		if e.Changes() && e.SQL != "" {
			return true
		}
	}
	return false
}

type failures struct {
	u     *unit
	s     *Span
	graph *cfg.CFG
	at    []failure
	found []Problem
}

func (f *failures) solve() {
	f.at = make([]failure, len(f.graph.Blocks))
	f.at[0].sound = true
	work := []*cfg.Block{f.graph.Blocks[0]}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		st := f.at[b.Index]
		for _, n := range b.Nodes {
			st = f.step(n, st)
		}
		for i, succ := range b.Succs {
			out, in := f.edge(b, i, st), &f.at[succ.Index]
			if out.sound && !in.sound || out.broken != nil && in.broken == nil {
				in.sound = in.sound || out.sound
				if in.broken == nil {
					in.broken = out.broken
				}
				work = append(work, succ)
			}
		}
	}
}

// step notes the statements of a node that are asked of a broken transaction.
func (f *failures) step(n ast.Node, st failure) failure {
	switch n.(type) {
	case *ast.DeferStmt, *ast.GoStmt:
		return st
	}
	ast.Inspect(n, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			_, lit := n.(*ast.FuncLit)
			return !lit
		}
		switch {
		case call == f.s.At:
			st = failure{sound: true} // another transaction
		case st.broken == nil:
		case f.s.endsIt(call) != NotEnded:
			st = failure{}
		case f.s.restores(call):
			st = failure{sound: true}
		case f.s.sends(call), f.s.savepoints(call):
			f.add(Problem{Fault: AfterFailure, Node: call, Earlier: st.broken})
			st = failure{sound: st.sound} // one of them is enough
		}
		return true
	})
	return st
}

func (f *failures) add(p Problem) {
	if !slices.ContainsFunc(f.found, func(q Problem) bool { return q.Earlier == p.Earlier }) {
		f.found = append(f.found, p)
	}
}

// edge breaks the transaction on the way on which the error of a statement is
// not nil.
func (f *failures) edge(b *cfg.Block, i int, st failure) failure {
	cond := golang.Condition(b)
	if cond == nil {
		return st
	}
	return f.taken(b, cond, i, st)
}

// taken is edge of one condition: all parts of one joined by && hold on the first
// way.
func (f *failures) taken(b *cfg.Block, cond ast.Expr, i int, st failure) failure {
	if x, ok := ast.Unparen(cond).(*ast.BinaryExpr); ok && x.Op == token.LAND && i == 0 {
		return f.taken(b, x.Y, i, f.taken(b, x.X, i, st))
	}
	info := f.u.r.pass.TypesInfo
	var err ast.Expr
	failed, server := false, false
	if x, isNil, ok := golang.NilTest(info, cond); ok {
		err, failed = x, isNil == (i == 1)
	} else if call, ok := ast.Unparen(cond).(*ast.CallExpr); ok {
		for _, a := range call.Args {
			if golang.IsError(info.TypeOf(a)) {
				err, failed = a, i == 0 // isDuplicate(err)
				server = failed && f.u.asServerError(call)
				break
			}
		}
	}
	if err == nil || !golang.IsError(info.TypeOf(err)) {
		if st.sound && st.broken != nil {
			st.broken = nil // the condition may know
		}
		return st
	}
	call := f.statementOf(b, err, server)
	switch {
	case call == nil:
	case failed:
		return failure{broken: call}
	case st.broken == call:
		st.broken = nil
	}
	return st
}

// statementOf returns the statement of the transaction, in the same block, whose
// error an expression is. server: it is known to be what the database answered.
func (f *failures) statementOf(b *cfg.Block, err ast.Expr, server bool) *ast.CallExpr {
	p, _ := golang.PathOf(f.u.r.pass.TypesInfo, err)
	if p.Root == nil {
		return f.statement(err, server)
	}
	for j := len(b.Nodes) - 1; j >= 0; j-- {
		a, ok := b.Nodes[j].(*ast.AssignStmt)
		if !ok || len(a.Rhs) != 1 || !f.u.assigns(a, map[place]bool{{Root: p.Root}: true}) {
			continue
		}
		return f.statement(a.Rhs[0], server)
	}
	return nil
}

// statement returns the call behind tx.Exec(…), tx.Create(…).Error, or
// tx.QueryRow(…).Scan(…), which fails for want of a row as well unless it was the
// server.
func (f *failures) statement(x ast.Expr, server bool) *ast.CallExpr {
	x = ast.Unparen(x)
	if sel, ok := x.(*ast.SelectorExpr); ok {
		x = ast.Unparen(sel.X)
	}
	for call, ok := x.(*ast.CallExpr); ok; call, ok = ast.Unparen(x).(*ast.CallExpr) {
		if f.s.fails(call, server) {
			return call
		}
		if x = golang.Receiver(f.u.r.pass.TypesInfo, call); x == nil || !server {
			break
		}
	}
	return nil
}

// asServerError reports whether a call is errors.As for a type of a database
// library: what the server answered, not what the library found out.
func (u *unit) asServerError(call *ast.CallExpr) bool {
	fn := u.r.callee(call)
	if fn == nil || fn.FullName() != "errors.As" || len(call.Args) != 2 {
		return false
	}
	target, ok := u.r.pass.TypesInfo.TypeOf(call.Args[1]).(*types.Pointer)
	if !ok {
		return false
	}
	n := golang.Named(target.Elem())
	if n == nil || n.Obj().Pkg() == nil || types.IsInterface(n) {
		return false
	}
	_, ok = apis.LibraryOf(n.Obj().Pkg().Path())
	return ok
}

// Appends returns the statements of a function that is run again after a failure
// which add to a variable of the function around it: what the attempt before has
// put there stays.
func (s *Span) Appends() []Problem {
	lit, ok := s.Func.(*ast.FuncLit)
	if !ok || !s.Retries {
		return nil
	}
	info := s.r.pass.TypesInfo
	fresh := make(map[*types.Var]bool)
	var out []Problem
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		if !ok {
			return true
		}
		for i, l := range a.Lhs {
			p, _ := golang.PathOf(info, l)
			if p.Root == nil || p.Fields != "" || lit.Pos() <= p.Root.Pos() && p.Root.Pos() < lit.End() {
				continue
			}
			switch {
			case a.Tok == token.ASSIGN && i < len(a.Rhs) && !s.r.mentions(a.Rhs[i], places{p.Root: {""}}, true):
				fresh[p.Root] = true
			case a.Tok == token.ASSIGN && i < len(a.Rhs) && !isSliced(a.Rhs[i]) && !fresh[p.Root] && isAppend(info, a.Rhs[i]), a.Tok == token.ADD_ASSIGN && !fresh[p.Root]:
				out = append(out, Problem{Fault: RetryAppends, Node: a})
				fresh[p.Root] = true // once
			default:
				fresh[p.Root] = true
			}
		}
		return true
	})
	return out
}

func isAppend(info *types.Info, x ast.Expr) bool {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return false
	}
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok {
		return false
	}
	b, ok := info.Uses[id].(*types.Builtin)
	return ok && b.Name() == "append"
}

// isSliced: out = out[:0] begins again.
func isSliced(x ast.Expr) bool {
	_, ok := ast.Unparen(x).(*ast.SliceExpr)
	return ok
}
