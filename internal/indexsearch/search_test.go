//go:build unix

package indexsearch

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/pgserver"
	"github.com/sqlvet/sqlvet/internal/planner"
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/stats"
)

const boats = `
CREATE TABLE boats (id bigint PRIMARY KEY, harbour bigint NOT NULL, owner bigint NOT NULL, state text NOT NULL, docked_at timestamptz NOT NULL, note text);
CREATE INDEX boats_note ON boats (note);
CREATE INDEX boats_state ON boats (state);
`

// A proposal is an index that could be made, and the statements that it is for.
type proposal struct {
	keys string
	of   []int
}

// port is a box with boats, and what could be made for them.
func port(t *testing.T) (*planner.Box, []*Query, []*Choice) {
	t.Helper()
	return portOf(t, []string{
		"SELECT id, note FROM boats WHERE harbour = $1",
		"SELECT id, note FROM boats WHERE harbour = $1 AND owner = $2",
		"SELECT id, note FROM boats WHERE owner = $1 ORDER BY docked_at DESC LIMIT 10",
		"SELECT count(*) FROM boats WHERE state = 'lost'",
		"SELECT note FROM boats WHERE id = $1",
	}, []proposal{
		{"harbour", []int{0, 1}}, {"harbour, owner", []int{1}}, {"owner", []int{1, 2}}, {"owner, harbour", []int{1}},
		{"owner, docked_at DESC", []int{2}}, {"docked_at DESC", []int{2}}, {"docked_at DESC, owner", []int{2}},
	})
}

