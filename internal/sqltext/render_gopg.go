package sqltext

import (
	"go/types"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// gopgStyle is what github.com/go-pg/pg adds. bun was made of it: what is not
// here is alike.
var gopgStyle = func() style {
	st := bunStyle
	st.exists = false
	st.limit = map[string]string{"first": "1", "last": "1", "exists": "1"}
	st.list, st.order, st.begin, st.written, st.conflict, st.more = gopgList, gopgOrder, gopgBegin, gopgWritten, gopgConflict, gopgMore
	return st
}()

// gopgBegin joins the rows of a slice that are found by their keys, or written,
// which stand in the statement.
func gopgBegin(r *rendering) {
	bunBegin(r)
	if r.c.has("unscoped") {
		r.c = r.c.with(part{clause: "deleted", text: known("only", r.at)}) // Have: ForceDelete deletes what is marked.
	}
	p, ok := r.c.last("model")
	if !ok || p.typ == nil || r.verb() == "insert" {
		return
	}
	if _, many := golang.Deref(p.typ).Underlying().(*types.Slice); many && (r.c.has("key") || r.verb() != "select") {
		r.c = r.c.with(part{clause: "unknown", text: holeText(hole{kind: fragmentHole, name: "rows"})})
	}
}

// gopgList names columns without their table, save where it selects all.
func gopgList(r *rendering, cols []part) bool {
	switch {
	case r.finish == "exists":
		r.say("1")
		return true
	case len(cols) > 0 && r.finish != "count":
		for i := range cols {
			cols[i].mode = ""
		}
	case len(r.c.of("omit")) > 0 && r.model != nil && r.finish != "count":
		omitted := r.c.of("omit")
		for _, c := range readable(r.model) {
			if !slices.ContainsFunc(omitted, func(p part) bool { s, _ := p.text.literal(); return s == c.Name }) {
				cols = append(cols, part{text: known(quoteName(c.Name), r.at)})
			}
		}
		if unknownName(omitted) {
			r.lacks(fragmentHole, "columns")
			return true
		}
	}
	return bunList(r, cols)
}

func gopgOrder(r *rendering) []part {
	if r.finish != "first" && r.finish != "last" {
		return nil
	}
	if r.model == nil || len(r.model.Keys()) == 0 {
		return []part{{clause: "order", text: holeText(hole{kind: fragmentHole, name: "key"})}}
	}
	keys := r.model.Keys()
	var out []part
	for i, key := range keys {
		after := ""
		if r.finish == "last" && i == len(keys)-1 {
			after = " DESC"
		}
		out = append(out, part{clause: "order", text: r.own(key, after)})
	}
	return out
}

// gopgWritten writes zero values as DEFAULT: of a row that is not known neither
// the values are, nor what is returned.
func gopgWritten(r *rendering) {
	if r.model == nil || r.given() != nil || len(r.others()) > 0 {
		bunWritten(r)
		return
	}
	list, all := r.chosen()
	if !all || r.c.has("model value") {
		r.say(" ")
		r.lacks(fragmentHole, "values")
		return
	}
	var names []part
	for _, c := range list {
		names = append(names, part{text: known(quoteName(c.Name), r.at)})
	}
	r.joined(" (", names, ", ")
	r.say(") VALUES (")
	r.lacks(fragmentHole, "values")
	r.say(")")
}

// gopgConflict takes for conditions of the change what is asked behind DO
// UPDATE; what is asked for before is none of an INSERT's.
func gopgConflict(r *rendering) {
	p, ok := r.c.last("conflict")
	text, _ := "", false
	if ok {
		text, _ = p.text.literal()
	}
	if strings.HasSuffix(strings.ToUpper(text), "DO UPDATE") {
		at := slices.IndexFunc(r.c.parts, func(p part) bool { return p.clause == "conflict" })
		if slices.ContainsFunc(r.c.parts[:at], func(p part) bool { return p.clause == "where" }) {
			r.say(" ")
			r.lacks(fragmentHole, "conflict")
			return
		}
	} else {
		r.c = r.c.without("where")
	}
	bunConflict(r)
}

// gopgMore is the INSERT of SelectOrInsert.
func gopgMore(r *rendering) texts {
	out := bunMore(r)
	if r.c.has("create") {
		out = append(out, r.again(r.c.without("select").without("create").without("where"), "insert").one())
	}
	return out
}
