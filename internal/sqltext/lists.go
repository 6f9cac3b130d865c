package sqltext

import (
	"go/ast"
	"go/types"
	"strconv"
)

// listSettings returns what a list that is a struct field may hold: some
// methods append to it and others use it, in an order that is not known. Each
// element is one alternative, with others around it.
func (p *Program) listSettings(v *types.Var) value {
	v = v.Origin()
	if p.active[v] {
		return nil
	}
	p.active[v] = true
	defer delete(p.active, v)
	var (
		fr  = &frame{prog: p, depth: 1}
		out = lists{{open: true}}
	)
	for _, s := range p.sets[v] {
		call, ok := s.rhs.(*ast.CallExpr)
		if !ok || call.Ellipsis.IsValid() || len(call.Args) < 2 {
			continue
		}
		if id, ok := call.Fun.(*ast.Ident); !ok || p.info.Uses[id] != types.Universe.Lookup("append") {
			continue
		}
		for _, a := range call.Args[1:] {
			out = append(out, list{elems: []texts{fr.texts(newState(), a)}, open: true})
		}
	}
	if len(out) > maxElements {
		return lists{{open: true}}
	}
	return out
}

// index returns the value of m[k].
func (fr *frame) index(st *state, e *ast.IndexExpr) value {
	switch x := fr.eval(st, e.X).(type) {
	case *record:
		if k, ok := fr.constantValue(e.Index); ok {
			if v, ok := x.fields[k]; ok {
				return v
			}
		}
		if len(x.rest) > 0 {
			return x.rest // of a map of strings, with or without comma-ok
		}
	case lists:
		if n, ok := fr.indexOf(e.Index); ok {
			if ts := x.at(n); len(ts) > 0 {
				return ts
			}
		}
		return allElements(x)
	}
	return nil
}

// indexOf returns the value of a constant index.
func (fr *frame) indexOf(e ast.Expr) (int, bool) {
	s, _ := fr.constantInt(e)
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// at returns what an element of a list may be; nil if one of the alternatives
// may have any there.
func (ls lists) at(n int) (out texts) {
	for _, l := range ls {
		switch {
		case n < len(l.elems):
			out = union(out, l.elems[n])
		case l.open:
			return nil
		}
	}
	return limit(out, maxElements)
}

// behindIndex returns a list without its first elements.
func (fr *frame) behindIndex(st *state, e *ast.SliceExpr) value {
	ls, ok := fr.eval(st, e.X).(lists)
	n, known := fr.indexOf(e.Low)
	if !ok || !known {
		return nil
	}
	var out lists
	for _, l := range ls {
		switch {
		case n <= len(l.elems):
			out = append(out, list{elems: l.elems[n:], open: l.open})
		case l.open:
			return nil
		}
	}
	if len(out) == 0 {
		return nil
	}
	return joinLists(nil, out)
}

func (fr *frame) listLit(st *state, lit *ast.CompositeLit) value {
	l := list{}
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			e = kv.Value
		}
		l.elems = append(l.elems, fr.texts(st, e))
	}
	return lists{l}
}

// elements returns what the elements of a slice, array or map may be.
func (fr *frame) elements(st *state, e ast.Expr) texts {
	switch x := fr.eval(st, e).(type) {
	case *record:
		return x.rest
	case lists:
		return allElements(x)
	}
	return nil
}

func allElements(ls lists) texts {
	var out texts
	for _, l := range ls {
		for _, e := range l.elems {
			out = union(out, e)
		}
	}
	return limit(out, maxElements)
}
