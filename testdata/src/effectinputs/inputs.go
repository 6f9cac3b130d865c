// Package inputs has statements that depend on different things.
package inputs

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	sq "github.com/Masterminds/squirrel"
)

type filter struct {
	word  string
	owner owner
}

type owner struct{ id int64 }

type shelf struct {
	db    *sql.DB
	table string
	limit int
}

// asks: values 1 text  handle r.db
func (s *shelf) one(ctx context.Context, id int64) (title string, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT title FROM books WHERE id = $1", id).Scan(&title)
	return title, err
}

// asks: values  text  handle r.db
func (s *shelf) count(ctx context.Context, id int64) (n int, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT count(*) FROM books").Scan(&n)
	return n + int(id), err
}

// Only one field of the parameter gets there, by way of a local and a helper.
//
// asks: values 1.owner.id text  handle r.db
func (s *shelf) byOwner(ctx context.Context, f filter) (string, error) {
	who := f.owner
	return s.one(ctx, who.id)
}

// What is chosen by a value depends on it.
//
// asks: values 0.word text  handle 1
func chosen(f filter, db *sql.DB) (err error) {
	kind := 1
	if f.word == "x" {
		kind = 2
	}
	_, err = db.Exec("UPDATE kinds SET n = n + 1 WHERE id = $1", kind)
	return err
}

// asks: values r.table,0 text r.table handle r.db
func (s *shelf) anyTable(id int64) error {
	_, err := s.db.Exec(fmt.Sprintf("DELETE FROM %s WHERE id = $1", s.table), id)
	return err
}

// asks: values r.limit,state text  handle begun
func (s *shelf) recent(ctx context.Context, id int64) error {
	tx, err := s.db.Begin()
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "DELETE FROM seen WHERE at < $1 LIMIT $2", time.Now(), s.limit)
	return err
}

type runner interface {
	ExecContext(ctx context.Context, q string, args ...any) (sql.Result, error)
}

// The builder is both: its text, and the values in it.
//
// asks: values 2 text 2 handle 1
func run(ctx context.Context, r runner, q sq.UpdateBuilder) error {
	text, args, err := q.ToSql()
	if err != nil {
		return err
	}
	_, err = r.ExecContext(ctx, text, args...)
	return err
}

// asks: values 2.id text  handle 1 source here
func rename(ctx context.Context, db *sql.DB, f owner) error {
	return run(ctx, db, sq.Update("owners").Set("seen", true).Where(sq.Eq{"id": f.id})) // here
}

// The literal is given what the caller of each is given.
//
// asks: values 1 text  handle r.db
func (s *shelf) passes(ctx context.Context, owners []owner) {
	each(owners, func(o owner) {
		s.db.ExecContext(ctx, "UPDATE owners SET seen = true WHERE id = $1", o.id)
	})
}

func each(list []owner, f func(owner)) {
	for _, o := range list {
		f(o)
	}
}
