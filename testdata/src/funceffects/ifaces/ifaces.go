// Package ifaces calls through interfaces.
package ifaces

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"

	"testdata/funceffects/b"
	"testdata/funceffects/c"
)

type Users interface {
	User(id int) (string, error)
	Path() string
}

var _ Users = (*c.Repo)(nil)

func Through(u Users) { // want Through:`^ReadDB\[SELECT users\] through ifaces.Users.User via Users.User → DB.QueryRow; Unknown\(testdata/funceffects/ifaces.Users.Path\) via Users.Path$`
	u.User(1) // effects: ReadDB[SELECT users] through ifaces.Users.User via Users.User → DB.QueryRow
	u.Path()  // effects: Unknown(testdata/funceffects/ifaces.Users.Path) via Users.Path
}

// An embedded interface, and a struct that embeds one.
type Wide interface {
	Users
	Twice(int)
}

func Embedded(w Wide) { // want Embedded:`^ReadDB\[SELECT users\] through ifaces.Wide.User via Users.User → DB.QueryRow$`
	w.User(1) // effects: ReadDB[SELECT users] through ifaces.Wide.User via Users.User → DB.QueryRow
}

var _ Wide = b.Handle{}

type Service struct{ Users }

func (s Service) Show() { // want Show:`^ReadDB\[SELECT users\] through ifaces.Users.User via Users.User → DB.QueryRow$`
	s.User(1) // effects: ReadDB[SELECT users] through ifaces.Users.User via Users.User → DB.QueryRow
}

type Store interface{ Save(name string) error }

func Hidden(s Store) { // want Hidden:`^Unknown\(testdata/funceffects/ifaces.Store.Save\) via Store.Save$`
	s.Save("x") // effects: Unknown(testdata/funceffects/ifaces.Store.Save) via Store.Save
}

// DBTX is known by its signature.
//
// Shapes are all in this package: nothing of them is hidden.
type Shape interface{ Area() int }

type square struct{}

func (square) Area() int { return 1 }

func Closed(s Shape) int { return s.Area() }

// Clock has a double here only.
type Clock interface{ Now() int }

type fakeClock struct{}

func (fakeClock) Now() int { return 0 }

func Doubled(c Clock) int { // want Doubled:`^Unknown\(testdata/funceffects/ifaces.Clock.Now\) via Clock.Now$`
	return c.Now() // effects: Unknown(testdata/funceffects/ifaces.Clock.Now) via Clock.Now
}

type scanner interface{ Scan(dest ...any) error }

func Scans(s scanner) error { return s.Scan() }

type DBTX interface {
	Query(query string, args ...any) (*sql.Rows, error)
}

type Queries struct{ db DBTX }

func (q *Queries) List() { // want List:`^ReadDB\[SELECT users\] via db.Query$`
	q.db.Query("SELECT * FROM users") // effects: ReadDB[SELECT users] via db.Query
}

// Never through interfaces of the standard library.
type body struct{ db *sql.DB }

func (b body) Read(p []byte) (int, error) { // want Read:`^WriteDB\[DELETE users\] via db.Exec$`
	b.db.Exec("DELETE FROM users") // effects: WriteDB[DELETE users] via db.Exec
	return 0, io.EOF
}

func (b body) Error() string { // want Error:`^WriteDB\[DELETE users\] via db.Exec$`
	b.db.Exec("DELETE FROM users") // effects: WriteDB[DELETE users] via db.Exec
	return ""
}

func (b body) String() string { // want String:`^WriteDB\[DELETE users\] via db.Exec$`
	b.db.Exec("DELETE FROM users") // effects: WriteDB[DELETE users] via db.Exec
	return ""
}

func (b body) ServeHTTP(http.ResponseWriter, *http.Request) { // want ServeHTTP:`^WriteDB\[DELETE users\] via db.Exec$`
	b.db.Exec("DELETE FROM users") // effects: WriteDB[DELETE users] via db.Exec
}

func Standard(r io.Reader, err error, s fmt.Stringer, h http.Handler) {
	io.ReadAll(r)
	r.Read(nil)
	_ = err.Error() + s.String()
	h.ServeHTTP(nil, nil)
	errors.Is(err, io.EOF)
}

// Generic interfaces and types.
type Repository[T any] interface{ Load(id int) (T, error) }

type Table[T any] struct{ db *sql.DB }

func (t *Table[T]) Load(id int) (x T, err error) { // want Load:`^ReadDB\[SELECT things\] via db.QueryRow$`
	err = t.db.QueryRow("SELECT * FROM things WHERE id = $1", id).Scan(&x) // effects: ReadDB[SELECT things] via db.QueryRow
	return x, err
}

func Generic[T any](r Repository[T]) { // want Generic:`^ReadDB\[SELECT things\] through ifaces.Repository.Load via Repository.Load → db.QueryRow$`
	r.Load(1) // effects: ReadDB[SELECT things] through ifaces.Repository.Load via Repository.Load → db.QueryRow
}

func Instance(t *Table[string]) { // want Instance:`^ReadDB\[SELECT things\] via \(\*Table\).Load → db.QueryRow$`
	t.Load(1) // effects: ReadDB[SELECT things] via (*Table).Load → db.QueryRow
}

func Constraint[S Users](s S) { // want Constraint:`^ReadDB\[SELECT users\] through ifaces.Users.User via Users.User → DB.QueryRow$`
	s.User(1) // effects: ReadDB[SELECT users] through ifaces.Users.User via Users.User → DB.QueryRow
}
