package sqltext

import (
	"strings"

	"github.com/sqlvet/sqlvet/internal/models"
)

// entStyle is what entgo.io/ent sends: dialect/sql/sqlgraph/graph.go and the
// templates of the generated code.
var entStyle = style{
	limit:   map[string]string{"one": "1", "one id": "1", "only": "2", "only id": "2"},
	begin:   entPrepare,
	skip:    entNothingSet,
	list:    entList,
	joins:   entJoins,
	where:   entWhere,
	set:     entSet,
	written: entWritten,
	more:    entMore,
	edge:    entEdge,
}

// entPrepare settles what depends on more than one clause.
func entPrepare(r *rendering) {
	c := r.c
	if c.has("hole") {
		// Have: clauses that stand in one order are among those that are not known.
		c = c.without("group").without("having").without("order")
		r.c = c
	}
	if c.verb == "delete" && r.model != nil && r.model.Info.Hooked && r.model.Info.Intercepted {
		// Have: rows may be marked where the program deletes them.
		c = c.with(part{clause: "unknown", text: holeText(hole{kind: fragmentHole, name: "hooks"})})
	}
	if d, ok := c.last("distinct"); ok && (c.has("lock") || r.finish == "scan" && d.mode == "path") {
		c = c.without("distinct")
	}
	if c.has("offset") && !c.has("limit") && r.finish != "count" {
		c = c.with(part{clause: "limit", text: known("2147483647", r.at)})
	}
	if p, ok := c.last("do"); ok && !c.has("conflict") {
		sub := &rendering{fr: r.fr, c: c, at: r.at}
		sub.say("ON CONFLICT ")
		sub.joined("(", entUnqualified(c.of("target")), ", ")
		if c.has("target") {
			sub.say(") ")
		}
		sub.say("DO ")
		sub.add(p.text)
		c = c.with(part{clause: "conflict", text: &Text{pieces: sub.out}})
	}
	r.c = c
}

func entUnqualified(ps []part) []part {
	out := make([]part, len(ps))
	for i, p := range ps {
		out[i] = p
		if s, ok := p.text.literal(); ok {
			out[i].text = known(quoteName(s), p.text.pieces[0].from)
		}
	}
	return out
}

// entNothingSet reports whether an update of one row only reads it.
func entNothingSet(r *rendering) bool {
	return r.finish == "update one" && r.model != nil && len(entSet(r, nil)) == 0 && !r.c.has("unknown") && !r.c.has("given")
}

func entList(r *rendering, _ []part) bool {
	if r.model == nil {
		return false
	}
	info := r.model.Info
	chosen, n := r.c.of("column"), 0
	add := func(t *Text) {
		if n++; n > 1 {
			r.say(", ")
		}
		r.add(t)
	}
	if r.c.has("hole") {
		r.out = append(r.out, piece{hole: &hole{kind: fragmentHole, name: "columns", repeat: true}})
		return true
	}
	switch r.finish {
	case "count":
		r.say("COUNT(")
		if r.c.has("distinct") {
			r.say("DISTINCT ")
		}
		if len(chosen) > 0 {
			for _, p := range chosen {
				add(entColumn(r, p))
			}
		} else {
			r.add(r.own(info.ID, ""))
		}
		r.say(")")
		return true
	case "ids", "one id", "only id":
		r.add(r.own(info.ID, ""))
		return true
	}
	if sel := r.c.of("select"); len(sel) > 0 {
		r.joined("", sel, ", ")
		return true
	}
	if r.finish == "scan" && (len(chosen) > 0 || r.c.has("aggregate") || r.c.has("group")) {
		for _, clause := range [...]string{"group", "column", "aggregate"} {
			for _, p := range r.c.of(clause) {
				if clause == "column" {
					p.text = entColumn(r, p)
				}
				add(p.text)
			}
		}
		return true
	}
	if len(chosen) > 0 {
		add(r.own(info.ID, ""))
		for _, p := range chosen {
			if s, ok := p.text.literal(); !ok || s != info.ID {
				add(entColumn(r, p))
			}
		}
		return true
	}
	if p, ok := r.c.last("through"); ok {
		add(p.text)
	}
	for _, c := range info.Columns {
		add(r.own(c.Name, ""))
	}
	if r.c.has("foreign keys") || entNeedsKeys(r) {
		for _, key := range info.ForeignKeys {
			add(r.own(key, ""))
		}
	}
	return true
}

// entNeedsKeys reports whether an edge that is loaded needs a column of this
// table that no field names.
func entNeedsKeys(r *rendering) bool {
	for _, p := range r.c.of("relation") {
		if e, ok := r.model.Info.Edge(p.name); ok && e.Owner() {
			if _, ok := r.model.Column(e.Columns[0]); !ok {
				return true
			}
		}
	}
	return false
}

func entColumn(r *rendering, p part) *Text {
	if s, ok := p.text.literal(); ok {
		return r.own(s, "")
	}
	return concat(&Text{pieces: []piece{{text: "t", from: r.at, stands: ownTable}, {text: ".", from: r.at}}}, p.text)
}

// entClauses is what a function adds to a statement that is not followed.
func entClauses() *Text {
	return holeText(hole{kind: fragmentHole, name: "clauses", repeat: true, why: WhyCall})
}

