package querysites

import (
	"go/ast"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// sent reports whether a whole statement that a builder is given (gorm's Raw,
// bun's NewRaw) is seen to reach a finisher, which sends it as it stands. A
// piece of another query has none, and the field of a chain sends nothing.
func (f *finder) sent(s *Site) bool {
	if s.API.Role != apis.RawSQL || s.API.Fragment != "" && s.API.Fragment != "statement" {
		return false
	}
	c := chase{finder: f, seen: make(map[any]bool), returns: true}
	return s.API.RoundTrip || c.finishes(s.Call)
}

// sentWithin reports the same of the function that the site stands in alone:
// callers of one that returns its builder are judged one by one.
func (f *finder) sentWithin(s *Site) bool {
	c := chase{finder: f, seen: make(map[any]bool)}
	return s.Sent && (s.API.Role != apis.RawSQL || s.API.RoundTrip || c.finishes(s.Call))
}

// A chase follows a builder.
type chase struct {
	*finder
	seen    map[any]bool // expressions, variables and functions
	returns bool         // through the callers of functions that return it
}

// finishes reports whether the value of e, a builder, reaches a finisher: in
// its chain, through local variables, through functions of the package that
// return it or are given it.
func (f chase) finishes(e ast.Expr) bool {
	if f.seen[e] {
		return false
	}
	f.seen[e] = true
	switch up := f.parents()[e].(type) {
	case *ast.ParenExpr:
		return f.finishes(up)
	case *ast.SelectorExpr:
		call, ok := f.parents()[up].(*ast.CallExpr)
		if !ok || call.Fun != up {
			return false
		}
		fn := golang.Callee(f.pass.TypesInfo, call)
		if fn == nil {
			return false
		}
		if api, ok := f.apis.Lookup(fn); ok && api.Role == apis.BuilderTerminal {
			f.ends[call] = true
			return true
		}
		return f.finishes(call)
	case *ast.AssignStmt:
		for i, rhs := range up.Rhs {
			if rhs == e && len(up.Lhs) == len(up.Rhs) {
				return f.useFinishes(up.Lhs[i])
			}
		}
	case *ast.ValueSpec:
		for i, v := range up.Values {
			if v == e && i < len(up.Names) {
				return f.useFinishes(up.Names[i])
			}
		}
	case *ast.CallExpr:
		return f.argFinishes(up, e)
	case *ast.ReturnStmt:
		return f.returns && f.resultFinishes(up)
	}
	return false
}

// useFinishes reports whether a use of a local variable reaches a finisher.
func (f chase) useFinishes(lhs ast.Expr) bool {
	id, ok := ast.Unparen(lhs).(*ast.Ident)
	if !ok {
		return false
	}
	v, ok := f.pass.TypesInfo.ObjectOf(id).(*types.Var)
	return ok && f.varFinishes(v)
}

func (f chase) varFinishes(v *types.Var) bool {
	if f.seen[v] || v.Parent() == nil || v.Parent() == f.pass.Pkg.Scope() {
		return false
	}
	f.seen[v] = true
	found := false
	for id, obj := range f.pass.TypesInfo.Uses {
		found = obj == v && f.finishes(id) || found
	}
	return found
}

// argFinishes is for a builder given to a function of the package.
func (f chase) argFinishes(call *ast.CallExpr, arg ast.Expr) bool {
	fn := golang.Callee(f.pass.TypesInfo, call)
	if fn == nil || fn.Pkg() != f.pass.Pkg {
		return false
	}
	params := fn.Signature().Params()
	for i, a := range call.Args {
		if a == arg && i < params.Len() && !(fn.Signature().Variadic() && i >= params.Len()-1) {
			return f.varFinishes(params.At(i))
		}
	}
	return false
}

// resultFinishes is for a builder that a declared function returns as its only
// result.
func (f chase) resultFinishes(ret *ast.ReturnStmt) bool {
	if len(ret.Results) != 1 {
		return false
	}
	var n ast.Node = ret
	for n != nil {
		n = f.parents()[n]
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		d, ok := n.(*ast.FuncDecl)
		if !ok {
			continue
		}
		fn, ok := f.pass.TypesInfo.Defs[d.Name].(*types.Func)
		if !ok || f.seen[fn] {
			return false
		}
		f.seen[fn] = true
		found := false
		for e := range f.parents() {
			call, ok := e.(*ast.CallExpr)
			found = ok && golang.Callee(f.pass.TypesInfo, call) == fn && f.finishes(call) || found
		}
		return found
	}
	return false
}

// parents returns the node around each node of the package.
func (f *finder) parents() map[ast.Node]ast.Node {
	if f.above != nil {
		return f.above
	}
	f.above = make(map[ast.Node]ast.Node)
	for _, file := range f.pass.Files {
		var stack []ast.Node
		ast.Inspect(file, func(n ast.Node) bool {
			if n == nil {
				stack = stack[:len(stack)-1]
				return true
			}
			if len(stack) > 0 {
				f.above[n] = stack[len(stack)-1]
			}
			stack = append(stack, n)
			return true
		})
	}
	return f.above
}
