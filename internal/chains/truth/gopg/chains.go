// Package gopg holds chains of github.com/go-pg/pg/v10.
package gopg

import (
	"context"
	"time"

	"github.com/go-pg/pg/v10"
	"github.com/go-pg/pg/v10/orm"
)

// Models are the types that CreateTable makes tables of.
var Models = []any{(*Author)(nil), (*Book)(nil), (*Review)(nil), (*Tag)(nil), (*BookTag)(nil)}

type Author struct {
	ID      int64
	Name    string `pg:",notnull,unique"`
	Country string
	Books   []*Book `pg:"rel:has-many"`
}

type Book struct {
	tableName struct{} `pg:"books,alias:b"`

	ID        int64
	Title     string
	ISBN      string `pg:"isbn,type:char(13),unique"`
	Pages     int    `pg:",use_zero"`
	AuthorID  int64
	Author    *Author   `pg:"rel:has-one"`
	Reviews   []*Review `pg:"rel:has-many"`
	Tags      []Tag     `pg:"many2many:book_tags"`
	CreatedAt time.Time `pg:"default:now()"`
	DeletedAt time.Time `pg:",soft_delete"`
	Draft     string    `pg:"-"`
}

type Review struct {
	ID     int64
	BookID int64
	Stars  int8
}

type Tag struct {
	ID    int64
	Label string
}

type BookTag struct {
	tableName struct{} `pg:"book_tags"`

	BookID int64 `pg:",pk"`
	TagID  int64 `pg:",pk"`
}

// Chains sends each chain by its handle.
type Chains struct{ DB orm.DB }

func (c Chains) ByID(id int64) (*Author, error) {
	a := new(Author)
	return a, c.DB.Model(a).Where("id = ?", id).Select()
}

func (c Chains) ByPK(id int64) (*Book, error) {
	b := &Book{ID: id}
	return b, c.DB.Model(b).WherePK().Select()
}

func (c Chains) All() (as []Author, err error) { return as, c.DB.Model(&as).Order("name").Select() }

func (c Chains) Pointers() (bs []*Book, err error) {
	return bs, c.DB.Model(&bs).OrderExpr("title ASC, id DESC").Select()
}

func (c Chains) Context(ctx context.Context) (rs []Review, err error) {
	return rs, c.DB.ModelContext(ctx, &rs).Where("stars > ?", 3).Select()
}

func (c Chains) First() (*Review, error) {
	r := new(Review)
	return r, c.DB.Model(r).Where("stars = 5").First()
}

func (c Chains) Last() (*Review, error) {
	r := new(Review)
	return r, c.DB.Model(r).Last()
}

func (c Chains) Column() (as []Author, err error) {
	return as, c.DB.Model(&as).Column("id", "name").Select()
}

func (c Chains) ColumnExpr() (n int, err error) {
	return n, c.DB.Model((*Book)(nil)).ColumnExpr("max(pages)").Select(&n)
}

func (c Chains) ExcludeColumn() (as []Author, err error) {
	return as, c.DB.Model(&as).ExcludeColumn("country").Select()
}

func (c Chains) TableExpr() (n int, err error) {
	return n, c.DB.Model().TableExpr("books AS x").ColumnExpr("x.id").Where("x.pages > ?", 3).Select(&n)
}

func (c Chains) Table() (n int, err error) {
	return n, c.DB.Model().Table("book_tags").Column("book_id").Where("tag_id = ?", 3).Select(&n)
}

func (c Chains) Alias() (bs []Book, err error) {
	return bs, c.DB.Model(&bs).Where("?TableAlias.pages > ?", 3).Select()
}

func (c Chains) Ident(q string) (bs []Book, err error) {
	return bs, c.DB.Model(&bs).Where("lower(?) = ?", pg.Ident("b.title"), q).Select()
}

func (c Chains) In(ids []int64) (bs []Book, err error) {
	return bs, c.DB.Model(&bs).Where("id IN (?)", pg.In(ids)).Select()
}

func (c Chains) WhereIn(ids []int64) (as []Author, err error) {
	return as, c.DB.Model(&as).WhereIn("id IN (?)", ids).Select()
}

func (c Chains) Array(ids []int64) (as []Author, err error) {
	return as, c.DB.Model(&as).Where("id = ANY(?)", pg.Array(ids)).Select()
}

func (c Chains) Or(title, isbn string) (bs []Book, err error) {
	return bs, c.DB.Model(&bs).Where("title = ?", title).WhereOr("isbn = ?", isbn).Select()
}

