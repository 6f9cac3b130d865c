package funceffects

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file says how often a loop's body runs, as far as that matters to
// whoever hands a function to be called there. Package loops knows more, of
// one loop at a time.

func (w *walker) rangeTimes(s *ast.RangeStmt) Times {
	if leaves(s.Body) && !continues(s.Body) {
		return Once // leaves in the first iteration
	}
	info := w.g.info
	if tv := info.Types[s.X]; tv.Value != nil {
		return Once // a constant number of times
	}
	t := info.TypeOf(s.X)
	if t == nil {
		return PerElement
	}
	if call, ok := ast.Unparen(s.X).(*ast.CallExpr); ok {
		if fn := golang.Callee(info, call); fn != nil && batchName(fn.Name()) {
			return PerBatch
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Array:
		return Once
	case *types.Pointer:
		return Once // an array
	case *types.Chan:
		if apis.TypeName(u.Elem()) == "time.Time" {
			return Polled
		}
		return PerElement
	case *types.Slice:
		if isManyMany(u.Elem()) {
			return PerBatch
		}
	case *types.Basic:
		if u.Info()&types.IsInteger != 0 && w.retries(s.Body) {
			return Once
		}
	}
	return PerElement
}

// isManyMany: the elements of a list of batches are lists.
func isManyMany(elem types.Type) bool {
	s, ok := elem.Underlying().(*types.Slice)
	if !ok {
		return false
	}
	b, ok := s.Elem().Underlying().(*types.Basic)
	return !ok || b.Kind() != types.Byte
}

func batchName(name string) bool {
	name = strings.ToLower(name)
	return strings.Contains(name, "chunk") || strings.Contains(name, "batch")
}

func (w *walker) forTimes(s *ast.ForStmt) Times {
	if leaves(s.Body) && !continues(s.Body) {
		return Once
	}
	switch {
	case s.Cond == nil:
		if pages(s.Body) || w.goesOn(s.Body) || w.drains(s.Body) {
			return PerBatch
		}
		if w.retries(s.Body) {
			return Once
		}
		if w.waits(s.Body) {
			return Polled
		}
		return PerElement
	case w.isNext(s.Cond):
		return PerRow
	}
	if strides(s.Post) || reslices(s) || s.Post == nil && more(s) {
		return PerBatch
	}
	if w.bounded(s) || w.whileFailing(s) {
		return Once
	}
	if !overLen(s.Cond) && (w.retries(s.Body) || w.tries(s)) {
		return Once
	}
	return PerElement
}

// whileFailing reports whether a loop goes on only while there is an error, which
// its body gives anew.
func (w *walker) whileFailing(s *ast.ForStmt) (failing bool) {
	golang.Conjuncts(s.Cond, func(e ast.Expr) {
		x, isNil, ok := golang.NilTest(w.g.info, ast.Unparen(e))
		if !ok || isNil || !golang.IsError(w.g.info.TypeOf(x)) {
			return
		}
		err := w.variable(x)
		golang.Inspect(s.Body, func(n ast.Node) {
			lhs, _ := golang.Assigned(n)
			failing = failing || err != nil && slices.ContainsFunc(lhs, func(l ast.Expr) bool { return w.variable(l) == err })
		})
	})
	return failing
}

// tries reports whether a loop counts how often a function is called at most: the
// function is not told the number, and a call of it may be the last.
func (w *walker) tries(s *ast.ForStmt) bool {
	inc, ok := s.Post.(*ast.IncDecStmt)
	if !ok {
		return false
	}
	number := map[types.Object]bool{w.variable(inc.X): true}
	calls, told, ends := false, false, false
	golang.Inspect(s.Body, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.CallExpr:
			if w.calledParam(n) {
				calls = true
				for _, a := range n.Args {
					told = told || w.mentions(a, number)
				}
			}
		case *ast.IfStmt:
			if last := len(n.Body.List) - 1; last >= 0 {
				b, ok := n.Body.List[last].(*ast.BranchStmt)
				ends = ends || ok && b.Tok == token.BREAK
			}
		}
	})
	return calls && !told && ends
}

// isNext: for rows.Next().
func (w *walker) isNext(cond ast.Expr) bool {
	call, ok := ast.Unparen(cond).(*ast.CallExpr)
	if !ok {
		return false
	}
	fn := golang.Callee(w.g.info, call)
	if fn == nil || fn.Name() != "Next" {
		return false
	}
	api, ok := w.g.prims.apis.Lookup(fn)
	return ok && api.Role == apis.RowsIter
}

