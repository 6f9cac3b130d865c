// Package app has code that runs once on a database beside code that looks
// like it. What is reported is said where here is called.
package app

import (
	"context"
	"database/sql"
	"net/http"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/migrate"
)

func here() {}

// Names decide nothing.

func migrateCart(db *sql.DB) { here() }
func Immigration(db *sql.DB) { here() }

type UserMigrations struct{ db *sql.DB }

func (m UserMigrations) Up() { here() }

var flightMigrations = []func(db *sql.DB){func(db *sql.DB) { here() }}

// A migration tool.

var tool = migrate.NewMigrations()

func init() {
	tool.MustRegister(func(ctx context.Context, db *bun.DB) error {
		here() // want `migration: it is handed to the migration tool github.com/uptrace/bun/migrate`
		return db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
			here() // want `migration`
			return fill(tx)
		})
	}, down)
	tool.Add(migrate.Migration{Name: "2", Up: fields})
}

func down(ctx context.Context, db *bun.DB) error {
	here() // want `migration: it is handed`
	shared()
	later := func() { here() } // want `migration: it is reached only from down, which runs once`
	later()
	return nil
}

func fields(ctx context.Context, _ *migrate.Migrator, _ *migrate.Migration) error {
	here() // want `migration: it is handed`
	return nil
}

func fill(tx bun.Tx) error {
	here() // want `migration: it is reached only from the function at line \d+, which runs once`
	return nil
}

// Called by others as well.
func shared() { here() }

func Serve() { shared() }

// What changes the schema.

func addColumn(db *sql.DB, list []int) {
	db.Exec("ALTER TABLE orders ADD COLUMN net bigint")
	here() // want `migration: it changes the schema itself at line \d+`
	backfill(db)
	func() { here() }()                                                       // want `migration`
	eachOf(list, func(int) { here() })                                        // want `migration: it is reached only from addColumn`
	http.HandleFunc("/", func(http.ResponseWriter, *http.Request) { here() }) // not seen to be called
}

func eachOf(list []int, f func(int)) {
	for _, x := range list {
		f(x)
	}
}

func backfill(db *sql.DB) {
	here() // want `migration: it is reached only from addColumn, which runs once`
	deeper()
}

func deeper() { here() } // want `migration: it is reached only from backfill`

type filler interface{ fillIn() }

type box struct{}

// Others may call it by the interface.
func (box) fillIn() { here() }

func addIndex(db *sql.DB) {
	db.Exec("CREATE INDEX IF NOT EXISTS orders_net_idx ON orders (net)")
	here() // want `migration`
	box{}.fillIn()
	Exported()
}

func Exported() { here() }

// The start of a program is not all of it.
func start() {
	db, _ := sql.Open("postgres", "")
	db.Exec("CREATE TABLE IF NOT EXISTS seen (id bigint)")
	here() // want `migration`
	listen(db)
}

func listen(db *sql.DB) { here() }

// What is made is run elsewhere.
func maker(db *sql.DB) func() {
	db.Exec("CREATE TABLE IF NOT EXISTS made (id bigint)")
	return func() { here() }
}

// Daily work.

func work(db *sql.DB, tenant string) {
	db.Exec("CREATE TEMP TABLE picked (id bigint)")
	db.Exec("CREATE INDEX ON picked (id)")
	here()
}

func rebuild(db *sql.DB) {
	db.Exec("DROP TABLE IF EXISTS totals")
	db.Exec("CREATE TABLE totals (id bigint)")
	here()
}

func tenant(db *sql.DB, name string) {
	db.Exec("CREATE TABLE " + name + " (id bigint)")
	here()
}

func partition(db *sql.DB) {
	db.Exec("CREATE TABLE visits_2 PARTITION OF visits FOR VALUES FROM (1) TO (2)")
	db.Exec("ALTER TABLE visits DETACH PARTITION visits_1")
	db.Exec("CREATE TABLE found AS SELECT 1")
	here()
}

// It writes down what was migrated.
func record(db *sql.DB, v int) {
	db.Exec("INSERT INTO schema_migrations (version) VALUES ($1)", v)
	here() // want `migration`
}

func health(db *sql.DB) {
	db.Query("SELECT version FROM schema_migrations")
	here()
}
