package sqltext

import (
	"go/ast"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
)

// maps are the alternatives for a map from columns to values, as squirrel's
// Eq and gorm's Updates take it.
type maps []*pairs

// pairs are the entries of a map that are known, in their order.
type pairs struct {
	keys []texts
	vals []operand
	open bool   // there may be others
	op   string // compares the columns with their values; "" for the library's
	when guard
}

func (m maps) join(other value) value {
	b, ok := other.(maps)
	if !ok {
		return nil
	}
	out := append(maps(nil), m...)
next:
	for _, p := range b {
		for i, q := range out {
			if p.same(q) {
				if out[i] = q; len(q.when) > 0 {
					r := *q
					r.when, out[i] = q.when.common(p.when), &r
				}
				continue next
			}
		}
		out = append(out, p)
	}
	if len(out) > maxAlternatives {
		return maps{out[0].opened()}
	}
	return out
}

func (m maps) widen(after value) value {
	if m.equal(after) {
		return m
	}
	if _, ok := after.(maps); !ok {
		return nil
	}
	out := make(maps, len(m))
	for i, p := range m {
		out[i] = p.opened()
	}
	return out
}

func (m maps) equal(other value) bool {
	b, ok := other.(maps)
	if !ok || len(m) != len(b) {
		return false
	}
	for i := range m {
		if !m[i].same(b[i]) {
			return false
		}
	}
	return true
}

func (p *pairs) same(q *pairs) bool {
	if p == q {
		return true
	}
	if p.open != q.open || p.op != q.op || len(p.keys) != len(q.keys) {
		return false
	}
	for i := range p.keys {
		if !equalTexts(p.keys[i], q.keys[i]) || !equalTexts(p.vals[i].texts, q.vals[i].texts) {
			return false
		}
	}
	return true
}

// sorted returns the pairs in the order of their keys, in which libraries
// write them.
func (p *pairs) sorted() *pairs {
	n := len(p.keys)
	order := make([]int, n)
	names := make([]string, n)
	for i := range order {
		order[i] = i
		if len(p.keys[i]) > 0 {
			names[i] = p.keys[i][0].String()
		}
	}
	slices.SortStableFunc(order, func(i, j int) int { return strings.Compare(names[i], names[j]) })
	out := &pairs{open: p.open, op: p.op, when: p.when}
	for _, i := range order {
		out.keys, out.vals = append(out.keys, p.keys[i]), append(out.vals, p.vals[i])
	}
	return out
}

func (p *pairs) opened() *pairs { return &pairs{keys: p.keys, vals: p.vals, open: true, op: p.op} }

// with returns the pairs with one more, or with another value for a key.
func (p *pairs) with(key texts, val operand) *pairs {
	n := len(p.keys)
	for i, k := range p.keys {
		if equalStrings(k, key) {
			vals := append([]operand(nil), p.vals...)
			vals[i] = val
			return &pairs{keys: p.keys, vals: vals, open: p.open, op: p.op, when: p.when}
		}
	}
	return &pairs{keys: append(p.keys[:n:n], key), vals: append(p.vals[:n:n], val), open: p.open, op: p.op, when: p.when}
}

// pairsLit evaluates a map literal whose values are not all strings.
func (fr *frame) pairsLit(st *state, lit *ast.CompositeLit) value {
	p := new(pairs)
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			p = p.with(fr.texts(st, kv.Key), fr.compared(st, kv.Value))
		}
	}
	return maps{p}
}

// compared is operand for the value of a map: one that brings its operator is
// a map of one entry.
func (fr *frame) compared(st *state, e ast.Expr) operand {
	t := fr.typeOf(e)
	lib := fr.prog.building(t)
	if lib == nil {
		return fr.operand(st, e)
	}
	effect, _ := lib.Value(t)
	lit, ok := ast.Unparen(e).(*ast.CompositeLit)
	if effect.Ops == nil || !ok || len(lit.Elts) != 1 {
		return fr.operand(st, e)
	}
	kv, ok := lit.Elts[0].(*ast.KeyValueExpr)
	if !ok {
		return fr.operand(st, e)
	}
	name, _ := fr.constantValue(kv.Key)
	op := effect.Ops[strings.ToLower(name)]
	if op == "" {
		return operand{texts: texts{fr.hole(e)}, expr: true}
	}
	val := fr.operand(st, kv.Value)
	val.op = op
	return val
}

