package loops

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
)

// InputsDepend tells whether those of a call's arguments change from one
// iteration of loop to the next that something in its callee depends on: the
// inputs are the callee's, by their number and field.
func (r *Result) InputsDepend(loop *Loop, call *ast.CallExpr, in funceffects.Inputs) Dependency {
	if !in.Known {
		return r.DependsOnIteration(loop, call)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	u := r.unit(call.Pos())
	if u == nil {
		return Unsure
	}
	t := u.taintOf(loop)
	steady := !in.State
	for _, x := range in.List {
		for _, a := range u.inputs(call, x) {
			if t.carries(a) {
				return Depends
			}
			if golang.IsContext(u.Info.TypeOf(a)) {
				continue
			}
			m := t.mentionField(a, x.Fields)
			if m.data || m.handle && x.Fields == "" || t.searches(call, []ast.Expr{a}) {
				return Depends
			}
			steady = steady && !m.handle && t.invariant(a, 8)
		}
	}
	if steady {
		return Invariant
	}
	return Unsure
}

// Keeps tells whether an input of a call's callee is the same thing in each
// iteration of loop: what is remembered there in one is known in the next.
func (r *Result) Keeps(loop *Loop, call *ast.CallExpr, in funceffects.Input) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	u := r.unit(call.Pos())
	if u == nil || in.From == 0 {
		return true
	}
	t := u.taintOf(loop)
	for _, x := range u.inputs(call, in) {
		if !t.kept(x, 4) {
			return false
		}
	}
	return true
}

// inputs returns what a call gives for an input of its callee.
func (u *unit) inputs(call *ast.CallExpr, in funceffects.Input) []ast.Expr {
	i, ok := in.Param()
	if !ok {
		if x := recv(call); x != nil {
			return []ast.Expr{x}
		}
		return nil
	}
	if i >= len(call.Args) {
		return nil
	}
	if fn := u.callee(call); fn != nil && fn.Signature().Variadic() && i == fn.Signature().Params().Len()-1 {
		return call.Args[i:]
	}
	return call.Args[i : i+1]
}

// mentionField is mention of a field of e, without the other fields where e is
// a variable or the literal of a struct.
func (t *taint) mentionField(e ast.Expr, fields string) mentioned {
	if fields == "" {
		return t.mention(e)
	}
	first, rest, _ := strings.Cut(fields, ".")
	e = ast.Unparen(e)
	if x, ok := e.(*ast.UnaryExpr); ok && x.Op == token.AND {
		e = ast.Unparen(x.X)
	}
	if lit, ok := e.(*ast.CompositeLit); ok {
		if s, ok := under(t.u.Info.TypeOf(lit)).(*types.Struct); ok && s.NumFields() > 0 {
			for _, elt := range lit.Elts {
				kv, ok := elt.(*ast.KeyValueExpr)
				if !ok {
					return t.mention(lit)
				}
				if id, ok := kv.Key.(*ast.Ident); ok && id.Name == first {
					return t.mentionField(kv.Value, rest)
				}
			}
			return mentioned{}
		}
	}
	if obj, path, exact := t.u.fieldPath(e); exact && t.byFields(obj) {
		if path != "" {
			fields = path + "." + fields
		}
		return t.part(obj, fields)
	}
	return t.mention(e)
}
