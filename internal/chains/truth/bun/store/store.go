// Package store is what a service's packages share.
package store

import (
	"context"

	"github.com/uptrace/bun"
)

// A Filter adds to a query.
type Filter func(*bun.SelectQuery) *bun.SelectQuery

// Named is a filter.
func Named(name string) Filter {
	return func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("name = ?", name) }
}

// Page reads one page and counts all.
func Page[T any](ctx context.Context, q *bun.SelectQuery, n int64) (out []T, total int64, err error) {
	total, err = q.Limit(20).Offset(n).ScanAndCount(ctx, &out)
	return out, total, err
}

// Find reads one row of a model.
func Find[T any](ctx context.Context, db bun.IDB, id int64) (*T, error) {
	out := new(T)
	if err := db.NewSelect().Model(out).Where("id = ?", id).Limit(1).Scan(ctx); err != nil {
		return nil, err
	}
	return out, nil
}

// Insert writes one row.
func Insert(ctx context.Context, db bun.IDB, row any) error {
	_, err := db.NewInsert().Model(row).Exec(ctx)
	return err
}

// Voucher is never shown when it is used up.
type Voucher struct {
	ID   int64 `bun:",pk,autoincrement"`
	Rest int64
}

// BeforeSelect leaves out what is used up.
func (*Voucher) BeforeSelect(_ context.Context, q *bun.SelectQuery) error {
	q.Where("rest > 0")
	return nil
}
