package funceffects

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file finds where a body begins a transaction only if there is none yet:
// behind a look for one in its context, its receiver or what it is handed, whose
// hit leaves the body, or in the branch of the miss.

// Joining is the name of the effect of beginning a transaction unless the
// context, or the handle, has one already.
const Joining = "join"

// open says what a condition that holds means for the transaction that a
// body looks for: 1 that there is one, -1 that there is none, 0 neither.
func (w *walker) open(cond ast.Expr) int {
	switch x := ast.Unparen(cond).(type) {
	case *ast.Ident:
		if obj, ok := w.g.info.Uses[x].(*types.Var); ok {
			return w.txs[obj]
		}
	case *ast.UnaryExpr:
		if x.Op == token.NOT {
			return -w.open(x.X)
		}
	case *ast.CallExpr:
		if fn := golang.Callee(w.g.info, x); fn != nil && w.looksForTx(x, fn) && golang.IsBool(w.g.info.TypeOf(x)) {
			return 1
		}
	case *ast.BinaryExpr:
		switch x.Op {
		case token.LAND:
			return cmpOr(w.open(x.X), w.open(x.Y))
		case token.EQL, token.NEQ:
			n := 0
			if y := ast.Unparen(x.X); w.g.info.Types[x.Y].IsNil() && (holdsTx(w.g.info.TypeOf(y)) || w.open(y) != 0) {
				n = 1
			}
			if x.Op == token.EQL {
				return -n
			}
			return n
		}
	}
	return 0
}

// looks notes the variables that hold the result of a look for a transaction.
func (w *walker) looks(lhs []ast.Expr, rhs ast.Expr) {
	found := 0
	switch x := ast.Unparen(rhs).(type) {
	case *ast.TypeAssertExpr:
		found = w.asserted(x)
	case *ast.CallExpr:
		// FromContext(ctx), whatever it returns beside the transaction.
		if fn := golang.Callee(w.g.info, x); fn != nil && w.looksForTx(x, fn) && holdsTx(w.g.info.TypeOf(lhs[0])) {
			found = 1
		}
	}
	if found == 0 || w.txs == nil {
		return
	}
	for i, l := range lhs {
		if id, ok := l.(*ast.Ident); ok && (i == 0 || golang.IsBool(w.g.info.TypeOf(l))) {
			if v, ok := w.object(id).(*types.Var); ok {
				w.txs[v] = found
			}
		}
	}
}

// asserted says what it means that a value is of the asserted type: 1 that it
// is a transaction, or what the context has, -1 that it is a handle which has
// yet to begin one. What is done for want of something in the context is a
// fallback, for callers that forgot it.
func (w *walker) asserted(x *ast.TypeAssertExpr) int {
	if x.Type == nil {
		return 0
	}
	if call, ok := ast.Unparen(x.X).(*ast.CallExpr); ok {
		if fn := golang.Callee(w.g.info, call); fn != nil && fn.Name() == "Value" && fn.Signature().Recv() != nil && apis.IsContext(fn.Signature().Recv().Type()) {
			return 1
		}
	}
	switch t := w.g.info.TypeOf(x.Type); {
	case holdsTx(t):
		return 1
	case beginsTx(t):
		return -1
	}
	return 0
}

// casesTx reports whether a type switch has a case for a transaction: its other
// cases begin one because there is none.
func (w *walker) casesTx(body *ast.BlockStmt) bool {
	for _, c := range body.List {
		if c, ok := c.(*ast.CaseClause); ok {
			for _, x := range c.List {
				if holdsTx(w.g.info.TypeOf(x)) {
					return true
				}
			}
		}
	}
	return false
}

// looksForTx: a function of nothing but contexts, which begins nothing.
func (w *walker) looksForTx(call *ast.CallExpr, fn *types.Func) bool {
	sig, given := fn.Signature(), 0
	if sig.Recv() != nil && apis.IsContext(sig.Recv().Type()) {
		given++
	}
	for v := range sig.Params().Variables() {
		if !apis.IsContext(v.Type()) {
			return false
		}
		given++
	}
	return given > 0 && !apis.ReturnsTx(fn)
}

// holdsTx reports whether a value of type t is a transaction and nothing but
// one, or a struct of this kind of value: pop's *Tx, a carrier of one's own.
func holdsTx(t types.Type) bool { return holdsTxWithin(t, 2) }

func holdsTxWithin(t types.Type, depth int) bool {
	if t == nil {
		return false
	}
	if tx, handle := apis.IsTx(t); tx {
		return !handle
	}
	n := golang.Named(t)
	if n == nil || depth == 0 {
		return false
	}
	st, ok := n.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for i := range st.NumFields() {
		if holdsTxWithin(st.Field(i).Type(), depth-1) {
			return true
		}
	}
	return false
}

// beginsTx reports whether a method of t returns a transaction and an error.
func beginsTx(t types.Type) bool {
	if t == nil {
		return false
	}
	for sel := range types.NewMethodSet(t).Methods() {
		if fn, ok := sel.Obj().(*types.Func); ok && apis.ReturnsTx(fn) {
			return true
		}
	}
	return false
}
