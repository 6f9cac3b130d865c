package twins

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5"
)

func pagesMySQL(db *sql.DB) {
	db.Query("SELECT id FROM t LIMIT 1, 2")
}

// The library knows better than the file's name.
func pagesCopied(ctx context.Context, conn *pgx.Conn) {
	conn.Query(ctx, "SELECT id FROM t LIMIT 1, 2") // want `postgresql cannot parse this query`
}
