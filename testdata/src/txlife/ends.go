package txlife

import (
	"context"
	"database/sql"
	"errors"
)

func putAndKeep(tx *sql.Tx, name string) error {
	if _, err := tx.Exec("INSERT INTO names (name) VALUES ($1)", name); err != nil {
		return err
	}
	return tx.Commit()
}

// The helper has committed when it succeeds.
func keptTwice(db *sql.DB, name string) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := putAndKeep(tx, name); err != nil {
		return err
	}
	return tx.Commit() // want `tx has ended already at line \d+: this commit fails`
}

func keptOnce(db *sql.DB, name string) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if name == "" {
		return tx.Commit()
	}
	return putAndKeep(tx, name)
}

// The second part goes to a transaction that is over.
func inParts(db *sql.DB, parts [][]string) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for i := 0; i < len(parts); i++ {
		_, err := tx.Exec("INSERT INTO names SELECT unnest($1::text[])", parts[i]) // want `tx is used after its end at line \d+`
		if err != nil {
			return err
		}
		if err := tx.Commit(); err != nil {
			return err
		}
	}
	return nil
}

func inPartsAnew(db *sql.DB, parts [][]string) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	for _, part := range parts {
		if _, err := tx.Exec("INSERT INTO names SELECT unnest($1::text[])", part); err != nil {
			tx.Rollback()
			return err
		}
		if err := tx.Commit(); err != nil {
			return err
		}
		if tx, err = db.Begin(); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// The first of them is enough.
func firstPart(db *sql.DB, parts [][]string) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, part := range parts {
		if _, err := tx.Exec("INSERT INTO names SELECT unnest($1::text[])", part); err != nil {
			return err
		}
		if err := tx.Commit(); err != nil {
			return err
		}
		break
	}
	return nil
}

// Its own transaction is forgotten on failure; the caller's is the caller's.
func optional(db *sql.DB, tx *sql.Tx, name string) error {
	mine := tx == nil
	if mine {
		var err error
		if tx, err = db.Begin(); err != nil {
			return err
		}
	}
	if _, err := tx.Exec("INSERT INTO names (name) VALUES ($1)", name); err != nil {
		return err // want `neither committed nor rolled back on this return`
	}
	if mine {
		return tx.Commit()
	}
	return nil
}

func optionalFlag(db *sql.DB, tx *sql.Tx, joined bool, name string) (err error) {
	if !joined {
		if tx, err = db.Begin(); err != nil {
			return err
		}
	}
	if _, err = tx.Exec("INSERT INTO names (name) VALUES ($1)", name); err != nil {
		return errors.Join(errors.New("insert"), err) // want `neither committed nor rolled back on this return`
	}
	if joined {
		return nil
	}
	return tx.Commit()
}

func optionalEnded(db *sql.DB, tx *sql.Tx, name string) error {
	mine := tx == nil
	if mine {
		var err error
		if tx, err = db.Begin(); err != nil {
			return err
		}
	}
	if _, err := tx.Exec("INSERT INTO names (name) VALUES ($1)", name); err != nil {
		if mine {
			tx.Rollback()
		}
		return err
	}
	if !mine {
		return nil
	}
	return tx.Commit()
}

// It may be another value by then.
func optionalChanged(db *sql.DB, tx *sql.Tx, name string) error {
	mine := tx == nil
	if mine {
		var err error
		if tx, err = db.Begin(); err != nil {
			return err
		}
	}
	mine = name == ""
	if mine {
		return nil
	}
	return tx.Commit()
}

func settle(tx *sql.Tx, failed *error) {
	if *failed != nil {
		tx.Rollback()
		return
	}
	*failed = tx.Commit()
}

// What the helper looks at is not what fails.
func shadowed(db *sql.DB, name string) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer settle(tx, &err)
	if _, err := tx.Exec("INSERT INTO names (name) VALUES ($1)", name); err != nil {
		return err // want `this return hands out an error that the deferred function does not look at`
	}
	return nil
}

func settled(db *sql.DB, name string) (err error) {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer settle(tx, &err)
	_, err = tx.Exec("INSERT INTO names (name) VALUES ($1)", name)
	return err
}

// On success it is rolled back as well.
func forgotten(ctx context.Context, db *sql.DB, name string) (int64, error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	res, err := tx.ExecContext(ctx, "DELETE FROM names WHERE name = $1", name)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected() // want `nothing commits the transaction begun at line \d+, so that what it wrote at line \d+ is rolled back here although the function succeeds: return tx.Commit\(\)`
}

// It only reads.
func counted(ctx context.Context, db *sql.DB) (n int, err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	err = tx.QueryRowContext(ctx, "SELECT count(*) FROM names").Scan(&n)
	return n, err
}

// It is tried, and taken back on purpose.
func rehearsed(ctx context.Context, db *sql.DB, name string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM names WHERE name = $1", name); err != nil {
		tx.Rollback()
		return err
	}
	return tx.Rollback()
}

// Who gets it commits.
func handedToOther(db *sql.DB, name string, then func(*sql.Tx) error) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.Exec("DELETE FROM names WHERE name = $1", name); err != nil {
		return err
	}
	return then(tx)
}

// A new one now and then; the last is forgotten.
func rolling(db *sql.DB, names []string) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	for i, n := range names {
		if _, err := tx.Exec("INSERT INTO names (name) VALUES ($1)", n); err != nil {
			tx.Rollback()
			return err
		}
		if i%500 == 499 {
			if err := tx.Commit(); err != nil {
				return err
			}
			if tx, err = db.Begin(); err != nil {
				return err
			}
		}
	}
	return nil // want `neither committed nor rolled back`
}

func rollingKept(db *sql.DB, names []string) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer func() { tx.Rollback() }()
	for i, n := range names {
		if _, err := tx.Exec("INSERT INTO names (name) VALUES ($1)", n); err != nil {
			return err
		}
		if i%500 == 499 {
			if err := tx.Commit(); err != nil {
				return err
			}
			if tx, err = db.Begin(); err != nil {
				return err
			}
		}
	}
	return tx.Commit()
}
