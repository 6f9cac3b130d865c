package rowspans

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/cfg"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// A unit is the body of one function, declared or literal.
type unit struct {
	r     *Result
	fn    ast.Node
	body  *ast.BlockStmt
	graph *cfg.CFG
}

// An opening is a statement that opens rows.
type opening struct {
	stmt    ast.Node // nil if it has none of its own
	call    *ast.CallExpr
	rows    *types.Var
	err     *types.Var // where the error goes
	dropped bool
	during  *ast.BlockStmt // what runs for each row, by the call or in the loop over what it returns
}

// inspect visits the nodes of the body, those in literals left out.
func (u *unit) inspect(visit func(ast.Node)) { golang.Inspect(u.body, visit) }

// declares reports whether a variable is local to the body.
func (u *unit) declares(v *types.Var) bool {
	return u.body.Pos() <= v.Pos() && v.Pos() < u.body.End()
}

// openings returns the statements of the body that open rows.
func (u *unit) openings() []opening {
	var out []opening
	u.inspect(func(n ast.Node) {
		lhs, rhs := golang.Assigned(n)
		switch n := n.(type) {
		case *ast.ExprStmt:
			if call, ok := ast.Unparen(n.X).(*ast.CallExpr); ok && u.r.dropped(call) {
				out = append(out, opening{call: call, dropped: true})
			}
		case *ast.CallExpr:
			if body, api := u.r.rowLiteral(n); body != nil && (api.Role == apis.Query || api.Role == apis.ConnAcquire) {
				out = append(out, opening{call: n, during: body})
			}
			out = append(out, u.handedOn(n)...)
			if u.r.onlyError(n) {
				out = append(out, opening{call: n, dropped: true})
			}
		case *ast.RangeStmt:
			if call := u.iterated(n.X); call != nil {
				out = append(out, opening{call: call, during: n.Body})
			}
		}
		if len(rhs) != 1 {
			return
		}
		call, ok := ast.Unparen(rhs[0]).(*ast.CallExpr)
		if !ok {
			return
		}
		i, ok := u.r.opens(call)
		if !ok || i >= len(lhs) {
			if len(lhs) == 1 && u.r.dropped(call) && blank(lhs[0]) {
				out = append(out, opening{call: call, dropped: true})
			}
			return
		}
		if blank(lhs[i]) {
			out = append(out, opening{stmt: n, call: call, dropped: true})
			return
		}
		o := opening{stmt: n, call: call}
		if o.rows = u.local(lhs[i]); o.rows == nil {
			return
		}
		if last := len(lhs) - 1; last != i && golang.IsError(u.r.pass.TypesInfo.TypeOf(lhs[last])) {
			o.err = u.local(lhs[last])
		}
		out = append(out, o)
	})
	return out
}

func blank(x ast.Expr) bool {
	id, ok := x.(*ast.Ident)
	return ok && id.Name == "_"
}

// local returns the variable that an expression is.
func (u *unit) local(x ast.Expr) *types.Var {
	id, ok := ast.Unparen(x).(*ast.Ident)
	if !ok {
		return nil
	}
	v, _ := golang.Object(u.r.pass.TypesInfo, id).(*types.Var)
	return v
}

// held reports whether a value of t keeps a connection until it is closed.
func held(t types.Type) bool { return apis.IsRows(t) || apis.IsBatch(t) || lent(t) }

// lent reports whether values of t are connections of a pool, which has them back by
// a method that takes nothing; one that was made for its own sake is closed for good.
func lent(t types.Type) bool {
	if apis.HandleOf(t) != apis.ConnHandle {
		return false
	}
	for _, name := range [...]string{"Release", "Close"} {
		m, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
		if fn, ok := m.(*types.Func); ok && fn.Signature().Params().Len() == 0 {
			return true
		}
	}
	return false
}

// what says what an opening gives.
func (r *Result) what(o opening) Held {
	t := r.pass.TypesInfo.TypeOf(o.call)
	if body, api := r.rowLiteral(o.call); body != nil && api.Role == apis.ConnAcquire {
		return Conn
	}
	if i, ok := r.opens(o.call); ok {
		t = golang.Callee(r.pass.TypesInfo, o.call).Signature().Results().At(i).Type()
	}
	switch {
	case t == nil:
	case apis.IsBatch(t):
		return Batch
	case apis.IsRow(t):
		return Row
	case lent(t):
		return Conn
	}
	return Rows
}

