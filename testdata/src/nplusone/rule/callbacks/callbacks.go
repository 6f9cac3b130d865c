// Package callbacks reaches the database through function values.
package callbacks

import (
	"context"
	"database/sql"
	"iter"
	"slices"
	"sort"
	"sync"

	"golang.org/x/sync/errgroup"
)

type User struct{ ID int64 }

type Store struct {
	db       *sql.DB
	onChange []func(int64)
}

func (s *Store) name(id int64) (name string, err error) {
	err = s.db.QueryRow("SELECT name FROM users WHERE id = $1", id).Scan(&name)
	return name, err
}

func (s *Store) exists(u User) bool {
	return s.db.QueryRow("SELECT FROM users WHERE id = $1", u.ID).Scan() == nil
}

func (s *Store) touch(u User) error {
	_, err := s.db.Exec("UPDATE users SET seen = now() WHERE id = $1", u.ID)
	return err
}

// Functions that call their argument.

func each(users []User, f func(User) error) error {
	for _, u := range users {
		if err := f(u); err != nil {
			return err
		}
	}
	return nil
}

func mapped[T, U any](list []T, f func(T) U) []U {
	out := make([]U, 0, len(list))
	for _, x := range list {
		out = append(out, f(x))
	}
	return out
}

func withLock(f func() error) error { return f() }

