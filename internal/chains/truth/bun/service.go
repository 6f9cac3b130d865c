package bun

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/sqlvet/sqlvet/internal/chains/truth/bun/store"
)

func (c Chains) StoreFind(ctx context.Context, id int64) (*Author, error) {
	return store.Find[Author](ctx, c.DB, id)
}

func (c Chains) StoreInsert(ctx context.Context) error {
	return store.Insert(ctx, c.DB, &Tag{Label: "x"})
}

func (c Chains) StorePage(ctx context.Context) ([]Author, int64, error) {
	var as []Author
	q := c.DB.NewSelect().Model(&as).Where("country = ?", "at").Order("name")
	return store.Page[Author](ctx, q, 40)
}

func (c Chains) StoreFilter(ctx context.Context) (as []Author, err error) {
	q := c.DB.NewSelect().Model(&as)
	q = store.Named("x")(q)
	return as, q.Scan(ctx)
}

type authorRepo struct {
	db bun.IDB
}

func (r *authorRepo) list(ctx context.Context, f authorFilter) (as []*Author, err error) {
	q := r.db.NewSelect().Model(&as)
	q = f.narrow(q)
	err = q.Order("id DESC").Limit(50).Scan(ctx)
	return as, err
}

type authorFilter struct {
	country string
	names   []string
	like    *string
}

func (f authorFilter) narrow(q *bun.SelectQuery) *bun.SelectQuery {
	if f.country != "" {
		q = q.Where("a.country = ?", f.country)
	}
	if len(f.names) > 0 {
		q = q.Where("a.name IN (?)", bun.In(f.names))
	}
	if f.like != nil {
		q = q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			return q.Where("a.name ILIKE ?", *f.like).WhereOr("a.country ILIKE ?", *f.like)
		})
	}
	return q
}

func (c Chains) RepoList(ctx context.Context, country, names, like bool) ([]*Author, error) {
	var f authorFilter
	if country {
		f.country = "at"
	}
	if names {
		f.names = []string{"x", "y"}
	}
	if like {
		f.like = new(string)
	}
	return (&authorRepo{c.DB}).list(ctx, f)
}

func (c Chains) InPlace(ctx context.Context, long bool) (bs []Book, err error) {
	q := c.DB.NewSelect().Model(&bs).Where("shelf = ?", "x")
	if long {
		q.Where("pages > ?", 300)
	}
	q.OrderExpr("pages DESC NULLS LAST")
	return bs, q.Scan(ctx)
}

func addShelf(q *bun.SelectQuery, shelf string) { q.Where("book.shelf = ?", shelf) }

func (c Chains) InPlaceHelper(ctx context.Context) (bs []Book, err error) {
	q := c.DB.NewSelect().Model(&bs)
	addShelf(q, "x")
	return bs, q.Limit(3).Scan(ctx)
}

func (c Chains) Identifiers(ctx context.Context, col string) (bs []Book, err error) {
	return bs, c.DB.NewSelect().Model(&bs).Where("? = ?", bun.Ident("book.shelf"), "x").Where("? > 3", bun.Ident(col)).Scan(ctx)
}

func (c Chains) IdentTable(ctx context.Context) (n int, err error) {
	return n, c.DB.NewSelect().TableExpr("? AS ?", bun.Ident("reviews"), bun.Ident("r")).ColumnExpr("count(*)").
		Where("? >= ?", bun.Ident("r.stars"), 3).Scan(ctx, &n)
}

func (c Chains) JoinIdent(ctx context.Context) (ids []int64, err error) {
	return ids, c.DB.NewSelect().TableExpr("? AS ?", bun.Ident("books"), bun.Ident("book")).Column("book.id").
		Join("JOIN ? AS ? ON ? = ?", bun.Ident("authors"), bun.Ident("author"), bun.Ident("author.id"), bun.Ident("book.author_id")).
		Where("? = ?", bun.Ident("author.country"), "at").Scan(ctx, &ids)
}

func (c Chains) ExistsIdent(ctx context.Context, email string) (bool, error) {
	return c.DB.NewSelect().TableExpr("? AS ?", bun.Ident("members"), bun.Ident("m")).Where("? = ?", bun.Ident("m.email"), email).Exists(ctx)
}

func (c Chains) SubIn(ctx context.Context) (bs []Book, err error) {
	sub := c.DB.NewSelect().Model((*Author)(nil)).Column("id").Where("country = ?", "at")
	return bs, c.DB.NewSelect().Model(&bs).Where("author_id IN (?)", sub).Scan(ctx)
}

func (c Chains) SubColumn(ctx context.Context) (as []Author, err error) {
	n := c.DB.NewSelect().TableExpr("books AS b").ColumnExpr("count(*)").Where("b.author_id = a.id")
	return as, c.DB.NewSelect().Model(&as).ColumnExpr("a.*").ColumnExpr("(?) AS books", n).Scan(ctx)
}

func (c Chains) CTE(ctx context.Context) (n int, err error) {
	long := c.DB.NewSelect().Model((*Book)(nil)).Where("pages > ?", 500)
	return n, c.DB.NewSelect().With("long", long).TableExpr("long").ColumnExpr("count(*)").Scan(ctx, &n)
}

