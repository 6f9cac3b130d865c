//go:build unix

// Package planner answers: what would PostgreSQL do with a statement, at which
// cost, if the tables were as big as they are in production?
//
// It starts a private server (package pgserver), runs the module's migrations
// on it, and makes the empty tables look as statistics say (package stats):
// their files are extended without data, since the planner takes the number of
// pages from there, and the rows of pg_class and pg_statistic are written.
// Indexes that are only being thought of are made while the tables are empty,
// and switched by pg_index.indisvalid.
//
// It measures costs, not times. Whether a plan is bad is for package plans to
// say, what would be worth trying for package indexadvice.
package planner

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/sqlvet/sqlvet/internal/pgserver"
	"github.com/sqlvet/sqlvet/internal/schema"
)

// A Box is a private server with the tables of one schema.
type Box struct {
	// Notes say what of the migrations was not run as it stands.
	Notes []Note
	// Tables in the order of their names.
	Tables []*Table

	server    *pgserver.Server
	admin     session // switches indexes and writes statistics
	app       session // plans
	types     map[string]*sqlType
	values    value // for parameters; nil: typical
	uncertain map[string]bool
	pathOf    string                // the search path that the program's sessions have
	tried     int                   // candidates, to name them
	made      map[string]*Candidate // by the names of their indexes
	guessed   map[string]bool       // functions of which nobody said how much they return
	active    []*Candidate          // those that are switched on
}

// Options say how to make a box.
type Options struct {
	Bin     string // folder of the server's programs, "" to look for them
	Scripts []schema.Script
	Digest  string // of the scripts and of this program
	// Settings are lines of postgresql.conf: of production's planner.
	Settings []string
}

// cacheFormat is part of each name in the cache: raise it when what a box is
// made of changes.
const cacheFormat = "2"

// notesFile holds the notes in a kept data folder.
const notesFile = "sqlvet.notes.json"

// Open makes a box. The second one of the same scripts begins with what the
// first one made.
func Open(ctx context.Context, o Options) (*Box, error) {
	in, err := pgserver.Find(o.Bin)
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("box-%s-%s-%s", cacheFormat, in.Version, strings.TrimSuffix(o.Digest, ".json"))
	from, ok := pgserver.Kept(name)
	if !ok {
		if from == "" {
			return nil, errors.New("no cache folder to keep a PostgreSQL cluster in: set HOME or XDG_CACHE_HOME")
		}
		if err := create(ctx, in, o, from); err != nil {
			return nil, err
		}
	}
	server, err := pgserver.Start(ctx, pgserver.Options{Bin: in.Bin, From: from, Settings: o.Settings})
	if err != nil {
		return nil, err
	}
	b := &Box{server: server, uncertain: make(map[string]bool), made: make(map[string]*Candidate)}
	if err := b.open(ctx); err != nil {
		return nil, errors.Join(err, server.Stop())
	}
	return b, nil
}

// create runs the scripts on an empty server and keeps its data folder.
func create(ctx context.Context, in pgserver.Installation, o Options, to string) error {
	server, err := pgserver.Start(ctx, pgserver.Options{Bin: in.Bin})
	if err != nil {
		return err
	}
	if err := fill(ctx, server, o.Scripts); err != nil {
		return errors.Join(err, server.Stop())
	}
	return server.StopAndKeep(to)
}

func fill(ctx context.Context, server *pgserver.Server, scripts []schema.Script) error {
	admin, err := connect(ctx, server, pgserver.User)
	if err != nil {
		return err
	}
	defer admin.close(ctx)
	// The templates would only be copied.
	for _, sql := range []string{
		"CREATE ROLE " + app + " LOGIN",
		"ALTER DATABASE postgres OWNER TO " + app,
		"UPDATE pg_database SET datistemplate = false",
		"DROP DATABASE template0",
		"DROP DATABASE template1",
	} {
		if err := admin.exec(ctx, sql); err != nil {
			return err
		}
	}
	if server.Major() < 15 {
		if err := admin.exec(ctx, "ALTER SCHEMA public OWNER TO "+app); err != nil {
			return err
		}
	}
	run, err := connect(ctx, server, app)
	if err != nil {
		return err
	}
	defer run.close(ctx)
	notes, err := build(ctx, admin, run, scripts)
	if err != nil {
		return err
	}
	data, err := json.Marshal(notes)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(server.Data(), notesFile), data, 0o600)
}

func connect(ctx context.Context, server *pgserver.Server, user string) (session, error) {
	conn, err := server.ConnectAs(ctx, "postgres", user)
	return session{conn}, err
}

// open connects to a server that has the tables.
func (b *Box) open(ctx context.Context) error {
	data, err := os.ReadFile(filepath.Join(b.server.Data(), notesFile))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, &b.Notes); err != nil {
		return err
	}
	for _, n := range b.Notes {
		for _, t := range n.Tables {
			b.uncertain[strings.TrimPrefix(t, "public.")] = true
		}
	}
	if err := b.connect(ctx); err != nil {
		return err
	}
	return errors.Join(b.load(ctx), b.loadFunctions(ctx))
}

// connect opens both sessions anew: a session remembers the segments that a
// file had.
func (b *Box) connect(ctx context.Context) (err error) {
	err = errors.Join(b.admin.close(ctx), b.app.close(ctx))
	b.admin, b.app = session{}, session{}
	if err != nil {
		return err
	}
	if b.admin, err = connect(ctx, b.server, pgserver.User); err != nil {
		return err
	}
	if b.app, err = connect(ctx, b.server, app); err != nil {
		return err
	}
	return b.setUp(ctx)
}

// setUp readies the session that plans. Schemas other than public are found as
// well: which of them a program's role has on its path is not known.
func (b *Box) setUp(ctx context.Context) error {
	if b.pathOf == "" {
		rows, err := b.admin.rows(ctx, `SELECT quote_ident(nspname) FROM pg_namespace
			WHERE nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema' ORDER BY nspname <> 'public', oid`)
		if err != nil {
			return err
		}
		var path []string
		for _, r := range rows {
			path = append(path, r[0])
		}
		b.pathOf = strings.Join(path, ", ")
	}
	sql := "SET plan_cache_mode = force_generic_plan; SET statement_timeout = '20s'"
	if b.pathOf != "" {
		sql += "; SET search_path = " + b.pathOf
	}
	return b.app.exec(ctx, sql)
}

// Version is the server's.
func (b *Box) Version() string { return b.server.Version }

// Uncertain reports whether a table, named as schema.Table.String does, may
// look different in production.
func (b *Box) Uncertain(table string) bool { return b.uncertain[table] }

// Close ends the server. Nothing of it is left.
func (b *Box) Close() error { return b.server.Stop() }
