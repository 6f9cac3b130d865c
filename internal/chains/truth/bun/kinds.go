package bun

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/sqlvet/sqlvet/internal/chains/truth/bun/base"
)

// What applications do besides.

func (c Chains) BuilderFirst(ctx context.Context) (titles []string, err error) {
	q := c.DB.NewSelect().Model((*Book)(nil)).Column("title").ApplyQueryBuilder(base.WrittenBy(3))
	return titles, q.Scan(ctx, &titles)
}

func (c Chains) ValuesOfRows(ctx context.Context, bs []Book) error {
	values := c.DB.NewValues(&bs).Column("id", "pages")
	_, err := c.DB.NewUpdate().With("fresh", values).Model((*Book)(nil)).TableExpr("fresh").
		Set("pages = fresh.pages").Where("book.id = fresh.id").Exec(ctx)
	return err
}

func (c Chains) SomeColumns(ctx context.Context, b *Book, columns ...string) error {
	_, err := c.DB.NewUpdate().Model(b).Column(columns...).Where("book.id = ?", 3).Exec(ctx)
	return err
}

// A Rack is read through a view.
type Rack struct {
	bun.BaseModel `bun:"table:stock.racks,alias:r,select:stock.full_racks"`

	ID    int64 `bun:",pk,autoincrement"`
	Label string
}

func (c Chains) ReadThroughView(ctx context.Context) (rs []Rack, err error) {
	return rs, c.DB.NewSelect().Model(&rs).Where("r.label = ?", "a").Order("r.id").Scan(ctx)
}

func (c Chains) WrittenToTable(ctx context.Context) error {
	_, err := c.DB.NewUpdate().Model((*Rack)(nil)).Set("label = ?", "b").Where("r.id = ?", 3).Exec(ctx)
	return err
}
