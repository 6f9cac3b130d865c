// Package bun holds chains of github.com/uptrace/bun.
package bun

import (
	"context"
	"database/sql"
	"time"

	"github.com/uptrace/bun"
)

// Models are the types that CreateTable makes tables of.
var Models = []any{(*Author)(nil), (*Book)(nil), (*Review)(nil), (*Tag)(nil), (*BookTag)(nil), (*Member)(nil)}

type Author struct {
	bun.BaseModel `bun:"table:authors,alias:a"`

	ID      int64  `bun:",pk,autoincrement"`
	Name    string `bun:",notnull,unique"`
	Country string
	Books   []*Book `bun:"rel:has-many,join:id=author_id"`
}

type Book struct {
	bun.BaseModel `bun:"table:books"`

	ID        int64  `bun:"id,pk,autoincrement"`
	Title     string `bun:"title,notnull"`
	ISBN      string `bun:"isbn,type:char(13),unique:isbn_shelf"`
	Shelf     string `bun:"shelf,unique:isbn_shelf,nullzero"`
	Pages     int
	AuthorID  int64
	Author    *Author   `bun:"rel:belongs-to,join:author_id=id"`
	Reviews   []*Review `bun:"rel:has-many,join:id=book_id"`
	Tags      []Tag     `bun:"m2m:book_tags,join:Book=Tag"`
	CreatedAt time.Time `bun:",nullzero,notnull,default:current_timestamp"`
	DeletedAt time.Time `bun:",soft_delete,nullzero"`
	Draft     string    `bun:"-"`
}

type Review struct {
	ID     int64 `bun:",pk,autoincrement"`
	BookID int64
	Stars  int8
	Text   string `bun:"type:text"`
}

type Tag struct {
	ID    int64 `bun:",pk,autoincrement"`
	Label string
}

type BookTag struct {
	BookID int64 `bun:",pk"`
	Book   *Book `bun:"rel:belongs-to,join:book_id=id"`
	TagID  int64 `bun:",pk"`
	Tag    *Tag  `bun:"rel:belongs-to,join:tag_id=id"`
}

type Member struct {
	ID    string `bun:",pk,type:uuid"`
	Email string
	Card  *Card `bun:"rel:has-one,join:id=member_id"`
	Meta  map[string]string
}

type Card struct {
	ID       int64 `bun:",pk,autoincrement"`
	MemberID string
}

// Chains sends each chain by its handle.
type Chains struct{ DB *bun.DB }

func (c Chains) ByID(ctx context.Context, id int64) (*Book, error) {
	b := new(Book)
	err := c.DB.NewSelect().Model(b).Where("id = ?", id).Scan(ctx)
	return b, err
}

func (c Chains) ByPK(ctx context.Context, id int64) error {
	b := &Book{ID: id}
	return c.DB.NewSelect().Model(b).WherePK().Scan(ctx)
}

func (c Chains) All(ctx context.Context) (as []Author, err error) {
	return as, c.DB.NewSelect().Model(&as).Order("name").Scan(ctx)
}

func (c Chains) Pointers(ctx context.Context) (bs []*Book, err error) {
	return bs, c.DB.NewSelect().Model(&bs).OrderExpr("title ASC, id DESC").Scan(ctx)
}

func (c Chains) Nil(ctx context.Context) (n int, err error) {
	return n, c.DB.NewSelect().Model((*Author)(nil)).Column("id").Where("name = ?", "x").Scan(ctx, &n)
}

func (c Chains) Column(ctx context.Context) (bs []Book, err error) {
	return bs, c.DB.NewSelect().Model(&bs).Column("id", "title").Scan(ctx)
}

func (c Chains) ColumnExpr(ctx context.Context) (n int, err error) {
	return n, c.DB.NewSelect().Model((*Book)(nil)).ColumnExpr("max(pages)").Scan(ctx, &n)
}

func (c Chains) ExcludeColumn(ctx context.Context) (as []Author, err error) {
	return as, c.DB.NewSelect().Model(&as).ExcludeColumn("country").Scan(ctx)
}

func (c Chains) Table(ctx context.Context) (n int, err error) {
	return n, c.DB.NewSelect().Table("book_tags").Column("book_id").Where("tag_id = ?", 3).Scan(ctx, &n)
}

func (c Chains) TableExpr(ctx context.Context) (n int, err error) {
	return n, c.DB.NewSelect().TableExpr("books AS b").ColumnExpr("b.id").Where("b.pages > ?", 3).Scan(ctx, &n)
}

func (c Chains) ModelTableExpr(ctx context.Context) (bs []Book, err error) {
	return bs, c.DB.NewSelect().Model(&bs).ModelTableExpr("old_books AS book").Scan(ctx)
}