// condition evaluates an argument that is a condition: SQL text with values
// for its placeholders, or a value that stands for a condition.
func (fr *frame) condition(st *state, s step, e ast.Expr, args []ast.Expr, spread bool) texts {
	t := fr.typeOf(e)
	if !isString(t) {
		return fr.negatable(st, s.lib, e, s.effect.Op, args)
	}
	if len(args) == 1 && !spread {
		// A name alone is the column that equals the value.
		if ts := fr.texts(st, e); len(ts) == 1 {
			if name, ok := ts[0].literal(); ok && isColumn(name) {
				at := origin{pos: e.Pos(), end: e.End()}
				if s.effect.Op == "noteq" && s.lib.Chain.Naming == "gorm1" {
					val := fr.operand(st, args[0])
					return product(product(qualified(texts{ts[0]}, at), texts{known(" NOT IN (", at)}), product(val.texts, texts{known(")", at)}))
				}
				return fr.comparison(texts{ts[0]}, fr.operand(st, args[0]), or(s.effect.Op, "eq"), at)
			}
		}
	}
	if lit, ok := fr.constantValue(e); ok && s.lib.Chain.ByKey {
		if _, err := strconv.Atoi(lit); err == nil {
			return fr.byKey(st, e, "eq")
		}
	}
	return fr.boundText(st, s.lib, e, args, spread)
}

// isColumn reports whether text is the name of a column and nothing else.
func isColumn(text string) bool {
	for i := 0; i < len(text); i++ {
		c := text[i] | 0x20
		if text[i] != '_' && text[i] != '.' && (c < 'a' || c > 'z') && (i == 0 || text[i] < '0' || text[i] > '9') {
			return false
		}
	}
	return text != ""
}

// byKey is the condition that the primary key is, or is one of, e.
func (fr *frame) byKey(st *state, e ast.Expr, op string) texts {
	at := origin{pos: e.Pos(), end: e.End()}
	key := &Text{pieces: []piece{{text: "t", from: at, stands: ownTable}, {text: ".", from: at}, {text: "id", from: at, stands: ownKey}}}
	return fr.comparison(texts{key}, fr.operand(st, e), op, at)
}

// comparison compares a column with a value.
func (fr *frame) comparison(col texts, val operand, op string, at origin) texts {
	word := " = "
	if val.op != "" {
		op = val.op
	}
	switch {
	case op == "eq" && val.null:
		return product(col, texts{known(" IS NULL", at)})
	case op == "noteq" && val.null:
		return product(col, texts{known(" IS NOT NULL", at)})
	case val.list && (op == "eq" || op == "noteq"):
		word = " IN ("
		if op == "noteq" {
			word = " NOT IN ("
		}
		return product(product(product(col, texts{known(word, at)}), val.texts), texts{known(")", at)})
	case op == "noteq":
		word = " <> "
	case op != "eq" && op != "":
		word = " " + op + " "
	}
	return product(product(col, texts{known(word, at)}), val.texts)
}

// expression evaluates a Go value that stands for SQL; a hole if it is not
// known.
func (fr *frame) expression(st *state, lib *apis.Library, e ast.Expr) texts {
	return fr.negatable(st, lib, e, "", nil)
}

// negatable is expression, with op "noteq" for the opposite of its comparisons.
func (fr *frame) negatable(st *state, lib *apis.Library, e ast.Expr, negated string, only []ast.Expr) texts {
	t := fr.typeOf(e)
	if own := fr.prog.building(t); own != nil {
		lib = own // Have: a condition may be of another library than the statement.
	}
	effect, listed := lib.Value(t)
	switch v := fr.eval(st, e).(type) {
	case texts:
		if len(v) > 0 {
			return v
		}
	case chains:
		return fr.group(v, e)
	case maps:
		op := "eq"
		if negated != "" {
			op = negated
		}
		if listed {
			op = effect.Op
		} else if len(v) > 0 && v[0].op != "" {
			op = v[0].op
		}
		return fr.mapCondition(lib, v, op, effect.Mode == "or", e)
	case lists:
		if listed {
			return fr.listed(v, effect, e)
		}
	case *record:
		if ts := fr.structCondition(st, lib, v, e, negated, only); ts != nil {
			return ts
		}
	}
	if lib.Chain.ByKey && (isNumber(t) || isValueList(t) && isNumber(elemOf(t))) {
		if negated == "" {
			negated = "eq"
		}
		return fr.byKey(st, e, negated)
	}
	// Have: libraries leave out a condition that is empty.
	if fr.prog.building(t) != nil {
		return texts{fr.some(e)}
	}
	return texts{fr.gap(fragmentHole, e)}
}

