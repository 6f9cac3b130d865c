// Package rare fills and empties what it keeps.
package rare

import (
	"context"
	"database/sql"
	"time"
)

type Sink struct {
	db   *sql.DB
	buf  []int
	n    int
	size int
}

func (s *Sink) Add(id int) { // want Add:`^WriteDB\[INSERT t\] rare via \(\*Sink\).Flush → db.Exec$`
	s.buf = append(s.buf, id)
	if len(s.buf) >= s.size {
		s.Flush() // effects: WriteDB[INSERT t] via (*Sink).Flush → db.Exec
	}
}

func (s *Sink) Put(id int) { // want Put:`^WriteDB\[INSERT t\] rare via db.Exec$`
	if s.buf = append(s.buf, id); len(s.buf) < s.size {
		return
	}
	s.db.Exec("INSERT INTO t SELECT unnest($1::int[])", s.buf) // effects: WriteDB[INSERT t] via db.Exec
}

func (s *Sink) Returns(id int) error { // want Returns:`^WriteDB\[INSERT t\] rare via db.Exec$`
	s.buf = append(s.buf, id)
	if len(s.buf) >= s.size {
		_, err := s.db.Exec("INSERT INTO t SELECT unnest($1::int[])", s.buf) // effects: WriteDB[INSERT t] via db.Exec
		return err
	}
	return nil
}

func (s *Sink) Count() { // want Count:`^WriteDB\[INSERT t\] rare via \(\*Sink\).Flush → db.Exec$`
	s.n++
	if s.n == s.size {
		s.Flush() // effects: WriteDB[INSERT t] via (*Sink).Flush → db.Exec
	}
}

func (s *Sink) Flush() { // want Flush:`^WriteDB\[INSERT t\] via db.Exec$`
	if len(s.buf) == 0 {
		return
	}
	s.db.Exec("INSERT INTO t SELECT unnest($1::int[])", s.buf) // effects: WriteDB[INSERT t] via db.Exec
	s.buf = nil
}

// Not a buffer: the body adds nothing to it.
func (s *Sink) Check(id int) { // want Check:`^WriteDB\[INSERT t\] via \(\*Sink\).Flush → db.Exec$`
	if len(s.buf) >= id {
		s.Flush() // effects: WriteDB[INSERT t] via (*Sink).Flush → db.Exec
	}
}

type Table struct {
	db     *sql.DB
	all    map[int]string
	loaded time.Time
	ready  bool
	last   int
	page   []int
}

func (t *Table) load(ctx context.Context) (map[int]string, error) {
	rows, err := t.db.QueryContext(ctx, "SELECT id, name FROM labels") // effects: ReadDB[SELECT labels] via db.QueryContext
	_ = rows
	return nil, err
}

func (t *Table) Get(ctx context.Context, id int) string { // want Get:`^ReadDB\[SELECT labels\] rare via \(\*Table\).load → db.QueryContext$`
	if t.all == nil {
		all, err := t.load(ctx) // effects: ReadDB[SELECT labels] via (*Table).load → db.QueryContext
		if err != nil {
			return ""
		}
		t.all = all
	}
	return t.all[id]
}

func (t *Table) Early(ctx context.Context, id int) string { // want Early:`^ReadDB\[SELECT labels\] rare via \(\*Table\).load → db.QueryContext$`
	if t.all != nil {
		return t.all[id]
	}
	t.all, _ = t.load(ctx) // effects: ReadDB[SELECT labels] via (*Table).load → db.QueryContext
	return t.all[id]
}

func (t *Table) reload(ctx context.Context) {
	t.all, _ = t.load(ctx) // effects: ReadDB[SELECT labels] via (*Table).load → db.QueryContext
	t.loaded = time.Now()
}

func (t *Table) Aged(ctx context.Context, id int) string { // want Aged:`^ReadDB\[SELECT labels\] rare via \(\*Table\).reload → \(\*Table\).load → db.QueryContext$`
	if time.Since(t.loaded) > time.Hour {
		t.reload(ctx) // effects: ReadDB[SELECT labels] via (*Table).reload → (*Table).load → db.QueryContext
	}
	return t.all[id]
}

func (t *Table) Next() bool { // want Next:`^ReadDB\[SELECT items\] rare via \(\*Table\).fetch → db.Query$`
	if len(t.page) == 0 {
		if t.page = t.fetch(t.last); len(t.page) == 0 { // effects: ReadDB[SELECT items] via (*Table).fetch → db.Query
			return false
		}
	}
	t.last, t.page = t.page[0], t.page[1:]
	return true
}

func (t *Table) fetch(after int) []int {
	t.db.Query("SELECT id FROM items WHERE id > $1 ORDER BY id LIMIT 100", after) // effects: ReadDB[SELECT items] via db.Query
	return nil
}

// What is loaded is another one for each id.
func (t *Table) Keyed(id int) { // want Keyed:`^ReadDB\[SELECT items\] via \(\*Table\).fetch → db.Query$`
	if !t.ready {
		t.page = t.fetch(id) // effects: ReadDB[SELECT items] via (*Table).fetch → db.Query
		t.ready = true
	}
}

// Nothing makes the condition false.
func (t *Table) Unready() { // want Unready:`^ReadDB\[SELECT items\] via \(\*Table\).fetch → db.Query$`
	if !t.ready {
		t.fetch(t.last) // effects: ReadDB[SELECT items] via (*Table).fetch → db.Query
	}
}

type Service struct{ labels *Table }

// The table is kept with the service.
func (s *Service) Label(ctx context.Context, id int) string { // want Label:`^ReadDB\[SELECT labels\] rare via \(\*Table\).Get → \(\*Table\).load → db.QueryContext$`
	return s.labels.Get(ctx, id) // effects: ReadDB[SELECT labels] rare via (*Table).Get → (*Table).load → db.QueryContext
}

// Each run has a table of its own.
func Fresh(ctx context.Context, db *sql.DB, id int) string { // want Fresh:`^ReadDB\[SELECT labels\] via \(\*Table\).Get → \(\*Table\).load → db.QueryContext$`
	t := &Table{db: db}
	return t.Get(ctx, id) // effects: ReadDB[SELECT labels] rare via (*Table).Get → (*Table).load → db.QueryContext
}

// The table is the caller's, who may keep it.
func Given(ctx context.Context, t *Table) string { // want Given:`^ReadDB\[SELECT labels\] rare via \(\*Table\).Get → \(\*Table\).load → db.QueryContext$`
	return t.Get(ctx, 1) // effects: ReadDB[SELECT labels] rare via (*Table).Get → (*Table).load → db.QueryContext
}
