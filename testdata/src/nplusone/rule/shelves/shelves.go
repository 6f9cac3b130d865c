// Package shelves has loops that end soon, ask other databases or tables, or have a
// better way where there is one.
package shelves

import (
	"context"
	"database/sql"

	"github.com/uptrace/bun"
)

// A grid is made with as many cells as its maker says.
type grid struct{ cells []int }

func week() *grid { return &grid{cells: make([]int, 7)} }

func wide(n int) *grid {
	g := grid{cells: make([]int, n)}
	return &g
}

func Week(ctx context.Context, db *sql.DB) *grid {
	g := week()
	for day := range g.cells {
		db.QueryRowContext(ctx, "SELECT count(*) FROM loans WHERE day = $1", day).Scan(&g.cells[day])
	}
	return g
}

func Each(ctx context.Context, db *sql.DB, readers []int64) *grid {
	g := wide(len(readers))
	for i := range g.cells {
		db.QueryRowContext(ctx, "SELECT count(*) FROM loans WHERE reader = $1", readers[i]).Scan(&g.cells[i]) // want `the query SELECT loans runs once per iteration of the loop at line \d+`
	}
	return g
}

// The name of a table is another one each time.
func Sizes(ctx context.Context, db *bun.DB, names []string) (sizes []int64) {
	for _, name := range names {
		n, _ := db.NewSelect().TableExpr("?", bun.Ident(name)).Count(ctx)
		sizes = append(sizes, n)
	}
	return sizes
}

type Store struct {
	db    *sql.DB
	bulky func() bool
}

func (s *Store) putAll(ctx context.Context, titles []string) error {
	_, err := s.db.ExecContext(ctx, "INSERT INTO titles (name) SELECT unnest($1::text[])", titles)
	return err
}

// One by one only where the database can do no better.
func (s *Store) Put(ctx context.Context, titles []string) error {
	if s.bulky() {
		return s.putAll(ctx, titles)
	}
	for _, t := range titles {
		if _, err := s.db.ExecContext(ctx, "INSERT INTO titles (name) VALUES ($1)", t); err != nil {
			return err
		}
	}
	return nil
}

// What the branch sends is something else.
func (s *Store) PutMarked(ctx context.Context, titles, marks []string) error {
	if s.bulky() {
		return s.putAll(ctx, marks)
	}
	for _, t := range titles {
		if _, err := s.db.ExecContext(ctx, "INSERT INTO titles (name) VALUES ($1)", t); err != nil { // want `the query INSERT titles runs once per iteration of the loop at line \d+`
			return err
		}
	}
	return nil
}

func lent(ctx context.Context, dsn string) (n int, err error) {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	err = db.QueryRowContext(ctx, "SELECT count(*) FROM loans").Scan(&n)
	return n, err
}

// Each branch of the library has a database.
func Lent(ctx context.Context, branches []string) (sum int) {
	for _, dsn := range branches {
		n, _ := lent(ctx, dsn)
		sum += n
	}
	return sum
}
