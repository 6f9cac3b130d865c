// Package tables fills tables of functions that another package goes through.
package tables

import (
	"database/sql"

	"testdata/nplusone/rule/tables/tour"
)

func kind(s string) string { return s[:1] }

func inMap(db *sql.DB, stops []string) error {
	g := &tour.Guide{ByKind: map[string]func(string) error{
		"m": func(stop string) error {
			_, err := db.Exec("UPDATE stops SET seen = true WHERE name = $1", stop)
			return err
		},
	}}
	return g.Go(stops, kind) // want `runs once per element of the call at line \d+`
}

func inList(db *sql.DB, stops []string) error {
	var g tour.Guide
	g.Each = append(g.Each, func(stop string) error {
		_, err := db.Exec("UPDATE stops SET seen = true WHERE name = $1", stop)
		return err
	})
	return g.Go(stops, kind) // want `runs once per element of the call at line \d+`
}

func collected(db *sql.DB, stops []string) error {
	var seen []string
	g := tour.Guide{Each: []func(string) error{func(stop string) error {
		seen = append(seen, stop)
		return nil
	}}}
	if err := g.Go(stops, kind); err != nil {
		return err
	}
	_, err := db.Exec("UPDATE stops SET seen = true WHERE name = ANY($1)", seen)
	return err
}
