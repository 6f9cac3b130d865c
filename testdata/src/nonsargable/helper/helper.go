// Package helper gives conditions to functions that put a statement around them.
package helper

import (
	"context"
	"database/sql"

	"testdata/nonsargable/helper/pg"
)

type people struct{ db *sql.DB }

func (p people) where(ctx context.Context, cond string, args ...any) (*sql.Rows, error) {
	return p.db.QueryContext(ctx, "SELECT id FROM people WHERE "+cond, args...)
}

func (p people) sorted(ctx context.Context, cond string, args ...any) (*sql.Rows, error) {
	return p.where(ctx, cond+" ORDER BY id LIMIT 20", args...)
}

func (p people) calls(ctx context.Context, name string, day any) {
	p.where(ctx, "lower(name) = $1", name) // want `cannot serve lower\(name\)`
	p.where(ctx, "name = lower($1)", name)
	p.sorted(ctx, "born::date = $1", day) // want `cannot serve born::date`
	p.sorted(ctx, "born >= $1", day)
	pg.Rows(ctx, p.db, "people", "upper(name) = $1", name) // want `a plain index on people.name cannot serve upper\(name\)`
	pg.Rows(ctx, p.db, "people", "name = $1", name)
	pg.Live(ctx, p.db, 3, "trim(name) = $2", name) // want `cannot serve trim\(name\)`
	pg.Live(ctx, p.db, 3, "name = $2", name)
}