func (c Chains) Group(title string) (bs []Book, err error) {
	return bs, c.DB.Model(&bs).Where("pages > 3").WhereGroup(func(q *orm.Query) (*orm.Query, error) {
		return q.Where("title = ?", title).WhereOr("isbn IS NULL"), nil
	}).Select()
}

func (c Chains) Page(n int) (as []Author, err error) {
	return as, c.DB.Model(&as).Order("id DESC").Limit(n).Offset(20).Select()
}

func (c Chains) Distinct() (names []string, err error) {
	return names, c.DB.Model((*Author)(nil)).Distinct().Column("country").Select(&names)
}

func (c Chains) DistinctOn() (rs []Review, err error) {
	return rs, c.DB.Model(&rs).DistinctOn("book_id").Order("book_id").Select()
}

func (c Chains) GroupHaving(n int) error {
	var out []struct{ BookID, N int }
	return c.DB.Model((*Review)(nil)).Column("book_id").ColumnExpr("count(*) AS n").Group("book_id").Having("count(*) > ?", n).Select(&out)
}

func (c Chains) GroupExpr() error {
	var out []struct{ Day time.Time }
	return c.DB.Model((*Book)(nil)).ColumnExpr("date(created_at) AS day").GroupExpr("date(created_at)").Select(&out)
}

func (c Chains) Count() (int, error) {
	return c.DB.Model((*Author)(nil)).Where("country = ?", "at").Count()
}

func (c Chains) CountSoft() (int, error) { return c.DB.Model((*Book)(nil)).Count() }

func (c Chains) Exists(title string) (bool, error) {
	return c.DB.Model((*Book)(nil)).Where("title = ?", title).Exists()
}

func (c Chains) SelectAndCount() (int, error) {
	var as []Author
	return c.DB.Model(&as).Where("country = ?", "at").Limit(10).SelectAndCount()
}

func (c Chains) ForEach() error {
	return c.DB.Model((*Review)(nil)).Where("stars = 5").ForEach(func(*Review) error { return nil })
}

func (c Chains) Join() (bs []Book, err error) {
	return bs, c.DB.Model(&bs).Join("JOIN authors AS a ON a.id = b.author_id").Where("a.name = ?", "x").Select()
}

func (c Chains) JoinOn() (rs []Review, err error) {
	return rs, c.DB.Model(&rs).Join("LEFT JOIN books AS b").JoinOn("b.id = review.book_id").JoinOn("b.pages > ?", 3).Select()
}

func (c Chains) HasOne() (bs []Book, err error) {
	return bs, c.DB.Model(&bs).Relation("Author").Where("author.country = ?", "at").Select()
}

func (c Chains) HasMany() (as []Author, err error) {
	return as, c.DB.Model(&as).Relation("Books").Select()
}

func (c Chains) HasManyFunc() (as []Author, err error) {
	return as, c.DB.Model(&as).Relation("Books", func(q *orm.Query) (*orm.Query, error) {
		return q.Where("pages > ?", 3).Order("title"), nil
	}).Select()
}

func (c Chains) Nested() (as []Author, err error) {
	return as, c.DB.Model(&as).Relation("Books.Reviews").Select()
}

func (c Chains) Deleted() (bs []Book, err error) { return bs, c.DB.Model(&bs).Deleted().Select() }

func (c Chains) AllWithDeleted() (bs []Book, err error) {
	return bs, c.DB.Model(&bs).AllWithDeleted().Where("pages = 0").Select()
}

func (c Chains) Subquery() (bs []Book, err error) {
	from := c.DB.Model((*Author)(nil)).Column("id").Where("country = ?", "at")
	return bs, c.DB.Model(&bs).Where("author_id IN (?)", from).Select()
}

func (c Chains) FromSubquery() (n int, err error) {
	inner := c.DB.Model((*Review)(nil)).ColumnExpr("avg(stars) AS s").Group("book_id")
	return n, c.DB.Model().TableExpr("(?) AS t", inner).ColumnExpr("max(t.s)").Select(&n)
}

func (c Chains) With() (n int, err error) {
	old := c.DB.Model((*Review)(nil)).Column("book_id").Where("stars < 2")
	return n, c.DB.Model().With("old", old).Table("old").ColumnExpr("count(*)").Select(&n)
}

func (c Chains) Union() (ids []int64, err error) {
	tags := c.DB.Model((*Tag)(nil)).Column("id")
	return ids, c.DB.Model((*Review)(nil)).Column("id").UnionAll(tags).Select(&ids)
}

func (c Chains) ForUpdate(id int64) (*Tag, error) {
	t := new(Tag)
	return t, c.DB.Model(t).Where("id = ?", id).For("UPDATE SKIP LOCKED").Select()
}