// opens returns which result of a call is rows that the caller has to close.
func (r *Result) opens(call *ast.CallExpr) (int, bool) {
	fn := golang.Callee(r.pass.TypesInfo, call)
	if fn == nil {
		return 0, false
	}
	sig := fn.Signature()
	api, listed := r.apis.Lookup(fn)
	if listed && api.Role == apis.QueryRow && api.RoundTrip && sig.Results().Len() == 1 && apis.IsRow(sig.Results().At(0).Type()) {
		return 0, true
	}
	at := -1
	for i := range sig.Results().Len() {
		if held(sig.Results().At(i).Type()) {
			at = i
			break
		}
	}
	if at < 0 || sig.Recv() != nil && held(sig.Recv().Type()) && !lent(sig.Recv().Type()) {
		return 0, false
	}
	switch {
	case listed && (api.Role == apis.Query || api.Role == apis.BuilderTerminal || api.Role == apis.SendBatch || api.Role == apis.ConnAcquire):
		return at, true
	case listed && api.Library != "":
		return 0, false
	}
	// Somebody's own: with an error comes a query, without one what is kept.
	last := sig.Results().Len() - 1
	return at, last > at && golang.IsError(sig.Results().At(last).Type()) && !r.keeps(fn, at)
}

// keeps reports whether a function of the package returns rows that it has put
// somewhere, or was given.
func (r *Result) keeps(fn *types.Func, at int) bool {
	d := r.decls[fn]
	if d == nil {
		return false
	}
	found := false
	ast.Inspect(d.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			if at >= len(n.Results) {
				break
			}
			p, _ := golang.PathOf(r.pass.TypesInfo, n.Results[at])
			found = found || p.Root != nil && (p.Fields != "" || p.Root.Pos() < d.Body.Pos() && !named(fn, p.Root))
		}
		return true
	})
	return found
}

// named reports whether a variable is a result of the function.
func named(fn *types.Func, v *types.Var) bool {
	for res := range fn.Signature().Results().Variables() {
		if res == v {
			return true
		}
	}
	return false
}

// dropped reports whether a call whose value nobody has leaves rows open.
func (r *Result) dropped(call *ast.CallExpr) bool {
	_, ok := r.opens(call)
	return ok
}

// onlyError reports whether a call asks for no more than the error of a row that
// nobody has: QueryRow(…).Err() does not close it.
func (r *Result) onlyError(call *ast.CallExpr) bool {
	recv := golang.Receiver(r.pass.TypesInfo, call)
	if recv == nil {
		return false
	}
	inner, ok := ast.Unparen(recv).(*ast.CallExpr)
	if !ok || !apis.IsRow(r.pass.TypesInfo.TypeOf(recv)) {
		return false
	}
	api, listed := r.apis.Lookup(golang.Callee(r.pass.TypesInfo, call))
	return listed && api.Closes == apis.CloseNever && r.dropped(inner)
}

// rowLiteral returns the body of the literal that a library's function which reads all
// rows calls for each of them, or one that takes a connection calls with it, and what
// else is known of the callee.
func (r *Result) rowLiteral(call *ast.CallExpr) (*ast.BlockStmt, apis.API) {
	fn := golang.Callee(r.pass.TypesInfo, call)
	if fn == nil {
		return nil, apis.API{}
	}
	api, ok := r.apis.Lookup(fn)
	at := api.RowFn
	if api.Role == apis.ConnAcquire {
		at = api.FnArg
	}
	if !ok || at == apis.None || at >= len(call.Args) {
		return nil, api
	}
	if lit, ok := ast.Unparen(call.Args[at]).(*ast.FuncLit); ok {
		return lit.Body, api
	}
	return nil, api
}

// cancels reports whether the context of a query ends with the function, by a
// deferred cancel: that closes the rows.
func (u *unit) cancels(call *ast.CallExpr) bool {
	if len(call.Args) == 0 || !golang.IsContext(u.r.pass.TypesInfo.TypeOf(call.Args[0])) {
		return false
	}
	ctx, ends := u.local(call.Args[0]), make(map[*types.Var]bool)
	u.inspect(func(n ast.Node) {
		if a, ok := n.(*ast.AssignStmt); ok && ctx != nil && len(a.Lhs) == 2 && u.local(a.Lhs[0]) == ctx {
			if v := u.local(a.Lhs[1]); v != nil && golang.IsNamed(v.Type(), "context", "CancelFunc") {
				ends[v] = true
			}
		}
	})
	found := false
	u.inspect(func(n ast.Node) {
		if d, ok := n.(*ast.DeferStmt); ok {
			found = found || ends[u.local(d.Call.Fun)]
		}
	})
	return found
}
