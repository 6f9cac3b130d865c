// Package goqu holds chains of github.com/doug-martin/goqu/v9.
package goqu

import (
	"context"
	"database/sql"
	"time"

	"github.com/doug-martin/goqu/v9"
	"github.com/doug-martin/goqu/v9/exp"
)

// Chains sends each chain by one of its handles.
type Chains struct {
	DB  *goqu.Database
	Raw *sql.DB
}

type book struct {
	ID    int64  `db:"id" goqu:"skipinsert"`
	Title string `db:"title"`
	Pages int    `db:"pages"`
}

var pg = goqu.Dialect("postgres")

var books = goqu.T("books")

const loans = "loans"

var openLoans = pg.From(loans).Where(goqu.C("returned_at").IsNull())

func (c Chains) All() (bs []book, err error) { return bs, c.DB.From("books").ScanStructs(&bs) }

func (c Chains) ByID(id int64) (b book, err error) {
	_, err = c.DB.From("books").Where(goqu.C("id").Eq(id)).ScanStruct(&b)
	return b, err
}

func (c Chains) ByIDContext(ctx context.Context, id int64) (b book, err error) {
	_, err = c.DB.From("books").Where(goqu.Ex{"id": id}).ScanStructContext(ctx, &b)
	return b, err
}

func (c Chains) SQL(id int64) error {
	text, args, err := pg.From("books").Select("id", "title").Where(goqu.Ex{"id": id}).ToSQL()
	if err != nil {
		return err
	}
	_, err = c.Raw.Query(text, args...)
	return err
}

func (c Chains) Prepared(ctx context.Context, id int64) error {
	text, args, err := pg.From("books").Prepared(true).Where(goqu.I("books.id").Eq(id)).ToSQL()
	if err != nil {
		return err
	}
	return c.Raw.QueryRowContext(ctx, text, args...).Scan(&id)
}

func (c Chains) Select() (bs []book, err error) {
	return bs, c.DB.From("books").Select("id", goqu.C("title"), goqu.I("books.pages")).ScanStructs(&bs)
}

func (c Chains) SelectFrom() (ids []int64, err error) {
	return ids, c.DB.Select("id").From("books").ScanVals(&ids)
}

func (c Chains) SelectStruct() (bs []book, err error) {
	return bs, c.DB.From("books").Select(&book{}).ScanStructs(&bs)
}

func (c Chains) Pluck() (titles []string, err error) {
	return titles, c.DB.From("books").Pluck(&titles, "title")
}

func (c Chains) ScanVal() (n int64, err error) {
	_, err = c.DB.From("books").Select(goqu.MAX("pages")).ScanVal(&n)
	return n, err
}

func (c Chains) Count() (int64, error) {
	return c.DB.From("books").Where(goqu.C("pages").Gt(3)).Count()
}

func (c Chains) CountContext(ctx context.Context) (int64, error) {
	return c.DB.From(loans).CountContext(ctx)
}

func (c Chains) Comparisons(n int) (bs []book, err error) {
	return bs, c.DB.From("books").Where(goqu.C("pages").Gte(n), goqu.C("pages").Lt(500), goqu.C("title").Neq("x")).ScanStructs(&bs)
}

func (c Chains) In(ids []int64) (bs []book, err error) {
	return bs, c.DB.From("books").Where(goqu.C("id").In(ids)).ScanStructs(&bs)
}

func (c Chains) NotIn(ids []int64) (bs []book, err error) {
	return bs, c.DB.From("books").Where(goqu.C("id").NotIn(ids)).ScanStructs(&bs)
}

func (c Chains) ExSlice(ids []int64) (bs []book, err error) {
	return bs, c.DB.From("books").Where(goqu.Ex{"id": ids, "pages": 3}).ScanStructs(&bs)
}

func (c Chains) ExNil() (ids []int64, err error) {
	return ids, c.DB.From(loans).Select("id").Where(goqu.Ex{"returned_at": nil}).ScanVals(&ids)
}

func (c Chains) ExOp(n int) (bs []book, err error) {
	return bs, c.DB.From("books").Where(goqu.Ex{"pages": goqu.Op{"gt": n}}).ScanStructs(&bs)
}

