package sqltext

import (
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

func (r *rendering) selects() {
	c := r.c
	style := styles[c.lib.Chain.Naming]
	wrapped := style != nil && style.countRows != "" && r.finish == "count" && (c.has("group") || c.has("distinct"))
	if wrapped {
		r.say("WITH " + style.countRows + " AS (")
	}
	union := c.of("union")
	if len(union) > 0 && style != nil && style.unionBrackets {
		r.say("(")
	}
	r.before()
	if r.finish == "exists" && style != nil && style.exists {
		r.say("SELECT EXISTS (")
	}
	r.say("SELECT ")
	r.joined("", c.of("options"), " ")
	if c.has("options") {
		r.say(" ")
	}
	if ps := c.of("distinct on"); len(ps) > 0 {
		r.joined("DISTINCT ON (", ps, ", ")
		r.say(") ")
	} else if c.has("distinct") && (r.finish != "count" || wrapped) {
		r.say("DISTINCT ")
	}
	r.selectList(style)
	if len(r.tables()) > 0 || r.open() || style != nil && !style.noTable {
		r.say(" FROM ")
		r.table()
	}
	r.joined(" ", r.joins(style), " ")
	r.where(style)
	r.joined(" GROUP BY ", c.of("group"), ", ")
	r.conditions(" HAVING ", c.of("having"))
	// What a bracket does not end goes on behind the others.
	if len(union) > 0 && style != nil && style.unionBrackets {
		r.tail(style)
		r.say(")")
		r.joined(" ", union, " ")
	} else {
		r.joined(" ", union, " ")
		r.tail(style)
	}
	if r.finish == "exists" && style != nil && style.exists {
		r.say(")")
	}
	if wrapped {
		r.say(") SELECT count(*) FROM " + style.countRows)
	}
}

func (r *rendering) joins(style *style) []part {
	ps := r.c.of("join")
	if style != nil && style.joins != nil {
		return style.joins(r, ps)
	}
	return ps
}

// tail adds what stands behind the rows: their order and number.
func (r *rendering) tail(style *style) {
	c := r.c
	if r.finish != "count" {
		order := c.of("order")
		if style != nil && style.order != nil {
			order = append(order, style.order(r)...)
		}
		r.joined(" ORDER BY ", order, ", ")
	}
	if r.finish == "count" && style != nil && style.countAll {
		return
	}
	limit, ok := c.last("limit")
	switch {
	case style != nil && style.limit[r.finish] == "?":
		r.say(" LIMIT ")
		r.add(paramText(r.at))
	case style != nil && style.limit[r.finish] != "":
		r.say(" LIMIT " + style.limit[r.finish])
	case ok:
		r.joined(" LIMIT ", []part{limit}, "")
	}
	if offset, ok := c.last("offset"); ok {
		r.joined(" OFFSET ", []part{offset}, "")
	}
	r.joined(" ", c.of("lock"), " ")
	r.joined(" ", c.of("suffix"), " ")
}

// selectList adds what is selected.
func (r *rendering) selectList(style *style) {
	cols := r.c.of("select")
	switch {
	case style != nil && style.list != nil && style.list(r, cols):
	case len(cols) > 0:
		r.joined("", cols, ", ")
	case r.open():
		r.lacks(fragmentHole, "columns")
	default:
		r.say("*")
	}
}

// open reports whether the statement's beginning is not known.
func (r *rendering) open() bool { return r.c.has("unknown") || r.unknownStart() }

// tables returns what the statement is about: the first is its own table.
func (r *rendering) tables() []part {
	if style := styles[r.c.lib.Chain.Naming]; style != nil && style.tables != nil {
		return style.tables(r)
	}
	return r.c.of("table")
}

// others returns the tables beside the own one, where a statement has them in
// a clause of their own.
func (r *rendering) others() []part {
	others := r.c.of("from")
	if style := styles[r.c.lib.Chain.Naming]; style != nil && style.tables != nil {
		if ps := style.tables(r); len(ps) > 1 {
			others = append(ps[1:len(ps):len(ps)], others...)
		}
	}
	return others
}

// table adds the statement's own table.
func (r *rendering) table() {
	if ps := r.tables(); len(ps) > 0 {
		if style := styles[r.c.lib.Chain.Naming]; style != nil && style.tables != nil && r.verb() != "select" && r.verb() != "truncate" {
			ps = ps[:1]
		}
		r.joined("", ps, ", ")
		return
	}
	if r.model == nil {
		r.lacks(sqlscan.HoleIdent, "table")
		return
	}
	r.add(tableName(r.model, r.at))
	if r.model.Alias != "" {
		r.say(" AS " + quoteName(r.model.Alias))
	}
}

func (r *rendering) where(style *style) {
	ps := r.c.of("where")
	if style != nil && style.where != nil {
		ps = style.where(r, ps)
		if r.modelUnknown() && r.verb() != "insert" {
			// Have: a model may have a mark that its rows are deleted.
			ps = append(slices.Clip(ps), part{clause: "where", text: holeText(hole{kind: fragmentHole, name: "model", repeat: true, why: r.whyLacks()})})
		}
	}
	r.conditions(" WHERE ", ps)
}

// unknownStart reports whether the statement begins with what a caller gives,
// and that is not a plain handle.
func (r *rendering) unknownStart() bool {
	return r.c.has("given") && r.c.verb != ""
}

func (r *rendering) insert() {
	c := r.c
	style := styles[c.lib.Chain.Naming]
	r.before()
	r.say("INSERT INTO ")
	r.table()
	cols := c.of("columns")
	if len(cols) == 0 && style != nil && style.written != nil {
		style.written(r)
	} else {
		if len(cols) > 0 {
			r.joined(" (", cols, ", ")
			r.say(")")
		}
		r.values()
	}
	if style != nil && style.conflict != nil {
		style.conflict(r)
	} else {
		r.joined(" ", c.of("conflict"), " ")
	}
	r.joined(" ", c.of("suffix"), " ")
	if r.modelUnknown() && (c.has("conflict") || c.has("suffix")) && !c.has("returning") {
		r.say(" ")
		r.lacks(fragmentHole, "returning")
	}
	r.returning(style)
	if len(r.returned) > 0 && !c.has("returning") {
		r.say(" RETURNING " + strings.Join(r.returned, ", "))
	}
}

func (r *rendering) returning(style *style) {
	ps := r.c.of("returning")
	if style != nil && style.returning != nil {
		ps = style.returning(r, ps)
	}
	r.joined(" RETURNING ", ps, ", ")
}

// values adds the rows of an INSERT, or the statement that gives them.
func (r *rendering) values() {
	c := r.c
	if sub := c.of("from select"); len(sub) > 0 {
		r.joined(" ", sub, " ")
		return
	}
	if vals := c.of("value"); len(vals) > 0 {
		r.joined(" VALUES (", vals, ", ")
		r.say(")")
		return
	}
	if rows := c.of("values"); len(rows) > 0 {
		r.joined(" VALUES ", rows, ", ")
		return
	}
	r.say(" ")
	r.lacks(fragmentHole, "values")
}

func (r *rendering) update() {
	c := r.c
	style := styles[c.lib.Chain.Naming]
	r.before()
	r.say("UPDATE ")
	r.table()
	r.say(" SET ")
	set := c.of("set")
	if style != nil && style.set != nil {
		set = style.set(r, set)
	}
	if len(set) > 0 {
		r.joined("", set, ", ")
	} else {
		r.lacks(fragmentHole, "values")
	}
	r.joined(" FROM ", r.others(), ", ")
	r.joined(" ", r.joins(style), " ")
	r.where(style)
	r.tail(style)
	r.returning(style)
}

func (r *rendering) delete() {
	style := styles[r.c.lib.Chain.Naming]
	if style != nil && r.model != nil && r.model.SoftDelete != "" && !r.c.has("unscoped") {
		r.say("UPDATE ")
		r.table()
		r.say(" SET ")
		if style.softly != nil {
			r.add(style.softly(r))
		} else {
			r.add(concat(known(quoteName(r.model.SoftDelete)+" = ", r.at), paramText(r.at)))
		}
		r.where(style)
		r.returning(style)
		return
	}
	r.before()
	r.say("DELETE FROM ")
	r.table()
	r.joined(" USING ", r.others(), ", ")
	r.where(style)
	r.tail(style)
	r.returning(style)
}
