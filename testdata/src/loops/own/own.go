// Package own has functions that call their func argument per element, once,
// or not at all; nobody lists them.
package own

import "database/sql"

type Store struct {
	db    *sql.DB
	hooks []func(int64) error
}

func each(ids []int64, f func(int64) error) error {
	for _, id := range ids {
		if err := f(id); err != nil {
			return err
		}
	}
	return nil
}

func measured(id int64, f func(int64) error) error { return f(id) }

func (s *Store) onRemove(f func(int64) error) { s.hooks = append(s.hooks, f) }

func (s *Store) calls(ids []int64) {
	each(ids, func(id int64) error {
		_, err := s.db.Exec("DELETE FROM t WHERE id = $1", id) // loop: Callback Data | yes
		return err
	})
	measured(1, func(id int64) error {
		_, err := s.db.Exec("DELETE FROM t WHERE id = $1", id) // loop: none
		return err
	})
	for _, id := range ids {
		measured(id, func(id int64) error {
			_, err := s.db.Exec("DELETE FROM t WHERE id = $1", id) // loop: Range Data | yes
			return err
		})
		measured(7, func(x int64) error {
			_, err := s.db.Exec("DELETE FROM t WHERE id = $1", x) // loop: Range Data | unsure
			return err
		})
		s.onRemove(func(int64) error {
			_, err := s.db.Exec("DELETE FROM t WHERE id = $1", id) // loop: none
			return err
		})
	}
	each(ids, s.remove) // callback: Callback Data
}

func (s *Store) remove(id int64) error {
	_, err := s.db.Exec("DELETE FROM t WHERE id = $1", id) // loop: none
	return err
}
