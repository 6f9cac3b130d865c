package squirrel

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/sqlvet/sqlvet/internal/chains/truth/squirrel/shared"
)

type loanStore struct {
	db *sql.DB
	sb sq.StatementBuilderType
}

func newLoanStore(db *sql.DB) *loanStore {
	return &loanStore{db: db, sb: sq.StatementBuilder.PlaceholderFormat(sq.Dollar)}
}

func (s *loanStore) builder() sq.StatementBuilderType { return s.sb.RunWith(s.db) }

func (s *loanStore) columns() []string { return []string{"id", "book_id", "member_id", "taken_at"} }

func (s *loanStore) byID(ctx context.Context, id int64) error {
	query, args, err := s.sb.Select(s.columns()...).From("loans").Where(sq.Eq{"id": id}).ToSql()
	if err != nil {
		return err
	}
	return s.db.QueryRowContext(ctx, query, args...).Scan(&id)
}

func (s *loanStore) list(ctx context.Context, f loanFilter) (*sql.Rows, error) {
	q := s.builder().Select(s.columns()...).From("loans")
	q = f.narrow(q)
	return q.OrderBy("taken_at DESC").QueryContext(ctx)
}

func (s *loanStore) count(ctx context.Context, f loanFilter) (n int, err error) {
	err = f.narrow(s.builder().Select("COUNT(*)").From("loans")).QueryRowContext(ctx).Scan(&n)
	return n, err
}

type loanFilter struct {
	member int64
	books  []int64
	since  *time.Time
	open   bool
}

func (f loanFilter) narrow(q sq.SelectBuilder) sq.SelectBuilder {
	if f.member != 0 {
		q = q.Where(sq.Eq{"member_id": f.member})
	}
	if len(f.books) > 0 {
		q = q.Where(sq.Eq{"book_id": f.books})
	}
	if f.since != nil {
		q = q.Where(sq.GtOrEq{"taken_at": *f.since})
	}
	if f.open {
		q = q.Where("returned_at IS NULL")
	}
	return q
}

func filterOf(member, books, since, open bool) loanFilter {
	f := loanFilter{open: open}
	if member {
		f.member = 3
	}
	if books {
		f.books = []int64{1, 2}
	}
	if since {
		f.since = new(time.Time)
	}
	return f
}

func (c Chains) RepoByID(ctx context.Context, id int64) error {
	return newLoanStore(c.DB).byID(ctx, id)
}

func (c Chains) RepoFilter(ctx context.Context, member, books, since, open bool) (*sql.Rows, error) {
	return newLoanStore(c.DB).list(ctx, filterOf(member, books, since, open))
}

func (c Chains) RepoCount(ctx context.Context, member, books, since, open bool) (int, error) {
	return newLoanStore(c.DB).count(ctx, filterOf(member, books, since, open))
}

func (c Chains) StorePage(ctx context.Context, sorted bool) (*sql.Rows, error) {
	p := shared.Page{Number: 3, Size: 20}
	if sorted {
		p.Sort = "title"
	}
	return shared.Get(ctx, c.DB, p.Apply(psql.Select("id", "title").From("books")))
}

func (c Chains) StoreOptions(ctx context.Context, opts ...shared.Option) (*sql.Rows, error) {
	q := psql.Select("id").From("loans")
	for _, o := range []shared.Option{shared.ForMember(3)} {
		q = o(q)
	}
	return shared.Get(ctx, c.DB, q)
}

func (c Chains) AndClause(ctx context.Context, title, author bool) (*sql.Rows, error) {
	where := sq.And{sq.NotEq{"deleted": true}}
	if title {
		where = append(where, sq.ILike{"title": "x%"})
	}
	if author {
		where = append(where, sq.Eq{"author_id": 3})
	}
	return shared.Get(ctx, c.DB, psql.Select("id").From("books").Where(where))
}

