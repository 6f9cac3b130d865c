package app

import "database/sql"

type step struct {
	number int
	apply  func(tx *sql.Tx) error
}

// A list that is run from its first element to its last.
var history = []step{
	{1, func(tx *sql.Tx) error {
		_, err := tx.Exec("CREATE TABLE parcels (id bigint)")
		return err
	}},
	{2, func(tx *sql.Tx) error {
		here() // want `migration: it is one of the schema changes listed at line 11`
		return nil
	}},
	{number: 3, apply: weigh},
}

func weigh(tx *sql.Tx) error {
	here() // want `migration: it is one of the schema changes`
	return nil
}

func (b box) upgrade(db *sql.DB) {
	for _, s := range history {
		tx, _ := db.Begin()
		s.apply(tx)
		here() // want `migration: it runs the schema changes listed at line 11`
		tx.Commit()
	}
}

// The same without a change of the schema.
type check struct {
	name string
	run  func(db *sql.DB)
}

var checks = []check{
	{"parcels", func(db *sql.DB) { db.Query("SELECT 1"); here() }},
	{"visits", func(db *sql.DB) { here() }},
}

func audit(db *sql.DB) {
	for _, c := range checks {
		c.run(db)
		here()
	}
}

// A list that is run by its index.
var plain = [...]func(*sql.Tx){
	func(tx *sql.Tx) { tx.Exec("ALTER TABLE parcels ADD COLUMN weight int") },
	func(tx *sql.Tx) { here() }, // want `migration`
}

func upgradeTo(tx *sql.Tx, from int) {
	for i := from; i < len(plain); i++ {
		plain[i](tx)
		here() // want `migration: it runs the schema changes`
	}
}

// Commands: one of them is chosen.
var commands = map[string]func(db *sql.DB){
	"setup": func(db *sql.DB) { db.Exec("CREATE TABLE a (id bigint)") },
	"sync":  func(db *sql.DB) { db.Exec("UPDATE a SET id = 1"); here() },
	"show":  func(db *sql.DB) { db.Query("SELECT id FROM a"); here() },
}

// Most that are handed to one function change the schema.
func plan(f func(db *sql.DB)) {}

func init() {
	plan(func(db *sql.DB) { db.Exec("ALTER TABLE a ADD COLUMN b int") })
	plan(func(db *sql.DB) { widen(db, "a") })
	plan(func(db *sql.DB) { db.Exec("UPDATE a SET b = 1"); here() }) // want `migration: it is one of the schema changes`
}

func widen(db *sql.DB, table string) {
	db.Exec("ALTER TABLE " + table + " ALTER COLUMN id TYPE bigint")
}
