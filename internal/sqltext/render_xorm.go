package sqltext

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/models"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// xormStyle is what xorm.io/xorm adds for PostgreSQL: internal/statements.
var xormStyle = style{
	noOffset0: true,
	begin:     xormBegin,
	limit:     map[string]string{"one": "1", "exists": "1"},
	countAll:  true,
	tables:    xormTables,
	list:      xormList,
	where:     xormWhere,
	set:       xormSet,
	written:   xormWritten,
	more:      xormMore,
	softly:    xormSoftly,
}

// xormBegin reads rows in batches where the program asks for it.
func xormBegin(r *rendering) {
	if size, ok := r.c.last("buffer"); ok && r.finish == "each" {
		if r.c.has("limit") {
			size.text = paramText(r.at)
		}
		size.clause = "limit"
		next := part{clause: "offset", repeat: true, text: holeText(hole{kind: fragmentHole, name: "offset", repeat: true, why: WhyLibrary})}
		r.c = r.c.without("limit").without("offset").with(size, next)
	}
}

// beanParts are the conditions or the values that a struct gives with its
// fields that are not zero.
func (fr *frame) beanParts(st *state, s step, e ast.Expr) [][]part {
	switch v := fr.eval(st, e).(type) {
	case maps:
		if s.effect.Form == "bean set" {
			s.effect.Form, s.effect.Clause, s.verb = "map", "set", s.effect.Finish
			return fr.mapParts(st, s, e)
		}
	case *record:
		m := models.Of(s.lib.Chain.Naming, fr.dynamic(e, v), fr.prog)
		if m == nil {
			return [][]part{{}}
		}
		if ps, ok := fr.givenColumns(st, s, v, m, e); ok {
			return [][]part{ps}
		}
	}
	if _, isMap := fr.typeOf(e).Underlying().(*types.Map); isMap && s.effect.Form == "bean set" {
		return [][]part{{{clause: "set", text: fr.gap(fragmentHole, e)}}}
	}
	if models.Of(s.lib.Chain.Naming, fr.typeOf(e), fr.prog) == nil && !types.IsInterface(fr.typeOf(e)) {
		return [][]part{{}}
	}
	return [][]part{{{clause: s.effect.Clause, text: fr.some(e)}}}
}

// givenColumns are the columns of a literal's fields, each a part with the
// column as its mode. Those that are zero are named "zero", those of booleans
// "bool": the library leaves them out unless the program asks for them.
func (fr *frame) givenColumns(st *state, s step, rec *record, m *models.Model, e ast.Expr) ([]part, bool) {
	if rec.lit == nil {
		return nil, false
	}
	vals := make(map[string]ast.Expr)
	for _, el := range rec.lit.Elts {
		kv, ok := el.(*ast.KeyValueExpr)
		if !ok {
			return nil, false
		}
		if id, ok := kv.Key.(*ast.Ident); ok {
			vals[id.Name] = kv.Value
		}
	}
	ps := []part{{clause: s.effect.Clause, mode: "row"}}
	for _, c := range m.Columns {
		p := part{clause: s.effect.Clause, mode: c.Name, text: paramText(s.at())}
		v, ok := vals[c.Field]
		if ok {
			p.text = fr.operand(st, v).texts[0]
		}
		b, basic := c.Type.Underlying().(*types.Basic)
		switch {
		case basic && b.Info()&types.IsBoolean != 0:
			p.name = "bool"
		case ok && !isZeroConst(fr.prog.info.Types[v]):
		case basic:
			p.name = "zero"
		default:
			continue
		}
		ps = append(ps, p)
	}
	return ps, true
}

// takes reports whether a field that a row gives counts.
func (r *rendering) takes(p part) bool {
	if p.name == "" {
		return true
	}
	c, _ := r.model.Column(p.mode)
	if p.name == "bool" {
		for _, q := range r.c.of("use bool") {
			if q.text == nil { // Have: all of them.
				return true
			}
		}
		if isNamedPart(r.c.of("use bool"), c) {
			return true
		}
	}
	return isNamedPart(r.c.of("must columns"), c)
}

// isZeroConst reports whether an expression is a constant zero or nil.
func isZeroConst(tv types.TypeAndValue) bool {
	if tv.Value == nil {
		return tv.IsNil()
	}
	s := tv.Value.ExactString()
	return s == "0" || s == `""` || s == "false"
}

