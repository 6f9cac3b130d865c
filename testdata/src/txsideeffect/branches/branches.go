// Package branches: what a constant argument, a context and a known type rule out.
package branches

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"os"
)

type journal struct{ project string }

type key struct{}

const (
	plain = "plain"
	cloud = "cloud"
)

// open asks a server for one kind only.
func open(kind string) *journal {
	switch kind {
	case cloud:
		resp, err := http.Get("http://metadata/project")
		if err != nil {
			return nil
		}
		resp.Body.Close()
		return &journal{project: resp.Status}
	default:
		return &journal{}
	}
}

func openPlain() *journal { return open(plain) }

func openNamed(kind string) *journal { return open(kind) }

// from makes a journal only if the context has none.
func from(ctx context.Context) *journal {
	if j, ok := ctx.Value(key{}).(*journal); ok {
		return j
	}
	return open(cloud)
}

func lazily(ctx context.Context) *journal {
	j, _ := ctx.Value(key{}).(*journal)
	if j == nil {
		j = open(cloud)
	}
	return j
}

// always has a context, and asks anyway.
func always(ctx context.Context) *journal {
	if _, ok := ctx.Value(key{}).(*journal); ok {
		fmt.Println("twice")
	}
	return open(cloud)
}

func constants(ctx context.Context, db *sql.DB, kind string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	openPlain()
	openNamed("plain")
	mode := plain
	openNamed(mode)
	from(ctx)
	lazily(ctx)
	open(cloud)      // want `^an HTTP request is made inside the transaction`
	openNamed(cloud) // want `^an HTTP request is made inside the transaction`
	openNamed(kind)  // want `^an HTTP request is made inside the transaction`
	always(ctx)      // want `^an HTTP request is made inside the transaction`
	return tx.Commit()
}

// A flag in a struct decides as well.
type options struct {
	remote bool
	name   string
}

func load(o options) error {
	if !o.remote {
		return nil
	}
	_, err := http.Get(o.name)
	return err
}

func flags(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	load(options{name: "here"})
	load(options{name: "there", remote: true}) // want `^an HTTP request is made inside the transaction`
	return tx.Commit()
}

// source has two kinds; the value says which.
type source interface{ Text() string }

type literal string

func (l literal) Text() string { return string(l) }

type page struct{ url string }

func (p page) Text() string {
	resp, err := http.Get(p.url)
	if err != nil {
		return ""
	}
	return resp.Status
}

func compile(s source) int { return len(s.Text()) }

type reader struct{ fixed, any source }

func newReader(s source) *reader { return &reader{fixed: literal("x"), any: s} }

func types(ctx context.Context, db *sql.DB, s source) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	compile(literal("a"))
	var one source = literal("b")
	compile(one)
	one.Text()
	r := newReader(s)
	r.fixed.Text()
	r.any.Text()       // want `^an HTTP request is made inside the transaction`
	compile(page{"a"}) // want `^an HTTP request is made inside the transaction`
	compile(s)         // want `^an HTTP request is made inside the transaction`
	return tx.Commit()
}

// One of the reporters only queues: nobody here knows which is installed.
type reporter interface{ Report(msg string) }

type queue struct{ c chan string }

func (q queue) Report(msg string) { q.c <- msg }

type direct struct{ url string }

func (d direct) Report(msg string) { http.Get(d.url + msg) }

type sender interface{ Send(msg string) }

type web struct{ url string }

func (w web) Send(msg string) { http.Get(w.url + msg) }

func reporters(ctx context.Context, db *sql.DB, r reporter, s sender) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	r.Report("a")
	s.Send("a") // want `^an HTTP request is made inside the transaction`
	return tx.Commit()
}

// A line to the terminal is no file, by whatever name.
type terminal struct{ out *os.File }

func newTerminal() *terminal { return &terminal{out: os.Stderr} }

func (t *terminal) line(s string) { t.out.WriteString(s) }

func shout(loud bool, s string) {
	out := os.Stdout
	if loud {
		out = os.Stderr
	}
	out.WriteString(s)
}

func record(s string) error {
	out := os.Stdout
	if s != "" {
		f, err := os.Create(s)
		if err != nil {
			return err
		}
		out = f
	}
	_, err := out.WriteString(s)
	return err
}

func files(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	newTerminal().line("a")
	shout(true, "a")
	record("a") // want `^a file is written inside the transaction`
	return tx.Commit()
}
