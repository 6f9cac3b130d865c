// Package written has arguments that the library writes into its text.
package written

import (
	"context"

	sq "github.com/Masterminds/squirrel"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

const shelf = bun.Ident("book.shelf")

type ranking struct{ weight int }

func (r ranking) AppendQuery(gen schema.QueryGen, b []byte) ([]byte, error) { return b, nil }

func buns(ctx context.Context, db *bun.DB, name string, col bun.Ident, ids []int64, some any, by ranking) { // want buns:"sql\\( parts:\\[2\\]\\)"
	q := db.NewSelect()
	q.Where("? = ?", bun.Ident("title"), name)                                  // sql: "title" = ?
	q.Where("LOWER(?) = ? AND ? > 3", shelf, name, bun.Ident("pages"))          // sql: LOWER("book"."shelf") = ? AND "pages" > 3
	q.Where("? = ?", col, name)                                                 // sql: {col} = ?
	q.Where("? IN (?) AND ?", bun.Ident("id"), bun.In(ids), bun.Safe("listed")) // sql: "id" IN (?) AND listed
	q.Where("?1 = ?0 OR ?name", name, bun.Ident("a\"b"))                        // sql: "a""b" = ?0 OR ?name
	q.Where("a \\? ? AND ?", name, bun.Ident("b"))                              // sql: a \? ? AND "b"
	q.Where("? = ?", name, some)                                                // sql: ? = ?
	q.Where("EXISTS (?)", db.NewSelect().Table("authors"))                      // sql: EXISTS ({db.NewSelect().Table("authors")})
	q.Where(name+" AND ? = ?", bun.Ident("title"), name)                        // sql: {name} AND {?} = {?}
	q.OrderExpr("? DESC", by)                                                   // sql: {by} DESC
	q.OrderExpr("?.* DESC", bun.Name("book"))                                   // sql: "book".* DESC
}

func gorms(db, authors *gorm.DB, name string) {
	db.Where("title = ?", name)                                          // sql: title = ?
	db.Where("author_id IN (?) AND title = ?", authors, name)            // sql: author_id IN ({authors}) AND title = ?
	db.Where("? = ?", clause.Column{Name: "title"}, name)                // sql: "title" = ?
	db.Where("pages > ?", gorm.Expr("floor(?)", 1.5))                    // sql: floor(?)
	db.Where("title = ? AND note = '?' AND ?", name, "x", clause.Expr{}) // sql: title = ? AND note = '?' AND {clause.Expr{}}
}

func squirrels(name string, inner sq.SelectBuilder) {
	sq.Expr("a ?? b AND title = ? AND EXISTS (?)", name, inner) // sql: a ?? b AND title = ? AND EXISTS ({inner})
}