func (c Chains) Query(title string) (bs []Book, err error) {
	_, err = c.DB.Query(&bs, "SELECT id, title FROM books WHERE title = ?", title)
	return bs, err
}

func (c Chains) QueryOne(ctx context.Context, id int64) (n int, err error) {
	_, err = c.DB.QueryOneContext(ctx, pg.Scan(&n), "SELECT pages FROM books WHERE id = ?0 OR author_id = ?0", id)
	return n, err
}

func (c Chains) Exec(id int64) (orm.Result, error) {
	return c.DB.Exec("UPDATE ? SET pages = pages + 1 WHERE id = ?", pg.Ident("books"), id)
}

func (c Chains) Optional(byTitle, byAuthor bool) (bs []Book, err error) {
	q := c.DB.Model(&bs).Order("id")
	if byTitle {
		q.Where("title = ?", "x")
	}
	if byAuthor {
		q = q.Where("author_id = ?", 3)
	}
	return bs, q.Select()
}

func (c Chains) reviews(stars int) *orm.Query {
	return c.DB.Model((*Review)(nil)).Where("stars >= ?", stars)
}

func (c Chains) Helper() (int, error) { return c.reviews(3).Where("book_id = ?", 1).Count() }

func longOnly(q *orm.Query) (*orm.Query, error) { return q.Where("pages > ?", 500), nil }

func (c Chains) Apply() (bs []Book, err error) { return bs, c.DB.Model(&bs).Apply(longOnly).Select() }

func all(db orm.DB, out any) error { return db.Model(out).Limit(7).Select() }

func (c Chains) Handed() (ts []Tag, err error) { return ts, all(c.DB, &ts) }

func (c Chains) Insert() (orm.Result, error) {
	return c.DB.Model(&Author{Name: "x", Country: "at"}).Insert()
}

func (c Chains) InsertParam(r *Review) (orm.Result, error) { return c.DB.Model(r).Insert() }

func (c Chains) InsertMany(tags []Tag) (orm.Result, error) { return c.DB.Model(&tags).Insert() }

func (c Chains) InsertReturning() (orm.Result, error) {
	return c.DB.Model(&Tag{Label: "x"}).Returning("*").Insert()
}

func (c Chains) Upsert() (orm.Result, error) {
	return c.DB.Model(&Author{Name: "x"}).OnConflict("(name) DO UPDATE").Set("country = EXCLUDED.country").Insert()
}

func (c Chains) DoNothing() (orm.Result, error) {
	return c.DB.Model(&BookTag{BookID: 1, TagID: 2}).OnConflict("DO NOTHING").Insert()
}

func (c Chains) SelectOrInsert() (bool, error) {
	return c.DB.Model(&Tag{Label: "x"}).Where("label = ?", "x").SelectOrInsert()
}

func (c Chains) Update(id int64) (orm.Result, error) {
	return c.DB.Model((*Tag)(nil)).Set("label = ?", "x").Where("id = ?", id).Update()
}

func (c Chains) UpdatePK() (orm.Result, error) {
	return c.DB.Model(&Author{ID: 1, Name: "x"}).WherePK().Update()
}

func (c Chains) UpdateColumn() (orm.Result, error) {
	return c.DB.Model(&Author{ID: 1, Name: "x"}).Column("name").WherePK().Update()
}

func (c Chains) UpdateNotZero() (orm.Result, error) {
	return c.DB.Model(&Author{ID: 1, Name: "x"}).WherePK().UpdateNotZero()
}

func (c Chains) UpdateSoft() (orm.Result, error) {
	return c.DB.Model((*Book)(nil)).Set("pages = pages + ?", 1).Where("author_id = ?", 3).Update()
}

func (c Chains) Delete(id int64) (orm.Result, error) {
	return c.DB.Model((*Tag)(nil)).Where("id = ?", id).Delete()
}

func (c Chains) DeletePK() (orm.Result, error) { return c.DB.Model(&Review{ID: 3}).WherePK().Delete() }

func (c Chains) SoftDelete(id int64) (orm.Result, error) {
	return c.DB.Model((*Book)(nil)).Where("id = ?", id).Delete()
}

func (c Chains) ForceDelete(id int64) (orm.Result, error) {
	return c.DB.Model((*Book)(nil)).Where("id = ?", id).ForceDelete()
}

func (c Chains) DeleteReturning() (orm.Result, error) {
	return c.DB.Model((*BookTag)(nil)).Where("book_id = ?", 3).Returning("tag_id").Delete()
}
