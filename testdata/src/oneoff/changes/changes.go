// Package changes has functions that another package lists.
package changes

import (
	"context"
	"database/sql"
)

func here() {}

func Names(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.Exec("ALTER TABLE a ADD COLUMN name text")
	return err
}

func Undo(_ context.Context, tx *sql.Tx) error {
	_, err := tx.Exec("ALTER TABLE a DROP COLUMN name")
	return err
}

func Totals(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.Exec("UPDATE a SET name = 'x'")
	here() // want `migration: it is one of the schema changes`
	return err
}

// Another signature.
func Total(ctx context.Context, tx *sql.Tx, id int) error {
	here()
	return nil
}