// tableOrModel is a table by its name, or by a value of its type.
func (fr *frame) tableOrModel(st *state, s step, e ast.Expr) [][]part {
	if isString(fr.typeOf(e)) {
		var out [][]part
		for _, t := range fr.names(st, e) {
			out = append(out, []part{{clause: "table", text: t}})
		}
		return out
	}
	p := fr.modelPart(st, s, e)
	p.clause = "model"
	return [][]part{{p}}
}

// tableText is a table of a join: a name, a name with an alias, a value of its
// type, or a statement.
func (fr *frame) tableText(st *state, s step, e ast.Expr) texts {
	at := origin{pos: e.Pos(), end: e.End()}
	t := fr.typeOf(e)
	if ls, ok := fr.eval(st, e).(lists); ok && len(ls) == 1 && len(ls[0].elems) == 2 {
		return product(product(quoted(ls[0].elems[0], e), texts{known(" AS ", at)}), quoted(ls[0].elems[1], e))
	}
	if isString(t) {
		ts := fr.texts(st, e)
		if s, ok := ts[0].literal(); ok && len(ts) == 1 && !isColumn(s) {
			return ts
		}
		return identifiers(ts, e)
	}
	if m := models.Of(s.lib.Chain.Naming, t, fr.prog); m != nil {
		return texts{tableName(m, at)}
	}
	return texts{fr.gap(fragmentHole, e)}
}

// tableName is a model's table; a hole if the program decides about its name.
func tableName(m *models.Model, at origin) *Text {
	if m.Unsure {
		return holeText(hole{kind: sqlscan.HoleIdent, name: m.Table})
	}
	return known(quoteName(m.Table), at)
}

func columnName(c models.Column, at origin) *Text {
	if c.Unsure {
		return holeText(hole{kind: sqlscan.HoleIdent, name: c.Name})
	}
	return known(quoteName(c.Name), at)
}

func xormTables(r *rendering) []part {
	var t *Text
	switch p, ok := r.c.last("table"); {
	case ok:
		t = p.text
	case r.model != nil:
		t = tableName(r.model, r.at)
	default:
		return nil
	}
	if a, ok := r.c.last("alias"); ok {
		t = concat(t, known(" AS ", r.at), a.text)
	}
	return []part{{clause: "table", text: t}}
}

// xormColumn is a column, behind its table where others are joined.
func (r *rendering) xormColumn(c models.Column) *Text {
	if !r.c.has("join") {
		return columnName(c, r.at)
	}
	own := r.tables()[0].text
	if a, ok := r.c.last("alias"); ok {
		own = a.text
	}
	return concat(own, known(".", r.at), columnName(c, r.at))
}

func xormList(r *rendering, cols []part) bool {
	named := r.c.of("column")
	switch {
	case r.finish == "count":
		r.xormCount(cols, named)
	case r.finish == "sum":
		for i, p := range r.c.of("sum") {
			r.say([]string{"COALESCE(sum(", ", COALESCE(sum("}[min(i, 1)])
			r.add(p.text)
			r.say("), 0)")
		}
	case len(cols) > 0:
		r.add(cols[len(cols)-1].text)
	case len(named) > 0:
		r.joined("", named, ", ")
	case r.c.has("group"):
		r.joined("", r.c.of("group"), ", ")
	case r.modelUnknown():
		r.lacks(fragmentHole, "columns")
	case r.finish == "exists" && r.model == nil:
		r.say("1")
	case r.c.has("join") || r.model == nil:
		if r.c.has("join") || r.typ != nil && !types.IsInterface(derefAll(r.typ)) {
			r.say("*")
		} else {
			r.lacks(fragmentHole, "columns")
		}
	default:
		n := 0
		for _, c := range r.model.Columns {
			if c.WriteOnly || isNamedPart(r.c.of("omit"), c) {
				continue
			}
			if n++; n > 1 {
				r.say(", ")
			}
			r.add(columnName(c, r.at))
		}
		switch {
		case unknownName(r.c.of("omit")):
			r.lacks(fragmentHole, "columns")
		case n == 0:
			r.say("*")
		}
	}
	return true
}

// unknownName reports whether one of the parts is a name that is not known.
func unknownName(ps []part) bool {
	return slices.ContainsFunc(ps, func(p part) bool {
		if p.text == nil {
			return false
		}
		_, ok := p.text.literal()
		return !ok
	})
}