func (c Chains) ExOr(title string) (bs []book, err error) {
	return bs, c.DB.From("books").Where(goqu.ExOr{"title": title, "pages": 3}).ScanStructs(&bs)
}

func (c Chains) Or(title string, author int64) (bs []book, err error) {
	return bs, c.DB.From("books").Where(goqu.Or(goqu.C("title").Eq(title), goqu.C("author_id").Eq(author))).ScanStructs(&bs)
}

func (c Chains) AndOr(title string, n int) (bs []book, err error) {
	return bs, c.DB.From("books").Where(goqu.Or(
		goqu.And(goqu.C("title").Eq(title), goqu.C("pages").Gt(n)),
		goqu.C("note").IsNotNull(),
	)).ScanStructs(&bs)
}

func (c Chains) Like(q string) (bs []book, err error) {
	return bs, c.DB.From("books").Where(goqu.C("title").Like("%" + q + "%")).ScanStructs(&bs)
}

func (c Chains) ILike(q string) (bs []book, err error) {
	return bs, c.DB.From("books").Where(goqu.I("title").ILike(q+"%"), goqu.C("note").NotLike(q)).ScanStructs(&bs)
}

func (c Chains) Between(from, to time.Time) (ids []int64, err error) {
	return ids, c.DB.From(loans).Select("id").Where(goqu.C("taken_at").Between(goqu.Range(from, to))).ScanVals(&ids)
}

func (c Chains) Bool() (ids []int64, err error) {
	return ids, c.DB.From("members").Select("id").Where(goqu.C("active").IsTrue(), goqu.C("blocked").IsNotTrue()).ScanVals(&ids)
}

func (c Chains) Literal(q string) (bs []book, err error) {
	return bs, c.DB.From("books").Where(goqu.L("lower(title) = ?", q)).ScanStructs(&bs)
}

func (c Chains) LiteralColumn(q string) (bs []book, err error) {
	return bs, c.DB.From("books").Where(goqu.L("lower(?)", goqu.C("title")).Eq(q)).ScanStructs(&bs)
}

func (c Chains) Func(q string) (bs []book, err error) {
	return bs, c.DB.From("books").Where(goqu.Func("lower", goqu.C("title")).Eq(q)).ScanStructs(&bs)
}

func (c Chains) Cast() (ids []int64, err error) {
	return ids, c.DB.From(loans).Select("id").Where(goqu.Cast(goqu.C("taken_at"), "DATE").Eq("2024-01-01")).ScanVals(&ids)
}

func (c Chains) Order() (bs []book, err error) {
	return bs, c.DB.From("books").Order(goqu.C("title").Asc(), goqu.C("id").Desc().NullsLast()).ScanStructs(&bs)
}

func (c Chains) OrderAppend() (bs []book, err error) {
	return bs, c.DB.From("books").Order(goqu.C("title").Asc()).OrderAppend(goqu.C("id").Asc()).ScanStructs(&bs)
}

func (c Chains) Page(limit, offset uint) (bs []book, err error) {
	return bs, c.DB.From("books").Order(goqu.I("id").Asc()).Limit(limit).Offset(offset).ScanStructs(&bs)
}

func (c Chains) Join() (ids []int64, err error) {
	return ids, c.DB.From("books").Select("books.id").
		Join(goqu.T("authors"), goqu.On(goqu.Ex{"authors.id": goqu.I("books.author_id")})).
		Where(goqu.I("authors.country").Eq("at")).ScanVals(&ids)
}

func (c Chains) JoinAlias() (ids []int64, err error) {
	b, a := goqu.T("books").As("b"), goqu.T("authors").As("a")
	return ids, c.DB.From(b).Select(goqu.I("b.id")).
		LeftJoin(a, goqu.On(goqu.I("a.id").Eq(goqu.I("b.author_id")))).ScanVals(&ids)
}

func (c Chains) JoinUsing() (ids []int64, err error) {
	return ids, c.DB.From("books").InnerJoin(goqu.T("tags"), goqu.Using("book_id")).Select("book_id").ScanVals(&ids)
}

func (c Chains) TableCols() (bs []book, err error) {
	return bs, c.DB.From(books).Select(books.Col("id"), books.Col("title")).Where(books.Col("pages").Gt(3)).ScanStructs(&bs)
}

