// Package begun holds transactions that a function begins itself.
package begun

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"time"

	"testdata/txsideeffect/notify"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jmoiron/sqlx"
	"gorm.io/gorm"
	"xorm.io/xorm"
)

type service struct {
	db    *sql.DB
	pool  *pgxpool.Pool
	gorm  *gorm.DB
	mu    sync.Mutex
	tasks chan int
}

func (s *service) direct(ctx context.Context) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		notify.Mail("ops@example.com") // no transaction here
		return err
	}
	defer tx.Rollback()
	if _, err := http.Get("https://example.com"); err != nil { // want `an HTTP request is made inside the transaction begun at line 33 \(http.Get\), which holds its locks meanwhile: do it before the begin or after the commit, or write an outbox row that a worker handles \[txsideeffect\]`
		return err
	}
	if err := notify.Mail("a@example.com"); err != nil { // want `mail is sent inside the transaction begun at line 33, via notify.Mail -> smtp.SendMail \(notify.go:13\)`
		return err
	}
	if err := notify.Hook(ctx, "u"); err != nil { // want `via notify.Hook -> call -> DefaultClient.Do \(notify.go:24\)`
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	return notify.Mail("b@example.com")
}

func (s *service) kinds(ctx context.Context) error {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	os.WriteFile("f", nil, 0o600)   // want `a file is written`
	exec.Command("ls").Run()        // want `a command is run`
	time.Sleep(time.Second)         // want `the code sleeps`
	<-s.tasks                       // want `the code waits for another goroutine`
	req, err := notify.Build("u")   // nothing is sent
	fmt.Fprintln(os.Stderr, req)    // nor here
	log.Println("still open", err)  // nor here
	go notify.Mail("c@example.com") // want `a goroutine started inside the transaction begun at line 55 sends mail`
	s.mu.Lock()                     // what others do with it is not known
	defer s.mu.Unlock()
	if _, err := tx.Exec(ctx, "DELETE FROM t"); err != nil {
		return err
	}
	select {
	case <-s.tasks:
	default:
	}
	select { // want `the code waits`
	case <-s.tasks:
	case <-ctx.Done():
	}
	for range s.tasks { // want `the code waits`
	}
	return tx.Commit(ctx)
}

// What leads to a rollback only may take its time.
func (s *service) failing(ctx context.Context) error {
	tx, err := s.db.Begin()
	if err != nil {
		return err
	}
	if _, err := tx.Exec("DELETE FROM t"); err != nil {
		notify.Mail("ops@example.com")
		tx.Rollback()
		return err
	}
	n := 0
	if err := tx.QueryRow("SELECT 1").Scan(&n); err != nil {
		notify.Mail("ops@example.com")
		if rerr := tx.Rollback(); rerr != nil {
			log.Print(rerr)
		}
		return err
	}
	if n == 0 {
		notify.Mail("ops@example.com")
		tx.Rollback()
		return errors.New("nothing")
	}
	return tx.Commit()
}

// Open on one path only, which the mail is on.
func (s *service) sometimes(ctx context.Context, atomic bool) error {
	var tx *sql.Tx
	if atomic {
		var err error
		if tx, err = s.db.Begin(); err != nil {
			return err
		}
	}
	notify.Mail("a@example.com") // want `mail is sent inside the transaction begun at line \d+`
	if tx != nil {
		return tx.Commit()
	}
	return nil
}

func (s *service) perItem(ctx context.Context, ids []int) error {
	for _, id := range ids {
		tx, err := s.db.Begin()
		if err != nil {
			return err
		}
		if _, err := tx.Exec("UPDATE t SET sent = true WHERE id = $1", id); err != nil {
			tx.Rollback()
			return err
		}
		if err := tx.Commit(); err != nil {
			return err
		}
		notify.Mail("a@example.com")
	}
	return nil
}

func (s *service) long(ctx context.Context, ids []int) error {
	tx, err := s.db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, id := range ids {
		if _, err := tx.Exec("UPDATE t SET sent = true WHERE id = $1", id); err != nil { // for nplusone
			return err
		}
	}
	return tx.Commit()
}

func (s *service) gormBegin() error {
	tx := s.gorm.Begin()
	if tx.Error != nil {
		notify.Mail("ops@example.com")
		return tx.Error
	}
	notify.Mail("a@example.com") // want `mail is sent inside the transaction begun at line 162`
	return tx.Commit().Error
}

func sqlxBegin(db *sqlx.DB) error {
	tx := db.MustBegin()
	defer tx.Rollback()
	notify.Mail("a@example.com") // want `mail is sent inside the transaction begun at line 172`
	return tx.Commit()
}

func xormBegin(engine *xorm.Engine) error {
	sess := engine.NewSession()
	defer sess.Close()
	notify.Mail("before@example.com")
	if err := sess.Begin(); err != nil {
		return err
	}
	notify.Mail("a@example.com") // want `mail is sent inside the transaction begun at line 182`
	if err := sess.Commit(); err != nil {
		return err
	}
	return notify.Mail("after@example.com")
}

func (s *service) begin() (*sql.Tx, error) { return s.db.Begin() }

func finish(tx *sql.Tx, err *error) {
	if *err != nil {
		tx.Rollback()
		return
	}
	*err = tx.Commit()
}

func (s *service) helpers(ctx context.Context) (err error) {
	tx, err := s.begin()
	if err != nil {
		return err
	}
	notify.Mail("a@example.com") // want `mail is sent inside the transaction begun at line 203`
	finish(tx, &err)
	notify.Mail("a@example.com")
	return err
}

// Deferred calls run after the commit.
func (s *service) deferred(ctx context.Context) error {
	tx, err := s.db.Begin()
	if err != nil {
		return err
	}
	defer func() {
		notify.Mail("a@example.com")
	}()
	defer tx.Rollback()
	func() {
		notify.Mail("b@example.com") // want `mail is sent inside the transaction begun at line 215`
	}()
	return tx.Commit()
}

// The transaction that a function is handed is open.
func withTx(ctx context.Context, tx *sql.Tx) error {
	if tx == nil {
		return notify.Mail("a@example.com")
	}
	return notify.Mail("a@example.com") // want `mail is sent inside the caller's transaction tx`
}

// What takes the transaction is judged there.
func (s *service) handsOn(ctx context.Context) error {
	tx, err := s.db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := withTx(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}

// Order is a model with hooks.
type Order struct{ ID int }

// AfterCreate runs inside gorm's transaction.
func (o *Order) AfterCreate(tx *gorm.DB) error {
	return notify.Mail("a@example.com") // want `mail is sent inside gorm's transaction around this hook`
}

// AfterFind runs outside.
func (o *Order) AfterFind(tx *gorm.DB) error { return notify.Mail("a@example.com") }

// Open on one path only, and the mail is on another.
func (s *service) otherwise(ctx context.Context, atomic bool) error {
	var tx *sql.Tx
	if atomic {
		var err error
		if tx, err = s.db.Begin(); err != nil {
			return err
		}
	}
	if !atomic {
		notify.Mail("a@example.com")
		return nil
	}
	return tx.Commit()
}

// Whether it is open is not known where the mail is sent.
func (s *service) perhaps(ctx context.Context, n int) error {
	var tx *sql.Tx
	if n > 3 {
		var err error
		if tx, err = s.db.Begin(); err != nil {
			return err
		}
	}
	notify.Mail("a@example.com")
	if tx != nil {
		return tx.Commit()
	}
	return nil
}
