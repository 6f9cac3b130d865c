package pgserver

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// oldest is the oldest version of PostgreSQL that is asked, as
// server_version_num has it.
const oldest = 100000

// A Session asks a database that somebody else keeps, in one read-only
// transaction that ends by itself when it takes too long, until a question
// fails: then Err is set, and nothing more is asked.
type Session struct {
	Version int // as server_version_num has it
	Err     error

	ctx  context.Context
	conn *pgconn.PgConn
}

// NewSession is a session on a connection as it is, without a transaction.
func NewSession(ctx context.Context, conn *pgconn.PgConn) *Session {
	return &Session{ctx: ctx, conn: conn}
}

// Open connects under the name of an application. Errors do not show the
// connection string.
func Open(ctx context.Context, dsn, application string) (*Session, error) {
	conn, err := Dial(ctx, dsn, map[string]string{"application_name": application})
	if err != nil {
		return nil, err
	}
	s := NewSession(ctx, conn)
	// A transaction's settings pass through a connection pooler, those of a
	// session may not.
	s.Rows(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = '30s'; SET LOCAL lock_timeout = '1s';
		SET LOCAL search_path = pg_catalog; SET LOCAL timezone = 'UTC'; SET LOCAL DateStyle = 'ISO'`)
	s.Version, _ = strconv.Atoi(s.Value("SHOW server_version_num"))
	if s.Err == nil && s.Version < oldest {
		s.Err = &pgconn.PgError{Message: fmt.Sprintf("it is PostgreSQL %d, want %d or newer", s.Version/10000, oldest/10000)}
	}
	if s.Err != nil {
		return nil, s.Close()
	}
	return s, nil
}

// Close ends the transaction and the connection, and says why a question
// failed.
func (s *Session) Close() error {
	s.Rows("ROLLBACK")
	defer s.conn.Close(context.WithoutCancel(s.ctx))
	if s.Err == nil {
		return nil
	}
	if e, ok := errors.AsType[*pgconn.PgError](s.Err); ok {
		return fmt.Errorf("the server of -dsn says: %s", e.Message)
	}
	return errors.New("the connection to the server of -dsn was lost")
}

// Rows returns the rows of the last statement of a text that has some, with ""
// for null.
func (s *Session) Rows(sql string) (out [][]string) {
	if s.Err != nil {
		return nil
	}
	results, err := s.conn.Exec(s.ctx, sql).ReadAll()
	if err != nil {
		s.Err = err
		return nil
	}
	for _, r := range results {
		if len(r.FieldDescriptions) == 0 {
			continue
		}
		out = make([][]string, len(r.Rows))
		for i, row := range r.Rows {
			for _, v := range row {
				out[i] = append(out[i], string(v))
			}
		}
	}
	return out
}

// Value is the first value that a text returns.
func (s *Session) Value(sql string) string {
	if rows := s.Rows(sql); len(rows) > 0 {
		return rows[0][0]
	}
	return ""
}

// Moment reads a time as a session returns it, in UTC; zero for null.
func Moment(s string) time.Time {
	for _, layout := range []string{"2006-01-02 15:04:05.999999-07", "2006-01-02 15:04:05.999999-07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// Try is Rows for what the server may refuse: it returns the server's reason
// then, and the session goes on.
func (s *Session) Try(sql string) (rows [][]string, refused string) {
	if s.Err != nil {
		return nil, ""
	}
	s.Rows("SAVEPOINT try")
	rows = s.Rows(sql)
	if e, ok := errors.AsType[*pgconn.PgError](s.Err); ok {
		s.Err = nil
		s.Rows("ROLLBACK TO try")
		return nil, e.Message
	}
	return rows, ""
}
