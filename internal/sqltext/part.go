package sqltext

import (
	"go/ast"

	"github.com/sqlvet/sqlvet/internal/models"
)

// subselect returns statements in brackets.
func (fr *frame) subselect(cs chains, e ast.Expr) texts {
	at := origin{pos: e.Pos(), end: e.End()}
	var out texts
	for _, c := range cs {
		r := &rendering{fr: fr, c: c, at: at, finish: "select"}
		t := r.one()
		if !c.lib.Chain.Subselects && c.verb != "case" {
			t = concat(known("(", at), t, known(")", at))
		}
		if style := styles[c.lib.Chain.Naming]; style != nil && style.aliased {
			if a, ok := c.last("alias"); ok {
				t = concat(t, known(" AS ", at), a.text)
			}
		}
		out = union(out, texts{t})
	}
	return limit(out, maxAlternatives)
}

// group returns the conditions of statements as one condition; statements
// that have a verb are subselects.
func (fr *frame) group(cs chains, e ast.Expr) texts {
	at := origin{pos: e.Pos(), end: e.End()}
	var out texts
	for _, c := range cs {
		if c.verb == "unknown" {
			out = union(out, texts{c.parts[0].text})
			continue
		}
		if c.verb != "" || !c.has("where") {
			return fr.subselect(cs, e)
		}
		r := &rendering{fr: fr, c: c, at: at}
		r.conditions("", c.of("where"))
		t := &Text{pieces: r.out, when: c.when}
		if len(c.of("where")) > 1 {
			t = concat(known("(", at), t, known(")", at))
		}
		out = union(out, texts{t})
	}
	return limit(out, maxAlternatives)
}

// aliased returns a statement in brackets with the alias that the argument
// behind it gives.
func (fr *frame) aliased(st *state, e ast.Expr, more []ast.Expr) texts {
	at := origin{pos: e.Pos(), end: e.End()}
	var ts texts
	if cs, ok := fr.eval(st, e).(chains); ok {
		ts = fr.subselect(cs, e)
		if cs[0].lib.Chain.Subselects {
			ts = product(product(texts{known("(", at)}, ts), texts{known(")", at)})
		}
	} else {
		ts = texts{concat(known("(", at), fr.gap(fragmentHole, e), known(")", at))}
	}
	if len(more) > 0 {
		ts = product(product(ts, texts{known(" AS ", at)}), fr.names(st, more[0]))
	}
	return ts
}

// assignment is a column with the value it is given.
func (fr *frame) assignment(st *state, col texts, e ast.Expr) texts {
	at := origin{pos: e.Pos(), end: e.End()}
	return product(product(col, texts{known(" = ", at)}), fr.operand(st, e).texts)
}

// mapParts returns what a map of columns and values adds.
func (fr *frame) mapParts(st *state, s step, e ast.Expr) [][]part {
	at := origin{pos: e.Pos(), end: e.End()}
	v := fr.eval(st, e)
	if rec, ok := v.(*record); ok {
		if ps, ok := fr.structSet(st, s, rec, e); ok {
			return [][]part{ps}
		}
	}
	m, ok := v.(maps)
	if !ok {
		ps := []part{{clause: s.effect.Clause, text: fr.gap(fragmentHole, e)}}
		if models.Of(s.lib.Chain.Naming, fr.typeOf(e), fr.prog) != nil {
			ps = append(ps, part{clause: "set fields"})
		}
		return [][]part{ps}
	}
	var out [][]part
	for _, p := range m {
		p = p.sorted()
		var ps []part
		under := func(t *Text) *Text { return concat(&Text{when: p.when}, t) }
		for i, key := range p.keys {
			if s.lib.Chain.Names != "" {
				key = quoted(key, e)
			}
			if len(key) == 0 || len(p.vals[i].texts) == 0 {
				continue
			}
			if s.verb == "insert" {
				ps = append(ps, part{clause: "columns", text: under(key[0])}, part{clause: "value", text: p.vals[i].texts[0]})
				continue
			}
			t := under(concat(key[0], known(" = ", at), p.vals[i].texts[0]))
			ps = append(ps, part{clause: s.effect.Clause, text: t})
		}
		if p.open {
			ps = append(ps, part{clause: s.effect.Clause, text: fr.some(e)})
		}
		out = append(out, ps)
	}
	return out
}

// row returns the values of one row.
func (fr *frame) row(st *state, s step, args []ast.Expr, spread bool) [][]part {
	at := s.at()
	out := texts{known("(", at)}
	for i, a := range args {
		if i > 0 {
			out = product(out, texts{known(", ", at)})
		}
		if spread && i == len(args)-1 {
			out = product(out, texts{fr.gap(fragmentHole, a)})
			continue
		}
		out = product(out, fr.operand(st, a).texts)
	}
	out = product(out, texts{known(")", at)})
	var ps [][]part
	for _, t := range out {
		ps = append(ps, []part{{clause: s.effect.Clause, text: t}})
	}
	return ps
}
