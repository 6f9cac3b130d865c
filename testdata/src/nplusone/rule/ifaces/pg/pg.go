// Package pg implements store.Users.
package pg

import (
	"context"
	"database/sql"

	"github.com/lib/pq"

	"testdata/nplusone/rule/ifaces/store"
)

type Users struct{ DB *sql.DB }

var _ store.Users = (*Users)(nil)

func (u *Users) Name(ctx context.Context, id int64) (name string, err error) {
	err = u.DB.QueryRowContext(ctx, "SELECT name FROM users WHERE id = $1", id).Scan(&name)
	return name, err
}

func (u *Users) Names(ctx context.Context, ids []int64) (map[int64]string, error) {
	rows, err := u.DB.QueryContext(ctx, "SELECT id, name FROM users WHERE id = ANY($1)", pq.Array(ids))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names := make(map[int64]string)
	for rows.Next() {
		var (
			id   int64
			name string
		)
		if err := rows.Scan(&id, &name); err != nil {
			return nil, err
		}
		names[id] = name
	}
	return names, rows.Err()
}

// System reads no database.
type System struct{}

func (System) Now() int64 { return 1 }
