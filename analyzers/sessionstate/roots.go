package sessionstate

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/txspans"
)

// This file knows where handles lie that are pools although their type, as gorm's, may
// be that of a transaction.

// roots are the fields of a package's own types in which pools lie: it begins
// transactions on them, and puts none into them.
type roots struct {
	pass   *analysis.Pass
	fields map[*types.Var]bool // nil until asked for
}

// has reports whether a call sends its statement through such a field.
func (r *roots) has(effects *funceffects.Result, call *ast.CallExpr) bool {
	for _, e := range slices.Concat(effects.Callee(call), []funceffects.Effect{{Depth: 1}}) {
		if e.Depth != 1 {
			continue
		}
		p, ok := effects.HandleAt(call, e)
		if !ok || p.Root == nil || p.Fields == "" {
			continue
		}
		if f := r.field(p); f != nil && r.all(effects)[f] {
			return true
		}
	}
	return false
}

// field returns the field at the end of a path, if one of the package's types has it.
func (r *roots) field(p golang.Path) *types.Var {
	obj, _, _ := types.LookupFieldOrMethod(p.Root.Type(), true, r.pass.Pkg, p.Fields)
	f, ok := obj.(*types.Var)
	if !ok || !f.IsField() || f.Pkg() != r.pass.Pkg {
		return nil
	}
	return f
}

func (r *roots) all(effects *funceffects.Result) map[*types.Var]bool {
	if r.fields != nil {
		return r.fields
	}
	r.fields = make(map[*types.Var]bool)
	info := r.pass.TypesInfo
	for _, f := range r.pass.Files {
		for n := range ast.Preorder(f) {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				continue
			}
			for _, e := range effects.Callee(call) {
				if e.Kind != funceffects.BeginTx || e.Depth != 1 {
					continue
				}
				if p, ok := effects.HandleAt(call, e); ok && p.Root != nil && p.Fields != "" {
					if f := r.field(p); f != nil {
						r.fields[f] = true
					}
				}
			}
		}
	}
	if len(r.fields) == 0 {
		return r.fields
	}
	// A method WithTx puts a transaction there.
	for _, s := range r.pass.ResultOf[txspans.Analyzer].(*txspans.Result).Spans() {
		for n := range ast.Preorder(s.Func) {
			switch n := n.(type) {
			case *ast.KeyValueExpr:
				if id, ok := n.Key.(*ast.Ident); ok && s.Uses(n.Value) {
					if f, ok := info.Uses[id].(*types.Var); ok {
						delete(r.fields, f)
					}
				}
			case *ast.AssignStmt:
				for i, l := range n.Lhs {
					if sel, ok := l.(*ast.SelectorExpr); ok && i < len(n.Rhs) && s.Uses(n.Rhs[i]) {
						if f, ok := info.Uses[sel.Sel].(*types.Var); ok {
							delete(r.fields, f)
						}
					}
				}
			}
		}
	}
	// One that is handed a handle of the same type may be handed a transaction.
	for _, f := range r.pass.Files {
		for n := range ast.Preorder(f) {
			lit, ok := n.(*ast.KeyValueExpr)
			if !ok {
				continue
			}
			id, ok := lit.Key.(*ast.Ident)
			if !ok {
				continue
			}
			if v, ok := info.Uses[id].(*types.Var); ok && r.fields[v] && r.copies(f, lit) {
				delete(r.fields, v)
			}
		}
	}
	return r.fields
}

// copies reports whether a literal with a handle stands in a method of the type that
// it is of: a copy for a transaction, as the handle says.
func (r *roots) copies(f *ast.File, kv *ast.KeyValueExpr) bool {
	for _, d := range f.Decls {
		d, ok := d.(*ast.FuncDecl)
		if !ok || d.Recv == nil || !golang.Within(kv, d) {
			continue
		}
		fn, _ := r.pass.TypesInfo.Defs[d.Name].(*types.Func)
		if fn == nil {
			return true
		}
		recv := golang.Named(fn.Signature().Recv().Type())
		t := r.pass.TypesInfo.TypeOf(kv.Value)
		return recv != nil && t != nil && apis.IsHandle(t)
	}
	return false
}
