// Package tested has calls that run where a condition holds, or does not: in a
// branch, behind one that leaves, under a variable that holds the answer.
package tested

import (
	"context"
	"database/sql"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

type store struct {
	db    *sql.DB
	pool  *pgxpool.Pool
	lines []string
	host  string
}

// The buffer is sent when it is full, as a variable says.
func (s *store) put(ctx context.Context, line string) error {
	s.lines = append(s.lines, line)
	enough := len(s.lines) > 99
	if !enough {
		return nil
	}
	return s.send(ctx)
}

func (s *store) send(ctx context.Context) error {
	part := s.lines
	s.lines = nil
	_, err := s.pool.Exec(ctx, "INSERT INTO lines SELECT unnest($1::text[])", part)
	return err
}

func (s *store) all(ctx context.Context, list []string) error {
	for _, l := range list {
		if err := s.put(ctx, l); err != nil {
			return err
		}
	}
	return s.send(ctx)
}

// It is sent each time but when it is full.
func (s *store) putWrongly(ctx context.Context, line string) error {
	s.lines = append(s.lines, line)
	enough := len(s.lines) > 99
	if enough {
		return nil
	}
	return s.send(ctx)
}

func (s *store) allWrongly(ctx context.Context, list []string) error {
	for _, l := range list {
		if err := s.putWrongly(ctx, l); err != nil { // want `runs once per iteration`
			return err
		}
	}
	return nil
}

// The batch of a library is emptied behind a continue.
func (s *store) queued(ctx context.Context, ids []int) error {
	b := new(pgx.Batch)
	drain := func() error {
		old := b
		b = new(pgx.Batch)
		return s.pool.SendBatch(ctx, old).Close()
	}
	for _, id := range ids {
		b.Queue("UPDATE lines SET seen = true WHERE id = $1", id)
		if !(b.Len() >= 250) {
			continue
		}
		if err := drain(); err != nil {
			return err
		}
	}
	return drain()
}

// It is sent while it is not full.
func (s *store) queuedWrongly(ctx context.Context, ids []int) error {
	b := new(pgx.Batch)
	drain := func() error {
		old := b
		b = new(pgx.Batch)
		return s.pool.SendBatch(ctx, old).Close()
	}
	for _, id := range ids {
		b.Queue("UPDATE lines SET seen = true WHERE id = $1", id)
		if b.Len() >= 250 {
			continue
		}
		if err := drain(); err != nil { // want `runs once per iteration`
			return err
		}
	}
	return nil
}

// Once, behind a continue, and once by the answer in a variable.
func (s *store) once(ctx context.Context, ids []int) (owner *string, err error) {
	for _, id := range ids {
		if owner != nil {
			continue
		}
		owner = new(string)
		if err := s.db.QueryRowContext(ctx, "SELECT owner FROM lines WHERE id = $1", id).Scan(owner); err != nil {
			return nil, err
		}
	}
	return owner, nil
}

// That all went well so far is no state that is set once.
func (s *store) untilFailure(ctx context.Context, ids []int) (err error) {
	for _, id := range ids {
		if err != nil {
			continue
		}
		_, err = s.db.ExecContext(ctx, "UPDATE lines SET seen = true WHERE id = $1", id) // want `runs once per iteration`
	}
	return err
}

// One of the names only, whichever branch it is in.
func (s *store) named(ctx context.Context, names []string) error {
	for _, n := range names {
		if n != "main" {
			continue
		}
		if _, err := s.db.ExecContext(ctx, "UPDATE lines SET seen = true WHERE name = $1", n); err != nil {
			return err
		}
	}
	return nil
}

func (s *store) unnamed(ctx context.Context, names []string) error {
	for _, n := range names {
		if n == "main" {
			continue
		}
		if _, err := s.db.ExecContext(ctx, "UPDATE lines SET seen = true WHERE name = $1", n); err != nil { // want `runs once per iteration`
			return err
		}
	}
	return nil
}

// A day is no page, although there are many answers for each.
func (s *store) week(ctx context.Context, first time.Time, days int) (n int, err error) {
	for i := range days {
		list, err := s.on(ctx, first.AddDate(0, 0, i)) // want `runs once per iteration`
		if err != nil {
			return 0, err
		}
		n += len(list)
	}
	return n, nil
}

func (s *store) on(ctx context.Context, day time.Time) ([]string, error) {
	rows, err := s.pool.Query(ctx, "SELECT name FROM lines WHERE day = $1", day)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

func (s *store) paged(ctx context.Context) (all []string, err error) {
	for page := 0; ; page++ {
		list, err := s.page(ctx, page)
		if err != nil || len(list) == 0 {
			return all, err
		}
		all = append(all, list...)
	}
}

func (s *store) page(ctx context.Context, n int) ([]string, error) {
	rows, err := s.pool.Query(ctx, "SELECT name FROM lines ORDER BY id LIMIT 100 OFFSET 100 * $1", n)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// A quota that leaves the loop is no batch.
func (s *store) upTo(ctx context.Context, sizes map[string]int, quota int) (sum int, err error) {
	for name, n := range sizes {
		if sum > quota {
			return sum, nil
		}
		if _, err := s.db.ExecContext(ctx, "UPDATE lines SET seen = true WHERE name = $1", name); err != nil { // want `runs once per iteration`
			return 0, err
		}
		sum = sum + n
	}
	return sum, nil
}
