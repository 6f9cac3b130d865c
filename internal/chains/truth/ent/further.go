package ent

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library"
	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library/author"
	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library/book"
	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library/predicate"
)

// More of what applications write: filters of predicates, pages, loads.

type bookSearch struct {
	title string
	pages int
}

func (f bookSearch) predicates() (ps []predicate.Book) {
	if f.title != "" {
		ps = append(ps, book.TitleContainsFold(f.title))
	}
	if f.pages > 0 {
		ps = append(ps, book.PagesGTE(f.pages))
	}
	return ps
}

func (c Chains) FilteredBy(ctx context.Context, title, pages bool) ([]*library.Book, error) {
	var f bookSearch
	if title {
		f.title = "x"
	}
	if pages {
		f.pages = 3
	}
	return c.DB.Book.Query().Where(f.predicates()...).Order(book.ByID()).Limit(5).All(ctx)
}

func (c Chains) PageAndTotal(ctx context.Context, page int) (int, error) {
	q := c.DB.Author.Query().Where(author.NameNEQ("x"))
	n, err := q.Clone().Count(ctx)
	if err != nil {
		return 0, err
	}
	_, err = q.Offset(page * 10).Limit(10).Order(library.Desc(author.FieldName)).All(ctx)
	return n, err
}

func (c Chains) AnyOf(ctx context.Context, isbn string) (bool, error) {
	return c.DB.Book.Query().Where(book.Or(book.Isbn(isbn), book.And(book.PagesGT(3), book.Not(book.TitleHasPrefix("x"))))).Exist(ctx)
}

func (c Chains) UpdateManyMore(ctx context.Context) (int, error) {
	return c.DB.Book.Update().Where(book.PagesLT(3)).AddPages(2).Save(ctx)
}

func (c Chains) DeleteMany(ctx context.Context, ids ...int) (int, error) {
	return c.DB.Book.Delete().Where(book.IDIn(ids...)).Exec(ctx)
}

func (c Chains) FirstOfMany(ctx context.Context) (string, error) {
	return c.DB.Author.Query().Order(library.Asc(author.FieldName)).Select(author.FieldName).String(ctx)
}

func (c Chains) ClaimOne(ctx context.Context) (*library.Book, error) {
	return c.DB.Book.Query().Where(book.PagesLT(3)).ForUpdate(sql.WithLockAction(sql.SkipLocked), sql.WithLockTables(book.Table)).First(ctx)
}
