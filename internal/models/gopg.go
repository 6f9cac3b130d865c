package models

import (
	"go/types"
	"reflect"
	"strings"

	"github.com/jinzhu/inflection"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// gopg reads a type as github.com/go-pg/pg/v10 does: orm/table.go,
// https://pg.uptrace.dev/models/.
func gopg(t *types.Named, names Namer) *Model {
	naming, _ := names.Naming("gopg")
	m := gopgColumns(t, naming)
	m.gopgRelations(t.Underlying().(*types.Struct), naming)
	return m
}

// gopgColumns returns a type's table without its relations.
func gopgColumns(t *types.Named, naming Naming) *Model {
	m := &Model{Type: t, Alias: underscore(t.Obj().Name()), Unsure: naming.OpenTables}
	m.Table = m.Alias
	if !naming.Singular {
		m.Table = inflection.Plural(m.Table)
	}
	m.Table = naming.Prefix + m.Table + naming.Suffix
	m.gopgFields(t.Underlying().(*types.Struct), 0)
	return m
}

func (m *Model) gopgFields(st *types.Struct, depth int) {
	if depth > 4 {
		return
	}
	for i := range st.NumFields() {
		f := st.Field(i)
		tag := parseTag(reflect.StructTag(st.Tag(i)).Get("pg"))
		inner, isStruct := golang.Deref(f.Type()).Underlying().(*types.Struct)
		switch {
		case f.Name() == "tableName":
			if depth == 0 && tag.name != "" {
				m.Table, m.Unsure = tag.name, false
			}
			m.Alias, m.Read = or(tag.option("alias"), m.Alias), tag.option("select")
			continue
		case tag.name == "-":
			continue
		case f.Anonymous():
			if isStruct {
				m.gopgFields(inner, depth+1)
			}
			continue
		case !f.Exported() || m.gopgRelated(f, tag):
			continue
		}
		c := Column{Name: or(tag.name, underscore(f.Name())), Field: f.Name(), Type: f.Type(), Tag: reflect.StructTag(st.Tag(i))}
		c.Key = tag.has("pk") || len(m.Keys()) == 0 && !tag.has("nopk") && (c.Name == "id" || c.Name == "uuid" || c.Name == "pk_"+underscore(m.Type.Obj().Name()))
		c.NotNull = c.Key || tag.has("notnull")
		c.Nullzero = !tag.has("use_zero") || tag.has("default")
		if tag.has("soft_delete") {
			m.SoftDelete = c.Name
		}
		m.Columns = append(m.Columns, c)
	}
}

// gopgRelated reports whether a field holds rows of another table.
func (m *Model) gopgRelated(f *types.Var, tag tag) bool {
	if tag.has("rel") || tag.has("many2many") {
		return true
	}
	// Have: without a tag, a struct with tags of its own is another model.
	other := structType(f.Type())
	if other == nil || tag.has("type") || tag.has("array") || tag.has("composite") || IsValue(f.Type()) || IsValue(other) {
		return false
	}
	return NamingOf(other) == "gopg"
}

// gopgRelations adds the fields that hold other models.
func (m *Model) gopgRelations(st *types.Struct, naming Naming) {
	for i := range st.NumFields() {
		f := st.Field(i)
		tag := parseTag(reflect.StructTag(st.Tag(i)).Get("pg"))
		if inner, ok := golang.Deref(f.Type()).Underlying().(*types.Struct); ok && f.Anonymous() {
			m.gopgRelations(inner, naming)
			continue
		}
		other := structType(f.Type())
		if other == nil || !tag.has("rel") && !tag.has("many2many") || tag.has("polymorphic") {
			continue
		}
		r := Relation{Field: f.Name(), Name: underscore(f.Name()), Type: other}
		to := gopgColumns(other, naming)
		own := underscore(m.Type.Obj().Name()) + "_"
		ok := false
		switch fk, join := tag.option("fk"), tag.option("join_fk"); tag.option("rel") {
		case "", "many2many":
			// Have: its columns depend on which types the program registers.
			r.Kind, r.Through, ok = ManyToMany, tag.option("many2many"), true
		case "has-one":
			r.Kind = BelongsTo
			if fk != "" || join != "" {
				ok = r.pairedBy(or(fk, strings.TrimSuffix(underscore(f.Name()), "_")+"_id"), or(join, oneKey(to)), m, to)
			} else {
				ok = r.keyed(to, m, underscore(f.Name())+"_", true)
			}
		case "belongs-to", "has-many":
			r.Kind = HasOne
			if tag.option("rel") == "has-many" {
				r.Kind = HasMany
			}
			if fk != "" || join != "" {
				ok = r.pairedBy(or(fk, oneKey(m)), or(join, own+oneKey(m)), m, to)
			} else {
				ok = r.keyed(m, to, own, false)
			}
		}
		if ok {
			m.Relations = append(m.Relations, r)
		}
	}
}

// pairedBy joins two columns, if both are there.
func (r *Relation) pairedBy(own, other string, m, to *Model) bool {
	a, ok := m.Column(own)
	b, ok2 := to.Column(other)
	r.Own, r.Other = []string{a.Name}, []string{b.Name}
	return ok && ok2
}

// oneKey is the primary key of one column; "" if there is none.
func oneKey(m *Model) string {
	if keys := m.Keys(); len(keys) == 1 {
		return keys[0]
	}
	return ""
}

// gopgType is the type of a column that says none: sqlType in orm/table.go.
func gopgType(c Column, tag tag) string {
	t := scanned(c.Type)
	b, _ := t.Underlying().(*types.Basic)
	switch {
	case b == nil || t == timeType:
		return bunType(Column{Type: c.Type}, tag)
	case b.Info()&types.IsString != 0:
		return "text"
	case b.Info()&types.IsInteger != 0:
		typ := map[types.BasicKind]string{types.Int8: "smallint", types.Uint8: "smallint", types.Int16: "smallint", types.Uint16: "integer", types.Int32: "integer"}[b.Kind()]
		switch typ = or(typ, "bigint"); {
		case c.Key && typ == "bigint":
			return "bigserial"
		case c.Key && typ == "integer":
			return "serial"
		}
		return typ
	}
	return bunType(Column{Type: c.Type}, tag)
}
