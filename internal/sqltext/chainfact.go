package sqltext

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
)

// A ChainSummary is a statement under construction as it travels between
// packages, in a fact: what a function returns, or what it sends of a
// statement that its caller began.
type ChainSummary struct {
	Library string // the module that builds it
	Verb    string
	Given   int // 1 + the parameter that it begins with, 0 if none; or applied
	Finish  string
	Dest    string // the model that the finisher names: import path, dot, name; or $ and the number of a type parameter
	Into    int    // 1 + the parameter that names it, 0 if none
	Parts   []PartSummary
	// Sender says which call sends it: the full name of the function around, and
	// the offset of the call from its beginning.
	Sender string
}

// A PartSummary is what one call added to a statement.
type PartSummary struct {
	Clause, Mode string
	Text         *Summary
	Model        string // as Dest
	Repeat, Late bool
	Name         string
	Into         int // 1 + the parameter that names the model, 0 if none
	// Spread is the form of the caller's arguments from From on that stand here;
	// "" if none do.
	Spread string
	From   int
}

// applied stands in a ChainSummary for what the function that is returned is
// given.
const applied = -1

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
	if sig := fn.Signature(); sig.Variadic() {
		n := sig.Params().Len() - 1
		in.vars[sig.Params().At(n)] = lists{{open: true, param: n + 1}}
	}
	v := fr.body(in, decl.Pos(), fn, decl, 0, nil)
	if f, ok := v.(function); ok {
		v = fr.appliedTo(f, res.At(0).Type())
	}
	cs, _ := v.(chains)
	return cs.summaries()
}

// appliedTo returns what a function makes of a statement of which nothing is
// known; nil if it takes none.
func (fr *frame) appliedTo(f function, t types.Type) value {
	sig, ok := t.Underlying().(*types.Signature)
	if !ok || sig.Params().Len() == 0 {
		return nil
	}
	c := fr.prog.given(sig.Params().At(0), applied-1)
	if c == nil {
		return nil
	}
	return fr.invoke(token.NoPos, f, []value{chains{c}})
}

// BuildsIn summarises the statements under construction that a package-level
// variable of the package holds, or nothing if they are not known.
func (p *Program) BuildsIn(v *types.Var) []ChainSummary {
	if p.building(v.Type()) == nil {
		return nil
	}
	cs, _ := p.packageVar(nil, v).(chains)
	return cs.summaries()
}

