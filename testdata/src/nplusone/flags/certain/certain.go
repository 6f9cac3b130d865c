// Package certain is analysed with -nplusone.min=certain.
package certain

import "database/sql"

type Store struct {
	db    *sql.DB
	names map[int64]string
}

func (s *Store) load(id int64) (name string) {
	s.db.QueryRow("SELECT name FROM users WHERE id = $1", id).Scan(&name)
	return name
}

func (s *Store) cached(id int64) string {
	if name, ok := s.names[id]; ok {
		return name
	}
	return s.load(id)
}

type loader interface{ load(id int64) string }

var _ loader = (*Store)(nil)

func static(s *Store, ids []int64) {
	for _, id := range ids {
		s.load(id) // want `^the query SELECT users runs once per iteration of the loop at line 28, via \(\*Store\)\.load -> db\.QueryRow \(certain\.go:12\)`
	}
}

func throughCache(s *Store, ids []int64) {
	for _, id := range ids {
		s.cached(id)
	}
}

func throughInterface(l loader, ids []int64) {
	for _, id := range ids {
		l.load(id)
	}
}

func same(s *Store, ids []int64) {
	for range ids {
		s.load(1)
	}
}
