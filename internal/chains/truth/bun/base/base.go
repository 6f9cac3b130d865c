// Package base is what other packages begin and end their chains with.
package base

import (
	"context"

	"github.com/uptrace/bun"
)

// Visible adds a condition.
func Visible(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("hidden = ?", false) }

// Select is half a chain.
func Select(db bun.IDB, model any) *bun.SelectQuery { return db.NewSelect().Model(model).Order("id") }

// One ends a chain.
func One(ctx context.Context, q *bun.SelectQuery) error { return q.Limit(1).Scan(ctx) }

// WrittenBy is a condition on any builder.
func WrittenBy(id int64) func(bun.QueryBuilder) bun.QueryBuilder {
	return func(q bun.QueryBuilder) bun.QueryBuilder { return q.Where("author_id = ?", id) }
}
