package pgserver

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
)

// Dial connects to a database that somebody else keeps, in a session that
// begins with the parameters. Errors do not show the connection string.
func Dial(ctx context.Context, dsn string, params map[string]string) (*pgconn.PgConn, error) {
	cfg, err := pgconn.ParseConfig(dsn)
	if err != nil {
		return nil, errors.New("-dsn is no connection string of PostgreSQL: want postgres://user@host:port/database, or host=… user=… dbname=…")
	}
	for name, value := range params {
		cfg.RuntimeParams[name] = value
	}
	conn, err := pgconn.ConnectConfig(ctx, cfg)
	if err != nil {
		var e *pgconn.PgError
		if errors.As(err, &e) {
			return nil, fmt.Errorf("the server of -dsn says: %s", e.Message)
		}
		return nil, fmt.Errorf("no connection to the server of -dsn (%s)", cfg.Host)
	}
	return conn, nil
}
