// Package vectors asks for the rows nearest to one.
package vectors

import (
	"context"

	"github.com/jackc/pgx/v5"
)

func far(ctx context.Context, conn *pgx.Conn, at string) {
	conn.Query(ctx, "SELECT id FROM notes ORDER BY 1 - (spot <=> $1) DESC LIMIT 5", at)                 // want `the index of notes.spot gives rows in the order of the distance alone`
	conn.Query(ctx, "SELECT id, 1 - (spot <=> $1) AS score FROM notes ORDER BY score DESC LIMIT 5", at) // want `the index of notes.spot gives rows in the order of the distance alone, .*write ORDER BY spot <=> …`
	conn.Query(ctx, "SELECT id FROM notes ORDER BY spot <-> $1 LIMIT 5", at)                            // want `the index notes_spot of notes keeps its rows by <=>, and this asks for the nearest by <->`
	conn.Query(ctx, "SELECT id FROM marks ORDER BY spot <=> $1 LIMIT 5", at)                            // want `the index marks_spot of marks keeps its rows by <->`
}

func near(ctx context.Context, conn *pgx.Conn, at string) {
	conn.Query(ctx, "SELECT id, 1 - (spot <=> $1) AS score FROM notes ORDER BY spot <=> $1 LIMIT 5", at)
	conn.Query(ctx, "SELECT id, spot <=> $1 AS far FROM notes ORDER BY far LIMIT 5", at)
	conn.Query(ctx, "SELECT id FROM marks ORDER BY spot <-> $1::vector LIMIT 5", at)
	conn.Query(ctx, "SELECT id FROM drafts ORDER BY 1 - (spot <=> $1) DESC LIMIT 5", at) // there is no index at all
	conn.Query(ctx, "SELECT id FROM notes ORDER BY spot <-> $1", at)
	conn.Query(ctx, "SELECT id FROM notes ORDER BY id LIMIT 5")
}
