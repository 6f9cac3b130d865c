package bun

import (
	"context"
	"time"

	"github.com/uptrace/bun"
)

// More of what applications write: repositories, pages, bulk statements.

type page struct{ Number, Size int64 }

func (p page) to(q *bun.SelectQuery) *bun.SelectQuery {
	return q.Limit(p.Size).Offset((p.Number - 1) * p.Size)
}

type criterion func(*bun.SelectQuery) *bun.SelectQuery

func select1[T any](ctx context.Context, db bun.IDB, cs ...criterion) (rows []T, err error) {
	q := db.NewSelect().Model(&rows)
	for _, c := range cs {
		q = c(q)
	}
	return rows, q.Scan(ctx)
}

func (c Chains) Criteria(ctx context.Context) ([]Tag, error) {
	return select1[Tag](ctx, c.DB, func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("label = ?", "x").Order("id") })
}

func (c Chains) PageOf(ctx context.Context, p page) (as []Author, err error) {
	return as, c.DB.NewSelect().Model(&as).Apply(p.to).Order("name").Scan(ctx)
}

func (c Chains) NotGroup(ctx context.Context, title string) (bs []Book, err error) {
	return bs, c.DB.NewSelect().Model(&bs).Where("pages > ?", 3).WhereGroup(" AND NOT ", func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("title = ?", title).WhereOr("shelf IS NULL")
	}).Scan(ctx)
}

func (c Chains) BulkUpdate(ctx context.Context, tags []Tag) error {
	_, err := c.DB.NewUpdate().Model(&tags).Column("label").Bulk().Exec(ctx)
	return err
}

func (c Chains) Values(ctx context.Context, tags []Tag) error {
	_, err := c.DB.NewUpdate().With("_data", c.DB.NewValues(&tags)).Model((*Tag)(nil)).TableExpr("_data").Set("label = _data.label").Where("tag.id = _data.id").Exec(ctx)
	return err
}

func (c Chains) UpsertExcept(ctx context.Context, t *Tag) error {
	_, err := c.DB.NewInsert().Model(t).On("CONFLICT (id) DO UPDATE").Set("label = EXCLUDED.label").Where("tag.label <> EXCLUDED.label").Exec(ctx)
	return err
}

func (c Chains) Claim(ctx context.Context, n int64) (ids []int64, err error) {
	next := c.DB.NewSelect().Model((*Review)(nil)).Column("id").Where("stars = 0").Order("id").Limit(n).For("UPDATE SKIP LOCKED")
	_, err = c.DB.NewUpdate().Model((*Review)(nil)).Set("stars = ?", 1).Where("id IN (?)", next).Returning("id").Exec(ctx, &ids)
	return ids, err
}

func (c Chains) InTxMore(ctx context.Context, id int64) error {
	return c.DB.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewDelete().Model((*BookTag)(nil)).Where("book_id = ?", id).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.NewDelete().Model((*Book)(nil)).Where("id = ?", id).ForceDelete().Exec(ctx)
		return err
	})
}

func (c Chains) Between(ctx context.Context, from, to time.Time) (n int64, err error) {
	return c.DB.NewSelect().Model((*Book)(nil)).Where("created_at >= ? AND created_at < ?", from, to).WhereAllWithDeleted().Count(ctx)
}

func (c Chains) CaseOrder(ctx context.Context, down bool) (bs []Book, err error) {
	dir := "ASC"
	if down {
		dir = "DESC"
	}
	return bs, c.DB.NewSelect().Model(&bs).OrderExpr("pages ?", bun.Safe(dir)).Limit(3).Scan(ctx)
}

func (c Chains) LeftJoined(ctx context.Context) (out []struct {
	Title string
	N     int
}, err error) {
	return out, c.DB.NewSelect().TableExpr("books AS b").Join("LEFT JOIN reviews AS r ON r.book_id = b.id").ColumnExpr("b.title, count(r.id) AS n").GroupExpr("b.title").Having("count(r.id) > ?", 2).OrderExpr("n DESC").Scan(ctx, &out)
}

func (c Chains) TwoColumns(ctx context.Context, m *Member) error {
	_, err := c.DB.NewUpdate().Model(m).Column("email", "meta").WherePK().Exec(ctx)
	return err
}

func (c Chains) NotZero(ctx context.Context) error {
	_, err := c.DB.NewUpdate().Model(&Tag{ID: 1, Label: "x"}).OmitZero().WherePK().Exec(ctx)
	return err
}


func (c Chains) MapRow(ctx context.Context, id int64) error {
	_, err := c.DB.NewUpdate().Model(&map[string]any{"label": "x"}).TableExpr("tags").Where("id = ?", id).Exec(ctx)
	return err
}
