package txspans

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
)

// Ends is the fact that a function may end transactions that it is handed.
type Ends struct {
	Ends []End // ordered by parameter and path
}

// AFact marks Ends as a fact.
func (*Ends) AFact() {}

func (e *Ends) String() string {
	var parts []string
	for _, e := range e.Ends {
		parts = append(parts, e.String())
	}
	return "ends " + strings.Join(parts, ", ")
}

// String writes which parameter, where in it, and when: "0", "-1 at 0. sometimes",
// "0 if 1 fails".
func (e End) String() string {
	s := strconv.Itoa(e.Param)
	if e.Path != "" {
		s += " at " + e.Path
	}
	switch {
	case e.OK == Ended && e.Failed == Ended:
	case e.OK == e.Failed || e.OK == Ended|Open || e.Failed == Ended|Open:
		s += " sometimes"
	case e.By == itsResult && e.Failed == Ended:
		s += " if it fails"
	case e.By == itsResult:
		s += " unless it fails"
	case e.Failed == Ended:
		s += " if " + strconv.Itoa(e.By) + " is an error"
	default:
		s += " unless " + strconv.Itoa(e.By) + " is an error"
	}
	return s
}

// noParam is the index of no parameter.
const noParam = -2

// Begins is the fact that a function begins a transaction and leaves it open,
// where its types do not say so.
type Begins struct {
	Result int    // which result holds it; -1 if none does
	Param  int    // which parameter was made to hold it, -1 is the receiver; -2 if none was
	Path   string // where in the parameter, as in place
}

// AFact marks Begins as a fact.
func (*Begins) AFact() {}

func (b *Begins) String() string {
	if b.Result >= 0 {
		return fmt.Sprintf("begins in result %d", b.Result)
	}
	return fmt.Sprintf("begins in parameter %d at %q", b.Param, b.Path)
}

// Carries is the fact that a function calls its func parameters inside a
// transaction that travels in the context which it hands them.
type Carries struct {
	Params []int // their indexes, ascending
}

// AFact marks Carries as a fact.
func (*Carries) AFact() {}

func (c *Carries) String() string { return fmt.Sprintf("carries %v", c.Params) }

// exportCarries finds the functions that hand a context to a func parameter
// which is not simply the one that they were given.
func (r *Result) exportCarries() {
	r.functions(func(fn *types.Func, d *ast.FuncDecl) {
		var params []int
		for i := range fn.Signature().Params().Len() {
			v := fn.Signature().Params().At(i)
			if sig, ok := v.Type().Underlying().(*types.Signature); ok && sig.Params().Len() > 0 &&
				apis.IsContext(sig.Params().At(0).Type()) && r.handsContext(d.Body, v) {
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
