package sqltext

import (
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/models"
)

// An assignments list is what an UPDATE sets, as dialect/sql.UpdateBuilder
// writes it: the columns that become NULL, then the others; a column that is
// set once more keeps its place.
type assignments struct {
	r     *rendering
	nulls []string
	cols  []string
	vals  []*Text
	open  bool // others are set that are not known
}

func (a *assignments) set(col string, val *Text) {
	if i := slices.Index(a.cols, col); i >= 0 {
		a.vals[i] = val
		return
	}
	a.append(col, val)
}

func (a *assignments) append(col string, val *Text) {
	a.cols, a.vals = append(a.cols, col), append(a.vals, val)
}

// add counts a column up; table is that of the statement.
func (a *assignments) add(col string, val *Text) {
	at := a.r.at
	a.append(col, concat(known("COALESCE(", at), a.r.own(col, ", 0) + "), val))
}

// parts returns the assignments; one hole if some of them are not known: those
// that are stand anywhere between the others.
func (a *assignments) parts() []part {
	if a.open {
		return []part{{clause: "set", text: holeText(hole{kind: fragmentHole, name: "values"})}}
	}
	var out []part
	for _, col := range a.nulls {
		out = append(out, part{clause: "set", text: known(quoteName(col)+" = NULL", a.r.at)})
	}
	for i, col := range a.cols {
		out = append(out, part{clause: "set", text: concat(known(quoteName(col)+" = ", a.r.at), a.vals[i])})
	}
	return out
}

// step applies a method of a statement's assignments: of an UpdateBuilder, or
// an UpdateSet.
func (a *assignments) step(p part) {
	if col, _ := entField(a.r.model, p.name); col != "" && !p.repeat {
		a.change(p.mode, col, p.text)
	} else {
		a.open = true
	}
}

func (a *assignments) change(how, col string, val *Text) {
	q := quoteName(col)
	switch how {
	case "set":
		a.set(col, val)
	case "null":
		a.nulls = append(a.nulls, col)
	case "add":
		a.add(col, val)
	case "excluded":
		a.set(col, known("excluded."+q, a.r.at))
	case "same":
		a.set(col, a.r.own(col, ""))
	case "append":
		empty := "CASE WHEN (" + q + " IS NULL OR " + q + " = 'null'::jsonb) THEN "
		a.set(col, concat(known(empty, a.r.at), val, known(" ELSE "+q+" || ", a.r.at), val, known(" END", a.r.at)))
	default:
		a.open = true
	}
}

// A mutation is what the methods of a generated builder say of a row: what its
// fields become, and which rows stand at the other ends of its edges.
type mutation struct {
	set, add, append map[string]*Text // by column
	cleared          map[string]bool
	edges            []edgeChange
	open             bool // more is said that is not known
}

// An edgeChange adds, removes or clears rows at an end of an edge that other
// tables keep.
type edgeChange struct {
	models.Edge
	clause string
}

func (r *rendering) mutation() mutation {
	m := mutation{make(map[string]*Text), make(map[string]*Text), make(map[string]*Text), make(map[string]bool), nil, false}
	for _, p := range r.c.parts {
		switch p.clause {
		case "set", "add", "append", "clear", "remove":
		default:
			continue
		}
		col, edge := entField(r.model, p.name)
		if p.name == "" || p.repeat || col == "" && edge == nil {
			m.open = true // Have: a loop's, or a method that the program's own templates make.
			continue
		}
		if edge != nil && edge.External() {
			m.edges = append(m.edges, edgeChange{*edge, p.clause})
			if edge.Rel != "O2O" || !edge.Bidi {
				continue
			}
			col = edge.Columns[0]
		}
		switch p.clause {
		case "set", "add":
			if edge == nil && p.clause == "add" {
				m.add[col] = p.text
				continue
			}
			delete(m.add, col)
			m.set[col] = p.text
		case "append":
			m.append[col] = p.text
		case "clear", "remove":
			delete(m.set, col)
			delete(m.add, col)
			delete(m.append, col)
			m.cleared[col] = true
		}
	}
	return m
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
	if c, ok := m.Column(word); ok && word != "" {
		return c.Name, edge
	}
	return column, edge
}

// entSet returns the assignments of an UPDATE: what is cleared, set and added,
// each in the order of the fields, then what the program's functions change.
func entSet(r *rendering, ps []part) []part {
	if r.model == nil {
		return ps
	}
	m := r.mutation()
	a := assignments{r: r, open: m.open}
	order := entOrder(r.model)
	for _, col := range order {
		if m.cleared[col] && m.set[col] == nil {
			a.nulls = append(a.nulls, col)
		}
	}
	for _, col := range order {
		if v := m.set[col]; v != nil {
			a.append(col, v)
		} else if c, _ := r.model.Column(col); c.Updated && !m.cleared[col] {
			a.append(col, paramText(r.at))
		}
	}
	for _, col := range order {
		if v := m.add[col]; v != nil {
			a.add(col, v)
		}
	}
	for _, col := range order {
		if v := m.append[col]; v != nil {
			a.change("append", col, v)
		}
	}
	for _, p := range r.c.of("modify") {
		a.step(p)
	}
	return a.parts()
}

