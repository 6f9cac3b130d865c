package sqltext

import (
	"strings"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// resolved puts names in the places that depend on the whole statement.
func (r *rendering) resolved() []piece {
	out := r.out
	for i, p := range out {
		if p.stands == 0 {
			continue
		}
		out[i].text, out[i].stands = r.standsFor(p.stands), 0
		if out[i].text == "" {
			out[i] = piece{hole: &hole{kind: sqlscan.HoleIdent, name: "table", why: r.whyLacks()}}
		}
	}
	return out
}

// standsFor returns what takes the place of a stand-in; "" if that is not
// known.
func (r *rendering) standsFor(s standIn) string {
	switch {
	case s == ownTable:
		return r.ownTable()
	case s == ownKey && r.model != nil && r.model.First != "":
		return quoteName(r.model.First)
	case s == ownKey && (r.model == nil || len(r.model.Keys()) == 0):
		return "id"
	case r.model == nil:
		return ""
	}
	list := func(names []string, table string) string {
		quoted := make([]string, len(names))
		for i, n := range names {
			quoted[i] = table + quoteName(n)
		}
		return strings.Join(quoted, ", ")
	}
	var columns []string
	for _, c := range r.model.Columns {
		if !c.ReadOnly {
			columns = append(columns, c.Name)
		}
	}
	switch s {
	case ownKey:
		return quoteName(r.model.Keys()[0])
	case ownName:
		if r.model.Unsure {
			return ""
		}
		return quoteName(r.model.Table)
	case ownKeys:
		return list(r.model.Keys(), "")
	case ownTableKeys:
		return list(r.model.Keys(), r.ownTable()+".")
	case ownColumns:
		return list(columns, "")
	}
	return list(columns, r.ownTable()+".")
}

// ownTable is what columns of the statement's own table are qualified with:
// its alias, or its name; "" if that is not known.
func (r *rendering) ownTable() string {
	if r.model != nil && r.model.Alias != "" {
		return quoteName(r.model.Alias)
	}
	if ps := r.c.of("table"); len(ps) > 0 {
		if s, ok := ps[len(ps)-1].text.literal(); ok {
			words := strings.Fields(s)
			if len(words) > 0 {
				return words[len(words)-1]
			}
		}
		return ""
	}
	if r.model == nil || r.model.Unsure {
		return ""
	}
	if r.c.lib.Chain.Naming == "gorm" {
		// Have: gorm takes the name behind the schema's.
		return quoteName(r.model.Table[strings.LastIndexByte(r.model.Table, '.')+1:])
	}
	return quoteName(r.model.Table)
}

// A style is what a library with models adds to its statements.
type style struct {
	// exists: EXISTS is asked of the database, and not a row.
	exists bool
	// countRows is the name under which groups and distinct rows are counted;
	// "" if they are not.
	countRows string
	// countAll: LIMIT, OFFSET and locks are left out where rows are counted.
	countAll bool
	// unionBrackets: the first statement of a union stands in brackets.
	unionBrackets bool
	// noTable: a statement may have no table.
	noTable bool
	// aliased: a statement has the alias that it stands under within another.
	aliased bool
	// noOffset0: OFFSET 0 is left out.
	noOffset0 bool
	// begin changes the statement before it is rendered.
	begin func(r *rendering)
	// tables returns what the statement is about, its own table first; others
	// stand behind FROM or USING of a statement that is no SELECT.
	tables func(r *rendering) []part
	// limit is the LIMIT of a finisher.
	limit map[string]string
	// list adds the select list and reports whether it did; cols is what the
	// program selects.
	list func(r *rendering, cols []part) bool
	// joins replaces joins by name.
	joins func(r *rendering, ps []part) []part
	// where adds to the conditions, order to the order.
	where func(r *rendering, ps []part) []part
	order func(r *rendering) []part
	// set adds to the assignments of an UPDATE, written the columns and values
	// of an INSERT.
	set     func(r *rendering, ps []part) []part
	written func(r *rendering)
	// conflict adds what an INSERT does with rows that are there; returning
	// changes what is returned.
	conflict  func(r *rendering)
	returning func(r *rendering, ps []part) []part
	// softly is what is set where a row is marked as deleted; the column's new
	// value if nil.
	softly func(r *rendering) *Text
	// more are the statements sent besides.
	more func(r *rendering) texts
	// skip reports whether only more is sent.
	skip func(r *rendering) bool
	// edge is the condition that a row has others at the end of an edge for
	// which the condition with holds; nil if none is asked.
	edge func(fr *frame, s step, with texts) texts
}

// styles has the libraries by the name of their rules for models.
var styles map[string]*style

func init() {
	// Have: what a style does may ask for styles.
	styles = map[string]*style{"bun": &bunStyle, "ent": &entStyle, "gopg": &gopgStyle, "goqu": &goquStyle, "gorm": &gormStyle, "gorm1": &gorm1Style, "xorm": &xormStyle}
}
