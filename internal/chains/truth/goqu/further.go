package goqu

import (
	"context"

	"github.com/doug-martin/goqu/v9"
)

// More of what applications write: filters, sorts by name, expressions in maps.

type filterOf struct {
	Title string
	Pages *int
	Sort  string
}

func (f filterOf) expressions() []goqu.Expression {
	var out []goqu.Expression
	if f.Title != "" {
		out = append(out, goqu.C("title").ILike("%"+f.Title+"%"))
	}
	if f.Pages != nil {
		out = append(out, goqu.C("pages").Gte(*f.Pages))
	}
	return out
}

func (c Chains) Filtered(title, pages bool) (bs []book, err error) {
	var f filterOf
	if title {
		f.Title = "x"
	}
	if pages {
		f.Pages = new(int)
	}
	return bs, c.DB.From("books").Where(f.expressions()...).ScanStructs(&bs)
}

func (c Chains) SortOf(down bool) (bs []book, err error) {
	key := goqu.C("title").Asc()
	if down {
		key = goqu.C("title").Desc()
	}
	return bs, c.DB.From("books").Order(key, goqu.C("id").Asc()).Limit(5).ScanStructs(&bs)
}

func (c Chains) MapWhere(ctx context.Context, ids []int64) (ns []int64, err error) {
	return ns, c.DB.From("loans").Select("book_id").Where(goqu.Ex{"member_id": ids, "returned_at": nil, "days": goqu.Op{"gt": 3}}).ScanValsContext(ctx, &ns)
}

func (c Chains) RecordOf(id int64) error {
	_, err := c.DB.Update("books").Set(goqu.Record{"pages": goqu.L("pages + ?", 1), "title": "x"}).Where(goqu.C("id").Eq(id)).Executor().Exec()
	return err
}

func (c Chains) UpsertOf() error {
	_, err := c.DB.Insert("books").Rows(goqu.Record{"title": "x", "pages": 1}).OnConflict(goqu.DoUpdate("title", goqu.Record{"pages": goqu.L("EXCLUDED.pages")})).Executor().Exec()
	return err
}

func (c Chains) GroupOf() (ns []int64, err error) {
	return ns, c.DB.From(goqu.T("books").As("b")).Select(goqu.COUNT("*").As("n")).Join(goqu.T("authors").As("a"), goqu.On(goqu.I("a.id").Eq(goqu.I("b.author_id")))).GroupBy("a.country").Having(goqu.COUNT("*").Gt(2)).ScanVals(&ns)
}

func (c Chains) ExistsOf() (bs []book, err error) {
	sub := pg.From("loans").Select(goqu.L("1")).Where(goqu.I("loans.book_id").Eq(goqu.I("books.id")))
	return bs, c.DB.From("books").Where(goqu.L("EXISTS ?", sub)).ScanStructs(&bs)
}

func (c Chains) DeleteOf(ids []int64) error {
	_, err := c.DB.Delete("loans").Where(goqu.C("id").In(ids), goqu.Or(goqu.C("days").Gt(3), goqu.C("lost").IsTrue())).Executor().Exec()
	return err
}

func (c Chains) BothOf(all bool) (int64, error) {
	titles := func(pages int) *goqu.SelectDataset {
		return c.DB.From("books").Select("title").Where(goqu.C("pages").Gt(pages))
	}
	both := titles(1).Intersect(titles(2))
	if all {
		both = titles(1).IntersectAll(titles(2))
	}
	return c.DB.From(both.As("both")).Count()
}
