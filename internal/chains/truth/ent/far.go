package ent

import (
	"context"

	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/base"
	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library"
	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library/author"
	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library/book"
	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library/predicate"
)

func (c Chains) FarPredicate(ctx context.Context) (int, error) {
	return c.DB.Book.Query().Where(base.Long(), book.NoteIsNil()).Count(ctx)
}

func (c Chains) FarStart(ctx context.Context) ([]*library.Book, error) {
	return base.Lent(c.DB).Order(library.Asc(book.FieldID)).All(ctx)
}

func (c Chains) FarEnd(ctx context.Context) ([]*library.Book, error) {
	return base.List(ctx, c.DB.Book.Query().Where(book.Title("x")))
}

func (c Chains) Filter(ctx context.Context, title, pages bool) (int, error) {
	var ps []predicate.Book
	if title {
		ps = append(ps, book.TitleContainsFold("x"))
	}
	if pages {
		ps = append(ps, book.PagesGTE(3))
	}
	return c.DB.Book.Query().Where(book.And(ps...)).Count(ctx)
}

func (c Chains) Loop(ctx context.Context, names []string) ([]*library.Author, error) {
	q := c.DB.Author.Query()
	for _, n := range names {
		q = q.Where(author.NameNEQ(n))
	}
	return q.Order(library.Asc(author.FieldID)).All(ctx)
}

func (c Chains) OrLoop(ctx context.Context, names []string) ([]*library.Author, error) {
	var ps []predicate.Author
	for _, n := range names {
		ps = append(ps, author.Name(n))
	}
	return c.DB.Author.Query().Where(author.Or(ps...)).All(ctx)
}

func (c Chains) EarlyReturn(ctx context.Context, fast bool) ([]*library.Book, error) {
	q := c.DB.Book.Query().Where(book.PagesGT(3))
	if fast {
		return q.Limit(1).All(ctx)
	}
	return q.WithAuthor().All(ctx)
}

func (c Chains) Closure(ctx context.Context, id int) (int, error) {
	mine := func(q *library.BookQuery) *library.BookQuery { return q.Where(book.AuthorID(id)) }
	return mine(c.DB.Book.Query()).Count(ctx)
}

func (c Chains) UpdateSome(ctx context.Context, id int, title, pages bool) error {
	u := c.DB.Book.UpdateOneID(id)
	if title {
		u.SetTitle("x")
	}
	if pages {
		u.SetPages(3)
	}
	return u.Exec(ctx)
}
