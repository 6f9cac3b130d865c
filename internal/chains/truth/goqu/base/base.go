// Package base is what other packages begin and end their chains with.
package base

import "github.com/doug-martin/goqu/v9"

// PG builds PostgreSQL's statements.
var PG = goqu.Dialect("postgres")

// Books is half a statement.
func Books(columns ...any) *goqu.SelectDataset { return PG.From("books").Select(columns...) }

// Visible adds a condition.
func Visible(q *goqu.SelectDataset) *goqu.SelectDataset { return q.Where(goqu.C("hidden").IsFalse()) }

// Vals ends a statement.
func Vals(q *goqu.SelectDataset) (ids []int64, err error) { return ids, q.Limit(50).ScanVals(&ids) }