func (cs chains) summaries() []ChainSummary {
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

// ExpressionsIn summarises the expressions that a package-level variable of the
// package holds, or nothing if they are not known.
func (p *Program) ExpressionsIn(v *types.Var) []Summary {
	if p.building(v.Type()) == nil {
		return nil
	}
	ts, _ := p.packageVar(nil, v).(texts)
	return summarise(ts)
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
	var ts texts
	switch v := fr.body(in, decl.Pos(), fn, decl, 0, nil).(type) {
	case texts:
		ts = v
	case maps:
		ts = fr.mapCondition(p.building(res.At(0).Type()), v, or(v[0].op, "eq"), false, decl.Name)
	}
	for _, t := range ts {
		if len(t.Parts()) > 0 {
			return nil
		}
	}
	return summarise(ts)
}

func or(s, other string) string {
	if s != "" {
		return s
	}
	return other
}

// Opens returns what a function sends of the statement that its caller began,
// if the text is one.
func (t *Text) Opens() (fn *types.Func, s ChainSummary, ok bool) {
	if t.opened == nil || t.opened.fn == nil {
		return nil, ChainSummary{}, false
	}
	s, ok = t.opened.c.summary()
	s.Finish, s.Dest, s.Into, s.Sender = t.opened.finish, typeName(t.opened.dest), t.opened.into, t.sender
	return t.opened.fn, s, ok
}

// An opening is a statement that a caller of fn decides in part: it begins with
// what it is handed, or is about a type or a place for rows that is given.
type opening struct {
	fn     *types.Func
	c      *chain
	finish string
	dest   types.Type
	into   int // 1 + the parameter that dest is, 0 if none
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
		ps := PartSummary{Clause: p.clause, Mode: p.mode, Repeat: p.repeat, Late: p.late, Name: p.name, Model: typeName(p.typ)}
		if p.clause == "model" {
			ps.Into = p.sub
		}
		if p.spread != "" {
			ps.Spread, ps.From = p.spread, p.sub
		}
		if p.typ != nil && ps.Model == "" && ps.Into == 0 {
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
		case *types.TypeParam:
			return typeParamName(u)
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

// typeNamed returns the type that typeName named in a function that a call
// names; nil if this package does not see it.
func (fr *frame) typeNamed(name string, call *ast.CallExpr) types.Type {
	if number, ok := strings.CutPrefix(name, "$"); ok {
		_, args := fr.typeArgs(call)
		if i, err := strconv.Atoi(number); err == nil && i < len(args) {
			return args[i]
		}
		return nil
	}
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return nil
	}
	pkg := fr.prog.oracle.Package(name[:i])
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
	for _, s := range withArguments(sums, len(call.Args)) {
		lib, ok := apis.LibraryOf(s.Library)
		if !ok || lib.Chain == nil || s.Given == applied {
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
		return texts{fr.gap(unknownHole, call)}
	}
	for _, ps := range s.Parts {
		if ps.Spread != "" && ps.From <= len(call.Args) {
			out = fr.spreadOver(st, out, ps, call)
			continue
		}
		p := part{clause: ps.Clause, mode: ps.Mode, repeat: ps.Repeat, late: ps.Late, name: ps.Name}
		if ps.Into > 0 {
			if ps.Into > len(call.Args) {
				return nil, false
			}
			d := fr.modelPart(st, step{lib: c.lib, effect: apis.Effect{Clause: ps.Clause}}, call.Args[ps.Into-1])
			p.typ, p.mode, p.lit, p.sub = d.typ, d.mode, d.lit, d.sub
		} else if ps.Model != "" {
			if p.typ = fr.typeNamed(ps.Model, call); p.typ == nil {
				return nil, false
			}
		}
		ts := texts{nil}
		if ps.Text != nil {
			ts = expand([]Summary{*ps.Text}, args, call)
		}
		var more [][]part
		for _, t := range ts {
			q := p
			q.text = t
			more = append(more, []part{q})
		}
		out = out.onto(more)
	}
	return out, true
}

// withArguments leaves out the alternatives that a call with n arguments does not
// have: what a function puts in the place of arguments that are not there, and
// what it makes of those that are.
func withArguments(sums []ChainSummary, n int) []ChainSummary {
	var spread *PartSummary
	for _, s := range sums {
		for i, p := range s.Parts {
			if p.Spread != "" {
				spread = &s.Parts[i]
			}
		}
	}
	if spread == nil || len(sums) == 1 {
		return sums
	}
	return slices.DeleteFunc(slices.Clone(sums), func(s ChainSummary) bool {
		hands := slices.ContainsFunc(s.Parts, func(p PartSummary) bool { return p.Spread != "" })
		instead := slices.ContainsFunc(s.Parts, func(p PartSummary) bool { return p.Spread == "" && p.Clause == spread.Clause })
		return hands && n <= spread.From || instead && !hands && n > spread.From
	})
}

// spreadOver adds the arguments of a call that a function hands on.
func (fr *frame) spreadOver(st *state, cs chains, ps PartSummary, call *ast.CallExpr) chains {
	var out chains
	for _, c := range cs {
		args := &ast.CallExpr{Fun: call.Fun, Args: call.Args[ps.From:], Ellipsis: call.Ellipsis}
		out = append(out, chains{c}.onto(fr.parts(st, step{lib: c.lib, effect: apis.Effect{Clause: ps.Clause, Form: ps.Spread}, verb: c.verb, call: args}))...)
	}
	return limitChains(out, maxAlternatives)
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
		var d destination
		switch {
		case s.Into > 0 && s.Into <= len(call.Args):
			d = a.fr.destination(a.st, step{lib: cs[0].lib}, call.Args[s.Into-1])
		case s.Dest != "":
			d.typ = a.fr.typeNamed(s.Dest, call)
		}
		for _, c := range cs {
			st := step{lib: c.lib, effect: apis.Effect{Finish: s.Finish}, call: call}
			for _, r := range a.fr.prog.renderings(a.fr, c, st, d) {
				t := *a.fr.marked(r, c, s.Finish, d)
				t.sender = s.Sender
				out = union(out, texts{&t})
			}
		}
	}
	return limit(out, maxElements)
}

// A destination is what rows are scanned to, or what is written.
type destination struct {
	typ  types.Type // nil if nothing is known
	row  bool       // it may be a row of the table
	into int        // 1 + the parameter of the function around that it is, 0 if none
	// keyed: it is one row of which the program gave the key; read: one that a
	// finisher read.
	keyed, read bool
	lit         *ast.CompositeLit // that the row is; nil if that is not known
	pairs       *pairs            // that the row is; nil if that is not known
}

// destination evaluates the argument of a finisher that names the model.
func (fr *frame) destination(st *state, s step, e ast.Expr) destination {
	if h, ok := fr.eval(st, e).(handed); ok {
		return destination{typ: fr.typeOf(e), row: true, into: h.param}
	}
	was, _ := fr.eval(st, e).(shape)
	p := fr.modelPart(st, s, e)
	var row *pairs
	if m, ok := fr.eval(st, e).(maps); ok && len(m) == 1 && !m[0].open {
		row = m[0].sorted()
	}
	return destination{pairs: row, typ: p.typ, row: p.mode == "row", keyed: p.mode == "row" && p.lit != nil, read: was.read, lit: p.lit}
}

// marked notes that a statement depends on what a caller gives.
func (fr *frame) marked(t *Text, c *chain, finish string, d destination) *Text {
	if !c.has("given") && !c.generic() && (d.typ == nil || d.into == 0 && typeParam(d.typ) == nil || c.has("model")) {
		return t
	}
	return &Text{pieces: t.pieces, opened: &opening{fr.root, c, finish, d.typ, d.into}, besides: t.besides, when: t.when}
}
