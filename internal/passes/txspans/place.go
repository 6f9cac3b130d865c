package txspans

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// A place is where a value is kept. However the source spells it, one place is
// one value of this type.
type place = golang.Path

// part returns a place within another.
func part(p place, fields string) place {
	return place{Root: p.Root, Fields: golang.Join(p.Fields, fields)}
}

// places is a set: the fields by their root.
type places map[*types.Var][]string

// add reports whether the set grew. What is held whole has no parts of its own.
func (s places) add(p place) bool {
	if s.whole(p) {
		return false
	}
	s[p.Root] = append(s[p.Root], p.Fields)
	return true
}

// whole reports whether p is one of the places, or a part of one.
func (s places) whole(p place) bool {
	return slices.ContainsFunc(s[p.Root], func(fields string) bool {
		return len(fields) <= len(p.Fields) && golang.Overlap(fields, p.Fields)
	})
}

// meets reports whether p is one of the places, a part of one, or has one as a
// part.
func (s places) meets(p place) bool {
	return slices.ContainsFunc(s[p.Root], func(fields string) bool { return golang.Overlap(fields, p.Fields) })
}

// placeOf returns the place that x denotes, has the address of, or is an element
// of. Of a method it is what the method is called on.
func (r *Result) placeOf(x ast.Expr) (place, bool) {
	info := r.pass.TypesInfo
	if u, ok := ast.Unparen(x).(*ast.UnaryExpr); ok && u.Op == token.AND {
		x = u.X
	}
	var promoted []string
	if sel, ok := ast.Unparen(x).(*ast.SelectorExpr); ok {
		if s := info.Selections[sel]; s != nil && s.Kind() != types.FieldVal {
			x, promoted = sel.X, golang.Steps(s.Recv(), s.Index()[:len(s.Index())-1])
		}
	}
	p, _ := golang.PathOf(info, x)
	return part(p, strings.Join(promoted, ".")), p.Root != nil
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
			if v, ok := r.pass.TypesInfo.Uses[n].(*types.Var); ok {
				found = found || set.meets(place{Root: v})
			}
		}
		return !found
	})
	return found
}