func portOf(t *testing.T, statements []string, list []proposal) (*planner.Box, []*Query, []*Choice) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a PostgreSQL server")
	}
	if _, err := pgserver.Find(""); err != nil {
		t.Skip(err)
	}
	ctx := context.Background()
	scripts, digest := schema.ScriptOf("boats.sql", boats)
	box, err := planner.Open(ctx, planner.Options{Scripts: scripts, Digest: digest})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := box.Close(); err != nil {
			t.Error(err)
		}
	})
	_, err = box.Apply(ctx, &stats.File{Tables: []*stats.Table{{Schema: "public", Name: "boats", Rows: 4e6, Columns: []*stats.Column{
		{Name: "id", Width: 8, Distinct: -1}, {Name: "harbour", Width: 8, Distinct: 40_000}, {Name: "owner", Width: 8, Distinct: 100_000},
		{Name: "state", Width: 5, Distinct: 3, Common: []string{"out", "in", "lost"}, Frequencies: []float64{0.6, 0.39, 0.01}},
		{Name: "docked_at", Width: 8, Distinct: -1}, {Name: "note", Width: 20, Distinct: -0.5},
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	var queries []*Query
	for _, sql := range statements {
		st, err := box.Prepare(ctx, sql, nil)
		if err != nil {
			t.Fatal(err)
		}
		queries = append(queries, &Query{Statement: st, Weight: 1})
	}
	var tables []*planner.Table
	var definitions []string
	for _, p := range list {
		tables, definitions = append(tables, box.Table("", "boats")), append(definitions, "boats ("+p.keys+")")
	}
	made, err := box.Try(ctx, tables, definitions)
	if err != nil {
		t.Fatal(err)
	}
	var choices []*Choice
	for i, p := range list {
		choices = append(choices, &Choice{Candidate: made[i], Keys: strings.Split(p.keys, ", "), Plain: true, Queries: p.of, Writes: 1})
	}
	return box, queries, choices
}

// TestSearch finds the two indexes that serve three statements, and tells
// which of those there are nothing uses.
func TestSearch(t *testing.T) {
	box, queries, choices := port(t)
	done := 0.0
	found, err := Search(context.Background(), box, queries, choices, Options{Step: func(x float64) {
		if x < done {
			t.Errorf("progress goes back from %g to %g", done, x)
		}
		done = x
	}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range found.Indexes {
		got = append(got, x.Definition)
		for _, u := range x.Serves {
			if u.After > u.Before/5 {
				t.Errorf("%s: query %d costs %g, then %g", x.Definition, u.Query, u.Before, u.After)
			}
		}
	}
	slices.Sort(got)
	if want := []string{"boats (harbour)", "boats (owner, docked_at DESC)"}; !slices.Equal(got, want) {
		t.Errorf("chosen: %q, costs %v", got, found.Final)
	}
	if !found.Used["boats_state"] || !found.Used["boats_pkey"] || found.Used["boats_note"] {
		t.Errorf("used: %v", found.Used)
	}
	if found.Final[0] >= found.Base[0]/50 || found.Final[4] != found.Base[4] {
		t.Errorf("costs %v become %v", found.Base, found.Final)
	}
}

// TestEnough tries fewer candidates at once with a statement that joins many
// tables, whose plan takes long.
func TestEnough(t *testing.T) {
	before := enough
	for _, joins := range []int{0, 8, 9, 12, 17, 100} {
		got := (&Query{joins: joins}).enough()
		if joins <= 8 && got != enough || joins > 8 && (got >= before && got > leastTried || got < leastTried) {
			t.Errorf("%d joins: %d candidates, of fewer joins %d", joins, got, before)
		}
		before = got
	}
}

// TestInterrupted ends a search before it has begun to choose.
func TestInterrupted(t *testing.T) {
	box, queries, choices := port(t)
	ctx, cancel := context.WithCancel(context.Background())
	found, err := Search(ctx, box, queries, choices, Options{Step: func(float64) { cancel() }})
	if err != nil || !found.Cut || len(found.Base) != len(queries) {
		t.Errorf("%+v, %v", found, err)
	}
}

// TestCut ends a search when it has planned each statement with all that was
// proposed for it, before it has chosen anything: what those plans used is
// told.
func TestCut(t *testing.T) {
	box, queries, choices := port(t)
	ctx := context.Background()
	s := &search{box: box, queries: queries, all: choices, result: &Result{Used: make(map[string]bool)}}
	s.link()
	if err := errors.Join(s.measure(ctx), s.collect(ctx)); err != nil {
		t.Fatal(err)
	}
	s.sketch()
	if err := s.tell(ctx); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range s.result.Indexes {
		got = append(got, x.Definition)
	}
	slices.Sort(got)
	if want := []string{"boats (harbour)", "boats (owner, docked_at DESC)"}; !slices.Equal(got, want) {
		t.Errorf("chosen: %q", got)
	}
}

// TestTogether takes two indexes of which each alone is of no use.
func TestTogether(t *testing.T) {
	box, queries, choices := portOf(t, []string{"SELECT note FROM boats WHERE owner = $1 OR docked_at = $2"}, []proposal{{"owner", []int{0}}, {"docked_at", []int{0}}})
	found, err := Search(context.Background(), box, queries, choices, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Indexes) != 2 || found.Final[0] > found.Base[0]/100 {
		t.Errorf("chosen: %+v, costs %v become %v", found.Indexes, found.Base, found.Final)
	}
}

// TestWanted keeps, of two that serve alike, the one that others want too.
func TestWanted(t *testing.T) {
	for wanted := range 2 {
		box, queries, choices := portOf(t, []string{"SELECT note FROM boats WHERE owner = $1 AND harbour = $2"}, []proposal{{"owner, harbour", []int{0}}, {"harbour, owner", []int{0}}})
		choices[wanted].Wanted = true
		found, err := Search(context.Background(), box, queries, choices, Options{Sure: 0.4})
		if err != nil {
			t.Fatal(err)
		}
		if len(found.Indexes) != 1 || found.Indexes[0].Choice != choices[wanted] {
			t.Errorf("%s is wanted; chosen: %+v", choices[wanted].Definition, found.Indexes)
		}
	}
}
