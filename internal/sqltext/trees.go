package sqltext

import (
	"go/ast"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/models"
)

// What libraries take that write conditions as trees of Go values: goqu, and
// xorm's builder.

// constant0 returns the text of a constant; "" if e is none.
func (fr *frame) constant0(e ast.Expr) string {
	s, _ := fr.constantValue(e)
	if s == "" {
		if tv := fr.prog.info.Types[e]; tv.Value != nil {
			s = tv.Value.ExactString()
		}
	}
	return s
}

// is compares with a value: by IS with NULL and booleans, by IN with lists
// and statements.
func (fr *frame) is(st *state, e ast.Expr, op string, at origin) texts {
	val := fr.operand(st, e)
	_, sub := fr.eval(st, e).(chains)
	word := " IS "
	switch {
	case val.boolean:
		val.texts = booleans(val.texts, at)
	case sub:
		word = " IN "
	default:
		if op == "noteq" && !val.null && !val.list {
			op = "!="
		}
		return fr.comparison(texts{{}}, val, op, at)
	}
	if op == "noteq" {
		word += "NOT "
		if sub {
			word = " NOT IN "
		}
	}
	return product(texts{known(word, at)}, val.texts)
}

// setList is a map or struct as assignments.
func (fr *frame) setList(st *state, s step, e ast.Expr) texts {
	s.effect = apis.Effect{Clause: "set", Form: "map"}
	s.verb = "update"
	var out texts
	for _, ps := range fr.mapParts(st, s, e) {
		r := &rendering{at: s.at()}
		r.joined("", ps, ", ")
		out = union(out, texts{{pieces: r.out}})
	}
	return out
}

// tablesOf are the tables that a statement is about: names, and statements
// with an alias, which is t1, t2, … if they have none.
func (fr *frame) tablesOf(st *state, s step, args []ast.Expr, spread bool) [][]part {
	out := [][]part{{}}
	n := 0
	for i, a := range args {
		var ts texts
		cs, sub := fr.eval(st, a).(chains)
		switch {
		case spread && i == len(args)-1:
			ts = texts{fr.some(a)}
		case sub:
			ts = fr.subselect(cs, a)
			if n++; len(cs) > 0 && !cs[0].has("alias") {
				ts = product(ts, texts{known(" AS t"+string(rune('0'+n%10)), origin{pos: a.Pos(), end: a.End()})})
			}
		default:
			ts = fr.names(st, a)
		}
		out = fr.extended(out, s.effect.Clause, ts)
	}
	return out
}

// allOf joins the receiver's condition and those of the arguments, as far as
// there are any.
func (fr *frame) allOf(st *state, s step, sep string) texts {
	list := []texts{}
	if s.fn.Signature().Recv() != nil {
		if x := receiver(s.call); x != nil {
			list = append(list, fr.expression(st, s.lib, x))
		}
	}
	for i, a := range s.call.Args {
		if ls, ok := fr.eval(st, a).(lists); ok && s.call.Ellipsis.IsValid() && i == len(s.call.Args)-1 {
			v, _ := joined(ls, texts{known(sep, s.at())}, exprName(a)).(texts)
			list = append(list, v)
			continue
		}
		list = append(list, fr.condition(st, s, a, nil, false))
	}
	out := texts{{}}
	for _, ts := range list {
		var next texts
		for _, t := range ts {
			if compound(t) && len(list) > 1 {
				t = concat(known("(", s.at()), t, known(")", s.at()))
			}
			for _, o := range out {
				switch {
				case len(t.pieces) == 0:
					next = union(next, texts{o})
				case len(o.pieces) == 0:
					next = union(next, texts{t})
				default:
					next = union(next, texts{concat(o, known(sep, s.at()), t)})
				}
			}
		}
		out = limit(next, maxAlternatives)
	}
	return out
}

// self is a statement that selects from the one that it was.
func (fr *frame) self(s step, in chains) chains {
	var out chains
	bare := make(chains, len(in))
	for i, c := range in {
		bare[i] = c.without("alias")
	}
	for _, t := range fr.subselect(bare, s.call) {
		from := part{clause: "table", text: concat(t, known(" AS t1", s.at()))}
		out = append(out, (&chain{lib: s.lib, verb: s.verb}).with(from))
	}
	return out
}

// wholes returns the statements to which others can be joined: what is sorted or
// cut off becomes a table of another one, and the rest stays.
func (fr *frame) wholes(s step, in chains) (out chains) {
	for _, c := range in {
		if c.has("order") || c.has("limit") || c.has("offset") {
			s.verb = c.verb
			out = append(out, fr.self(s, chains{c})...)
		} else {
			out = append(out, c)
		}
	}
	return out
}

