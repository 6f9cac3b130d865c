package funceffects

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file follows what the values of interface types are made of: through
// constructors, the fields that they fill, factories that choose by what they are
// given. A value made of a store in memory does not reach the database.

// A Made says what a value, or a field of it, is: of a type, or what the function
// is given. With neither it is not known, and nothing below it is.
type Made struct {
	Fields string `json:",omitzero"` // on the way there; what ends with a dot is all below
	Of     string `json:",omitzero"` // as golang.TypeText writes it
	From   Input  `json:",omitzero"`
	If     []Cond `json:",omitempty"`

	t types.Type // the type itself, nil if it comes from a fact
}

func (m Made) unknown() bool { return m.Of == "" && m.From == Input{} }

// poisons reports whether the fields are not known because m is not.
func (m Made) poisons(fields string) bool {
	if below, ok := strings.CutSuffix(m.Fields, "."); ok {
		return fields != below && (below == "" || strings.HasPrefix(fields, m.Fields))
	}
	return m.unknown() && (m.Fields == "" || fields == m.Fields || strings.HasPrefix(fields, m.Fields+"."))
}

// at is the same of a field.
func (m Made) at(field string) Made {
	if m.Fields == "." {
		m.Fields = field + "."
	} else {
		m.Fields = golang.Join(field, m.Fields)
	}
	return m
}

// The bounds of what is followed, and of what a fact says.
const (
	maxMadeDepth = 8
	maxMade      = 40
)

// A tree is what an expression is made of, so many steps deep.
type tree struct {
	x     ast.Expr
	depth int
}

// pick returns what the fields of something may be; ok is false if that is not
// all known.
func pick(list []Made, fields string) (out []Made, ok bool) {
	for _, m := range list {
		switch {
		case m.poisons(fields):
			return nil, false
		case m.unknown():
		case m.Fields == fields:
			out = append(out, m)
		case m.Of == "" && (m.Fields == "" || strings.HasPrefix(fields, m.Fields+".")):
			m.From.Fields = golang.Join(m.From.Fields, below(fields, m.Fields))
			m.Fields = fields
			out = append(out, m)
		}
	}
	return out, len(out) > 0
}

// typesOf returns the types that the value of an expression may have, none if
// they are not all known.
func (f *flow) typesOf(q question) []Made {
	if q.x == nil {
		return nil
	}
	if t := f.g.info.TypeOf(q.x); t == nil {
		return nil
	} else if t = golang.TypeAt(t, q.fields); t != nil && !types.IsInterface(t) && !golang.HasTypeParam(t) {
		return []Made{ofType(t)}
	}
	list, ok := pick(f.made(q.x, maxMadeDepth), q.fields)
	var out []Made
	for _, m := range list {
		if m.Of != "" {
			out = append(out, m)
			continue
		}
		one, single := f.single(m.From)
		if !single {
			return nil
		}
		out = append(out, one...)
	}
	if !ok || slices.ContainsFunc(out, Made.unknown) {
		return nil
	}
	return out
}

func ofType(t types.Type) Made { return Made{Of: golang.TypeText(t), t: t} }

// made returns what an expression and its fields are made of, as far as that is
// interesting: interfaces, and structs on the way to them.
func (f *flow) made(x ast.Expr, depth int) []Made {
	x = ast.Unparen(x)
	if u, ok := x.(*ast.UnaryExpr); ok {
		if lit, ok := ast.Unparen(u.X).(*ast.CompositeLit); ok {
			return f.madeOf(u, lit, depth)
		}
		x = ast.Unparen(u.X)
	}
	if depth == 0 {
		return []Made{{}}
	}
	// What is found depends on how far one looks: who asks first must not decide.
	key := tree{x, depth}
	if list, ok := f.trees[key]; ok {
		return list
	}
	f.trees[key] = []Made{{}} // while it is looked for
	list := compact(f.find(x, depth))
	if len(list) > maxMade { // what it is itself is wanted most
		list = slices.DeleteFunc(list, func(m Made) bool { return m.Fields != "" })
		list = append(list, Made{Fields: "."})
	}
	f.trees[key] = list
	return list
}

