package apis

import (
	"fmt"
	"go/types"
	"strings"
	"testing"
)

// Each rule is shown functions it must know, with what it must say of them,
// and functions that look alike and are something else.

func TestRules(t *testing.T) {
	pkg := source(t, `
	import ("context"; "database/sql")

	// A program's own interface over its handle, and a wrapper.
	type DBTX interface {
		QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
		QueryRow(string, ...any) *sql.Row
		ExecContext(context.Context, string, ...any) (sql.Result, error)
		PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
		NamedExec(query string, arg any) (sql.Result, error)
		Get(dest any, query string, args ...any) error
		SelectContext(ctx context.Context, dest any, query string, args ...any) error
		GetUnnamed(any, string, ...any) error
	}
	type Rows interface { Next() bool; Scan(dest ...any) error }
	type Tag struct{}
	func (Tag) RowsAffected() int64 { return 0 }
	type CommandTag = Tag
	type ExecResult struct{ Tag }
	type Store struct{ DB *sql.DB }
	func (s *Store) Query(ctx context.Context, q string, args ...any) (Rows, error) { return nil, nil }
	func (s *Store) QueryCount(ctx context.Context, sqlStr string, args ...any) (Rows, error) { return nil, nil }
	func (s *Store) ExecAll(ctx context.Context, query string, args ...any) (ExecResult, error) { return ExecResult{}, nil }
	func (s *Store) Exec(ctx context.Context, query string, args ...any) (int64, error) { return 0, nil }
	func (s *Store) fetch(query string, args ...any) (*sql.Rows, error) { return nil, nil }
	func ExecOn(db *sql.DB, query string, args ...any) error { return nil }
	func One[T any](db DBTX, dest *T, query string, args ...any) error { return nil }

	type Builder interface { Query(query any, args ...any) (*sql.Rows, error) }

	type Described struct{ SQL string }
	type StatementDescription Described
	type Conn interface { Prepare(ctx context.Context, name, sql string) (*StatementDescription, error) }
	type NamedStmt struct{}
	func (*NamedStmt) Exec(arg any) (sql.Result, error) { return nil, nil }
	func (*NamedStmt) Get(dest, arg any) error { return nil }
	func (*NamedStmt) MustExec(args ...any) sql.Result { return nil }
	func (*NamedStmt) QueryRowx(args ...any) *sql.Row { return nil }

	type StmtCache struct{}
	func (*StmtCache) Exec(query string, args ...any) (sql.Result, error) { return nil, nil }
	func (DBTXStruct) ScanVals(v any, query string, args ...any) error { return nil }
	func (DBTXStruct) ScanVal(v any, query string, args ...any) (bool, error) { return false, nil }
	type DBTXStruct struct{}

	type Tx interface { DBTX; Commit(ctx context.Context) error; Rollback(ctx context.Context) error }
	type DB struct{}
	func (DB) Begin(ctx context.Context) (Tx, error) { return nil, nil }
	func (DB) MustBegin() *sql.Tx { return nil }
	func (DB) Tx(ctx context.Context) (Tx, error) { return nil, nil }
	func (DB) RunInTx(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error { return nil }
	func (DB) Atomic(ctx context.Context, fn func(ctx context.Context) error) error { return nil }
	func (DB) WithTransaction(fn func(q *Store) (int, error)) (int, error) { return 0, nil }
	func Apply(db *sql.DB, name string, fn func(*sql.Tx) error) error { return nil }

	type Batch struct{}
	func (*Batch) Queue(query string, args ...any) {}
	type Sender interface { SendBatch(ctx context.Context, b *Batch) Rows }
	`)
	for name, want := range map[string]string{
		"DBTX.QueryContext":   "R1.query query sql=1 args=2",
		"DBTX.QueryRow":       "R1.query query_row sql=0 args=1",
		"DBTX.ExecContext":    "R1.exec exec sql=1 args=2",
		"DBTX.PrepareContext": "R1.prepare prepare sql=1",
		"DBTX.NamedExec":      "R1c.named exec sql=0 args=1 named",
		"DBTX.Get":            "R3.dest query_row sql=1 args=2 dest=0",
		"DBTX.SelectContext":  "R3.dest query sql=2 args=3 dest=1",
		"DBTX.GetUnnamed":     "R3.dest query_row sql=1 args=2 dest=0",
		"Store.Query":         "R1.query query sql=1 args=2",
		"Store.QueryCount":    "R1.query query sql=1 args=2",
		"Store.ExecAll":       "R1.exec exec sql=1 args=2",
		"Store.Exec":          "R1.exec exec sql=1 args=2",
		"Store.fetch":         "R1.query query sql=0 args=1",
		"ExecOn":              "R1.exec exec sql=1 args=2",
		"One":                 "R3.dest query_row sql=2 args=3 dest=1",
		"Builder.Query":       "R1b.anysql query sql=0 args=1",
		"Conn.Prepare":        "R1.prepare prepare sql=2",
		"NamedStmt.Exec":      "R2.stmt exec args=0",
		"NamedStmt.Get":       "R2.stmt query_row args=1 dest=0",
		"NamedStmt.MustExec":  "R2.stmt exec args=0",
		"NamedStmt.QueryRowx": "R2.stmt query_row args=0",
		"StmtCache.Exec":      "R1.exec exec sql=0 args=1",
		"DBTXStruct.ScanVal":  "R3.dest query_row sql=1 args=2 dest=0",
		"DBTXStruct.ScanVals": "R3.dest query sql=1 args=2 dest=0",
		"DB.Begin":            "R5.begin begin",
		"DB.Tx":               "R5.begin begin",
		"DB.MustBegin":        "R5.begin begin",
		"Tx.Commit":           "R6.end commit",
		"Tx.Rollback":         "R6.end rollback",
		"DB.RunInTx":          "R4.tx_closure tx_closure fn=1 tx=1 ctx=0",
		"Apply":               "R4.tx_closure tx_closure fn=2 tx=0",
		"DB.Atomic":           "R4c.named_closure tx_closure fn=1 ctx=0",
		"DB.WithTransaction":  "R4c.named_closure tx_closure fn=0 tx=0",
		"Sender.SendBatch":    "R7.batch send_batch query=1",
	} {
		got, ok := Lookup(function(t, pkg, name))
		if !ok {
			t.Errorf("%s: no rule knows it, want %s", name, want)
		} else if got := summary(got); got != want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, want)
		}
	}
}

