// Package squirrel holds chains of github.com/Masterminds/squirrel.
package squirrel

import (
	"context"
	"database/sql"
	"strings"
	"time"

	sq "github.com/Masterminds/squirrel"
	"github.com/jackc/pgx/v5"
)

// Chains sends each chain by one of its handles.
type Chains struct {
	DB *sql.DB
	Tx pgx.Tx
}

var psql = sq.StatementBuilder.PlaceholderFormat(sq.Dollar)

var bookColumns = []string{"id", "title", "author_id", "pages"}

const loans = "loans"

var activeLoans = psql.Select("id", "book_id", "member_id").From(loans).Where("returned_at IS NULL")

func (c Chains) ByID(id int64) error {
	return psql.Select("id", "title").From("books").Where(sq.Eq{"id": id}).RunWith(c.DB).QueryRow().Scan(&id)
}

func (c Chains) ByIDText(ctx context.Context, id int64) error {
	text, args, err := psql.Select("id", "title").From("books").Where("id = ?", id).ToSql()
	if err != nil {
		return err
	}
	_, err = c.DB.QueryContext(ctx, text, args...)
	return err
}

func (c Chains) ByIDPgx(ctx context.Context, id int64) error {
	text, args, err := psql.Select(bookColumns...).From("books").Where(sq.Eq{"id": id}).Limit(1).ToSql()
	if err != nil {
		return err
	}
	_, err = c.Tx.Query(ctx, text, args...)
	return err
}

func (c Chains) All() (*sql.Rows, error) {
	return psql.Select("*").From("books").OrderBy("title", "id DESC").RunWith(c.DB).Query()
}

func (c Chains) Page(limit, offset uint64) (*sql.Rows, error) {
	return psql.Select("id").From("books").OrderBy("id").Limit(limit).Offset(offset).RunWith(c.DB).Query()
}

func (c Chains) In(ids []int64) (*sql.Rows, error) {
	return psql.Select("id", "title").From("books").Where(sq.Eq{"id": ids}).RunWith(c.DB).Query()
}

func (c Chains) NotIn(ids []int64) (*sql.Rows, error) {
	return psql.Select("id").From("books").Where(sq.NotEq{"id": ids}).RunWith(c.DB).Query()
}

func (c Chains) Any(ids []int64) (*sql.Rows, error) {
	return psql.Select("id").From("books").Where("id = ANY(?)", ids).RunWith(c.DB).Query()
}

func (c Chains) IsNull() (*sql.Rows, error) {
	return psql.Select("id").From(loans).Where(sq.Eq{"returned_at": nil}).RunWith(c.DB).Query()
}

func (c Chains) IsNotNull() (*sql.Rows, error) {
	return psql.Select("id").From(loans).Where(sq.NotEq{"returned_at": nil}).RunWith(c.DB).Query()
}

func (c Chains) TwoColumns(author, pages int64) (*sql.Rows, error) {
	return psql.Select("id").From("books").Where(sq.Eq{"author_id": author, "pages": pages}).RunWith(c.DB).Query()
}

func (c Chains) Range(from, to int) (*sql.Rows, error) {
	return psql.Select("id").From("books").Where(sq.GtOrEq{"pages": from}).Where(sq.Lt{"pages": to}).RunWith(c.DB).Query()
}

func (c Chains) Between(from, to time.Time) (*sql.Rows, error) {
	return psql.Select("id").From(loans).Where("taken_at BETWEEN ? AND ?", from, to).RunWith(c.DB).Query()
}

func (c Chains) Comparisons(n int) (*sql.Rows, error) {
	return psql.Select("id").From("books").Where(sq.And{sq.Gt{"pages": n}, sq.LtOrEq{"copies": n}}).RunWith(c.DB).Query()
}

func (c Chains) Like(q string) (*sql.Rows, error) {
	return psql.Select("id").From("books").Where(sq.Like{"title": "%" + q + "%"}).RunWith(c.DB).Query()
}