// extended adds one more part to each alternative, for each text.
func (fr *frame) extended(out [][]part, clause string, ts texts) [][]part {
	var next [][]part
	for _, ps := range out {
		for _, t := range ts {
			next = append(next, append(ps[:len(ps):len(ps)], part{clause: clause, text: t}))
		}
	}
	return next[:min(len(next), maxAlternatives)]
}

// selectsOf are names, expressions, and structs for all of their columns.
func (fr *frame) selectsOf(st *state, s step, args []ast.Expr, spread bool) [][]part {
	if s.effect.Mode != "" {
		s.effect.Mode = "replace" // Have: apply has cleared the clause.
	}
	out := [][]part{{}}
	for i, a := range args {
		t := fr.typeOf(a)
		if m := models.Of(s.lib.Chain.Naming, t, fr.prog); m != nil && fr.prog.building(t) == nil {
			at := origin{pos: a.Pos(), end: a.End()}
			for _, c := range m.Columns {
				out = fr.extended(out, s.effect.Clause, texts{known(quoteName(c.Name), at)})
			}
			continue
		}
		if spread && i == len(args)-1 || isListType(t) {
			for _, ps := range fr.each(st, step{s.lib, apis.Effect{Clause: s.effect.Clause, Form: "names"}, s.verb, s.fn, s.call}, []ast.Expr{a}, spread)[:1] {
				for j := range out {
					out[j] = append(out[j][:len(out[j]):len(out[j])], ps...)
				}
			}
			continue
		}
		out = fr.extended(out, s.effect.Clause, fr.names(st, a))
	}
	return out
}

// rowsOf are the rows of an INSERT: maps, structs, or lists of values.
func (fr *frame) rowsOf(st *state, s step, args []ast.Expr, spread bool) [][]part {
	at := s.at()
	var ps []part
	for i, a := range args {
		t := fr.typeOf(a)
		row, cols := []*Text(nil), []*Text(nil)
		m := models.Of(s.lib.Chain.Naming, t, fr.prog)
		switch v := fr.eval(st, a).(type) {
		case maps:
			if len(v) != 1 || v[0].open {
				return [][]part{{{clause: "from select", text: fr.some(a)}}}
			}
			p := v[0].sorted()
			for j, key := range p.keys {
				if len(key) == 0 || len(p.vals[j].texts) == 0 {
					return [][]part{{{clause: "from select", text: fr.some(a)}}}
				}
				cols, row = append(cols, quoted(key, a)[0]), append(row, p.vals[j].texts[0])
			}
		default:
			lit, isLit := ast.Unparen(a).(*ast.CompositeLit)
			switch {
			case m != nil && fr.prog.building(t) == nil:
				for _, c := range m.Columns {
					if c.ReadOnly {
						continue
					}
					val := paramText(at)
					if c.Auto {
						val = known("DEFAULT", at)
					}
					cols, row = append(cols, known(quoteName(c.Name), at)), append(row, val)
				}
			case isLit && isListType(t) && !spread:
				for _, e := range lit.Elts {
					row = append(row, fr.operand(st, e).texts[0])
				}
			default:
				return [][]part{{{clause: "from select", text: fr.some(a)}}}
			}
		}
		if i == 0 {
			for _, c := range cols {
				ps = append(ps, part{clause: "columns", text: c})
			}
		}
		vals := &rendering{at: at}
		for j, v := range row {
			if vals.say([]string{"(", ", "}[min(j, 1)]); true {
				vals.add(v)
			}
		}
		vals.say(")")
		ps = append(ps, part{clause: "values", text: &Text{pieces: vals.out}})
	}
	return [][]part{ps}
}

// goquStyle is what github.com/doug-martin/goqu adds: select_dataset.go.
var goquStyle = style{
	noTable: true,
	aliased: true,
	limit:   map[string]string{"one": "1"},
	tables:  func(r *rendering) []part { return r.c.of("table") },
	list:    goquList,
}

// goquList selects the columns of the struct that rows are scanned to, if the
// program names none.
func goquList(r *rendering, cols []part) bool {
	if len(cols) > 0 || r.typ == nil || r.finish != "select" && r.finish != "one" {
		return false
	}
	m := models.Of(r.c.lib.Chain.Naming, r.typ, r.fr.prog)
	if m == nil || len(m.Columns) == 0 {
		return false
	}
	for i, c := range m.Columns {
		if i > 0 {
			r.say(", ")
		}
		r.say(quoteName(c.Name))
	}
	return true
}
