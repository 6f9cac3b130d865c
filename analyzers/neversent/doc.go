// Package neversent reports statements that are built and not sent.
//
// # Analyzer neversent
//
// neversent: report statements that are built and never sent
//
// # What it reports
//
// A chain of calls that builds a statement, whose end reads an error or a number
// of rows without a call that runs it (category error), or drops it (category
// dropped). A prepared statement that nothing is asked of but to close (prepared), and
// a batch that is filled and goes nowhere (queued).
//
// # Why it costs
//
// Nothing happens, and nobody hears of it: gorm's Raw only keeps the text for
// Scan, Row or Rows, so that its Error is nil whatever the text says. The rows
// that were to be deleted are still there.
//
// # Bad
//
//	func clear(db *gorm.DB, id int) error {
//		return db.Raw("DELETE FROM lines WHERE order_id = ?", id).Error
//	}
//
// # Good
//
//	func clear(db *gorm.DB, id int) error {
//		return db.Exec("DELETE FROM lines WHERE order_id = ?", id).Error
//	}
//
// # How it decides
//
// By the catalogue: the last call adds a part or the text of a statement, no call
// of the chain goes to the database, and what the chain is made of is not read
// again: its value has no name, or is kept in a local variable of which only the
// error is read, or nothing.
//
// # When it is silent
//
// Where the value of the chain is stored, returned, or passed on; for calls that only
// set up a handle (WithContext, Session); for a chain that goes on from a builder in
// a variable, which some libraries change in place.
//
// # Limits
//
// A statement that is sent on some ways only is not reported.
//
// # How to suppress
//
//	//sqlvet:ignore neversent only the clauses' errors are asked for
package neversent
