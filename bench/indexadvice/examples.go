package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/sqlvet/sqlvet/bench/indexadvice/dbload"
	"github.com/sqlvet/sqlvet/bench/indexadvice/planner"
	"github.com/sqlvet/sqlvet/bench/indexadvice/score"
	"github.com/sqlvet/sqlvet/bench/indexadvice/workload"
)

// An example is a statement with the indexes that it wants, or none.
type example struct {
	name, sql          string
	want, alt, tempt   []string // what to suggest; what must not be better; what looks right and helps nothing
	have               []string // indexes that exist
	generic, dependent bool     // parameters stay unknown; the cost of the foreign keys counts
}

func readExamples(text string) []*example {
	var out []*example
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "# "); ok {
			out = append(out, &example{name: name})
			continue
		}
		key, value, ok := strings.Cut(line, ":")
		if !ok || len(out) == 0 {
			continue
		}
		e := out[len(out)-1]
		value = strings.TrimSpace(value)
		list := strings.Split(value, " ; ")
		switch key {
		case "q":
			e.sql = value
		case "want":
			e.want = list
		case "alt":
			e.alt = list
		case "tempt":
			e.tempt = list
		case "have":
			e.have = list
		case "generic":
			e.generic = true
		case "ri":
			e.dependent = true
		}
	}
	return out
}

const (
	wantSaves  = 0.2  // at least, of the cost
	altMargin  = 0.01 // an alternative may be so much cheaper
	temptSaves = 0.3  // at most, unless it is less than temptUnits
	temptUnits = 50
)

// checkExamples asks the planner whether the worked examples are right.
func checkExamples(ctx context.Context, b *bench, folder string) error {
	text, err := os.ReadFile(filepath.Join(folder, "examples.txt"))
	if err != nil {
		return err
	}
	s, err := b.exampleDatabase(ctx, folder)
	if err != nil {
		return err
	}
	defer s.Close()
	list, held := readExamples(string(text)), 0
	for _, e := range list {
		why := ""
		err := s.Try(func() (err error) {
			why, err = e.check(s)
			return err
		})
		if err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
		if why == "" {
			held++
		} else {
			fmt.Fprintf(&b.out, "%s: %s\n", e.name, why)
		}
	}
	fmt.Fprintf(&b.out, "%d of %d examples hold\n", held, len(list))
	return s.Reload()
}

func (b *bench) exampleDatabase(ctx context.Context, folder string) (*planner.Session, error) {
	for _, sql := range []string{"DROP DATABASE IF EXISTS examples", "CREATE DATABASE examples"} {
		if err := b.admin(ctx, sql); err != nil {
			return nil, err
		}
	}
	s, err := b.open(ctx, "examples")
	if err != nil {
		return nil, err
	}
	for _, file := range []string{"schema.sql", "data.sql"} {
		text, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			return nil, err
		}
		if file == "schema.sql" {
			failed, err := dbload.Schema(s, string(text))
			if err != nil || len(failed) > 0 {
				return nil, fmt.Errorf("%s: %v %v", file, err, failed)
			}
			continue
		}
		if err := script(s, string(text)); err != nil {
			return nil, err
		}
	}
	// Parallel plans make small tables look cheap to read.
	if err := s.Exec("SET max_parallel_workers_per_gather = 0"); err != nil {
		return nil, err
	}
	return s, s.Reload()
}

// check returns what is wrong with an example, or "".
func (e *example) check(s *planner.Session) (string, error) {
	for _, h := range e.have {
		if err := s.Exec("CREATE INDEX ON " + h); err != nil {
			return "", err
		}
	}
	if err := s.Reload(); err != nil {
		return "", err
	}
	s.Generic = e.generic
	list, bad, err := s.Load([]workload.Query{{Name: e.name, SQL: e.sql, Weight: 1}}, e.dependent)
	if err != nil {
		return "", err
	}
	if len(bad) > 0 {
		return "", bad[0].Err
	}
	none, _, err := e.cost(s, list, nil)
	if err != nil {
		return "", err
	}
	for _, t := range e.tempt {
		c, _, err := e.cost(s, list, []string{t})
		if err != nil {
			return "", err
		}
		if len(e.want) == 0 && c < (1-temptSaves)*none && none-c > temptUnits {
			return fmt.Sprintf("%s helps: %.0f -> %.0f", t, none, c), nil
		}
	}
	if len(e.want) == 0 {
		return "", nil
	}
	want, used, err := e.cost(s, list, e.want)
	if err != nil {
		return "", err
	}
	if !used || want > (1-wantSaves)*none {
		return fmt.Sprintf("%v: %.0f -> %.0f, used %v", e.want, none, want, used), nil
	}
	for _, a := range e.alt {
		c, _, err := e.cost(s, list, []string{a})
		if err != nil {
			return "", err
		}
		if c < (1-altMargin)*want {
			return fmt.Sprintf("%s is better: %.0f, not %.0f", a, c, want), nil
		}
	}
	return "", nil
}

// cost plans the statements with indexes; used says whether all of them are in
// a plan.
func (e *example) cost(s *planner.Session, list []*planner.Query, indexes []string) (cost float64, used bool, err error) {
	sg, refused := score.Parse(s.Catalog, creates(indexes))
	if len(refused) > 0 {
		return 0, false, fmt.Errorf("%v", refused)
	}
	m, err := score.Measure(s, list, e.name, sg)
	if err != nil {
		return 0, false, err
	}
	if len(m.Refused) > 0 {
		return 0, false, fmt.Errorf("%v", m.Refused)
	}
	for _, c := range m.Cost {
		cost += c
	}
	return cost, len(m.Unused()) == 0, nil
}

func creates(indexes []string) string {
	var b strings.Builder
	for _, x := range indexes {
		fmt.Fprintf(&b, "CREATE INDEX ON %s;\n", x)
	}
	return b.String()
}
