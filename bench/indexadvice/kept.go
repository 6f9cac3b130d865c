package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/sqlvet/sqlvet/bench/indexadvice/planner"
	"github.com/sqlvet/sqlvet/bench/indexadvice/score"
	"github.com/sqlvet/sqlvet/bench/indexadvice/workload"
	"github.com/sqlvet/sqlvet/internal/indexadvice"
)

// kept marks the copies of databases that have the maintainers' indexes.
const kept = "_kept"

// withTheirs opens the copy of a workload's database that has the maintainers'
// indexes, after making it if it is not there, and writes its schema, kept.sql.
func (b *bench) withTheirs(ctx context.Context, name string) (*planner.Session, error) {
	s, err := b.loaded(ctx, name)
	if err != nil {
		return nil, err
	}
	s.Close() // Have: a database is copied that nobody is connected to.
	var there bool
	if err := b.admin(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = '"+name+kept+"')", &there); err != nil {
		return nil, err
	}
	if !there {
		if err := b.keep(ctx, name); err != nil {
			return nil, err
		}
	}
	if s, err = b.open(ctx, name+kept); err != nil {
		return nil, err
	}
	return s, settle(s)
}

func (b *bench) keep(ctx context.Context, name string) error {
	human, err := os.ReadFile(b.path(name, "human.sql"))
	if err != nil {
		return err
	}
	part, whole := pgx.Identifier{name + "_part"}.Sanitize(), pgx.Identifier{name + kept}.Sanitize()
	for _, sql := range []string{"DROP DATABASE IF EXISTS " + part, "CREATE DATABASE " + part + " TEMPLATE " + pgx.Identifier{name + filled}.Sanitize()} {
		if err := b.admin(ctx, sql); err != nil {
			return err
		}
	}
	if err := b.addTheirs(ctx, name+"_part", string(human)); err != nil {
		return err
	}
	// Of two indexes that cost the same the planner takes the older one, so
	// they are made in this order.
	text, err := os.ReadFile(b.path(name, "stripped.sql"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(b.path(name, "kept.sql"), append(text, human...), 0o644); err != nil {
		return err
	}
	if err := os.Remove(b.path(name, "snapshot_"+name+kept+"_true.json")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return b.admin(ctx, "ALTER DATABASE "+part+" RENAME TO "+whole)
}

func (b *bench) addTheirs(ctx context.Context, database, human string) error {
	s, err := b.open(ctx, database)
	if err != nil {
		return err
	}
	defer s.Close()
	for _, st := range workload.Parse(human) {
		if err := s.Exec(st.SQL); err != nil {
			return err
		}
	}
	// Expressions have statistics of their own.
	return s.Exec("VACUUM ANALYZE")
}

// evaluateKept prints what each way to ask sqlvet suggests where the
// maintainers' indexes are in place, and which of those it doubts.
func evaluateKept(ctx context.Context, b *bench, name string) error {
	s, err := b.withTheirs(ctx, name)
	if err != nil {
		return err
	}
	defer s.Close()
	p, err := b.prepareIn(s, name, true)
	if err != nil {
		return err
	}
	none, err := b.measure(p, "none", nil)
	if err != nil {
		return err
	}
	inUse := make(map[string]bool)
	for _, q := range p.good {
		plan, err := s.Explain(q)
		if err != nil {
			return err
		}
		for _, x := range plan.Used {
			inUse[x] = true
		}
	}
	fmt.Fprintf(&b.out, "## %s, the maintainers' %d indexes in place: %d queries\n\n", name, len(p.human), len(p.good))
	fmt.Fprint(&b.out, "| tool | suggested | in no plan | save >= 20 % of a statement | doubts | of an index that a plan uses |\n|---|---:|---:|---:|---:|---:|\n")
	var details strings.Builder
	for _, pr := range provers {
		if !b.wants(pr.tool) {
			continue
		}
		answer, err := pr.ask(ctx, b, name+kept, name, "kept.sql")
		if err != nil {
			return err
		}
		var list []score.Suggestion
		for _, x := range answer.Indexes {
			l, refused := score.Parse(p.Catalog, x.SQL)
			if len(refused) > 0 {
				return fmt.Errorf("%s: %v", pr.tool, refused)
			}
			list = append(list, l...)
		}
		m, err := b.measure(p, pr.tool, list)
		if err != nil {
			return err
		}
		t := &score.Table{Workload: name, Queries: p.good, None: none, Tools: []*score.Measurement{m}}
		saving := 0
		fmt.Fprintf(&details, "%s:\n\n", pr.tool)
		for _, x := range m.Built {
			if t.Saves(m, x) {
				saving++
				continue
			}
			fmt.Fprintf(&details, "- `%s` saves little; in the plans of %s\n", x.Def, strings.Join(x.UsedBy, ", "))
		}
		wrong := 0
		for _, d := range answer.Doubts {
			mark := ""
			// What has a twin may serve, and so may what is doubted for its writes.
			if inUse[d.Index] && (d.Kind == string(indexadvice.Unused) || d.Kind == string(indexadvice.Unread)) {
				wrong++
				mark = " WRONG: a plan uses it"
			}
			fmt.Fprintf(&details, "- %s: %s %s %s %s%s\n", d.Kind, d.Table, d.Index, strings.Join(d.Columns, ", "), d.Instead, mark)
		}
		fmt.Fprintln(&details)
		fmt.Fprintf(&b.out, "| %s | %d | %d | %d | %d | %d |\n", pr.tool, len(m.Built), len(m.Unused()), saving, len(answer.Doubts), wrong)
	}
	fmt.Fprintln(&b.out)
	if b.details > 0 {
		b.out.WriteString(details.String())
	}
	return nil
}
