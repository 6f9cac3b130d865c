package sqltext

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/models"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// gormJoins turns the names of associations into joins.
func gormJoins(r *rendering, ps []part) []part {
	var out []part
	seen := make(map[string]bool)
	for _, p := range ps {
		steps := r.associations(p)
		if len(steps) == 0 {
			out = append(out, p)
		}
		for _, s := range steps {
			if !seen[s.alias] {
				seen[s.alias] = true
				out = append(out, part{clause: p.clause, repeat: p.repeat, text: r.gormJoin(p, s)})
			}
		}
	}
	return out
}

// An association is a table that gorm joins by the name of a relation.
type association struct {
	rel           models.Relation
	other         *models.Model
	alias, parent string // of its table, and of that which has the relation, "" for the statement's own
	inner         *chain // what the program says of it; nil if nothing
}

// columns returns the columns of the table that are selected.
func (s association) columns() []models.Column {
	if s.inner == nil {
		return s.other.Columns
	}
	chosen, omitted := s.inner.of("select"), s.inner.of("omit")
	return slices.DeleteFunc(slices.Clone(s.other.Columns), func(c models.Column) bool {
		return len(chosen) > 0 && !isNamed(chosen, c) || isNamed(omitted, c)
	})
}

// associations returns the relations on the path that a join names; nil if it
// names none.
func (r *rendering) associations(p part) []association {
	if p.mode == "" || r.model == nil || p.text == nil {
		return nil
	}
	path, _ := p.text.literal()
	var out []association
	m, parent := r.model, ""
	for _, name := range strings.Split(path, ".") {
		rel, ok := m.Relation(name)
		if !ok || rel.Kind == models.ManyToMany {
			return nil
		}
		other := models.Of(r.c.lib.Chain.Naming, rel.Type, r.fr.prog)
		if other == nil {
			return nil
		}
		alias := name
		if parent != "" {
			alias = parent + "__" + name
		}
		out = append(out, association{rel, other, alias, parent, nil})
		m, parent = other, alias
	}
	out[len(out)-1].inner = p.inner
	return out
}

// gormJoin is the join of a relation; its table has the name of the path.
func (r *rendering) gormJoin(p part, s association) *Text {
	rel, other, alias := s.rel, s.other, sqlscan.QuoteIdent(s.alias)
	sub := &rendering{fr: r.fr, c: r.c, at: r.at, model: r.model}
	sub.say(p.mode)
	sub.add(tableName(other, r.at))
	sub.say(" " + alias + " ON ")
	for i := range rel.Own {
		if i > 0 {
			sub.say(" AND ")
		}
		if s.parent == "" {
			sub.add(r.own(rel.Own[i], ""))
		} else {
			sub.say(sqlscan.QuoteIdent(s.parent) + "." + quoteName(rel.Own[i]))
		}
		sub.say(" = " + alias + "." + quoteName(rel.Other[i]))
	}
	if other.SoftDelete != "" && !r.c.has("unscoped") {
		sub.say(" AND " + alias + "." + quoteName(other.SoftDelete) + " IS NULL")
	}
	switch {
	case p.inner != nil:
		aliased := *other
		aliased.Alias = s.alias
		on := &rendering{fr: r.fr, c: p.inner, at: r.at, model: &aliased}
		on.conditions(" AND ", p.inner.of("where"))
		sub.out = append(sub.out, on.resolved()...)
	case p.sub > 0:
		sub.say(" ")
		sub.out = append(sub.out, piece{hole: &hole{kind: fragmentHole, name: "condition", repeat: true, why: WhyCall}})
	}
	return &Text{pieces: sub.out}
}

// allRelations is gorm's clause.Associations.
const allRelations = "~~~as~~~"

