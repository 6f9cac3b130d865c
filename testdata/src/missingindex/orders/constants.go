package orders

import (
	"context"
	"database/sql/driver"

	"github.com/jackc/pgx/v5"
)

type phase string

const (
	sorting phase = "sorting"
	most          = 5
)

// stage is something else in the database than in the program.
type stage string

func (s stage) Value() (driver.Value, error) { return "stage " + string(s), nil }

// What is bound to a parameter is a part of the statement that PostgreSQL plans.
func constants(ctx context.Context, conn *pgx.Conn, late bool) {
	conn.Query(ctx, "SELECT id FROM parcels WHERE state = $1 ORDER BY sent_at LIMIT 1", sorting)
	conn.Query(ctx, "SELECT id FROM parcels WHERE state = $1 ORDER BY sent_at LIMIT 1", string(sorting))
	conn.Query(ctx, "SELECT id FROM parcels WHERE $1::text = state ORDER BY sent_at LIMIT $2", "sorting", 10)
	conn.Query(ctx, "SELECT id FROM parcels WHERE tries = @tries ORDER BY sent_at LIMIT 1", pgx.NamedArgs{"tries": most})
	state := "sort"
	state += "ing"
	conn.Query(ctx, "SELECT id FROM parcels WHERE state = $1 ORDER BY sent_at LIMIT 1", state)
}

func otherConstant(ctx context.Context, conn *pgx.Conn, other bool) {
	state := "sorting"
	if other {
		state = "lost"
	}
	conn.Query(ctx, "SELECT id FROM bags WHERE state = $1 ORDER BY sent_at LIMIT 1", state) // want `bags \(state, sent_at\)`
}

func valuer(ctx context.Context, conn *pgx.Conn) {
	conn.Query(ctx, "SELECT id FROM crates WHERE state = $1 ORDER BY sent_at LIMIT 1", stage("sorting")) // want `crates \(state, sent_at\)`
}
