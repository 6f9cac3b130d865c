// Package branches has calls in loops that run seldom, each beside its twin
// that runs each time.
package branches

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/lib/pq"
)

type item struct {
	ID   int64
	Name string
}

type store struct {
	db      *sql.DB
	pending []string
}

type execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

func (s *store) many(ctx context.Context, ids []int64) (int, error) {
	var n int
	err := s.db.QueryRowContext(ctx, "SELECT count(*) FROM items WHERE id = ANY($1)", pq.Array(ids)).Scan(&n)
	return n, err
}

func (s *store) touch(ctx context.Context, id int64) error {
	_, err := s.db.ExecContext(ctx, "UPDATE items SET seen = now() WHERE id = $1", id)
	return err
}

// One by one after all at once has failed, and after it has not.
func (s *store) oneByOne(ctx context.Context, ids []int64) (n int) {
	n, err := s.many(ctx, ids)
	if err != nil {
		n = 0
		for _, id := range ids {
			s.touch(ctx, id)
		}
	}
	if err == nil {
		for _, id := range ids {
			s.touch(ctx, id) // want `^the query UPDATE items runs once`
		}
	}
	return n
}

func (s *store) orReturns(ctx context.Context, ids []int64, mark func(int64) error) error {
	_, err := s.many(ctx, ids)
	if err == nil {
		return nil
	}
	for _, id := range ids {
		s.touch(ctx, id)
	}
	for _, id := range ids {
		if err := mark(id); err == nil {
			continue
		}
		s.touch(ctx, id)
	}
	return err
}

// Not found, so its parts are made.
func (s *store) ensure(ctx context.Context, name string, parts []item) error {
	var id int64
	err := s.db.QueryRowContext(ctx, "SELECT id FROM items WHERE name = $1", name).Scan(&id)
	if err != nil {
		for _, p := range parts {
			s.touch(ctx, p.ID) // want `^the query UPDATE items runs once`
		}
	}
	return nil
}

func announce(x item) error {
	if x.Name == "" {
		return errors.New("no name")
	}
	return nil
}

// What could not be announced is taken back.
func (s *store) takeBack(ctx context.Context, items []item) {
	for _, x := range items {
		if err := announce(x); err != nil {
			s.touch(ctx, x.ID)
			continue
		}
	}
	for _, x := range items {
		if err := announce(x); err == nil {
			s.touch(ctx, x.ID) // want `^the query UPDATE items runs once`
		}
	}
}

// The store sets the key.
func (s *store) add(ctx context.Context, x *item) error {
	return s.db.QueryRowContext(ctx, "INSERT INTO items (name) VALUES ($1) RETURNING id", x.Name).Scan(&x.ID)
}

func (s *store) addOnce(ctx context.Context, x *item, words []string) {
	for _, w := range words {
		if x.ID == 0 && w != "" {
			continue
		}
		if x.ID == 0 {
			s.add(ctx, x)
		}
	}
}

func (s *store) addEach(ctx context.Context, list []*item) {
	for _, x := range list {
		if x.ID == 0 {
			s.add(ctx, x) // want `^the query INSERT items runs once`
		}
	}
}

// One statement for all where the database can, and a loop where it cannot.
func (s *store) either(ctx context.Context, multi bool, items []item) error {
	if multi {
		names := make([]string, 0, len(items))
		for _, x := range items {
			names = append(names, x.Name)
		}
		_, err := s.db.ExecContext(ctx, "INSERT INTO items (name) SELECT unnest($1::text[])", pq.Array(names))
		return err
	}
	for _, x := range items {
		if _, err := s.db.ExecContext(ctx, "INSERT INTO items (name) VALUES ($1)", x.Name); err != nil {
			return err
		}
	}
	return nil
}

func (s *store) queued(ctx context.Context, conn *pgx.Conn, multi bool, items []item) error {
	if multi {
		b := new(pgx.Batch)
		for _, x := range items {
			b.Queue("INSERT INTO items (name) VALUES ($1)", x.Name)
		}
		return conn.SendBatch(ctx, b).Close()
	}
	for _, x := range items {
		if _, err := conn.Exec(ctx, "INSERT INTO items (name) VALUES ($1)", x.Name); err != nil {
			return err
		}
	}
	return nil
}

func (s *store) counted(ctx context.Context, multi bool, items []item) error {
	if multi {
		n := 0
		for _, x := range items {
			n += len(x.Name)
		}
		return s.touch(ctx, int64(n))
	}
	for _, x := range items {
		if _, err := s.db.ExecContext(ctx, "INSERT INTO items (name) VALUES ($1)", x.Name); err != nil { // want `^the query INSERT items runs once`
			return err
		}
	}
	return nil
}

// What is chosen by the element is another one each time.
func (s *store) chosen(ctx context.Context, names []string, have []item, fixed item) (total int) {
	for _, name := range names {
		var x item
		for _, h := range have {
			if h.Name != name {
				continue
			}
			x = h
			break
		}
		var n int
		s.db.QueryRowContext(ctx, "SELECT n FROM items WHERE id = $1", x.ID).Scan(&n) // want `^the query SELECT items runs once`
		total += n
	}
	for _, name := range names {
		var x item
		for _, h := range have {
			if h.Name == fixed.Name {
				x = h
				break
			}
		}
		var n int
		s.db.QueryRowContext(ctx, "SELECT n FROM items WHERE id = $1", x.ID).Scan(&n) // want `^the query SELECT items is the same in each iteration`
		total += n + len(name)
	}
	return total
}