// strides: i += size, where one step is not one element.
func strides(post ast.Stmt) bool {
	s, ok := post.(*ast.AssignStmt)
	if !ok || s.Tok != token.ADD_ASSIGN {
		return false
	}
	lit, ok := ast.Unparen(s.Rhs[0]).(*ast.BasicLit)
	return !ok || lit.Value != "1"
}

// reslices: for len(x) > 0 { …; x = x[n:] }, where n is not 1.
func reslices(s *ast.ForStmt) bool {
	if !overLen(s.Cond) {
		return false
	}
	found := false
	golang.Inspect(s.Body, func(n ast.Node) {
		a, ok := n.(*ast.AssignStmt)
		if !ok {
			return
		}
		for i, x := range a.Rhs {
			cut, ok := ast.Unparen(x).(*ast.SliceExpr)
			if !ok || cut.Low == nil || cut.High != nil || i >= len(a.Lhs) || types.ExprString(a.Lhs[i]) != types.ExprString(cut.X) {
				continue
			}
			lit, ok := ast.Unparen(cut.Low).(*ast.BasicLit)
			found = found || !ok || lit.Value != "1"
		}
	})
	return found
}

// pages: the loop ends when what it fetched is short or empty.
func pages(body *ast.BlockStmt) bool {
	found := false
	golang.Inspect(body, func(n ast.Node) {
		if s, ok := n.(*ast.IfStmt); ok && leavesLoop(s.Body) && overLen(s.Cond) {
			found = true
		}
	})
	return found
}

// goesOn: the body calls a function with a variable from outside, and then
// assigns it what came of the call: a token, a cursor.
func (w *walker) goesOn(body *ast.BlockStmt) bool {
	outside := func(x ast.Expr) types.Object {
		id, ok := ast.Unparen(x).(*ast.Ident)
		if !ok {
			return nil
		}
		v, ok := w.g.info.Uses[id].(*types.Var)
		if !ok || declaredIn(v, body) || golang.IsError(w.g.info.TypeOf(id)) || apis.TypeName(v.Type()) == "context.Context" {
			return nil
		}
		return v
	}
	given := make(map[types.Object]bool)
	golang.Inspect(body, func(n ast.Node) {
		if call, ok := n.(*ast.CallExpr); ok && w.calledParam(call) {
			for _, a := range call.Args {
				if v := outside(a); v != nil {
					given[v] = true
				}
			}
		}
	})
	found := false
	golang.Inspect(body, func(n ast.Node) {
		s, ok := n.(*ast.AssignStmt)
		if !ok || s.Tok != token.ASSIGN {
			return
		}
		for i, x := range s.Lhs {
			if v := outside(x); v == nil || !given[v] {
				continue
			}
			if len(s.Lhs) != len(s.Rhs) {
				call, ok := ast.Unparen(s.Rhs[0]).(*ast.CallExpr)
				found = found || ok && w.calledParam(call) // items, token, err = fetch(token)
				continue
			}
			rhs, ok := ast.Unparen(s.Rhs[i]).(*ast.Ident)
			found = found || ok && w.resultOf(body, w.g.info.Uses[rhs])
		}
	})
	return found
}

// drains: the body calls a function with the same each time, until what comes of
// the call says that nothing is left: each call takes as many as it likes.
func (w *walker) drains(body *ast.BlockStmt) bool {
	inside := make(map[types.Object]bool) // gets a value in the body
	result := make(map[types.Object]bool) // of a call
	changes := false
	golang.Inspect(body, func(n ast.Node) {
		lhs, rhs := golang.Assigned(n)
		called := false
		for _, x := range rhs {
			call, ok := ast.Unparen(x).(*ast.CallExpr)
			called = called || ok && w.calledParam(call)
		}
		for _, x := range lhs {
			if v := w.variable(x); v != nil {
				inside[v], result[v] = true, result[v] || called && !golang.IsError(v.Type())
			}
		}
	})
	ends := false
	golang.Inspect(body, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.CallExpr:
			for _, a := range n.Args {
				changes = changes || w.calledParam(n) && w.mentions(a, inside)
			}
		case *ast.IfStmt:
			ends = ends || leavesLoop(n.Body) && w.mentions(n.Cond, result)
		}
	})
	return ends && !changes
}

// calledParam: a call of a func parameter.
func (w *walker) calledParam(call *ast.CallExpr) bool {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok {
		return false
	}
	v, ok := w.g.info.Uses[id].(*types.Var)
	return ok && w.g.params[v] != nil
}

