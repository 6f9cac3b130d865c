// Package callbacks passes functions around.
package callbacks

import (
	"database/sql"
	"io"
	"iter"
	"slices"
	"sort"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"gorm.io/gorm"

	"testdata/funceffects/c"
)

func query(db *sql.DB, id int) { db.Query("SELECT 1 FROM users WHERE id = $1", id) } // effects: ReadDB[SELECT users] via db.Query

func Each(ids []int, f func(int)) { // want Each:`^calls 1 per element$`
	for _, id := range ids {
		f(id)
	}
}

func Maybe(f func()) { // want Maybe:`^calls 0 once$`
	if f != nil {
		f()
	}
}

func Retry(n int, f func() error) (err error) { // want Retry:`^calls 1 once$`
	for i := 0; i < n; i++ {
		if err = f(); err == nil {
			return nil
		}
	}
	return err
}

func Forever(f func() error) error { // want Forever:`^Sleep via time.Sleep; calls 0 once$`
	for {
		err := f()
		if !temporary(err) {
			return err
		}
		time.Sleep(1) // effects: Sleep via time.Sleep
	}
}

func temporary(err error) bool { return err != nil }

func Poll(f func()) { // want Poll:`^Wait via range time.Tick\(1\); calls 0 polled$`
	for range time.Tick(1) {
		f()
	}
}

func Pages(ids []int, f func([]int)) { // want Pages:`^calls 1 per batch$`
	for i := 0; i < len(ids); i += 100 {
		f(ids[i:min(i+100, len(ids))])
	}
}

func Rows(db *sql.DB, f func(int)) { // want Rows:`^ReadDB\[SELECT users\] via db.Query; calls 1 per row$`
	rows, _ := db.Query("SELECT id FROM users") // effects: ReadDB[SELECT users] via db.Query
	for rows.Next() {
		var id int
		rows.Scan(&id)
		f(id)
	}
}

func Cursor[C, T any](from C, page func(C) ([]T, C), f func(T)) { // want Cursor:`^calls 1 per batch; calls 2 per element$`
	for {
		list, next := page(from)
		if len(list) == 0 {
			return
		}
		for _, x := range list {
			f(x)
		}
		from = next
	}
}

func More(page func(int) []string) { // want More:`^calls 0 per batch$`
	more := true
	for at := 0; more; {
		list := page(at)
		at += len(list)
		more = len(list) == 100
	}
}

func Drain(next func() (int, error), f func(int)) error { // want Drain:`^calls 0 per element; calls 1 per element$`
	for {
		x, err := next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		f(x)
	}
}

type Tree struct{ Children []*Tree }

func (t *Tree) Walk(f func(*Tree)) { // want Walk:`^calls 0 per element$`
	f(t)
	for _, c := range t.Children {
		c.Walk(f)
	}
}

// Passed on to what calls it per element.
func Both(a, b []int, f func(int)) { // want Both:`^calls 2 per element$`
	Each(a, f)
	Each(b, func(id int) { f(id) })
}

func Async(f func()) { // want Async:`^calls 0 once async$`
	go f()
}

func Twice(f func()) { // want Twice:`^calls 0 once$`
	go f()
	f()
}

type server struct{ handle func() }

func Stores(s *server, f func()) { s.handle = f }

func Wraps(f func()) func() { return func() { f() } }

func InTx(db *sql.DB, f func(*sql.Tx) error) error { // want InTx:`^BeginTx via db.Begin; calls 1 once in tx$`
	tx, err := db.Begin() // effects: BeginTx via db.Begin
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		tx.Rollback()
		return err
	}
	return tx.Commit()
}

func AfterTx(db *sql.DB, f func()) error { // want AfterTx:`^BeginTx via db.Begin; calls 1 once$`
	tx, err := db.Begin() // effects: BeginTx via db.Begin
	if err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	f()
	return nil
}

func RetriedTx(db *sql.DB, f func(*sql.Tx) error) error { // want RetriedTx:`^BeginTx via InTx → db.Begin; calls 1 once in tx$`
	return Retry(3, func() error { return InTx(db, f) }) // effects: BeginTx via InTx → db.Begin | BeginTx via InTx → db.Begin
}

func GormTx(db *gorm.DB, f func(*gorm.DB) error) error { // want GormTx:`^BeginTx via db.Transaction; calls 1 once in tx$`
	return db.Transaction(func(tx *gorm.DB) error { return f(tx) }) // effects: BeginTx via db.Transaction
}

func OnceOnly(o *sync.Once, f func()) { // want OnceOnly:`^calls 1 once cached$`
	o.Do(f)
}

// Calls with literals, method values, closures, functions.
func Uses(db *sql.DB, r *c.Repo, ids []int) { // want Uses:`^ReadDB\[SELECT users\] in loop via query → db.Query$`
	Each(ids, func(id int) { query(db, id) }) // effects: ReadDB[SELECT users] via query → db.Query | ReadDB[SELECT users] in loop via query → db.Query
}