// isNamedPart reports whether one of the parts is the name of a column.
func isNamedPart(ps []part, c models.Column) bool {
	return slices.ContainsFunc(ps, func(p part) bool {
		if p.text == nil {
			return false
		}
		s, ok := p.text.literal()
		return ok && strings.EqualFold(strings.Trim(s, `"`), c.Name)
	})
}

func (r *rendering) xormCount(cols, named []part) {
	switch {
	case len(cols) > 0:
		r.add(cols[len(cols)-1].text)
	case r.c.has("group"):
		r.lacks(fragmentHole, "columns")
	case len(named) > 0:
		r.say("count(")
		if r.c.has("distinct") {
			r.say("DISTINCT ")
		}
		r.joined("", named, ", ")
		r.say(")")
	default:
		r.say("count(*)")
	}
}

// xormWhere adds the conditions that beans give, and that a row is not
// deleted and has the key that is asked for.
func xormWhere(r *rendering, ps []part) []part {
	if r.verb() == "insert" {
		return nil
	}
	if r.c.has("raw") {
		return r.xormOr(ps, false)
	}
	var id []part
	if p, ok := r.c.last("id"); ok {
		id = r.xormID(p)
	}
	var more []part
	for _, p := range r.c.of("bean") {
		switch {
		case p.mode == "row":
		case p.mode == "" && p.text != nil:
			more = append(more, part{clause: "where", text: p.text})
		case r.model != nil:
			if c, ok := r.model.Column(p.mode); ok && r.takes(p) {
				more = append(more, part{clause: "where", text: concat(r.xormColumn(c), known(" = ", r.at), p.text)})
			}
		}
	}
	if m := r.model; m != nil && m.SoftDelete != "" && !r.c.has("unscoped") && (r.c.has("bean") || r.finish != "count" && r.finish != "sum") {
		if c, ok := m.Column(m.SoftDelete); ok {
			t := concat(r.xormColumn(c), known(" = ", r.at), paramText(r.at))
			if !c.NotNull {
				t = concat(known("(", r.at), t, known(" OR ", r.at), r.xormColumn(c), known(" IS NULL)", r.at))
			}
			more = append(more, part{clause: "where", text: t})
		}
	}
	ps = r.xormOr(ps, len(id)+len(more) > 0)
	if r.verb() == "update" {
		ps = append(slices.Clip(ps), append(id, more...)...)
		if m := r.model; m != nil && r.c.has("row") {
			for _, c := range m.Columns {
				if c.Version {
					ps = append(ps, part{clause: "where", text: concat(columnName(c, r.at), known(" = ", r.at), paramText(r.at))})
				}
			}
		}
		return ps
	}
	return append(slices.Clip(ps), append(more, id...)...)
}

// xormOr puts what stands before an OR into brackets. What a loop joins by OR
// makes the conditions before it unsure where others follow.
func (r *rendering) xormOr(ps []part, more bool) []part {
	var out []part
	open := false // a loop joins to what out has
	for _, p := range ps {
		switch {
		case p.mode == "or" && p.perhaps():
			open = true
			p.mode = ""
			out = append(out, p)
			continue
		case open && p.mode == "or":
			out = append(out, p)
			continue
		case open:
			more = true
		}
		if p.mode != "or" || len(out) == 0 {
			p.mode = ""
			out = append(out, p)
			continue
		}
		sub := &rendering{fr: r.fr, c: r.c, at: r.at}
		sub.conditions("(", out)
		sub.say(" OR (")
		sub.add(p.text)
		sub.say("))")
		out = []part{{clause: "where", text: &Text{pieces: sub.out}}}
	}
	if open && more {
		return []part{{clause: "where", text: holeText(hole{kind: fragmentHole, name: "…"})}}
	}
	return out
}

// xormID is the condition that ID adds: the key's column, or each of them with
// its value of a list.
func (r *rendering) xormID(p part) (out []part) {
	if r.model == nil || len(r.model.Keys()) == 0 {
		return []part{{clause: "where", text: holeText(hole{kind: fragmentHole, name: "id"})}}
	}
	keys := r.model.Keys()
	for _, key := range keys {
		c, _ := r.model.Column(key)
		val := p.text
		if len(keys) > 1 {
			val = paramText(r.at)
		}
		out = append(out, part{clause: "where", text: concat(r.xormColumn(c), known(" = ", r.at), val)})
	}
	return out
}