func isNumber(t types.Type) bool {
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsNumeric != 0
}

func elemOf(t types.Type) types.Type {
	switch u := t.Underlying().(type) {
	case *types.Slice:
		return u.Elem()
	case *types.Array:
		return u.Elem()
	}
	return t
}

// mapCondition is the condition that each column of a map has its value.
func (fr *frame) mapCondition(lib *apis.Library, m maps, op string, or bool, e ast.Expr) texts {
	at := origin{pos: e.Pos(), end: e.End()}
	word := " AND "
	if or {
		word = " OR "
	}
	var out texts
	for _, p := range m {
		p = p.sorted()
		cur := texts{{when: p.when}}
		for i, key := range p.keys {
			if i > 0 {
				cur = product(cur, texts{known(word, at)})
			}
			switch lib.Chain.Names {
			case "own":
				key = qualified(quoted(key, e), at)
			case "quoted":
				key = quoted(key, e)
			}
			val := p.vals[i]
			if lib.Chain.BoolIs && val.boolean && val.op == "" {
				val.op = "IS"
				if op == "noteq" {
					val.op = "IS NOT"
				}
				val.texts = booleans(val.texts, at)
			}
			cur = product(cur, fr.comparison(key, val, op, at))
		}
		switch {
		case p.open && len(p.keys) > 0:
			cur = product(cur, texts{known(word, at)})
			fallthrough
		case p.open:
			cur = product(cur, texts{fr.some(e)})
		}
		if len(p.keys) == 0 && !p.open && lib.Chain.Names == "" {
			cur = texts{known("(1=1)", at).under(p.when)}
		}
		if or && len(p.keys) > 1 {
			cur = product(product(texts{known("(", at)}, cur), texts{known(")", at)})
		}
		out = union(out, cur)
	}
	return limit(out, maxAlternatives)
}

// booleans replaces parameters by one of the words that may stand behind IS.
func booleans(ts texts, at origin) texts {
	if len(ts) == 1 && len(ts[0].pieces) == 1 && ts[0].pieces[0].bind {
		return texts{known("TRUE", at)}
	}
	return ts
}

// qualified puts the statement's own table before the names of columns.
func qualified(ts texts, at origin) texts {
	var out texts
	for _, t := range ts {
		s, ok := t.literal()
		if !ok {
			t = identHole(t).under(t.when) // Have: it may name its table.
		}
		if ok && !isColumnOfTable(s) {
			t = concat(&Text{pieces: []piece{{text: "t", from: at, stands: ownTable}, {text: ".", from: at}}}, t)
		}
		out = append(out, t)
	}
	return out
}

func isColumnOfTable(s string) bool {
	for i := range len(s) {
		if s[i] == '.' {
			return true
		}
	}
	return false
}

// listed joins the elements of a list of conditions.
func (fr *frame) listed(ls lists, effect apis.Effect, e ast.Expr) texts {
	at := origin{pos: e.Pos(), end: e.End()}
	var out texts
	for _, l := range ls {
		cur := texts{known(effect.Before, at).under(l.when)}
		for i, el := range l.elems {
			if i > 0 {
				cur = product(cur, texts{known(effect.Op, at)})
			}
			cur = product(cur, el)
		}
		if l.open {
			if len(l.elems) > 0 {
				cur = product(cur, texts{known(effect.Op, at)})
			}
			cur = product(cur, texts{fr.some(e)})
		}
		if len(l.elems) == 0 && !l.open {
			cur = texts{known(effect.Expr, at).under(l.when)}
		} else {
			cur = product(cur, texts{known(effect.After, at)})
		}
		out = union(out, cur)
	}
	return limit(out, maxAlternatives)
}

// valueLit evaluates a literal of a type that is listed as a part of
// statements and is a struct: its fields fill the type's template.
func (fr *frame) exprList(st *state, lib *apis.Library, lit *ast.CompositeLit) value {
	l := list{}
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			e = kv.Value
		}
		l.elems = append(l.elems, fr.expression(st, lib, e))
	}
	return lists{l}
}

// equalStrings reports whether both are the same one known string.
func equalStrings(a, b texts) bool {
	if len(a) != 1 || len(b) != 1 {
		return false
	}
	x, ok := a[0].literal()
	y, known := b[0].literal()
	return ok && known && x == y
}
