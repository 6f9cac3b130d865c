package models

import (
	"go/types"
	"reflect"
	"slices"
	"strings"

	"github.com/jinzhu/inflection"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// bun reads a type as github.com/uptrace/bun does: schema/table.go,
// https://bun.uptrace.dev/guide/models.html.
func bun(t *types.Named, names Namer) *Model {
	naming, _ := names.Naming("bun")
	m := bunColumns(t, naming)
	m.bunRelations(t.Underlying().(*types.Struct), naming)
	return m
}

// bunTable gives a model the name and the alias of its type's table, and the
// name that it is read by.
func (m *Model) bunTable(t *types.Named, naming Naming) {
	m.Alias = underscore(t.Obj().Name())
	m.Table, m.Unsure = m.Alias, naming.OpenTables
	if !naming.Singular {
		m.Table = inflection.Plural(m.Alias)
	}
	m.Table = naming.Prefix + m.Table + naming.Suffix
	st := t.Underlying().(*types.Struct)
	for i := range st.NumFields() {
		f := st.Field(i)
		tag := parseTag(reflect.StructTag(st.Tag(i)).Get("bun"))
		switch {
		case !f.Anonymous():
		case isNamed(f.Type(), "github.com/uptrace/bun/schema", "BaseModel"):
			if name := or(tag.option("table"), tag.name); name != "" {
				m.Table, m.Unsure = name, false
			}
			m.Alias = or(tag.option("alias"), m.Alias)
			m.Read = tag.option("select")
		case tag.has("inherit") || tag.has("extend"):
			if inner := structType(f.Type()); inner != nil {
				m.bunTable(inner, naming)
			}
		}
	}
}

// bunFields adds the columns of a struct, those of embedded ones included.
func (m *Model) bunFields(st *types.Struct, prefix string, depth int) {
	if depth > 4 {
		return
	}
	for i := range st.NumFields() {
		f := st.Field(i)
		text := reflect.StructTag(st.Tag(i)).Get("bun")
		tag := parseTag(text)
		inner, isStruct := golang.Deref(f.Type()).Underlying().(*types.Struct)
		embed := tag.option("embed")
		switch {
		case text == "-" || tag.has("rel") || tag.has("m2m"):
			continue
		case f.Anonymous():
			if isStruct && !isNamed(f.Type(), "github.com/uptrace/bun/schema", "BaseModel") {
				m.bunFields(inner, prefix, depth+1)
			}
			continue
		case !f.Exported():
			continue
		case tag.has("embed") && isStruct:
			m.bunFields(inner, prefix+embed, depth+1)
			continue
		}
		c := Column{
			Name: prefix + or(tag.option("column"), or(tag.name, underscore(f.Name()))), Field: f.Name(), Type: f.Type(),
			Tag: reflect.StructTag(st.Tag(i)), Key: tag.has("pk"), Auto: tag.has("autoincrement") || tag.has("identity"),
			ReadOnly: tag.has("scanonly"), Fixed: tag.has("skipupdate"),
		}
		_, pointer := types.Unalias(f.Type()).(*types.Pointer)
		c.NotNull = c.Key || c.Auto || tag.has("notnull")
		c.Nullzero = pointer || c.Auto || tag.has("nullzero") || tag.has("default")
		if tag.has("soft_delete") {
			m.SoftDelete = c.Name
		}
		// Have: a field of the struct itself hides one of an embedded struct.
		if old := slices.IndexFunc(m.Columns, func(o Column) bool { return o.Name == c.Name }); old >= 0 {
			if depth == 0 {
				m.Columns[old] = c
			}
			continue
		}
		m.Columns = append(m.Columns, c)
	}
}

// bunRelations adds the fields that hold other models.
func (m *Model) bunRelations(st *types.Struct, naming Naming) {
	for i := range st.NumFields() {
		f := st.Field(i)
		tag := parseTag(reflect.StructTag(st.Tag(i)).Get("bun"))
		if inner, ok := golang.Deref(f.Type()).Underlying().(*types.Struct); ok && f.Anonymous() {
			m.bunRelations(inner, naming)
			continue
		}
		other := structType(f.Type())
		if other == nil || !tag.has("rel") && !tag.has("m2m") {
			continue
		}
		if r, ok := m.bunRelation(f, tag, other, naming); ok {
			m.Relations = append(m.Relations, r)
		}
	}
}

func (m *Model) bunRelation(f *types.Var, tag tag, otherType *types.Named, naming Naming) (Relation, bool) {
	r := Relation{Field: f.Name(), Name: underscore(f.Name()), Type: otherType, Where: tag.options["join_on"]}
	other := bunColumns(otherType, naming)
	own := underscore(m.Type.Obj().Name()) + "_"
	switch tag.option("rel") {
	case "belongs-to":
		r.Kind = BelongsTo
		return r, r.joins(tag) || r.keyed(other, m, underscore(f.Name())+"_", true)
	case "has-one":
		r.Kind = HasOne
		return r, r.joins(tag) || r.keyed(m, other, own, false)
	case "has-many":
		r.Kind = HasMany
		if tag.has("polymorphic") {
			r.Poly = own + "type"
			r.PolyValue = or(tag.option("polymorphic"), underscore(m.Type.Obj().Name()))
		}
		return r, r.joins(tag) || r.keyed(m, other, own, false)
	}
	r.Kind = ManyToMany
	return r, tag.has("m2m") && m.bunThrough(&r, other, tag, naming)
}

// bunColumns returns a type's table without its relations.
func bunColumns(t *types.Named, naming Naming) *Model {
	m := &Model{Type: t}
	m.bunTable(t, naming)
	m.bunFields(t.Underlying().(*types.Struct), "", 0)
	return m
}

// joins sets the columns that the option join names.
func (r *Relation) joins(tag tag) bool {
	for _, j := range tag.options["join"] {
		for _, pair := range strings.Split(j, ",") {
			own, other, _ := strings.Cut(strings.TrimSpace(pair), "=")
			if own == "type" && r.Poly != "" {
				r.Poly = other
				continue
			}
			r.Own, r.Other = append(r.Own, own), append(r.Other, other)
		}
	}
	return len(r.Own) > 0
}

// keyed joins the primary key of one table with the columns of the other one
// that have its names behind a prefix, or its names. reversed: the keys are
// those of the relation's other table.
func (r *Relation) keyed(one, many *Model, prefix string, reversed bool) bool {
	for _, key := range one.Keys() {
		c, ok := many.Column(prefix + key)
		if !ok {
			c, ok = many.Column(key)
		}
		if !ok {
			return false
		}
		if reversed {
			r.Own, r.Other = append(r.Own, c.Name), append(r.Other, key)
		} else {
			r.Own, r.Other = append(r.Own, key), append(r.Other, c.Name)
		}
	}
	return len(r.Own) > 0
}

// bunThrough finds the model of the table between two: a type of the same
// package.
func (m *Model) bunThrough(r *Relation, other *Model, tag tag, naming Naming) bool {
	r.Through = tag.option("m2m")
	link := tableIn(m.Type.Obj().Pkg(), r.Through, naming)
	if link == nil {
		return false
	}
	left, right := m.Type.Obj().Name(), other.Type.Obj().Name()
	if j := tag.option("join"); j != "" {
		left, right, _ = strings.Cut(j, "=")
	}
	l := bunColumns(link, naming)
	r.LinkAlias = l.Alias
	st := link.Underlying().(*types.Struct)
	side := func(name string, to *Model) (far, near []string, ok bool) {
		for i := range st.NumFields() {
			if st.Field(i).Name() != name {
				continue
			}
			var j Relation
			if j.joins(parseTag(reflect.StructTag(st.Tag(i)).Get("bun"))) || j.keyed(to, l, underscore(name)+"_", true) {
				return j.Other, j.Own, true
			}
		}
		return nil, nil, false
	}
	var ok, ok2 bool
	r.Own, r.LinkOwn, ok = side(left, m)
	r.Other, r.LinkOther, ok2 = side(right, other)
	return ok && ok2
}

// tableIn returns the type of a package that stands for a table.
func tableIn(pkg *types.Package, table string, naming Naming) *types.Named {
	if pkg == nil {
		return nil
	}
	for _, name := range pkg.Scope().Names() {
		tn, ok := pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok {
			continue
		}
		named, ok := tn.Type().(*types.Named)
		if !ok {
			continue
		}
		if _, ok := named.Underlying().(*types.Struct); ok {
			m := new(Model)
			if m.bunTable(named, naming); m.Table == table {
				return named
			}
		}
	}
	return nil
}

// underscore is bun's spelling of a Go name.
func underscore(s string) string {
	upper := func(c byte) bool { return 'A' <= c && c <= 'Z' }
	lower := func(c byte) bool { return 'a' <= c && c <= 'z' }
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if !upper(s[i]) {
			b.WriteByte(s[i])
			continue
		}
		if i > 0 && i+1 < len(s) && (lower(s[i-1]) || lower(s[i+1])) {
			b.WriteByte('_')
		}
		b.WriteByte(s[i] + 'a' - 'A')
	}
	return b.String()
}

// A tag is a name and options, as bun and go-pg write them.
type tag struct {
	name    string
	options map[string][]string
}

func (t tag) has(key string) bool { _, ok := t.options[key]; return ok }

func (t tag) option(key string) string {
	if vs := t.options[key]; len(vs) > 0 {
		return vs[len(vs)-1]
	}
	return ""
}

// parseTag takes "name,option,key:value" apart. A comma within brackets or
// quotes is part of a value.
func parseTag(s string) tag {
	t := tag{options: make(map[string][]string)}
	for n := 0; s != ""; n++ {
		depth, quoted, end := 0, false, len(s)
	scan:
		for i := range len(s) {
			switch c := s[i]; {
			case c == '"':
				quoted = !quoted
			case quoted:
			case c == '(':
				depth++
			case c == ')':
				depth--
			case c == ',' && depth <= 0:
				end = i
				break scan
			}
		}
		part := s[:end]
		s = s[min(end+1, len(s)):]
		key, val, valued := strings.Cut(part, ":")
		if n == 0 && !valued {
			t.name = strings.Trim(key, `"`)
			continue
		}
		if key != "" {
			t.options[key] = append(t.options[key], strings.Trim(val, `"`))
		}
	}
	return t
}
