package loops

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
)

// This file says what an endless loop waits for, and when its input ends.

// receive classifies the channel of a receive: a timer, or work.
func (u *unit) receive(ch ast.Expr) (timer, work bool) {
	path, name := named(elem(u.Info.TypeOf(ch)))
	if path == "time" && name == "Time" {
		return true, false
	}
	if s, ok := elem(u.Info.TypeOf(ch)).(*types.Struct); ok && s.NumFields() == 0 {
		if _, ok := ast.Unparen(ch).(*ast.CallExpr); ok {
			return false, false // ctx.Done()
		}
	}
	return false, true
}

// sleeps: the function waits for time to pass.
func (u *unit) sleeps(fn *types.Func) bool {
	switch fn.FullName() {
	case "time.Sleep", "time.After", "time.NewTimer", "time.Tick":
		return true
	}
	if u.effects == nil {
		return false
	}
	for _, e := range u.effects.Of(fn) {
		if e.Kind == funceffects.Sleep {
			return true
		}
	}
	return false
}

// awaits: the call waits for what somebody else sends, by the protocol of a
// library: a message of a stream, a connection, a notification.
func (u *unit) awaits(call *ast.CallExpr, fn *types.Func) bool {
	own := fn.Pkg() == nil || u.ours(fn.Pkg())
	if own {
		// What is generated for gRPC has gRPC's methods.
		x := recv(call)
		if x == nil || fn.Signature().Recv() == nil {
			return false
		}
		raw, _, _ := types.LookupFieldOrMethod(u.Info.TypeOf(x), true, fn.Pkg(), "RecvMsg")
		return raw != nil && raw.Pkg() != nil && strings.HasPrefix(raw.Pkg().Path(), "google.golang.org/grpc") && strings.HasPrefix(fn.Name(), "Recv")
	}
	for _, p := range []string{"Recv", "Accept", "WaitFor", "ReadMessage", "FetchMessage"} {
		if strings.HasPrefix(fn.Name(), p) {
			return true
		}
	}
	return false
}

// readsInput: what ends the loop, and is no failure of it, is that a reader of
// the standard library, other than of the network, has nothing more to give.
func (u *unit) readsInput(body *ast.BlockStmt) bool {
	ends := make(map[types.Object]bool)
	u.exits(body, func(cond ast.Expr, exit ast.Stmt) {
		if ret, ok := exit.(*ast.ReturnStmt); ok {
			for _, x := range ret.Results {
				if golang.IsError(u.Info.TypeOf(x)) && !u.Info.Types[x].IsNil() {
					return
				}
			}
		}
		for _, any := range golang.Clauses(cond, true, u.asked) {
			ends[u.failed(any)] = true
		}
	})
	delete(ends, nil)
	found := false
	inspect(body, func(n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		if !ok || found || len(a.Rhs) != 1 {
			return !found
		}
		call, ok := ast.Unparen(a.Rhs[0]).(*ast.CallExpr)
		if !ok || !u.asksLocal(call) || local(u.rootObj(recv(call)), body) {
			return true // another one each time
		}
		path := u.callee(call).Pkg().Path()
		if _, takes := u.takesFrom(body, recv(call)); !takes || !apis.Standard(path) || path == "net" || strings.HasPrefix(path, "net/") {
			return true
		}
		for _, l := range a.Lhs {
			found = found || ends[u.object(l)]
		}
		return !found
	})
	return found
}

// endOfInput: the condition compares an error with io.EOF or an iterator's
// Done, or asks something for its next element that the body takes from it. What
// is made in the body is a page, not the input.
func (u *unit) endOfInput(cond ast.Expr, body *ast.BlockStmt) bool {
	found := false
	ast.Inspect(cond, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if v, ok := u.Info.Uses[sel.Sel].(*types.Var); ok && v.Pkg() != nil && golang.IsError(v.Type()) {
			found = found || v.Pkg().Path() == "io" && v.Name() == "EOF" || v.Name() == "Done" && strings.HasSuffix(v.Pkg().Path(), "iterator")
		}
		if call, ok := u.parent[sel].(*ast.CallExpr); ok && call.Fun == sel && u.asksLocal(call) && golang.IsBool(u.Info.TypeOf(call)) && !local(u.rootObj(recv(call)), body) {
			many, takes := u.takesFrom(body, recv(call))
			found = found || takes && !many // if !it.Next() { break }
		}
		return !found
	})
	return found
}
