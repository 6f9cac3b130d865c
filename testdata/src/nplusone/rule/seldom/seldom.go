// Package seldom has queries that loops lead to only now and then, or for few
// elements, each beside its twin that runs for every element.
package seldom

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sort"
)

type User struct{ ID int64 }

type Store struct{ db *sql.DB }

var errGone = errors.New("gone")

// After a failure.

func (s *Store) forget(id int64) error {
	_, err := s.db.Exec("DELETE FROM sessions WHERE user_id = $1", id)
	return err
}

func send(u User) error {
	if u.ID == 0 {
		return errGone
	}
	return nil
}

func (s *Store) notify(u User) error {
	if err := send(u); err != nil {
		s.forget(u.ID)
		return fmt.Errorf("user %d: %w", u.ID, err)
	}
	return nil
}

func (s *Store) notifyKnown(u User) error {
	err := send(u)
	if err != nil {
		s.forget(u.ID)
		return err
	}
	return nil
}

func (s *Store) failures(users []User) {
	for _, u := range users {
		s.notify(u)
		s.notifyKnown(u)
	}
}

// Not found is no failure: the branch goes on to success.
func (s *Store) ensure(u User) error {
	if err := send(u); err != nil {
		return s.forget(u.ID)
	}
	return nil
}

// The error is another one by then.
func (s *Store) fallBack(u User) error {
	err := send(u)
	if err != nil {
		err = s.forget(u.ID)
		return err
	}
	return nil
}

func (s *Store) otherwise(users []User) {
	for _, u := range users {
		s.ensure(u) // want `^the query DELETE sessions runs once per iteration of the loop at line 76, via \(\*Store\)\.ensure -> \(\*Store\)\.forget -> db\.Exec \(seldom\.go:22\)`
	}
	for _, u := range users {
		s.fallBack(u) // want `^the query DELETE sessions runs once per iteration of the loop at line 79, via \(\*Store\)\.fallBack -> \(\*Store\)\.forget -> db\.Exec \(seldom\.go:22\)`
	}
}

// One-off code.
func (s *Store) addOwner(users []User) {
	s.db.Exec("ALTER TABLE sessions ADD COLUMN owner bigint")
	for _, u := range users {
		s.forget(u.ID)
	}
}

func (s *Store) immigrants(users []User) {
	for _, u := range users {
		s.forget(u.ID) // want `^the query DELETE sessions runs once per iteration of the loop at line 93`
	}
}

// Plug-ins: another implementation each time.

type Check interface {
	Run(ctx context.Context) error
}

type diskCheck struct{}

func (diskCheck) Run(context.Context) error { return nil }

type dbCheck struct{ db *sql.DB }

func (c dbCheck) Run(ctx context.Context) error {
	_, err := c.db.ExecContext(ctx, "UPDATE health SET at = now()")
	return err
}

func runAll(ctx context.Context, checks []Check) {
	for _, c := range checks {
		c.Run(ctx)
	}
	for _, c := range checks {
		go func(c Check) {
			c.Run(ctx)
		}(c)
	}
}

// The same implementation is told of each element.
type Sink interface {
	Put(ctx context.Context, id int64) error
}

type discard struct{}

func (discard) Put(context.Context, int64) error { return nil }

type dbSink struct{ db *sql.DB }

func (c dbSink) Put(ctx context.Context, id int64) error {
	_, err := c.db.ExecContext(ctx, "INSERT INTO seen VALUES ($1)", id)
	return err
}

func sinkOf(sinks map[string]Sink, name string) Sink { return sinks[name] }

func putAll(ctx context.Context, sinks map[string]Sink, users []User) {
	s := sinkOf(sinks, "main")
	for _, u := range users {
		s.Put(ctx, u.ID) // want `^the query INSERT seen runs once per iteration of the loop at line 146, via Sink\.Put -> db\.ExecContext \(seldom\.go:138\) through seldom\.Sink\.Put`
	}
	for name := range sinks {
		sinks[name].Put(ctx, 1)
	}
}

// One kind of record behind an interface.

type Account interface {
	Close(ctx context.Context) error
}

type account struct {
	db *sql.DB
	id int64
}

func (a *account) Close(ctx context.Context) error {
	_, err := a.db.ExecContext(ctx, "DELETE FROM accounts WHERE id = $1", a.id)
	return err
}

func closeAll(ctx context.Context, accounts []Account) {
	for _, a := range accounts {
		a.Close(ctx) // want `^the query DELETE accounts runs once per iteration of the loop at line 171, via Account\.Close -> db\.ExecContext \(seldom\.go:166\) through seldom\.Account\.Close`
	}
}

// Searches that halve what is left.

func (s *Store) exists(id int) bool {
	var found bool
	s.db.QueryRow("SELECT EXISTS (SELECT FROM users WHERE id >= $1)", id).Scan(&found)
	return found
}

func (s *Store) lastByHand(n int) int {
	lo, hi := 0, n
	for lo < hi {
		mid := (lo + hi) / 2
		if s.exists(mid) {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

func (s *Store) last(n int) int { return sort.Search(n, func(i int) bool { return !s.exists(i) }) }

// Called by name for the elements of a constant list, and of a list.

func eachName(names []string, f func(string)) {
	for _, n := range names {
		f(n)
	}
}

func (s *Store) drop(name string) {
	s.db.Exec("DELETE FROM settings WHERE name = $1", name)
}

func (s *Store) dropAll(names []string) {
	eachName([]string{"theme", "color"}, s.drop)
	eachName(names, s.drop) // want `^the query DELETE settings runs once per element of the call at line 213`
}

// All at once, and one by one only after that was refused.

func (s *Store) insertAll(users []User) error {
	ids := make([]int64, len(users))
	for i, u := range users {
		ids[i] = u.ID
	}
	_, err := s.db.Exec("INSERT INTO users SELECT unnest($1::bigint[])", ids)
	return err
}

func (s *Store) imported(users []User) (refused []User, err error) {
	switch err := s.insertAll(users); {
	case err == nil:
		return nil, nil
	case errors.Is(err, context.Canceled):
		return nil, err
	}
	for _, u := range users {
		if _, err := s.db.Exec("INSERT INTO users VALUES ($1)", u.ID); err != nil {
			refused = append(refused, u)
		}
	}
	return refused, nil
}

func (s *Store) importedTwice(users []User) (refused []User, err error) {
	switch err := s.insertAll(users); {
	case err != nil:
		return nil, err
	}
	for _, u := range users {
		if _, err := s.db.Exec("INSERT INTO users VALUES ($1)", u.ID); err != nil { // want `the query INSERT users runs once per iteration`
			refused = append(refused, u)
		}
	}
	return refused, nil
}
