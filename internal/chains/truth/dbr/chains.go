// Package dbr holds chains of github.com/gocraft/dbr/v2.
package dbr

import (
	"context"
	"database/sql"
	"time"

	"github.com/gocraft/dbr/v2"
)

// Chains sends each chain by its session.
type Chains struct{ DB *dbr.Session }

type book struct {
	ID       int64
	Title    string
	AuthorID int64 `db:"author"`
}

const loans = "loans"

func (c Chains) ByID(id int64) (b book, err error) {
	return b, c.DB.Select("id", "title").From("books").Where("id = ?", id).LoadOne(&b)
}

func (c Chains) ByEq(id int64) (b book, err error) {
	return b, c.DB.Select("id").From("books").Where(dbr.Eq("id", id)).LoadOne(&b)
}

func (c Chains) All() (bs []book, err error) {
	_, err = c.DB.Select("*").From("books").OrderBy("title").Load(&bs)
	return bs, err
}

func (c Chains) LoadContext(ctx context.Context) (bs []book, err error) {
	_, err = c.DB.Select("id").From("books").OrderDir("title", false).LoadContext(ctx, &bs)
	return bs, err
}

func (c Chains) LoadOneContext(ctx context.Context) (n int, err error) {
	return n, c.DB.Select("max(pages)").From("books").LoadOneContext(ctx, &n)
}

func (c Chains) Strings() ([]string, error) {
	return c.DB.Select("title").From("books").Where("pages > ?", 3).ReturnStrings()
}

func (c Chains) Int64() (int64, error) { return c.DB.Select("count(*)").From("books").ReturnInt64() }

func (c Chains) Int64s() ([]int64, error) {
	return c.DB.Select("id").From("books").OrderAsc("id").ReturnInt64s()
}

func (c Chains) Rows() (*sql.Rows, error) { return c.DB.Select("id").From(loans).Rows() }

func (c Chains) Iterate() error {
	it, err := c.DB.Select("id", "title").From("books").OrderDesc("id").Iterate()
	if err != nil {
		return err
	}
	return it.Close()
}

func (c Chains) Page(limit, offset uint64) ([]int64, error) {
	return c.DB.Select("id").From("books").OrderAsc("id").Limit(limit).Offset(offset).ReturnInt64s()
}

func (c Chains) Paginate() ([]int64, error) {
	return c.DB.Select("id").From("books").OrderAsc("id").Paginate(2, 10).ReturnInt64s()
}

func (c Chains) In(ids []int64) ([]int64, error) {
	return c.DB.Select("id").From("books").Where("id IN ?", ids).ReturnInt64s()
}

func (c Chains) EqSlice(ids []int64) ([]int64, error) {
	return c.DB.Select("id").From("books").Where(dbr.Eq("id", ids)).ReturnInt64s()
}

func (c Chains) EqNil() ([]int64, error) {
	return c.DB.Select("id").From(loans).Where(dbr.Eq("returned_at", nil)).ReturnInt64s()
}

func (c Chains) NeqNil() ([]int64, error) {
	return c.DB.Select("id").From(loans).Where(dbr.Neq("returned_at", nil)).ReturnInt64s()
}

func (c Chains) NeqSlice(ids []int64) ([]int64, error) {
	return c.DB.Select("id").From("books").Where(dbr.Neq("id", ids)).ReturnInt64s()
}

func (c Chains) Comparisons(n int) ([]int64, error) {
	return c.DB.Select("id").From("books").Where(dbr.And(dbr.Gte("pages", n), dbr.Lt("pages", 500))).ReturnInt64s()
}

func (c Chains) GtLte(n int) ([]int64, error) {
	return c.DB.Select("id").From("books").Where(dbr.Gt("pages", n)).Where(dbr.Lte("copies", 2)).ReturnInt64s()
}

func (c Chains) Or(title string, author int64) ([]int64, error) {
	return c.DB.Select("id").From("books").Where(dbr.Or(dbr.Eq("title", title), dbr.Eq("author_id", author))).ReturnInt64s()
}

func (c Chains) OrOfAnds(title string, n int) ([]int64, error) {
	return c.DB.Select("id").From("books").Where(dbr.Or(
		dbr.And(dbr.Eq("title", title), dbr.Gt("pages", n)),
		dbr.Expr("lower(title) = ?", title),
	)).ReturnInt64s()
}