func (c Chains) ILike(q string) (*sql.Rows, error) {
	return psql.Select("id").From("books").Where(sq.ILike{"title": q + "%"}).RunWith(c.DB).Query()
}

func (c Chains) NotLike(q string) (*sql.Rows, error) {
	return psql.Select("id").From("books").Where(sq.NotLike{"title": q}).Where(sq.NotILike{"note": q}).RunWith(c.DB).Query()
}

func (c Chains) Or(title string, author int64) (*sql.Rows, error) {
	return psql.Select("id").From("books").Where(sq.Or{sq.Eq{"title": title}, sq.Eq{"author_id": author}}).RunWith(c.DB).Query()
}

func (c Chains) OrOfAnds(title string, n int) (*sql.Rows, error) {
	return psql.Select("id").From("books").Where(sq.Or{
		sq.And{sq.Eq{"title": title}, sq.Gt{"pages": n}},
		sq.Expr("lower(title) = ?", strings.ToLower(title)),
	}).RunWith(c.DB).Query()
}

func (c Chains) ExprWhere(title string) (*sql.Rows, error) {
	return psql.Select("id").From("books").Where(sq.Expr("lower(title) = lower(?)", title)).RunWith(c.DB).Query()
}

func (c Chains) Joins(id int64) (*sql.Rows, error) {
	return psql.Select("b.id", "a.name").From("books b").
		Join("authors a ON a.id = b.author_id").
		LeftJoin("shelves s ON s.id = b.shelf_id AND s.open = ?", true).
		Where(sq.Eq{"a.id": id}).
		RunWith(c.DB).Query()
}

func (c Chains) InnerJoins() (*sql.Rows, error) {
	return psql.Select("b.id").From("books AS b").InnerJoin("authors AS a USING (author_id)").CrossJoin("shelves").RunWith(c.DB).Query()
}

func (c Chains) JoinClause(n int) (*sql.Rows, error) {
	return psql.Select("b.id").From("books b").JoinClause("FULL OUTER JOIN lost l ON l.book_id = b.id AND l.n > ?", n).RunWith(c.DB).Query()
}

func (c Chains) RightJoin() (*sql.Rows, error) {
	return psql.Select("l.id").From("books b").RightJoin("loans l ON l.book_id = b.id").RunWith(c.DB).Query()
}

func (c Chains) GroupHaving(n int) (*sql.Rows, error) {
	return psql.Select("author_id", "count(*)").From("books").GroupBy("author_id").Having("count(*) > ?", n).OrderBy("count(*) DESC").RunWith(c.DB).Query()
}

func (c Chains) HavingEq(n int) (*sql.Rows, error) {
	return psql.Select("author_id").From("books").GroupBy("author_id", "shelf_id").Having(sq.Eq{"max(pages)": n}).RunWith(c.DB).Query()
}

func (c Chains) Distinct() (*sql.Rows, error) {
	return psql.Select("author_id").Distinct().From("books").RunWith(c.DB).Query()
}

func (c Chains) Options() (*sql.Rows, error) {
	return psql.Select("author_id", "title").Options("DISTINCT ON (author_id)").From("books").OrderBy("author_id").RunWith(c.DB).Query()
}

func (c Chains) Count(author int64) (n int, err error) {
	err = psql.Select("count(*)").From("books").Where(sq.Eq{"author_id": author}).RunWith(c.DB).QueryRow().Scan(&n)
	return n, err
}

func (c Chains) Exists(author int64) (ok bool, err error) {
	err = psql.Select("1").Prefix("SELECT EXISTS (").From("books").Where(sq.Eq{"author_id": author}).Suffix(")").RunWith(c.DB).QueryRow().Scan(&ok)
	return ok, err
}

func (c Chains) ForUpdate(id int64) (*sql.Rows, error) {
	return psql.Select("id").From("books").Where(sq.Eq{"id": id}).Suffix("FOR UPDATE SKIP LOCKED").RunWith(c.DB).Query()
}

func (c Chains) With(author int64) (*sql.Rows, error) {
	return psql.Select("id").Prefix("WITH mine AS (SELECT id FROM books WHERE author_id = ?)", author).From("mine").RunWith(c.DB).Query()
}

