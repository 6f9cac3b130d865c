package app

import (
	"container/list"
	"context"
	"database/sql"
	"encoding/csv"
	"io"
	"math"
	"time"
)

// Loops that a name would make look like something else: what they do counts.

func (s *Store) pageByPage(pages int) {
	for page := 0; page < pages; page++ {
		s.db.Exec("INSERT INTO sheets (number) VALUES ($1)", page) // loop: For Data | yes
	}
	for z := 0; z < pages; z++ {
		s.db.Query("SELECT id FROM sheets ORDER BY id LIMIT 20 OFFSET $1", z*20) // loop: For Page | yes
	}
	for attempt := range pages {
		s.db.Exec("INSERT INTO exams (n) VALUES ($1)", attempt) // loop: RangeInt Data | yes
	}
	for offset := 0; offset < math.MaxInt; offset++ {
		s.db.Exec("INSERT INTO seats (n) VALUES ($1)", offset) // loop: For Data | yes
	}
}

func (s *Store) sheetsOf(z int) []User {
	rows, err := s.db.Query("SELECT id FROM sheets WHERE part = $1", z) // loop: none
	return query(rows, err)
}

// A number that asks for a list says which part of it.
func (s *Store) partByPart(n int) {
	for z := 1; z <= n; z++ {
		for _, u := range s.sheetsOf(z) {
			s.db.Exec("DELETE FROM users WHERE id = $1", u.ID) // loop: Range Data; For Page | yes; yes
		}
		s.db.Exec("UPDATE parts SET seen = true WHERE n = $1", z) // loop: For Page | yes
	}
}

func (s *Store) after(z int64) []User {
	rows, err := s.db.Query("SELECT id FROM sheets WHERE id > $1 ORDER BY id LIMIT 50", z) // loop: none
	return query(rows, err)
}

// The number only says how many pages there are: the last row says which.
func (s *Store) onwards(n int) {
	var z int64
	for i := 0; i < n; i++ {
		arg := z + 1
		for _, u := range s.after(arg) {
			z = u.ID
		}
		s.db.Exec("UPDATE progress SET seen = true") // loop: For Page | no
	}
	for i := 0; i < n; i++ {
		for _, u := range s.after(0) {
			z += u.ID
		}
		s.db.Exec("UPDATE progress SET seen = true") // loop: For Data | no
	}
}

func (s *Store) tries(x int, id int64) (err error) {
	for v := 0; v < x; v++ {
		_, err = s.db.Exec("UPDATE seats SET taken = true WHERE id = $1", id) // loop: For Retry | no
		if !temporary(err) {
			return err
		}
		time.Sleep(time.Duration(v) * time.Second)
	}
	return err
}

func (s *Store) made() {
	const months = 12
	sums := make([]int64, months)
	for m := range sums {
		s.db.QueryRow("SELECT sum(n) FROM sales WHERE month = $1", m).Scan(&sums[m]) // loop: Range Constant | yes
	}
	year := struct{ sums []int64 }{sums: make([]int64, months)}
	for m := range year.sums {
		s.db.QueryRow("SELECT sum(n) FROM sales WHERE month = $1", m).Scan(&year.sums[m]) // loop: Range Constant | yes
	}
}

func (s *Store) madeFor(users []User) {
	sums := make([]int64, len(users))
	for m := range sums {
		s.db.QueryRow("SELECT sum(n) FROM sales WHERE seller = $1", users[m].ID).Scan(&sums[m]) // loop: Range Data | yes
	}
	var ids []int64
	s.visit(func(id int64) { ids = append(ids, id) })
	for _, id := range ids {
		s.db.Exec("DELETE FROM users WHERE id = $1", id) // loop: Range Data | yes
	}
}

func (s *Store) visit(func(int64)) {}

// Lists that are taken apart by their methods.
func (s *Store) leveled(root int64) {
	pages := list.New()
	pages.PushBack(root)
	for pages.Front() != nil {
		id := pages.Remove(pages.Front())
		s.db.Exec("UPDATE nodes SET seen = true WHERE id = $1", id) // loop: For Data | yes
		pages.PushBack(id)
	}
}

type queue []int64

func (q *queue) size() int { return len(*q) }

func first(q *queue) int64 { x := (*q)[0]; *q = (*q)[1:]; return x }

func (s *Store) taken(q *queue) {
	for q.size() > 0 {
		s.db.Exec("UPDATE nodes SET seen = true WHERE id = $1", first(q)) // loop: For Data | yes
	}
}