// gormMore are the statements that Preload adds: one for each level.
func gormMore(r *rendering) texts {
	if r.c.has("create") && r.model != nil {
		sub := &rendering{fr: r.fr, c: &chain{lib: r.c.lib}, at: r.at, finish: "insert", model: r.model}
		sub.insert()
		return texts{concat(&Text{pieces: sub.resolved()})}
	}
	if r.finish == "save" && r.verb() == "update" && r.model != nil && !r.read {
		return r.gormSaved()
	}
	if r.finish == "batches" && r.model != nil {
		next := r.again(r.c.with(part{clause: "where", text: &Text{pieces: []piece{
			{text: "t", from: r.at, stands: ownTable}, {text: ".", from: r.at}, {text: "id", from: r.at, stands: ownKey}, {text: " > ", from: r.at}, {text: "?", from: r.at, bind: true},
		}}}), r.finish)
		return texts{next.one()}
	}
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
				if other := models.Of(r.c.lib.Chain.Naming, rel.Type, r.fr.prog); other != nil {
					out = append(out, r.gormPreload(p, rel, other)...)
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
			if prefix += "." + field; !seen[prefix] {
				seen[prefix] = true
				out = append(out, r.gormPreload(p, rel, other)...)
			}
			m = other
		}
	}
	return out
}

// again returns the rendering of another statement that the same call sends.
func (r *rendering) again(c *chain, finish string) *rendering {
	return &rendering{fr: r.fr, c: c, at: r.at, call: r.call, finish: finish, destination: r.destination, model: r.model}
}

// gormSaved are the statements that Save sends if the row has no key, or if the
// UPDATE finds none.
func (r *rendering) gormSaved() texts {
	var out texts
	if !r.keyed {
		out = append(out, r.again(r.c, "insert").one())
	}
	if !r.c.has("select") && r.c.lib.Chain.Naming == "gorm" {
		c := r.c.with(part{clause: "key given"}, part{clause: "conflict", text: known("ON CONFLICT "+everyColumn, r.at)})
		out = append(out, r.again(c, "insert").one())
	}
	return out
}

// gormPreload are the statements that read a relation; the table between the
// two has one of its own.
func (r *rendering) gormPreload(p part, rel models.Relation, other *models.Model) texts {
	var out texts
	c := &chain{lib: r.c.lib}
	if p.inner != nil {
		c = p.inner
	}
	sub := &rendering{fr: r.fr, c: c, at: r.at, model: other}
	if len(p.text.pieces) > 0 {
		sub.at = p.text.pieces[0].from
		sub.at.made = true
	}
	among := func(sub *rendering, cols []string) (keys []part) {
		if rel.Poly != "" {
			t := concat(known(quoteName(rel.Poly)+" = ", sub.at), polyValue(rel, sub.at))
			keys = append(keys, part{clause: "where", text: t})
		}
		if len(cols) > 1 {
			return append(keys, part{clause: "where", text: sub.rowIn(cols)})
		}
		for _, key := range cols {
			col := sub.own(key, " IN (")
			if r.c.lib.Chain.Naming == "gorm1" {
				col = known(quoteName(key)+" IN (", sub.at)
			}
			t := concat(col, paramText(sub.at), known(")", sub.at))
			keys = append(keys, part{clause: "where", text: t})
		}
		return keys
	}
	if rel.Kind == models.ManyToMany {
		link := &rendering{fr: r.fr, c: &chain{lib: c.lib}, at: sub.at, model: &models.Model{Table: rel.Through, Unsure: rel.ThroughUnsure}}
		link.c = link.c.with(among(link, rel.LinkOwn)...)
		link.selects()
		out = texts{concat(&Text{pieces: link.resolved()})}
	}
	keys := among(sub, rel.Other)
	d := *c
	d.parts = append(keys, c.parts...)
	if r.c.has("unscoped") {
		d.parts = append(d.parts, part{clause: "unscoped"})
	}
	sub.c = &d
	sub.selects()
	return append(out, concat(&Text{pieces: sub.resolved()}))
}

