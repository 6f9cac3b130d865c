// Package when: what runs once, on a miss, or after a failure, and what only looks so.
package when

import (
	"context"
	"database/sql"
	"net/http"
	"sync"

	"github.com/lib/pq"
)

type Track struct {
	ID    int64
	Label string
}

// A connection that is set up once.
type lazy struct {
	raw, ready *sql.DB
}

func (l *lazy) handle() *sql.DB {
	if l.ready != nil {
		return l.ready
	}
	var n int
	l.raw.QueryRow("SELECT version FROM schema_info").Scan(&n)
	l.ready = l.raw
	return l.ready
}

func (l *lazy) fresh() *sql.DB {
	var n int
	l.raw.QueryRow("SELECT version FROM schema_info").Scan(&n)
	return l.raw
}

func caption(l *lazy, t Track) string {
	if l.handle() == nil {
		return ""
	}
	return t.Label
}

func captions(l *lazy, tracks []Track) (out []string) {
	for _, t := range tracks {
		out = append(out, caption(l, t))
	}
	return out
}

func freshCaptions(l *lazy, tracks []Track) (out []*sql.DB) {
	for range tracks {
		out = append(out, l.fresh()) // want `^the query SELECT schema_info is the same in each iteration`
	}
	return out
}

// Storing sets the ID, in a function of its own.
func insert(ctx context.Context, db *sql.DB, t *Track) error {
	return db.QueryRowContext(ctx, "INSERT INTO tracks (label) VALUES ($1) RETURNING id", t.Label).Scan(&t.ID)
}

func save(ctx context.Context, db *sql.DB, t *Track) error { return insert(ctx, db, t) }

func firstOnly(ctx context.Context, db *sql.DB, files []string, t *Track) error {
	for range files {
		if t.ID == 0 {
			if err := save(ctx, db, t); err != nil {
				return err
			}
		}
	}
	return nil
}

func eachNew(ctx context.Context, db *sql.DB, tracks []*Track) error {
	for _, t := range tracks {
		if t.ID == 0 {
			if err := save(ctx, db, t); err != nil { // want `^the query INSERT tracks runs once per iteration of the loop`
				return err
			}
		}
	}
	return nil
}

// What the program remembers is asked for once a program.
var genres = struct {
	sync.RWMutex
	byName map[string]int64
}{byName: map[string]int64{}}

func genre(ctx context.Context, db *sql.DB, name string) (id int64, err error) {
	genres.RLock()
	id, ok := genres.byName[name]
	genres.RUnlock()
	if ok {
		return id, nil
	}
	err = db.QueryRowContext(ctx, "SELECT id FROM genres WHERE name = $1", name).Scan(&id)
	if err != nil {
		return 0, err
	}
	genres.Lock()
	genres.byName[name] = id
	genres.Unlock()
	return id, nil
}

func genresOf(ctx context.Context, db *sql.DB, names []string) (out []int64) {
	for _, n := range names {
		id, _ := genre(ctx, db, n)
		out = append(out, id)
	}
	return out
}

// Nothing fills this map: it tells what is wanted.
func addMissing(ctx context.Context, db *sql.DB, have map[string]struct{}, names []string) error {
	for _, n := range names {
		if _, ok := have[n]; !ok {
			if _, err := db.ExecContext(ctx, "INSERT INTO genres (name) VALUES ($1)", n); err != nil { // want `^the query INSERT genres runs once per iteration of the loop at line \d+: write`
				return err
			}
		}
	}
	return nil
}

// One by one only when all at once did not work.
func markAll(ctx context.Context, db *sql.DB, ids []int64) (failed []int64) {
	_, err := db.ExecContext(ctx, "UPDATE tracks SET seen = true WHERE id = ANY($1)", pq.Array(ids))
	if err != nil {
		for _, id := range ids {
			if _, err := db.ExecContext(ctx, "UPDATE tracks SET seen = true WHERE id = $1", id); err != nil {
				failed = append(failed, id)
			}
		}
	}
	return failed
}

func markEach(ctx context.Context, db *sql.DB, ids []int64) (failed []int64) {
	_, err := db.ExecContext(ctx, "UPDATE tracks SET seen = false")
	if err == nil {
		for _, id := range ids {
			if _, err := db.ExecContext(ctx, "UPDATE tracks SET seen = true WHERE id = $1", id); err != nil { // want `^the query UPDATE tracks runs once per iteration`
				failed = append(failed, id)
			}
		}
	}
	return failed
}

// What could not be announced is taken back; what was not found is put in.
func announce(ctx context.Context, db *sql.DB, ids []int64, url string) {
	for _, id := range ids {
		if _, err := http.Get(url); err != nil {
			db.ExecContext(ctx, "DELETE FROM tracks WHERE id = $1", id)
		}
	}
}

func find(ctx context.Context, db *sql.DB, id int64) (label string, err error) {
	err = db.QueryRowContext(ctx, "SELECT label FROM tracks WHERE id = $1", id).Scan(&label)
	return label, err
}

func putIn(ctx context.Context, db *sql.DB, ids []int64) {
	for _, id := range ids {
		if _, err := find(ctx, db, id); err != nil { // want `^the query SELECT tracks runs once per iteration`
			db.ExecContext(ctx, "INSERT INTO tracks (id) VALUES ($1)", id) // want `^the query INSERT tracks runs once per iteration`
		}
	}
}
