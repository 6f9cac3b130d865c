// Package handles holds queries that go past the transaction, and such that do
// not.
package handles

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5/pgxpool"
	"gorm.io/gorm"
)

// Querier is what both the pool and a transaction are.
type Querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Repo is bound to a handle.
type Repo struct{ q Querier }

// NewRepo binds.
func NewRepo(q Querier) *Repo { return &Repo{q} }

// WithTx binds again.
func (r *Repo) WithTx(tx *sql.Tx) *Repo { return &Repo{tx} }

// Touch writes.
func (r *Repo) Touch(ctx context.Context, id int) error {
	_, err := r.q.ExecContext(ctx, "UPDATE users SET seen = now() WHERE id = $1", id)
	return err
}

// User is data.
type User struct {
	ID   int
	Name string
}

// Find reads.
func (r *Repo) Find(ctx context.Context, q Querier, id int) (*User, error) {
	u := new(User)
	return u, q.QueryRowContext(ctx, "SELECT id, name FROM users WHERE id = $1", id).Scan(&u.ID, &u.Name)
}

type service struct {
	db    *sql.DB
	repo  *Repo
	gorm  *gorm.DB
	pool  *pgxpool.Pool
	audit func() error
}

func (s *service) log(ctx context.Context, u *User) error {
	_, err := s.db.ExecContext(ctx, "INSERT INTO log (user_id) VALUES ($1)", u.ID)
	return err
}

func (s *service) rename(ctx context.Context, id int) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	u, err := s.repo.Find(ctx, tx, id)
	if err != nil {
		return err
	}
	if _, err := s.db.ExecContext(ctx, "UPDATE users SET name = $1", u.Name); err != nil { // want `the query UPDATE users does not go through the transaction begun at line 60 \(db.ExecContext\): it does not see the transaction's changes and waits for a second connection while the first is held; use tx, or do it outside \[txsideeffect\]`
		return err
	}
	if err := s.log(ctx, u); err != nil { // want `the query INSERT log does not go through the transaction begun at line 60, via \(\*service\).log -> db.ExecContext \(handles.go:55\)`
		return err
	}
	if err := s.repo.Touch(ctx, id); err != nil { // want `the query UPDATE users does not go through`
		return err
	}
	if err := s.repo.WithTx(tx).Touch(ctx, id); err != nil {
		return err
	}
	repo := NewRepo(tx)
	if err := repo.Touch(ctx, id); err != nil {
		return err
	}
	bound := service{repo: repo}
	if err := bound.repo.Touch(ctx, id); err != nil {
		return err
	}
	return tx.Commit()
}

func (s *service) second(ctx context.Context) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := s.rename(ctx, 1); err != nil { // want `a second transaction is begun inside the transaction begun at line 93, via \(\*service\).rename -> db.BeginTx`
		return err
	}
	return tx.Commit()
}

func (s *service) inGorm() error {
	return s.gorm.Transaction(func(tx *gorm.DB) error {
		if err := s.gorm.Create(&User{}).Error; err != nil { // want `the query INSERT users does not go through the transaction of s.gorm.Transaction at line 105 \(gorm.Create\)`
			return err
		}
		return tx.Transaction(func(tx2 *gorm.DB) error { return tx2.Create(&User{}).Error })
	})
}