// xormSet adds the fields of the row that is given.
func xormSet(r *rendering, ps []part) []part {
	hole := part{clause: "set", text: holeText(hole{kind: fragmentHole, name: "values"})}
	set := slices.Clone(ps)
	rows := r.c.of("row")
	more := r.c.of("set more")
	m := r.model
	known1 := func(c models.Column, val *Text) part {
		return part{clause: "set", text: concat(columnName(c, r.at), known(" = ", r.at), val)}
	}
	changed := func(c models.Column) bool {
		return slices.ContainsFunc(more, func(p part) bool {
			s := p.text.String()
			return strings.HasPrefix(strings.Trim(s, `"`), c.Name) && (len(s) > len(c.Name))
		})
	}
	named := r.c.of("column")
	switch {
	case len(rows) == 0:
	case m == nil:
		set = append(set, hole)
	case len(named) > 0 || r.c.has("all columns"):
		for _, c := range m.Columns {
			if (len(named) == 0 || isNamedPart(named, c)) && !c.Auto && !c.ReadOnly && !c.Version && !changed(c) &&
				(len(named) > 0 || c.Name != m.SoftDelete && !c.Created && !c.Updated) && !isNamedPart(r.c.of("omit"), c) {
				set = append(set, known1(c, paramText(r.at)))
			}
		}
		if unknownName(named) || unknownName(r.c.of("omit")) {
			set = append(set, hole)
		}
	case rows[0].mode != "row":
		set = append(set, hole)
	default:
		for _, p := range rows[1:] {
			if c, ok := m.Column(p.mode); ok && r.takes(p) && !c.Auto && !c.Version && !isNamedPart(r.c.of("omit"), c) {
				set = append(set, known1(c, p.text))
			}
		}
		if r.c.has("nullable") || unknownName(r.c.of("must columns")) {
			set = append(set, hole)
		}
	}
	if m != nil {
		for _, c := range m.Columns {
			if c.Updated && !isNamedPart(named, c) && !isNamedPart(r.c.of("omit"), c) && !r.c.has("no auto time") {
				set = append(set, known1(c, paramText(r.at)))
			}
		}
	}
	set = append(set, more...)
	if m != nil && len(rows) > 0 {
		for _, c := range m.Columns {
			if c.Version {
				set = append(set, known1(c, concat(columnName(c, r.at), known(" + 1", r.at))))
			}
		}
	}
	return set
}

// xormWritten adds the columns of a new row; the database counts its key.
func xormWritten(r *rendering) {
	if r.model == nil {
		r.say(" ")
		r.lacks(fragmentHole, "values")
		return
	}
	var names, vals []part
	auto := ""
	for _, c := range r.model.Columns {
		if c.Auto {
			auto = c.Name
			continue
		}
		if c.ReadOnly || c.Name == r.model.SoftDelete && r.severalRows() || isNamedPart(r.c.of("omit"), c) || r.c.has("column") && !isNamedPart(r.c.of("column"), c) {
			continue
		}
		names = append(names, part{text: columnName(c, r.at)})
		vals = append(vals, part{text: paramText(r.at)})
	}
	if unknownName(r.c.of("column")) || unknownName(r.c.of("omit")) {
		r.say(" ")
		r.lacks(fragmentHole, "values")
		return
	}
	r.joined(" (", names, ", ")
	r.say(")")
	r.joined(" VALUES (", vals, ", ")
	r.say(")")
	if c, ok := r.model.Column(auto); ok && !r.severalRows() {
		r.say(" RETURNING ")
		r.add(columnName(c, r.at))
	}
}

// severalRows reports whether several rows are written.
func (r *rendering) severalRows() bool {
	if r.typ == nil {
		return false
	}
	_, many := derefAll(r.typ).Underlying().(*types.Slice)
	return many
}

// xormSoftly is the assignment that stands for deleting a row.
func xormSoftly(r *rendering) *Text {
	c, _ := r.model.Column(r.model.SoftDelete)
	return concat(columnName(c, r.at), known(" = ", r.at), paramText(r.at))
}

// xormMore is the count of FindAndCount.
func xormMore(r *rendering) texts {
	if r.finish != "select count" {
		return nil
	}
	sub := &rendering{fr: r.fr, c: r.c, at: r.at, call: r.call, finish: "count", destination: r.destination}
	sub.c = sub.c.without("order").without("select").with(part{clause: "bean", mode: "row"})
	if !sub.c.has("distinct") {
		sub.c = sub.c.without("column")
	}
	return texts{sub.one()}
}