func (c Chains) UpdateSets(ctx context.Context, id int64, shelf bool) error {
	q := c.DB.NewUpdate().Model((*Book)(nil)).Set("pages = pages + ?", 1).Where("id = ?", id)
	if shelf {
		q = q.Set("shelf = ?", "y")
	}
	_, err := q.Exec(ctx)
	return err
}

func (c Chains) UpdateColumns(ctx context.Context, b *Book) error {
	_, err := c.DB.NewUpdate().Model(b).Column("title", "shelf").Where("id = ?", b.ID).Exec(ctx)
	return err
}

func (c Chains) UpdateExpr(ctx context.Context, id int64) error {
	_, err := c.DB.NewUpdate().Table("members").Set("email = NULL").Set("? = ?", bun.Ident("meta"), "{}").Where("id = ?", id).Exec(ctx)
	return err
}

func (c Chains) UpsertSet(ctx context.Context, a *Author) error {
	_, err := c.DB.NewInsert().Model(a).On("CONFLICT (name) DO UPDATE").Set("country = EXCLUDED.country").Returning("id").Exec(ctx)
	return err
}

func (c Chains) UpsertAll(ctx context.Context, tags []Tag) error {
	_, err := c.DB.NewInsert().Model(&tags).On("CONFLICT (id) DO UPDATE").Exec(ctx)
	return err
}

func (c Chains) InsertReturning(ctx context.Context, r *Review) error {
	_, err := c.DB.NewInsert().Model(r).Returning("*").Exec(ctx)
	return err
}

func (c Chains) DeleteWhere(ctx context.Context, before time.Time) (int64, error) {
	res, err := c.DB.NewDelete().Model((*Review)(nil)).Where("stars < ?", 2).WhereOr("text = ''").Exec(ctx)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (c Chains) DeleteSub(ctx context.Context) error {
	_, err := c.DB.NewDelete().TableExpr("? AS ?", bun.Ident("book_tags"), bun.Ident("bt")).
		Where("? IN (?)", bun.Ident("bt.tag_id"), c.DB.NewSelect().TableExpr("tags").Column("id").Where("label = ?", "x")).Exec(ctx)
	return err
}

func (c Chains) DeleteReturn(ctx context.Context, id int64) (ids []int64, err error) {
	_, err = c.DB.NewDelete().Model((*BookTag)(nil)).Where("book_id = ?", id).Returning("tag_id").Exec(ctx, &ids)
	return ids, err
}

func (c Chains) RunInTx(ctx context.Context, id int64) error {
	return c.DB.RunInTx(ctx, &sql.TxOptions{}, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewDelete().Model((*Review)(nil)).Where("book_id = ?", id).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.NewDelete().Model((*Book)(nil)).Where("id = ?", id).ForceDelete().Exec(ctx)
		return err
	})
}

func (c Chains) Relations(ctx context.Context, id int64) (*Book, error) {
	b := new(Book)
	err := c.DB.NewSelect().Model(b).Relation("Author").Relation("Reviews", func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("stars > ?", 2).Order("id")
	}).Where("book.id = ?", id).Scan(ctx)
	return b, err
}

func (c Chains) RelationColumns(ctx context.Context) (bs []Book, err error) {
	return bs, c.DB.NewSelect().Model(&bs).Column("book.id", "title").Relation("Author", func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Column("name")
	}).Scan(ctx)
}

func (c Chains) LoopWhere(ctx context.Context, words []string) (as []Author, err error) {
	q := c.DB.NewSelect().Model(&as)
	for _, w := range words {
		q = q.Where("name ILIKE ?", "%"+w+"%")
	}
	return as, q.Scan(ctx)
}

func (c Chains) JoinedText(ctx context.Context, cols []string) (as []Author, err error) {
	return as, c.DB.NewSelect().Model(&as).ColumnExpr(strings.Join(cols, ", ")).Scan(ctx)
}

func (c Chains) CountGroup(ctx context.Context) (rows []struct {
	Shelf string
	N     int
}, err error) {
	return rows, c.DB.NewSelect().Model((*Book)(nil)).Column("shelf").ColumnExpr("count(*) AS n").Group("shelf").
		Having("count(*) > ?", 1).OrderExpr("n DESC").Scan(ctx, &rows)
}

func (c Chains) RawIn(ctx context.Context, ids []int64) (bs []Book, err error) {
	return bs, c.DB.NewRaw("SELECT * FROM books WHERE id IN (?)", bun.In(ids)).Scan(ctx, &bs)
}

func (c Chains) QuerySkip(ctx context.Context) (b Book, err error) {
	return b, c.DB.NewSelect().Model(&b).Where("shelf IS NULL").For("UPDATE SKIP LOCKED").Limit(1).Scan(ctx)
}

func (c Chains) Alternatives(ctx context.Context, old bool) (n int, err error) {
	var q *bun.SelectQuery
	if old {
		q = c.DB.NewSelect().TableExpr("old_books").ColumnExpr("count(*)")
	} else {
		q = c.DB.NewSelect().Model((*Book)(nil)).ColumnExpr("count(*)")
	}
	return n, q.Where("pages > 3").Scan(ctx, &n)
}