func (f *flow) find(x ast.Expr, depth int) []Made {
	switch x := x.(type) {
	case *ast.CompositeLit:
		return f.madeOf(x, x, depth)
	case *ast.TypeAssertExpr:
		if t := f.first(x); t != nil && !types.IsInterface(t) {
			return []Made{ofType(t)}
		}
		return f.made(x.X, depth-1)
	case *ast.CallExpr:
		if f.g.info.Types[ast.Unparen(x.Fun)].IsType() && len(x.Args) == 1 && types.IsInterface(f.g.info.TypeOf(x)) {
			return f.made(x.Args[0], depth-1)
		}
		return f.madeBy(x, depth)
	case *ast.Ident, *ast.SelectorExpr:
		p, exact := golang.PathOf(f.g.info, x)
		switch {
		case !exact:
		case f.given[p.Root]:
			if !f.written(p.Root, p.Fields, x) {
				return []Made{{From: Input{v: p.Root, Fields: p.Fields}}}
			}
		case !f.local(p.Root):
			return f.stored(p)
		default:
			return f.madeVar(p, x.Pos(), depth)
		}
	}
	if t := f.first(x); t != nil && !types.IsInterface(t) {
		return []Made{ofType(t)}
	}
	return []Made{{}}
}

// first is the type of an expression, or of the first of its values: v, ok := m[k].
func (f *flow) first(x ast.Expr) types.Type {
	t := f.g.info.TypeOf(x)
	if tuple, ok := t.(*types.Tuple); ok && tuple.Len() > 0 {
		return tuple.At(0).Type()
	}
	return t
}

// compact leaves out what is said before.
func compact(list []Made) (out []Made) {
	for _, m := range list {
		if !slices.ContainsFunc(out, func(o Made) bool {
			return o.Fields == m.Fields && o.Of == m.Of && o.From == m.From && includes(m.If, o.If)
		}) {
			out = append(out, m)
		}
	}
	return out
}

// madeOf: a literal x of a struct, or the pointer to one.
func (f *flow) madeOf(x ast.Expr, lit *ast.CompositeLit, depth int) []Made {
	t := f.g.info.TypeOf(x)
	if t == nil {
		return []Made{{}}
	}
	list := []Made{ofType(t)}
	st, ok := pointed(t).Underlying().(*types.Struct)
	if !ok {
		return list
	}
	for i, elt := range lit.Elts {
		name := ""
		if kv, ok := elt.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok {
				name, elt = id.Name, kv.Value
			}
		} else if i < st.NumFields() {
			name = st.Field(i).Name()
		}
		if name == "" || !f.g.holdsOurs(golang.TypeAt(t, name)) {
			continue
		}
		for _, m := range f.made(elt, depth-1) {
			list = append(list, m.at(name))
		}
	}
	return list
}

// holdsOurs: an interface of the program's own that others may call, or a struct
// of its own that holds one, not far below.
func (g *graph) holdsOurs(t types.Type) bool {
	n := golang.Named(t)
	if n == nil || n.Obj().Pkg() == nil {
		return false
	}
	holds, ok := g.services[n]
	if !ok {
		g.services[n] = false // a type may hold itself
		holds = g.modules.Ours(n.Obj().Pkg()) && g.findOurs(n)
		g.services[n] = holds
	}
	return holds
}

func (g *graph) findOurs(n *types.Named) bool {
	switch u := n.Underlying().(type) {
	case *types.Interface:
		for m := range u.Methods() {
			if m.Exported() {
				return true
			}
		}
	case *types.Struct:
		for v := range u.Fields() {
			if g.holdsOurs(v.Type()) {
				return true
			}
		}
	}
	return false
}

// madeVar: a variable of the declaration, of which each value is followed that
// it may have at a place.
func (f *flow) madeVar(p golang.Path, at token.Pos, depth int) []Made {
	var list []Made
	for _, w := range f.writes[p.Root] {
		switch rest := below(p.Fields, w.fields); {
		case !golang.Overlap(w.fields, p.Fields) || !f.reaches(w.pos, at):
		case w.shown:
		case w.inner:
			if len(w.fields) < len(p.Fields) {
				return []Made{{}}
			}
			list = append(list, Made{Fields: below(w.fields, p.Fields) + "."})
		case len(w.fields) > len(p.Fields):
			list = append(list, Made{Fields: below(w.fields, p.Fields)})
		case w.rhs == nil && !w.first:
			return []Made{{}}
		default:
			x := w.rhs
			if x == nil {
				x = w.from[0]
			}
			if f.g.info.Types[x].IsNil() {
				continue
			}
			list = append(list, below2(f.made(x, depth-1), rest)...)
		}
	}
	if len(list) == 0 {
		return []Made{{}}
	}
	return list
}

// reaches reports whether a value that is assigned at one place may still be
// there at another: not before, nor in another branch, but for loops.
func (f *flow) reaches(from, to token.Pos) bool {
	return to > from && !f.apart(from, to) || f.inLoop(from, to)
}

