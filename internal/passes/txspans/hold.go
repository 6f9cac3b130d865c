package txspans

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file follows what holds a transaction: its variable, and what is made
// from it and can hold a handle.

// canHold reports whether a value of type t can hold a database handle: data
// cannot.
func (r *Result) canHold(t types.Type) bool {
	if t == nil {
		return false
	}
	if answer, ok := r.types[t]; ok {
		return answer
	}
	r.types[t] = false // while it is looked at: a type that refers to itself
	answer := r.holds(t)
	r.types[t] = answer
	return answer
}

func (r *Result) holds(t types.Type) bool {
	if golang.IsError(t) {
		return false
	}
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return true
	}
	switch apis.TypeName(t) {
	case "context.Context", "context.CancelFunc", "time.Time", "time.Location", "math/big.Int":
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		return r.canHold(u.Elem())
	case *types.Slice:
		return r.canHold(u.Elem())
	case *types.Array:
		return r.canHold(u.Elem())
	case *types.Map:
		return r.canHold(u.Elem())
	case *types.Chan:
		return r.canHold(u.Elem())
	case *types.Signature:
		return true
	case *types.Interface:
		// any, error and fmt.Stringer hold data.
		return u.NumMethods() > 1 || u.NumMethods() == 1 && u.Method(0).Name() != "String" && u.Method(0).Name() != "Error"
	case *types.Struct:
		data := isData(u)
		for i := range u.NumFields() {
			f := u.Field(i).Type()
			if data && !knownHandle(f, 3) {
				continue
			}
			if r.canHold(f) {
				return true
			}
		}
	}
	return false
}

// isData reports whether a struct is a record: its fields carry tags of an
// encoding or an ORM. What a record's interfaces hold is data as well.
func isData(t *types.Struct) bool {
	for i := range t.NumFields() {
		if t.Tag(i) != "" {
			return true
		}
	}
	return false
}

// knownHandle reports whether a record's field holds a library's handle all the
// same: ent's entities have the driver of the transaction that loaded them.
func knownHandle(t types.Type, depth int) bool {
	if tx, _ := apis.IsTx(t); tx {
		return true
	}
	n := golang.Named(t)
	if n == nil || n.Obj().Pkg() == nil {
		return false
	}
	path := n.Obj().Pkg().Path()
	if lib, ok := apis.LibraryOf(path); ok && !lib.NoSignatureRules && (path == "database/sql" || !apis.Standard(path)) {
		return true
	}
	if st, ok := n.Underlying().(*types.Struct); ok && depth > 0 {
		for i := range st.NumFields() {
			if knownHandle(st.Field(i).Type(), depth-1) {
				return true
			}
		}
	}
	return false
}

// hasHandle reports whether a struct has a field that holds a library's handle.
func hasHandle(t types.Type) bool {
	st, ok := golang.Deref(t).Underlying().(*types.Struct)
	for i := 0; ok && i < st.NumFields(); i++ {
		if knownHandle(st.Field(i).Type(), 2) {
			return true
		}
	}
	return false
}

// spread adds what holds the span's transaction in the body of its function:
// whatever is assigned from something that does, wherever.
func (s *Span) spread(body ast.Node) {
	var list []ast.Node
	ast.Inspect(body, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.AssignStmt, *ast.ValueSpec, *ast.RangeStmt, *ast.ExprStmt:
			list = append(list, n)
		}
		return true
	})
	for changed := true; changed; {
		changed = false
		add := func(x ast.Expr) {
			if p, ok := s.r.placeOf(x); ok && s.hold(p, s.r.typeOf(x)) {
				changed = true
			}
		}
		for _, n := range list {
			switch n := n.(type) {
			case *ast.AssignStmt:
				s.assigned(n.Lhs, n.Rhs, add)
			case *ast.ValueSpec:
				lhs := make([]ast.Expr, len(n.Names))
				for i, id := range n.Names {
					lhs[i] = id
				}
				s.assigned(lhs, n.Values, add)
			case *ast.RangeStmt:
				if n.Tok == token.DEFINE && s.mentions(n.X) && n.Value != nil && s.r.canHold(s.r.pass.TypesInfo.TypeOf(n.Value)) {
					add(n.Value)
				}
			case *ast.ExprStmt:
				if call, ok := n.X.(*ast.CallExpr); ok {
					s.set(call, add)
				}
			}
		}
	}
}

// hold notes that a place of type t holds the transaction.
func (s *Span) hold(p place, t types.Type) bool {
	if p.Root == nil || p.Root.Name() == "_" {
		return false
	}
	if !apis.IsContext(t) {
		s.handles.add(p)
	}
	return s.held.add(p)
}

// typeOf is the type of an expression, of a variable that it declares as well.
func (r *Result) typeOf(x ast.Expr) types.Type {
	if id, ok := x.(*ast.Ident); ok && r.pass.TypesInfo.Defs[id] != nil {
		return r.pass.TypesInfo.Defs[id].Type()
	}
	return r.pass.TypesInfo.TypeOf(x)
}

// mentions is Uses for values: what a function literal captures, it holds.
func (s *Span) mentions(x ast.Node) bool { return s.r.mentions(x, s.held, true) }

func (s *Span) assigned(lhs, rhs []ast.Expr, add func(ast.Expr)) {
	for i, l := range lhs {
		var from ast.Expr
		switch {
		case len(lhs) == len(rhs):
			from = rhs[i]
		case len(rhs) == 1:
			from = rhs[0]
		default:
			continue
		}
		if !s.mentions(from) {
			continue
		}
		switch t := s.r.typeOf(l); {
		case apis.IsContext(t):
			if s.putsInContext(from) {
				add(l)
			}
		case s.r.canHold(t):
			add(l)
		}
	}
}

// putsInContext: ctx = with(ctx, tx), where something other than a context
// holds the transaction.
func (s *Span) putsInContext(x ast.Expr) bool {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return true // another name for it
	}
	for _, a := range call.Args {
		if s.mentions(a) {
			return true
		}
	}
	return s.mentions(call.Fun)
}

// set: repo.SetTx(tx) makes repo hold it.
func (s *Span) set(call *ast.CallExpr, add func(ast.Expr)) {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || len(call.Args) != 1 || !s.mentions(call.Args[0]) {
		return
	}
	if fn := s.r.callee(call); fn != nil && fn.Signature().Recv() != nil && fn.Signature().Results().Len() == 0 {
		add(sel.X)
	}
}

// hand: what is given the transaction hands it, or something made from it, to
// the function that it calls.
func (s *Span) hand(call *ast.CallExpr, sig *types.Signature) {
	if !s.Uses(call) {
		return
	}
	for v := range sig.Params().Variables() {
		if s.r.canHold(v.Type()) {
			s.hold(place{Root: v}, v.Type())
		}
	}
}
