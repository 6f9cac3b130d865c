package inctx

import (
	"context"
	"database/sql"
	"net/http"

	"testdata/txsideeffect/inctx/units"
)

type desk struct {
	units *units.Units
	db    *sql.DB
}

func (d *desk) put(ctx context.Context, id int) error {
	_, err := d.units.In(ctx).ExecContext(ctx, "INSERT INTO guests (id) VALUES ($1)", id)
	return err
}

func (d *desk) calls(ctx context.Context, id int) error {
	ctx, err := d.units.Open(ctx)
	if err != nil {
		return err
	}
	defer d.units.Drop(ctx)
	if err := d.put(ctx, id); err != nil {
		return err
	}
	if _, err := http.Get("https://desk.example"); err != nil { // want `an HTTP request is made inside the transaction begun at line \d+`
		return err
	}
	return d.units.Keep(ctx)
}

func (d *desk) callsBefore(ctx context.Context, id int) error {
	if _, err := http.Get("https://desk.example"); err != nil {
		return err
	}
	ctx, err := d.units.Open(ctx)
	if err != nil {
		return err
	}
	defer d.units.Drop(ctx)
	if err := d.put(ctx, id); err != nil {
		return err
	}
	return d.units.Keep(ctx)
}

func (d *desk) callsAfter(ctx context.Context, id int) error {
	in, err := d.units.Open(ctx)
	if err != nil {
		return err
	}
	defer d.units.Drop(in)
	if err := d.put(in, id); err != nil {
		return err
	}
	if err := d.units.Keep(in); err != nil {
		return err
	}
	_, err = http.Get("https://desk.example")
	return err
}

// The context from before has none, and the pool is not asked for one.
func (d *desk) outside(ctx context.Context, id int) error {
	in, err := d.units.Open(ctx)
	if err != nil {
		return err
	}
	defer d.units.Drop(in)
	if err := d.put(ctx, id); err != nil { // want `the query INSERT guests does not go through the transaction begun at line \d+`
		return err
	}
	if _, err := d.db.ExecContext(in, "DELETE FROM keys"); err != nil { // want `the query DELETE keys does not go through`
		return err
	}
	return d.units.Keep(in)
}

// laterOn runs do in a transaction, and what it asked for when that is committed.
func (r *Rooms) laterOn(ctx context.Context, do func(tx *sql.Tx, later func(func() error)) error) error {
	tx, err := r.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var then []func() error
	if err := do(tx, func(f func() error) { then = append(then, f) }); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	for _, f := range then {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

func ring(url string) error {
	resp, err := http.Get(url)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// To be handed a function is no end of it.
func (r *Rooms) rings(ctx context.Context, id int) error {
	return r.laterOn(ctx, func(tx *sql.Tx, later func(func() error)) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM keys WHERE room = $1", id); err != nil {
			return err
		}
		later(func() error { return ring("https://later.example") })
		return ring("https://now.example") // want `an HTTP request is made inside the transaction of r.laterOn`
	})
}
