package sqltext

import (
	"go/types"
	"strings"

	"github.com/sqlvet/sqlvet/internal/models"
)

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
