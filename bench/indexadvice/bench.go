package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/sqlvet/sqlvet/bench/indexadvice/baseline"
	"github.com/sqlvet/sqlvet/bench/indexadvice/dbload"
	"github.com/sqlvet/sqlvet/bench/indexadvice/planner"
	"github.com/sqlvet/sqlvet/bench/indexadvice/score"
	"github.com/sqlvet/sqlvet/bench/indexadvice/search"
	"github.com/sqlvet/sqlvet/bench/indexadvice/workload"
	"github.com/sqlvet/sqlvet/internal/pgserver"
)

// A bench is one run of the command with a server.
type bench struct {
	options
	server *pgserver.Server
	out    bytes.Buffer
	rows   []row // of all tables, for the means
}

func (o options) dir(name string) string        { return filepath.Join(o.workloads, name) }
func (o options) path(name, file string) string { return filepath.Join(o.workloads, name, file) }

// filled marks the databases that have their rows.
const filled = "_filled"

// open connects to a workload's database.
func (b *bench) open(ctx context.Context, name string) (*planner.Session, error) {
	s, err := planner.Open(ctx, b.server.Conn(name))
	if err != nil {
		return nil, err
	}
	s.Generic = b.generic
	return s, nil
}

// admin runs a statement outside of any workload.
func (b *bench) admin(ctx context.Context, sql string, into ...any) error {
	db, err := pgx.Connect(ctx, b.server.Conn("postgres"))
	if err != nil {
		return err
	}
	defer db.Close(ctx)
	if len(into) > 0 {
		return db.QueryRow(ctx, sql).Scan(into...)
	}
	_, err = db.Exec(ctx, sql)
	return err
}

// loaded opens a workload's database, after making it if it is not there.
func (b *bench) loaded(ctx context.Context, name string) (*planner.Session, error) {
	var there bool
	if err := b.admin(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = '"+name+filled+"')", &there); err != nil {
		return nil, err
	}
	if !there {
		if err := loadWorkload(ctx, b, name); err != nil {
			return nil, err
		}
	}
	s, err := b.open(ctx, name+filled)
	if err != nil {
		return nil, err
	}
	return s, settle(s)
}

// settle sees to it that the planner takes every row as visible to everyone,
// as in a database that autovacuum looks after: without that no index-only
// scan is ever cheap. Whether a VACUUM marks a page depends on what else was
// open, so it is asked and not assumed.
func settle(s *planner.Session) error {
	var behind bool
	const unmarked = `SELECT EXISTS (SELECT 1 FROM pg_class WHERE relkind = 'r' AND relnamespace::regnamespace::text NOT IN
		('pg_catalog', 'information_schema') AND relallvisible < relpages)`
	if err := s.Scan(unmarked, &behind); err != nil || !behind {
		return err
	}
	return s.Exec("VACUUM")
}

// loadWorkload makes the database NAME_filled of a workload, and writes
// human.sql, the indexes that its maintainers have, and stripped.sql, the
// schema without them, as the tools see it.
func loadWorkload(ctx context.Context, b *bench, name string) error {
	ddl, err := os.ReadFile(b.path(name, "schema.sql"))
	if err != nil {
		return err
	}
	queries, err := workload.Read(b.path(name, "queries.sql"))
	if err != nil {
		return err
	}
	rows, err := dbload.Rows(b.path(name, "rows.txt"))
	if err != nil {
		return err
	}
	part, whole := pgx.Identifier{name}.Sanitize(), pgx.Identifier{name + filled}.Sanitize()
	for _, sql := range []string{"DROP DATABASE IF EXISTS " + part, "DROP DATABASE IF EXISTS " + whole, "CREATE DATABASE " + part} {
		if err := b.admin(ctx, sql); err != nil {
			return err
		}
	}
	if err := b.fill(ctx, name, string(ddl), rows, queries); err != nil {
		return err
	}
	// What other tools said of the database that was there before is void, and
	// so are its statistics and the copy of it.
	for _, pattern := range []string{"baseline_*.sql", "snapshot_*.json"} {
		old, err := filepath.Glob(b.path(name, pattern))
		if err != nil {
			return err
		}
		for _, f := range old {
			if err := os.Remove(f); err != nil {
				return err
			}
		}
	}
	if err := b.admin(ctx, "DROP DATABASE IF EXISTS "+pgx.Identifier{name + kept}.Sanitize()); err != nil {
		return err
	}
	// The name says that the work was done to its end.
	return b.admin(ctx, "ALTER DATABASE "+part+" RENAME TO "+whole)
}

