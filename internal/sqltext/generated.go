package sqltext

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/sqlvet/sqlvet/internal/models"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// Table returns what a generated package says of its table.
func (p *Program) Table(pkg *types.Package) *models.Table { return p.oracle.Table(pkg) }

// Naming returns how the program has a library name its tables.
func (p *Program) Naming(library string) (models.Naming, bool) { return p.oracle.Naming(library) }

// begin returns a statement that a method begins anew, whatever it is called
// on; its type says which table is meant.
func (s step) begin() chains {
	return chains{(&chain{lib: s.lib, verb: s.effect.Verb}).with(part{clause: "model", typ: s.fn.Signature().Recv().Type()})}
}

// about gives statements that a method of a generated type continues the
// table that the type is about.
func (s step) about(cs chains) chains {
	recv := s.fn.Signature().Recv()
	if len(s.lib.Chain.Generated) == 0 || recv == nil || !s.lib.IsGenerated(recv.Type()) {
		return cs
	}
	out := make(chains, len(cs))
	for i, c := range cs {
		out[i] = c
		if !c.has("model") {
			out[i] = c.with(part{clause: "model", typ: recv.Type()})
		}
	}
	return out
}

// at returns statements that methods change in place with another variable
// that holds them.
func (cs chains) at(home *types.Var) chains {
	out := make(chains, len(cs))
	for i, c := range cs {
		d := *c
		d.home = home
		out[i] = &d
	}
	return out
}

// options applies functions of the statement: what one adds is known as SQL,
// or the function is.
func (fr *frame) options(st *state, s step, in chains) chains {
	add := func(ts texts) {
		var more [][]part
		for _, t := range ts {
			if lit, ok := t.literal(); ok && lit == "()" {
				more = append(more, nil) // all of no conditions
				continue
			}
			more = append(more, []part{{clause: s.effect.Clause, text: t}})
		}
		in = in.onto(more)
	}
	args := s.call.Args[min(s.effect.Arg, len(s.call.Args)):]
	for i, a := range args {
		spread := s.call.Ellipsis.IsValid() && i == len(args)-1
		switch v := fr.eval(st, a).(type) {
		case texts:
			add(v)
			continue
		case lists:
			if before := in; spread {
				var all chains
				for _, l := range v {
					in = before
					for _, el := range l.elems {
						add(el)
					}
					if l.open {
						add(texts{fr.some(a)})
					}
					all = append(all, in...)
				}
				in = limitChains(all, maxAlternatives)
				continue
			}
		case function:
			if out, ok := fr.invoke(a.Pos(), v, []value{in}).(chains); ok {
				in = out.at(in[0].home)
				continue
			}
		}
		add(texts{fr.some(a)})
		if s.effect.Clause != "where" && s.verb == "select" {
			// An order or another option that is not known may join.
			for i, c := range in {
				in[i] = c.with(part{clause: "join", text: fr.some(a)})
			}
		}
	}
	return in
}

// throughEdge returns the statement that begins at the other end of an edge of
// the rows that a statement, or one row, is.
func (s step) throughEdge(in chains) chains {
	out := make(chains, len(in))
	for i, c := range in {
		p := part{clause: s.effect.Clause, inner: c, name: s.effect.Word}
		if s.effect.Mode == "begin" {
			p.mode = "row"
		}
		d := &chain{lib: s.lib, verb: s.effect.Verb}
		out[i] = d.with(part{clause: "model", typ: s.fn.Signature().Results().At(0).Type()}, p, part{clause: "distinct", mode: "path"})
	}
	return out
}

