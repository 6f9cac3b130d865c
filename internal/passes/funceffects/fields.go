package funceffects

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file follows functions in exported fields to the code of another package
// that calls the fields: a walker whose steps its user fills in.

// maxFieldCalls bounds the fields of a fact.
const maxFieldCalls = 8

// fieldCalls tells which func fields an edge calls, and how often a run of the
// body does.
func (s *solver) fieldCalls(n *node, e *edge, called func(*types.Var, Param)) {
	base := Param{Times: e.loop, Async: e.async}
	for _, t := range e.targets {
		if t.field != nil {
			called(t.field, base)
			continue
		}
		if m := s.node(t); m != nil {
			for _, v := range sortedFields(m.fields) {
				p := m.fields[v]
				if e.call != nil && m.component == n.component && n.component != 0 {
					p.Times = p.Times.within(PerElement) // for each node of a tree
				}
				called(v, p.within(base))
			}
			continue
		}
		if t.fn == nil || t.yield || e.call == nil {
			continue
		}
		if sum := s.g.summary(t.fn); sum != nil {
			for _, f := range sum.Fields {
				if v := fieldOf(t.fn.Pkg(), f.Field); v != nil {
					called(v, f.within(base))
				}
			}
		}
	}
}

// filled returns the functions that a field holds of what a call is given: of a
// struct literal, or of a variable that this declaration fills in.
func (g *graph) filled(e *edge, v *types.Var) []target {
	f := g.flowOf(e.in)
	if f == nil || e.call == nil {
		return nil
	}
	var out []target
	var add func(x ast.Expr)
	add = func(x ast.Expr) {
		switch x := ast.Unparen(x).(type) {
		case *ast.CompositeLit: // of a table
			for _, elt := range x.Elts {
				if kv, ok := elt.(*ast.KeyValueExpr); ok {
					elt = kv.Value
				}
				add(elt)
			}
		case *ast.CallExpr: // append
			for i := 1; i < len(x.Args) && g.info.Types[x.Fun].IsBuiltin(); i++ {
				add(x.Args[i])
			}
		case *ast.FuncLit:
			if n := g.lits[x]; n != nil {
				out = append(out, target{lit: n})
			}
		case *ast.Ident:
			if fn, ok := g.info.Uses[x].(*types.Func); ok {
				out = append(out, target{fn: fn.Origin()})
			}
		case *ast.SelectorExpr:
			if fn, ok := g.info.Uses[x.Sel].(*types.Func); ok && !golang.IsInterfaceMethod(fn) {
				out = append(out, target{fn: fn.Origin()})
			}
		}
	}
	literal := func(x ast.Expr) {
		if u, ok := ast.Unparen(x).(*ast.UnaryExpr); ok {
			x = u.X
		}
		lit, ok := ast.Unparen(x).(*ast.CompositeLit)
		if !ok {
			return
		}
		for _, elt := range lit.Elts {
			if kv, ok := elt.(*ast.KeyValueExpr); ok {
				if id, ok := kv.Key.(*ast.Ident); ok && g.info.Uses[id] == v {
					add(kv.Value)
				}
			}
		}
	}
	for _, x := range others(g.info, e.call, nil) {
		literal(x)
		p, exact := golang.PathOf(g.info, x)
		if !exact {
			continue
		}
		for _, w := range f.writes[p.Root] {
			switch {
			case w.rhs == nil:
			case w.fields == p.Fields:
				literal(w.rhs)
			case w.fields == golang.Join(p.Fields, v.Name()):
				add(w.rhs) // s.Enter = func…
			}
		}
	}
	return out
}

func sortedFields(m map[*types.Var]Param) []*types.Var {
	var list []*types.Var
	for v := range m {
		list = append(list, v)
	}
	slices.SortFunc(list, func(a, b *types.Var) int { return int(a.Pos() - b.Pos()) })
	return list
}

// fieldOf finds the field of a fact.
func fieldOf(pkg *types.Package, name string) *types.Var {
	typ, name, _ := strings.Cut(name, ".")
	tn, ok := pkg.Scope().Lookup(typ).(*types.TypeName)
	if !ok {
		return nil
	}
	st, ok := tn.Type().Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	for v := range st.Fields() {
		if v.Name() == name {
			return v
		}
	}
	return nil
}

// fieldFacts returns the fields that a body calls as its fact says it: those of
// exported types of its own package.
func (n *node) fieldFacts(owners map[*types.Var]string) []Param {
	var out []Param
	for v, p := range n.fields {
		if owner := owners[v]; owner != "" && p.Times != Stored && p.Times != 0 {
			out = append(out, Param{Field: owner + "." + v.Name(), Times: p.Times, Async: p.Async})
		}
	}
	slices.SortFunc(out, func(a, b Param) int { return strings.Compare(a.Field, b.Field) })
	return out[:min(len(out), maxFieldCalls)]
}

// fieldOwners returns the exported types of the package by their func fields.
func (g *graph) fieldOwners() map[*types.Var]string {
	owners := make(map[*types.Var]string)
	for _, n := range g.nodes {
		if len(n.fields) == 0 {
			continue
		}
		scope := g.pass.Pkg.Scope()
		for _, name := range scope.Names() {
			tn, ok := scope.Lookup(name).(*types.TypeName)
			if !ok || !tn.Exported() {
				continue
			}
			if st, ok := tn.Type().Underlying().(*types.Struct); ok {
				for v := range st.Fields() {
					owners[v.Origin()] = name
				}
			}
		}
		break
	}
	return owners
}
