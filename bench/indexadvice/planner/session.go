// Package planner answers: what would PostgreSQL do with a statement, and at
// which cost, if it had certain indexes?
//
// It binds the parameters of the workload's statements, explains them, and
// creates hypothetical indexes with HypoPG. It measures costs, not times.
package planner

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/sqlvet/sqlvet/bench/indexadvice/catalog"
	"github.com/sqlvet/sqlvet/bench/indexadvice/shape"
	"github.com/sqlvet/sqlvet/bench/indexadvice/workload"
)

// A Query is a statement that the server can plan.
type Query struct {
	workload.Query
	Info    *shape.Info
	Text    string // as explained: some parameters replaced by values
	Params  int    // parameters left in Text
	Implied bool   // run by the server to keep a foreign key, not by the application
}

// A Session is a connection to the database of one workload.
type Session struct {
	Catalog  *catalog.Catalog
	Explains int  // EXPLAINs so far
	Generic  bool // leave every parameter unknown, as a prepared statement's generic plan does

	ctx   context.Context
	db    *pgx.Conn
	hypo  map[string]hypothetical // by definition
	defs  map[string]string       // name of a hypothetical index -> definition
	size  map[string]int64        // bytes, by definition; kept after an index is dropped
	cache map[string]Plan
}

type hypothetical struct {
	oid  uint32
	name string
}

// Open connects to a database. Its HypoPG indexes are the session's own.
func Open(ctx context.Context, conn string) (*Session, error) {
	cfg, err := pgx.ParseConfig(conn)
	if err != nil {
		return nil, err
	}
	// PREPARE and EXPLAIN EXECUTE are sent as texts of their own.
	cfg.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	db, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	s := &Session{
		ctx: ctx, db: db,
		hypo: map[string]hypothetical{}, defs: map[string]string{}, size: map[string]int64{}, cache: map[string]Plan{},
	}
	for _, q := range []string{
		"SET client_min_messages = error",
		"CREATE EXTENSION IF NOT EXISTS hypopg", "CREATE EXTENSION IF NOT EXISTS pg_trgm", "CREATE EXTENSION IF NOT EXISTS btree_gin",
		"SET hypopg.use_real_oids = on", "SET plan_cache_mode = force_generic_plan",
	} {
		if err := s.Exec(q); err != nil {
			s.Close()
			return nil, err
		}
	}
	return s, s.Reload()
}

// Reload reads the catalog again.
func (s *Session) Reload() (err error) {
	s.Catalog, err = catalog.Load(s.ctx, s.db)
	return err
}

// Close ends the connection.
func (s *Session) Close() { s.db.Close(s.ctx) }

// Exec runs a statement; its error shows the statement.
func (s *Session) Exec(sql string) error {
	if _, err := s.db.Exec(s.ctx, sql); err != nil {
		return fmt.Errorf("%w in %.300s", err, sql)
	}
	return nil
}

// Scan reads the first row of a result.
func (s *Session) Scan(sql string, into ...any) error {
	if err := s.db.QueryRow(s.ctx, sql).Scan(into...); err != nil {
		return fmt.Errorf("%w in %.300s", err, sql)
	}
	return nil
}

// Strings reads the first column of a result.
func (s *Session) Strings(sql string) ([]string, error) {
	rows, err := s.db.Query(s.ctx, sql)
	if err != nil {
		return nil, fmt.Errorf("%w in %.300s", err, sql)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// Try runs f inside of a transaction, or of a savepoint of the one that is
// open, and takes back what it did.
func (s *Session) Try(f func() error) error {
	begin, end := "BEGIN", "ROLLBACK"
	if s.db.PgConn().TxStatus() != 'I' {
		begin, end = "SAVEPOINT try", "ROLLBACK TO SAVEPOINT try; RELEASE SAVEPOINT try"
	}
	if err := s.Exec(begin); err != nil {
		return err
	}
	err := f()
	if e := s.Exec(end); e != nil && err == nil {
		err = e
	}
	return err
}

// Attempt runs one statement inside of the open transaction; if it fails, the
// transaction goes on without it.
func (s *Session) Attempt(sql string) error {
	if err := s.Exec("SAVEPOINT attempt"); err != nil {
		return err
	}
	err := s.Exec(sql)
	if err != nil {
		if e := s.Exec("ROLLBACK TO SAVEPOINT attempt"); e != nil {
			return e
		}
	}
	if e := s.Exec("RELEASE SAVEPOINT attempt"); e != nil && err == nil {
		err = e
	}
	return err
}
