package sqltext

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
)

// before returns the statement that a step continues.
func (fr *frame) before(st *state, s step) chains {
	empty := chains{{lib: s.lib, verb: s.verb}}
	recv := s.fn.Signature().Recv()
	if recv == nil {
		return empty
	}
	x := receiver(s.call)
	if x == nil {
		return empty
	}
	if cs, ok := fr.eval(st, x).(chains); ok && len(cs) > 0 {
		return s.about(cs)
	}
	if _, handle, ok := s.lib.Builder(recv.Type()); (!ok || handle) && !fr.begun(x) && !fr.continues(x) {
		return s.about(empty)
	}
	// Have: a statement under construction whose beginning is not known.
	return s.about(chains{empty[0].with(part{clause: "unknown", text: fr.hole(x)})})
}

// chained returns the value of a call that the catalogue knows as a step.
func (fr *frame) chained(st *state, s step, i int) value {
	e := s.effect
	switch {
	case s.makesValue():
		return fr.template(st, s)
	case e.Finish == "text":
		if i == 0 {
			return fr.rendered(fr.before(st, s), s.call, "")
		}
		return nil
	case e.Finish != "":
		return fr.afterFinish(st, s)
	case i > 0:
		return nil
	}
	return fr.apply(st, s, fr.before(st, s))
}

// afterFinish is the value of a finisher that returns its handle.
func (fr *frame) afterFinish(st *state, s step) value {
	res := s.fn.Signature().Results()
	if res.Len() == 0 {
		return nil
	}
	verb, handle, ok := s.lib.Builder(res.At(0).Type())
	switch {
	case !ok || !handle:
		return nil
	case s.lib.Chain.InPlace:
		return chains{{lib: s.lib, verb: verb}}
	case s.effect.Finish == "count":
		return fr.before(st, s) // it selects another thing for once
	}
	// Have: what the finisher returns still has the statement's clauses.
	return chains{{lib: s.lib, verb: verb, parts: []part{{clause: "unknown", text: fr.hole(s.call)}}}}
}

// apply adds what a step adds.
func (fr *frame) apply(st *state, s step, in chains) chains {
	e := s.effect
	if e.Mode == "begin" {
		in = s.begin()
	}
	switch e.Form {
	case "options":
		return fr.options(st, s, in)
	case "edge":
		return s.throughEdge(in)
	case "bulk":
		return fr.bulk(st, s, in)
	case "joined":
		return fr.joinedBy(st, s, in)
	}
	if e.Verb != "" || e.Mode == "new" || e.Mode == "copy" || s.copies() {
		out := make(chains, len(in))
		for i, c := range in {
			d := *c
			if d.lib = s.lib; e.Verb != "" {
				d.verb = e.Verb
			}
			if e.Mode == "new" {
				d.parts = nil
			}
			if e.Mode != "" || s.copies() {
				d.home = nil
			}
			out[i] = &d
		}
		in = out
	}
	if e.Clause == "" && e.Form != "apply" {
		return in
	}
	if e.Mode == "replace" || e.Mode == "clear" {
		out := make(chains, len(in))
		for i, c := range in {
			out[i] = c.without(e.Clause)
		}
		in = out
		if e.Mode == "clear" {
			return in
		}
	}
	switch e.Form {
	case "apply":
		out := fr.applied(st, s, in)
		if e.Mode == "late" {
			out = out.late(in)
		}
		return out
	case "self":
		return fr.self(s, in)
	}
	if e.Mode == "of whole" {
		in = fr.wholes(s, in)
	}
	return in.onto(fr.parts(st, s))
}

