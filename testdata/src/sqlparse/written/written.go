// Package written hands over pieces of SQL, and statements with holes for
// names, in the forms of bun and gorm.
package written

import (
	"context"

	_ "github.com/lib/pq"
	"github.com/uptrace/bun"
	"gorm.io/gorm"
)

func names(ctx context.Context, db *bun.DB, table bun.Ident, args []any, ids []int64) {
	db.ExecContext(ctx, "ALTER TABLE ? ADD COLUMN ? text", bun.Ident("books"), bun.Ident("shelf"))
	db.ExecContext(ctx, "CREATE INDEX ? ON ? (?)", bun.Ident("i"), table, bun.Safe("lower(title), shelf"))
	db.ExecContext(ctx, "ALTER TABLE ? RENAME TO old", args...)
	db.ExecContext(ctx, "ALTER TABLE ? RENAM TO old", bun.Ident("books"))   // want `syntax error at or near "RENAM"`
	db.ExecContext(ctx, "DROP TABLE ? CASCADED", "books")                   // want `syntax error`
	db.ExecContext(ctx, "DELETE FROM books WHERE id IN ? AND", bun.In(ids)) // want `syntax error`
}

func pieces(ctx context.Context, db *bun.DB, g *gorm.DB) any {
	q := db.NewSelect().ColumnExpr("id").OrderExpr("?", db.NewRaw("(coalesce(?, ?)) DESC", bun.Ident("shelf"), ""))
	g.Where("id IN (?)", g.Raw("pages > ?", 3))
	g.Raw("DELET FROM books")
	_ = g.Raw("DELET FROM books").Error
	rank := db.NewRaw("rank() OVER (ORDER BY ?)", bun.Ident("pages"))
	q.ColumnExpr("?", rank)
	return db.NewRaw("length(?) ASC", bun.Ident("title"))
}

func sent(ctx context.Context, db *bun.DB, g *gorm.DB, n *int) {
	g.Raw("DELET FROM books").Scan(n)             // want `syntax error at or near "DELET"`
	db.NewRaw("SELEC 1").Scan(ctx, n)             // want `syntax error at or near "SELEC"`
	g.Raw("SELECT id FRM books").Limit(1).Find(n) // want `syntax error`
	later := g.Raw("DELET FROM shelves")          // want `syntax error at or near "DELET"`
	if n != nil {
		later.Scan(n)
	}
	run(ctx, db.NewRaw("SELEC 2")) // want `syntax error at or near "SELEC"`
	made(db).Exec(ctx)
	list(g, "SELEC 4", n)        // want `syntax error at or near "SELEC"`
	handed(g, "SELEC 5").Scan(n) // want `syntax error at or near "SELEC"`
	handed(g, "pages > 6")
}

func run(ctx context.Context, q *bun.RawQuery) { q.Exec(ctx) }

func made(db *bun.DB) *bun.RawQuery { return db.NewRaw("SELEC 3") } // want `syntax error at or near "SELEC"`

func list(g *gorm.DB, text string, out any) { g.Raw(text).Scan(out) }

func handed(g *gorm.DB, text string) *gorm.DB { return g.Raw(text) }
