package txspans

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"

	"github.com/sqlvet/sqlvet/internal/apis"
)

// Ends is the fact that a function may end a transaction that it is handed.
type Ends struct {
	Params []int // their indexes, ascending
}

// AFact marks Ends as a fact.
func (*Ends) AFact() {}

func (e *Ends) String() string { return fmt.Sprintf("ends %v", e.Params) }

// Carries is the fact that a function calls its func parameters inside a
// transaction that travels in the context which it hands them.
type Carries struct {
	Params []int // their indexes, ascending
}

// AFact marks Carries as a fact.
func (*Carries) AFact() {}

func (c *Carries) String() string { return fmt.Sprintf("carries %v", c.Params) }

// exportEnds finds the functions of the package that end a transaction that
// they are handed, themselves or by others of the package.
func (r *Result) exportEnds() {
	type candidate struct {
		fn   *types.Func
		body *ast.BlockStmt
	}
	var list []candidate
	r.functions(func(fn *types.Func, d *ast.FuncDecl) {
		for v := range fn.Signature().Params().Variables() {
			if tx, _ := apis.IsTx(v.Type()); tx {
				list = append(list, candidate{fn, d.Body})
				return
			}
		}
	})
	for changed := true; changed; {
		changed = false
		for _, c := range list {
			for i := range c.fn.Signature().Params().Len() {
				if !slices.Contains(r.ends[c.fn], i) && r.endsParam(c.body, c.fn.Signature().Params().At(i)) {
					r.ends[c.fn] = append(r.ends[c.fn], i)
					slices.Sort(r.ends[c.fn])
					changed = true
				}
			}
		}
	}
	for _, c := range list {
		if params := r.ends[c.fn]; len(params) > 0 && c.fn.Exported() {
			r.pass.ExportObjectFact(c.fn, &Ends{params})
		}
	}
}

// endsParam reports whether a body calls Commit or Rollback on v, or hands it
// to a function that does.
func (r *Result) endsParam(body *ast.BlockStmt, v *types.Var) bool {
	info := r.pass.TypesInfo
	is := func(x ast.Expr) bool {
		id, ok := ast.Unparen(x).(*ast.Ident)
		return ok && info.Uses[id] == v
	}
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || found {
			return !found
		}
		fn := r.callee(call)
		if fn == nil {
			return true
		}
		if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && is(sel.X) {
			api, ok := r.apis.Lookup(fn)
			found = ok && (api.Role == apis.Commit || api.Role == apis.Rollback)
		}
		for _, i := range r.endsOf(fn) {
			found = found || i < len(call.Args) && is(call.Args[i])
		}
		return !found
	})
	return found
}

// endsOf returns the parameters of fn whose transactions it may end.
func (r *Result) endsOf(fn *types.Func) []int { return r.ends[fn] }

// exportCarries finds the functions that hand a context to a func parameter
// which is not simply the one that they were given.
func (r *Result) exportCarries() {
	r.functions(func(fn *types.Func, d *ast.FuncDecl) {
		var params []int
		for i := range fn.Signature().Params().Len() {
			v := fn.Signature().Params().At(i)
			if sig, ok := v.Type().Underlying().(*types.Signature); ok && sig.Params().Len() > 0 &&
				apis.TypeName(sig.Params().At(0).Type()) == "context.Context" && r.handsContext(d.Body, v) {
				params = append(params, i)
			}
		}
		if len(params) > 0 {
			r.carry[fn] = params
			if fn.Exported() {
				r.pass.ExportObjectFact(fn, &Carries{params})
			}
		}
	})
}

// handsContext reports whether a body calls v with a context that something
// was put into.
func (r *Result) handsContext(body *ast.BlockStmt, v *types.Var) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 {
			return !found
		}
		if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok && r.pass.TypesInfo.Uses[id] == v {
			found = found || r.filled(body, call.Args[0])
		}
		return !found
	})
	return found
}

// filled reports whether a context was made by a call that got more than a
// context, time and names: context.WithValue, or own functions.
func (r *Result) filled(body *ast.BlockStmt, x ast.Expr) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.CallExpr:
		fn := r.callee(x)
		if fn == nil {
			return true
		}
		if fn.Pkg() != nil && fn.Pkg().Path() == "context" {
			return fn.Name() == "WithValue"
		}
		for _, a := range x.Args {
			if t := r.pass.TypesInfo.TypeOf(a); r.canHold(t) {
				return true
			}
		}
		return fn.Signature().Recv() == nil && fn.Pkg() == r.pass.Pkg
	case *ast.Ident:
		obj := r.pass.TypesInfo.Uses[x]
		found := false
		ast.Inspect(body, func(n ast.Node) bool {
			if a, ok := n.(*ast.AssignStmt); ok {
				for i, l := range a.Lhs {
					if id, ok := l.(*ast.Ident); ok && obj != nil && (r.pass.TypesInfo.Defs[id] == obj || r.pass.TypesInfo.Uses[id] == obj) {
						from := a.Rhs[0]
						if len(a.Lhs) == len(a.Rhs) {
							from = a.Rhs[i]
						}
						if _, ok := ast.Unparen(from).(*ast.CallExpr); ok {
							found = found || r.filled(body, from)
						}
					}
				}
			}
			return !found
		})
		return found
	}
	return false
}

// carries reports whether the context that a callee hands to its func
// parameter carries the transaction.
func (r *Result) carries(fn *types.Func, index int) bool {
	return slices.Contains(r.carry[fn], index)
}

// functions visits the declared functions of the package that have a body.
func (r *Result) functions(visit func(*types.Func, *ast.FuncDecl)) {
	for _, f := range r.pass.Files {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && d.Body != nil && d.Name.Name != "_" {
				if fn, ok := r.pass.TypesInfo.Defs[d.Name].(*types.Func); ok {
					visit(fn, d)
				}
			}
		}
	}
}
