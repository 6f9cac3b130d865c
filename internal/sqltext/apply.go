package sqltext

import (
	"go/ast"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// A step is one call that a library's data knows: what it does to the
// statement under construction that it is called on.
type step struct {
	lib    *apis.Library
	effect apis.Effect
	verb   string // of the receiver's type
	fn     *types.Func
	call   *ast.CallExpr
}

// step returns what the catalogue says of a call.
func (fr *frame) step(call *ast.CallExpr) (step, bool) {
	fn := fr.prog.callee(call)
	if fn == nil || fn.Pkg() == nil {
		return step{}, false
	}
	lib := fr.prog.oracle.Library(fn)
	if lib == nil {
		if fn = fr.prog.standsFor(fn); fn.Pkg() == nil {
			return step{}, false
		}
		if lib = fr.prog.oracle.Library(fn); lib == nil {
			return step{}, false
		}
	}
	e, verb, ok := lib.Effect(fn)
	return step{lib, e, verb, fn, call}, ok
}

// stepBehind is step for a method of an interface of the program that holds a
// statement under construction.
func (fr *frame) stepBehind(st *state, call *ast.CallExpr) (step, bool) {
	fn := fr.prog.callee(call)
	x := receiver(call)
	if fn == nil || x == nil || fn.Signature().Recv() == nil || !types.IsInterface(fn.Signature().Recv().Type()) {
		return step{}, false
	}
	cs, ok := fr.eval(st, x).(chains)
	if !ok || len(cs) == 0 {
		return step{}, false
	}
	e, ok := cs[0].lib.Chain.Calls["."+fn.Name()]
	return step{cs[0].lib, e, cs[0].verb, fn, call}, ok
}

// standsFor is apis.StandsFor, remembered.
func (p *Program) standsFor(fn *types.Func) *types.Func {
	m, ok := p.stands[fn]
	if !ok {
		m = apis.StandsFor(fn)
		p.stands[fn] = m
	}
	return m
}

// receiver returns the expression that a method is called on.
func receiver(call *ast.CallExpr) ast.Expr {
	fun := ast.Unparen(call.Fun)
	if ix, ok := fun.(*ast.IndexExpr); ok {
		fun = ix.X
	}
	if sel, ok := fun.(*ast.SelectorExpr); ok {
		return sel.X
	}
	return nil
}

// at is where what the call itself adds stands: its name.
func (s step) at() origin {
	fun := ast.Unparen(s.call.Fun)
	if sel, ok := fun.(*ast.SelectorExpr); ok {
		return origin{pos: sel.Sel.Pos(), end: sel.Sel.End(), made: true}
	}
	return origin{pos: fun.Pos(), end: fun.End(), made: true}
}

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

// begun reports whether a handle of which nothing is known is a field that the
// package puts statements under construction into.
func (fr *frame) begun(x ast.Expr) bool {
	sel, ok := ast.Unparen(x).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	v, ok := fr.prog.info.Uses[sel.Sel].(*types.Var)
	if !ok || !v.IsField() {
		return false
	}
	for _, set := range fr.prog.sets[v.Origin()] {
		call, ok := ast.Unparen(set.rhs).(*ast.CallExpr)
		if set.rhs == nil || !ok {
			continue
		}
		if s, ok := fr.step(call); ok && (s.effect.Clause != "" || s.effect.Form == "apply") {
			return true
		}
	}
	return false
}

// continues reports whether an expression is a call that is given a statement
// under construction, or functions of one: what it returns is one that was
// begun.
func (fr *frame) continues(x ast.Expr) bool {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return false
	}
	for _, a := range call.Args {
		if inner, ok := ast.Unparen(a).(*ast.CallExpr); ok && fr.prog.building(fr.typeOf(inner)) != nil || fr.prog.options(fr.typeOf(a)) {
			return true
		}
	}
	return false
}

