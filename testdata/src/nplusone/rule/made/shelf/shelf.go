// Package shelf declares a storage, and what is done with any.
package shelf

import "context"

type Shelf interface {
	Title(ctx context.Context, id int64) (string, error)
}

// Box holds what a program is made of.
type Box struct {
	Titles Shelf
	Desk   *Desk
}

func NewBox(titles Shelf) *Box { return &Box{Titles: titles, Desk: &Desk{from: titles}} }

type Desk struct{ from Shelf }

func (d *Desk) Label(ctx context.Context, id int64) string {
	title, _ := d.from.Title(ctx, id)
	return "<" + title + ">"
}
