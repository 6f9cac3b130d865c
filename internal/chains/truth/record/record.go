// Package record is a database/sql driver that sends nothing: it writes down
// the statements it is given. To what a program asks it answers with no rows,
// or with one row that has the columns that the statement selects.
package record

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"io"
	"regexp"
	"strings"
	"sync"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/sqlvet/sqlvet/internal/pgquery"
)

// A Log is what was sent, in order.
type Log struct {
	// Columns has the columns of each table, for stars.
	Columns map[string][]string
	// Rows makes every query find one row; otherwise only counts do.
	Rows bool
	// Values is what columns hold that are neither keys nor null, by name: for
	// libraries that cannot read null.
	Values map[string]any

	mu   sync.Mutex
	sent []string
}

// Open returns a database handle that writes to the log.
func (l *Log) Open() *sql.DB { return sql.OpenDB(connector{l}) }

// Register makes the log a driver of database/sql.
func (l *Log) Register(name string) { sql.Register(name, connector{l}) }

// Take returns what was sent since the last call, without the statements that
// make and end transactions.
func (l *Log) Take() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := l.sent
	l.sent = nil
	return out
}

var transaction = regexp.MustCompile(`(?i)^\s*(begin|commit|rollback|savepoint|release)\b`)

func (l *Log) add(sql string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !transaction.MatchString(sql) {
		l.sent = append(l.sent, sql)
	}
}

// Query answers a statement: with the columns of its row, and what they hold,
// nil if there is no row.
func (l *Log) Query(text string) (columns []string, row []driver.Value) {
	r := l.query(text)
	return r.columns, r.row
}

func (l *Log) query(text string) *rows {
	l.add(text)
	cols, counts := l.columns(text)
	r := &rows{columns: cols}
	if !l.Rows && !counts {
		return r
	}
	for _, c := range cols {
		r.row = append(r.row, l.value(c))
	}
	return r
}

// value is what a column holds: keys are 1, so that what hangs on them is
// asked for; most others are null.
func (l *Log) value(column string) driver.Value {
	if v, ok := l.Values[column]; ok {
		return v
	}
	one := int64(0)
	if l.Rows {
		one = 1
	}
	switch {
	case column == "exists":
		return l.Rows
	case column == "count", column == "sum", column == "max", column == "min", column == "?column?":
		return one
	case column == "id", strings.HasSuffix(column, "_id"), strings.HasSuffix(column, "__id"):
		return int64(1)
	}
	return nil
}

// columns returns the names of the columns that a statement returns; counts
// tells that it returns one row whatever the tables hold.
func (l *Log) columns(text string) (names []string, counts bool) {
	res, err := pgquery.Parse(text)
	if err != nil || len(res.Stmts) == 0 {
		return nil, false
	}
	var list, from []*pg.Node
	switch n := res.Stmts[len(res.Stmts)-1].Stmt; {
	case n.GetSelectStmt() != nil:
		s := n.GetSelectStmt()
		for s.Larg != nil {
			s = s.Larg
		}
		list, from = s.TargetList, s.FromClause
		counts = len(s.GroupClause) == 0
	case n.GetInsertStmt() != nil:
		s := n.GetInsertStmt()
		list, from = s.ReturningList, []*pg.Node{{Node: &pg.Node_RangeVar{RangeVar: s.Relation}}}
	case n.GetUpdateStmt() != nil:
		s := n.GetUpdateStmt()
		list, from = s.ReturningList, []*pg.Node{{Node: &pg.Node_RangeVar{RangeVar: s.Relation}}}
	case n.GetDeleteStmt() != nil:
		s := n.GetDeleteStmt()
		list, from = s.ReturningList, []*pg.Node{{Node: &pg.Node_RangeVar{RangeVar: s.Relation}}}
	}
	for _, n := range list {
		t := n.GetResTarget()
		name := "?column?"
		switch v := t.GetVal(); {
		case v.GetColumnRef() != nil:
			fields := v.GetColumnRef().Fields
			last := fields[len(fields)-1]
			if last.GetAStar() != nil {
				names = append(names, l.star(from)...)
				counts = false
				continue
			}
			name, counts = last.GetString_().GetSval(), false
		case v.GetFuncCall() != nil:
			fn := v.GetFuncCall().Funcname
			name = fn[len(fn)-1].GetString_().GetSval()
			counts = counts && name == "count"
		case v.GetSubLink() != nil:
			name = "exists"
		default:
			counts = false
		}
		if t.GetName() != "" {
			name = t.GetName()
		}
		names = append(names, name)
	}
	return names, counts && len(names) > 0
}

func (l *Log) star(from []*pg.Node) []string {
	var out []string
	for _, n := range from {
		switch {
		case n.GetRangeVar() != nil:
			out = append(out, l.Columns[n.GetRangeVar().Relname]...)
		case n.GetJoinExpr() != nil:
			out = append(out, l.star([]*pg.Node{n.GetJoinExpr().Larg, n.GetJoinExpr().Rarg})...)
		}
	}
	return out
}

type rows struct {
	columns []string
	row     []driver.Value
}

func (r *rows) Columns() []string { return r.columns }
func (r *rows) Close() error      { return nil }

func (r *rows) Next(dest []driver.Value) error {
	if r.row == nil {
		return io.EOF
	}
	copy(dest, r.row)
	r.row = nil
	return nil
}

type connector struct{ log *Log }

func (c connector) Connect(context.Context) (driver.Conn, error) { return conn(c), nil }
func (c connector) Driver() driver.Driver                        { return c }
func (c connector) Open(string) (driver.Conn, error)             { return conn(c), nil }

type conn struct{ log *Log }

func (c conn) Prepare(query string) (driver.Stmt, error) { return stmt{c, query}, nil }
func (c conn) Close() error                              { return nil }
func (c conn) Begin() (driver.Tx, error)                 { return c, nil }
func (c conn) Commit() error                             { return nil }
func (c conn) Rollback() error                           { return nil }
func (c conn) Ping(context.Context) error                { return nil }
func (c conn) CheckNamedValue(*driver.NamedValue) error  { return nil }
func (c conn) LastInsertId() (int64, error)              { return 1, nil }

// RowsAffected is what the tables hold: Save of gorm writes a row that is not
// there.
func (c conn) RowsAffected() (int64, error) {
	if c.log.Rows {
		return 1, nil
	}
	return 0, nil
}

func (c conn) BeginTx(context.Context, driver.TxOptions) (driver.Tx, error) {
	return c, nil
}

func (c conn) QueryContext(_ context.Context, query string, _ []driver.NamedValue) (driver.Rows, error) {
	return c.log.query(query), nil
}

func (c conn) ExecContext(_ context.Context, query string, _ []driver.NamedValue) (driver.Result, error) {
	c.log.add(query)
	return c, nil
}

type stmt struct {
	conn
	query string
}

func (s stmt) NumInput() int { return -1 }

func (s stmt) Exec([]driver.Value) (driver.Result, error) {
	s.log.add(s.query)
	return s.conn, nil
}

func (s stmt) Query([]driver.Value) (driver.Rows, error) { return s.log.query(s.query), nil }
