package sqltext

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/models"
)

// given returns the fields that the model's row is made with; nil if they
// are not known.
func (r *rendering) given() map[string]bool {
	p, ok := r.c.last("model")
	if !ok {
		return nil
	}
	return fieldsOf(p.lit)
}

// fieldsOf returns the fields that a literal gives; nil if that is not known.
func fieldsOf(lit *ast.CompositeLit) map[string]bool {
	if lit == nil {
		return nil
	}
	out := make(map[string]bool)
	for _, e := range lit.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			return nil
		}
		if id, ok := kv.Key.(*ast.Ident); ok {
			out[id.Name] = true
		}
	}
	return out
}

// ownValue returns what Value gives a column.
func (r *rendering) ownValue(column string) (*Text, bool) {
	for _, p := range r.c.of("model value") {
		if p.mode == column {
			return p.text, true
		}
	}
	return nil, false
}

// chosen returns the columns of the model that the program names, or all.
func (r *rendering) chosen() (cols []models.Column, known bool) {
	named := r.c.of("select")
	omitted := r.c.of("omit")
	for _, c := range readable(r.model) {
		is := func(p part) bool { s, _ := p.text.literal(); return strings.Trim(s, `"`) == c.Name }
		if len(named) > 0 && !slices.ContainsFunc(named, is) || slices.ContainsFunc(omitted, is) {
			continue
		}
		cols = append(cols, c)
	}
	for _, p := range append(named, omitted...) {
		if _, ok := p.text.literal(); !ok || p.repeat {
			return nil, false
		}
	}
	return cols, true
}

// bunHook adds what the model's own method adds to each statement of a kind that
// is sent to be read into it, or changes it.
func (r *rendering) bunHook() {
	name := map[string]string{"select": "BeforeSelect", "insert": "BeforeInsert", "update": "BeforeUpdate", "delete": "BeforeDelete"}[r.verb()]
	if name == "" || r.model == nil || r.model.Type == nil || r.c.has("raw") || r.verb() == "select" && r.finish != "select" && r.finish != "select count" {
		return
	}
	obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(r.model.Type), true, r.model.Type.Obj().Pkg(), name)
	hook, ok := obj.(*types.Func)
	if !ok || hook.Signature().Params().Len() != 2 || r.fr.prog.building(hook.Signature().Params().At(1).Type()) != r.c.lib {
		return
	}
	_, left := r.fr.enterValue(token.NoPos, function{fn: hook.Origin()}, []value{nil, chains{r.c}}, 1)
	after, _ := left.(chains)
	switch {
	case len(after) == 1:
		r.c = after[0]
		return
	case len(after) > 1:
		if g := after.generalised(); g != nil {
			r.c = g
			return
		}
	}
	r.c = chains{r.c}.unsure(name)[0]
}

// bunSet adds the columns of the row that is given.
func bunSet(r *rendering, ps []part) []part {
	p, ok := r.c.last("model")
	_, many := types.Type(nil), false
	if ok {
		_, many = derefAll(p.typ).Underlying().(*types.Slice)
	}
	row := ok && (p.mode == "row" || p.lit != nil)
	switch {
	case many && r.c.has("bulk") && r.model == nil:
		return append([]part{{clause: "set", text: holeText(hole{kind: fragmentHole, name: "values"})}}, ps...)
	case !row || many || len(ps) > 0 && !r.c.has("select"):
		return ps
	case r.model == nil:
		return append([]part{{clause: "set", text: holeText(hole{kind: fragmentHole, name: "values"})}}, ps...)
	}
	cols, all := r.chosen()
	given := r.given()
	var own []part
	for _, c := range cols {
		val, has := r.ownValue(c.Name)
		if c.Key || c.Fixed || !has && r.c.has("omit zero") && given != nil && !given[c.Field] {
			continue
		}
		if !has {
			val = paramText(r.at)
		}
		own = append(own, part{clause: "set", text: concat(known(quoteName(c.Name)+" = ", r.at), val)})
	}
	if !all || r.c.has("omit zero") && given == nil {
		own = []part{{clause: "set", text: holeText(hole{kind: fragmentHole, name: "values"})}}
	}
	return append(own, ps...)
}