func (b *bench) fill(ctx context.Context, name, ddl string, rows map[string]int, queries []workload.Query) error {
	s, err := b.open(ctx, name)
	if err != nil {
		return err
	}
	defer s.Close()
	failed, err := dbload.Schema(s, ddl)
	if err != nil {
		return err
	}
	for _, f := range failed {
		fmt.Fprintf(os.Stderr, "%s: left out: %.200s\n", name, strings.Join(strings.Fields(f.Error()), " "))
	}
	var human bytes.Buffer
	if err := dbload.Strip(s, &human); err != nil {
		return err
	}
	stripped, err := b.server.Dump(ctx, name)
	if err != nil {
		return err
	}
	if err := errors.Join(
		os.WriteFile(b.path(name, "human.sql"), human.Bytes(), 0o644),
		os.WriteFile(b.path(name, "stripped.sql"), stripped, 0o644),
	); err != nil {
		return err
	}
	if own, err := os.ReadFile(b.path(name, "data.sql")); err == nil {
		return script(s, string(own))
	}
	keys, err := os.ReadFile(b.path(name, "keys.sql"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return dbload.Fill(s, rows, string(keys), queries)
}

var rePsql = regexp.MustCompile(`(?m)^\\.*$`)

// script runs statements one by one; psql's own commands are left out.
func script(s *planner.Session, text string) error {
	for _, st := range workload.Parse(rePsql.ReplaceAllString(text, "")) {
		if err := s.Exec(st.SQL); err != nil {
			return err
		}
	}
	return s.Reload()
}

// A prepared is a workload whose statements are planned.
type prepared struct {
	*planner.Session
	name      string
	good, bad []*planner.Query
	human     []score.Suggestion
}

func (b *bench) prepare(ctx context.Context, name string, implied bool) (*prepared, error) {
	s, err := b.loaded(ctx, name)
	if err != nil {
		return nil, err
	}
	return b.prepareIn(s, name, implied)
}

func (b *bench) prepareIn(s *planner.Session, name string, implied bool) (p *prepared, err error) {
	p = &prepared{Session: s, name: name}
	queries, err := workload.Read(b.path(name, "queries.sql"))
	if err != nil {
		return nil, err
	}
	if p.good, p.bad, err = s.Load(queries, implied); err != nil {
		return nil, err
	}
	human, err := os.ReadFile(b.path(name, "human.sql"))
	if err != nil {
		return nil, err
	}
	list, refused := score.Parse(s.Catalog, string(human))
	for _, r := range refused {
		fmt.Fprintf(os.Stderr, "%s: an index of the maintainers: %s\n", name, r)
	}
	p.human = list
	return p, nil
}

// baselines returns what the other tools suggest; they are asked once a
// loaded database.
func (b *bench) baseline(ctx context.Context, p *prepared, name string, suggest baseline.Algorithm) ([]score.Suggestion, error) {
	file := b.path(p.name, "baseline_"+name+".sql")
	text, err := os.ReadFile(file)
	if err != nil {
		// They know the application's statements, not those that it implies.
		var own []*planner.Query
		for _, q := range p.good {
			if !q.Implied {
				own = append(own, q)
			}
		}
		list, err := suggest(p.Session, own)
		if err != nil {
			return nil, err
		}
		text = statements(list)
		if err := os.WriteFile(file, text, 0o644); err != nil {
			return nil, err
		}
	}
	list, refused := score.Parse(p.Catalog, string(text))
	if len(refused) > 0 {
		return nil, fmt.Errorf("%s: %v", file, refused)
	}
	return list, nil
}

func statements(list []planner.Index) []byte {
	var b bytes.Buffer
	for _, x := range list {
		fmt.Fprintf(&b, "CREATE INDEX %s;\n", x.Def)
	}
	return b.Bytes()
}

// searchBest writes the best indexes that the search finds, NAME.best.sql, and
// the lowest cost of each query that it saw, NAME.ideal.json.
func searchBest(ctx context.Context, b *bench, name string) error {
	p, err := b.prepare(ctx, name, true)
	if err != nil {
		return err
	}
	defer p.Close()
	var extra []planner.Index
	add := func(list []score.Suggestion) {
		for _, x := range list {
			if x.AM == "btree" {
				extra = append(extra, x.Index)
			}
		}
	}
	add(p.human)
	for _, a := range baseline.Algorithms {
		list, err := b.baseline(ctx, p, a.Name, a.Suggest)
		if err != nil {
			return err
		}
		add(list)
	}
	r, err := search.Run(p.Session, p.good, search.Options{Width: 3, Cover: b.cover, Budget: b.budget, Extra: extra, Log: func(f string, args ...any) {
		fmt.Fprintf(os.Stderr, name+": "+f+"\n", args...)
	}})
	if err != nil {
		return err
	}
	cut := ""
	if r.Cut {
		cut = ", cut off by the budget"
	}
	fmt.Fprintf(os.Stderr, "%s: %d indexes of %d candidates, %d plans%s\n", name, len(r.Chosen), r.Pool, p.Explains, cut)
	return errors.Join(
		os.MkdirAll(b.fixtures, 0o755),
		os.WriteFile(filepath.Join(b.fixtures, name+".best.sql"), statements(r.Chosen), 0o644),
		b.writeIdeal(name, r.Ideal),
	)
}

// ideal reads the lowest cost of each query that a search or an evaluation
// saw; without one there is none.
func (b *bench) ideal(name string) (map[string]float64, error) {
	text, err := os.ReadFile(filepath.Join(b.fixtures, name+".ideal.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var ideal map[string]float64
	return ideal, json.Unmarshal(text, &ideal)
}

func (b *bench) writeIdeal(name string, ideal map[string]float64) error {
	text, err := json.MarshalIndent(ideal, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(b.fixtures, name+".ideal.json"), append(text, '\n'), 0o644)
}