// parts returns the alternatives for what a step adds to its clause.
func (fr *frame) parts(st *state, s step) [][]part {
	e, args := s.effect, s.call.Args
	one := func(ts texts) [][]part {
		var out [][]part
		for _, t := range ts {
			out = append(out, []part{{clause: e.Clause, mode: mode(e), text: fr.around(s, t)}})
		}
		return out
	}
	if e.Mode == "not" && e.Form == "cond" && len(args) > e.Arg && !isString(fr.typeOf(args[e.Arg])) {
		// What is negated is a comparison, and not its text.
		e.Mode, e.Op = "", "noteq"
		s.effect = e
	}
	if e.Mode == "not" && e.Form == "cond" && len(args) == e.Arg+2 && s.namesColumn(fr, args[e.Arg]) {
		e.Mode, e.Op = "", "noteq"
		s.effect = e
	}
	if e.Form == "flag" {
		return [][]part{{{clause: e.Clause, mode: mode(e), text: known(e.Before, s.at())}}}
	}
	switch e.Form {
	case "preload":
		return fr.preloadOf(st, s)
	case "eager":
		return [][]part{{fr.eager(st, s)}}
	case "field":
		return fr.fieldParts(st, s)
	case "tag":
		return [][]part{{{clause: e.Clause, mode: e.Op}}}
	case "row key":
		return [][]part{{{clause: e.Clause, text: paramText(s.at())}}}
	case "hole":
		return [][]part{{{clause: e.Clause, text: holeText(hole{kind: fragmentHole, name: s.fn.Name(), repeat: true})}}}
	case "key":
		if len(args) > 0 {
			e.Form = "names"
			s.effect = e
			return fr.each(st, s, args, s.call.Ellipsis.IsValid())
		}
		return [][]part{{{clause: e.Clause, mode: "name"}}}
	case "expr":
		return one(fr.fill(e.Expr, s.at(), func(name, form string) texts { return fr.slot(st, s, name, form) }))
	case "typearg":
		more := fr.clausesOf(st, s, args[min(1, len(args)):], s.call.Ellipsis.IsValid())
		return [][]part{append([]part{fr.typeArgument(s)}, more[0]...)}
	case "distinct on":
		if len(args) == 0 {
			return [][]part{{{clause: "distinct"}}}
		}
		return fr.each(st, step{s.lib, apis.Effect{Clause: e.Clause, Form: "names"}, s.verb, s.fn, s.call}, args, s.call.Ellipsis.IsValid())
	case "distinct", "distinct names":
		clause, form := "select", "texts"
		if e.Form == "distinct names" {
			clause, form = e.Clause, "names"
		}
		out := fr.each(st, step{s.lib, apis.Effect{Clause: clause, Form: form}, s.verb, s.fn, s.call}, args, s.call.Ellipsis.IsValid())
		for i := range out {
			out[i] = append(out[i], part{clause: "distinct"})
		}
		return out
	}
	if e.Arg >= len(args) {
		return [][]part{{}}
	}
	first := args[e.Arg]
	spread := s.call.Ellipsis.IsValid()
	switch e.Form {
	case "text":
		if cs, ok := fr.eval(st, first).(chains); ok && e.Clause == "raw" {
			return one(fr.rendered(cs, s.call, "")) // Have: it is the statement, and no part of one.
		}
		return one(fr.boundText(st, s.lib, first, args[e.Arg+1:], spread))
	case "name":
		return one(fr.names(st, first))
	case "term":
		return one(fr.terms(st, first))
	case "texts", "names", "orders":
		return fr.each(st, s, args[e.Arg:], spread)
	case "cond":
		return one(fr.condition(st, s, first, args[e.Arg+1:], spread))
	case "conds":
		return fr.each(st, s, args[e.Arg:], spread)
	case "value":
		return one(fr.operand(st, first).texts)
	case "own key":
		return one(fr.byKey(st, first, "eq"))
	case "option":
		if key, ok := fr.constantValue(first); ok && strings.HasSuffix(key, "query_option") && e.Arg+1 < len(args) {
			return one(fr.texts(st, args[e.Arg+1]))
		}
		return [][]part{{}}
	case "switch":
		switch on, _ := fr.constantValue(first); on {
		case "true":
			return [][]part{{{clause: e.Clause}}}
		case "false":
			return [][]part{{}}
		}
		return [][]part{{{clause: e.Clause}}, {}}
	case "pair":
		if e.Arg+1 < len(args) {
			return one(fr.assignment(st, fr.names(st, first), args[e.Arg+1]))
		}
	case "column":
		if e.Arg+1 < len(args) {
			return [][]part{{{clause: e.Clause, text: fr.names(st, first)[0]}, {clause: "value", text: fr.operand(st, args[e.Arg+1]).texts[0]}}}
		}
	case "map":
		return fr.mapParts(st, s, first)
	case "row":
		return fr.row(st, s, args[e.Arg:], spread)
	case "model":
		p := fr.modelPart(st, s, first)
		if m, ok := fr.eval(st, first).(maps); ok && len(m) > 0 && (s.verb == "insert" || s.verb == "update") {
			// Have: a map is a row without a type.
			set := s
			set.effect.Clause = "set"
			out := fr.mapParts(st, set, first)
			for i := range out {
				out[i] = append(out[i], p)
			}
			return out
		}
		return [][]part{{p}}
	case "columns":
		return fr.columnsOf(st, s, args[e.Arg:], spread)
	case "join":
		return fr.joinOf(st, s, args[e.Arg:], spread)
	case "clauses":
		return fr.clausesOf(st, s, args[e.Arg:], spread)
	case "group":
		if !isString(fr.typeOf(first)) {
			return one(fr.grouped(st, s))
		}
		sep, _ := fr.constantValue(first)
		switch strings.Join(strings.Fields(strings.ToUpper(sep)), " ") {
		case "OR":
			e.Mode = "or"
		case "AND":
		case "AND NOT":
			e.Mode = "and not"
		default:
			return one(texts{fr.some(first)})
		}
		return one(fr.grouped(st, s))
	case "relation":
		return fr.relationOf(st, s, args[e.Arg:])
	case "cte":
		if e.Arg+1 < len(args) {
			name := fr.names(st, first)
			if e.Op == "text" {
				name = fr.texts(st, first)
			}
			if _, ok := fr.eval(st, args[e.Arg+1]).(chains); !ok {
				// Have: rows of values name their columns behind the name.
				return one(product(product(name, texts{known(" ", s.at())}), texts{fr.gap(fragmentHole, args[e.Arg+1])}))
			}
			sub := fr.operand(st, args[e.Arg+1]).texts
			if s.lib.Chain.Subselects {
				sub = product(product(texts{known("(", s.at())}, sub), texts{known(")", s.at())})
			}
			return one(product(product(name, texts{known(" AS ", s.at())}), sub))
		}
	case "table":
		return fr.tableOrModel(st, s, first)
	case "bean", "bean set":
		return fr.beanParts(st, s, first)
	case "limits":
		ps := []part{{clause: "limit", text: fr.operand(st, first).texts[0]}}
		if e.Arg+1 < len(args) {
			ps = append(ps, part{clause: "offset", text: fr.operand(st, args[e.Arg+1]).texts[0]})
		}
		return [][]part{ps}
	case "tables":
		return fr.tablesOf(st, s, args[e.Arg:], spread)
	case "selects":
		return fr.selectsOf(st, s, args[e.Arg:], spread)
	case "rows":
		return fr.rowsOf(st, s, args[e.Arg:], spread)
	case "named":
		if e.Arg+1 < len(args) {
			name, _ := fr.constantValue(first)
			var out [][]part
			for _, t := range fr.boundText(st, s.lib, args[e.Arg+1], args[e.Arg+2:], spread) {
				out = append(out, []part{{clause: e.Clause, mode: name, text: t}})
			}
			return out
		}
	case "chain":
		return one(fr.aliased(st, first, args[e.Arg+1:]))
	}
	return [][]part{{{clause: "unknown", text: fr.hole(first)}}}
}