func eachChunk(ids []int64, n int, f func([]int64) error) error {
	for chunk := range slices.Chunk(ids, n) {
		if err := f(chunk); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) perElement(users []User) error {
	_ = slices.IndexFunc(users, func(u User) bool {
		return s.exists(u) // want `^the query SELECT users runs once per element of the call at line 67, via \(\*Store\)\.exists -> db\.QueryRow \(callbacks\.go:28\)`
	})
	mapped(users, func(u User) string {
		name, _ := s.name(u.ID) // want `^the query SELECT users runs once per element of the call at line 70, via \(\*Store\)\.name -> db\.QueryRow \(callbacks\.go:23\)`
		return name
	})
	return each(users, func(u User) error {
		_, err := s.db.Exec("DELETE FROM users WHERE id = $1", u.ID) // want `^the query DELETE users runs once per element of the call at line 74`
		return err
	})
}

func (s *Store) methodValues(users []User) {
	_ = slices.ContainsFunc(users, s.exists) // want `^the query SELECT users runs once per element of the call at line 81`
	each(users, s.touch)                     // want `^the query UPDATE users runs once per element of the call at line 82`
	touch := s.touch
	for _, u := range users {
		touch(u) // want `^the query UPDATE users runs once per iteration of the loop at line 84, via \(\*Store\)\.touch -> db\.Exec \(callbacks\.go:32\)`
	}
	withLock(func() error { return s.touch(users[0]) })
}

func (s *Store) methodExpression(users []User) {
	for _, u := range users {
		(*Store).touch(s, u) // want `^the query UPDATE users runs once per iteration of the loop at line 91, via \(\*Store\)\.touch -> db\.Exec \(callbacks\.go:32\)`
	}
}

func (s *Store) comparison(users []User) {
	sort.Slice(users, func(i, j int) bool {
		a, _ := s.name(users[i].ID) // want `^the query SELECT users runs once per element of the call at line 97, via \(\*Store\)\.name -> db\.QueryRow \(callbacks\.go:23\)`
		b, _ := s.name(users[j].ID) // the same query, reported above
		return a < b
	})
}

func (s *Store) perBatch(ids []int64) error {
	return eachChunk(ids, 100, func(chunk []int64) error {
		_, err := s.db.Exec("DELETE FROM users WHERE id = ANY($1)", chunk)
		return err
	})
}

func (s *Store) perBatchOnce(users []User) {
	mapped(users, func(u User) int64 { return u.ID })
}

// Closures.

func (s *Store) closure(users []User) error {
	load := func(id int64) error {
		_, err := s.name(id)
		return err
	}
	for _, u := range users {
		if err := load(u.ID); err != nil { // want `^the query SELECT users runs once per iteration of the loop at line 122, via load -> \(\*Store\)\.name -> db\.QueryRow \(callbacks\.go:23\)`
			return err
		}
	}
	return nil
}

func (s *Store) closureOnce(u User) error {
	load := func(id int64) error {
		_, err := s.name(id)
		return err
	}
	return load(u.ID)
}

func (s *Store) onTheSpot(users []User) {
	for _, u := range users {
		func() {
			defer println(u.ID)
			s.touch(u) // want `^the query UPDATE users runs once per iteration of the loop at line 139, via \(\*Store\)\.touch -> db\.Exec \(callbacks\.go:32\)`
		}()
	}
}

// Only stored: when it runs, and how often, is not this loop's matter.
func (s *Store) stored(users []User) (handlers map[int64]func() error) {
	handlers = make(map[int64]func() error)
	for _, u := range users {
		handlers[u.ID] = func() error { return s.touch(u) }
		s.onChange = append(s.onChange, func(id int64) { s.name(id) })
	}
	return handlers
}

// In a helper's transaction, once per element.
func (s *Store) withTx(f func(*sql.Tx) error) error {
	tx, err := s.db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := f(tx); err != nil {
		return err
	}
	return tx.Commit()
}

func (s *Store) txPerElement(users []User) error {
	for _, u := range users {
		err := s.withTx(func(tx *sql.Tx) error {
			_, err := tx.Exec("DELETE FROM users WHERE id = $1", u.ID) // want `^the query DELETE users runs once per iteration of the loop at line 171, which may begin a transaction each time`
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) oneTx(u User) error {
	return s.withTx(func(tx *sql.Tx) error {
		_, err := tx.Exec("DELETE FROM users WHERE id = $1", u.ID)
		return err
	})
}

// Iterators.

func (s *Store) all() iter.Seq[User] {
	return func(yield func(User) bool) {
		for i := range int64(10) {
			if !yield(User{i}) {
				return
			}
		}
	}
}

func (s *Store) overIterator() {
	for u := range s.all() {
		s.touch(u) // want `^the query UPDATE users runs once per iteration of the loop at line 203, via \(\*Store\)\.touch -> db\.Exec \(callbacks\.go:32\)`
	}
}

// The iterator itself asks once.
func (s *Store) rows(ctx context.Context) iter.Seq2[User, error] {
	return func(yield func(User, error) bool) {
		rows, err := s.db.QueryContext(ctx, "SELECT id FROM users")
		if err != nil {
			yield(User{}, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			var u User
			if err := rows.Scan(&u.ID); !yield(u, err) {
				return
			}
		}
	}
}

func (s *Store) overRows(ctx context.Context) (users []User) {
	for u, err := range s.rows(ctx) {
		if err == nil {
			users = append(users, u)
		}
	}
	return users
}

// Goroutines: at the same time, and as many round trips.

func (s *Store) spawned(users []User) {
	var wg sync.WaitGroup
	for _, u := range users {
		wg.Add(1)
		go func() {
			defer wg.Done()
			s.touch(u) // want `^the query UPDATE users runs once per iteration of the loop at line 239, via \(\*Store\)\.touch -> db\.Exec \(callbacks\.go:32\)`
		}()
	}
	wg.Wait()
}

func (s *Store) spawnedNamed(users []User) {
	for _, u := range users {
		go s.touch(u) // want `^the query UPDATE users runs once per iteration of the loop at line 250, via \(\*Store\)\.touch -> db\.Exec \(callbacks\.go:32\)`
	}
}

func (s *Store) waitGroupGo(users []User) {
	var wg sync.WaitGroup
	for _, u := range users {
		wg.Go(func() {
			s.touch(u) // want `^the query UPDATE users runs once per iteration of the loop at line 257, via \(\*Store\)\.touch -> db\.Exec \(callbacks\.go:32\)`
		})
	}
	wg.Wait()
}

func (s *Store) group(ctx context.Context, users []User) error {
	g, _ := errgroup.WithContext(ctx)
	for _, u := range users {
		g.Go(func() error {
			return s.touch(u) // want `^the query UPDATE users runs once per iteration of the loop at line 267, via \(\*Store\)\.touch -> db\.Exec \(callbacks\.go:32\)`
		})
	}
	return g.Wait()
}

// Two queries at the same time.
func (s *Store) groupOfTwo(a, b User) error {
	var g errgroup.Group
	g.Go(func() error { return s.touch(a) })
	g.Go(func() error { return s.touch(b) })
	return g.Wait()
}

// tried calls its argument again where somebody else was faster.
func (s *Store) tried(most int, id int64, f func(name string) error) error {
	try := 1
	for ; try <= most; try++ {
		before, err := s.name(id)
		if err != nil {
			return err
		}
		if err := f(before); err != nil {
			return err
		}
		after, err := s.name(id)
		if err != nil {
			return err
		}
		if before == after {
			break
		}
	}
	return nil
}

// numbered gives its argument each number: that says what is meant.
func numbered(most int, f func(n int) error) error {
	for n := 0; n < most; n++ {
		if err := f(n); err != nil {
			break
		}
	}
	return nil
}

func (s *Store) tries(most int, u User) error {
	return s.tried(most, u.ID, func(string) error { return s.touch(u) })
}

func (s *Store) numbers(most int) error {
	return numbered(most, func(n int) error {
		return s.touch(User{int64(n)}) // want `^the query UPDATE users runs once per element of the call at line \d+, via \(\*Store\)\.touch `
	})
}

// whileLocked calls again only while there is an error that the call before gave.
func whileLocked(f func(n int) error) error {
	err := f(0)
	for n := 1; err != nil && err.Error() == "locked" && n <= limit(); n++ {
		err = f(n)
	}
	return err
}

// untilError goes on until there is one.
func untilError(f func(n int) error) (err error) {
	for n := 0; err == nil && n < limit(); n++ {
		err = f(n)
	}
	return err
}

var bound int

func limit() int { return bound }

func (s *Store) locked() error {
	return whileLocked(func(n int) error { return s.touch(User{int64(n)}) })
}

func (s *Store) untilOne() error {
	return untilError(func(n int) error {
		return s.touch(User{int64(n)}) // want `^the query UPDATE users runs once per element of the call at line \d+, via \(\*Store\)\.touch `
	})
}
