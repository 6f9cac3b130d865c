// Package ignored has findings with reasons against them.
package ignored

import "database/sql"

func sameLine(db *sql.DB, ids []int64) {
	for _, id := range ids {
		db.Exec("DELETE FROM users WHERE id = $1", id) //sqlvet:ignore nplusone at most three addresses per customer
	}
}

func lineAbove(db *sql.DB, ids []int64) {
	for _, id := range ids {
		//sqlvet:ignore nplusone at most three addresses per customer
		db.Exec("DELETE FROM users WHERE id = $1", id)
	}
}

func atTheLoop(db *sql.DB, ids []int64) {
	//sqlvet:ignore nplusone at most three addresses per customer
	for _, id := range ids {
		db.Exec("DELETE FROM users WHERE id = $1", id)
	}
}

func otherRule(db *sql.DB, ids []int64) {
	for _, id := range ids {
		//sqlvet:ignore selectstar a view of two columns
		db.Exec("DELETE FROM users WHERE id = $1", id) // want `^the query DELETE users runs once per iteration of the loop at line 27`
	}
}