// mode is how a condition is joined, or that a text is a name alone.
func mode(e apis.Effect) string {
	switch {
	case e.Mode == "or" || e.Mode == "not" || e.Mode == "and not":
		return e.Mode
	case e.Form == "names":
		return "name"
	}
	return ""
}

// around puts what stands before and behind the arguments of a step.
func (fr *frame) around(s step, t *Text) *Text {
	if s.effect.Before == "" && s.effect.After == "" {
		return t
	}
	return concat(known(s.effect.Before, s.at()), t, known(s.effect.After, s.at()))
}

// boundText evaluates SQL text with arguments for its placeholders.
func (fr *frame) boundText(st *state, lib *apis.Library, e ast.Expr, args []ast.Expr, spread bool) texts {
	if !isString(fr.typeOf(e)) {
		return fr.expression(st, lib, e)
	}
	var ops []operand
	if !spread {
		ops = fr.operands(st, args)
	}
	var out texts
	for _, t := range fr.texts(st, e) {
		out = union(out, fr.bound(lib, t, ops))
	}
	return limit(out, maxAlternatives)
}

// each returns a part for each argument. A slice gives one for each element
// that is known.
func (fr *frame) each(st *state, s step, args []ast.Expr, spread bool) [][]part {
	e := s.effect
	out := [][]part{{}}
	add := func(ts texts) {
		var next [][]part
		for _, ps := range out {
			for _, t := range ts {
				next = append(next, append(ps[:len(ps):len(ps)], part{clause: e.Clause, mode: mode(e), text: fr.around(s, t)}))
			}
		}
		out = next[:min(len(next), maxAlternatives)]
	}
	addList := func(l list, a ast.Expr) {
		for _, el := range l.elems {
			el, _ = tagged(el, l.when).(texts)
			switch e.Form {
			case "names":
				el = quoted(el, a)
			case "orders":
				el = ordered(el, a)
			}
			add(el)
		}
		if l.open {
			add(texts{fr.some(a)})
			for _, ps := range out {
				// Have: of columns and values, sub says how many there are.
				if last := &ps[len(ps)-1]; l.param > 0 && e.Clause != "columns" && e.Clause != "values" {
					last.spread, last.sub = e.Form, l.param-1
				}
			}
		}
	}
	for i, a := range args {
		if ls, ok := fr.eval(st, a).(lists); ok && (spread && i == len(args)-1 || isListType(fr.typeOf(a))) {
			before, all := out, [][]part(nil)
			for _, l := range ls {
				out = before
				addList(l, a)
				all = append(all, out...)
			}
			out = all[:min(len(all), maxAlternatives)]
			continue
		}
		switch {
		case spread && i == len(args)-1:
			add(texts{fr.some(a)})
		case e.Form == "names":
			add(fr.names(st, a))
		case e.Form == "orders":
			add(ordered(fr.texts(st, a), a))
		case e.Form == "conds":
			add(fr.condition(st, s, a, nil, false))
		default:
			add(fr.boundText(st, s.lib, a, nil, false))
		}
	}
	return out
}

func isListType(t types.Type) bool {
	_, ok := t.Underlying().(*types.Slice)
	return ok
}
