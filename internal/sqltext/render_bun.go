package sqltext

import (
	"go/types"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/models"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// bunStyle is what github.com/uptrace/bun adds for PostgreSQL: query_*.go,
// relation_join.go.
var bunStyle = style{
	noOffset0:     true,
	exists:        true,
	countRows:     "_count_wrapper",
	countAll:      true,
	unionBrackets: true,
	noTable:       true,
	begin:         bunBegin,
	tables:        bunTables,
	list:          bunList,
	joins:         bunJoins,
	where:         bunWhere,
	set:           bunSet,
	written:       bunWritten,
	conflict:      bunConflict,
	returning:     bunReturning,
	more:          bunMore,
}

// A branch is a relation that a statement asks for.
type branch struct {
	rel    models.Relation
	other  *models.Model
	alias  string // of its table, in the statement that joins it
	parent string // what the other side's columns are qualified with; "" for the statement's own table
	inner  *chain // what is added to it; nil if nothing
	path   string // the relations behind it, if it is read by a statement of its own
}

// branches returns the relations that are joined, and those that are read by
// statements of their own. unknown: there are others.
func (r *rendering) branches() (joined, apart []branch, unknown bool) {
	if r.model == nil {
		return nil, nil, r.c.has("relation")
	}
	for _, p := range r.c.of("relation") {
		path, ok := p.text.literal()
		if !ok {
			unknown = true
			continue
		}
		m, alias, parent := r.model, "", ""
		fields := strings.Split(path, ".")
		for i, field := range fields {
			rel, ok := m.Relation(field)
			var other *models.Model
			if ok {
				other = models.Of(r.c.lib.Chain.Naming, rel.Type, r.fr.prog)
			}
			if other == nil || rel.Kind == models.ManyToMany && len(rel.LinkOwn) == 0 {
				unknown = true
				break
			}
			b := branch{rel: rel, other: other, parent: parent}
			last := i == len(fields)-1
			if last {
				b.inner = p.inner
			}
			if rel.Kind == models.HasMany || rel.Kind == models.ManyToMany {
				if b.inner, b.path = nil, strings.Join(fields[i+1:], "."); last || b.path != "" {
					b.inner = p.inner
				}
				apart = append(apart, b)
				break
			}
			if alias != "" {
				alias += "__"
			}
			alias += rel.Name
			b.alias, m, parent = alias, other, alias
			if old := slices.IndexFunc(joined, func(o branch) bool { return o.alias == alias }); old >= 0 {
				if b.inner != nil {
					joined[old].inner = b.inner
				}
				continue
			}
			joined = append(joined, b)
		}
	}
	return joined, apart, unknown
}

// bunBegin adds what the functions of joined relations add to the statement
// itself: all but columns.
func bunBegin(r *rendering) {
	r.bunHook()
	if r.verb() == "truncate" && !r.c.has("continue") {
		r.c = r.c.without("suffix").with(append([]part{{clause: "suffix", text: known("RESTART IDENTITY", r.at)}}, r.c.of("suffix")...)...)
	}
	joined, _, unknown := r.branches()
	for _, b := range joined {
		for _, w := range b.rel.Where {
			r.c = r.c.with(part{clause: "where", text: known(w, r.at)})
		}
		if b.inner == nil {
			continue
		}
		for _, p := range b.inner.parts {
			if p.clause != "select" && p.clause != "omit" {
				r.c = r.c.with(p)
			}
		}
	}
	if unknown {
		r.c = r.c.with(part{clause: "join", text: holeText(hole{kind: fragmentHole, name: "relation", repeat: true})})
	}
	if r.c.has("bulk") && r.model != nil {
		r.bunBulk()
	}
}

// bunBulk makes an UPDATE one of many rows, which stand in front: Bulk in
// query_update.go.
func (r *rendering) bunBulk() {
	const rows = "_data"
	parts := []part{
		{clause: "with", text: concat(known(rows+" ", r.at), holeText(hole{kind: fragmentHole, name: "rows"}))},
		{clause: "table", text: known(rows, r.at)},
	}
	cols, all := r.chosen()
	for _, c := range cols {
		if !c.Key && !c.Fixed {
			name := quoteName(c.Name)
			parts = append(parts, part{clause: "set", text: known(name+" = "+rows+"."+name, r.at)})
		}
	}
	if !all {
		parts = append(parts, part{clause: "set", text: holeText(hole{kind: fragmentHole, name: "values"})})
	}
	same := &rendering{at: r.at}
	for i, key := range r.model.Keys() {
		if i > 0 {
			same.say(" AND ")
		}
		same.add(r.own(key, " = "+rows+"."+quoteName(key)))
	}
	r.c = r.c.with(append(parts, part{clause: "where", text: &Text{pieces: same.out}})...)
}

func bunTables(r *rendering) []part {
	var out []part
	switch p, ok := r.c.last("model table"); {
	case ok:
		out = append(out, p)
	case r.model != nil:
		t := tableName(r.model, r.at)
		if r.verb() == "select" {
			t = readAs(r.model, r.at)
		}
		if r.model.Alias != "" && r.verb() != "truncate" && (r.verb() != "insert" || r.c.has("conflict")) {
			t = concat(t, known(" AS "+quoteName(r.model.Alias), r.at))
		}
		out = append(out, part{clause: "table", text: t})
	case r.c.has("model") && r.modelUnknown():
		out = append(out, part{clause: "table", text: holeText(hole{kind: sqlscan.HoleIdent, name: "table", why: r.whyLacks()})})
	}
	return append(out, r.c.of("table")...)
}

// readAs is what a statement that reads a model's rows names.
func readAs(m *models.Model, at origin) *Text {
	if m.Read != "" {
		return known(quoteName(m.Read), at)
	}
	return tableName(m, at)
}

func derefAll(t types.Type) types.Type {
	for {
		ptr, ok := t.Underlying().(*types.Pointer)
		if !ok {
			return t
		}
		t = ptr.Elem()
	}
}

func bunList(r *rendering, cols []part) bool {
	if r.finish == "count" && !r.c.has("group") && !r.c.has("distinct") {
		r.say("count(*)")
		return true
	}
	omitted := r.c.of("omit")
	start := len(r.out)
	switch {
	case len(cols) > 0:
		r.joined("", r.qualifiedColumns(cols, r.model, ""), ", ")
	case slices.ContainsFunc(omitted, func(p part) bool { s, _ := p.text.literal(); return s == "*" }):
	case r.model != nil:
		r.columns(readable(r.model), omitted)
	case r.modelUnknown() || r.open():
		r.lacks(fragmentHole, "columns")
	default:
		r.say("*")
	}
	joined, _, _ := r.branches()
	for _, b := range joined {
		list := b.columns(r)
		if len(list) > 0 && len(r.out) > start {
			r.say(", ")
		}
		r.joined("", list, ", ")
	}
	return true
}

// readable are the columns that are selected.
func readable(m *models.Model) []models.Column {
	return slices.DeleteFunc(slices.Clone(m.Columns), func(c models.Column) bool { return c.ReadOnly })
}

// qualifiedColumns puts a table before the names of its columns: alias, or
// the statement's own table.
func (r *rendering) qualifiedColumns(cols []part, m *models.Model, alias string) []part {
	out := slices.Clone(cols)
	for i, p := range cols {
		if p.mode != "name" || m == nil || p.text == nil {
			continue
		}
		name, ok := p.text.literal()
		c, found := m.Column(strings.Trim(name, `"`))
		switch {
		case !ok || !found || c.Name != strings.Trim(name, `"`):
		case alias != "":
			out[i].text = known(aliasColumn(alias, c.Name), r.at)
		default:
			out[i].text = concat(&Text{pieces: []piece{{text: "t", from: r.at, stands: ownTable}, {text: ".", from: r.at}}}, p.text)
		}
	}
	return out
}

func aliasColumn(alias, column string) string {
	return quoteName(alias) + "." + quoteName(column) + " AS " + quoteName(alias+"__"+column)
}

// columns are what a joined relation adds to the list.
func (b branch) columns(r *rendering) []part {
	if b.inner != nil && b.inner.has("select") {
		return r.qualifiedColumns(b.inner.of("select"), b.other, b.alias)
	}
	var out []part
	for _, c := range readable(b.other) {
		if b.inner != nil && slices.ContainsFunc(b.inner.of("omit"), func(p part) bool {
			s, _ := p.text.literal()
			return s == c.Name || s == "*"
		}) {
			continue
		}
		out = append(out, part{clause: "select", text: known(aliasColumn(b.alias, c.Name), r.at)})
	}
	return out
}

// bunJoins adds joined relations, and to each join what JoinOn says.
func bunJoins(r *rendering, _ []part) []part {
	joined, _, _ := r.branches()
	var out []part
	for _, b := range joined {
		alias, parent := quoteName(b.alias), r.ownTable()
		if b.parent != "" {
			parent = quoteName(b.parent)
		}
		s := " AS " + alias + " ON ("
		for i, own := range b.rel.Own {
			if i > 0 {
				s += " AND "
			}
			s += alias + "." + quoteName(b.rel.Other[i]) + " = " + parent + "." + quoteName(own)
		}
		s += ")"
		if b.other.SoftDelete != "" && r.deleted() != "all" {
			s += " AND " + alias + "." + bunDeleted(b.other, r.deleted() == "only")
		}
		text := concat(known("LEFT JOIN ", r.at), readAs(b.other, r.at), known(s, r.at))
		out = append(out, part{clause: "join", text: text})
	}
	conds := 0
	for _, p := range r.c.parts {
		switch n := len(out); {
		case p.clause == "join":
			out, conds = append(out, p), 0
		case p.clause == "join on" && n > 0 && p.text != nil:
			word := " AND ("
			if conds == 0 {
				word = " ON ("
			} else if p.mode == "or" {
				word = " OR ("
			}
			conds++
			out[n-1].text = concat(out[n-1].text, known(word, r.at), p.text, known(")", r.at))
		}
	}
	return out
}

// deleted says which deleted rows are meant: "all", "only" or "" for none.
func (r *rendering) deleted() string {
	if p, ok := r.c.last("deleted"); ok && p.text != nil {
		s, _ := p.text.literal()
		return s
	}
	return ""
}

// bunDeleted is the condition on the column that marks deleted rows.
func bunDeleted(m *models.Model, only bool) string {
	c, _ := m.Column(m.SoftDelete)
	word := " IS NULL"
	switch {
	case c.Nullzero && only:
		word = " IS NOT NULL"
	case only:
		word = " <> '0001-01-01 00:00:00+00:00'"
	case !c.Nullzero:
		word = " = '0001-01-01 00:00:00+00:00'"
	}
	return quoteName(m.SoftDelete) + word
}

// bunWhere adds that a row is not deleted, and the row's key.
func bunWhere(r *rendering, ps []part) []part {
	if r.verb() == "insert" {
		return ps
	}
	var more []part
	if m := r.model; m != nil && m.SoftDelete != "" && r.deleted() != "all" && (!r.c.has("unscoped") || r.deleted() == "only") {
		t := concat(&Text{pieces: []piece{{text: "t", from: r.at, stands: ownTable}, {text: ".", from: r.at}}}, known(bunDeleted(m, r.deleted() == "only"), r.at))
		more = append(more, part{clause: "where", mode: "bare", text: t})
	}
	more = append(more, r.byKeys()...)
	if len(more) == 0 {
		return ps
	}
	if slices.ContainsFunc(ps, func(p part) bool { return p.mode == "or" }) {
		sub := &rendering{fr: r.fr, c: r.c, at: r.at, model: r.model}
		sub.conditions("", ps)
		ps = []part{{clause: "where", text: &Text{pieces: sub.out}}}
	}
	return append(slices.Clip(ps), more...)
}

// byKeys is the condition that WherePK adds.
func (r *rendering) byKeys() []part {
	keys := r.c.of("key")
	if len(keys) == 0 {
		return nil
	}
	var names []*Text
	for _, p := range keys {
		if p.text != nil {
			names = append(names, p.text)
		} else if r.model != nil {
			for _, k := range r.model.Keys() {
				names = append(names, known(quoteName(k), r.at))
			}
		}
	}
	p, _ := r.c.last("model")
	if len(names) == 0 || p.typ == nil {
		return []part{{clause: "where", text: holeText(hole{kind: fragmentHole, name: "key"})}}
	}
	_, many := derefAll(p.typ).Underlying().(*types.Slice)
	sub := &rendering{at: r.at}
	bind := piece{text: "?", from: r.at, bind: true}
	own := func(n *Text) {
		sub.out = append(sub.out, piece{text: "t", from: r.at, stands: ownTable}, piece{text: ".", from: r.at})
		sub.add(n)
	}
	if many && len(names) > 1 {
		sub.say("(")
	}
	for i, n := range names {
		switch {
		case i > 0 && many:
			sub.say(", ")
		case i > 0:
			sub.say(" AND ")
		}
		if own(n); !many {
			sub.say(" = ")
			sub.out = append(sub.out, bind)
		}
	}
	if many {
		if len(names) > 1 {
			sub.say(") IN ((")
			for i := range names {
				if i > 0 {
					sub.say(", ")
				}
				sub.out = append(sub.out, bind)
			}
			sub.say("))")
		} else {
			sub.say(" IN (")
			sub.out = append(sub.out, bind)
			sub.say(")")
		}
	}
	return []part{{clause: "where", text: &Text{pieces: sub.out}}}
}

// bunMore are the statements that relations to many rows add, and the count
// of ScanAndCount.
func bunMore(r *rendering) texts {
	var out texts
	if r.finish == "select count" && (r.c.has("limit") || r.c.has("offset")) {
		sub := &rendering{fr: r.fr, c: r.c, at: r.at, call: r.call, finish: "count"}
		out = append(out, sub.one())
	}
	if r.verb() != "select" || r.finish != "select" && r.finish != "select count" {
		return out
	}
	_, apart, _ := r.branches()
	seen := make(map[string]bool)
	for _, b := range apart {
		// Have: one statement a relation, that its deeper ones belong to.
		if seen[b.rel.Field+b.parent] {
			continue
		}
		seen[b.rel.Field+b.parent] = true
		c := &chain{lib: r.c.lib, verb: "select"}
		c = c.with(part{clause: "model", typ: b.rel.Type})
		c = c.with(r.many(b)...)
		for _, d := range apart {
			switch {
			case d.rel.Field != b.rel.Field || d.parent != b.parent:
			case d.path != "":
				c = c.with(part{clause: "relation", text: known(d.path, r.at), inner: d.inner})
			case d.inner != nil:
				c = c.with(d.inner.parts...)
			}
		}
		sub := &rendering{fr: r.fr, c: c, at: r.at, call: r.call, finish: "select"}
		out = append(out, sub.all()...)
	}
	return out
}

// many are the joins and conditions of the statement that reads a relation to
// many rows.
func (r *rendering) many(b branch) []part {
	bind := paramText(r.at)
	cond := func(table string, cols []string) *Text {
		s := ""
		for i, c := range cols {
			if i > 0 {
				s += ", "
			}
			s += table + "." + quoteName(c)
		}
		if len(cols) > 1 {
			s = "(" + s + ")"
		}
		return concat(known(s+" IN (", r.at), bind, known(")", r.at))
	}
	alias := quoteName(b.other.Alias)
	var ps []part
	if b.rel.Kind == models.ManyToMany {
		link := quoteName(b.rel.LinkAlias)
		for _, c := range b.rel.LinkOwn {
			ps = append(ps, part{clause: "select", text: known(link+"."+quoteName(c), r.at)})
		}
		for _, c := range readable(b.other) {
			ps = append(ps, part{clause: "select", text: known(alias+"."+quoteName(c.Name), r.at)})
		}
		join := known("JOIN "+quoteName(b.rel.Through)+" AS "+link+" ON ", r.at)
		ps = append(ps, part{clause: "join", text: concat(join, cond(link, b.rel.LinkOwn))})
		for i, c := range b.rel.Other {
			t := known(alias+"."+quoteName(c)+" = "+link+"."+quoteName(b.rel.LinkOther[i]), r.at)
			ps = append(ps, part{clause: "where", text: t})
		}
		return ps
	}
	ps = append(ps, part{clause: "where", text: cond(alias, b.rel.Other)})
	if b.rel.Poly != "" {
		ps = append(ps, part{clause: "where", text: known(quoteName(b.rel.Poly)+" = '"+b.rel.PolyValue+"'", r.at)})
	}
	for _, w := range b.rel.Where {
		ps = append(ps, part{clause: "where", text: known(w, r.at)})
	}
	return ps
}
