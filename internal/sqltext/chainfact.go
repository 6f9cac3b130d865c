package sqltext

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
)

// A ChainSummary is a statement under construction as it travels between
// packages, in a fact: what a function returns, or what it sends of a
// statement that its caller began.
type ChainSummary struct {
	Library string // the module that builds it
	Verb    string
	Given   int // 1 + the parameter that it begins with, 0 if none
	Finish  string
	Dest    string // the model that the finisher names: import path, dot, name
	Parts   []PartSummary
}

// A PartSummary is what one call added to a statement.
type PartSummary struct {
	Clause, Mode string
	Text         *Summary
	Model        string // import path, dot, name
	Repeat       bool
	Name         string
}

// maxParts bounds the parts of all statements of one fact.
const maxParts = 64

// Builds summarises the statements that a function of the package returns as
// its first result, or nothing if they are not known.
func (p *Program) Builds(fn *types.Func) []ChainSummary {
	decl, ok := p.decls[fn]
	res := fn.Signature().Results()
	if !ok || decl.Body == nil || res.Len() == 0 || p.building(res.At(0).Type()) == nil {
		return nil
	}
	_, in := p.enter(decl, nil)
	fr := &frame{prog: p, depth: 1}
	cs, ok := fr.body(in, fn, decl, 0).(chains)
	if !ok {
		return nil
	}
	var out []ChainSummary
	n := 0
	for _, c := range cs {
		s, ok := c.summary()
		if n += len(s.Parts); !ok || n > maxParts {
			return nil
		}
		out = append(out, s)
	}
	return out
}

// Expressions summarises the conditions and other expressions that a function
// of the package returns as its first result, or nothing if they are not known.
func (p *Program) Expressions(fn *types.Func) []Summary {
	decl, ok := p.decls[fn]
	res := fn.Signature().Results()
	if !ok || decl.Body == nil || res.Len() == 0 || p.building(res.At(0).Type()) == nil {
		return nil
	}
	_, in := p.enter(decl, nil)
	fr := &frame{prog: p, depth: 1}
	ts, _ := fr.body(in, fn, decl, 0).(texts)
	for _, t := range ts {
		if len(t.Parts()) > 0 {
			return nil
		}
	}
	return summarise(ts)
}

// Opens returns what a function sends of the statement that its caller began,
// if the text is one.
func (t *Text) Opens() (ChainSummary, bool) {
	if t.opened == nil {
		return ChainSummary{}, false
	}
	s, ok := t.opened.c.summary()
	s.Finish, s.Dest = t.opened.finish, typeName(t.opened.dest)
	return s, ok && s.Given > 0
}

// An opening is a statement that begins with what a caller hands over.
type opening struct {
	c      *chain
	finish string
	dest   types.Type
}

func (c *chain) summary() (ChainSummary, bool) {
	s := ChainSummary{Library: c.lib.Module, Verb: c.verb}
	for _, p := range c.parts {
		if p.clause == "given" {
			s.Given = p.sub
			continue
		}
		if p.clause == "path" {
			return s, false // Have: a statement within a statement does not travel.
		}
		ps := PartSummary{Clause: p.clause, Mode: p.mode, Repeat: p.repeat, Name: p.name, Model: typeName(p.typ)}
		if p.typ != nil && ps.Model == "" {
			return s, false
		}
		if p.text != nil {
			sum := summary(p.text)
			ps.Text = &sum
		}
		s.Parts = append(s.Parts, ps)
	}
	return s, true
}

// typeName names the struct type behind pointers and slices; "" if it has no
// name that another package can find.
func typeName(t types.Type) string {
	for range 8 {
		switch u := types.Unalias(t).(type) {
		case *types.Pointer:
			t = u.Elem()
		case *types.Slice:
			t = u.Elem()
		case *types.Named:
			if u.Obj().Pkg() == nil || u.TypeArgs().Len() > 0 || u.Obj().Parent() != u.Obj().Pkg().Scope() {
				return ""
			}
			return u.Obj().Pkg().Path() + "." + u.Obj().Name()
		default:
			return ""
		}
	}
	return ""
}

// typeNamed returns the type that typeName named, nil if this package does
// not see it.
func (p *Program) typeNamed(name string) types.Type {
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return nil
	}
	pkg := p.oracle.Package(name[:i])
	if pkg == nil {
		return nil
	}
	obj := pkg.Scope().Lookup(name[i+1:])
	if obj == nil {
		return nil
	}
	return obj.Type()
}

// expandChains turns summaries back into statements at the call that uses
// them. arg gives the texts of an argument, began the statement that an
// argument is.
func (fr *frame) expandChains(st *state, sums []ChainSummary, call *ast.CallExpr) (chains, bool) {
	var out chains
	for _, s := range sums {
		lib, ok := apis.LibraryOf(s.Library)
		if !ok || lib.Chain == nil {
			return nil, false
		}
		begins := chains{{lib: lib, verb: s.Verb}}
		if s.Given > 0 {
			if s.Given > len(call.Args) {
				return nil, false
			}
			cs, ok := fr.eval(st, call.Args[s.Given-1]).(chains)
			if !ok {
				if _, handle, known := lib.Builder(fr.typeOf(call.Args[s.Given-1])); !known || !handle {
					return nil, false
				}
				cs = begins
			}
			begins = cs
		}
		for _, c := range begins {
			d, ok := fr.expandParts(st, c, s, call)
			if !ok {
				return nil, false
			}
			out = append(out, d...)
		}
	}
	return limitChains(out, maxAlternatives), true
}

func (fr *frame) expandParts(st *state, c *chain, s ChainSummary, call *ast.CallExpr) (chains, bool) {
	out := chains{c}
	args := func(n int) texts {
		if n < len(call.Args) && !call.Ellipsis.IsValid() {
			return fr.texts(st, call.Args[n])
		}
		return texts{holeText(hole{name: exprName(call)})}
	}
	for _, ps := range s.Parts {
		p := part{clause: ps.Clause, mode: ps.Mode, repeat: ps.Repeat, name: ps.Name}
		if ps.Model != "" {
			if p.typ = fr.prog.typeNamed(ps.Model); p.typ == nil {
				return nil, false
			}
		}
		ts := texts{nil}
		if ps.Text != nil {
			ts = expand([]Summary{*ps.Text}, args, call)
		}
		var next chains
		for _, c := range out {
			for _, t := range ts {
				q := p
				q.text = t
				next = append(next, c.with(q))
			}
		}
		out = limitChains(next, maxAlternatives)
	}
	return out, true
}

// Finished returns the SQL that a call sends of a statement under
// construction which it hands to a function of another package.
func (a At) Finished(call *ast.CallExpr, sums []ChainSummary) []*Text {
	var out texts
	for _, s := range sums {
		cs, ok := a.fr.expandChains(a.st, []ChainSummary{s}, call)
		if !ok {
			continue
		}
		var dest types.Type
		if s.Dest != "" {
			dest = a.fr.prog.typeNamed(s.Dest)
		}
		for _, c := range cs {
			st := step{lib: c.lib, effect: apis.Effect{Finish: s.Finish}, call: call}
			for _, r := range a.fr.prog.renderings(a.fr, c, st, dest, false) {
				out = union(out, texts{a.fr.marked(r, c, s.Finish, dest)})
			}
		}
	}
	return limit(out, maxElements)
}

// marked notes that a statement begins with what a caller hands over.
func (fr *frame) marked(t *Text, c *chain, finish string, dest types.Type) *Text {
	if !c.has("given") {
		return t
	}
	return &Text{pieces: t.pieces, opened: &opening{c, finish, dest}}
}
