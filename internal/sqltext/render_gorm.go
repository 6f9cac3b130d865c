package sqltext

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/models"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// gormStyle is what gorm.io/gorm adds: callbacks/query.go, soft_delete.go.
var gormStyle = style{
	noOffset0: true,
	limit:     map[string]string{"first": "1", "last": "1", "one": "1", "batches": "?"},
	list:      gormList,
	begin:     gormBegin,
	joins:     gormJoins,
	where:     gormWhere,
	order:     gormOrder,
	set:       gormSet,
	written:   gormWritten,
	conflict:  gormConflict,
	more:      gormMore,
}

// gorm1Style is what the first version, github.com/jinzhu/gorm, does otherwise.
var gorm1Style = func() style {
	st := gormStyle
	st.list, st.where, st.order, st.written = gorm1List, gorm1Where, gorm1Order, gorm1Written
	return st
}()

// gorm1List is gormList for the first version: a join selects the own table's
// columns.
func gorm1List(r *rendering, cols []part) bool {
	if len(cols) == 0 && r.c.has("join") && r.model != nil && r.finish != "count" && r.finish != "pluck" {
		r.out = append(r.out, piece{text: "t", from: r.at, stands: ownTable})
		r.say(".*")
		return true
	}
	return gormList(r, cols)
}

// gorm1Where puts the program's conditions in brackets beside the one that a row
// is not deleted, and adds the key of a changed row behind its table.
func gorm1Where(r *rendering, ps []part) []part {
	if r.model == nil {
		return ps
	}
	if r.finish == "save" {
		return append(slices.Clip(ps), r.rowKey(true)...)
	}
	soft := r.model.SoftDelete != "" && !r.c.has("unscoped")
	if ps = slices.Clip(ps); r.verb() == "delete" || r.verb() == "update" {
		ps = append(ps, r.rowKey(true)...)
	}
	if !soft {
		return ps
	}
	if len(ps) > 1 {
		sub := &rendering{fr: r.fr, c: r.c, at: r.at, model: r.model}
		sub.conditions("", ps)
		ps = []part{{clause: "where", text: &Text{pieces: sub.out}}}
	}
	return append([]part{{clause: "where", text: r.own(r.model.SoftDelete, " IS NULL")}}, ps...)
}

// gorm1Order says the direction that gormOrder leaves out.
func gorm1Order(r *rendering) []part {
	ps := gormOrder(r)
	if len(ps) > 0 && r.finish == "first" {
		ps[0].text = concat(ps[0].text, known(" ASC", r.at))
	}
	return ps
}

// gorm1Written returns the key, behind its table.
func gorm1Written(r *rendering) {
	gormWritten(r)
	if r.model != nil {
		r.returned = nil
		for _, key := range r.model.Keys() {
			if t := r.standsFor(ownName); t != "" {
				r.returned = append(r.returned, t+"."+quoteName(key))
			}
		}
	}
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
		if how, ok := fr.joinTarget(args[0]); ok {
			p.mode, p.sub = how, len(args)-1
		} else if name, ok := t.literal(); ok && isColumn(name) {
			p.mode = s.effect.Before
			p.sub = len(args) - 1
			if cs, ok := fr.eval(st, args[len(args)-1]).(chains); ok && p.sub == 1 && len(cs) == 1 {
				p.inner = cs[0]
			}
		}
		out = append(out, []part{p})
	}
	return out
}

// joinTarget reports whether an argument is one of gorm's clause.JoinTarget,
// made by a kind of join or by Has, and how it joins.
func (fr *frame) joinTarget(e ast.Expr) (how string, ok bool) {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return "", false
	}
	s, ok := fr.step(call)
	if !ok || s.lib.NameOf(fr.typeOf(e)) != "clause.JoinTarget" {
		return "", false
	}
	if s.fn.Signature().Recv() == nil {
		return "INNER JOIN ", true
	}
	kind, ok := fr.constantValue(receiver(call))
	return kind + " JOIN ", ok
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
			ps = append(ps, part{clause: "suffix", text: fr.gap(fragmentHole, a)})
		default:
			ps = append(ps, part{clause: clause, text: fr.expression(st, s.lib, a)[0]})
		}
	}
	return [][]part{ps}
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
	if r.c.has("link") {
		r.columns(r.model.Columns, omitted)
		return true
	}
	if !r.c.has("join") && len(omitted) == 0 {
		if smaller := r.smaller(); smaller != nil {
			r.columns(smaller.Columns, nil)
			return true
		}
		r.say("*")
		return true
	}
	for _, p := range r.c.of("join") {
		if text, ok := p.text.literal(); !ok && len(p.text.pieces) == 1 || p.mode != "" && len(r.associations(p)) == 0 && text != "" {
			r.lacks(fragmentHole, "columns") // Have: what an association has is selected, too.
			return true
		}
	}
	r.columns(r.model.Columns, omitted)
	seen := make(map[string]bool)
	for _, p := range r.c.of("join") {
		for _, s := range r.associations(p) {
			if seen[s.alias] {
				continue
			}
			seen[s.alias] = true
			for _, c := range s.columns() {
				r.say(", " + sqlscan.QuoteIdent(s.alias) + "." + quoteName(c.Name) + " AS " + sqlscan.QuoteIdent(s.alias+"__"+c.Name))
			}
		}
	}
	return true
}

