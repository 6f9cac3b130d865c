package goqu

import (
	"context"

	"github.com/doug-martin/goqu/v9"

	"github.com/sqlvet/sqlvet/internal/chains/truth/goqu/base"
)

func (c Chains) run(q interface {
	ToSQL() (string, []any, error)
}) error {
	text, args, err := q.ToSQL()
	if err != nil {
		return err
	}
	_, err = c.Raw.Exec(text, args...)
	return err
}

func (c Chains) FarStart() error { return c.run(base.Books("id").Where(goqu.Ex{"pages": 3})) }

func (c Chains) FarMiddle() ([]int64, error) {
	var ids []int64
	return ids, base.Visible(c.DB.From("shelves").Select("id")).ScanVals(&ids)
}

func (c Chains) FarEnd() ([]int64, error) {
	return base.Vals(c.DB.From("shelves").Select("id").Where(goqu.C("room").Eq(3)))
}

func (c Chains) FarDelete(id int64) error {
	return c.run(base.PG.Delete("books").Where(goqu.Ex{"id": id}))
}

func (c Chains) Exs(title, pages bool) (ids []int64, err error) {
	where := goqu.Ex{}
	if title {
		where["title"] = "x"
	}
	if pages {
		where["pages"] = goqu.Op{"gte": 3}
	}
	return ids, c.DB.From("books").Select("id").Where(where).ScanVals(&ids)
}

func (c Chains) Loop(names []string) (ids []int64, err error) {
	q := c.DB.From("authors").Select("id")
	for _, n := range names {
		q = q.Where(goqu.C("name").Neq(n))
	}
	return ids, q.Order(goqu.C("id").Asc()).ScanVals(&ids)
}

func (c Chains) OrLoop(names []string) (ids []int64, err error) {
	var or []goqu.Expression
	for _, n := range names {
		or = append(or, goqu.C("name").Eq(n))
	}
	return ids, c.DB.From("authors").Select("id").Where(goqu.Or(or...)).ScanVals(&ids)
}

func (c Chains) Sorted(desc bool) (ids []int64, err error) {
	order := goqu.C("pages").Asc()
	if desc {
		order = goqu.C("pages").Desc()
	}
	return ids, c.DB.From("books").Select("id").Order(order).ScanVals(&ids)
}

func (c Chains) EarlyReturn(ctx context.Context, fast bool) (ids []int64, err error) {
	q := c.DB.From("books").Select("id")
	if fast {
		return ids, q.Limit(1).ScanValsContext(ctx, &ids)
	}
	return ids, q.Where(goqu.Ex{"books.state": "x"}).Order(goqu.C("id").Asc()).ScanValsContext(ctx, &ids)
}

func (c Chains) Closure(author int64) (ids []int64, err error) {
	mine := func(q *goqu.SelectDataset) *goqu.SelectDataset { return q.Where(goqu.Ex{"author_id": author}) }
	return ids, mine(c.DB.From("books").Select("id")).ScanVals(&ids)
}