func (c Chains) As() (n []int64, err error) {
	return n, c.DB.From("books").Select(goqu.SUM("pages").As("total")).GroupBy("author_id").ScanVals(&n)
}

func (c Chains) GroupHaving(n int) (ids []int64, err error) {
	return ids, c.DB.From("books").Select("author_id").GroupBy("author_id").Having(goqu.COUNT("*").Gt(n)).ScanVals(&ids)
}

func (c Chains) Distinct() (ids []int64, err error) {
	return ids, c.DB.From("books").Select("author_id").Distinct().ScanVals(&ids)
}

func (c Chains) DistinctOn() (bs []book, err error) {
	return bs, c.DB.From("books").Distinct("author_id").Order(goqu.C("author_id").Asc()).ScanStructs(&bs)
}

func (c Chains) Subquery(country string) (bs []book, err error) {
	from := c.DB.From("authors").Select("id").Where(goqu.Ex{"country": country})
	return bs, c.DB.From("books").Where(goqu.C("author_id").In(from)).ScanStructs(&bs)
}

func (c Chains) FromSubquery() (n int64, err error) {
	inner := c.DB.From("books").Select("author_id", goqu.COUNT("*").As("n")).GroupBy("author_id")
	_, err = c.DB.From(inner.As("t")).Select(goqu.MAX("t.n")).ScanVal(&n)
	return n, err
}

func (c Chains) FromSelf() (ids []int64, err error) {
	return ids, c.DB.From("books").Select("id").Limit(10).FromSelf().Select("id").ScanVals(&ids)
}

func (c Chains) Exists() (ids []int64, err error) {
	inner := pg.From("loans").Where(goqu.I("loans.book_id").Eq(goqu.I("books.id")))
	return ids, c.DB.From("books").Select("id").Where(goqu.L("EXISTS ?", inner)).ScanVals(&ids)
}

func (c Chains) With() (ids []int64, err error) {
	old := c.DB.From(loans).Select("book_id").Where(goqu.C("returned_at").IsNotNull())
	return ids, c.DB.From("old").With("old", old).Select("book_id").ScanVals(&ids)
}

func (c Chains) Union() (ids []int64, err error) {
	return ids, c.DB.From("books").Select("id").Union(c.DB.From("films").Select("id")).ScanVals(&ids)
}

func (c Chains) ForUpdate(id int64) (b book, err error) {
	_, err = c.DB.From("books").Where(goqu.Ex{"id": id}).ForUpdate(exp.SkipLocked).ScanStruct(&b)
	return b, err
}

func (c Chains) Case() (ns []string, err error) {
	return ns, c.DB.From("books").Select(goqu.Case().When(goqu.C("pages").Gt(500), "long").Else("short")).ScanVals(&ns)
}

func (c Chains) Coalesce() (ns []string, err error) {
	return ns, c.DB.From("books").Select(goqu.COALESCE(goqu.C("note"), "-").As("note")).ScanVals(&ns)
}

func (c Chains) Optional(byTitle, byAuthor bool) (bs []book, err error) {
	q := c.DB.From("books").Order(goqu.C("id").Asc())
	if byTitle {
		q = q.Where(goqu.C("title").Eq("x"))
	}
	if byAuthor {
		q = q.Where(goqu.Ex{"author_id": 3})
	}
	return bs, q.ScanStructs(&bs)
}

func (c Chains) Conditions(long bool) (bs []book, err error) {
	conds := []exp.Expression{goqu.C("title").IsNotNull()}
	if long {
		conds = append(conds, goqu.C("pages").Gt(500))
	}
	return bs, c.DB.From("books").Where(conds...).ScanStructs(&bs)
}

// The result of a value builder that is not kept changes nothing.
func (c Chains) Ignored() (bs []book, err error) {
	q := c.DB.From("books").Where(goqu.C("pages").Eq(3))
	q.Where(goqu.C("title").Eq("x"))
	return bs, q.ScanStructs(&bs)
}

func (c Chains) Base(member int64) error {
	text, args, err := openLoans.Where(goqu.C("member_id").Eq(member)).ToSQL()
	if err != nil {
		return err
	}
	_, err = c.Raw.Query(text, args...)
	return err
}

