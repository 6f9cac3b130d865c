// Package failures has errors of types of its own.
package failures

import (
	"database/sql"
	"fmt"
)

// A Fault is an error that knows its kind.
type Fault interface {
	error
	Kind() string
}

type fault struct{ err error }

func (f *fault) Error() string { return f.err.Error() }
func (f *fault) Kind() string  { return "query" }

func faultOf(err error) Fault {
	if err == nil {
		return nil
	}
	return &fault{err}
}

type Store struct{ db *sql.DB }

func (s *Store) cursor(query string, args ...any) (*sql.Rows, Fault) {
	rows, err := s.db.Query(query, args...)
	return rows, faultOf(err)
}

// The query failed: there are no rows to close.
func (s *Store) Names() (names []string, err error) {
	rows, fail := s.cursor("SELECT name FROM parts")
	if fail != nil {
		return nil, fail
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// What comes before the defer may leave them open.
func (s *Store) Sizes(limit int) (n int, err error) {
	rows, fail := s.cursor("SELECT size FROM parts") // want `still open at the return at line 58`
	if fail != nil {
		return 0, fail
	}
	if limit == 0 {
		return 0, fmt.Errorf("no limit")
	}
	defer rows.Close()
	for rows.Next() && n < limit {
		n++
	}
	return n, rows.Err()
}
