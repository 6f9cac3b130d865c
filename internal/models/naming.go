package models

import (
	"go/types"
	"reflect"
	"slices"
)

// NamingOf returns the library whose rules a struct type's tags are for; "" if
// none of them says so.
func NamingOf(t types.Type) string {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.TypeParams().Len() > 0 {
		return ""
	}
	st, ok := named.Underlying().(*types.Struct)
	if !ok {
		return ""
	}
	for i := range st.NumFields() {
		f := st.Field(i)
		switch {
		case f.Anonymous() && isNamed(f.Type(), "gorm.io/gorm", "Model"):
			return "gorm"
		case f.Anonymous() && isNamed(f.Type(), "github.com/uptrace/bun/schema", "BaseModel"):
			return "bun"
		case f.Name() == "tableName" && reflect.StructTag(st.Tag(i)).Get("pg") != "":
			return "gopg"
		}
		tag := reflect.StructTag(st.Tag(i))
		for _, lib := range [...]string{"gorm", "xorm", "bun"} {
			if s, ok := tag.Lookup(lib); ok && s != "-" {
				return lib
			}
		}
		if s, ok := tag.Lookup("pg"); ok && s != "-" {
			return "gopg"
		}
	}
	return ""
}

// A Naming is how a program has a library name its tables and columns. The zero
// value is the library's usual way; of xorm, that nothing is known of it.
type Naming struct {
	Prefix, Suffix string // of tables
	Singular       bool   // a table has the name of the type, and not its plural
	// Case is "" for the library's own way, "same" for that of Go; of xorm's
	// mappers "snake", "same" or "gonic", ColumnCase for columns.
	Case, ColumnCase string
	Replace          []string // what is replaced in names first, in pairs
	// OpenTables: what tables are called is decided when the program runs. Open:
	// what columns are called, too.
	OpenTables, Open bool
}

// Join returns what holds where a program has several ways.
func Join(list []Naming) Naming {
	if len(list) == 0 {
		return Naming{}
	}
	out := list[0]
	for _, n := range list[1:] {
		if !reflect.DeepEqual(n, out) {
			out.Open = out.Open || n.Open || n.Case != out.Case || n.ColumnCase != out.ColumnCase || !slices.Equal(n.Replace, out.Replace)
			out.OpenTables = true
		}
	}
	return out
}
