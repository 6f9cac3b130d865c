// Package batches has functions that take many elements and need one round
// trip.
package batches

import (
	"context"
	"database/sql"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

type Store struct{ db *sql.DB }

func (s *Store) names(ids []int64) (map[int64]string, error) {
	rows, err := s.db.Query("SELECT id, name FROM users WHERE id = ANY($1)", pq.Array(ids))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names := make(map[int64]string)
	for rows.Next() {
		var (
			id   int64
			name string
		)
		if err := rows.Scan(&id, &name); err != nil {
			return nil, err
		}
		names[id] = name
	}
	return names, rows.Err()
}

// It takes many, and is given one.
func (s *Store) oneEach(ids []int64) {
	for _, id := range ids {
		s.names([]int64{id}) // want `^the query SELECT users runs once per iteration of the loop at line 39, via \(\*Store\)\.names -> db\.Query \(batches\.go:18\): the function takes many at once: call it once with all of them \[nplusone\]$`
	}
}

func (s *Store) chunked(ids []int64) {
	for chunk := range slices.Chunk(ids, 500) {
		s.names(chunk)
	}
}

func (s *Store) stepping(ids []int64) {
	const size = 500
	for i := 0; i < len(ids); i += size {
		s.names(ids[i:min(i+size, len(ids))])
	}
}

func (s *Store) cutting(ids []int64) {
	for len(ids) > 0 {
		n := min(500, len(ids))
		s.names(ids[:n])
		ids = ids[n:]
	}
}

func (s *Store) flushing(ids []int64) {
	var batch []int64
	for _, id := range ids {
		batch = append(batch, id)
		if len(batch) == 500 {
			s.names(batch)
			batch = batch[:0]
		}
	}
	s.names(batch)
}

// The chunk is read at once, its rows are written one by one.
func (s *Store) chunkedRows(ids []int64) {
	for chunk := range slices.Chunk(ids, 500) {
		names, _ := s.names(chunk)
		for id, name := range names {
			s.db.Exec("UPDATE names SET name = $2 WHERE id = $1", id, name) // want `^the query UPDATE names runs once per iteration of the loop at line 81: write all at once with WHERE … = ANY\(\$1\), or UPDATE … FROM \(VALUES …\) if the values differ \[nplusone\]$`
		}
	}
}

// A group for each team, as many as there are teams.
func (s *Store) groups(teams map[int64][]int64) {
	for _, members := range teams {
		s.names(members) // want `^the query SELECT users runs once per iteration of the loop at line 89, via \(\*Store\)\.names -> db\.Query \(batches\.go:18\): the function takes many at once: call it once with all of them \[nplusone\]$`
	}
}

// Queued, and sent once.
func queued(ctx context.Context, conn *pgx.Conn, ids []int64) error {
	b := new(pgx.Batch)
	for _, id := range ids {
		b.Queue("DELETE FROM users WHERE id = $1", id)
	}
	return conn.SendBatch(ctx, b).Close()
}

// Sent each time.
func sent(ctx context.Context, conn *pgx.Conn, ids []int64) {
	for _, id := range ids {
		b := new(pgx.Batch)
		b.Queue("DELETE FROM users WHERE id = $1", id)
		conn.SendBatch(ctx, b).Close() // want `^a statement that writes runs once per iteration of the loop at line 105: the function takes many at once: call it once with all of them \[nplusone\]$`
	}
}

// The results of a batch are read, not asked for.
func results(ctx context.Context, conn *pgx.Conn, ids []int64) error {
	b := new(pgx.Batch)
	for _, id := range ids {
		b.Queue("SELECT name FROM users WHERE id = $1", id)
	}
	res := conn.SendBatch(ctx, b)
	defer res.Close()
	for range ids {
		var name string
		if err := res.QueryRow().Scan(&name); err != nil {
			return err
		}
	}
	return nil
}

// COPY sends its rows as a stream.
func copied(tx *sql.Tx, names []string) error {
	stmt, err := tx.Prepare(pq.CopyIn("users", "name"))
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, err := stmt.Exec(name); err != nil {
			return err
		}
	}
	if _, err := stmt.Exec(); err != nil {
		return err
	}
	return stmt.Close()
}

func copiedFrom(ctx context.Context, conn *pgx.Conn, names []string) error {
	rows := make([][]any, 0, len(names))
	for _, name := range names {
		rows = append(rows, []any{name})
	}
	_, err := conn.CopyFrom(ctx, pgx.Identifier{"users"}, []string{"name"}, pgx.CopyFromRows(rows))
	return err
}

// sqlx.In and Rebind only build text.
func built(db *sqlx.DB, groups [][]int64) (queries []string, err error) {
	for _, ids := range groups {
		q, _, err := sqlx.In("SELECT name FROM users WHERE id IN (?)", ids)
		if err != nil {
			return nil, err
		}
		queries = append(queries, db.Rebind(q))
	}
	return queries, nil
}
