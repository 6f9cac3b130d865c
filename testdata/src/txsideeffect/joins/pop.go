package joins

import "github.com/gobuffalo/pop/v6"

type api struct{ db *pop.Connection }

func erase(c *pop.Connection) error { return c.RawQuery("DELETE FROM t").Exec() }

// pop goes on in the connection's transaction.
func eraseInTx(c *pop.Connection) error {
	return c.Transaction(func(tx *pop.Connection) error {
		if err := tx.Transaction(erase); err != nil {
			return err
		}
		return erase(c) // c is in a transaction, or it is the outer one: nobody knows
	})
}

func (a *api) popNested() error {
	return a.db.Transaction(func(tx *pop.Connection) error {
		if err := eraseInTx(tx); err != nil {
			return err
		}
		if err := erase(a.db); err != nil { // want `does not go through the transaction of a.db.Transaction`
			return err
		}
		return eraseInTx(a.db) // want `a second transaction is begun inside the transaction of a.db.Transaction`
	})
}
