// Package funcs keeps functions in tables and fields, and calls itself.
package funcs

import (
	"context"
	"database/sql"

	"golang.org/x/sync/singleflight"
)

type Event struct {
	ID   int64
	Kind string
}

type handler func(context.Context, Event) error

type Bus struct {
	db       *sql.DB
	handlers map[string][]handler
	flight   singleflight.Group
}

// Subscribe keeps what it is given.
func (b *Bus) Subscribe(kind string, h handler) {
	b.handlers[kind] = append(b.handlers[kind], h)
}

func (b *Bus) Wire() {
	b.Subscribe("made", b.audit)
	b.Subscribe("gone", func(context.Context, Event) error { return nil })
}

func (b *Bus) audit(ctx context.Context, e Event) error {
	_, err := b.db.ExecContext(ctx, "INSERT INTO audits (event) VALUES ($1)", e.ID)
	return err
}

func (b *Bus) Publish(ctx context.Context, events []Event) error {
	for _, e := range events {
		for _, h := range b.handlers["made"] {
			if err := h(ctx, e); err != nil { // want `the query INSERT audits runs once per iteration of the loop at line \d+`
				return err
			}
		}
	}
	return nil
}

// Each handler does something else.
func (b *Bus) PublishOne(ctx context.Context, e Event) error {
	for _, h := range b.handlers[e.Kind] {
		if err := h(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// A column is read by a function of its own.
type column struct {
	title string
	cell  func(context.Context, int64) (string, error)
}

func (b *Bus) owner() *column {
	c := &column{title: "owner", cell: func(ctx context.Context, id int64) (name string, err error) {
		err = b.db.QueryRowContext(ctx, "SELECT owner FROM events WHERE id = $1", id).Scan(&name)
		return name, err
	}}
	return c
}

func plain(title string) column {
	return column{title: title, cell: func(context.Context, int64) (string, error) { return "-", nil }}
}

func (b *Bus) Owners(ctx context.Context, ids []int64) (names []string, err error) {
	c := b.owner()
	for _, id := range ids {
		name, err := c.cell(ctx, id) // want `the query SELECT events runs once per iteration of the loop at line \d+`
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}

// What this column's function does is known.
func (b *Bus) Dashes(ctx context.Context, ids []int64) (names []string, err error) {
	c := plain("dash")
	for _, id := range ids {
		name, err := c.cell(ctx, id)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}

// A loader is a function that is also a getter.
type getter interface {
	Get(context.Context, int64) (string, error)
}

type loader func(context.Context, int64) (string, error)

func (l loader) Get(ctx context.Context, id int64) (string, error) { return l(ctx, id) }

func all(ctx context.Context, from getter, ids []int64) (out []string, err error) {
	for _, id := range ids {
		s, err := from.Get(ctx, id)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func (b *Bus) kind(ctx context.Context, id int64) (s string, err error) {
	err = b.db.QueryRowContext(ctx, "SELECT kind FROM events WHERE id = $1", id).Scan(&s)
	return s, err
}

func (b *Bus) Kinds(ctx context.Context, ids []int64) ([]string, error) {
	return all(ctx, loader(b.kind), ids) // want `the query SELECT events runs once per`
}

func (b *Bus) Constants(ctx context.Context, ids []int64) ([]string, error) {
	return all(ctx, loader(func(context.Context, int64) (string, error) { return "x", nil }), ids)
}

// Those who ask at the same time share one query; one who asks in a loop does not.
func (b *Bus) shared(ctx context.Context, key string) (any, error) {
	v, err, _ := b.flight.Do(key, func() (any, error) {
		var n int
		return n, b.db.QueryRowContext(ctx, "SELECT count(*) FROM events WHERE kind = $1", key).Scan(&n)
	})
	return v, err
}

func (b *Bus) Counts(ctx context.Context, kinds []string) {
	for _, k := range kinds {
		b.shared(ctx, k) // want `the query SELECT events runs once per iteration of the loop at line \d+`
	}
}

// A path up a tree, a row at a time.
func (b *Bus) root(ctx context.Context, id int64) (int64, error) {
	var above sql.NullInt64
	err := b.db.QueryRowContext(ctx, "SELECT above FROM events WHERE id = $1", id).Scan(&above) // want `the query SELECT events runs once per node of the recursion at line \d+: fetch the whole chain at once with WITH RECURSIVE`
	if err != nil || !above.Valid {
		return id, err
	}
	return b.root(ctx, above.Int64)
}

// Again with the same, so many times at most.
func (b *Bus) tried(ctx context.Context, id int64, left int) error {
	_, err := b.db.ExecContext(ctx, "UPDATE events SET seen = true WHERE id = $1", id)
	if err != nil && left > 0 {
		return b.tried(ctx, id, left-1)
	}
	return err
}

// The rest of a list.
func (b *Bus) each(ctx context.Context, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	if _, err := b.db.ExecContext(ctx, "UPDATE events SET seen = true WHERE id = $1", ids[0]); err != nil { // want `the query UPDATE events runs once per node of the recursion`
		return err
	}
	return b.each(ctx, ids[1:])
}

// A part of the list each time.
func (b *Bus) parts(ctx context.Context, ids []int64) error {
	n := min(len(ids), 500)
	if n == 0 {
		return nil
	}
	if _, err := b.db.ExecContext(ctx, "UPDATE events SET seen = true WHERE id = ANY($1)", ids[:n]); err != nil {
		return err
	}
	return b.parts(ctx, ids[n:])
}

// A loop by goto.
func (b *Bus) Jumps(ctx context.Context, ids []int64) error {
	at := 0
again:
	if at >= len(ids) {
		return nil
	}
	if _, err := b.db.ExecContext(ctx, "DELETE FROM events WHERE id = $1", ids[at]); err != nil { // want `the query DELETE events runs once per iteration of the loop at line \d+`
		return err
	}
	at++
	goto again
}

// Many keys may have one value.
func (b *Bus) Mark(ctx context.Context, marks map[int64]string) {
	for id, mark := range marks {
		if mark == "seen" {
			b.db.ExecContext(ctx, "UPDATE events SET seen = true WHERE id = $1", id) // want `the query UPDATE events runs once per iteration of the loop at line \d+`
		}
	}
}
