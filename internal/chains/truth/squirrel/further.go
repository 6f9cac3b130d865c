package squirrel

import (
	"context"

	sq "github.com/Masterminds/squirrel"
)

// More of what applications write: filters, builders in fields, upserts.

type query func(sq.SelectBuilder) sq.SelectBuilder

func limited(n uint64) query {
	return func(q sq.SelectBuilder) sq.SelectBuilder { return q.Limit(n) }
}

func (c Chains) listed(ctx context.Context, qs ...query) error {
	q := psql.Select("id").From("books")
	for _, f := range qs {
		q = f(q)
	}
	rows, err := q.RunWith(c.DB).QueryContext(ctx)
	if err != nil {
		return err
	}
	return rows.Close()
}

func (c Chains) Queries(ctx context.Context) error { return c.listed(ctx, limited(3)) }

type table struct {
	sb   sq.StatementBuilderType
	name string
	cols []string
}

func (t table) all() sq.SelectBuilder { return t.sb.Select(t.cols...).From(t.name) }

func (c Chains) OfTable() error {
	members := table{psql, "members", []string{"id", "email"}}
	rows, err := members.all().Where(sq.Eq{"active": true}).OrderBy("email").RunWith(c.DB).Query()
	if err != nil {
		return err
	}
	return rows.Close()
}

func (c Chains) Conditions(title, pages bool) error {
	where := sq.And{sq.NotEq{"deleted_at": nil}}
	if title {
		where = append(where, sq.Like{"title": "x%"})
	}
	if pages {
		where = append(where, sq.Or{sq.Gt{"pages": 3}, sq.Expr("in_print")})
	}
	_, err := psql.Delete("books").Where(where).RunWith(c.DB).Exec()
	return err
}

func (c Chains) CaseUpdate(id int64) error {
	_, err := psql.Update("books").Set("pages", sq.Case().When("pages > 3", "3").Else("pages")).SetMap(map[string]any{"title": "x", "isbn": nil}).Where(sq.Eq{"id": id}).RunWith(c.DB).Exec()
	return err
}

func (c Chains) UpsertRows(ctx context.Context, titles []string) error {
	ins := psql.Insert("books").Columns("title", "pages")
	for _, t := range titles {
		ins = ins.Values(t, 0)
	}
	text, args, err := ins.Suffix("ON CONFLICT (title) DO UPDATE SET pages = excluded.pages").Suffix("RETURNING id").ToSql()
	if err != nil {
		return err
	}
	_, err = c.DB.ExecContext(ctx, text, args...)
	return err
}

func (c Chains) UnionOf() error {
	a := psql.Select("id").From("books").Where("pages > ?", 3)
	b, args := sq.Select("id").From("loans").Where(sq.Eq{"member_id": 4}).MustSql()
	rows, err := a.Suffix("UNION ALL "+b, args...).RunWith(c.DB).Query()
	if err != nil {
		return err
	}
	return rows.Close()
}

func (c Chains) CountOf(ctx context.Context, q string) (n int, err error) {
	inner := sq.Select("DISTINCT author_id").From("books").Where(sq.ILike{"title": q})
	return n, psql.Select("count(*)").FromSelect(inner, "t").RunWith(c.DB).QueryRowContext(ctx).Scan(&n)
}

func (c Chains) Cursor(after int64, down bool) error {
	q := psql.Select(bookColumns...).From("books")
	if down {
		q = q.Where(sq.Lt{"id": after}).OrderBy("id DESC")
	} else {
		q = q.Where(sq.Gt{"id": after}).OrderBy("id ASC")
	}
	rows, err := q.Limit(10).RunWith(c.DB).Query()
	if err != nil {
		return err
	}
	return rows.Close()
}