func (c Chains) booksOf(author int64) *goqu.SelectDataset {
	return c.DB.From("books").Where(goqu.C("author_id").Eq(author))
}

func (c Chains) Helper(author int64) (bs []book, err error) {
	return bs, c.booksOf(author).Order(goqu.C("title").Asc()).ScanStructs(&bs)
}

func scan(q *goqu.SelectDataset, out any) error { return q.Limit(7).ScanStructs(out) }

func (c Chains) Handed() (bs []book, err error) { return bs, scan(c.DB.From("books"), &bs) }

func (c Chains) Insert() (sql.Result, error) {
	return c.DB.Insert("books").Rows(goqu.Record{"title": "x", "pages": 3}).Executor().Exec()
}

func (c Chains) InsertStruct(b book) (sql.Result, error) {
	return c.DB.Insert("books").Rows(b).Executor().Exec()
}

func (c Chains) InsertVals() (sql.Result, error) {
	return c.DB.Insert("books").Cols("title", "pages").Vals(goqu.Vals{"x", 1}, goqu.Vals{"y", 2}).Executor().Exec()
}

func (c Chains) InsertReturning() (id int64, err error) {
	_, err = c.DB.Insert("books").Rows(goqu.Record{"title": "x"}).Returning("id").Executor().ScanVal(&id)
	return id, err
}

func (c Chains) InsertQuery() (sql.Result, error) {
	return c.DB.Insert("old_loans").Cols("id").FromQuery(c.DB.From(loans).Select("id")).Executor().Exec()
}

func (c Chains) Upsert() (sql.Result, error) {
	return c.DB.Insert("books").Rows(goqu.Record{"isbn": "x", "title": "y"}).
		OnConflict(goqu.DoUpdate("isbn", goqu.Record{"title": goqu.I("excluded.title")})).Executor().Exec()
}

func (c Chains) DoNothing() (sql.Result, error) {
	return c.DB.Insert("tags").Rows(goqu.Record{"label": "x"}).OnConflict(goqu.DoNothing()).Executor().Exec()
}

func (c Chains) Update(id int64) (sql.Result, error) {
	return c.DB.Update("books").Set(goqu.Record{"title": "x", "pages": goqu.L("pages + 1")}).Where(goqu.C("id").Eq(id)).Executor().Exec()
}

func (c Chains) UpdateSQL(ctx context.Context, id int64) error {
	text, args, err := pg.Update("books").Set(goqu.Record{"title": "x"}).Where(goqu.Ex{"id": id}).ToSQL()
	if err != nil {
		return err
	}
	_, err = c.Raw.ExecContext(ctx, text, args...)
	return err
}

func (c Chains) UpdateFrom() (sql.Result, error) {
	return c.DB.Update("books").From("authors").Set(goqu.Record{"note": nil}).
		Where(goqu.I("authors.id").Eq(goqu.I("books.author_id"))).Executor().Exec()
}

func (c Chains) UpdateReturning(id int64) (n int64, err error) {
	_, err = c.DB.Update("books").Set(goqu.Record{"pages": 3}).Where(goqu.C("id").Eq(id)).Returning("pages").Executor().ScanVal(&n)
	return n, err
}

func (c Chains) Delete(id int64) (sql.Result, error) {
	return c.DB.Delete("books").Where(goqu.C("id").Eq(id)).Executor().Exec()
}

func (c Chains) DeleteFrom() (sql.Result, error) {
	return c.DB.From("books").Where(goqu.Ex{"pages": 0}).Delete().Executor().Exec()
}

func (c Chains) DeleteReturning() (ids []int64, err error) {
	return ids, c.DB.Delete(loans).Where(goqu.C("returned_at").IsNotNull()).Returning("id").Executor().ScanVals(&ids)
}

func (c Chains) Truncate() (sql.Result, error) { return c.DB.Truncate("tags").Executor().Exec() }

func (c Chains) InTx(id int64) error {
	return c.DB.WithTx(func(tx *goqu.TxDatabase) error {
		_, err := tx.Delete("books").Where(goqu.Ex{"id": id}).Executor().Exec()
		return err
	})
}
