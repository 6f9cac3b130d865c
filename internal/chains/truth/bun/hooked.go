package bun

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/sqlvet/sqlvet/internal/chains/truth/bun/store"
)

// Models that add to their own statements, statements in a field that methods
// change where it is, tables that are emptied.

type tenantKey struct{}

// Invoice belongs to a tenant.
type Invoice struct {
	bun.BaseModel `bun:"table:invoices,alias:inv"`

	ID     int64 `bun:",pk,autoincrement"`
	Tenant int64
	Total  int64
}

var _ bun.BeforeSelectHook = (*Invoice)(nil)

// BeforeSelect keeps tenants apart.
func (*Invoice) BeforeSelect(ctx context.Context, q *bun.SelectQuery) error {
	if t, ok := ctx.Value(tenantKey{}).(int64); ok {
		q.Where("inv.tenant = ?", t)
	}
	return nil
}

func (c Chains) Hooked(ctx context.Context, tenant bool) (is []Invoice, err error) {
	if tenant {
		ctx = context.WithValue(ctx, tenantKey{}, int64(3))
	}
	return is, c.DB.NewSelect().Model(&is).Where("total > 10").Scan(ctx)
}

func (c Chains) HookedAlways(ctx context.Context, id int64) (*store.Voucher, error) {
	v := new(store.Voucher)
	return v, c.DB.NewSelect().Model(v).Where("id = ?", id).Scan(ctx)
}

func (c Chains) HookedNot(ctx context.Context) (int64, error) {
	return c.DB.NewSelect().Model((*store.Voucher)(nil)).Count(ctx)
}

func (c Chains) HookedDelete(ctx context.Context, id int64) error {
	_, err := c.DB.NewDelete().Model((*store.Voucher)(nil)).Where("id = ?", id).Exec(ctx)
	return err
}

func (c Chains) Empty(ctx context.Context, all bool) error {
	q := c.DB.NewTruncateTable().Model((*Invoice)(nil))
	if all {
		q.Cascade()
	}
	_, err := q.Exec(ctx)
	return err
}

func (c Chains) EmptyKept(ctx context.Context) error {
	_, err := c.DB.NewTruncateTable().Table("books").ContinueIdentity().Exec(ctx)
	return err
}

type listing struct {
	query *bun.SelectQuery
	names []string
}

func (l *listing) cheap(max int) *listing {
	l.query.Where("total < ?", max)
	return l
}

func (l *listing) latest() *listing {
	l.query.OrderExpr("id DESC")
	return l
}

func (l *listing) run(ctx context.Context) (rows []map[string]any, err error) {
	for _, n := range l.names {
		l.query.ColumnExpr(n)
	}
	return rows, l.query.Scan(ctx, &rows)
}

func (c Chains) Listing(ctx context.Context, cheap bool) ([]map[string]any, error) {
	l := &listing{query: c.DB.NewSelect().TableExpr("invoices"), names: []string{"id", "total"}}
	if cheap {
		l.cheap(3)
	}
	return l.latest().run(ctx)
}

func (c Chains) UpsertNamed(ctx context.Context, v *store.Voucher, set []string) error {
	v.ID = 4
	q := c.DB.NewInsert().Model(v).On("CONFLICT (id) DO UPDATE")
	for _, s := range set {
		q.Set("? = EXCLUDED.?", bun.Ident(s), bun.Ident(s))
	}
	_, err := q.Exec(ctx)
	return err
}