func entWhere(r *rendering, ps []part) []part {
	if r.c.has("hole") {
		ps = append(ps[:len(ps):len(ps)], part{text: entClauses()})
	}
	if key, ok := r.c.last("key"); ok && r.model != nil {
		ps = append(ps[:len(ps):len(ps)], part{text: concat(known(quoteName(r.model.Info.ID)+" = ", r.at), key.text)})
	}
	if p, e, _, ok := entPath(r); ok && p.mode == "row" && !e.Owner() && e.Rel != "M2M" {
		ps = append([]part{{text: concat(known(quoteName(e.Columns[0])+" = ", r.at), paramText(r.at))}}, ps...)
	}
	if r.model != nil && r.model.Info.Intercepted && r.c.verb == "select" {
		ps = append(ps[:len(ps):len(ps)], part{text: holeText(hole{kind: fragmentHole, name: "interceptors", repeat: true})})
	}
	return ps
}

// column returns the column of a field, or of an edge that the table owns:
// SetAuthorID and SetAuthor give the key of the edge Author.
func entField(m *models.Model, word string) (column string, edge *models.Edge) {
	for i, e := range m.Info.Edges {
		if word == e.Name || word == e.Name+"ID" || word == e.Name+"IDs" || word+"s" == e.Name || word == strings.TrimSuffix(e.Name, "s")+"IDs" {
			if e.Owner() {
				column = e.Columns[0]
			}
			edge = &m.Info.Edges[i]
			break
		}
	}
	for _, c := range m.Columns {
		if c.Field == word {
			return c.Name, edge
		}
	}
	return column, edge
}

// entSet returns the assignments of an UPDATE: what is cleared, set and added,
// each in the order of the fields.
func entSet(r *rendering, ps []part) []part {
	if r.model == nil {
		return ps
	}
	var out []part
	given := make(map[string]bool)
	for _, clause := range [...]string{"clear", "set", "add"} {
		values := make(map[string]*Text)
		for _, p := range r.c.of(clause) {
			if p.name == "" {
				out = append(out, p)
				continue
			}
			switch col, edge := entField(r.model, p.name); {
			case col != "":
				values[col] = p.text
			case edge == nil:
				// Have: a method that the program's own templates make.
				out = append(out, part{clause: "set", text: holeText(hole{kind: fragmentHole, name: p.name})})
			}
		}
		for _, col := range entOrder(r.model) {
			t, ok := values[col]
			if c, _ := r.model.Column(col); clause == "set" && !ok && c.Updated && !given[col] {
				t, ok = paramText(r.at), true
			}
			if !ok {
				continue
			}
			given[col] = true
			if clause == "add" {
				t = concat(known("COALESCE(", r.at), r.own(col, ", 0) + "), t)
			}
			out = append(out, part{clause: "set", text: concat(known(quoteName(col)+" = ", r.at), t)})
		}
	}
	return out
}

// entOrder returns the columns in the order in which they are written: fields,
// then the keys of edges.
func entOrder(m *models.Model) []string {
	keys := make(map[string]bool)
	var out, last []string
	for _, e := range m.Info.Edges {
		if e.Owner() && !keys[e.Columns[0]] {
			keys[e.Columns[0]] = true
			last = append(last, e.Columns[0])
		}
	}
	for _, c := range m.Columns {
		if !keys[c.Name] {
			out = append(out, c.Name)
		}
	}
	return append(out, last...)
}

// entWritten adds the columns and values of an INSERT.
func entWritten(r *rendering) {
	if r.model == nil || r.c.has("rows") {
		r.say(" ")
		r.lacks(fragmentHole, "values")
		return
	}
	values := make(map[string]*Text)
	for _, p := range r.c.of("set") {
		switch col, edge := entField(r.model, p.name); {
		case col != "":
			values[col] = p.text
		case edge == nil:
			// Have: a method that the program's own templates make.
			r.say(" ")
			r.lacks(fragmentHole, "values")
			return
		}
	}
	id := r.model.Info.ID
	if c, ok := r.model.Column(id); values[id] == nil && !(ok && c.Auto) {
		r.returned = []string{quoteName(id)}
	}
	var cols []string
	var vals []*Text
	for _, col := range entOrder(r.model) {
		v := values[col]
		if c, ok := r.model.Column(col); v == nil && ok && c.Auto {
			v = paramText(r.at)
		}
		if v != nil {
			cols, vals = append(cols, quoteName(col)), append(vals, v)
		}
	}
	if len(cols) == 0 {
		r.say(" DEFAULT VALUES")
		return
	}
	r.say(" (" + strings.Join(cols, ", ") + ") VALUES (")
	for i, v := range vals {
		if i > 0 {
			r.say(", ")
		}
		r.add(v)
	}
	r.say(")")
}

// entMore are the statements of eager loading, of the tables between two, and
// the one that reads what was updated.
func entMore(r *rendering) texts {
	if r.model == nil || r.c.has("unknown") || r.c.has("given") {
		return nil
	}
	var out texts
	switch r.finish {
	case "select", "one", "only":
		for _, p := range r.c.of("relation") {
			out = append(out, entEager(r, p)...)
		}
		return out
	case "insert", "update one":
		for _, clause := range [...]string{"clear", "remove", "add"} {
			for _, p := range r.c.of(clause) {
				if _, e := entField(r.model, p.name); e != nil && !e.Owner() {
					out = append(out, entEnds(r, *e, clause))
				}
			}
		}
	}
	if r.finish == "update one" {
		t := &rendering{fr: r.fr, c: r.c, at: r.at}
		for i, c := range r.model.Columns {
			t.say([...]string{"SELECT ", ", "}[min(i, 1)] + quoteName(c.Name))
		}
		t.say(" FROM " + quoteName(r.model.Table) + " WHERE " + quoteName(r.model.Info.ID) + " = ")
		t.add(paramText(r.at))
		out = append(out, concat(&Text{pieces: t.out}))
	}
	return out
}