// A transaction for each element, and one that is only begun on the way out.

func (s *store) inTx(ctx context.Context, id int64) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "DELETE FROM items WHERE id = $1", id); err != nil {
		return err
	}
	return tx.Commit()
}

func (s *store) until(ctx context.Context, ids []int64) error {
	for _, id := range ids {
		if err := s.touch(ctx, id); err != nil { // want `^the query UPDATE items runs once per iteration of the loop at line \d+, via \(\*store\)\.touch -> db\.ExecContext \(branches\.go:\d+\): write all`
			s.inTx(ctx, id)
			return err
		}
	}
	return nil
}

// Each element's outcome is told by itself.
func (s *store) report(ctx context.Context, ids []int64) (failed []int64) {
	for _, id := range ids {
		if err := s.inTx(ctx, id); err != nil { // want `which may begin a transaction each time.*; of little use, since each element succeeds or fails by itself`
			failed = append(failed, id)
		}
	}
	for _, id := range ids {
		if err := s.inTx(ctx, id); err != nil { // want `which may begin a transaction each time: write all at once with WHERE … = ANY\(\$1\); of little use, since each row is deleted only once \[nplusone\]$`
			return ids
		}
	}
	return failed
}

// Each row names the next.
func (s *store) upwards(ctx context.Context, id int64) (names []string) {
	for id != 0 {
		var (
			name string
			up   int64
		)
		s.db.QueryRowContext(ctx, "SELECT name, up FROM items WHERE id = $1", id).Scan(&name, &up) // want `: fetch the whole chain at once with WITH RECURSIVE \[nplusone\]$`
		names, id = append(names, name), up
	}
	return names
}

// Settings list few things.
type settings struct {
	Feeds []string `yaml:"feeds"`
	Seen  []string
}

// A row may have tags of a file's fields as well.
type shop struct {
	ID    int64    `gorm:"primaryKey" yaml:"id"`
	Feeds []string `yaml:"feeds"`
}

func (s *store) stored(ctx context.Context, sh shop) {
	for _, f := range sh.Feeds {
		s.db.ExecContext(ctx, "UPDATE feeds SET seen = now() WHERE name = $1", f) // want `; of little use, since sh.Feeds are parts of one thing, of which there are few as a rule \[nplusone\]$`
	}
}

func (s *store) configured(ctx context.Context, cfg settings) {
	for _, f := range cfg.Feeds {
		s.db.ExecContext(ctx, "UPDATE feeds SET seen = now() WHERE name = $1", f) // want `; of little use, since the configuration lists what it goes through \[nplusone\]$`
	}
	for _, f := range cfg.Seen {
		s.db.ExecContext(ctx, "UPDATE feeds SET seen = now() WHERE name = $1", f) // want `; of little use, since cfg.Seen are parts of one thing, of which there are few as a rule \[nplusone\]$`
	}
}

// What a receiver has gathered, what lists are parts of, and what a list holds
// may be many.
func (s *store) gathered(ctx context.Context, shops []shop) {
	for _, f := range s.pending {
		s.db.ExecContext(ctx, "UPDATE feeds SET seen = now() WHERE name = $1", f) // want `if the values differ \[nplusone\]$`
	}
	for _, sh := range shops {
		for _, f := range sh.Feeds {
			s.db.ExecContext(ctx, "UPDATE feeds SET seen = now() WHERE name = $1", f) // want `if the values differ \[nplusone\]$`
		}
	}
}

func (s *store) see(ctx context.Context, db execer, name string) {
	db.ExecContext(ctx, "UPDATE feeds SET seen = now() WHERE name = $1", name)
}

// A function for one row is called for a few, unless locks wait for the rest, or
// an open result feeds the loop.
func (s *store) seen(ctx context.Context, names []string, shops []shop) error {
	for _, name := range names {
		s.see(ctx, s.db, name) // want `; of little use, since its function is made for one row, and no transaction waits for the rest \[nplusone\]$`
	}
	for range shops {
		for _, name := range names {
			s.see(ctx, s.db, name) // want `if the values differ \[nplusone\]$`
		}
	}
	rows, err := s.db.QueryContext(ctx, "SELECT name FROM feeds")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		s.see(ctx, s.db, name) // want `if the values differ \[nplusone\]$`
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, name := range names {
		s.see(ctx, tx, name) // want `holds its locks for as many round trips \[nplusone\]$`
	}
	return tx.Commit()
}

// A switch that only has a default decides nothing.
func (s *store) tagged(ctx context.Context, kind string, id int64) (n int) {
	switch kind {
	default:
		s.db.QueryRowContext(ctx, "SELECT count(*) FROM tags WHERE id = $1", id).Scan(&n)
	}
	return n
}

func (s *store) allTagged(ctx context.Context, ids []int64) (n int) {
	for _, id := range ids {
		n += s.tagged(ctx, "red", id) // want `the query SELECT tags runs once per iteration`
	}
	return n
}