func (c Chains) Alias(ctx context.Context) (bs []Book, err error) {
	return bs, c.DB.NewSelect().Model(&bs).Where("?TableAlias.pages > ?", 3).Scan(ctx)
}

func (c Chains) Ident(ctx context.Context, q string) (bs []Book, err error) {
	return bs, c.DB.NewSelect().Model(&bs).Where("lower(?) = ?", bun.Ident("book.title"), q).Scan(ctx)
}

func (c Chains) Safe(ctx context.Context) (bs []Book, err error) {
	return bs, c.DB.NewSelect().Model(&bs).OrderExpr("? DESC", bun.Safe("length(title)")).Scan(ctx)
}

func (c Chains) In(ctx context.Context, ids []int64) (bs []Book, err error) {
	return bs, c.DB.NewSelect().Model(&bs).Where("id IN (?)", bun.In(ids)).Scan(ctx)
}

func (c Chains) Or(ctx context.Context, title, isbn string) (bs []Book, err error) {
	return bs, c.DB.NewSelect().Model(&bs).Where("title = ?", title).WhereOr("isbn = ?", isbn).Scan(ctx)
}

func (c Chains) Group(ctx context.Context, title string) (bs []Book, err error) {
	return bs, c.DB.NewSelect().Model(&bs).
		Where("pages > 3").
		WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			return q.Where("title = ?", title).WhereOr("shelf IS NULL")
		}).Scan(ctx)
}

func (c Chains) Page(ctx context.Context, n int64) (as []Author, err error) {
	return as, c.DB.NewSelect().Model(&as).Order("id DESC").Limit(n).Offset(20).Scan(ctx)
}

func (c Chains) LimitOne(ctx context.Context) (a Author, err error) {
	return a, c.DB.NewSelect().Model(&a).Where("country = ?", "at").Limit(1).Scan(ctx)
}

func (c Chains) Distinct(ctx context.Context) (names []string, err error) {
	return names, c.DB.NewSelect().Model((*Author)(nil)).Distinct().Column("country").Scan(ctx, &names)
}

func (c Chains) DistinctOn(ctx context.Context) (bs []Book, err error) {
	return bs, c.DB.NewSelect().Model(&bs).DistinctOn("author_id").Order("author_id").Scan(ctx)
}

func (c Chains) GroupHaving(ctx context.Context, n int) (out []map[string]any, err error) {
	return out, c.DB.NewSelect().Model((*Book)(nil)).Column("author_id").ColumnExpr("count(*) AS n").
		Group("author_id").Having("count(*) > ?", n).Scan(ctx, &out)
}

func (c Chains) GroupExpr(ctx context.Context) (out []map[string]any, err error) {
	return out, c.DB.NewSelect().TableExpr("books").ColumnExpr("date(created_at)").GroupExpr("date(created_at)").Scan(ctx, &out)
}

func (c Chains) Count(ctx context.Context) (int64, error) {
	return c.DB.NewSelect().Model((*Author)(nil)).Where("country = ?", "at").Count(ctx)
}

func (c Chains) CountSoft(ctx context.Context) (int64, error) {
	return c.DB.NewSelect().Model((*Book)(nil)).Count(ctx)
}

func (c Chains) Exists(ctx context.Context, title string) (bool, error) {
	return c.DB.NewSelect().Model((*Book)(nil)).Where("title = ?", title).Exists(ctx)
}

func (c Chains) ScanAndCount(ctx context.Context) (int64, error) {
	var as []Author
	return c.DB.NewSelect().Model(&as).Where("country = ?", "at").Limit(10).ScanAndCount(ctx)
}

func (c Chains) Rows(ctx context.Context) (*sql.Rows, error) {
	return c.DB.NewSelect().Model((*Review)(nil)).Where("stars = 5").Rows(ctx)
}

func (c Chains) Join(ctx context.Context) (bs []Book, err error) {
	return bs, c.DB.NewSelect().Model(&bs).Join("JOIN authors AS a ON a.id = book.author_id").Where("a.name = ?", "x").Scan(ctx)
}

func (c Chains) JoinOn(ctx context.Context) (rs []Review, err error) {
	return rs, c.DB.NewSelect().Model(&rs).Join("LEFT JOIN books AS b").JoinOn("b.id = review.book_id").JoinOn("b.pages > ?", 3).Scan(ctx)
}

func (c Chains) BelongsTo(ctx context.Context) (bs []Book, err error) {
	return bs, c.DB.NewSelect().Model(&bs).Relation("Author").Where("author.country = ?", "at").Scan(ctx)
}

func (c Chains) HasOne(ctx context.Context) (ms []Member, err error) {
	return ms, c.DB.NewSelect().Model(&ms).Relation("Card").Scan(ctx)
}

