package sqltext

import "strings"

// entStyle is what entgo.io/ent sends: dialect/sql/sqlgraph/graph.go and the
// templates of the generated code.
var entStyle = style{
	noOffset0: true,
	limit:     map[string]string{"one": "1", "one id": "1", "only": "2", "only id": "2"},
	begin:     entPrepare,
	skip:      entNothingSet,
	list:      entList,
	joins:     entJoins,
	where:     entWhere,
	set:       entSet,
	written:   entWritten,
	conflict:  entConflict,
	more:      entMore,
	edge:      entEdge,
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
	r.c = c
}

// entNothingSet reports whether an update changes none of the table's own
// columns: it reads the rows, or changes others' alone.
func entNothingSet(r *rendering) bool {
	return strings.HasPrefix(r.finish, "update") && r.model != nil && len(entSet(r, nil)) == 0 && !r.c.has("unknown") && !r.c.has("given")
}

func entList(r *rendering, _ []part) bool {
	if r.model == nil {
		// Have: it names each of them.
		r.out = append(r.out, piece{hole: &hole{kind: fragmentHole, name: "columns", repeat: true}})
		return true
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
	if r.verb() == "update" && r.model != nil && r.finish == "update" && len(r.mutation().edges) > 0 {
		// Have: the rows have been read, since others' tables change with them.
		return []part{{text: concat(known(quoteName(r.model.Info.ID)+" IN (", r.at), paramText(r.at), known(")", r.at))}}
	}
	if key, ok := r.c.last("key"); ok && r.model != nil {
		ps = append([]part{{text: concat(known(quoteName(r.model.Info.ID)+" = ", r.at), key.text)}}, ps...)
	}
	if p, e, _, ok := entPath(r); ok && p.mode == "row" && !e.Owner() && e.Rel != "M2M" {
		ps = append([]part{{text: concat(known(quoteName(e.Columns[0])+" = ", r.at), paramText(r.at))}}, ps...)
	}
	if r.model != nil && r.model.Info.Intercepted && r.c.verb == "select" {
		ps = append(ps[:len(ps):len(ps)], part{text: holeText(hole{kind: fragmentHole, name: "interceptors", repeat: true})})
	}
	return ps
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
	case "insert", "update", "update one":
		out = append(out, entApart(r)...)
	}
	return out
}
