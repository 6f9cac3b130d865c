package golang

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// A Path names a place in memory as code does: a variable and the fields on the
// way from it. Two expressions with the same path denote the same place, as
// long as nothing on the way is assigned to in between.
type Path struct {
	Root   *types.Var
	Fields string // "cfg.n" for s.cfg.n, embedded fields included; "" for the variable itself
}

// PathOf returns the path of an expression. It ends before the first element of
// a collection: s.list[i].n has the path of s.list, and exact is false. Root is
// nil if the expression does not begin with a variable. A variable of another
// package is a root, its package no step.
func PathOf(info *types.Info, e ast.Expr) (p Path, exact bool) {
	var names []string // from the end
	exact = true
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.Ident:
			slices.Reverse(names)
			v, _ := Object(info, x).(*types.Var)
			return Path{v, strings.Join(names, ".")}, exact && v != nil
		case *ast.SelectorExpr:
			s := info.Selections[x]
			if s == nil {
				slices.Reverse(names)
				v, _ := info.Uses[x.Sel].(*types.Var)
				return Path{v, strings.Join(names, ".")}, exact && v != nil
			}
			if s.Kind() != types.FieldVal {
				return Path{}, false
			}
			steps := Steps(s.Recv(), s.Index())
			slices.Reverse(steps)
			names = append(names, steps...)
			e = x.X
		case *ast.IndexExpr:
			names, exact = nil, false
			e = x.X
		case *ast.SliceExpr:
			names, exact = nil, false
			e = x.X
		case *ast.StarExpr:
			e = x.X
		default:
			return Path{}, false
		}
	}
}

// Steps returns the names of the fields that a selection goes through, by its
// index.
func Steps(t types.Type, index []int) []string {
	var names []string
	for _, i := range index {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		s, ok := t.Underlying().(*types.Struct)
		if !ok || i >= s.NumFields() {
			return names
		}
		names = append(names, s.Field(i).Name())
		t = s.Field(i).Type()
	}
	return names
}

// Overlap reports whether one list of fields is the other or leads to it:
// assigning to the one changes the other.
func Overlap(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return a == "" || strings.HasPrefix(b, a) && (len(a) == len(b) || b[len(a)] == '.')
}

// Join appends fields to fields.
func Join(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return a + "." + b
}

// TypeAt returns the type at the end of fields, nil if it is not known. Of an
// interface on the way, whose value has the fields, it is the interface.
func TypeAt(t types.Type, fields string) types.Type {
	for fields != "" {
		var name string
		name, fields, _ = strings.Cut(fields, ".")
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok {
			return t
		}
		t = nil
		for v := range st.Fields() {
			if v.Name() == name {
				t = v.Type()
			}
		}
		if t == nil {
			return nil
		}
	}
	return t
}
