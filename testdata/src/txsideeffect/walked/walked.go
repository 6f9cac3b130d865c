// Package walked fills in a walker of another package, inside a transaction.
package walked

import (
	"context"
	"database/sql"

	"testdata/nplusone/rule/walker/steps"
)

// What the functions do is judged where they stand: they use the transaction.
func walk(ctx context.Context, db *sql.DB, nodes []steps.Node) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	v := steps.Visitor{Enter: func(n steps.Node) error { return see(tx, n) }}
	if err := steps.Run(v, nodes); err != nil {
		return err
	}
	return tx.Commit()
}

func see(tx *sql.Tx, n steps.Node) error {
	_, err := tx.Exec("UPDATE nodes SET seen = true WHERE name = $1", n.Name)
	return err
}