// entOrder returns the columns in the order in which they are written: fields,
// then the keys of edges, then the row's own.
func entOrder(m *models.Model) []string {
	keys := make(map[string]bool)
	var out, last []string
	for _, rel := range [...]string{"M2O", "O2O"} {
		for _, e := range m.Info.Edges {
			if e.Rel == rel && (e.Owner() || e.Bidi) && !keys[e.Columns[0]] {
				keys[e.Columns[0]] = true
				last = append(last, e.Columns[0])
			}
		}
	}
	for _, c := range m.Columns {
		if !keys[c.Name] && c.Name != m.Info.ID {
			out = append(out, c.Name)
		}
	}
	if out = append(out, last...); m.Info.ID != "" {
		out = append(out, m.Info.ID)
	}
	return out
}

// entColumns returns the columns of a new row with their values; false if they
// are not known.
func entColumns(r *rendering) (cols []string, vals []*Text, ok bool) {
	if r.model == nil || r.c.has("rows") {
		return nil, nil, false
	}
	m := r.mutation()
	if m.open {
		return nil, nil, false
	}
	order := entOrder(r.model)
	if r.c.has("bulk") {
		slices.Sort(order)
	}
	for _, col := range order {
		v := m.set[col]
		if c, ok := r.model.Column(col); v == nil && ok && c.Auto {
			v = paramText(r.at)
		}
		if v != nil {
			cols, vals = append(cols, col), append(vals, v)
		}
	}
	return cols, vals, true
}

// entWritten adds the columns and values of an INSERT.
func entWritten(r *rendering) {
	cols, vals, ok := entColumns(r)
	id := ""
	if r.model != nil {
		id = r.model.Info.ID
	}
	switch {
	case !ok:
		r.say(" ")
		r.lacks(fragmentHole, "values")
	case len(cols) == 0:
		r.say(" DEFAULT VALUES")
	default:
		names := make([]string, len(cols))
		for i, c := range cols {
			names[i] = quoteName(c)
		}
		r.say(" (" + strings.Join(names, ", ") + ") VALUES (")
		for i, v := range vals {
			if i > 0 {
				r.say(", ")
			}
			r.add(v)
		}
		r.say(")")
	}
	switch {
	case id == "":
	case !ok && !r.c.has("bulk") && !r.c.has("do"):
		r.say(" ")
		r.lacks(fragmentHole, "returning")
	case !slices.Contains(cols, id) || r.c.has("bulk") || r.c.has("do"):
		r.returned = []string{quoteName(id)}
	}
}

