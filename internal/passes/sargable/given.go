package sargable

import (
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/types/typeutil"
)

// A flow follows a condition that the program holds as a value to the call
// that takes it.
type flow struct {
	info    *types.Info
	library string // the import path prefix of the library whose value it is
	parents map[ast.Node]ast.Node
	seen    map[types.Object]bool // variables that were followed
}

// parentsOf returns the parent of each node below root.
func parentsOf(root ast.Node) map[ast.Node]ast.Node {
	parents := make(map[ast.Node]ast.Node)
	var path []ast.Node
	ast.Inspect(root, func(n ast.Node) bool {
		if n == nil {
			path = path[:len(path)-1]
			return true
		}
		if len(path) > 0 {
			parents[n] = path[len(path)-1]
		}
		path = append(path, n)
		return true
	})
	return parents
}

// filters reports whether the value of e becomes a condition on rows: an
// argument of Where, maybe inside And or Or, or by way of a local variable.
func (f *flow) filters(e ast.Node) bool {
	for child := e; ; {
		parent := f.parents[child]
		switch p := parent.(type) {
		case *ast.ParenExpr, *ast.UnaryExpr:
		case *ast.KeyValueExpr:
			if p.Key == child {
				return false
			}
		case *ast.CompositeLit:
			if !f.conjunction(f.info.TypeOf(p)) {
				return false
			}
		case *ast.CallExpr:
			takes, passes := f.call(p, child)
			if !passes {
				return takes
			}
		case *ast.AssignStmt:
			for i, r := range p.Rhs {
				if r == child && len(p.Lhs) == len(p.Rhs) {
					return f.variable(p.Lhs[i])
				}
			}
			return false
		case *ast.ValueSpec:
			for i, v := range p.Values {
				if v == child && i < len(p.Names) {
					return f.variable(p.Names[i])
				}
			}
			return false
		default:
			return false
		}
		child = parent
	}
}

// call reports whether a call takes its argument as a condition, or else
// passes it on in its own value.
func (f *flow) call(call *ast.CallExpr, arg ast.Node) (takes, passes bool) {
	if call.Fun == arg {
		return false, false
	}
	switch fn := typeutil.Callee(f.info, call).(type) {
	case *types.Builtin:
		return false, fn.Name() == "append"
	case *types.Func:
		if !f.own(fn.Pkg()) {
			return false, false
		}
		switch fn.Name() {
		case "And", "Or":
			// Of a builder they take conditions, as functions they join them.
			method := fn.Signature().Recv() != nil
			return method, !method
		case "Where", "AndWhere", "OrWhere":
			return true, false
		case "Clauses":
			return f.isNamed(f.info.TypeOf(arg.(ast.Expr)), "Where"), false
		}
	}
	return false, false
}

// conjunction reports whether the elements of a composite literal are
// conditions that hold as they stand. A NOT does not say so.
func (f *flow) conjunction(t types.Type) bool {
	if t == nil {
		return false
	}
	if _, named := types.Unalias(t).(*types.Named); !named {
		_, isSlice := t.Underlying().(*types.Slice)
		return isSlice
	}
	return f.isNamed(t, "And") || f.isNamed(t, "Or") ||
		f.isNamed(t, "Where") || f.isNamed(t, "AndConditions") || f.isNamed(t, "OrConditions")
}

// isNamed reports whether t is the library's type of that name.
func (f *flow) isNamed(t types.Type, name string) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Name() == name && f.own(named.Obj().Pkg())
}

func (f *flow) own(p *types.Package) bool {
	return p != nil && strings.HasPrefix(p.Path()+"/", f.library+"/")
}

// variable reports whether some use of a variable filters.
func (f *flow) variable(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	if !ok {
		return false
	}
	v := f.info.ObjectOf(id)
	if v == nil || f.seen[v] {
		return false
	}
	f.seen[v] = true
	for n := range f.parents {
		if use, ok := n.(*ast.Ident); ok && f.info.Uses[use] == v && f.filters(use) {
			return true
		}
	}
	return false
}
