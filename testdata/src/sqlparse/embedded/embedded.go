// Package embedded has its SQL in files.
package embedded

import (
	"context"
	_ "embed"

	"github.com/jackc/pgx/v5"
)

//go:embed good.sql
var good string

//go:embed bad.sql
var bad string

func f(ctx context.Context, conn *pgx.Conn) {
	conn.Exec(ctx, good)
	conn.Exec(ctx, bad)
}
