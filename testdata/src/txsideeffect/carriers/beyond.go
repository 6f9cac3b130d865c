package carriers

import (
	"context"
	"database/sql"

	"testdata/txsideeffect/carriers/far"

	"gorm.io/gorm"
)

// Functions of other packages that are handed the transaction and do not use it
// are told at the call.
func beyond(db *gorm.DB, s *far.Store, e *far.Entry) error {
	return db.Transaction(func(tx *gorm.DB) error {
		if err := s.Put(tx, e); err != nil {
			return err
		}
		return s.Lose(tx, e) // want `does not go through the transaction of db.Transaction at line 15, via \(\*Store\).Lose -> \(\*Store\).insert -> own.Create`
	})
}

func counted(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := far.Count(ctx, tx); err != nil { // want `the query SELECT entries does not go through`
		return err
	}
	return tx.Commit()
}
