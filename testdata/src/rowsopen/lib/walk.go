package lib

import (
	"context"
	"database/sql"
	"iter"
)

// Each calls f while its rows are open.
func Each(rs *sql.Rows, f func(id int) error) error {
	defer rs.Close()
	for rs.Next() {
		var id int
		if err := rs.Scan(&id); err != nil {
			return err
		}
		if err := f(id); err != nil {
			return err
		}
	}
	return rs.Err()
}

// After calls f when all rows are read.
func After(rs *sql.Rows, f func(ids []int) error) error {
	defer rs.Close()
	var ids []int
	for rs.Next() {
		var id int
		if err := rs.Scan(&id); err != nil {
			return err
		}
		ids = append(ids, id)
	}
	if err := rs.Err(); err != nil {
		return err
	}
	rs.Close()
	return f(ids)
}

type Store struct{ DB *sql.DB }

// Walk is for a loop over it, whose body runs while the rows are open.
func (c Store) Walk(ctx context.Context) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		rs, err := c.DB.QueryContext(ctx, "SELECT id FROM crates")
		if err != nil {
			yield(0, err)
			return
		}
		defer rs.Close()
		for rs.Next() {
			var id int
			if err := rs.Scan(&id); !yield(id, err) {
				return
			}
		}
		if err := rs.Err(); err != nil {
			yield(0, err)
		}
	}
}

// Read is for a loop over what was read before.
func (c Store) Read(ctx context.Context) iter.Seq[int] {
	var ids []int
	rs, err := c.DB.QueryContext(ctx, "SELECT id FROM crates")
	if err == nil {
		defer rs.Close()
		for rs.Next() {
			var id int
			if rs.Scan(&id) == nil {
				ids = append(ids, id)
			}
		}
		if rs.Err() != nil {
			ids = nil
		}
	}
	return func(yield func(int) bool) {
		for _, id := range ids {
			if !yield(id) {
				return
			}
		}
	}
}

func (c Store) Mark(ctx context.Context, id int) error {
	_, err := c.DB.ExecContext(ctx, "UPDATE crates SET seen = true WHERE id = $1", id)
	return err
}