func (c Chains) HasMany(ctx context.Context) (as []Author, err error) {
	return as, c.DB.NewSelect().Model(&as).Relation("Books").Scan(ctx)
}

func (c Chains) HasManyFunc(ctx context.Context) (as []Author, err error) {
	return as, c.DB.NewSelect().Model(&as).Relation("Books", func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("pages > ?", 3).Order("title")
	}).Scan(ctx)
}

func (c Chains) Nested(ctx context.Context) (as []Author, err error) {
	return as, c.DB.NewSelect().Model(&as).Relation("Books.Reviews").Scan(ctx)
}

func (c Chains) ManyToMany(ctx context.Context) (bs []Book, err error) {
	return bs, c.DB.NewSelect().Model(&bs).Relation("Tags").Scan(ctx)
}

func (c Chains) Deleted(ctx context.Context) (bs []Book, err error) {
	return bs, c.DB.NewSelect().Model(&bs).WhereDeleted().Scan(ctx)
}

func (c Chains) WithDeleted(ctx context.Context) (bs []Book, err error) {
	return bs, c.DB.NewSelect().Model(&bs).Where("pages = 0").WhereAllWithDeleted().Scan(ctx)
}

func (c Chains) Subquery(ctx context.Context) (bs []Book, err error) {
	from := c.DB.NewSelect().Model((*Author)(nil)).Column("id").Where("country = ?", "at")
	return bs, c.DB.NewSelect().Model(&bs).Where("author_id IN (?)", from).Scan(ctx)
}

func (c Chains) FromSubquery(ctx context.Context) (n int, err error) {
	inner := c.DB.NewSelect().Model((*Review)(nil)).ColumnExpr("avg(stars) AS s").Group("book_id")
	return n, c.DB.NewSelect().TableExpr("(?) AS t", inner).ColumnExpr("max(t.s)").Scan(ctx, &n)
}

func (c Chains) With(ctx context.Context) (n int, err error) {
	old := c.DB.NewSelect().Model((*Review)(nil)).Column("book_id").Where("stars < 2")
	return n, c.DB.NewSelect().With("old", old).TableExpr("old").ColumnExpr("count(*)").Scan(ctx, &n)
}

func (c Chains) Union(ctx context.Context) (ids []int64, err error) {
	tags := c.DB.NewSelect().Model((*Tag)(nil)).Column("id")
	return ids, c.DB.NewSelect().Model((*Review)(nil)).Column("id").UnionAll(tags).Scan(ctx, &ids)
}

func (c Chains) ForUpdate(ctx context.Context, id int64) (t Tag, err error) {
	return t, c.DB.NewSelect().Model(&t).Where("id = ?", id).For("UPDATE SKIP LOCKED").Scan(ctx)
}

func (c Chains) Raw(ctx context.Context, title string) (b Book, err error) {
	return b, c.DB.NewRaw("SELECT id, title FROM books WHERE title = ?", title).Scan(ctx, &b)
}

func (c Chains) RawIdent(ctx context.Context) (n int, err error) {
	return n, c.DB.NewRaw("SELECT count(*) FROM ? WHERE ? > 3", bun.Ident("books"), bun.Ident("pages")).Scan(ctx, &n)
}

func (c Chains) Exec(ctx context.Context, id int64) (sql.Result, error) {
	return c.DB.ExecContext(ctx, "UPDATE books SET pages = pages + 1 WHERE id = ?", id)
}

func (c Chains) Optional(ctx context.Context, byTitle, byAuthor bool) (bs []Book, err error) {
	q := c.DB.NewSelect().Model(&bs).Order("id")
	if byTitle {
		q.Where("title = ?", "x")
	}
	if byAuthor {
		q = q.Where("author_id = ?", 3)
	}
	return bs, q.Scan(ctx)
}

func (c Chains) reviews(stars int) *bun.SelectQuery {
	return c.DB.NewSelect().Model((*Review)(nil)).Where("stars >= ?", stars)
}

func (c Chains) Helper(ctx context.Context) (int64, error) {
	return c.reviews(3).Where("book_id = ?", 1).Count(ctx)
}

func longOnly(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("pages > ?", 500) }

func (c Chains) Apply(ctx context.Context) (bs []Book, err error) {
	return bs, c.DB.NewSelect().Model(&bs).Apply(longOnly).Scan(ctx)
}

func byShelf(q bun.QueryBuilder) bun.QueryBuilder { return q.Where("shelf = ?", "a") }

func (c Chains) QueryBuilder(ctx context.Context) (bs []Book, err error) {
	return bs, c.DB.NewSelect().Model(&bs).ApplyQueryBuilder(byShelf).Scan(ctx)
}

