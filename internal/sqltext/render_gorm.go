package sqltext

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/models"
)

// gormStyle is what gorm.io/gorm adds: callbacks/query.go, soft_delete.go.
var gormStyle = style{
	limit:   map[string]string{"first": "1", "last": "1", "one": "1", "batches": "?"},
	list:    gormList,
	joins:   gormJoins,
	where:   gormWhere,
	order:   gormOrder,
	set:     gormSet,
	written: gormWritten,
	more:    gormMore,
}

// columnsOf is what gorm's Select takes: names and expressions, in a slice
// too, or one text with arguments.
func (fr *frame) columnsOf(st *state, s step, args []ast.Expr, spread bool) [][]part {
	s.effect.Form = "texts"
	if len(args) < 2 || spread || !isString(fr.typeOf(args[0])) {
		return fr.each(st, s, args, spread)
	}
	for _, t := range fr.texts(st, args[0]) {
		if len(splitMarks(t, false)) > 1 {
			var out [][]part
			for _, t := range fr.boundText(st, s.lib, args[0], args[1:], false) {
				out = append(out, []part{{clause: s.effect.Clause, text: t}})
			}
			return out
		}
	}
	return fr.each(st, s, args, spread)
}

// joinOf is what gorm's Joins takes: the text of a join, or the name of an
// association with conditions.
func (fr *frame) joinOf(st *state, s step, args []ast.Expr, spread bool) [][]part {
	var out [][]part
	for _, t := range fr.boundText(st, s.lib, args[0], args[1:], spread) {
		p := part{clause: "join", text: t}
		if name, ok := t.literal(); ok && isColumn(name) {
			p.mode = s.effect.Before
			p.sub = len(args) - 1
		}
		out = append(out, []part{p})
	}
	return out
}

// clausesOf is what gorm's Clauses takes: the type of each says which clause it
// is.
func (fr *frame) clausesOf(st *state, s step, args []ast.Expr, spread bool) [][]part {
	var ps []part
	for _, a := range args {
		clause := map[string]string{
			"clause.Locking": "lock", "clause.OnConflict": "conflict", "clause.OrderBy": "order", "clause.OrderByColumn": "order",
			"clause.Returning": "returning", "clause.Where": "where", "clause.GroupBy": "group", "clause.Limit": "limit",
		}[s.lib.NameOf(fr.typeOf(a))]
		switch clause {
		case "":
			if s.lib.IsExpression(fr.typeOf(a)) {
				ps = append(ps, part{clause: "where", text: fr.expression(st, s.lib, a)[0]})
				continue
			}
			ps = append(ps, part{clause: "suffix", text: holeText(hole{kind: fragmentHole, name: exprName(a)})})
		case "returning":
			ps = append(ps, part{clause: clause, text: known("*", origin{pos: a.Pos(), end: a.End()})})
		default:
			ps = append(ps, part{clause: clause, text: fr.expression(st, s.lib, a)[0]})
		}
	}
	return [][]part{ps}
}

// gormJoins turns the names of associations into joins.
func gormJoins(r *rendering, ps []part) []part {
	out := make([]part, len(ps))
	for i, p := range ps {
		out[i] = p
		if rel, other, ok := r.association(p); ok {
			out[i].text = r.gormJoin(p, rel, other)
		}
	}
	return out
}

// association returns the relation that a join names.
func (r *rendering) association(p part) (models.Relation, *models.Model, bool) {
	if p.mode == "" || r.model == nil || p.text == nil {
		return models.Relation{}, nil, false
	}
	name, _ := p.text.literal()
	rel, ok := r.model.Relation(name)
	if !ok || rel.Kind == models.ManyToMany {
		return rel, nil, false
	}
	other := models.Of(r.c.lib.Chain.Naming, rel.Type, r.fr.prog)
	return rel, other, other != nil
}

// gormJoin is the join of a relation; its table has the name of the field.
func (r *rendering) gormJoin(p part, rel models.Relation, other *models.Model) *Text {
	alias := quoteName(rel.Field)
	sub := &rendering{fr: r.fr, c: r.c, at: r.at, model: r.model}
	sub.say(p.mode + quoteName(other.Table) + " " + alias + " ON ")
	for i := range rel.Own {
		if i > 0 {
			sub.say(" AND ")
		}
		sub.add(r.own(rel.Own[i], ""))
		sub.say(" = " + alias + "." + quoteName(rel.Other[i]))
	}
	if p.sub > 0 {
		sub.say(" AND ")
		sub.out = append(sub.out, piece{hole: &hole{kind: fragmentHole, name: "condition", repeat: true}})
	}
	if other.SoftDelete != "" && !r.c.has("unscoped") {
		sub.say(" AND " + alias + "." + quoteName(other.SoftDelete) + " IS NULL")
	}
	return &Text{pieces: sub.out}
}

// allRelations is gorm's clause.Associations.
const allRelations = "~~~as~~~"