// entConflict adds what an INSERT does with a row that is there:
// dialect/sql.InsertBuilder's writeConflict.
func entConflict(r *rendering) {
	if !r.c.has("target") && !r.c.has("do") {
		return
	}
	r.say(" ON CONFLICT ")
	if p, ok := r.c.last("constraint"); ok {
		r.say("ON CONSTRAINT ")
		r.add(p.text)
		r.say(" ")
	} else if ps := r.c.of("target"); len(ps) > 0 {
		r.joined("(", entUnqualified(ps), ", ")
		r.say(") ")
	}
	if ps := r.c.of("target where"); len(ps) > 0 {
		r.conditions("WHERE ", ps)
		r.say(" ")
	}
	do := r.c.of("do")
	if slices.ContainsFunc(do, func(p part) bool { return p.mode == "nothing" }) {
		r.say("DO NOTHING")
		return
	}
	cols, _, ok := entColumns(r)
	if r.say("DO UPDATE SET "); r.model == nil {
		r.lacks(fragmentHole, "values")
	} else {
		a := assignments{r: r, open: !ok}
		for _, p := range do {
			switch p.mode {
			case "new values", "new":
				for _, col := range cols {
					a.change("excluded", col, nil)
				}
				for _, col := range cols {
					// Have: the generated method leaves alone what no update can change.
					if c, _ := r.model.Column(col); p.mode == "new values" && (c.Fixed || col == r.model.Info.ID) {
						a.change("same", col, nil)
					}
				}
			case "ignore":
				for _, col := range cols {
					a.change("same", col, nil)
				}
			default:
				a.step(p)
			}
		}
		a.open = a.open || len(do) == 0
		r.joined("", a.parts(), ", ")
	}
	r.conditions(" WHERE ", r.c.of("do where"))
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

// entApart returns the statements beside the one that changes a table: those
// of tables at the other ends of edges, and those that read what was changed.
func entApart(r *rendering) (out texts) {
	m := r.mutation()
	ids := known(" = ", r.at)
	ids = concat(ids, paramText(r.at))
	if r.finish == "update" && len(m.edges) > 0 {
		ids = concat(known(" IN (", r.at), paramText(r.at), known(")", r.at))
		t := &rendering{fr: r.fr, c: r.c, at: r.at, model: r.model}
		t.say("SELECT " + quoteName(r.model.Info.ID) + " FROM ")
		t.table()
		t.where(styles[r.c.lib.Chain.Naming])
		out = append(out, concat(&Text{pieces: t.resolved()}))
	}
	seen := make(map[string]bool)
	for i, e := range m.edges {
		clause := e.clause
		if clause == "set" {
			clause = "add"
		}
		// Have: one statement a table clears all edges that it holds.
		if key := clause + " " + e.Table + " " + e.Name; seen[key] || clause != "add" && e.Rel == "M2M" && seen["clear "+e.Table] {
			continue
		} else {
			seen[key], seen["clear "+e.Table] = true, seen["clear "+e.Table] || clause != "add"
		}
		out = append(out, entEnds(r, m.edges[i:], clause, ids))
	}
	if r.finish != "update one" {
		return out
	}
	if ps := r.c.of("where"); len(ps) > 0 {
		// Have: asked where no row was changed.
		t := &rendering{fr: r.fr, c: r.c, at: r.at, model: r.model}
		t.say("SELECT EXISTS (SELECT * FROM ")
		t.table()
		t.where(styles[r.c.lib.Chain.Naming])
		t.say(")")
		out = append(out, concat(&Text{pieces: t.resolved()}))
	}
	t := &rendering{fr: r.fr, c: r.c, at: r.at, model: r.model}
	names := []string{quoteName(r.model.Info.ID)}
	if chosen := r.c.of("column"); len(chosen) > 0 {
		for _, p := range chosen {
			switch s, ok := p.text.literal(); {
			case !ok:
				return append(out, holeText(hole{kind: fragmentHole, name: "columns"}))
			case s != r.model.Info.ID:
				names = append(names, quoteName(s))
			}
		}
	} else {
		names = names[:0]
		for _, c := range r.model.Columns {
			names = append(names, quoteName(c.Name))
		}
	}
	t.say("SELECT " + strings.Join(names, ", ") + " FROM " + quoteName(r.model.Table) + " WHERE " + quoteName(r.model.Info.ID) + " = ")
	t.add(paramText(r.at))
	return append(out, concat(&Text{pieces: t.out}))
}

// entEnds is the statement that adds, removes or clears the rows at the other
// end of an edge: sqlgraph's addM2MEdges, clearM2MEdges and their like. The edge
// is the first of changes; ids compares with the rows' own key.
func entEnds(r *rendering, changes []edgeChange, clause string, ids *Text) *Text {
	e := changes[0]
	t := &rendering{fr: r.fr, c: r.c, at: r.at}
	bind := paramText(r.at)
	table := quoteName(e.Table)
	many := concat(known(" IN (", r.at), bind, known(")", r.at))
	if e.Rel != "M2M" {
		col := quoteName(e.Columns[0])
		if t.say("UPDATE " + table + " SET " + col + " = "); clause == "add" {
			t.add(bind)
			t.say(" WHERE " + quoteName(e.ToID))
			t.add(many)
			t.say(" AND " + col + " IS NULL")
			return concat(&Text{pieces: t.out})
		}
		t.say("NULL WHERE ")
		if clause == "remove" {
			t.say(quoteName(e.ToID))
			t.add(many)
			t.say(" AND ")
		}
		t.say(col)
		t.add(ids)
		return concat(&Text{pieces: t.out})
	}
	if clause == "add" {
		cols, more := []string{e.Columns[0], e.Columns[1]}, r.model.Between(e.Edge, r.fr.prog)
		cols = append(cols, more...)
		t.say("INSERT INTO " + table + " (")
		for i, c := range cols {
			t.say([...]string{"", ", "}[min(i, 1)] + quoteName(c))
		}
		t.say(") VALUES (")
		for i := range cols {
			t.say([...]string{"", ", "}[min(i, 1)])
			t.add(bind)
		}
		if t.say(")"); len(more) == 0 {
			t.say(" ON CONFLICT DO NOTHING")
		}
		return concat(&Text{pieces: t.out})
	}
	t.say("DELETE FROM " + table)
	word := " WHERE "
	for _, other := range changes {
		if other.Table != e.Table || other.clause != "clear" && other.clause != "remove" {
			continue
		}
		far, own := entPair(other.Edge)
		for i, pair := range [...][2]string{{own, far}, {far, own}} {
			if i > 0 && !other.Bidi {
				continue
			}
			t.say(word + quoteName(pair[0]))
			t.add(ids)
			if word = " OR "; other.clause == "remove" {
				t.say(" AND " + quoteName(pair[1]))
				t.add(many)
			}
		}
	}
	return concat(&Text{pieces: t.out})
}
