// Package firstof hands queries to functions that call one of them for the first
// element that fits.
package firstof

import (
	"context"
	"database/sql"
)

type step struct {
	kind, ref string
	kids      []step
}

func first(steps []step, kind string, do func(step) error) error {
	for _, s := range steps {
		if s.kind == kind {
			return do(s)
		}
	}
	return nil
}

func firstIn(steps [][]step, kind string, do func(step) error) error {
	for _, list := range steps {
		for _, s := range list {
			switch s.kind {
			case kind:
				err := do(s)
				return err
			}
		}
	}
	return nil
}

// each ends with a return, too, and goes on before.
func each(steps []step, kind string, do func(step) error) error {
	for _, s := range steps {
		if s.kind == kind {
			if err := do(s); err == nil {
				continue
			}
			return nil
		}
	}
	return nil
}

type desk struct{ db *sql.DB }

func (d desk) name(ctx context.Context, id string) (s string, err error) {
	err = d.db.QueryRowContext(ctx, "SELECT name FROM surgeons WHERE id = $1", id).Scan(&s)
	return s, err
}

func (d desk) one(ctx context.Context, steps []step) (s string, err error) {
	err = first(steps, "surgeon", func(x step) error {
		s, err = d.name(ctx, x.ref)
		return err
	})
	return s, err
}

func (d desk) oneOf(ctx context.Context, steps [][]step) (s string, err error) {
	err = firstIn(steps, "surgeon", func(x step) error {
		s, err = d.name(ctx, x.ref)
		return err
	})
	return s, err
}

func (d desk) all(ctx context.Context, steps []step) (out []string, err error) {
	err = each(steps, "surgeon", func(x step) error {
		s, err := d.name(ctx, x.ref) // want `the query SELECT surgeons runs once per element of the call at line \d+`
		out = append(out, s)
		return err
	})
	return out, err
}
