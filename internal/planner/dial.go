//go:build unix

package planner

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/internal/pgserver"
	"github.com/sqlvet/sqlvet/internal/plans"
	"github.com/sqlvet/sqlvet/internal/sqlpattern"
)

// A Server plans statements.
type Server interface {
	Version() string
	Facts() plans.Facts
	Prepare(ctx context.Context, sql string, bound sqlpattern.Bound) (*Statement, error)
	Explain(ctx context.Context, st *Statement) (*plans.Node, error)
	ExplainDeep(ctx context.Context, st *Statement) (*plans.Node, error)
	Close() error
}

// A Database is one that somebody else keeps. Nothing is written to it: its
// sessions are read-only, and statements are planned, not run, unless that is
// asked for.
type Database struct {
	*Box
	version string
	analyze bool
}

// timeout bounds what each question may take on a database in use.
const timeout = "5s"

// Dial connects to a database. With analyze, queries are run that change
// nothing and whose parameters have known values. Errors do not show the
// connection string.
func Dial(ctx context.Context, dsn string, analyze bool) (*Database, error) {
	conn, err := pgserver.Dial(ctx, dsn, map[string]string{
		"default_transaction_read_only": "on", "statement_timeout": timeout, "lock_timeout": "1s", "application_name": "sqlvet",
		"plan_cache_mode": "force_generic_plan", "max_parallel_workers_per_gather": "0",
	})
	if err != nil {
		return nil, err
	}
	db := &Database{Box: &Box{app: session{conn}, admin: session{conn}}, analyze: analyze}
	if err := db.read(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// read reads the tables with the sizes that the server assumes.
func (db *Database) read(ctx context.Context) error {
	var err error
	if db.version, err = db.app.value(ctx, "SHOW server_version"); err != nil {
		return err
	}
	db.version, _, _ = strings.Cut(db.version, " ") // less who packaged it
	rows, err := db.app.rows(ctx, `SELECT n.nspname, c.relname, c.relkind, greatest(c.reltuples, 0), c.relpages FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema' ORDER BY n.nspname <> 'public', n.nspname, c.relname`)
	if err != nil {
		return err
	}
	for _, r := range rows {
		t := &Table{Schema: r[0], Name: r[1], Kind: r[2]}
		t.Rows, _ = strconv.ParseFloat(r[3], 64) // Have: numbers of the catalog.
		t.Pages = int64(number(r[4]))
		db.Tables = append(db.Tables, t)
	}
	return nil
}

// Version is the server's.
func (db *Database) Version() string { return db.version }

// Close ends the connection.
func (db *Database) Close() error { return db.app.close(context.Background()) }
