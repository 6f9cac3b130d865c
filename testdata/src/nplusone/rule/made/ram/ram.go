// Package ram stores in memory.
package ram

import (
	"context"

	"testdata/nplusone/rule/made/shelf"
)

type DB struct{ titles map[int64]string }

func (DB) Engine() string { return "ram" }

type Shelf struct{ db *DB }

var _ shelf.Shelf = (*Shelf)(nil)

func New(db *DB) *Shelf { return &Shelf{db} }

func (s *Shelf) Title(ctx context.Context, id int64) (string, error) { return s.db.titles[id], nil }
