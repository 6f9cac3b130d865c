package connpool

import (
	"context"
	"database/sql"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq"
)

func handler(w http.ResponseWriter, r *http.Request) {
	conn, err := pgx.Connect(r.Context(), "dbname=shop") // want `each request opens a connection of its own here, which takes longer`
	if err != nil {
		return
	}
	defer conn.Close(r.Context())
	conn.Exec(r.Context(), "INSERT INTO visits DEFAULT VALUES")
}

type gate struct{ dsn string }

func (g *gate) count(ctx context.Context) error {
	db, err := sqlx.Open("postgres", g.dsn) // want `each request opens a connection of its own here \(by ServeHTTP\)`
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, "UPDATE gates SET n = n + 1")
	return err
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := g.count(r.Context()); err != nil {
		http.Error(w, err.Error(), 500)
	}
}

func connect() *sql.DB {
	db, err := sql.Open("postgres", "dbname=shop")
	if err != nil {
		panic(err)
	}
	return db
}

func byHelper(w http.ResponseWriter, r *http.Request) {
	db := connect() // want `each request opens a connection of its own here`
	defer db.Close()
	db.ExecContext(r.Context(), "INSERT INTO visits DEFAULT VALUES")
}

func loop(ctx context.Context, names []string) error {
	for _, n := range names {
		db, err := pgxpool.New(ctx, "dbname=shop") // want `the loop at line \d+ connects to the same database each time`
		if err != nil {
			return err
		}
		_, err = db.Exec(ctx, "DELETE FROM names WHERE name = $1", n)
		db.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

func sized(dsn string) (*sql.DB, error) {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(40) // want `the pool may have 40 connections and keeps two idle ones`
	return db, nil
}

func crawl(ctx context.Context, db *sql.DB) error {
	rs, err := db.QueryContext(ctx, "SELECT url FROM links")
	if err != nil {
		return err
	}
	defer rs.Close()
	for rs.Next() {
		var url string
		if err := rs.Scan(&url); err != nil {
			return err
		}
		if err := get(url); err != nil { // want `this waits for an answer over HTTP by get -> http.Get .* while the rows of the query at line \d+ keep a connection of the pool`
			return err
		}
	}
	return rs.Err()
}

func get(url string) error {
	res, err := http.Get(url)
	if err != nil {
		return err
	}
	return res.Body.Close()
}

// Right: opened once and kept, another database each time, tried again, small,
// read before.

type app struct{ db *sql.DB }

func (a *app) lazy(w http.ResponseWriter, r *http.Request) {
	if a.db == nil {
		db, err := sql.Open("postgres", "dbname=shop")
		if err != nil {
			return
		}
		a.db = db
	}
	a.db.ExecContext(r.Context(), "INSERT INTO visits DEFAULT VALUES")
}

var shared = connect()

func theOne() *sql.DB { return shared }

func byShared(w http.ResponseWriter, r *http.Request) {
	db := theOne()
	db.ExecContext(r.Context(), "INSERT INTO visits DEFAULT VALUES")
}

func serve(mux *http.ServeMux) error {
	db, err := sql.Open("postgres", "dbname=shop")
	if err != nil {
		return err
	}
	defer db.Close()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		db.ExecContext(r.Context(), "INSERT INTO visits DEFAULT VALUES")
	})
	return http.ListenAndServe(":80", mux)
}

func eachDatabase(ctx context.Context, all []string) error {
	for _, dsn := range all {
		db, err := pgxpool.New(ctx, dsn)
		if err != nil {
			return err
		}
		_, err = db.Exec(ctx, "VACUUM")
		db.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

func small(dsn string) (*sql.DB, error) {
	db, err := sql.Open("postgres", dsn)
	if err == nil {
		db.SetMaxOpenConns(2)
	}
	return db, err
}

func readBefore(ctx context.Context, db *sql.DB) error {
	rs, err := db.QueryContext(ctx, "SELECT url FROM links")
	if err != nil {
		return err
	}
	defer rs.Close()
	var list []string
	for rs.Next() {
		var url string
		if err := rs.Scan(&url); err != nil {
			return err
		}
		list = append(list, url)
	}
	if err := rs.Err(); err != nil {
		return err
	}
	for _, url := range list {
		if err := get(url); err != nil {
			return err
		}
	}
	return nil
}

func ticking(ctx context.Context, every <-chan time.Time) {
	for range every {
		db, err := sqlx.Open("postgres", "dbname=shop") // want `the loop at line \d+ opens another pool each time and closes none of them`
		if err != nil {
			continue
		}
		db.Exec("SELECT pg_notify('tick', '')")
	}
}

func tickingClosed(ctx context.Context, clock *time.Ticker) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-clock.C:
			db, err := sqlx.Open("postgres", "dbname=shop")
			if err != nil {
				continue
			}
			db.Exec("SELECT pg_notify('tick', '')")
			db.Close()
		}
	}
}
