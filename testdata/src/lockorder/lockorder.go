package lockorder

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"time"

	sq "github.com/Masterminds/squirrel"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/lib/pq"
	"github.com/uptrace/bun"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

func seats(ctx context.Context, tx *sql.Tx, taken map[int]string) error {
	for seat, who := range taken {
		if _, err := tx.ExecContext(ctx, "UPDATE seats SET who = $2 WHERE id = $1", seat, who); err != nil { // want `the query UPDATE seats locks rows in the order of a map \(the loop at line \d+\)`
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
	_, err := db.ExecContext(ctx, "INSERT INTO seats (id, who) SELECT * FROM unnest($1::int[], $2::text[]) ON CONFLICT (id) DO UPDATE SET who = excluded.who", pq.Array(ids), pq.Array(names)) // want `the rows of this upsert are locked in the order of a map \(line \d+\)`
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
	db.Query("SELECT id FROM jobs WHERE state = 'new' ORDER BY id LIMIT 200 FOR UPDATE") // once, as far as is seen
	db.QueryRow("SELECT id FROM jobs WHERE state = 'new' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED")
	db.QueryRow("SELECT id FROM jobs WHERE hall = $1 ORDER BY id LIMIT 1 FOR UPDATE", hall)
	db.QueryRow("SELECT id FROM jobs ORDER BY id LIMIT 1 FOR UPDATE NOWAIT")
	db.QueryRow("SELECT id FROM jobs ORDER BY id LIMIT 1")
}

type Seat struct {
	ID  int `gorm:"primaryKey"`
	Who string
}

func records(db *gorm.DB, taken map[int]string) error {
	var list []Seat
	for id, who := range taken {
		list = append(list, Seat{id, who})
	}
	return db.Clauses(clause.OnConflict{UpdateAll: true}).Create(&list).Error // want `the rows of this upsert are locked in the order of a map`
}

func builder(ctx context.Context, db *sql.DB, taken map[int]string) error {
	q := sq.Insert("seats").Columns("id", "who").Suffix("ON CONFLICT (id) DO UPDATE SET who = excluded.who")
	for id, who := range taken {
		q = q.Values(id, who)
	}
	_, err := q.RunWith(db).ExecContext(ctx) // want `the rows of this upsert are locked in the order of a map`
	return err
}

func sortedRecords(db *gorm.DB, taken map[int]string) error {
	var list []Seat
	for id, who := range taken {
		list = append(list, Seat{id, who})
	}
	slices.SortFunc(list, func(a, b Seat) int { return a.ID - b.ID })
	return db.Clauses(clause.OnConflict{UpdateAll: true}).Create(&list).Error
}

func sortedBuilder(ctx context.Context, db *sql.DB, taken map[int]string) error {
	q := sq.Insert("seats").Columns("id", "who").Suffix("ON CONFLICT (id) DO UPDATE SET who = excluded.who")
	for _, id := range slices.Sorted(maps.Keys(taken)) {
		q = q.Values(id, taken[id])
	}
	_, err := q.RunWith(db).ExecContext(ctx)
	return err
}

type relay struct{ db *sql.DB }

func (r relay) run(ctx context.Context, every <-chan time.Time) {
	for range every {
		r.once(ctx)
	}
}

func (r relay) once(ctx context.Context) { r.take(ctx) }

func (r relay) take(ctx context.Context) {
	r.db.QueryContext(ctx, "SELECT id FROM mails WHERE sent IS NULL ORDER BY id LIMIT 100 FOR UPDATE") // want `workers that run this wait for each other`
}

func written(ctx context.Context, db *sql.DB, row int, taken map[int]string) error {
	var text strings.Builder
	args := []any{row}
	text.WriteString("INSERT INTO seats (row, id, who) VALUES ")
	for seat, who := range taken {
		if len(args) > 1 {
			text.WriteString(", ")
		}
		args = append(args, seat, who)
		fmt.Fprintf(&text, "($1, $%d, $%d)", len(args)-1, len(args))
	}
	text.WriteString(" ON CONFLICT (id) DO UPDATE SET who = excluded.who")
	_, err := db.ExecContext(ctx, text.String(), args...) // want `the rows of this upsert are locked in the order of a map`
	return err
}

func rendered(ctx context.Context, db *sql.DB, halls map[string][]int) error {
	ins := sq.Insert("seats").Columns("id", "hall")
	for hall, seats := range halls {
		for _, seat := range seats {
			ins = ins.Values(seat, hall)
		}
	}
	text, args, err := ins.Suffix("ON CONFLICT (id) DO UPDATE SET hall = excluded.hall").ToSql()
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, text, args...) // want `the rows of this upsert are locked in the order of a map`
	return err
}

func ids(taken map[int]string) []int {
	if len(taken) == 0 {
		return nil
	}
	list := make([]int, 0, len(taken))
	for seat := range taken {
		list = append(list, seat)
	}
	return list
}

func idsSorted(taken map[int]string) []int {
	list := ids(taken)
	sort.Sort(sort.IntSlice(list))
	return list
}

func listed(ctx context.Context, tx *sql.Tx, taken map[int]string) error {
	for _, seat := range ids(taken) {
		if _, err := tx.ExecContext(ctx, "DELETE FROM seats WHERE id = $1", seat); err != nil { // want `locks rows in the order of a map`
			return err
		}
	}
	for _, seat := range idsSorted(taken) {
		if _, err := tx.ExecContext(ctx, "DELETE FROM seats WHERE id = $1", seat); err != nil {
			return err
		}
	}
	return nil
}

// Keys are the keys: there is no order of them to sort by.
func keysOf[K comparable, V any](m map[K]V) (out []K) { return other(m) }

func other[K comparable, V any](m map[K]V) (out []K) {
	for k := range m {
		out = append(out, k)
	}
	return
}

func inOrder[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

func generic(ctx context.Context, tx *sql.Tx, taken map[int]string) error {
	for _, seat := range keysOf(taken) {
		if _, err := tx.ExecContext(ctx, "DELETE FROM seats WHERE id = $1", seat); err != nil { // want `locks rows in the order of a map`
			return err
		}
	}
	for _, seat := range inOrder(taken) {
		if _, err := tx.ExecContext(ctx, "DELETE FROM seats WHERE id = $1", seat); err != nil {
			return err
		}
	}
	return nil
}

type place struct {
	bun.BaseModel `bun:"table:places"`
	ID            int `bun:",pk"`
	N             int
}

func models(ctx context.Context, db *bun.DB, counts map[int]int) error {
	var list []place
	for id, n := range counts {
		list = append(list, place{ID: id, N: n})
	}
	q := db.NewInsert().Model(&list).On("CONFLICT (id) DO UPDATE")
	_, err := q.Set("n = EXCLUDED.n").Exec(ctx) // want `the rows of this upsert are locked in the order of a map`
	return err
}

// The server puts them in order.
func SeatSorted(ctx context.Context, db *sql.DB, seats map[int64]string) error {
	var ids []int64
	var names []string
	for id, who := range seats {
		ids, names = append(ids, id), append(names, who)
	}
	_, err := db.ExecContext(ctx, "INSERT INTO seats (id, who) SELECT * FROM unnest($1::int[], $2::text[]) AS s (id, who) ORDER BY id ON CONFLICT (id) DO UPDATE SET who = excluded.who", pq.Array(ids), pq.Array(names))
	return err
}
