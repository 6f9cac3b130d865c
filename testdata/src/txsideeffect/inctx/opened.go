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