func (c Chains) EqBuilt(ctx context.Context, title, author bool) (*sql.Rows, error) {
	eq := sq.Eq{"deleted": false}
	if title {
		eq["title"] = "x"
	}
	if author {
		eq["author_id"] = 3
	}
	return shared.Get(ctx, c.DB, psql.Select("id").From("books").Where(eq))
}

func (c Chains) SetMap(ctx context.Context, id int64, title bool) error {
	set := map[string]any{"updated_at": sq.Expr("now()")}
	if title {
		set["title"] = "x"
	}
	_, err := psql.Update("books").SetMap(set).Where(sq.Eq{"id": id}).RunWith(c.DB).ExecContext(ctx)
	return err
}

func (c Chains) SetLoop(ctx context.Context, id int64, set map[string]string) error {
	q := psql.Update("books").Set("updated_at", time.Now())
	for col, v := range set {
		q = q.Set(col, v)
	}
	_, err := q.Where(sq.Eq{"id": id}).RunWith(c.DB).ExecContext(ctx)
	return err
}

func (c Chains) InsertLoop(ctx context.Context, ids []int64) error {
	q := psql.Insert("book_tags").Columns("book_id", "tag_id")
	for _, id := range ids {
		q = q.Values(id, 4)
	}
	_, err := q.Suffix("ON CONFLICT DO NOTHING").RunWith(c.DB).ExecContext(ctx)
	return err
}

func (c Chains) InsertSuffix(ctx context.Context, title string) (id int64, err error) {
	query, args, err := psql.Insert("books").Columns("title", "created_at").Values(title, sq.Expr("now()")).Suffix("RETURNING id").ToSql()
	if err != nil {
		return 0, err
	}
	return id, c.DB.QueryRowContext(ctx, query, args...).Scan(&id)
}

func (c Chains) InsertSet(ctx context.Context) error {
	_, err := psql.Insert("members").SetMap(sq.Eq{"name": "x", "email": "y"}).
		Suffix("ON CONFLICT (email) DO UPDATE SET name = EXCLUDED.name").RunWith(c.DB).ExecContext(ctx)
	return err
}

func (c Chains) JoinAliased(ctx context.Context) (*sql.Rows, error) {
	return psql.Select("b.id", "a.name AS author", "COUNT(l.id)").From("books b").Join("authors a ON a.id = b.author_id").
		LeftJoin("loans l ON l.book_id = b.id AND l.returned_at IS NULL").Where(sq.And{sq.Eq{"a.country": "at"}, sq.Gt{"b.pages": 100}}).
		GroupBy("b.id", "a.name").Having("COUNT(l.id) > ?", 3).OrderBy("b.id").RunWith(c.DB).QueryContext(ctx)
}

func (c Chains) JoinSub(ctx context.Context) (*sql.Rows, error) {
	sub, args, err := sq.Select("book_id", "COUNT(*) AS n").From("loans").GroupBy("book_id").ToSql()
	if err != nil {
		return nil, err
	}
	return psql.Select("b.id", "n").From("books b").JoinClause("JOIN ("+sub+") x ON x.book_id = b.id", args...).RunWith(c.DB).QueryContext(ctx)
}

func (c Chains) WhereSub(ctx context.Context) (*sql.Rows, error) {
	sub := sq.Select("1").From("loans l").Where("l.book_id = b.id")
	return psql.Select("b.id").From("books b").Where(sub.Prefix("EXISTS (").Suffix(")")).RunWith(c.DB).QueryContext(ctx)
}

func (c Chains) InSub(ctx context.Context) (*sql.Rows, error) {
	sub := sq.Select("book_id").From("loans").Where(sq.Eq{"member_id": 3})
	return psql.Select("id").From("books").Where(sq.Expr("id IN (?)", sub)).RunWith(c.DB).QueryContext(ctx)
}

func (c Chains) FromSub(ctx context.Context) (n int, err error) {
	inner := psql.Select("id").From("books").Where(sq.Gt{"pages": 3})
	return n, psql.Select("COUNT(*)").FromSelect(inner, "x").RunWith(c.DB).QueryRowContext(ctx).Scan(&n)
}

