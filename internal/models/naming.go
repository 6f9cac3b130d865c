package models

import (
	"go/types"
	"reflect"
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
		}
		tag := reflect.StructTag(st.Tag(i))
		for _, lib := range [...]string{"gorm", "xorm", "bun"} {
			if s, ok := tag.Lookup(lib); ok && s != "-" {
				return lib
			}
		}
	}
	return ""
}