// bunWritten adds the columns and values of an INSERT.
func bunWritten(r *rendering) {
	cols := r.c.of("select")
	if others := r.others(); len(others) > 0 {
		if len(cols) > 0 {
			r.joined(" (", cols, ", ")
			r.say(")")
		}
		r.say(" SELECT ")
		if len(cols) > 0 {
			r.joined("", cols, ", ")
		} else {
			r.say("*")
		}
		r.joined(" FROM ", others, ", ")
		return
	}
	if r.model == nil {
		r.say(" ")
		r.lacks(fragmentHole, "values")
		return
	}
	list, all := r.chosen()
	if !all {
		r.say(" ")
		r.lacks(fragmentHole, "values")
		return
	}
	var names, vals []part
	for _, c := range list {
		names = append(names, part{text: known(quoteName(c.Name), r.at)})
		val, ok := r.ownValue(c.Name)
		switch {
		case ok:
		case r.defaulted(c):
			val = known("DEFAULT", r.at)
		default:
			val = paramText(r.at)
		}
		vals = append(vals, part{text: val})
	}
	for _, p := range r.c.of("model value") {
		if _, ok := r.model.Column(p.mode); !ok {
			names = append(names, part{text: known(quoteName(p.mode), r.at)})
			vals = append(vals, part{text: p.text})
		}
	}
	r.joined(" (", names, ", ")
	r.say(")")
	r.joined(" VALUES (", vals, ", ")
	r.say(")")
}

// defaulted reports whether a column is written as DEFAULT: a zero value that
// the database replaces. Of a row that is not known it is the key that the
// database counts.
func (r *rendering) defaulted(c models.Column) bool {
	given := r.given()
	if given != nil {
		return c.Nullzero && !given[c.Field]
	}
	return c.Auto && !r.conflictsBy(c)
}

// conflictsBy reports whether a new row may meet another one in a column: it
// brings its value.
func (r *rendering) conflictsBy(c models.Column) bool {
	p, ok := r.c.last("conflict")
	if !ok || p.text == nil {
		return false
	}
	_, target, ok := strings.Cut(p.text.Source().Text, "(")
	target, _, _ = strings.Cut(target, ")")
	return ok && slices.ContainsFunc(strings.Split(target, ","), func(s string) bool { return strings.Trim(s, ` "`) == c.Name })
}

// bunConflict adds ON with what is set then.
func bunConflict(r *rendering) {
	p, ok := r.c.last("conflict")
	if !ok || p.text == nil {
		return
	}
	r.say(" ")
	r.add(p.text)
	set := r.c.of("set")
	text, _ := p.text.literal()
	switch {
	case len(set) > 0:
		r.say(" SET ")
		r.joined("", set, ", ")
	case strings.HasSuffix(strings.ToUpper(text), " DO UPDATE") && r.model != nil:
		if cols, all := r.chosen(); all {
			for _, c := range cols {
				if !c.Key {
					n := quoteName(c.Name)
					set = append(set, part{text: known(n+" = EXCLUDED."+n, r.at)})
				}
			}
			r.joined(" SET ", set, ", ")
			break
		}
		r.say(" SET ")
		r.lacks(fragmentHole, "values")
	}
	r.conditions(" WHERE ", r.c.of("where"))
}

// bunReturning adds what a new row gets from the database.
func bunReturning(r *rendering, ps []part) []part {
	if len(ps) == 1 {
		if s, ok := ps[0].text.literal(); ok && (s == "" || strings.EqualFold(s, "null")) {
			return nil
		}
	}
	if len(ps) > 0 || r.verb() != "insert" || r.model == nil || len(r.others()) > 0 {
		return ps
	}
	perhaps := false
	if cols, all := r.chosen(); all {
		for _, c := range cols {
			if _, ok := r.ownValue(c.Name); ok || r.defaulted(c) {
				ps = append(ps, part{text: known(quoteName(c.Name), r.at)})
			} else if c.Nullzero && r.given() == nil {
				perhaps = true
			}
		}
	}
	if perhaps {
		// Have: of a row that is not known, those that are zero are returned.
		ps = append(ps, part{repeat: true, text: holeText(hole{kind: fragmentHole, name: "columns", repeat: true, why: WhyLibrary})})
	}
	return ps
}