// summary writes the fields of an answer that a rule can set.
func summary(a API) string {
	out := a.Rule + " " + string(a.Role)
	for _, f := range []struct {
		name string
		pos  int
	}{
		{"sql", a.SQLArg}, {"args", a.ArgsStart}, {"dest", a.DestArg}, {"query", a.QueryArg}, {"executor", a.ExecutorArg},
		{"fn", a.FnArg}, {"tx", a.TxParam}, {"ctx", a.CtxParam}, {"row_fn", a.RowFn}, {"batch_fn", a.BatchFn},
	} {
		if f.pos != None {
			out += fmt.Sprintf(" %s=%d", f.name, f.pos)
		}
	}
	if a.Named {
		out += " named"
	}
	if !a.RoundTrip {
		out += " no roundtrip"
	}
	return out
}

// TestRulesStaySilent holds what looks like a database call and is none.
func TestRulesStaySilent(t *testing.T) {
	pkg := source(t, `
	import ("context"; "database/sql"; "github.com/gocql/gocql"; "go.etcd.io/bbolt"; "gorm.io/gorm")

	// Shells, logs, assertions, errors, templates, HTTP, GraphQL, Cypher.
	type Shell interface {
		Exec(cmd string, args ...any) error
		ExecCommand(name string, args ...any) (int, error)
		Execute(query string, args ...any) error
		QueryRow(format string, args ...any) string
	}
	func Wrapf(err error, format string, args ...any) error { return nil }
	func Logf(v any, format string, args ...any) error { return nil }
	func Containsf(v any, query string, args ...any) bool { return false }
	func GetJSON(out any, url string, args ...any) error { return nil }
	func GetKey(out any, key string, parts ...any) error { return nil }
	func SelectNode(out any, s string, parts ...any) error { return nil }
	type Graph interface {
		Query(ctx context.Context, query string, vars map[string]any) (*Rows, error)
		Run(ctx context.Context, cypher string, args ...any) (Rows, error)
	}

	// A word-processor's rows, a table printer's, a result without counts.
	type Rows struct{}
	func (*Rows) Scan(dest []any) error { return nil }
	type Result struct{}
	func Table(query string, args ...any) *Rows { return nil }
	func QueryPage(query string, args ...any) (*Result, error) { return nil, nil }
	func ExecJob(job string, args ...any) (*Result, error) { return nil, nil }

	// SQL handles, but not SQL text.
	type Store struct{ DB *sql.DB }
	func (s *Store) byID(id string, args ...any) *sql.Row { return nil }
	func (s *Store) Find(where string, args ...any) (*sql.Rows, error) { return nil, nil }
	func (s *Store) QueryWhere(cond string, args ...any) (*sql.Rows, error) { return nil, nil }
	func (s *Store) Queryf(query string, args ...any) (*sql.Rows, error) { return nil, nil }
	func (s *Store) QueryOpts(query string, opts ...Option) (*sql.Rows, error) { return nil, nil }
	func (s *Store) PrepareByName(stmtName string) (*sql.Stmt, error) { return nil, nil }
	func (s *Store) Tx() *sql.Tx { return nil }
	func (s *Store) PrepareRows(query string) (*sql.Rows, error) { return nil, nil }
	type Option any

	// CQL: the query has Scan, and a wrapper of the session looks like a DBTX.
	type Session = gocql.Session
	type Cassandra interface {
		Query(stmt string, values ...any) *gocql.Query
		QueryRow(stmt string, values ...any) gocql.Scanner
		Exec(stmt string, values ...any) error
	}

	// Key-value transactions, and a user's wrapper of one.
	type Bolt = bbolt.DB
	type BoltTx = bbolt.Tx
	type Wrapped struct{ *bbolt.Tx }
	func BeginWrapped() (*Wrapped, error) { return nil, nil }
	func WithBolt(fn func(*Wrapped) error) error { return nil }

	// Commit and Rollback of something else.
	type Editor interface { Commit(message string) error; Rollback(steps int) error }
	func BeginEdit() Editor { return nil }
	type Repo interface { Commit(ctx context.Context) error }

	// Closures that are not run in a transaction of their own.
	func EachDB(fn func(db *gorm.DB) error) error { return nil }
	func SignTx(fn func() error) error { return nil }
	func SendTransaction(fn func() error) error { return nil }
	func OnCommit(fn func(tx *sql.Tx) error) error { return nil }
	func WithTxLogger(fn func()) error { return nil }
	func Scoped(fn func(tx *sql.Tx)) error { return nil }

	type Stmt struct{} // of a syntax tree
	func (Stmt) Exec(args ...any) error { return nil }
	func (Stmt) Query(args ...any) error { return nil }

	type Batch struct{}
	type Telemetry interface { SendBatch(ctx context.Context, b *Batch) error }
	`)
	for _, name := range strings.Fields(`
		Shell.Exec Shell.ExecCommand Shell.Execute Shell.QueryRow Wrapf Logf Containsf GetJSON GetKey SelectNode Graph.Query Graph.Run
		Table QueryPage ExecJob Rows.Scan
		Store.byID Store.Find Store.QueryWhere Store.Queryf Store.QueryOpts Store.Tx Store.PrepareByName Store.PrepareRows
		Session.Query Session.Exec Cassandra.Query Cassandra.QueryRow Cassandra.Exec
		Bolt.Begin Bolt.Update BoltTx.Commit Wrapped.Rollback BeginWrapped WithBolt
		Editor.Commit Editor.Rollback BeginEdit Repo.Commit
		EachDB SignTx SendTransaction OnCommit WithTxLogger Scoped
		Stmt.Exec Stmt.Query Telemetry.SendBatch
	`) {
		if got, ok := Lookup(function(t, pkg, name)); ok {
			t.Errorf("%s: %s", name, summary(got))
		}
	}
}

