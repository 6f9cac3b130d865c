// Package wrapped hands functions on in others, in variables and as type
// arguments.
package wrapped

import "database/sql"

type op func() error

type opWithData[T any] func() (T, error)

func (o op) withData() opWithData[int] {
	return func() (int, error) { return 0, o() }
}

func retried[T any](o opWithData[T]) (T, error) {
	for {
		if v, err := o(); err == nil {
			return v, nil
		}
	}
}

func Retry(o op) error { // want Retry:`^calls 0 once$`
	_, err := retried(o.withData())
	return err
}

func Deletes(db *sql.DB, id int64) error { // want Deletes:`^WriteDB\[DELETE t\] via db.Exec$`
	return Retry(func() error { // effects: WriteDB[DELETE t] via db.Exec
		_, err := db.Exec("DELETE FROM t WHERE id = $1", id) // effects: WriteDB[DELETE t] via db.Exec
		return err
	})
}

func each(ids []int64, f func(int64) error) {
	for _, id := range ids {
		f(id)
	}
}

func run(f func(int64) error) { f(1) }

type store struct{ db *sql.DB }

func (s *store) Remove(id int64) error { // want Remove:`^WriteDB\[DELETE t\] via db.Exec$`
	_, err := s.db.Exec("DELETE FROM t WHERE id = $1", id) // effects: WriteDB[DELETE t] via db.Exec
	return err
}

func (s *store) InVariable(ids []int64, own bool) { // want InVariable:`^WriteDB\[DELETE t\] via \(\*store\).Remove → db.Exec; WriteDB\[DELETE t\] in loop via \(\*store\).Remove → db.Exec$`
	remove := func(id int64) error { return s.Remove(id) } // effects: WriteDB[DELETE t] via (*store).Remove → db.Exec
	if own {
		remove = s.Remove
	}
	each(ids, remove) // effects: WriteDB[DELETE t] in loop via (*store).Remove → db.Exec
	run(remove)       // effects: WriteDB[DELETE t] via (*store).Remove → db.Exec
}

func (s *store) InLiteral(ids []int64) { // want InLiteral:`^WriteDB\[DELETE t\] in loop via \(\*store\).Remove → db.Exec$`
	each(ids, func(id int64) error { return s.Remove(id) }) // effects: WriteDB[DELETE t] in loop via (*store).Remove → db.Exec | WriteDB[DELETE t] via (*store).Remove → db.Exec
}

type remover[T any] interface{ Remove(T) error }

func removeAll[T any, R remover[T]](r R, ids []T) {
	for _, id := range ids {
		r.Remove(id) // effects: WriteDB[DELETE t] through wrapped.remover.Remove via remover.Remove → db.Exec
	}
}

func Uses(s *store, ids []int64) { // want Uses:`^WriteDB\[DELETE t\] in loop through wrapped.remover.Remove via removeAll → remover.Remove → db.Exec$`
	removeAll(s, ids) // effects: WriteDB[DELETE t] in loop through wrapped.remover.Remove via removeAll → remover.Remove → db.Exec
}

// Nobody here says what R is.
func RemoveOne[T any, R remover[T]](r R, id T) { // want RemoveOne:`^Unknown\(testdata/funceffects/wrapped.remover.Remove\) via remover.Remove$`
	r.Remove(id) // effects: Unknown(testdata/funceffects/wrapped.remover.Remove) via remover.Remove
}