// gormMore are the statements that Preload adds: one for each level.
func gormMore(r *rendering) texts {
	if r.model == nil || r.verb() != "select" || r.finish == "count" || r.finish == "pluck" || r.finish == "rows" {
		return nil
	}
	var out texts
	seen := make(map[string]bool)
	for _, p := range r.c.of("relation") {
		path, ok := p.text.literal()
		if !ok || p.mode == "unknown" {
			continue
		}
		if path == allRelations {
			for _, rel := range r.model.Relations {
				if other := models.Of(r.c.lib.Chain.Naming, rel.Type, r.fr.prog); other != nil && rel.Kind != models.ManyToMany {
					out = append(out, r.gormPreload(p, rel, other))
				}
			}
			continue
		}
		m, prefix := r.model, ""
		for _, field := range strings.Split(path, ".") {
			rel, ok := m.Relation(field)
			if !ok {
				break
			}
			other := models.Of(r.c.lib.Chain.Naming, rel.Type, r.fr.prog)
			if other == nil {
				break
			}
			if prefix += "." + field; !seen[prefix] && rel.Kind != models.ManyToMany {
				seen[prefix] = true
				out = append(out, r.gormPreload(p, rel, other))
			}
			m = other
		}
	}
	return out
}

func (r *rendering) gormPreload(p part, rel models.Relation, other *models.Model) *Text {
	c := &chain{lib: r.c.lib}
	if p.inner != nil {
		c = p.inner
	}
	sub := &rendering{fr: r.fr, c: c, at: r.at, model: other}
	if len(p.text.pieces) > 0 {
		sub.at = p.text.pieces[0].from
		sub.at.made = true
	}
	var keys []part
	for _, key := range rel.Other {
		t := concat(sub.own(key, " IN ("), paramText(sub.at), known(")", sub.at))
		keys = append(keys, part{clause: "where", text: t})
	}
	d := *c
	d.parts = append(keys, c.parts...)
	if r.c.has("unscoped") {
		d.parts = append(d.parts, part{clause: "unscoped"})
	}
	sub.c = &d
	sub.selects()
	return concat(&Text{pieces: sub.resolved()})
}

// preloadOf is what gorm's Preload takes: the path of a relation, and what is
// asked of its table, as a condition or a function.
func (fr *frame) preloadOf(st *state, s step) part {
	args := s.call.Args
	p := part{clause: "relation", text: fr.texts(st, args[0])[0]}
	if len(args) < 2 {
		return p
	}
	empty := chains{{lib: s.lib}}
	var out chains
	if f, ok := fr.eval(st, args[1]).(function); ok {
		out, _ = fr.invoke(f, []value{empty}).(chains)
	} else if !s.call.Ellipsis.IsValid() {
		w := step{s.lib, apis.Effect{Clause: "where", Form: "cond", Arg: 1}, s.verb, s.fn, s.call}
		out = fr.apply(st, w, empty)
	}
	if len(out) != 1 {
		p.mode = "unknown"
		return p
	}
	p.inner = out[0]
	return p
}

// gormList adds what gorm selects.
func gormList(r *rendering, cols []part) bool {
	switch r.finish {
	case "count":
		r.gormCount(cols)
		return true
	case "pluck":
		if p, ok := r.c.last("pluck"); ok && len(cols) != 1 {
			r.add(p.text)
			return true
		}
	}
	if len(cols) > 0 || r.model == nil {
		return false
	}
	omitted := r.c.of("omit")
	if !r.c.has("join") && len(omitted) == 0 {
		if smaller := r.smaller(); smaller != nil {
			r.columns(smaller.Columns, nil)
			return true
		}
		r.say("*")
		return true
	}
	r.columns(r.model.Columns, omitted)
	for _, p := range r.c.of("join") {
		if rel, other, ok := r.association(p); ok {
			for _, c := range other.Columns {
				r.say(", " + quoteName(rel.Field) + "." + quoteName(c.Name) + " AS " + quoteName(rel.Field+"__"+c.Name))
			}
		}
	}
	return true
}

// smaller returns the model of the destination if it is another type than
// the statement's: its columns alone are selected.
func (r *rendering) smaller() *models.Model {
	if r.dest == nil || r.finish == "rows" {
		return nil
	}
	m := models.Columns(r.c.lib.Chain.Naming, r.dest)
	if m == nil || len(m.Columns) == 0 || types.Identical(m.Struct, r.model.Struct) {
		return nil
	}
	return m
}

// columns adds the columns of the statement's own table.
func (r *rendering) columns(cols []models.Column, omitted []part) {
	n := 0
	for _, c := range cols {
		if isNamed(omitted, c) {
			continue
		}
		if n++; n > 1 {
			r.say(", ")
		}
		r.out = append(r.out, piece{text: "t", from: r.at, stands: ownTable})
		r.say("." + quoteName(c.Name))
	}
}

