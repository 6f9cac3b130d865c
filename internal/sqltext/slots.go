package sqltext

import (
	"cmp"
	"go/ast"
	"slices"
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

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
		own := texts{fr.own(s.effect.Name, s.at())}
		if form == "" || len(args) == 0 {
			return own
		}
		return fr.truth(st, own, form, args[0], s.at())
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
	if name == "*" && (form == "concat" || form == "lock") {
		var list []texts
		for _, a := range args {
			list = append(list, fr.boundText(st, s.lib, a, nil, false))
		}
		if form == "lock" { // the tables, then what is done about those that are locked
			slices.SortStableFunc(list, func(a, b texts) int { return cmp.Compare(beginsWith(b, " OF "), beginsWith(a, " OF ")) })
		}
		out := texts{{}}
		for _, ts := range list {
			out = product(out, ts)
		}
		return out
	}
	if name == "*" && form == "some" {
		return texts{fr.some(s.call)}
	}
	if name == "*" {
		return fr.slots(st, s, args, form)
	}
	if name == "all" {
		return fr.allOf(st, s, form)
	}
	n, _ := strconv.Atoi(name)
	if column, op, ok := strings.Cut(form, " "); ok && (op == "=" || op == "<>") && n+1 < len(args) {
		return fr.truth(st, fr.slot(st, s, name, column), op, args[n+1], s.at())
	}
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
		return texts{fr.some(args[n])}
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
	case "eq", "noteq":
		return fr.comparison(texts{{}}, fr.operand(st, args[n]), form, s.at())
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
	case "alias":
		return product(texts{known(" ", s.at())}, fr.names(st, args[n]))
	case "qualify":
		return qualify(fr.slot(st, s, "recv", ""), fr.names(st, args[n]), s.at())
	case "cond":
		return fr.condition(st, s, args[n], args[n+1:], s.call.Ellipsis.IsValid())
	case "excluded":
		return fr.excluded(st, s, args[n])
	case "list":
		return fr.slots(st, s, args[n:], ", ")
	}
	return fr.operand(st, args[n]).texts
}

// beginsWith returns how many alternatives begin with a word.
func beginsWith(ts texts, word string) (n int) {
	for _, t := range ts {
		if len(t.pieces) > 0 && strings.HasPrefix(t.pieces[0].text, word) {
			n++
		}
	}
	return n
}

// qualify puts a name before what it qualifies, or behind a qualifier that
// ends with its dot.
func qualify(of, name texts, at origin) (out texts) {
	for _, t := range of {
		if n := len(t.pieces); n > 0 && strings.HasSuffix(t.pieces[n-1].text, ".") {
			out = union(out, product(texts{t}, name))
		} else {
			out = union(out, product(product(name, texts{known(".", at)}), texts{t}))
		}
	}
	return out
}

// truth compares a column with a value; one that is a boolean is written as the
// column, or its opposite.
func (fr *frame) truth(st *state, col texts, op string, e ast.Expr, at origin) texts {
	val := fr.operand(st, e)
	if !val.boolean {
		return product(product(col, texts{known(" "+op+" ", at)}), val.texts)
	}
	yes, no := col, product(texts{known("NOT ", at)}, col)
	if op == "<>" {
		yes, no = no, yes
	}
	switch word, _ := fr.constantValue(e); word {
	case "true":
		return yes
	case "false":
		return no
	}
	return union(yes, no)
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
			out = product(out, texts{fr.some(a)})
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
		return texts{fr.gap(fragmentHole, e)}
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