func (c Chains) PrefixExpr(author int64) (*sql.Rows, error) {
	mine := sq.Select("id").From("books").Where(sq.Eq{"author_id": author})
	return psql.Select("id").PrefixExpr(mine.Prefix("WITH mine AS (").Suffix(")")).From("mine").RunWith(c.DB).Query()
}

func (c Chains) Columns(full bool) (*sql.Rows, error) {
	q := psql.Select("id").From("books")
	if full {
		q = q.Columns("title", "pages")
	}
	return q.RunWith(c.DB).Query()
}

func (c Chains) Column(n int) (*sql.Rows, error) {
	return psql.Select("id").Column("pages > ? AS long", n).Column(sq.Expr("coalesce(note, ?)", "")).From("books").RunWith(c.DB).Query()
}

func (c Chains) Alias() (*sql.Rows, error) {
	last := sq.Select("max(taken_at)").From(loans).Where("book_id = b.id")
	return psql.Select("b.id").Column(sq.Alias(last, "last")).From("books b").RunWith(c.DB).Query()
}

func (c Chains) Case() (*sql.Rows, error) {
	size := sq.Case().When("pages > 500", "'long'").When(sq.Eq{"pages": 0}, "'none'").Else("'short'")
	return psql.Select("id").Column(sq.Alias(size, "size")).From("books").RunWith(c.DB).Query()
}

func (c Chains) CaseOf() (*sql.Rows, error) {
	return psql.Select().Column(sq.Case("state").When("1", "'new'").When("2", "'old'")).From("books").RunWith(c.DB).Query()
}

func (c Chains) FromSelect(author int64) (*sql.Rows, error) {
	inner := sq.Select("id", "pages").From("books").Where(sq.Eq{"author_id": author})
	return psql.Select("avg(t.pages)").FromSelect(inner, "t").RunWith(c.DB).Query()
}

func (c Chains) SubqueryExpr(name string) (*sql.Rows, error) {
	inner := sq.Select("id").From("authors").Where(sq.Eq{"name": name})
	return psql.Select("id").From("books").Where(sq.Expr("author_id IN (?)", inner)).RunWith(c.DB).Query()
}

func (c Chains) SubqueryText(name string) error {
	inner, args, err := sq.Select("id").From("authors").Where(sq.Eq{"name": name}).ToSql()
	if err != nil {
		return err
	}
	_, err = psql.Select("id").From("books").Where("author_id IN ("+inner+")", args...).RunWith(c.DB).Query()
	return err
}

func (c Chains) ConcatExpr() (*sql.Rows, error) {
	return psql.Select("id").Column(sq.ConcatExpr("coalesce(", sq.Expr("nullif(note, ?)", "-"), ", title)")).From("books").RunWith(c.DB).Query()
}

func (c Chains) Optional(title string, author int64, byTitle, byAuthor bool) (*sql.Rows, error) {
	q := psql.Select("id").From("books").OrderBy("id")
	if byTitle {
		q = q.Where(sq.Eq{"title": title})
	}
	if byAuthor {
		q = q.Where(sq.Eq{"author_id": author})
	}
	return q.RunWith(c.DB).Query()
}

// The result of a value builder that is not kept changes nothing.
func (c Chains) Ignored(title string) (*sql.Rows, error) {
	q := psql.Select("id").From("books")
	q.Where(sq.Eq{"title": title})
	return q.RunWith(c.DB).Query()
}

func (c Chains) Switch(byTitle bool) (*sql.Rows, error) {
	q := psql.Select("id").From("books")
	switch {
	case byTitle:
		q = q.OrderBy("title")
	default:
		q = q.OrderBy("pages DESC")
	}
	return q.RunWith(c.DB).Query()
}

func (c Chains) EqMap(title string, byTitle bool) (*sql.Rows, error) {
	where := sq.Eq{"shelf_id": 3}
	if byTitle {
		where["title"] = title
	}
	return psql.Select("id").From("books").Where(where).RunWith(c.DB).Query()
}

