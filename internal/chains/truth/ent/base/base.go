// Package base is what other packages begin and end their chains with.
package base

import (
	"context"

	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library"
	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library/book"
	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library/predicate"
)

// Long is a predicate.
func Long() predicate.Book { return book.PagesGT(500) }

// Lent is half a chain.
func Lent(c *library.Client) *library.BookQuery {
	return c.Book.Query().Where(book.StateEQ(book.StateLent))
}

// List ends a chain.
func List(ctx context.Context, q *library.BookQuery) ([]*library.Book, error) {
	return q.Limit(50).All(ctx)
}
