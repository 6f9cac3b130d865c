// Package parcel is in the shape of what ent generates for one table.
package parcel

import (
	"entgo.io/ent/dialect/sql"

	"testdata/nonsargable/generated/store/predicate"
)

const (
	Label        = "parcel"
	FieldID      = "id"
	FieldCode    = "tracking_code"
	FieldCheckIn = "check_in"
	FieldCheck   = "checked"
	Table        = "parcels"
)

var Columns = []string{FieldID, FieldCode, FieldCheckIn, FieldCheck}

func ValidColumn(column string) bool { return column != "" }

func Code(v string) predicate.Parcel { return predicate.Parcel(sql.FieldEQ(FieldCode, v)) }
func CodeHasPrefix(v string) predicate.Parcel {
	return predicate.Parcel(sql.FieldHasPrefix(FieldCode, v))
}
func CodeHasSuffix(v string) predicate.Parcel {
	return predicate.Parcel(sql.FieldHasSuffix(FieldCode, v))
}
func CodeContains(v string) predicate.Parcel {
	return predicate.Parcel(sql.FieldContains(FieldCode, v))
}
func CodeEqualFold(v string) predicate.Parcel {
	return predicate.Parcel(sql.FieldEqualFold(FieldCode, v))
}
func CheckIn(v int) predicate.Parcel { return predicate.Parcel(sql.FieldEQ(FieldCheckIn, v)) }

type OrderOption func(*sql.Selector)
