package goqu

import (
	"context"

	"github.com/doug-martin/goqu/v9"
	"github.com/doug-martin/goqu/v9/exp"
)

// What applications do besides.

type wanted struct {
	Title string
	Pages int
}

func (w wanted) where() (es []exp.Expression) {
	if w.Title != "" {
		es = append(es, goqu.C("title").Eq(w.Title))
	}
	if w.Pages > 0 {
		es = append(es, goqu.C("pages").Gt(w.Pages))
	}
	return es
}

func (c Chains) NamedResult(ctx context.Context, titles, pages bool) (ids []int64, err error) {
	w := wanted{}
	if titles {
		w.Title = "x"
	}
	if pages {
		w.Pages = 3
	}
	return ids, c.DB.From("books").Select("id").Where(w.where()...).ScanValsContext(ctx, &ids)
}

func (c Chains) RecursiveColumns(ctx context.Context) (ids []int64, err error) {
	return ids, c.DB.From("tree").WithRecursive("tree(id)",
		c.DB.From("books").Select("id").UnionAll(c.DB.From("tree").Select("id"))).Select("id").ScanValsContext(ctx, &ids)
}

func (c Chains) RowsHanded(ctx context.Context, rows []goqu.Record) error {
	_, err := c.DB.Insert("books").Rows(rows).OnConflict(goqu.DoNothing()).Executor().ExecContext(ctx)
	return err
}

func (c Chains) DistinctOrNot(ctx context.Context, distinct bool, ids ...int64) (titles []string, err error) {
	ds := c.DB.From("books").Select("title")
	if distinct {
		ds = ds.Distinct()
	}
	for _, id := range ids {
		ds = ds.Where(goqu.C("id").Neq(id))
	}
	return titles, ds.ScanValsContext(ctx, &titles)
}

func (c Chains) CaseHeld(ctx context.Context) (kinds []string, err error) {
	kind := goqu.Case().When(goqu.C("pages").IsNull(), "none").When(goqu.C("pages").Lt(50), "thin").Else("book")
	return kinds, c.DB.From("books").Select(kind.As("kind")).GroupBy(goqu.C("kind")).ScanValsContext(ctx, &kinds)
}

var shelf = goqu.S("stock").Table("shelves")

func (c Chains) OfSchema(ctx context.Context) (ids []int64, err error) {
	return ids, c.DB.From(shelf).Select("id").Where(goqu.C("label").Table("shelves").Eq("a"), goqu.T("shelves").Col("rack").Gt(2)).ScanValsContext(ctx, &ids)
}

func (c Chains) SortedUnion(ctx context.Context) (ids []int64, err error) {
	return ids, c.DB.From("books").Select("id").Order(goqu.C("id").Asc()).Limit(5).Union(c.DB.From("films").Select("id")).ScanValsContext(ctx, &ids)
}

func (c Chains) UnionSorted(ctx context.Context) (ids []int64, err error) {
	return ids, c.DB.From("books").Select("id").Union(c.DB.From("films").Select("id")).Order(goqu.C("id").Asc()).Limit(5).ScanValsContext(ctx, &ids)
}
