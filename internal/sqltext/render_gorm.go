package sqltext

import (
	"go/types"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/models"
)

// gormStyle is what gorm.io/gorm adds: callbacks/query.go, soft_delete.go.
var gormStyle = style{
	limit:   map[string]string{"first": "1", "last": "1", "one": "1"},
	list:    gormList,
	where:   gormWhere,
	order:   gormOrder,
	set:     gormSet,
	written: gormWritten,
}

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
	return true
}

// smaller returns the model of the destination if it is another type than
// the statement's: its columns alone are selected.
func (r *rendering) smaller() *models.Model {
	if r.dest == nil || r.finish == "rows" {
		return nil
	}
	m := models.Of(r.c.lib.Chain.Naming, r.dest, r.fr.prog)
	if m == nil || types.Identical(m.Type, r.model.Type) || len(m.Columns) == 0 {
		return nil
	}
	return m
}

// columns adds the columns of the statement's own table.
func (r *rendering) columns(cols []models.Column, omitted []part) {
	n := 0
	for _, c := range cols {
		if slices.ContainsFunc(omitted, func(p part) bool { s, _ := p.text.literal(); return s == c.Name || s == c.Field }) {
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

func gormWhere(r *rendering, ps []part) []part {
	if r.model == nil {
		return ps
	}
	if r.model.SoftDelete == "" || r.c.has("unscoped") || r.verb() == "insert" {
		return ps
	}
	if slices.ContainsFunc(ps, func(p part) bool { return p.mode == "or" }) {
		// Have: conditions joined by OR stand in brackets beside the one
		// that is added.
		sub := &rendering{fr: r.fr, c: r.c, at: r.at, model: r.model}
		sub.conditions("", ps)
		ps = []part{{clause: "where", text: concat(known("(", r.at), &Text{pieces: sub.out}, known(")", r.at))}}
	}
	return append(slices.Clip(ps), part{clause: "where", text: r.own(r.model.SoftDelete, " IS NULL")})
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
		if c.Updated && len(ps) > 0 && !r.c.has("quiet") && !r.c.has("update columns") {
			ps = append(ps[:len(ps):len(ps)], set(c.Name))
		}
	}
	return ps
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
	for _, c := range r.model.Columns {
		if c.Key && isNumber(c.Type) && len(r.model.Keys()) == 1 || c.Auto {
			returned = append(returned, quoteName(c.Name))
			if c.Key {
				continue
			}
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
	if len(returned) > 0 && !r.c.has("returning") && !r.c.has("conflict") {
		r.say(" RETURNING " + strings.Join(returned, ", "))
	}
}