func (r *rendering) gormCount(cols []part) {
	if len(cols) == 0 {
		r.say("count(*)")
		return
	}
	first := cols[0].text
	text, _ := first.literal()
	if strings.HasPrefix(strings.ToLower(strings.TrimSpace(text)), "count(") {
		r.joined("", cols, ", ")
		return
	}
	if len(cols) == 1 && isColumn(text) {
		r.say("count(")
		if r.c.has("distinct") {
			r.say("DISTINCT ")
		}
		r.add(first)
		r.say(")")
		return
	}
	r.say("count(*)")
}

// gormWhere adds the key of a row that is changed, and that it is not deleted.
func gormWhere(r *rendering, ps []part) []part {
	if r.model == nil {
		return ps
	}
	verb := r.verb()
	soft := r.model.SoftDelete != "" && !r.c.has("unscoped")
	ps = slices.Clip(ps)
	if verb == "delete" {
		ps = append(ps, r.rowKey(true)...)
	}
	if soft {
		if slices.ContainsFunc(ps, func(p part) bool { return p.mode == "or" }) {
			// Have: conditions joined by OR stand in brackets beside the one
			// that is added.
			sub := &rendering{fr: r.fr, c: r.c, at: r.at, model: r.model}
			sub.conditions("", ps)
			ps = []part{{clause: "where", text: &Text{pieces: sub.out}}}
		}
		ps = append(ps, part{clause: "where", text: r.own(r.model.SoftDelete, " IS NULL")})
	}
	if verb == "update" {
		ps = append(ps, r.rowKey(false)...)
	}
	return ps
}

// rowKey is the condition that the row is the one that was given.
func (r *rendering) rowKey(own bool) []part {
	p, ok := r.c.last("model")
	given := ok && p.mode == "row"
	if !ok && r.dest != nil {
		given = r.row
	}
	if !given || len(r.model.Keys()) == 0 {
		return nil
	}
	key := quoteName(r.model.Keys()[0])
	t := concat(known(key+" = ", r.at), paramText(r.at))
	if own {
		t = concat(r.own(r.model.Keys()[0], " = "), paramText(r.at))
	}
	return []part{{clause: "where", text: t}}
}

// own returns a column of the statement's own table, with text behind it.
func (r *rendering) own(column, after string) *Text {
	return &Text{pieces: []piece{{text: "t", from: r.at, stands: ownTable}, {text: "." + quoteName(column) + after, from: r.at}}}
}

func gormOrder(r *rendering) []part {
	if r.finish != "first" && r.finish != "last" && r.finish != "batches" {
		return nil
	}
	after := ""
	if r.finish == "last" {
		after = " DESC"
	}
	t := &Text{pieces: []piece{
		{text: "t", from: r.at, stands: ownTable}, {text: ".", from: r.at}, {text: "id", from: r.at, stands: ownKey}, {text: after, from: r.at},
	}}
	return []part{{clause: "order", text: t}}
}

// gormSet adds the time of the change, and for Save all columns.
func gormSet(r *rendering, ps []part) []part {
	if r.model == nil {
		return ps
	}
	set := func(name string) part {
		t := concat(known(quoteName(name)+" = ", r.at), paramText(r.at))
		return part{clause: "set", text: t}
	}
	if r.finish == "save" {
		ps = nil
		for _, c := range r.model.Columns {
			if !c.Key {
				ps = append(ps, set(c.Name))
			}
		}
		return ps
	}
	for _, c := range r.model.Columns {
		if c.Updated && len(ps) > 0 && r.finish == "update" {
			ps = append(ps[:len(ps):len(ps)], set(c.Name))
		}
	}
	return ps
}

// isNamed reports whether a column is among those that parts name.
func isNamed(ps []part, c models.Column) bool {
	return slices.ContainsFunc(ps, func(p part) bool { s, _ := p.text.literal(); return s == c.Name || s == c.Field })
}

// gormWritten adds the columns of a model that is created.
func gormWritten(r *rendering) {
	if r.model == nil {
		r.say(" ")
		r.out = append(r.out, piece{hole: &hole{kind: fragmentHole, name: "values"}})
		return
	}
	var names []string
	returned := []string{}
	chosen, omitted := r.c.of("select"), r.c.of("omit")
	for _, c := range r.model.Columns {
		if c.Key && isNumber(c.Type) && len(r.model.Keys()) == 1 || c.Auto {
			returned = append(returned, quoteName(c.Name))
			if c.Key {
				continue
			}
		}
		stamped := c.Updated || c.Field == "CreatedAt"
		if len(chosen) > 0 && !stamped && !isNamed(chosen, c) || isNamed(omitted, c) {
			continue
		}
		names = append(names, quoteName(c.Name))
	}
	r.say(" (" + strings.Join(names, ", ") + ") VALUES (")
	for i := range names {
		if i > 0 {
			r.say(", ")
		}
		r.out = append(r.out, piece{text: "?", from: r.at, bind: true})
	}
	r.say(")")
	r.returned = returned
}