func (c Chains) AndList(title string, n int, long bool) (*sql.Rows, error) {
	conds := sq.And{sq.Eq{"title": title}}
	if long {
		conds = append(conds, sq.Gt{"pages": n})
	}
	return psql.Select("id").From("books").Where(conds).RunWith(c.DB).Query()
}

func (c Chains) Base(member int64) (*sql.Rows, error) {
	return activeLoans.Where(sq.Eq{"member_id": member}).RunWith(c.DB).Query()
}

func booksOf(author int64) sq.SelectBuilder {
	return psql.Select("id", "title").From("books").Where(sq.Eq{"author_id": author})
}

func (c Chains) Helper(author int64) (*sql.Rows, error) {
	return booksOf(author).OrderBy("title").RunWith(c.DB).Query()
}

func newestFirst(q sq.SelectBuilder) sq.SelectBuilder { return q.OrderBy("added_at DESC").Limit(5) }

func (c Chains) Through() (*sql.Rows, error) {
	return newestFirst(psql.Select("id").From("books")).RunWith(c.DB).Query()
}

func (c Chains) rows(ctx context.Context, q sq.Sqlizer) (*sql.Rows, error) {
	text, args, err := q.ToSql()
	if err != nil {
		return nil, err
	}
	return c.DB.QueryContext(ctx, text, args...)
}

func (c Chains) Handed(ctx context.Context, id int64) (*sql.Rows, error) {
	return c.rows(ctx, psql.Select("name").From("members").Where(sq.Eq{"id": id}))
}

func (c Chains) HandedDelete(ctx context.Context, id int64) (*sql.Rows, error) {
	return c.rows(ctx, psql.Delete("members").Where(sq.Eq{"id": id}).Suffix("RETURNING name"))
}

func (c Chains) MustSql(id int64) (*sql.Rows, error) {
	text, args := psql.Select("id").From("members").Where(sq.Eq{"id": id}).MustSql()
	return c.DB.Query(text, args...)
}

func (c Chains) QueryWith(id int64) (*sql.Rows, error) {
	return sq.QueryWith(c.DB, psql.Select("name").From("members").Where(sq.Eq{"id": id}))
}

func (c Chains) Insert(title string, author int64) (sql.Result, error) {
	return psql.Insert("books").Columns("title", "author_id").Values(title, author).RunWith(c.DB).Exec()
}

func (c Chains) InsertReturning(title string) (id int64, err error) {
	err = psql.Insert("books").Columns("title", "added_at").Values(title, sq.Expr("now()")).Suffix("RETURNING id").RunWith(c.DB).QueryRow().Scan(&id)
	return id, err
}

func (c Chains) InsertMany(titles []string) (sql.Result, error) {
	q := psql.Insert("books").Columns("title", "pages")
	for _, t := range titles {
		q = q.Values(t, len(t))
	}
	return q.RunWith(c.DB).Exec()
}

func (c Chains) InsertMap(title string) (sql.Result, error) {
	return psql.Insert("books").SetMap(map[string]any{"title": title, "pages": 3}).RunWith(c.DB).Exec()
}

func (c Chains) InsertSelect(member int64) (sql.Result, error) {
	old := sq.Select("book_id", "member_id").From(loans).Where(sq.Eq{"member_id": member})
	return psql.Insert("loan_history").Columns("book_id", "member_id").Select(old).RunWith(c.DB).Exec()
}

func (c Chains) Upsert(id int64, title string) (sql.Result, error) {
	return psql.Insert("books").Columns("id", "title").Values(id, title).
		Suffix("ON CONFLICT (id) DO UPDATE SET title = EXCLUDED.title").RunWith(c.DB).Exec()
}

func (c Chains) InsertIgnore(ctx context.Context, id int64) error {
	text, args, err := psql.Insert("tags").Columns("book_id", "tag").Values(id, "new").Suffix("ON CONFLICT DO NOTHING").ToSql()
	if err != nil {
		return err
	}
	_, err = c.Tx.Exec(ctx, text, args...)
	return err
}

