// Package plain has types that begin and commit something else than a transaction,
// and waits for work of the transaction's own.
package plain

import (
	"context"
	"database/sql"
	"net/http"
	"strings"
	"sync"
)

// Draft is a text that can be taken back.
type Draft struct {
	parts []string
	kept  int
	mu    sync.Mutex
	on    func(string)
}

func (d *Draft) Begin() error    { d.kept = len(d.parts); return nil }
func (d *Draft) Commit() error   { d.on(strings.Join(d.parts, "")); return nil }
func (d *Draft) Rollback() error { d.parts = d.parts[:d.kept]; return nil }

func (d *Draft) Forget() { d.parts = nil }

// Open gives one.
func Open() (*Plan, error) { return &Plan{}, nil }

// Plan commits in memory.
type Plan struct{ steps []string }

func (p *Plan) Commit() error   { p.steps = nil; return nil }
func (p *Plan) Rollback() error { p.steps = nil; return nil }

func fetched(p *Plan, url string) error {
	resp, err := http.Get(url)
	if err != nil {
		return p.Rollback()
	}
	defer resp.Body.Close()
	return p.Commit()
}

func planned(url string) error {
	p, err := Open()
	if err != nil {
		return err
	}
	defer p.Rollback()
	resp, err := http.Get(url)
	if err != nil {
		return err
	}
	resp.Body.Close()
	return p.Commit()
}

// Unit is one, since its Commit ends that of a database.
type Unit struct{ tx *sql.Tx }

func (u *Unit) Commit() error   { return u.tx.Commit() }
func (u *Unit) Rollback() error { return u.tx.Rollback() }

func held(u *Unit, url string) error {
	resp, err := http.Get(url) // want `an HTTP request is made inside the caller's transaction u`
	if err != nil {
		return u.Rollback()
	}
	resp.Body.Close()
	return u.Commit()
}

// The goroutines compute, and nothing else.
func beside(ctx context.Context, db *sql.DB, rows [][]byte) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var all sync.WaitGroup
	out := make([]string, len(rows))
	for i, r := range rows {
		all.Add(1)
		go func() {
			defer all.Done()
			out[i] = strings.ToUpper(string(r))
		}()
	}
	all.Wait()
	if _, err := tx.ExecContext(ctx, "INSERT INTO rows SELECT unnest($1::text[])", out); err != nil {
		return err
	}
	return tx.Commit()
}

// They ask somebody else.
func asking(ctx context.Context, db *sql.DB, urls []string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var all sync.WaitGroup
	for _, u := range urls {
		all.Add(1)
		go func() {
			defer all.Done()
			if resp, err := http.Get(u); err == nil { // want `a goroutine started inside the transaction begun at line \d+ makes an HTTP request`
				resp.Body.Close()
			}
		}()
	}
	all.Wait() // want `the code waits for another goroutine`
	if _, err := tx.ExecContext(ctx, "UPDATE rows SET seen = true"); err != nil {
		return err
	}
	return tx.Commit()
}

// A connection of its own may begin by text.
func byText(ctx context.Context, db *sql.DB, id int) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "begin isolation level serializable"); err != nil {
		return err
	}
	defer conn.ExecContext(ctx, "ROLLBACK")
	if _, err := conn.ExecContext(ctx, "UPDATE rows SET seen = true WHERE id = $1", id); err != nil {
		return err
	}
	if resp, err := http.Get("https://rows.example"); err == nil { // want `an HTTP request is made inside the transaction begun at line \d+`
		resp.Body.Close()
	}
	_, err = conn.ExecContext(ctx, "COMMIT")
	return err
}

// What it does before and after is in none, nor what only names one.
func byTextRightly(ctx context.Context, db *sql.DB, id int) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if resp, err := http.Get("https://rows.example/before"); err == nil {
		resp.Body.Close()
	}
	if _, err := conn.ExecContext(ctx, "BEGIN"); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, "UPDATE rows SET seen = true WHERE id = $1", id); err != nil {
		conn.ExecContext(ctx, "ROLLBACK")
		return err
	}
	if _, err := conn.ExecContext(ctx, "COMMIT"); err != nil {
		return err
	}
	if resp, err := http.Get("https://rows.example/after"); err == nil {
		resp.Body.Close()
	}
	return nil
}

// Form is one that several write to: a lock is no handle.
type Form struct {
	mu    sync.Mutex
	draft map[string]string
}

func (f *Form) Begin()          { f.mu.Lock(); f.draft = make(map[string]string) }
func (f *Form) Commit() error   { f.mu.Unlock(); return nil }
func (f *Form) Rollback() error { f.draft = nil; f.mu.Unlock(); return nil }

func edited(f *Form, url string) error {
	f.Begin()
	resp, err := http.Get(url)
	if err != nil {
		return f.Rollback()
	}
	resp.Body.Close()
	return f.Commit()
}
