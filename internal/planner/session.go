//go:build unix

package planner

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
)

// A session is one connection. It is used by one goroutine.
type session struct{ conn *pgconn.PgConn }

// exec runs a text of one or more statements.
func (s session) exec(ctx context.Context, sql string) error {
	_, err := s.rows(ctx, sql)
	return err
}

// rows runs a text and returns what its last statement that has rows returns:
// values as text, "" for null.
func (s session) rows(ctx context.Context, sql string) ([][]string, error) {
	results, err := s.conn.Exec(ctx, sql).ReadAll()
	if err != nil {
		return nil, err
	}
	var out [][]string
	for _, r := range results {
		if len(r.FieldDescriptions) == 0 {
			continue
		}
		out = make([][]string, len(r.Rows))
		for i, row := range r.Rows {
			out[i] = make([]string, len(row))
			for j, v := range row {
				out[i][j] = string(v)
			}
		}
	}
	return out, nil
}

// value returns the first column of the first row, "" if there is none.
func (s session) value(ctx context.Context, sql string) (string, error) {
	rows, err := s.rows(ctx, sql)
	if err != nil || len(rows) == 0 || len(rows[0]) == 0 {
		return "", err
	}
	return rows[0][0], nil
}

// prepared is the name of the statement that prepare makes.
const prepared = "q"

// prepare makes a prepared statement in the place of the last one, and returns
// the number of its parameters. The text is one statement: what follows a
// semicolon is refused.
func (s session) prepare(ctx context.Context, sql string) (params int, err error) {
	if err := s.conn.Deallocate(ctx, prepared); err != nil {
		return 0, err
	}
	d, err := s.conn.Prepare(ctx, prepared, sql, nil)
	if err != nil {
		return 0, err
	}
	return len(d.ParamOIDs), nil
}

// one runs one statement and returns its first value.
func (s session) one(ctx context.Context, sql string) (string, error) {
	r := s.conn.ExecParams(ctx, sql, nil, nil, nil, nil).Read()
	if r.Err != nil || len(r.Rows) == 0 || len(r.Rows[0]) == 0 {
		return "", r.Err
	}
	return string(r.Rows[0][0]), nil
}

func (s session) close(ctx context.Context) error {
	if s.conn == nil {
		return nil
	}
	return s.conn.Close(ctx)
}

// refusal returns what the server said, nil if the error is not its word.
func refusal(err error) *pgconn.PgError {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// literal writes a text as SQL does.
func literal(s string) string {
	out := make([]byte, 0, len(s)+3)
	escape := false
	for i := range len(s) {
		switch s[i] {
		case '\'':
			out = append(out, '\'', '\'')
		case '\\':
			out = append(out, '\\', '\\')
			escape = true
		default:
			out = append(out, s[i])
		}
	}
	if escape {
		return fmt.Sprintf("E'%s'", out)
	}
	return fmt.Sprintf("'%s'", out)
}