// below2 is what the fields of something are made of.
func below2(list []Made, fields string) []Made {
	if fields == "" {
		return list
	}
	var out []Made
	for _, m := range list {
		switch {
		case m.poisons(fields):
			return []Made{{}}
		case m.Fields == fields || strings.HasPrefix(m.Fields, fields+"."):
			m.Fields = below(m.Fields, fields)
			out = append(out, m)
		case m.Of == "" && !m.unknown() && (m.Fields == "" || strings.HasPrefix(fields, m.Fields+".")):
			m.From.Fields, m.Fields = golang.Join(m.From.Fields, below(fields, m.Fields)), ""
			out = append(out, m)
		}
	}
	if len(out) == 0 {
		return []Made{{}}
	}
	return out
}

// stored: a variable of the package, or a field of one, by all that the package
// assigns to it.
func (f *flow) stored(p golang.Path) []Made {
	list := f.g.heldBy(p.Root)
	if list == nil || p.Fields != "" {
		return []Made{{}}
	}
	return list
}

// madeBy: the first result of a call.
func (f *flow) madeBy(call *ast.CallExpr, depth int) []Made {
	t := f.first(call)
	fn := golang.Callee(f.g.info, call)
	var list []Made
	if fn != nil && !golang.IsInterfaceMethod(fn) && f.g.holdsOurs(t) {
		for _, m := range f.g.makes(fn) {
			list = append(list, f.as(call, fn, m, depth)...)
		}
	}
	if len(list) == 0 {
		list = []Made{{}}
	}
	if t != nil && !types.IsInterface(t) {
		list = append(slices.DeleteFunc(list, func(m Made) bool { return m.Fields == "" && m.unknown() }), ofType(t))
	}
	return list
}

// as is what a call's function makes as its caller sees it; nothing if what it
// is given rules that out.
func (f *flow) as(call *ast.CallExpr, fn *types.Func, m Made, depth int) []Made {
	e := &edge{call: call, callee: fn}
	var conds []Cond
	for _, c := range m.If {
		qs, ok := f.g.passed(f, e, c.Input)
		if !ok || len(qs) != 1 {
			continue
		}
		holds, known := f.holds(qs[0], c)
		if known && !holds {
			return nil
		}
		if p, exact := golang.PathOf(f.g.info, qs[0].x); !known && exact && f.given[p.Root] && !f.written(p.Root, p.Fields, qs[0].x) {
			c.Input = Input{v: p.Root, Fields: golang.Join(p.Fields, qs[0].fields)}
			conds = append(conds, c)
		}
	}
	m.If = conds
	if m.Of != "" || m.unknown() {
		return []Made{m}
	}
	qs, ok := f.g.passed(f, e, m.From)
	if !ok || len(qs) != 1 || qs[0].x == nil {
		return []Made{{Fields: m.Fields}}
	}
	var list []Made
	for _, given := range below2(f.made(qs[0].x, depth-1), qs[0].fields) {
		given.If = append(slices.Clone(given.If), conds...)
		if m.Fields != "" {
			given = given.at(m.Fields)
		}
		list = append(list, given)
	}
	return list
}

// A result is the first value that a body returns somewhere, and what must be
// for it to come there.
type result struct {
	x        ast.Expr // nil if it is not written there
	branches []branch
}

// makes returns what a function makes.
func (g *graph) makes(fn *types.Func) []Made {
	n := g.decls[fn]
	if n == nil {
		if sum := g.summary(fn); sum != nil {
			return sum.Makes
		}
		return nil
	}
	if list, ok := g.made[fn]; ok {
		return list
	}
	g.made[fn] = nil
	list := compact(g.madeIn(n))
	if len(list) > maxMade {
		list = nil
	}
	g.made[fn] = list
	return list
}

func (g *graph) madeIn(n *node) (list []Made) {
	f := g.flowOf(n)
	if f == nil || n.sig.Results().Len() == 0 || !g.holdsOurs(n.sig.Results().At(0).Type()) {
		return nil
	}
	for _, r := range n.results {
		if r.x == nil {
			return nil
		}
		if g.info.Types[r.x].IsNil() {
			continue
		}
		conds, taken := g.conds(n, r.branches)
		if !taken {
			continue
		}
		conds = append(conds, f.asserted(n, r.x)...)
		for _, m := range f.made(r.x, maxMadeDepth) {
			if m.From.v != nil {
				if m.From = n.input(m.From.v, m.From.Fields); m.From.From == 0 {
					m.From = Input{}
				}
			}
			m.If = most(slices.Concat(portableMade(n, m.If), conds))
			list = append(list, m)
		}
	}
	return list
}

