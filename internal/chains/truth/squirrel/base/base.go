// Package base is what other packages begin and end their chains with.
package base

import (
	"context"
	"database/sql"

	sq "github.com/Masterminds/squirrel"
)

// Builder writes PostgreSQL's placeholders.
var Builder = sq.StatementBuilder.PlaceholderFormat(sq.Dollar)

// Members is half a statement.
var Members = Builder.Select("id", "name").From("members").Where("left_at IS NULL")

// Books is half a statement.
func Books(columns ...string) sq.SelectBuilder { return Builder.Select(columns...).From("books") }

// Visible adds a condition.
func Visible(q sq.SelectBuilder) sq.SelectBuilder { return q.Where(sq.Eq{"hidden": false}) }

// Exec sends a statement.
func Exec(ctx context.Context, db *sql.DB, q sq.Sqlizer) error {
	text, args, err := q.ToSql()
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, text, args...)
	return err
}

// Columns selects what it is given, or all that lists show.
func Columns(cols ...string) sq.SelectBuilder {
	if len(cols) == 0 {
		cols = []string{"id", "title"}
	}
	return sq.Select(cols...).From("books").PlaceholderFormat(sq.Dollar)
}