// smaller returns the model of the destination if it is another type than
// the statement's: its columns alone are selected.
func (r *rendering) smaller() *models.Model {
	if r.typ == nil || r.finish == "rows" {
		return nil
	}
	m := models.Columns(r.c.lib.Chain.Naming, r.typ, r.fr.prog)
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
	// Have: a function that is not known may ask for the rows that are deleted, too.
	soft := r.model.SoftDelete != "" && !r.c.has("unscoped") && !r.c.isUnsure()
	ps = slices.Clip(ps)
	if verb == "delete" || verb == "select" && r.keyed {
		ps = append(ps, r.rowKey(true)...)
	}
	if soft {
		if slices.ContainsFunc(ps, func(p part) bool { return p.mode == "or" }) {
			// Have: conditions joined by OR stand in brackets beside the one
			// that is added.
			sub := &rendering{fr: r.fr, c: r.c, at: r.at, model: r.model}
			sub.conditions("(", ps)
			sub.say(")")
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
	if !ok && r.typ != nil {
		given = r.row
	}
	if !given || len(r.model.Keys()) == 0 {
		return nil
	}
	keys := r.model.Keys()
	if t := r.typ; !own && len(keys) == 1 {
		if ok {
			t = p.typ
		}
		if isList(t) {
			return []part{{clause: "where", text: concat(known(quoteName(keys[0])+" IN (", r.at), paramText(r.at), known(")", r.at))}}
		}
	}
	if own && len(keys) > 1 && (r.verb() != "select" || isList(r.typ)) {
		return []part{{clause: "where", text: r.rowIn(keys)}}
	}
	var out []part
	for _, key := range keys {
		t := concat(known(quoteName(key)+" = ", r.at), paramText(r.at))
		if own {
			t = concat(r.own(key, " = "), paramText(r.at))
		}
		out = append(out, part{clause: "where", text: t})
	}
	return out
}

// rowIn is the condition that several columns have the values of one of a list of
// rows.
func (r *rendering) rowIn(columns []string) *Text {
	row := &rendering{at: r.at}
	for i, name := range columns {
		row.say([...]string{"(", ", "}[min(i, 1)])
		row.add(r.own(name, ""))
	}
	row.say(") IN ((")
	for i := range columns {
		if i > 0 {
			row.say(", ")
		}
		row.add(paramText(r.at))
	}
	row.say("))")
	return &Text{pieces: row.out}
}

// isList reports whether t is a slice, or points to one.
func isList(t types.Type) bool {
	if t == nil {
		return false
	}
	_, ok := golang.Deref(t).Underlying().(*types.Slice)
	return ok
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
	ps = r.gormChosen(ps)
	for _, c := range r.model.Columns {
		if c.Updated && len(ps) > 0 && r.finish == "update" && !slices.ContainsFunc(ps, func(p part) bool { return assigns(p, c) }) {
			ps = append(ps[:len(ps):len(ps)], set(c.Name))
		}
	}
	return ps
}

// assigns reports whether a part gives a column its value.
func assigns(p part, c models.Column) bool {
	s := strings.TrimSpace(p.text.Source().Text)
	name, _, _ := strings.Cut(s, " ")
	return strings.Trim(name, `"`) == c.Name
}

// gormChosen leaves the assignments of the columns that Select names, or Omit
// does not; of a struct's fields, Select takes those that are zero, too.
func (r *rendering) gormChosen(ps []part) []part {
	chosen, omitted := r.c.of("select"), r.c.of("omit")
	if len(chosen)+len(omitted) == 0 {
		return ps
	}
	every := slices.ContainsFunc(chosen, func(p part) bool { s, _ := p.text.literal(); return s == "*" })
	fields := r.c.has("set fields")
	var out []part
	for _, c := range r.model.Columns {
		i := slices.IndexFunc(ps, func(p part) bool { return assigns(p, c) })
		named := every && !c.Key || isNamed(chosen, c)
		switch {
		case isNamed(omitted, c) || len(chosen) > 0 && !named:
		case i >= 0:
			out = append(out, ps[i])
		case fields && named:
			out = append(out, part{clause: "set", text: concat(known(quoteName(c.Name)+" = ", r.at), paramText(r.at))})
		}
	}
	for _, p := range ps {
		if _, ok := p.text.literal(); !ok && len(p.text.pieces) == 1 && !(fields && len(chosen) > 0) {
			out = append(out, p) // Have: what is assigned is not known.
		}
	}
	if unknownName(chosen) || unknownName(omitted) {
		out = append(out, part{clause: "set", text: holeText(hole{kind: fragmentHole, name: "values"})})
	}
	return out
}

// isNamed reports whether a column is among those that parts name.
func isNamed(ps []part, c models.Column) bool {
	return slices.ContainsFunc(ps, func(p part) bool { s, _ := p.text.literal(); return s == c.Name || s == c.Field })
}

// gormConflict adds what an INSERT does with rows that are there. All columns
// are updated but the key and those that say when the row was made.
func gormConflict(r *rendering) {
	p, ok := r.c.last("conflict")
	if !ok && r.finish == "save" && r.severalRows() {
		p.text, ok = known("ON CONFLICT "+everyColumn, r.at), true
	}
	if !ok || p.text == nil {
		return
	}
	text, known1 := p.text.literal()
	before, after, all := strings.Cut(text, everyColumn)
	if !known1 || !all || r.model == nil {
		r.say(" ")
		if t := p.text.Source().Text; strings.Contains(t, everyColumn) {
			r.say("ON CONFLICT ")
			r.lacks(fragmentHole, "action")
			return
		}
		r.add(p.text)
		return
	}
	target := strings.TrimSpace(strings.TrimPrefix(before, "ON CONFLICT"))
	if target == "" {
		target = "(" + quoteName(strings.Join(r.model.Keys(), ", ")) + ")"
	}
	var set []string
	chosen, omitted := r.c.of("select"), r.c.of("omit")
	for _, c := range r.model.Columns {
		if c.Key || c.Auto || c.Field == "CreatedAt" || len(chosen) > 0 && !isNamed(chosen, c) || isNamed(omitted, c) {
			continue
		}
		val := "excluded." + quoteName(c.Name)
		if c.Updated {
			val = "?"
		}
		set = append(set, quoteName(c.Name)+" = "+val)
	}
	if len(set) == 0 {
		r.say(" ON CONFLICT " + target + " DO NOTHING")
		return
	}
	r.say(" ON CONFLICT " + target + " DO UPDATE SET " + strings.Join(set, ", ") + after)
}

// everyColumn is how the data file writes that all columns are updated.
const everyColumn = "DO UPDATE SET _"

// gormPairs adds the columns of rows that are maps: their keys.
func (r *rendering) gormPairs() {
	var names []string
	for i := 0; r.pairs != nil && i < len(r.pairs.keys); i++ {
		name, ok := "", len(r.pairs.keys[i]) == 1
		if ok {
			name, ok = r.pairs.keys[i][0].literal()
		}
		if !ok {
			names = nil
			break
		}
		if c, ok := r.model.Column(name); ok {
			name = c.Name
		}
		names = append(names, quoteName(name))
	}
	if len(names) == 0 {
		r.say(" ")
		r.lacks(fragmentHole, "values")
		r.returned = nil
		return
	}
	r.say(" (" + strings.Join(names, ", ") + ") VALUES (" + strings.TrimSuffix(strings.Repeat("?, ", len(names)), ", ") + ")")
}

// gormWritten adds the columns of a model that is created.
func gormWritten(r *rendering) {
	if r.model == nil {
		r.say(" ")
		r.lacks(fragmentHole, "values")
		return
	}
	var names []string
	returned, last := []string{}, []string(nil)
	counted := func(c models.Column) bool { return c.Counted && isNumber(c.Type) && len(r.model.Keys()) == 1 }
	for _, first := range [...]bool{true, false} {
		for _, c := range r.model.Columns {
			if first && c.Auto || !first && !c.Auto && counted(c) {
				returned = append(returned, quoteName(c.Name)) // Have: those that say so stand first.
			}
		}
	}
	r.returned = returned
	if r.typ != nil {
		if _, ok := behind(r.typ).Underlying().(*types.Map); ok {
			r.gormPairs()
			return
		}
	}
	chosen, omitted := r.c.of("select"), r.c.of("omit")
	for _, c := range r.model.Columns {
		if counted(c) || c.Auto {
			if c.Key {
				if r.c.has("key given") || r.keyed {
					last = append(last, quoteName(c.Name))
				}
				continue
			}
			if given := fieldsOf(r.lit); given == nil {
				r.say(" ") // Have: the column is left out where the field is zero.
				r.lacks(fragmentHole, "values")
				return
			} else if given[c.Field] {
				last = append(last, quoteName(c.Name))
			}
			continue
		}
		stamped := c.Updated || c.Field == "CreatedAt"
		if len(chosen) > 0 && !stamped && !isNamed(chosen, c) || isNamed(omitted, c) {
			continue
		}
		names = append(names, quoteName(c.Name))
	}
	names = append(names, last...)
	if len(names) == 0 {
		r.say(" DEFAULT VALUES")
		return
	}
	r.say(" (" + strings.Join(names, ", ") + ") VALUES (")
	for i := range names {
		if i > 0 {
			r.say(", ")
		}
		r.out = append(r.out, piece{text: "?", from: r.at, bind: true})
	}
	r.say(")")
}
