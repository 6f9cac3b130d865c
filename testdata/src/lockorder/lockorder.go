package lockorder

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"sort"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/lib/pq"
)

func seats(ctx context.Context, tx *sql.Tx, taken map[int]string) error {
	for seat, who := range taken {
		if _, err := tx.ExecContext(ctx, "UPDATE seats SET who = $2 WHERE id = $1", seat, who); err != nil { // want `the query UPDATE seats locks rows in the order of a map \(the loop at line 17\)`
			return err
		}
	}
	return nil
}

type store struct{ db *sql.DB }

func (s *store) free(ctx context.Context, tx *sql.Tx, seat int) error {
	_, err := tx.ExecContext(ctx, "DELETE FROM seats WHERE id = $1", seat)
	return err
}

func (s *store) helper(ctx context.Context, taken map[int]string) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var list []int
	for seat := range taken {
		list = append(list, seat)
	}
	for _, seat := range list {
		if err := s.free(ctx, tx, seat); err != nil { // want `the query DELETE seats by .*free -> .* locks rows in the order of a map`
			return err
		}
	}
	return tx.Commit()
}

func keys(ctx context.Context, tx pgx.Tx, taken map[int]string) error {
	for seat := range maps.Keys(taken) {
		if _, err := tx.Exec(ctx, "SELECT 1 FROM seats WHERE id = $1 FOR UPDATE", seat); err != nil { // want `locks rows in the order of a map`
			return err
		}
	}
	return nil
}

func batch(ctx context.Context, db *pgxpool.Pool, taken map[int]string) error {
	b := new(pgx.Batch)
	for seat, who := range taken {
		b.Queue("UPDATE seats SET who = $2 WHERE id = $1", seat, who) // want `the statement that is queued locks rows in the order of a map .* inside one batch`
	}
	return db.SendBatch(ctx, b).Close()
}

func upsert(ctx context.Context, db *sql.DB, taken map[int]string) error {
	var ids []int
	var names []string
	for seat, who := range taken {
		ids, names = append(ids, seat), append(names, who)
	}
	_, err := db.ExecContext(ctx, "INSERT INTO seats (id, who) SELECT * FROM unnest($1::int[], $2::text[]) ON CONFLICT (id) DO UPDATE SET who = excluded.who", pq.Array(ids), pq.Array(names)) // want `the rows of this upsert are locked in the order of a map \(line 70\)`
	return err
}

// Right: sorted keys, one after the other outside of a transaction, a plain
// INSERT, a transaction for each, the same row each time.

func sorted(ctx context.Context, tx *sql.Tx, taken map[int]string) error {
	for _, seat := range slices.Sorted(maps.Keys(taken)) {
		if _, err := tx.ExecContext(ctx, "UPDATE seats SET who = $2 WHERE id = $1", seat, taken[seat]); err != nil {
			return err
		}
	}
	list := make([]int, 0, len(taken))
	for seat := range taken {
		list = append(list, seat)
	}
	sort.Slice(list, func(i, j int) bool { return list[i] < list[j] })
	for _, seat := range list {
		if _, err := tx.ExecContext(ctx, "UPDATE seats SET who = $2 WHERE id = $1", seat, taken[seat]); err != nil {
			return err
		}
	}
	return nil
}

func alone(ctx context.Context, db *sql.DB, taken map[int]string) error {
	for seat, who := range taken {
		if _, err := db.ExecContext(ctx, "UPDATE seats SET who = $2 WHERE id = $1", seat, who); err != nil {
			return err
		}
	}
	return nil
}

func plain(ctx context.Context, tx *sql.Tx, taken map[int]string) error {
	for seat, who := range taken {
		if _, err := tx.ExecContext(ctx, "INSERT INTO history (seat, who) VALUES ($1, $2)", seat, who); err != nil {
			return err
		}
	}
	return nil
}

func each(ctx context.Context, db *sql.DB, taken map[int]string) error {
	for seat, who := range taken {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE seats SET who = $2 WHERE id = $1", seat, who); err != nil {
			tx.Rollback()
			return err
		}
		if err := tx.Commit(); err != nil {
			return err
		}
	}
	return nil
}

func oneRow(ctx context.Context, tx *sql.Tx, hall int, taken map[int]string) error {
	for range taken {
		if _, err := tx.ExecContext(ctx, "UPDATE halls SET free = free - 1 WHERE id = $1", hall); err != nil {
			return err
		}
	}
	return nil
}

func fromSlice(ctx context.Context, tx *sql.Tx, list []int, names map[int]string) error {
	for _, seat := range list {
		if _, err := tx.ExecContext(ctx, "UPDATE seats SET who = $2 WHERE id = $1", seat, strings.TrimSpace(names[seat])); err != nil {
			return err
		}
	}
	return nil
}

func ignored(ctx context.Context, db *sql.DB, taken map[int]string) error {
	var ids []int
	for seat := range taken {
		ids = append(ids, seat)
	}
	_, err := db.ExecContext(ctx, "INSERT INTO seats (id) SELECT unnest($1::int[]) ON CONFLICT DO NOTHING", pq.Array(ids))
	return err
}

func claim(db *sql.DB, hall int) {
	db.QueryRow("SELECT id FROM jobs WHERE state = 'new' ORDER BY id LIMIT 1 FOR UPDATE")                                                       // want `workers that run this wait for each other`
	db.Exec("UPDATE jobs SET state = 'taken' WHERE id = (SELECT id FROM jobs WHERE state = 'new' ORDER BY id LIMIT 1 FOR UPDATE) RETURNING id") // want `workers that run this wait for each other`
}

func claimed(db *sql.DB, hall int) {
	db.QueryRow("SELECT id FROM jobs WHERE state = 'new' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED")
	db.QueryRow("SELECT id FROM jobs WHERE hall = $1 ORDER BY id LIMIT 1 FOR UPDATE", hall)
	db.QueryRow("SELECT id FROM jobs ORDER BY id LIMIT 1 FOR UPDATE NOWAIT")
	db.QueryRow("SELECT id FROM jobs ORDER BY id LIMIT 1")
}