func TestIsTx(t *testing.T) {
	pkg := source(t, `
	import ("database/sql"; "go.etcd.io/bbolt"; "gorm.io/gorm")
	type SQL = sql.Tx
	type Embedding struct{ *sql.Tx }
	type Gorm = gorm.DB
	type GormStatement struct{ *gorm.DB }
	type Bolt = bbolt.Tx
	type Work interface { Commit() error; Rollback() error; Users() int }
	type Half interface { Commit() error }
	`)
	for name, want := range map[string][2]bool{
		"SQL": {true, false}, "Embedding": {true, false}, "Gorm": {true, true}, "GormStatement": {true, true}, "Work": {true, false},
		"Bolt": {false, false}, "Half": {false, false},
	} {
		typ := pkg.Scope().Lookup(name).Type()
		if !types.IsInterface(typ) {
			typ = types.NewPointer(typ)
		}
		if tx, handle := IsTx(typ); tx != want[0] || handle != want[1] {
			t.Errorf("%s: %v, %v; want %v", name, tx, handle, want)
		}
	}
}

// TestStandardLibrary: outside database/sql no function of the standard
// library is a database call.
func TestStandardLibrary(t *testing.T) {
	mu.Lock()
	defer mu.Unlock()
	functions := 0
	for path := range stdFiles() {
		pkg, err := std.Import(path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		for fn := range allFunctions(pkg) {
			functions++
			if api, ok := BySignature(fn); ok && !strings.HasPrefix(path, "database/sql") {
				t.Errorf("%s: %s", fn.FullName(), summary(api))
			}
		}
	}
	if functions < 10000 {
		t.Errorf("only %d functions were looked at", functions)
	}
}