func (c Chains) Like(q string) ([]int64, error) {
	return c.DB.Select("id").From("books").Where(dbr.Like("title", q+"%")).ReturnInt64s()
}

func (c Chains) NotLike(q string) ([]int64, error) {
	return c.DB.Select("id").From("books").Where(dbr.NotLike("title", q)).ReturnInt64s()
}

func (c Chains) TwoWheres(n int) ([]int64, error) {
	return c.DB.Select("id").From("books").Where("pages > ?", n).Where("title LIKE ?", "x%").ReturnInt64s()
}

func (c Chains) Between(from, to time.Time) ([]int64, error) {
	return c.DB.Select("id").From(loans).Where("taken_at BETWEEN ? AND ?", from, to).ReturnInt64s()
}

func (c Chains) Ident() ([]int64, error) {
	return c.DB.Select("id").From("books").Where("? > ?", dbr.I("pages"), 3).ReturnInt64s()
}

func (c Chains) IdentTable() ([]int64, error) {
	return c.DB.Select("id AS n").From(dbr.I("books")).ReturnInt64s()
}

func (c Chains) Join() ([]int64, error) {
	return c.DB.Select("b.id").From(dbr.I("books").As("b")).
		Join(dbr.I("authors").As("a"), "a.id = b.author_id").Where("a.country = ?", "at").ReturnInt64s()
}

func (c Chains) LeftJoin() ([]int64, error) {
	return c.DB.Select("books.id").From("books").LeftJoin("loans", "loans.book_id = books.id").
		Where("loans.id IS NULL").ReturnInt64s()
}

func (c Chains) RightJoin() ([]int64, error) {
	return c.DB.Select("loans.id").From("books").RightJoin("loans", "loans.book_id = books.id").ReturnInt64s()
}

func (c Chains) FullJoin() ([]int64, error) {
	return c.DB.Select("books.id").From("books").FullJoin("lost", dbr.Eq("lost.book_id", dbr.I("books.id"))).ReturnInt64s()
}

func (c Chains) GroupHaving(n int) ([]int64, error) {
	return c.DB.Select("author_id").From("books").GroupBy("author_id").Having("count(*) > ?", n).ReturnInt64s()
}

func (c Chains) HavingBuilder(n int) ([]int64, error) {
	return c.DB.Select("author_id").From("books").GroupBy("author_id", "shelf_id").Having(dbr.Gt("shelf_id", n)).ReturnInt64s()
}

func (c Chains) Distinct() ([]int64, error) {
	return c.DB.Select("author_id").Distinct().From("books").ReturnInt64s()
}

func (c Chains) Subquery(country string) ([]int64, error) {
	from := dbr.Select("id").From("authors").Where(dbr.Eq("country", country))
	return c.DB.Select("id").From("books").Where("author_id IN ?", from).ReturnInt64s()
}

func (c Chains) FromSubquery() ([]int64, error) {
	inner := dbr.Select("author_id", "count(*) AS n").From("books").GroupBy("author_id")
	return c.DB.Select("t.n").From(inner.As("t")).ReturnInt64s()
}

func (c Chains) Union() ([]int64, error) {
	return c.DB.Select("id").From(dbr.Union(dbr.Select("id").From("books"), dbr.Select("id").From("films")).As("u")).ReturnInt64s()
}

func (c Chains) UnionAll() ([]int64, error) {
	return c.DB.Select("id").From(dbr.UnionAll(dbr.Select("id").From("books"), dbr.Select("id").From("films")).As("u")).ReturnInt64s()
}

func (c Chains) Suffix(id int64) ([]int64, error) {
	return c.DB.Select("id").From("books").Where("id = ?", id).Suffix("FOR UPDATE").ReturnInt64s()
}

func (c Chains) SQL(n int) (bs []book, err error) {
	_, err = c.DB.SelectBySql("SELECT id, title FROM books WHERE pages > ?", n).Load(&bs)
	return bs, err
}

func (c Chains) UpdateSQL(id int64) (sql.Result, error) {
	return c.DB.UpdateBySql("UPDATE books SET pages = pages + 1 WHERE id = ?", id).Exec()
}

