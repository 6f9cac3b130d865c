// Package store is in the shape of what ent generates: its types are known by
// what they hold.
package store

import (
	"context"

	"entgo.io/ent"
	"entgo.io/ent/dialect/sql"

	"testdata/nonsargable/generated/store/parcel"
	"testdata/nonsargable/generated/store/predicate"
)

type Parcel struct {
	ID           int
	Code         string
	selectValues sql.SelectValues
}

func (p *Parcel) Value(name string) (ent.Value, error) { return p.selectValues.Get(name) }

type ParcelClient struct{}

func (c *ParcelClient) Query() *ParcelQuery   { return &ParcelQuery{} }
func (c *ParcelClient) Create() *ParcelCreate { return nil }
func (c *ParcelClient) Hooks() []ent.Hook     { return nil }

type ParcelCreate struct{}

type ParcelQuery struct {
	ctx        *ent.QueryContext
	predicates []predicate.Parcel
}

func (q *ParcelQuery) Where(ps ...predicate.Parcel) *ParcelQuery {
	q.predicates = append(q.predicates, ps...)
	return q
}

func (q *ParcelQuery) Order(o ...parcel.OrderOption) *ParcelQuery { return q }

func (q *ParcelQuery) Limit(n int) *ParcelQuery {
	q.ctx.Limit = &n
	return q
}

func (q *ParcelQuery) All(ctx context.Context) ([]*Parcel, error) { return nil, nil }
func (q *ParcelQuery) First(ctx context.Context) (*Parcel, error) { return nil, nil }
func (q *ParcelQuery) Count(ctx context.Context) (int, error)     { return 0, nil }