// A savepoint is the same transaction.
func (s *service) savepoint(ctx context.Context) error {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	sp, err := tx.Begin(ctx)
	if err != nil {
		return err
	}
	if _, err := sp.Exec(ctx, "DELETE FROM t"); err != nil {
		return err
	}
	if err := sp.Commit(ctx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// One connection is one transaction.
func single(ctx context.Context, db *sql.DB) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := conn.ExecContext(ctx, "SET LOCAL lock_timeout = '1s'"); err != nil {
		return err
	}
	return tx.Commit()
}

type key struct{}

func (s *service) inContext(ctx context.Context, fn func(ctx context.Context) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := fn(context.WithValue(ctx, key{}, tx)); err != nil {
		return err
	}
	return tx.Commit()
}

func (s *service) handle(ctx context.Context) Querier {
	if tx, ok := ctx.Value(key{}).(*sql.Tx); ok {
		return tx
	}
	return s.db
}

func (s *service) save(ctx context.Context) error {
	_, err := s.handle(ctx).ExecContext(ctx, "INSERT INTO t VALUES (1)")
	return err
}

func (s *service) carried(outer context.Context) error {
	return s.inContext(outer, func(ctx context.Context) error {
		if err := s.save(ctx); err != nil {
			return err
		}
		return s.save(outer) // want `does not go through the transaction of s.inContext at line 178`
	})
}

// Two transactions on purpose: the second begin is the finding, what goes
// through either of them is not.
func (s *service) two(ctx context.Context) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	other, err := s.db.BeginTx(ctx, nil) // want `a second transaction is begun inside`
	if err != nil {
		return err
	}
	defer other.Rollback()
	if _, err := tx.ExecContext(ctx, "DELETE FROM t"); err != nil {
		return err
	}
	if _, err := other.ExecContext(ctx, "DELETE FROM t"); err != nil {
		return err
	}
	if err := other.Commit(); err != nil {
		return err
	}
	return tx.Commit()
}

func (s *service) each(ctx context.Context, ids []int) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, id := range ids {
		if err := insert(ctx, tx, id); err != nil { // for nplusone
			return err
		}
	}
	return tx.Commit()
}

func insert(ctx context.Context, tx *sql.Tx, id int) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO t VALUES ($1)", id)
	return err
}

// What comes with the transaction belongs to it.
type state struct{ q Querier }

func (s *state) load(ctx context.Context) error {
	_, err := s.q.ExecContext(ctx, "SELECT FROM state")
	return err
}

func (s *service) beginWithState(ctx context.Context) (*sql.Tx, *state, error) {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, nil, err
	}
	return tx, &state{tx}, nil
}

func (s *service) withState(ctx context.Context) error {
	tx, st, err := s.beginWithState(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := st.load(ctx); err != nil {
		return err
	}
	return tx.Commit()
}

// A transaction that may be missing is begun.
func (s *service) maybe(ctx context.Context, tx *sql.Tx) error {
	own := tx == nil
	if own {
		var err error
		if tx, err = s.db.BeginTx(ctx, nil); err != nil {
			return err
		}
		defer tx.Rollback()
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM t"); err != nil {
		return err
	}
	if own {
		return tx.Commit()
	}
	return nil
}

// Preparing asks for nothing.
type prepared struct{ find *sql.Stmt }

func prepare(ctx context.Context, db *sql.DB) (*prepared, error) {
	stmt, err := db.PrepareContext(ctx, "SELECT id FROM users WHERE id = $1")
	return &prepared{stmt}, err
}

func (s *service) prepares(ctx context.Context) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	p, err := prepare(ctx, s.db)
	if err != nil {
		return err
	}
	if _, err := tx.StmtContext(ctx, p.find).ExecContext(ctx, 1); err != nil {
		return err
	}
	return tx.Commit()
}

// The transaction's own work in a goroutine.
func (s *service) pipe(ctx context.Context) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	done := make(chan error)
	go func() {
		_, err := tx.ExecContext(ctx, "DELETE FROM t")
		done <- err
	}()
	if err := <-done; err != nil {
		return err
	}
	return tx.Commit()
}

// From one transaction to the other, in a goroutine.
func copyRows(ctx context.Context, from, to *sql.Tx) error {
	done := make(chan error)
	go func() {
		_, err := to.ExecContext(ctx, "INSERT INTO t VALUES (1)")
		done <- err
	}()
	if _, err := from.ExecContext(ctx, "DELETE FROM t"); err != nil {
		return err
	}
	return <-done
}
