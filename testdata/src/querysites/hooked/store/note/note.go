// Package note is in the shape of what ent generates for a table whose schema // want package:`table\(notes\)`
// has hooks and interceptors.
package note

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/sql"

	"testdata/querysites/hooked/store/predicate"
)

const (
	Label     = "note"
	FieldID   = "id"
	FieldText = "text"
	Table     = "notes"
)

var Columns = []string{FieldID, FieldText}

var (
	Hooks        [2]ent.Hook
	Interceptors [1]ent.Interceptor
)

func ValidColumn(column string) bool { return column != "" }

func Text(v string) predicate.Note { return predicate.Note(sql.FieldEQ(FieldText, v)) }