// options reports whether t is a function of a statement under construction, or
// a list of them.
func (p *Program) options(t types.Type) bool {
	if t == nil {
		return false
	}
	if s, ok := t.Underlying().(*types.Slice); ok {
		t = s.Elem()
	}
	sig, ok := t.Underlying().(*types.Signature)
	return ok && sig.Params().Len() > 0 && p.building(sig.Params().At(0).Type()) != nil
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

// copies reports whether a step returns another statement than its receiver
// although the library's methods change theirs.
func (s step) copies() bool {
	recv := s.fn.Signature().Recv()
	return recv != nil && slices.Contains(s.lib.Chain.Copies, s.lib.NameOf(recv.Type()))
}

// makesValue reports whether a step makes an expression of its own and adds
// nothing to its receiver.
func (s step) makesValue() bool { return s.effect.Expr != "" && s.effect.Clause == "" }

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
	case "first":
		return fr.first(st, s, in)
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
		return fr.applied(st, s, in)
	case "self":
		return fr.self(s, in)
	}
	var out chains
	for _, c := range in {
		for _, ps := range fr.parts(st, s) {
			out = append(out, c.with(ps...))
		}
	}
	return limitChains(out, maxAlternatives)
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
		return [][]part{{fr.typeArgument(s)}}
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
		if sep, ok := fr.constantValue(first); ok && strings.Contains(strings.ToUpper(sep), "OR") {
			e.Mode = "or"
		}
		return one(fr.grouped(st, s))
	case "relation":
		return fr.relationOf(st, s, args[e.Arg:])
	case "cte":
		if e.Arg+1 < len(args) {
			sub := fr.operand(st, args[e.Arg+1]).texts
			if s.lib.Chain.Subselects {
				sub = product(product(texts{known("(", s.at())}, sub), texts{known(")", s.at())})
			}
			return one(product(product(fr.names(st, first), texts{known(" AS ", s.at())}), sub))
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
	case e.Mode == "or" || e.Mode == "not":
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

// names evaluates the name of a column or table.
func (fr *frame) names(st *state, e ast.Expr) texts {
	if !isString(fr.typeOf(e)) {
		switch v := fr.eval(st, e).(type) {
		case texts:
			return v
		case chains:
			return fr.subselect(v, e)
		}
		return texts{holeText(hole{kind: fragmentHole, name: exprName(e)})}
	}
	return identifiers(fr.texts(st, e), e)
}

// identifiers returns texts as names of columns or tables.
func identifiers(ts texts, e ast.Expr) texts {
	var out texts
	for _, t := range ts {
		if s, ok := t.literal(); ok {
			from := origin{pos: e.Pos(), end: e.End()}
			if len(s) > 2 && (s[0] == '`' || s[0] == '"') && s[len(s)-1] == s[0] {
				s = s[1 : len(s)-1] // quoted by the program
			}
			if len(t.pieces) == 1 && quoteName(s) == s {
				out = append(out, t)
				continue
			}
			out = append(out, known(quoteName(s), from))
			continue
		}
		out = append(out, identHole(t))
	}
	return out
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
			switch e.Form {
			case "names":
				el = quoted(el, a)
			case "orders":
				el = ordered(el, a)
			}
			add(el)
		}
		if l.open {
			add(texts{holeText(hole{kind: fragmentHole, name: exprName(a), repeat: true})})
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
			add(texts{holeText(hole{kind: fragmentHole, name: exprName(a), repeat: true})})
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

// quoted returns names as identifiers.
func quoted(ts texts, at ast.Expr) texts {
	var out texts
	for _, t := range ts {
		if s, ok := t.literal(); ok && quoteName(s) != s {
			t = known(quoteName(s), origin{pos: at.Pos(), end: at.End()})
		}
		out = append(out, t)
	}
	return out
}

// ordered returns names with a direction behind them as sort keys.
func ordered(ts texts, at ast.Expr) texts {
	var out texts
	for _, t := range ts {
		if s, ok := t.literal(); ok {
			if name, dir, _ := strings.Cut(s, " "); quoteName(name) != name {
				t = known(strings.TrimSpace(quoteName(name)+" "+dir), origin{pos: at.Pos(), end: at.End()})
			}
		}
		out = append(out, t)
	}
	return out
}

// template evaluates a call that makes an expression.
func (fr *frame) template(st *state, s step) value {
	return fr.fill(s.effect.Expr, s.at(), func(name, form string) texts { return fr.slot(st, s, name, form) })
}

// slot evaluates one {…} of a template.
func (fr *frame) slot(st *state, s step, name, form string) texts {
	args := s.call.Args
	if name == "recv" {
		if x := receiver(s.call); x != nil {
			if cs, ok := fr.eval(st, x).(chains); ok && form == "bare" {
				return fr.rendered(cs, s.call, "")
			}
			return fr.operand(st, x).texts
		}
		return texts{fr.hole(s.call)}
	}
	if name == "own" {
		return texts{fr.own(s.effect.Name, s.at())}
	}
	if name == "edge" {
		with := texts(nil)
		if form == "with" {
			with = fr.slots(st, s, args, " AND ")
		}
		return styles[s.lib.Chain.Naming].edge(fr, s, with)
	}
	if after, ok := strings.CutPrefix(form, "columns"); ok && name == "*" {
		return fr.columnList(st, s, args, after, true)
	}
	if name == "*" && form == "names" {
		return fr.columnList(st, s, args, "", false)
	}
	if name == "*" && form == "concat" {
		out := texts{{}}
		for _, a := range args {
			out = product(out, fr.boundText(st, s.lib, a, nil, false))
		}
		return out
	}
	if name == "*" && form == "names" {
		out := texts{{}}
		for i, a := range args {
			if i > 0 {
				out = product(out, texts{known(", ", s.at())})
			}
			out = product(out, fr.names(st, a))
		}
		return out
	}
	if name == "*" {
		return fr.slots(st, s, args, form)
	}
	if name == "all" {
		return fr.allOf(st, s, form)
	}
	n, _ := strconv.Atoi(name)
	if def, ok := strings.CutPrefix(form, "or "); ok && n >= len(args) {
		return texts{known(def, s.at())}
	}
	if n >= len(args) {
		return texts{{}}
	}
	if picks, ok := strings.CutPrefix(form, "pick|"); ok {
		val := fr.constant0(args[n])
		for _, pick := range strings.Split(picks, "|") {
			if key, text, _ := strings.Cut(pick, "="); val != "" && key == val {
				return texts{known(text, s.at())}
			}
		}
		return texts{holeText(hole{kind: fragmentHole, name: exprName(args[n]), repeat: true})}
	}
	switch form {
	case "column":
		return fr.ownColumns(st, args[n])
	case "contains", "prefix", "suffix":
		return fr.pattern(st, args[n], form)
	case "values":
		if s.call.Ellipsis.IsValid() {
			return fr.operand(st, args[len(args)-1]).texts
		}
		return fr.slots(st, s, args[n:], ", ")
	case "orders":
		out := texts{{}}
		for _, a := range args[n:] {
			out = product(out, fr.boundText(st, s.lib, a, nil, false))
		}
		return out
	case "is":
		return fr.is(st, args[n], "eq", s.at())
	case "isnot":
		return fr.is(st, args[n], "noteq", s.at())
	case "set":
		return fr.setList(st, s, args[n])
	case "table":
		return fr.tableText(st, s, args[n])
	case "of":
		return product(texts{known(" OF ", s.at())}, fr.slots(st, s, args[n:], ", "))
	case "text":
		return fr.boundText(st, s.lib, args[n], args[n+1:], s.call.Ellipsis.IsValid())
	case "word":
		return fr.boundText(st, s.lib, args[n], nil, false)
	case "name":
		return fr.names(st, args[n])
	case "cond":
		return fr.condition(st, s, args[n], args[n+1:], s.call.Ellipsis.IsValid())
	case "excluded":
		return fr.excluded(st, s, args[n])
	case "list":
		return fr.slots(st, s, args[n:], ", ")
	}
	return fr.operand(st, args[n]).texts
}

// slots evaluates arguments with a separator between them.
func (fr *frame) slots(st *state, s step, args []ast.Expr, sep string) texts {
	cond := strings.TrimSpace(sep) == "AND" || strings.TrimSpace(sep) == "OR"
	out := texts{{}}
	for i, a := range args {
		if i > 0 {
			out = product(out, texts{known(sep, s.at())})
		}
		switch ls, ok := fr.eval(st, a).(lists); {
		case s.call.Ellipsis.IsValid() && i == len(args)-1 && ok:
			v, _ := joined(ls, texts{known(sep, s.at())}, exprName(a)).(texts)
			out = product(out, v)
		case s.call.Ellipsis.IsValid() && i == len(args)-1:
			out = product(out, texts{holeText(hole{kind: fragmentHole, name: exprName(a), repeat: true})})
		case cond:
			out = product(out, fr.condition(st, s, a, nil, false))
		default:
			out = product(out, fr.operand(st, a).texts)
		}
	}
	return out
}

// excluded assigns to each of the columns that a list names the value that a
// conflicting row would have had.
func (fr *frame) excluded(st *state, s step, e ast.Expr) texts {
	ls, ok := fr.eval(st, e).(lists)
	if !ok || ls[0].open {
		return texts{holeText(hole{kind: fragmentHole, name: exprName(e)})}
	}
	out := texts{{}}
	for i, el := range ls[0].elems {
		if i > 0 {
			out = product(out, texts{known(", ", s.at())})
		}
		name := quoted(el, e)
		out = product(out, product(product(name, texts{known(" = excluded.", s.at())}), name))
	}
	return out
}

// identHole is a hole for a name that is not known.
func identHole(t *Text) *Text {
	name := t.HoleName()
	if name == "" {
		name = t.String()
	}
	return holeText(hole{kind: sqlscan.HoleIdent, name: name})
}

// namesColumn reports whether a text is the name of a column and nothing else.
func (s step) namesColumn(fr *frame, e ast.Expr) bool {
	name, ok := fr.constantValue(e)
	return ok && isColumn(name)
}
