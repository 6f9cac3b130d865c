package sqltext

import (
	"go/ast"
	"go/types"
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
		return step{}, false
	}
	e, verb, ok := lib.Effect(fn)
	return step{lib, e, verb, fn, call}, ok
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
	if cs, ok := fr.eval(st, x).(chains); ok {
		return s.about(cs)
	}
	if _, handle, ok := s.lib.Builder(recv.Type()); (!ok || handle) && !fr.begun(x) {
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

// chained returns the value of a call that the catalogue knows as a step.
func (fr *frame) chained(st *state, s step, i int) value {
	e := s.effect
	switch {
	case e.Expr != "" && e.Clause == "":
		return fr.template(st, s)
	case e.Finish == "text":
		if i == 0 {
			return fr.rendered(fr.before(st, s), s.call, "")
		}
		return nil
	case e.Finish != "":
		return fr.afterFinish(s)
	case i > 0:
		return nil
	}
	return fr.apply(st, s, fr.before(st, s))
}

// afterFinish is the value of a finisher that returns its handle.
func (fr *frame) afterFinish(s step) value {
	res := s.fn.Signature().Results()
	if res.Len() == 0 {
		return nil
	}
	if verb, handle, ok := s.lib.Builder(res.At(0).Type()); ok && handle {
		return chains{{lib: s.lib, verb: verb}}
	}
	return nil
}

// apply adds what a step adds.
func (fr *frame) apply(st *state, s step, in chains) chains {
	e := s.effect
	switch {
	case e.Mode == "begin":
		in = s.begin()
	case e.Mode == "copy":
		return in.at(nil)
	}
	switch e.Form {
	case "options":
		return fr.options(st, s, in)
	case "edge":
		return s.throughEdge(in)
	case "first":
		return fr.first(st, s, in)
	}
	if e.Verb != "" {
		out := make(chains, len(in))
		for i, c := range in {
			d := *c
			d.lib, d.verb = s.lib, e.Verb
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
	if e.Form == "apply" {
		return fr.applied(st, s, in)
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
	if e.Form == "flag" {
		return [][]part{{{clause: e.Clause, mode: mode(e), text: known(e.Before, s.at())}}}
	}
	if e.Expr != "" {
		ts, _ := fr.template(st, s).(texts)
		return one(ts)
	}
	switch e.Form {
	case "preload":
		return [][]part{{fr.preloadOf(st, s)}}
	case "eager":
		return [][]part{{fr.eager(st, s)}}
	case "field":
		return fr.fieldParts(st, s)
	case "self":
		return [][]part{{{clause: e.Clause, text: paramText(s.at())}}}
	case "hole":
		return [][]part{{{clause: e.Clause, text: holeText(hole{kind: fragmentHole, name: s.fn.Name(), repeat: true})}}}
	case "typearg":
		return [][]part{{fr.typeArgument(s)}}
	case "distinct":
		out := fr.each(st, step{s.lib, apis.Effect{Clause: "select", Form: "texts"}, s.verb, s.fn, s.call}, args, s.call.Ellipsis.IsValid())
		for i := range out {
			out[i] = append(out[i], part{clause: e.Clause})
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
		return one(fr.boundText(st, s.lib, first, args[e.Arg+1:], spread))
	case "name":
		return one(fr.names(st, first))
	case "texts", "names":
		return fr.each(st, s, args[e.Arg:], spread)
	case "cond":
		return one(fr.condition(st, s, first, args[e.Arg+1:], spread))
	case "conds":
		return fr.each(st, s, args[e.Arg:], spread)
	case "value":
		return one(fr.operand(st, first).texts)
	case "key":
		return one(fr.byKey(st, first, "eq"))
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
		return [][]part{{fr.modelPart(st, s, first)}}
	case "columns":
		return fr.columnsOf(st, s, args[e.Arg:], spread)
	case "join":
		return fr.joinOf(st, s, args[e.Arg:], spread)
	case "clauses":
		return fr.clausesOf(st, s, args[e.Arg:], spread)
	case "chain":
		return one(fr.aliased(st, first, args[e.Arg+1:]))
	}
	return [][]part{{{clause: "unknown", text: fr.hole(first)}}}
}

// mode is how a condition is joined.
func mode(e apis.Effect) string {
	if e.Mode == "or" || e.Mode == "not" {
		return e.Mode
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
		out = union(out, fr.bound(st, t, ops))
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
		return texts{holeText(hole{kind: sqlscan.HoleIdent, name: exprName(e)})}
	}
	var out texts
	for _, t := range fr.texts(st, e) {
		if s, ok := t.literal(); ok {
			from := origin{pos: e.Pos(), end: e.End()}
			if len(t.pieces) == 1 && quoteName(s) == s {
				out = append(out, t)
				continue
			}
			out = append(out, known(quoteName(s), from))
			continue
		}
		out = append(out, holeText(hole{kind: sqlscan.HoleIdent, name: t.String()}))
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
	for i, a := range args {
		if ls, ok := fr.eval(st, a).(lists); ok && (spread && i == len(args)-1 || isListType(fr.typeOf(a))) {
			l := longest(ls)
			for _, el := range l.elems {
				if e.Form == "names" {
					el = quoted(el, a)
				}
				add(el)
			}
			if l.open {
				add(texts{holeText(hole{kind: fragmentHole, name: exprName(a), repeat: true})})
			}
			continue
		}
		switch {
		case spread && i == len(args)-1:
			add(texts{holeText(hole{kind: fragmentHole, name: exprName(a), repeat: true})})
		case e.Form == "names":
			add(fr.names(st, a))
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

func longest(ls lists) list {
	best := ls[0]
	for _, l := range ls {
		if len(l.elems) > len(best.elems) {
			best.elems = l.elems
		}
		best.open = best.open || l.open
	}
	return best
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
	if name == "*" {
		return fr.slots(st, s, args, form)
	}
	n, _ := strconv.Atoi(name)
	if n >= len(args) {
		return texts{{}}
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
	case "set":
		ps := fr.mapParts(st, step{s.lib, apis.Effect{Clause: "set"}, "", s.fn, s.call}, args[n])[0]
		r := &rendering{fr: fr, at: s.at()}
		r.joined("", ps, ", ")
		return texts{{pieces: r.out}}
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