func all(ctx context.Context, db bun.IDB, out any) error {
	return db.NewSelect().Model(out).Limit(7).Scan(ctx)
}

func (c Chains) Handed(ctx context.Context) (ts []Tag, err error) { return ts, all(ctx, c.DB, &ts) }

func (c Chains) Insert(ctx context.Context) (sql.Result, error) {
	return c.DB.NewInsert().Model(&Author{Name: "x", Country: "at"}).Exec(ctx)
}

func (c Chains) InsertDefaults(ctx context.Context, b *Book) error {
	_, err := c.DB.NewInsert().Model(b).Exec(ctx)
	return err
}

func (c Chains) InsertMany(ctx context.Context, tags []Tag) (sql.Result, error) {
	return c.DB.NewInsert().Model(&tags).Exec(ctx)
}

func (c Chains) InsertColumns(ctx context.Context) (sql.Result, error) {
	return c.DB.NewInsert().Model(&Review{Stars: 3}).Column("book_id", "stars").Returning("NULL").Exec(ctx)
}

func (c Chains) InsertMap(ctx context.Context) (sql.Result, error) {
	row := map[string]any{"label": "x"}
	return c.DB.NewInsert().Model(&row).TableExpr("tags").Exec(ctx)
}

func (c Chains) Upsert(ctx context.Context) (sql.Result, error) {
	return c.DB.NewInsert().Model(&Member{ID: "x", Email: "y"}).On("CONFLICT (id) DO UPDATE").Set("email = EXCLUDED.email").Exec(ctx)
}

func (c Chains) Ignore(ctx context.Context) (sql.Result, error) {
	return c.DB.NewInsert().Model(&BookTag{BookID: 1, TagID: 2}).Ignore().Exec(ctx)
}

func (c Chains) Update(ctx context.Context, id int64) (sql.Result, error) {
	return c.DB.NewUpdate().Model((*Tag)(nil)).Set("label = ?", "x").Where("id = ?", id).Exec(ctx)
}

func (c Chains) UpdatePK(ctx context.Context) (sql.Result, error) {
	return c.DB.NewUpdate().Model(&Author{ID: 1, Name: "x"}).WherePK().Exec(ctx)
}

func (c Chains) UpdateColumn(ctx context.Context) (sql.Result, error) {
	return c.DB.NewUpdate().Model(&Author{ID: 1, Name: "x"}).Column("name").WherePK().Exec(ctx)
}

func (c Chains) UpdateOmitZero(ctx context.Context) (sql.Result, error) {
	return c.DB.NewUpdate().Model(&Author{ID: 1, Name: "x"}).OmitZero().WherePK().Exec(ctx)
}

func (c Chains) UpdateSoft(ctx context.Context) (sql.Result, error) {
	return c.DB.NewUpdate().Model((*Book)(nil)).Set("pages = pages + ?", 1).Where("author_id = ?", 3).Exec(ctx)
}

func (c Chains) UpdateTable(ctx context.Context) (sql.Result, error) {
	return c.DB.NewUpdate().Table("books").Set("shelf = NULL").Where("id = 3").Exec(ctx)
}

func (c Chains) UpdateReturning(ctx context.Context) (n int, err error) {
	return n, c.DB.NewUpdate().Model((*Review)(nil)).Set("stars = 1").Where("id = 3").Returning("book_id").Scan(ctx, &n)
}

func (c Chains) Delete(ctx context.Context, id int64) (sql.Result, error) {
	return c.DB.NewDelete().Model((*Tag)(nil)).Where("id = ?", id).Exec(ctx)
}

func (c Chains) DeletePK(ctx context.Context) (sql.Result, error) {
	return c.DB.NewDelete().Model(&Review{ID: 3}).WherePK().Exec(ctx)
}

func (c Chains) SoftDelete(ctx context.Context, id int64) (sql.Result, error) {
	return c.DB.NewDelete().Model((*Book)(nil)).Where("id = ?", id).Exec(ctx)
}

func (c Chains) ForceDelete(ctx context.Context, id int64) (sql.Result, error) {
	return c.DB.NewDelete().Model((*Book)(nil)).Where("id = ?", id).ForceDelete().Exec(ctx)
}

func (c Chains) DeleteTable(ctx context.Context) (sql.Result, error) {
	return c.DB.NewDelete().Table("book_tags").Where("book_id = ?", 3).Returning("tag_id").Exec(ctx)
}

func (c Chains) InTx(ctx context.Context, id int64) error {
	return c.DB.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewDelete().Model((*BookTag)(nil)).Where("book_id = ?", id).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.NewDelete().Model((*Review)(nil)).Where("book_id = ?", id).Exec(ctx)
		return err
	})
}