func (c Chains) Update(id int64, title string) (sql.Result, error) {
	return psql.Update("books").Set("title", title).Set("changed_at", sq.Expr("now()")).Where(sq.Eq{"id": id}).RunWith(c.DB).Exec()
}

func (c Chains) UpdateMap(id int64, pages int) (sql.Result, error) {
	return psql.Update("books").SetMap(sq.Eq{"pages": pages, "title": "x"}).Where("id = ?", id).RunWith(c.DB).Exec()
}

func (c Chains) UpdateSome(ctx context.Context, id int64, title string, withTitle, withPages bool) error {
	q := psql.Update("books").Where(sq.Eq{"id": id}).Set("changed_at", time.Time{})
	if withTitle {
		q = q.Set("title", title)
	}
	if withPages {
		q = q.Set("pages", sq.Expr("pages + ?", 1))
	}
	text, args, err := q.ToSql()
	if err != nil {
		return err
	}
	_, err = c.DB.ExecContext(ctx, text, args...)
	return err
}

func (c Chains) UpdateFrom(name string) (sql.Result, error) {
	return psql.Update("books").Set("shelf_id", nil).From("authors").Where("authors.id = books.author_id").Where(sq.Eq{"authors.name": name}).RunWith(c.DB).Exec()
}

func (c Chains) UpdateReturning(id int64) error {
	return psql.Update("books").Set("copies", sq.Expr("copies - 1")).Where(sq.Eq{"id": id}).Suffix("RETURNING copies").RunWith(c.DB).QueryRow().Scan(&id)
}

func (c Chains) Delete(id int64) (sql.Result, error) {
	return psql.Delete("books").Where(sq.Eq{"id": id}).RunWith(c.DB).Exec()
}

func (c Chains) DeleteIn(ids []int64) (sql.Result, error) {
	return psql.Delete("").From(loans).Where(sq.And{sq.Eq{"book_id": ids}, sq.NotEq{"returned_at": nil}}).RunWith(c.DB).Exec()
}

func (c Chains) DeleteOld(before time.Time) (sql.Result, error) {
	return psql.Delete(loans).Where(sq.Lt{"returned_at": before}).Suffix("RETURNING id").RunWith(c.DB).Exec()
}

func (c Chains) Union(n int) error {
	b, args, err := sq.Select("id").From("films").Where(sq.Gt{"length": n}).ToSql()
	if err != nil {
		return err
	}
	_, err = psql.Select("id").From("books").Where(sq.Gt{"pages": n}).Suffix("UNION ALL "+b, args...).RunWith(c.DB).Query()
	return err
}

// A store embeds the builder that its methods begin with.
type store struct {
	sq.StatementBuilderType
	table string
}

func (s store) get(id int64) sq.SelectBuilder {
	return s.Select("id", "name").From(s.table).Where(sq.Eq{"id": id})
}

func (c Chains) Embedded(id int64) (*sql.Rows, error) {
	s := store{psql, "members"}
	return s.get(id).RunWith(c.DB).Query()
}

func (c Chains) RunWithFirst(id int64) (*sql.Rows, error) {
	b := sq.StatementBuilder.PlaceholderFormat(sq.Dollar).RunWith(c.DB)
	return b.Select("name").From("members").Where(sq.Eq{"id": id}).Query()
}

func (c Chains) Remove() (*sql.Rows, error) {
	q := psql.Select("id", "title").From("books").OrderBy("title").Limit(3)
	return q.RemoveColumns().Columns("count(*)").RemoveLimit().RunWith(c.DB).Query()
}

func (c Chains) OrderByClause(n int) (*sql.Rows, error) {
	return psql.Select("id").From("books").OrderByClause("pages > ? DESC", n).RunWith(c.DB).Query()
}

func (c Chains) Debug(ctx context.Context, table string) error {
	text, args, _ := psql.Select("id").From(table).Where(sq.Eq{"id": 1}).ToSql()
	return c.Tx.QueryRow(ctx, text, args...).Scan(&table)
}