// eager is what loads the rows at the other end of an edge, and what is asked
// of them.
func (fr *frame) eager(st *state, s step) part {
	p := part{clause: s.effect.Clause, name: s.effect.Word}
	sig := s.fn.Signature()
	if sig.Params().Len() == 0 {
		return p
	}
	slice, ok := sig.Params().At(sig.Params().Len() - 1).Type().(*types.Slice)
	if !ok {
		return p
	}
	opt, ok := slice.Elem().Underlying().(*types.Signature)
	if !ok || opt.Params().Len() != 1 {
		return p
	}
	p.typ = opt.Params().At(0).Type()
	cs := chains{(&chain{lib: s.lib, verb: s.verb}).with(part{clause: "model", typ: p.typ})}
	for _, a := range s.call.Args[min(s.effect.Arg, len(s.call.Args)):] {
		f, _ := fr.eval(st, a).(function)
		out, ok := fr.invoke(a.Pos(), f, []value{cs}).(chains)
		if !ok || len(out) != 1 {
			p.mode = "unknown"
			return p
		}
		cs = out
	}
	p.inner = cs[0].at()
	return p
}

// bulk is the statement that writes the rows of others at once, with the columns
// that any of them has: all of its arguments, and some of what a list may hold.
func (fr *frame) bulk(st *state, s step, in chains) chains {
	var out chains
	spread := s.call.Ellipsis.IsValid()
	for _, a := range s.call.Args {
		v := fr.eval(st, a)
		if f, ok := v.(function); ok {
			v, spread = fr.invoke(a.Pos(), f, []value{in}), true
		}
		cs, ok := v.(chains)
		if !ok && !spread && isListType(fr.typeOf(a)) {
			continue // Have: of what the rows are made.
		}
		if !ok || len(cs) == 0 {
			out = nil
			break
		}
		switch {
		case spread:
			out = cs.gathers()
		case len(out) == 0:
			out = cs
		default:
			var both chains
			for _, c := range out {
				for _, d := range cs {
					both = append(both, c.withAll(d))
				}
			}
			out = both
		}
	}
	if len(out) == 0 || len(out) >= maxAlternatives {
		out = make(chains, len(in))
		for i, c := range in {
			out[i] = c.with(part{clause: "rows", text: holeText(hole{kind: fragmentHole, name: "rows"})})
		}
	}
	bulk := make(chains, len(out))
	for i, c := range out {
		bulk[i] = c.at().with(part{clause: "bulk"})
	}
	return bulk
}

// gathers returns what some of the statements have together.
func (cs chains) gathers() (out chains) {
	add := func(c *chain) {
		if len(out) < maxAlternatives && !slices.ContainsFunc(out, func(d *chain) bool { return d.withAll(c) == d && c.withAll(d) == c }) {
			out = append(out, c)
		}
	}
	for _, c := range cs {
		for _, d := range slices.Clone(out) {
			add(d.withAll(c))
		}
		add(c)
	}
	return out
}

// gathers reports whether t is a list of generated statements, as those that
// write a row each are gathered to be sent at once. Its value is what any of its
// elements may be.
func (p *Program) gathers(t types.Type) bool {
	s, ok := t.Underlying().(*types.Slice)
	if !ok || !p.isBuilder(s.Elem()) {
		return false
	}
	return p.building(s.Elem()).IsGenerated(s.Elem())
}

// gathered adds statements to those of a list; nil if one is not known.
func (fr *frame) gathered(st *state, list value, more ...ast.Expr) value {
	out, ok := list.(chains)
	for _, e := range more {
		cs, known := fr.eval(st, e).(chains)
		if !ok || !known {
			return nil
		}
		out = unionChains(out, cs.at(nil))
	}
	if !ok {
		return nil
	}
	return out
}

// withAll returns the statement with what another one has besides: itself if
// that is nothing.
func (c *chain) withAll(other *chain) *chain {
	var more []part
	for _, p := range other.parts {
		if !slices.ContainsFunc(c.parts, func(q part) bool { return p.clause == q.clause && p.name == q.name }) {
			more = append(more, p)
		}
	}
	if len(more) == 0 {
		return c
	}
	return c.with(more...)
}

