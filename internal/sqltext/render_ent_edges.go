package sqltext

import (
	"github.com/sqlvet/sqlvet/internal/models"
)

// entPath returns the edge that a statement came through, and the table that it
// came from.
func entPath(r *rendering) (p part, e models.Edge, from *models.Model, ok bool) {
	if p, ok = r.c.last("path"); !ok {
		return
	}
	m, _ := p.inner.last("model")
	if from = models.Of(r.c.lib.Chain.Naming, m.typ, r.fr.prog); from == nil || from.Info == nil {
		return p, e, nil, false
	}
	e, ok = from.Info.Edge(p.name)
	return p, e, from, ok
}

// entSub renders a statement that selects one column.
func entSub(r *rendering, c *chain, column string) *Text {
	if d, ok := c.last("distinct"); ok && d.mode == "path" {
		c = c.without("distinct")
	}
	sub := &rendering{fr: r.fr, c: c.without("column"), at: r.at, finish: "sub"}
	sub.c = sub.c.with(part{clause: "select", text: r.own(column, "")})
	return sub.one()
}

// entJoins adds the way that a statement came: sqlgraph.SetNeighbors and
// Neighbors.
func entJoins(r *rendering, ps []part) []part {
	if r.c.has("hole") {
		ps = append(ps, part{text: entClauses()})
	}
	if !r.c.has("path") || r.model == nil {
		return ps
	}
	p, e, from, ok := entPath(r)
	if !ok {
		return append([]part{{text: holeText(hole{kind: fragmentHole, name: "JOIN"})}}, ps...)
	}
	row := p.mode == "row"
	if row && !e.Owner() && e.Rel != "M2M" {
		return ps // see entWhere
	}
	sub := &rendering{fr: r.fr, c: r.c, at: r.at}
	sub.say("JOIN (")
	own, other := r.model.Info.ID, ""
	switch {
	case e.Rel == "M2M":
		pk1, pk2 := entPair(e)
		other = pk1
		join := quoteName(e.Table)
		sub.say("SELECT " + join + "." + quoteName(pk1) + " FROM " + join)
		if row {
			sub.say(" WHERE " + join + "." + quoteName(pk2) + " = ")
			sub.add(paramText(r.at))
		} else {
			sub.say(" JOIN (")
			sub.add(entSub(r, p.inner, from.Info.ID))
			sub.say(") AS t1 ON " + join + "." + quoteName(pk2) + " = t1." + quoteName(from.Info.ID))
		}
	case e.Owner():
		other = e.Columns[0]
		if row {
			sub.say("SELECT " + quoteName(other) + " FROM " + quoteName(e.Table) + " WHERE " + quoteName(from.Info.ID) + " = ")
			sub.add(paramText(r.at))
		} else {
			sub.add(entSub(r, p.inner, other))
		}
	default:
		own, other = e.Columns[0], from.Info.ID
		sub.add(entSub(r, p.inner, other))
	}
	sub.say(") AS t1 ON ")
	sub.add(r.own(own, " = t1."+quoteName(other)))
	return append([]part{{text: &Text{pieces: sub.out}}}, ps...)
}

// entPair returns the columns of the table between two: that of the other
// table, and that of the own one.
func entPair(e models.Edge) (other, own string) {
	if len(e.Columns) < 2 {
		return "", ""
	}
	if e.Inverse {
		return e.Columns[0], e.Columns[1]
	}
	return e.Columns[1], e.Columns[0]
}

// entEager loads the other ends of an edge.
func entEager(r *rendering, p part) texts {
	e, ok := r.model.Info.Edge(p.name)
	other := models.Of(r.c.lib.Chain.Naming, p.typ, r.fr.prog)
	if !ok || other == nil {
		return nil
	}
	c := &chain{lib: r.c.lib, verb: "select"}
	c = c.with(part{clause: "model", typ: p.typ})
	if p.mode == "unknown" {
		c = c.with(part{clause: "where", text: holeText(hole{kind: fragmentHole, name: p.name, repeat: true})})
	} else if p.inner != nil {
		c = p.inner
	}
	column := r.own(other.Info.ID, "")
	switch {
	case e.Rel == "M2M":
		far, own := entPair(e)
		column = known("t1."+quoteName(own), r.at)
		join := concat(known("JOIN "+quoteName(e.Table)+" AS t1 ON ", r.at), r.own(other.Info.ID, " = t1."+quoteName(far)))
		c = c.with(part{clause: "join", text: join}, part{clause: "through", text: column})
	case !e.Owner():
		// Have: all columns that no field names are read, whichever the edge needs.
		column = r.own(e.Columns[0], "")
		c = c.with(part{clause: "foreign keys"})
	}
	c = c.with(part{clause: "where", text: concat(column, known(" IN (", r.at), paramText(r.at), known(")", r.at))})
	sub := &rendering{fr: r.fr, c: c, at: r.at, finish: "select"}
	return sub.all()
}

// entEdge is the condition that a row has neighbours: sqlgraph.HasNeighbors
// and HasNeighborsWith.
func entEdge(fr *frame, s step, with texts) texts {
	at := s.at()
	info := fr.prog.Table(s.fn.Pkg())
	if info == nil {
		return texts{holeText(hole{kind: fragmentHole, name: s.fn.Name()})}
	}
	e, ok := info.Edge(s.effect.Word)
	if !ok {
		return texts{holeText(hole{kind: fragmentHole, name: s.fn.Name()})}
	}
	to, own := quoteName(e.To), fr.own(info.ID, at)
	name := to
	if e.To == info.Name {
		name = quoteName(e.To + "_edge")
		to += " AS " + name
	}
	var before *Text
	and := " AND "
	switch {
	case e.Rel == "M2M":
		far, near := entPair(e)
		join := quoteName(e.Table)
		before = concat(own, known(" IN (SELECT "+join+"."+quoteName(near)+" FROM "+join, at))
		if with == nil {
			return texts{concat(before, known(")", at))}
		}
		name, and = "t1", " WHERE "
		before = concat(before, known(" JOIN "+quoteName(e.To)+" AS t1 ON "+join+"."+quoteName(far)+" = t1."+quoteName(e.ToID), at))
	case e.Owner() && with == nil:
		return texts{concat(fr.own(e.Columns[0], at), known(" IS NOT NULL", at))}
	case e.Owner():
		key := name + "." + quoteName(e.ToID)
		before = concat(known("EXISTS (SELECT "+key+" FROM "+to+" WHERE ", at), fr.own(e.Columns[0], at), known(" = "+key, at))
	default:
		key := name + "." + quoteName(e.Columns[0])
		before = concat(known("EXISTS (SELECT "+key+" FROM "+to+" WHERE ", at), own, known(" = "+key, at))
	}
	if with == nil {
		return texts{concat(before, known(")", at))}
	}
	var out texts
	for _, t := range with {
		if len(t.pieces) > 0 {
			t = concat(known(and, at), t.in(name, quoteName(e.ToID)))
		}
		out = append(out, concat(before, t, known(")", at)))
	}
	return out
}