// Chunks that an inner loop cuts.
func (s *Store) cutByHand(keys []string) {
	for len(keys) > 0 {
		var part []string
		for i := 0; i < 100 && len(keys) > 0; i++ {
			part = append(part, keys[0])
			keys = keys[1:]
		}
		s.db.Exec("INSERT INTO keys SELECT unnest($1::text[])", part) // loop: For Batch | yes
	}
}

func (s *Store) rowOfBatch(st *sql.Stmt, batch [][]any, v [][]int64) {
	for _, row := range batch {
		st.Exec(row...) // loop: Range Data | yes
	}
	for _, x := range v {
		s.db.Exec("DELETE FROM t WHERE id = ANY($1)", x) // loop: Range Batch | yes
	}
	for i := range v {
		s.db.Exec("DELETE FROM t WHERE id = ANY($1)", v[i]) // loop: Range Batch | yes
	}
}

func splitByDays(from, to time.Time) (out [][]time.Time) {
	for d := from; d.Before(to); d = d.AddDate(0, 0, 1) {
		out = append(out, []time.Time{d, d.AddDate(0, 0, 1)})
	}
	return out
}

func (s *Store) byDay(from, to time.Time) {
	for _, day := range splitByDays(from, to) {
		s.db.Query("SELECT sum(n) FROM sales WHERE at >= $1 AND at < $2", day[0], day[1]) // loop: Range Data | yes
	}
}

// Conditions made of batches are as few as those.
func conditions(ids []int64) (out []func() []int64) {
	for _, part := range splitInBatches(ids, 500) {
		out = append(out, func() []int64 { return part })
	}
	return out
}

func eachCondition(ids []int64) (out []func() []int64) {
	for _, id := range ids {
		out = append(out, func() []int64 { return []int64{id} })
	}
	return out
}

func (s *Store) byCondition(ids []int64) {
	for _, c := range conditions(ids) {
		s.db.Exec("DELETE FROM t WHERE id = ANY($1)", c()) // loop: Range Batch | yes
	}
	for _, c := range eachCondition(ids) {
		s.db.Exec("DELETE FROM t WHERE id = ANY($1)", c()) // loop: Range Data | yes
	}
}

// An iterator of one's own, and something that only says to go on.
type feed struct{ rest []int64 }

func (f *feed) ready() bool  { return len(f.rest) > 0 }
func (f *feed) shift() int64 { x := f.rest[0]; f.rest = f.rest[1:]; return x }
func (f *feed) ongoing() bool {
	return len(f.rest) > 0
}
func (f *feed) pause() {}

func (s *Store) feeds(f *feed) {
	for f.ready() {
		s.db.Exec("DELETE FROM t WHERE id = $1", f.shift()) // loop: For Data | yes
	}
	for f.ongoing() {
		s.db.Exec("DELETE FROM t WHERE old") // loop: For Drain | no
		f.pause()
	}
	for {
		if !f.ready() {
			break
		}
		id := f.shift()
		s.db.Exec("DELETE FROM t WHERE id = $1", id) // loop: For Data | yes
	}
}

func (s *Store) recordsUntil(r *csv.Reader) {
	for {
		rec, err := r.Read()
		if err != nil {
			break
		}
		s.db.Exec("INSERT INTO t (n) VALUES ($1)", rec[0]) // loop: For Data | yes
	}
}

// A writer that fails ends the loop as well: it gives nothing.
func (s *Store) exported(w io.Writer) error {
	var last int64
	for {
		rows, err := s.db.Query("SELECT id FROM users WHERE id > $1 ORDER BY id LIMIT 100", last) // loop: For Drain | yes
		if err != nil {
			return err
		}
		n := 0
		for rows.Next() {
			var id int64
			rows.Scan(&id)
			if _, err := w.Write([]byte("x")); err != nil {
				return err
			}
			n, last = n+1, id
		}
		if n < 100 {
			return nil
		}
	}
}

// Looking at the clock is not waiting for it.
func (s *Store) untilLate(r *feed, end time.Time) {
	for {
		if !r.ready() || time.Now().After(end) {
			return
		}
		id := r.shift()
		s.db.Exec("DELETE FROM t WHERE id = $1", id) // loop: For Data | yes
	}
}

func (s *Store) shardOf(id int64) *sql.DB { return s.shards[id%int64(len(s.shards))] }

func (s *Store) pick(id int64) *sql.DB { return nil }

// One of a few databases, and another each time.
func (s *Store) sharded(ctx context.Context, ids []int64) {
	for _, id := range ids {
		s.shardOf(id).ExecContext(ctx, "DELETE FROM t WHERE id = $1", id) // loop: Range Data | yes
		s.pick(id).ExecContext(ctx, "DELETE FROM t WHERE id = $1", id)    // loop: Range Data | handle
	}
}