func Values(r *c.Repo, ids []int) { // want Values:`^ReadDB\[SELECT users\] in loop via \(\*Repo\).User → DB.QueryRow$`
	slices.ContainsFunc(ids, func(id int) bool { // effects: ReadDB[SELECT users] in loop via (*Repo).User → DB.QueryRow
		_, err := r.User(id) // effects: ReadDB[SELECT users] via (*Repo).User → DB.QueryRow
		return err != nil
	})
}

func MethodValue(r *c.Repo, ids []int) { // want MethodValue:`^ReadDB\[SELECT users\] in loop via \(\*Repo\).User → DB.QueryRow$`
	load := r.User
	c.Each(ids, func(id int) error { _, err := load(id); return err }) // effects: ReadDB[SELECT users] via (*Repo).User → DB.QueryRow | ReadDB[SELECT users] in loop via (*Repo).User → DB.QueryRow
}

func Sorts(db *sql.DB, ids []int) { // want Sorts:`^ReadDB\[SELECT users\] in loop via query → db.Query$`
	sort.Slice(ids, func(i, j int) bool { // effects: ReadDB[SELECT users] in loop via query → db.Query
		query(db, ids[i]) // effects: ReadDB[SELECT users] via query → db.Query
		return i < j
	})
}

func Group(db *sql.DB) { // want Group:`^ReadDB\[SELECT users\] async via query → db.Query; Wait via g.Wait$`
	var g errgroup.Group
	g.Go(func() error { query(db, 1); return nil }) // effects: ReadDB[SELECT users] via query → db.Query | ReadDB[SELECT users] async via query → db.Query
	g.Wait()                                        // effects: Wait via g.Wait
}

func Starts(db *sql.DB) { // want Starts:`^ReadDB\[SELECT users\] async via query → db.Query$`
	go func() { // effects: ReadDB[SELECT users] async via query → db.Query
		query(db, 1) // effects: ReadDB[SELECT users] via query → db.Query
	}()
}

func Defers(db *sql.DB) { // want Defers:`^ReadDB\[SELECT users\] via query → db.Query$`
	defer query(db, 1) // effects: ReadDB[SELECT users] via query → db.Query
}

// Not called here.
func Registers(s *server, db *sql.DB) {
	s.handle = func() {
		query(db, 1) // effects: ReadDB[SELECT users] via query → db.Query
	}
	c.Keep(func() {
		query(db, 1) // effects: ReadDB[SELECT users] via query → db.Query
	})
	unused := func() {
		query(db, 1) // effects: ReadDB[SELECT users] via query → db.Query
	}
	_ = unused
}

func (s *server) Serve() { // want Serve:`^ReadDB\[SELECT users\] through handle via s.handle → query → db.Query$`
	s.handle() // effects: ReadDB[SELECT users] through handle via s.handle → query → db.Query
}

func Local(db *sql.DB, t *Tree) { // want Local:`^ReadDB\[SELECT users\] via visit → query → db.Query$`
	var visit func(*Tree)
	visit = func(t *Tree) {
		query(db, len(t.Children)) // effects: ReadDB[SELECT users] via query → db.Query
		for _, c := range t.Children {
			visit(c) // effects: ReadDB[SELECT users] via visit → query → db.Query
		}
	}
	visit(t) // effects: ReadDB[SELECT users] via visit → query → db.Query
}

func All(db *sql.DB) iter.Seq[int] { // want All:`^yields ReadDB\[SELECT users\] via query → db.Query$`
	return func(yield func(int) bool) {
		query(db, 1) // effects: ReadDB[SELECT users] via query → db.Query
		yield(1)
	}
}

func Ranges(db *sql.DB) { // want Ranges:`^ReadDB\[SELECT users\] via range → query → db.Query$`
	for range All(db) {
	}
}

func Collects(db *sql.DB) []int { // want Collects:`^ReadDB\[SELECT users\] via All → query → db.Query$`
	return slices.Collect(All(db)) // effects: ReadDB[SELECT users] via All → query → db.Query
}

// Functions that call each other.
func Even(db *sql.DB, n int) { // want Even:`^ReadDB\[SELECT users\] via Odd → query → db.Query$`
	if n > 0 {
		Odd(db, n-1) // effects: ReadDB[SELECT users] via Odd → query → db.Query
	}
}

func Odd(db *sql.DB, n int) { // want Odd:`^ReadDB\[SELECT users\] via query → db.Query$`
	query(db, n)  // effects: ReadDB[SELECT users] via query → db.Query
	Even(db, n-1) // effects: ReadDB[SELECT users] via Even → Odd → query → db.Query
}
