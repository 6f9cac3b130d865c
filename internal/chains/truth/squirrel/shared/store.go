// Package shared is what a service's packages share.
package shared

import (
	"context"
	"database/sql"
	"fmt"

	sq "github.com/Masterminds/squirrel"
)

// A Page is what a list request asks for.
type Page struct {
	Number, Size uint64
	Sort         string
}

// Apply adds a page to a query.
func (p Page) Apply(q sq.SelectBuilder) sq.SelectBuilder {
	if p.Sort != "" {
		q = q.OrderBy(p.Sort)
	}
	return q.Limit(p.Size).Offset((p.Number - 1) * p.Size)
}

// An Option adds to a query.
type Option func(sq.SelectBuilder) sq.SelectBuilder

// ForMember is an option.
func ForMember(id int64) Option {
	return func(q sq.SelectBuilder) sq.SelectBuilder { return q.Where(sq.Eq{"member_id": id}) }
}

// Get reads rows.
func Get(ctx context.Context, db *sql.DB, b sq.Sqlizer) (*sql.Rows, error) {
	query, args, err := b.ToSql()
	if err != nil {
		return nil, fmt.Errorf("build: %w", err)
	}
	return db.QueryContext(ctx, query, args...)
}