// resultOf: the body defines v as a result of a call of a func parameter.
func (w *walker) resultOf(body *ast.BlockStmt, v types.Object) bool {
	found := false
	golang.Inspect(body, func(n ast.Node) {
		if s, ok := n.(*ast.AssignStmt); ok && len(s.Rhs) == 1 {
			if call, ok := ast.Unparen(s.Rhs[0]).(*ast.CallExpr); ok && w.calledParam(call) {
				for _, x := range s.Lhs {
					if id, ok := x.(*ast.Ident); ok && v != nil && w.object(id) == v {
						found = true
					}
				}
			}
		}
	})
	return found
}

// more: for more { …; more = len(page) == size }.
func more(s *ast.ForStmt) bool {
	id, ok := ast.Unparen(s.Cond).(*ast.Ident)
	if !ok {
		return false
	}
	found := false
	golang.Inspect(s.Body, func(n ast.Node) {
		a, ok := n.(*ast.AssignStmt)
		if !ok || len(a.Lhs) != len(a.Rhs) {
			return
		}
		for i, x := range a.Lhs {
			if v, ok := x.(*ast.Ident); ok && v.Name == id.Name && overLen(a.Rhs[i]) {
				found = true
			}
		}
	})
	return found
}

// bounded: the condition compares with a small constant.
func (w *walker) bounded(s *ast.ForStmt) bool {
	cmp, ok := ast.Unparen(s.Cond).(*ast.BinaryExpr)
	if !ok || s.Post == nil {
		return false
	}
	for _, x := range [...]ast.Expr{cmp.X, cmp.Y} {
		if v := w.g.info.Types[x].Value; v != nil && v.Kind() == constant.Int {
			if n, ok := constant.Int64Val(v); ok && n != 0 {
				return true
			}
		}
	}
	return false
}

// overLen: i < len(x).
func overLen(cond ast.Expr) bool {
	found := false
	ast.Inspect(cond, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == "len" {
			found = true
		}
		return !found
	})
	return found
}

// retries reports whether success leaves the loop: it ends in a jump out, or
// leaves where an error is nil, or where something that judges it says no.
func (w *walker) retries(body *ast.BlockStmt) bool {
	if leavesLoop(body) {
		return true
	}
	found := false
	golang.Inspect(body, func(n ast.Node) {
		s, ok := n.(*ast.IfStmt)
		if ok && leavesLoop(s.Body) && w.onSuccess(s.Cond) {
			found = true
		}
	})
	return found
}

// onSuccess: err == nil, or !retryable(err).
func (w *walker) onSuccess(cond ast.Expr) bool {
	found := false
	ast.Inspect(cond, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if n.Op == token.EQL && golang.IsError(w.g.info.TypeOf(n.X)) && types.ExprString(n.Y) == "nil" {
				found = true
			}
		case *ast.UnaryExpr:
			// An error that is not the end of the data is a failure.
			if call, ok := ast.Unparen(n.X).(*ast.CallExpr); ok && n.Op == token.NOT && !strings.Contains(types.ExprString(call), "EOF") {
				for _, a := range call.Args {
					found = found || golang.IsError(w.g.info.TypeOf(a))
				}
			}
		}
		return !found
	})
	return found
}

// waits reports whether a loop's body waits for a tick or a channel.
func (w *walker) waits(body *ast.BlockStmt) bool {
	found := false
	golang.Inspect(body, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.SelectStmt:
			found = true
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		case *ast.CallExpr:
			if fn := golang.Callee(w.g.info, n); fn != nil && fn.FullName() == "time.Sleep" {
				found = true
			}
		}
	})
	return found
}

// leavesLoop reports whether a block ends by leaving the loop around it.
func leavesLoop(b *ast.BlockStmt) bool {
	if len(b.List) == 0 {
		return false
	}
	switch s := b.List[len(b.List)-1].(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.BranchStmt:
		return s.Tok == token.BREAK || s.Tok == token.GOTO
	}
	return false
}

// continues reports whether some iteration goes on to the next.
func continues(body *ast.BlockStmt) bool { return jumps(body, token.CONTINUE) }

// jumps reports whether code has a jump of one of some kinds.
func jumps(code ast.Node, kinds ...token.Token) bool {
	found := false
	golang.Inspect(code, func(n ast.Node) {
		s, ok := n.(*ast.BranchStmt)
		found = found || ok && slices.Contains(kinds, s.Tok)
	})
	return found
}