func (c Chains) Formatted(ctx context.Context, id int64) (*sql.Rows, error) {
	alias := "b"
	return psql.Select(alias+".id", fmt.Sprintf("%s.title", alias)).From("books AS " + alias).Where(sq.Eq{alias + ".id": id}).RunWith(c.DB).QueryContext(ctx)
}

func (c Chains) OrderSwitch(ctx context.Context, newest bool) (*sql.Rows, error) {
	dir := "ASC"
	if newest {
		dir = "DESC"
	}
	return psql.Select("id").From("books").OrderBy("created_at " + dir).Limit(20).RunWith(c.DB).QueryContext(ctx)
}

func (c Chains) OrLike(ctx context.Context, q string) (*sql.Rows, error) {
	return psql.Select("id").From("members").Where(sq.Or{sq.ILike{"name": "%" + q + "%"}, sq.ILike{"email": "%" + q + "%"}}).RunWith(c.DB).QueryContext(ctx)
}

func (c Chains) TwoStatements(ctx context.Context, id int64) error {
	tx, err := c.DB.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := psql.Delete("book_tags").Where(sq.Eq{"book_id": id}).RunWith(tx).ExecContext(ctx); err != nil {
		return err
	}
	query, args := psql.Delete("books").Where(sq.Eq{"id": id}).MustSql()
	if _, err := tx.ExecContext(ctx, query, args...); err != nil {
		return err
	}
	return tx.Commit()
}

func (c Chains) Locked(ctx context.Context) (*sql.Rows, error) {
	return psql.Select("id").From("jobs").Where(sq.Eq{"state": "new"}).OrderBy("id").Limit(1).Suffix("FOR UPDATE SKIP LOCKED").RunWith(c.DB).QueryContext(ctx)
}

func (c Chains) Prefixed(ctx context.Context) (*sql.Rows, error) {
	return psql.Select("id").Prefix("WITH t AS (SELECT id FROM books WHERE pages > ?)", 3).From("t").RunWith(c.DB).QueryContext(ctx)
}

func (c Chains) JoinedWhere(ctx context.Context, title, author bool) (*sql.Rows, error) {
	var where []string
	var args []any
	if title {
		where = append(where, "title = ?")
		args = append(args, "x")
	}
	if author {
		where = append(where, "author_id = ?")
		args = append(args, 3)
	}
	q := psql.Select("id").From("books")
	if len(where) > 0 {
		q = q.Where(strings.Join(where, " AND "), args...)
	}
	return q.RunWith(c.DB).QueryContext(ctx)
}

func (c Chains) Pointer(ctx context.Context, long bool) (*sql.Rows, error) {
	q := psql.Select("id").From("books")
	longer(&q, long)
	return q.RunWith(c.DB).QueryContext(ctx)
}

func longer(q *sq.SelectBuilder, long bool) {
	if long {
		*q = q.Where("pages > 300")
	}
}

func (c Chains) Alternatives(ctx context.Context, old bool) (*sql.Rows, error) {
	var q sq.SelectBuilder
	if old {
		q = psql.Select("id").From("old_books")
	} else {
		q = psql.Select("id").From("books").Where("deleted = false")
	}
	return q.Where(sq.Eq{"author_id": 3}).RunWith(c.DB).QueryContext(ctx)
}

func (c Chains) SqlizerVar(ctx context.Context, gone bool) error {
	var q sq.Sqlizer = psql.Update("books").Set("deleted", true).Where(sq.Eq{"id": 3})
	if gone {
		q = psql.Delete("books").Where(sq.Eq{"id": 3})
	}
	query, args, err := q.ToSql()
	if err != nil {
		return err
	}
	_, err = c.DB.ExecContext(ctx, query, args...)
	return err
}

func (c Chains) CaseSet(ctx context.Context) error {
	_, err := psql.Update("books").Set("state", sq.Case().When("pages > 100", "'long'").Else("'short'")).Where(sq.NotEq{"state": nil}).RunWith(c.DB).ExecContext(ctx)
	return err
}
