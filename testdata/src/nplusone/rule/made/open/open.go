// Package open chooses a storage by its settings.
package open

import (
	"database/sql"
	"errors"

	"testdata/nplusone/rule/made/pg"
	"testdata/nplusone/rule/made/ram"
	"testdata/nplusone/rule/made/shelf"
)

type Kind string

func (k Kind) Name() string { return string(k) }

const (
	Memory   Kind = "ram"
	Postgres Kind = "pg"
)

type Settings struct {
	Kind string
	URL  string
}

type Engine interface{ Engine() string }

func Database(s Settings) (e Engine, err error) {
	switch s.Kind {
	case Memory.Name():
		e = &ram.DB{}
		return e, nil
	case Postgres.Name():
		db, err := sql.Open("pgx", s.URL)
		if err != nil {
			return nil, err
		}
		e = &pg.DB{DB: db}
		return e, nil
	}
	return nil, errors.New("no such kind")
}

func Shelf(e Engine) shelf.Shelf {
	switch e.Engine() {
	case "pg":
		return pg.New(e.(*pg.DB))
	default:
		return ram.New(e.(*ram.DB))
	}
}
