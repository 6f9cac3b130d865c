package bun

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/sqlvet/sqlvet/internal/chains/truth/bun/base"
)

func (c Chains) FarMiddle(ctx context.Context) (as []Author, err error) {
	return as, c.DB.NewSelect().Model(&as).Apply(base.Visible).Scan(ctx)
}

func (c Chains) FarStart(ctx context.Context) (ts []Tag, err error) {
	return ts, base.Select(c.DB, &ts).Where("label = ?", "x").Scan(ctx)
}

func (c Chains) FarEnd(ctx context.Context) (*Author, error) {
	a := new(Author)
	return a, base.One(ctx, c.DB.NewSelect().Model(a).Where("name = ?", "x"))
}

type filter struct {
	title string
	pages *int
	ids   []int64
}

func (f filter) apply(q *bun.SelectQuery) {
	if f.title != "" {
		q.Where("title ILIKE ?", f.title)
	}
	if f.pages != nil {
		q.Where("pages >= ?", *f.pages)
	}
	if len(f.ids) > 0 {
		q.Where("id IN (?)", bun.In(f.ids))
	}
}

func (c Chains) Filter(ctx context.Context, title, pages, ids bool) (n int64, err error) {
	var f filter
	if title {
		f.title = "x"
	}
	if pages {
		f.pages = new(int)
	}
	if ids {
		f.ids = []int64{1, 2}
	}
	q := c.DB.NewSelect().Model((*Book)(nil)).Column("id")
	f.apply(q)
	return n, q.Scan(ctx, &n)
}

func (c Chains) Loop(ctx context.Context, names []string) (as []Author, err error) {
	q := c.DB.NewSelect().Model(&as)
	for _, n := range names {
		q = q.Where("name <> ?", n)
	}
	return as, q.Order("id").Scan(ctx)
}

func (c Chains) Sorted(ctx context.Context, desc bool) (as []Author, err error) {
	order := "name"
	if desc {
		order += " DESC"
	}
	return as, c.DB.NewSelect().Model(&as).Order(order).Scan(ctx)
}

func (c Chains) EarlyReturn(ctx context.Context, fast bool) (ts []Tag, err error) {
	q := c.DB.NewSelect().Model(&ts)
	if fast {
		return ts, q.Limit(1).Scan(ctx)
	}
	return ts, q.Join("JOIN book_tags AS bt ON bt.tag_id = tag.id").Where("bt.book_id = ?", 3).Scan(ctx)
}

func (c Chains) Closure(ctx context.Context, author int64) (int64, error) {
	mine := func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("author_id = ?", author) }
	return mine(c.DB.NewSelect().Model((*Book)(nil))).Count(ctx)
}

func (c Chains) GroupLoop(ctx context.Context, names []string) (as []Author, err error) {
	return as, c.DB.NewSelect().Model(&as).Where("country = ?", "at").
		WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			for _, n := range names {
				q = q.WhereOr("name = ?", n)
			}
			return q
		}).Scan(ctx)
}

func (c Chains) Handle(ctx context.Context, inTx bool) error {
	var db bun.IDB = c.DB
	if inTx {
		tx, err := c.DB.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		db = tx
	}
	_, err := db.NewDelete().Model((*Review)(nil)).Where("book_id = ?", 3).Exec(ctx)
	return err
}