// portableMade gives conditions on variables their inputs.
func portableMade(n *node, list []Cond) (out []Cond) {
	for _, c := range list {
		if c.v != nil {
			c.Input = n.input(c.v, c.Fields)
		}
		if c.From > 0 {
			out = append(out, c)
		}
	}
	return out
}

// asserted returns the types that an expression asserts what the body is given
// to have: without them it would not come to an end.
func (f *flow) asserted(n *node, x ast.Expr) (list []Cond) {
	ast.Inspect(x, func(node ast.Node) bool {
		a, ok := node.(*ast.TypeAssertExpr)
		if !ok || a.Type == nil {
			return true
		}
		t := f.g.info.TypeOf(a.Type)
		if in, ok := f.handedOn(n, question{x: a.X}); ok && t != nil && !types.IsInterface(t) {
			list = append(list, Cond{Input: in, Is: []string{typeMark(golang.TypeText(t))}})
		}
		return true
	})
	return list
}

// single returns what a field of a parameter or receiver is: by all that the
// package assigns to it, if no other can, or if the type is one of this package
// that is made at one place only.
func (f *flow) single(in Input) ([]Made, bool) {
	if in.v == nil || in.Fields == "" {
		return nil, false
	}
	if v := fieldAt(in.v.Type(), in.Fields); v != nil {
		if list := f.g.heldBy(v); len(list) > 0 {
			return list, true
		}
	}
	lit, at := f.g.only(golang.Named(in.v.Type()))
	if lit == nil || at == f {
		return nil, false
	}
	list, ok := pick(at.made(lit, maxMadeDepth), in.Fields)
	return list, ok && !slices.ContainsFunc(list, func(m Made) bool { return m.Of == "" })
}

// fieldAt returns the last field on the way from a type, nil if there is none.
func fieldAt(t types.Type, fields string) (v *types.Var) {
	for name := range strings.SplitSeq(fields, ".") {
		st, ok := pointed(t).Underlying().(*types.Struct)
		if !ok {
			return nil
		}
		v = nil
		for f := range st.Fields() {
			if f.Name() == name {
				v = f.Origin()
			}
		}
		if v == nil {
			return nil
		}
		t = v.Type()
	}
	return v
}

// only returns the one literal of a struct type of this package outside of its
// tests, if no field of the type is assigned to.
func (g *graph) only(n *types.Named) (*ast.CompositeLit, *flow) {
	if n == nil || n.Obj().Pkg() != g.pass.Pkg {
		return nil, nil
	}
	if g.literals == nil {
		g.literals = make(map[*types.TypeName][]literal)
		for _, m := range g.nodes {
			if m.decl == nil || strings.HasSuffix(g.pass.Fset.Position(m.decl.Pos()).Filename, "_test.go") {
				continue
			}
			ast.Inspect(m.decl, func(node ast.Node) bool {
				switch x := node.(type) {
				case *ast.CompositeLit:
					if t := golang.Named(g.info.TypeOf(x)); t != nil {
						g.literals[t.Obj()] = append(g.literals[t.Obj()], literal{x, m})
					}
				case *ast.AssignStmt:
					for _, l := range x.Lhs {
						if sel, ok := ast.Unparen(l).(*ast.SelectorExpr); ok {
							if t := golang.Named(g.info.TypeOf(sel.X)); t != nil {
								g.literals[t.Obj()] = append(g.literals[t.Obj()], literal{})
							}
						}
					}
				}
				return true
			})
		}
	}
	if list := g.literals[n.Obj()]; len(list) == 1 && list[0].x != nil {
		if f := g.flowOf(list[0].in); f != nil {
			return list[0].x, f
		}
	}
	return nil, nil
}

type literal struct {
	x  *ast.CompositeLit // nil for an assignment to a field
	in *node
}

// makesFact is what a fact says of what a function makes: not the type that its
// signature has, and no conditions on what only this package knows.
func (g *graph) makesFact(fn *types.Func) (out []Made) {
	list := g.makes(fn)
	if len(list) == 0 {
		return nil
	}
	result := fn.Signature().Results().At(0).Type()
	for _, m := range list {
		t := golang.TypeAt(result, strings.TrimSuffix(m.Fields, "."))
		if t == nil || !types.IsInterface(t) && m.Of != "" {
			continue // the type itself tells
		}
		m.t, m.From.v, m.If = nil, nil, portableConds(m.If)
		out = append(out, m)
	}
	if !slices.ContainsFunc(out, func(m Made) bool { return !m.unknown() }) {
		return nil
	}
	return out
}

func (m Made) String() string {
	what := m.Of
	if what == "" {
		what = m.From.String()
	}
	return strings.TrimPrefix(m.Fields+"=", "=") + what
}
