// Package walker fills in what another package's walker calls.
package walker

import (
	"database/sql"

	"testdata/nplusone/rule/walker/steps"
)

func walk(db *sql.DB, nodes []steps.Node) error {
	v := &steps.Visitor{Enter: func(n steps.Node) error {
		_, err := db.Exec("UPDATE nodes SET seen = true WHERE name = $1", n.Name)
		return err
	}}
	return v.Walk(nodes) // want `^the query UPDATE nodes runs once per element of the call at line 15`
}

// Nothing is filled in here.
func empty(nodes []steps.Node) error { return steps.Run(steps.Visitor{}, nodes) }

func run(db *sql.DB, nodes []steps.Node) error {
	v := steps.Visitor{Done: func() error { return nil }}
	v.Enter = func(n steps.Node) error { return db.QueryRow("SELECT FROM nodes WHERE name = $1", n.Name).Scan() }
	return steps.Run(v, nodes) // want `^the query SELECT nodes runs once per element of the call at line 24`
}

// Done is called once.
func once(db *sql.DB, nodes []steps.Node) error {
	return steps.Run(steps.Visitor{Done: func() error {
		_, err := db.Exec("UPDATE walks SET done = true")
		return err
	}}, nodes)
}
