package models

import (
	"go/types"
	"reflect"
	"slices"
	"strings"

	"github.com/jinzhu/inflection"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// gorm reads a type as gorm.io/gorm does: https://gorm.io/docs/models.html,
// https://gorm.io/docs/conventions.html.
func gorm(t *types.Named, names Namer) *Model {
	naming, _ := names.Naming("gorm")
	return gormNamed(t, names, naming)
}

func gormNamed(t *types.Named, names Namer, naming Naming) *Model {
	if naming.Open {
		return nil
	}
	g := gormReader{m: &Model{Type: t}, naming: naming}
	m := g.m
	m.Table, m.Unsure = g.table(t.Obj().Name()), naming.OpenTables
	if fn := method(t, "TableName"); fn != nil {
		name, ok := names.TableName(fn)
		if !ok {
			return nil
		}
		m.Table, m.Unsure = name, false
	}
	g.fields(t.Underlying().(*types.Struct), "", 0)
	if len(m.Keys()) == 0 {
		called := func(c Column) bool { return c.Name == "id" }
		if !slices.ContainsFunc(m.Columns, called) {
			called = func(c Column) bool { return c.Field == "ID" }
		}
		for i, c := range m.Columns {
			if called(c) {
				m.Columns[i].Key = true
				_, tagged := gormTag(string(c.Tag))["autoincrement"]
				m.Columns[i].Counted = !tagged
			}
		}
	}
	if _, ok := m.Column("id"); len(m.Keys()) != 1 && len(m.Columns) > 0 {
		if m.First = m.Columns[0].Name; ok {
			m.First = "id"
		}
	}
	if m.ownClauses {
		return nil // Have: what its statements are is in the code of a type.
	}
	g.relations(t.Underlying().(*types.Struct), names)
	return m
}

type gormReader struct {
	m      *Model
	naming Naming
}

// of is a reader of another type of the same program.
func (g gormReader) of(t *types.Named) gormReader { return gormReader{&Model{Type: t}, g.naming} }

// table, joinTable and column return the names for those of Go: schema/naming.go.
func (g gormReader) table(name string) string {
	if name = g.column(name); !g.naming.Singular {
		name = inflection.Plural(name)
	}
	return g.naming.Prefix + name + g.naming.Suffix
}

func (g gormReader) joinTable(name string) string {
	if g.naming.Case == "" && strings.ToLower(name) == name {
		return g.naming.Prefix + name + g.naming.Suffix
	}
	return g.table(name)
}

func (g gormReader) column(name string) string {
	if len(g.naming.Replace) > 1 {
		name = or(strings.NewReplacer(g.naming.Replace...).Replace(name), name)
	}
	if g.naming.Case == "same" {
		return name
	}
	return gormName(name)
}

// fields adds the columns of a struct, those of embedded ones included.
func (g gormReader) fields(st *types.Struct, prefix string, depth int) {
	if depth > 4 {
		return
	}
	for i := range st.NumFields() {
		f := st.Field(i)
		tag := gormTag(st.Tag(i))
		if !f.Exported() || tag.ignored() {
			continue
		}
		inner, isStruct := golang.Deref(f.Type()).Underlying().(*types.Struct)
		_, embedded := tag["embedded"]
		if isStruct && !IsValue(f.Type()) && (f.Anonymous() || embedded) {
			g.fields(inner, prefix+tag["embeddedprefix"], depth+1)
			continue
		}
		if !gormColumn(f.Type(), tag) {
			continue
		}
		name := tag["column"]
		if name == "" {
			name = g.column(f.Name())
		}
		c := Column{Name: prefix + name, Field: f.Name(), Type: f.Type(), Tag: reflect.StructTag(st.Tag(i))}
		c.Key = tag.has("primarykey") || tag.has("primary_key")
		auto, counts := tag["autoincrement"]
		c.Auto = counts && !strings.EqualFold(auto, "false") || tag.evaluated(f.Type())
		c.Counted = c.Key && !counts
		c.Plain = basicInfo(f.Type())&types.IsString != 0 && !tag.has("type") && !tag.has("size") && !tag.has("serializer")
		c.Unmigrated = tag.has("-")
		c.NotNull = tag.has("not null") || c.Key
		c.Updated = tag.has("autoupdatetime") || f.Name() == "UpdatedAt"
		c.ReadOnly = tag["->"] != "" || tag.has("->") && !tag.has("<-")
		switch deleted := isNamed(f.Type(), "gorm.io/gorm", "DeletedAt"); {
		case deleted && !tag.has("zerovalue"):
			g.m.SoftDelete = c.Name
		case deleted || method(golang.Deref(f.Type()), "QueryClauses") != nil:
			g.m.ownClauses = true
		}
		g.m.Columns = append(g.m.Columns, c)
	}
}

// gormColumn reports whether a field of type t is a column and not a
// relation.
func gormColumn(t types.Type, tag gormTags) bool {
	if tag.has("type") || tag.has("serializer") {
		return true
	}
	t = golang.Deref(t)
	switch u := t.Underlying().(type) {
	case *types.Struct:
		return IsValue(t)
	case *types.Slice:
		return IsValue(t) || basic(u.Elem())
	case *types.Array:
		return IsValue(t) || basic(u.Elem())
	case *types.Map, *types.Chan, *types.Signature:
		return IsValue(t)
	}
	return true
}

func basic(t types.Type) bool {
	b, ok := types.Unalias(t).Underlying().(*types.Basic)
	return ok && b.Kind() == types.Uint8
}

// relations adds the fields that hold other models:
// https://gorm.io/docs/belongs_to.html and the pages behind it.
func (g gormReader) relations(st *types.Struct, names Namer) {
	for i := range st.NumFields() {
		f := st.Field(i)
		tag := gormTag(st.Tag(i))
		if !f.Exported() || tag.ignored() || gormColumn(f.Type(), tag) || tag.has("embedded") {
			continue
		}
		inner, isStruct := golang.Deref(f.Type()).Underlying().(*types.Struct)
		if f.Anonymous() {
			if isStruct {
				g.relations(inner, names)
			}
			continue
		}
		if r, ok := g.relation(f, tag, isStruct); ok {
			g.m.Relations = append(g.m.Relations, r)
		}
	}
}

func (g gormReader) relation(f *types.Var, tag gormTags, one bool) (Relation, bool) {
	other := structType(f.Type())
	if other == nil {
		return Relation{}, false
	}
	r := Relation{Field: f.Name(), Type: other}
	cols := g.of(other)
	cols.fields(other.Underlying().(*types.Struct), "", 0)
	if tag["many2many"] != "" {
		r.Kind = ManyToMany
		return g.linked(r, cols.m, tag)
	}
	owner := g.m.Type.Obj().Name()
	if poly := tag["polymorphic"]; poly != "" {
		kind, ok := cols.m.Column(or(tag["polymorphictype"], poly+"Type"))
		if !ok {
			return Relation{}, false
		}
		r.Poly, r.PolyValue = kind.Name, tag["polymorphicvalue"]
		if r.PolyValue == "" && !g.m.Unsure {
			r.PolyValue = g.m.Table
		}
	}
	foreign, refers := tag["foreignkey"], tag["references"]
	if !one {
		r.Kind = HasMany
		return r.paired(g.m, cols.m, or(refers, "ID"), or(foreign, tag.poly("ID", owner+"ID")))
	}
	// A struct belongs to the other one if this type has the key, else the
	// other one has the key.
	if _, ok := g.m.Column(or(foreign, f.Name()+"ID")); ok && tag["polymorphic"] == "" {
		r.Kind = BelongsTo
		return r.paired(g.m, cols.m, or(foreign, f.Name()+"ID"), or(refers, "ID"))
	}
	r.Kind = HasOne
	return r.paired(g.m, cols.m, or(refers, "ID"), or(foreign, tag.poly("ID", owner+"ID")))
}

// linked sets the columns of the table between the two.
func (g gormReader) linked(r Relation, other *Model, tag gormTags) (Relation, bool) {
	own := g.m
	r.Through, r.ThroughUnsure = g.joinTable(tag["many2many"]), g.naming.OpenTables
	link := func(m *Model, fields, names string) (cols, links []string, ok bool) {
		var named []string
		if names != "" {
			named = strings.Split(names, ",")
		}
		var of []Column
		if fields == "" {
			for _, c := range m.Columns {
				if c.Key || c.Field == "ID" && len(m.Keys()) == 0 {
					of = append(of, c)
				}
			}
		} else {
			for _, f := range strings.Split(fields, ",") {
				c, ok := m.Column(strings.TrimSpace(f))
				if !ok {
					return nil, nil, false
				}
				of = append(of, c)
			}
		}
		for i, c := range of {
			name := m.Type.Obj().Name() + c.Field
			if i < len(named) {
				name = strings.TrimSpace(named[i])
			}
			cols, links = append(cols, c.Name), append(links, g.column(name))
		}
		return cols, links, len(cols) > 0
	}
	var ok, ok2 bool
	r.Own, r.LinkOwn, ok = link(own, tag["foreignkey"], tag["joinforeignkey"])
	r.Other, r.LinkOther, ok2 = link(other, tag["references"], tag["joinreferences"])
	if own.Type == other.Type && tag["joinreferences"] == "" {
		for i, c := range r.Other {
			col, _ := other.Column(c)
			r.LinkOther[i] = g.column(inflection.Singular(r.Field) + col.Field)
		}
	}
	return r, ok && ok2
}

// paired sets the columns that join the two tables, by their fields.
func (r Relation) paired(own, other *Model, a, b string) (Relation, bool) {
	as, bs := strings.Split(a, ","), strings.Split(b, ",")
	for i := range min(len(as), len(bs)) {
		x, ok := own.Column(strings.TrimSpace(as[i]))
		y, ok2 := other.Column(strings.TrimSpace(bs[i]))
		if !ok || !ok2 {
			return r, false
		}
		r.Own, r.Other = append(r.Own, x.Name), append(r.Other, y.Name)
	}
	return r, true
}

func or(s, other string) string {
	if s != "" {
		return s
	}
	return other
}

// gormTags are the settings of a gorm tag, keys in lower case.
type gormTags map[string]string

func (t gormTags) has(key string) bool { _, ok := t[key]; return ok }

// ignored reports whether a field is none of the library's business.
func (t gormTags) ignored() bool { return t.has("-") && !strings.EqualFold(t["-"], "migration") }

// evaluated reports whether the default of a column of type t is the database's
// to give: gorm writes one that it can read itself, ParseField in
// schema/field.go.
func (t gormTags) evaluated(typ types.Type) bool {
	def, ok := t["default"]
	if !ok {
		return false
	}
	if strings.Contains(def, "(") && strings.Contains(def, ")") || def == "" || strings.EqualFold(def, "null") {
		return true
	}
	if _, ok := golang.Deref(typ).Underlying().(*types.Basic); ok {
		return false
	}
	return !isNamed(typ, "time", "Time") || strings.Trim(def, "'\"0123456789-:. TZ+") != ""
}

func (t gormTags) poly(suffix, other string) string {
	if p := t["polymorphic"]; p != "" {
		return p + suffix
	}
	return other
}

func gormTag(tag string) gormTags {
	out := make(gormTags)
	for _, s := range strings.Split(reflect.StructTag(tag).Get("gorm"), ";") {
		key, val, _ := strings.Cut(s, ":")
		if key = strings.ToLower(strings.TrimSpace(key)); key != "" {
			out[key] = strings.TrimSpace(val)
		}
	}
	return out
}

// gormName turns a Go name into that of a table or column: a word begins at
// each upper letter, and a run of upper letters is one word.
func gormName(name string) string {
	name = initialisms.Replace(name)
	upper := func(i int) bool { return i >= 0 && i < len(name) && 'A' <= name[i] && name[i] <= 'Z' }
	digit := func(i int) bool { return i < len(name) && '0' <= name[i] && name[i] <= '9' }
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		if !upper(i) {
			b.WriteByte(name[i])
			continue
		}
		last := i == len(name)-1
		inRun := upper(i-1) && (last || upper(i+1) || digit(i+1))
		if !inRun && i > 0 && name[i-1] != '_' && (last || name[i+1] != '_') {
			b.WriteByte('_')
		}
		b.WriteByte(name[i] + 'a' - 'A')
	}
	return b.String()
}

