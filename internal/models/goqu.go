package models

import (
	"go/types"
	"reflect"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// goqu reads a type as github.com/doug-martin/goqu does: internal/util/reflect.go.
// It is no table, but a row of the columns that its fields name, in their
// order by name.
func goqu(t *types.Named, _ Namer) *Model {
	m := &Model{Type: t, Table: t.Obj().Name()}
	m.goquFields(t.Underlying().(*types.Struct), "", 0)
	slices.SortStableFunc(m.Columns, func(a, b Column) int { return strings.Compare(a.Name, b.Name) })
	return m
}

func (m *Model) goquFields(st *types.Struct, prefix string, depth int) {
	if depth > 4 {
		return
	}
	for i := range st.NumFields() {
		f := st.Field(i)
		tag := reflect.StructTag(st.Tag(i))
		name, given := tag.Lookup("db")
		inner, isStruct := golang.Deref(f.Type()).Underlying().(*types.Struct)
		switch {
		case name == "-":
			continue
		case f.Anonymous() && isStruct && !IsValue(f.Type()):
			p := prefix
			if given && name != "" {
				p += name + "."
			}
			m.goquFields(inner, p, depth+1)
			continue
		case !f.Exported():
			continue
		}
		if name == "" {
			name = strings.ToLower(f.Name())
		}
		if isStruct && !IsValue(f.Type()) {
			m.goquFields(inner, prefix+name+".", depth+1)
			continue
		}
		opts := strings.Split(tag.Get("goqu"), ",")
		m.Columns = append(m.Columns, Column{
			Name: prefix + name, Field: f.Name(), Type: f.Type(), Tag: tag,
			ReadOnly: slices.Contains(opts, "skipinsert"), Fixed: slices.Contains(opts, "skipupdate"),
			Nullzero: slices.Contains(opts, "defaultifempty"),
		})
	}
}
