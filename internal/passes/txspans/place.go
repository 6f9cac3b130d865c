package txspans

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// A place is where a value is kept: a variable, or a field that is reached
// from one. However the source spells it, one place is one value of this type.
type place struct {
	root types.Object
	path string // the indexes of the fields on the way, a dot behind each, embedded fields included: "1.0."
}

func (p place) part(path string) place { return place{p.root, p.path + path} }

// meets reports whether one of two places is the other, or a part of it.
func (p place) meets(q place) bool {
	return p.root == q.root && (strings.HasPrefix(p.path, q.path) || strings.HasPrefix(q.path, p.path))
}

// places is a set: the paths by their root.
type places map[types.Object][]string

// add reports whether the set grew. What is held whole has no parts of its own.
func (s places) add(p place) bool {
	if s.whole(p) {
		return false
	}
	s[p.root] = append(s[p.root], p.path)
	return true
}

// whole reports whether p is one of the places, or a part of one.
func (s places) whole(p place) bool {
	return slices.ContainsFunc(s[p.root], func(path string) bool { return strings.HasPrefix(p.path, path) })
}

// meets reports whether p is one of the places, a part of one, or has one as a
// part.
func (s places) meets(p place) bool {
	return slices.ContainsFunc(s[p.root], func(path string) bool { return p.meets(place{p.root, path}) })
}

// placeOf returns the place that x denotes, or is an element of. Of a method
// it is what the method is called on.
func (r *Result) placeOf(x ast.Expr) (place, bool) {
	info := r.pass.TypesInfo
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		if obj := info.Defs[x]; obj != nil {
			return place{root: obj}, true
		}
		if v, ok := info.Uses[x].(*types.Var); ok {
			return place{root: v}, true
		}
	case *ast.SelectorExpr:
		sel := info.Selections[x]
		if sel == nil {
			v, ok := info.Uses[x.Sel].(*types.Var)
			return place{root: v}, ok
		}
		p, ok := r.placeOf(x.X)
		index := sel.Index()
		if sel.Kind() != types.FieldVal {
			index = index[:len(index)-1]
		}
		for _, i := range index {
			p.path += strconv.Itoa(i) + "."
		}
		return p, ok
	case *ast.StarExpr:
		return r.placeOf(x.X)
	case *ast.UnaryExpr:
		if x.Op == token.AND {
			return r.placeOf(x.X)
		}
	case *ast.IndexExpr:
		return r.placeOf(x.X)
	}
	return place{}, false
}

// mentions reports whether a node uses one of the places; those in function
// literals count if literals is set.
func (r *Result) mentions(n ast.Node, set places, literals bool) bool {
	found := false
	if len(set) == 0 {
		return false
	}
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return literals && !found
		case *ast.SelectorExpr:
			if p, ok := r.placeOf(n); ok {
				found = found || set.meets(p)
				return false
			}
		case *ast.Ident:
			if obj := r.pass.TypesInfo.Uses[n]; obj != nil {
				found = found || set.meets(place{root: obj})
			}
		}
		return !found
	})
	return found
}