// joinedBy adds what the values of its arguments are: statements that hold
// nothing but the clauses that each stands for.
func (fr *frame) joinedBy(st *state, s step, in chains) chains {
	for _, a := range s.call.Args {
		cs, ok := fr.eval(st, a).(chains)
		if !ok || s.call.Ellipsis.IsValid() {
			cs = chains{{lib: s.lib, parts: []part{{clause: s.effect.Clause, repeat: true, text: fr.some(a)}}}}
		}
		var out chains
		for _, c := range in {
			for _, d := range cs {
				out = append(out, c.with(d.parts...))
			}
		}
		in = limitChains(out, maxAlternatives)
	}
	return in
}

func (c *chain) at() *chain {
	d := *c
	d.home = nil
	return &d
}

// fieldParts is what a method says of the field or edge that it is named
// after, or of the column that its first argument names; one that is given a
// pointer may say nothing.
func (fr *frame) fieldParts(st *state, s step) [][]part {
	p := part{clause: s.effect.Clause, mode: s.effect.Op, name: s.effect.Word, text: known("NULL", s.at())}
	args := s.call.Args
	if p.name == "" && len(args) > 0 {
		if p.name, _ = fr.constantValue(args[0]); p.name == "" {
			return [][]part{{{clause: p.clause, repeat: true, text: fr.some(args[0])}}}
		}
		args = args[1:]
	}
	if len(args) > 0 {
		p.text = fr.operand(st, args[0]).texts[0]
	}
	if s.effect.Mode != "maybe" {
		return [][]part{{p}}
	}
	if len(args) > 0 {
		if u, ok := ast.Unparen(args[0]).(*ast.UnaryExpr); ok {
			p.text = fr.operand(st, u.X).texts[0]
			return [][]part{{p}}
		}
	}
	return [][]part{{p}, {}}
}

// own returns a column of the statement's own table.
func (fr *frame) own(name string, at origin) *Text {
	return &Text{pieces: []piece{{text: "t", from: at, stands: ownTable}, {text: "." + quoteName(name), from: at}}}
}

// ownColumns returns the columns that strings name.
func (fr *frame) ownColumns(st *state, e ast.Expr) texts {
	at := origin{pos: e.Pos(), end: e.End()}
	var out texts
	for _, t := range fr.texts(st, e) {
		if name, ok := t.literal(); ok {
			out = append(out, fr.own(name, at))
			continue
		}
		dot := &Text{pieces: []piece{{text: "t", from: at, stands: ownTable}, {text: ".", from: at}}}
		out = append(out, concat(dot, identHole(t)))
	}
	return out
}

// columnList returns columns with text behind each.
func (fr *frame) columnList(st *state, s step, args []ast.Expr, after string, own bool) texts {
	out := texts{{}}
	n := 0
	add := func(ts texts) {
		if n++; n > 1 {
			out = product(out, texts{known(", ", s.at())})
		}
		out = product(product(out, ts), texts{known(after, s.at())})
	}
	for i, a := range args {
		if s.call.Ellipsis.IsValid() && i == len(args)-1 {
			add(texts{fr.some(a)})
			continue
		}
		if own {
			add(fr.ownColumns(st, a))
		} else {
			add(fr.names(st, a))
		}
	}
	return out
}

// pattern is a value with a percent sign before or behind it, or both.
func (fr *frame) pattern(st *state, e ast.Expr, form string) texts {
	at := origin{pos: e.Pos(), end: e.End()}
	before, after := "'%", "%'"
	switch form {
	case "prefix":
		before = "'"
	case "suffix":
		after = "'"
	}
	if s, ok := fr.constantValue(e); ok {
		lit := known(s, at).mapped(func(s string) string { return s })
		return texts{concat(known(before, at), lit, known(after, at))}
	}
	return texts{concat(known(before, at), fr.gap(sqlscan.HoleValue, e), known(after, at))}
}

// in gives the columns of the own table the name that the table has in the
// statement around.
func (t *Text) in(table, key string) *Text {
	ps := make([]piece, len(t.pieces))
	for i, p := range t.pieces {
		switch p.stands {
		case ownTable:
			p.text, p.stands = table, 0
		case ownKey:
			p.text, p.stands = key, 0
		}
		ps[i] = p
	}
	return &Text{pieces: ps}
}