// initialisms turns the words that gorm knows as abbreviations into words
// with one upper letter, so that UserIDs is user_ids.
var initialisms = strings.NewReplacer(titled(
	"API", "ASCII", "CPU", "CSS", "DNS", "EOF", "GUID", "HTML", "HTTP", "HTTPS", "ID", "IP", "JSON", "LHS", "QPS", "RAM", "RHS",
	"RPC", "SLA", "SMTP", "SSH", "TLS", "TTL", "UID", "UI", "UUID", "URI", "URL", "UTF8", "VM", "XML", "XSRF", "XSS")...)

func titled(words ...string) []string {
	var out []string
	for _, w := range words {
		out = append(out, w, w[:1]+strings.ToLower(w[1:]))
	}
	return out
}

func gormColumns(st *types.Struct, names Namer) []Column {
	naming, _ := names.Naming("gorm")
	if naming.Open {
		return nil
	}
	g := gormReader{m: new(Model), naming: naming}
	g.fields(st, "", 0)
	return g.m.Columns
}

// gorm1 reads a type as the first version, github.com/jinzhu/gorm, does: what
// it does otherwise is to take any DeletedAt for the mark of a deleted row, and
// to change the name that a TableName method gives, too.
func gorm1(t *types.Named, names Namer) *Model {
	naming, _ := names.Naming("gorm1")
	m := gormNamed(t, names, naming)
	if m == nil {
		return nil
	}
	if method(t, "TableName") != nil {
		m.Table, m.Unsure = naming.Prefix+m.Table+naming.Suffix, naming.OpenTables
	}
	for _, c := range m.Columns {
		if c.Field == "DeletedAt" {
			m.SoftDelete = c.Name
		}
	}
	return m
}