func (c Chains) DeleteSQL(id int64) (sql.Result, error) {
	return c.DB.DeleteBySql("DELETE FROM books WHERE id = ?", id).Exec()
}

func (c Chains) InsertSQL(label string) (sql.Result, error) {
	return c.DB.InsertBySql("INSERT INTO tags (label) VALUES (?)", label).Exec()
}

func (c Chains) Optional(byTitle, byAuthor bool) ([]int64, error) {
	q := c.DB.Select("id").From("books").OrderAsc("id")
	if byTitle {
		q.Where("title = ?", "x")
	}
	if byAuthor {
		q = q.Where(dbr.Eq("author_id", 3))
	}
	return q.ReturnInt64s()
}

func (c Chains) booksOf(author int64) *dbr.SelectStmt {
	return c.DB.Select("id").From("books").Where("author_id = ?", author)
}

func (c Chains) Helper(author int64) ([]int64, error) {
	return c.booksOf(author).OrderAsc("title").ReturnInt64s()
}

func scan(q *dbr.SelectStmt, out any) error {
	_, err := q.Limit(7).Load(out)
	return err
}

func (c Chains) Handed() (bs []book, err error) {
	return bs, scan(c.DB.Select("id").From("books"), &bs)
}

func (c Chains) Runner() ([]int64, error) { return titled(c.DB, "x") }

func titled(db dbr.SessionRunner, title string) ([]int64, error) {
	return db.Select("id").From("books").Where(dbr.Eq("title", title)).ReturnInt64s()
}

func (c Chains) Insert() (sql.Result, error) {
	return c.DB.InsertInto("books").Columns("title", "pages").Values("x", 3).Exec()
}

func (c Chains) InsertPair() (sql.Result, error) {
	return c.DB.InsertInto("books").Pair("title", "x").Pair("pages", 3).Exec()
}

func (c Chains) InsertRecord() (sql.Result, error) {
	return c.DB.InsertInto("books").Columns("title", "author").Record(&book{Title: "x", AuthorID: 3}).Exec()
}

func (c Chains) InsertMany() (sql.Result, error) {
	return c.DB.InsertInto("tags").Columns("book_id", "label").Values(1, "x").Values(2, "y").Exec()
}

func (c Chains) InsertReturning() (id int64, err error) {
	return id, c.DB.InsertInto("books").Columns("title").Values("x").Returning("id").Load(&id)
}

func (c Chains) InsertContext(ctx context.Context) (sql.Result, error) {
	return c.DB.InsertInto("tags").Columns("label").Values("x").ExecContext(ctx)
}

func (c Chains) Update(id int64) (sql.Result, error) {
	return c.DB.Update("books").Set("title", "x").Set("pages", dbr.Expr("pages + ?", 1)).Where("id = ?", id).Exec()
}

func (c Chains) UpdateMap(id int64) (sql.Result, error) {
	return c.DB.Update("books").SetMap(map[string]any{"title": "x"}).Where(dbr.Eq("id", id)).Exec()
}

func (c Chains) UpdateNil() (sql.Result, error) {
	return c.DB.Update("books").Set("shelf_id", nil).Where("pages = 0").Exec()
}

func (c Chains) Incr(id int64) (sql.Result, error) {
	return c.DB.Update("books").IncrBy("copies", 2).DecrBy("lent", 1).Where("id = ?", id).Exec()
}

func (c Chains) UpdateReturning(id int64) (n int64, err error) {
	return n, c.DB.Update("books").Set("pages", 3).Where("id = ?", id).Returning("pages").Load(&n)
}

func (c Chains) Delete(id int64) (sql.Result, error) {
	return c.DB.DeleteFrom("books").Where("id = ?", id).Exec()
}

func (c Chains) DeleteBuilder(ctx context.Context) (sql.Result, error) {
	return c.DB.DeleteFrom(loans).Where(dbr.And(dbr.Neq("returned_at", nil), dbr.Lt("id", 1000))).ExecContext(ctx)
}

func (c Chains) InTx(id int64) error {
	tx, err := c.DB.Begin()
	if err != nil {
		return err
	}
	defer tx.RollbackUnlessCommitted()
	if _, err := tx.DeleteFrom("loans").Where("book_id = ?", id).Exec(); err != nil {
		return err
	}
	return tx.Commit()
}