// gormBegin makes a statement about an association one about its rows.
func gormBegin(r *rendering) {
	p, ok := r.c.last("association")
	if !ok {
		return
	}
	name, _ := p.text.literal()
	var rel models.Relation
	var other *models.Model
	if r.model != nil {
		if rel, ok = r.model.Relation(name); ok {
			other = models.Of(r.c.lib.Chain.Naming, rel.Type, r.fr.prog)
		}
	}
	if other == nil {
		r.c = r.c.with(part{clause: "unknown", text: holeText(hole{kind: fragmentHole, name: "association"})})
		return
	}
	r.model = other
	bind := paramText(r.at)
	own := r.own
	if r.c.lib.Chain.Naming == "gorm" && !other.Unsure {
		// Have: it is the whole name of the table that the columns stand behind.
		own = func(column, after string) *Text {
			return known(quoteName(other.Table)+"."+quoteName(column)+after, r.at)
		}
	}
	if rel.Kind == models.ManyToMany {
		on := &rendering{at: r.at}
		link := tableName(&models.Model{Table: rel.Through, Unsure: rel.ThroughUnsure}, r.at)
		for i, c := range rel.Other {
			on.add(concat(link, known("."+quoteName(rel.LinkOther[i])+" = ", r.at), own(c, " AND ")))
		}
		for i, c := range rel.LinkOwn {
			if i > 0 {
				on.say(" AND ")
			}
			on.add(concat(link, known("."+quoteName(c)+" = ", r.at), bind))
		}
		r.c = r.c.with(part{clause: "join", text: concat(known("JOIN ", r.at), link, known(" ON ", r.at), &Text{pieces: on.out})}, part{clause: "link"})
		return
	}
	for _, c := range rel.Other {
		col := own(c, " = ")
		if r.c.lib.Chain.Naming == "gorm1" {
			col = known(quoteName(c)+" = ", r.at)
		}
		r.c = r.c.with(part{clause: "where", text: concat(col, bind)})
	}
	if rel.Poly != "" {
		r.c = r.c.with(part{clause: "where", text: concat(own(rel.Poly, " = "), polyValue(rel, r.at))})
	}
}

// polyValue is what the rows of a relation have in its column Poly.
func polyValue(rel models.Relation, at origin) *Text {
	if rel.PolyValue == "" {
		return paramText(at)
	}
	return known("'"+rel.PolyValue+"'", at)
}

// preloadOf is what gorm's Preload takes: the path of a relation, and what is
// asked of its table, as a condition or a function.
func (fr *frame) preloadOf(st *state, s step) [][]part {
	args := s.call.Args
	p := part{clause: "relation"}
	if len(args) > 1 && !isNil(fr.prog.info, args[1]) {
		out := chains{{lib: s.lib}}
		rest := &ast.CallExpr{Fun: s.call.Fun, Lparen: s.call.Lparen, Rparen: s.call.Rparen}
		for _, a := range args[1:] {
			if _, isFunc := fr.typeOf(a).Underlying().(*types.Signature); !isFunc {
				rest.Args = append(rest.Args, a)
			} else if f, ok := fr.eval(st, a).(function); ok {
				out, _ = fr.invoke(a.Pos(), f, []value{out}).(chains)
			} else {
				out = nil
			}
		}
		if len(rest.Args) > 0 && out != nil {
			// Have: functions are called first, and conditions joined to theirs.
			w := step{s.lib, apis.Effect{Clause: "where", Form: "cond"}, s.verb, s.fn, rest}
			if out = fr.apply(st, w, out); s.call.Ellipsis.IsValid() {
				out = nil
			}
		}
		if len(out) == 1 {
			p.inner = out[0]
		} else {
			p.mode = "unknown"
		}
	}
	var alts [][]part
	for _, t := range fr.texts(st, args[0]) {
		p.text = t
		alts = append(alts, []part{p})
	}
	return alts[:min(len(alts), maxAlternatives)]
}
