// Package workload answers which statements work with which schema: those of
// packages, put to the databases that their settings, migrations and models
// define.
package workload

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/indexadvice"
	"github.com/sqlvet/sqlvet/internal/passes/oneoff"
	"github.com/sqlvet/sqlvet/internal/report"
	"github.com/sqlvet/sqlvet/internal/run"
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
	"github.com/sqlvet/sqlvet/internal/stats"
)

// Scripts returns what makes the workload's tables.
func (w *Workload) Scripts(given string) ([]schema.Script, string, error) {
	if given != "" {
		return scriptsAt(given)
	}
	dir, _, opts, err := run.SchemaSettings(w.dir)
	if err != nil {
		return nil, "", err
	}
	return schema.Scripts(dir, opts)
}

// scriptsAt is scripts for what schemaAt reads.
func scriptsAt(path string) ([]schema.Script, string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, "", err
	}
	files, err := config.Schema{Paths: []string{path}}.Files()
	if err != nil {
		return nil, "", err
	}
	scripts, digest, err := schema.Scripts(filepath.Dir(path), schema.Options{Files: files})
	if err != nil || scripts != nil || len(files) != 1 {
		return scripts, digest, err
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		return nil, "", err
	}
	scripts, digest = schema.ScriptOf(files[0], string(text))
	return scripts, digest, nil
}

// A Workload is the queries that work with one schema.
type Workload struct {
	dir        string // one whose packages work with the schema; "" if that was given
	Schema     *schema.Schema
	Opts       indexadvice.Options
	Statements []indexadvice.Statement
	Texts      []string       // of each statement
	Queries    []report.Query // of each statement
	Unknown    int            // queries whose statement is not known
	Unread     []string       // what is known of their texts, and of those that builders are given
	Advice     indexadvice.Advice
	Proof      *Proof // nil if no server was asked
}

// Loads are the queries of packages by the schema that they work with.
type Loads struct {
	Loads    []*Workload
	NoSchema []string // directories whose queries work with none that was found
	Failures []report.Failure
	Stats    report.Stats
}

// Gather collects the queries of the packages. All of them work with the
// given schema, unless it is nil.
func Gather(c *cli.Command, opts *run.Options, given *schema.Schema) (*Loads, error) {
	col, err := run.Gathered(c, opts, nil)
	if err != nil {
		return nil, err
	}
	col.Finish()
	return Of(col, opts.Tests, given)
}

// Of puts the queries that were collected to the schemas that they work
// with.
func Of(col *run.Collection, tests bool, given *schema.Schema) (*Loads, error) {
	slices.SortStableFunc(col.Queries, func(a, b report.Query) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line))
	})
	var err error
	out := &Loads{Failures: col.Failures, Stats: col.Stats}
	byDir := make(map[string]*Workload)
	bySchema := make(map[string]*Workload)
	for _, q := range col.Queries {
		if q.Place == oneoff.Migration.String() || q.Place == oneoff.Testing.String() && !tests {
			continue
		}
		rel := filepath.Dir(q.CallPos.File)
		w, known := byDir[rel]
		if !known {
			if w, err = schemaOf(filepath.Join(col.Dir, rel), given, col, bySchema); err != nil {
				return nil, err
			}
			byDir[rel] = w
		}
		switch {
		case w == nil && !q.Clause && q.SQL != "" && !slices.Contains(out.NoSchema, rel):
			if cfg, _, err := config.Find(filepath.Join(col.Dir, rel)); err == nil && !cfg.Schema.Off {
				out.NoSchema = append(out.NoSchema, rel)
			}
		case w != nil:
			w.add(q)
			if !slices.Contains(out.Loads, w) && !q.Clause {
				out.Loads = append(out.Loads, w)
			}
		}
	}
	out.Loads = joined(out.Loads)
	return out, nil
}

// joined puts the workloads of one database together, which several sources
// may define: migrations, and a copy for a generator of code. That one is kept
// that says most.
func joined(loads []*Workload) []*Workload {
	says := func(w *Workload) (tables, indexes int) {
		for _, t := range w.Schema.Tables {
			indexes += len(t.Indexes)
		}
		return len(w.Schema.Tables), indexes
	}
	var out []*Workload
	for _, w := range loads {
		i := slices.IndexFunc(out, func(x *Workload) bool { return holds(x.Schema, w.Schema) || holds(w.Schema, x.Schema) })
		if i < 0 {
			out = append(out, w)
			continue
		}
		kept, other := out[i], w
		t1, x1 := says(kept)
		if t2, x2 := says(other); cmp.Or(cmp.Compare(t2, t1), cmp.Compare(x2, x1)) > 0 {
			kept, other = other, kept
		}
		kept.Statements = append(kept.Statements, other.Statements...)
		kept.Texts = append(kept.Texts, other.Texts...)
		kept.Queries = append(kept.Queries, other.Queries...)
		kept.Unread = append(kept.Unread, other.Unread...)
		kept.Unknown += other.Unknown
		out[i] = kept
	}
	return out
}

// holds reports whether s has all tables of part, with the same columns.
func holds(s, part *schema.Schema) bool {
	for _, t := range part.Tables {
		u := s.Table(t.Schema, t.Name)
		if u == nil || len(u.Columns) != len(t.Columns) || slices.ContainsFunc(t.Columns, func(c *schema.Column) bool { return u.Column(c.Name) == nil }) {
			return false
		}
	}
	return len(part.Tables) > 0
}

// schemaOf returns the workload that the queries of a directory belong to, nil
// if no schema is found for them. Those that were made stand in known.
func schemaOf(dir string, given *schema.Schema, col *run.Collection, known map[string]*Workload) (*Workload, error) {
	s := given
	if s == nil {
		var err error
		if s, err = run.LoadSchema(dir); err != nil {
			return nil, err
		}
	}
	cfg, _, err := config.Find(dir)
	if err != nil {
		return nil, err
	}
	if s == nil && !cfg.Schema.Off {
		s = col.FromModels()
	}
	if s == nil {
		return nil, nil
	}
	w := known[s.From]
	if w == nil {
		facts, err := cfg.Known(dir)
		if err != nil {
			return nil, err
		}
		w = &Workload{dir: dir, Schema: s, Opts: indexadvice.Options{Known: facts}}
		known[s.From] = w
	}
	return w, nil
}

// add adds the statements of a query, or what is known of a text that is none.
func (w *Workload) add(q report.Query) {
	var read []*sqlmodel.Statement
	if q.SQL != "" {
		read = sqlmodel.Parse(sqlscan.Source{Text: q.SQL}, sqlscan.Statement, 0).Statements
	}
	for _, st := range read {
		w.Statements = append(w.Statements, indexadvice.Statement{Model: st, Bound: q.Bound, Call: q.CallPos})
		w.Texts = append(w.Texts, q.SQL[st.Start:st.End])
		w.Queries = append(w.Queries, q)
	}
	switch {
	case q.Clause && q.Text != "":
		w.Unread = append(w.Unread, q.Text)
	case q.Clause:
	case len(read) == 0:
		w.Unread = append(w.Unread, q.Text)
		w.Unknown++
	case q.AnyTable:
		w.Unread = append(w.Unread, "")
	case q.AnyColumn:
		w.Unread = append(w.Unread, q.Text)
	}
}

// Report describes the advice and the doubts.
func (w *Workload) Report() (indexes []report.Index, doubts []report.IndexDoubt) {
	for _, s := range w.Advice.Indexes {
		x := report.Index{
			Table: s.Table.String(), Name: s.Name, SQL: s.SQL(), Drop: s.Drop(), Extension: s.Extension,
			Confidence: s.Confidence, Benefit: s.Benefit, Inserts: s.Inserts, Updates: s.Updates, Reasons: s.Reasons,
		}
		if s.Table.File != "" {
			x.Defined = fmt.Sprintf("%s:%d", s.Table.File, s.Table.Line)
		}
		for n, u := range s.Serves {
			use := report.IndexUse{Pos: w.Queries[u.Statement].Pos, Saves: u.Saves, ForeignKey: u.ForeignKey}
			if w.Proof != nil {
				use.Before, use.After = w.Proof.Costs[s][n][0], w.Proof.Costs[s][n][1]
			}
			x.Serves = served(x.Serves, use)
		}
		if w.Proof != nil {
			x.Planner, x.Bytes = w.Proof.Version, 8192*w.Proof.Pages[s]
		}
		indexes = append(indexes, x)
	}
	suggested := make(map[string]bool)
	for _, s := range w.Advice.Indexes {
		suggested[s.Table.String()+" "+s.Keys[0]] = true
	}
	for _, d := range indexadvice.Review(w.Schema, w.Statements, w.Unread, w.Opts) {
		out := report.IndexDoubt{Kind: string(d.Kind), Table: d.Table.String()}
		switch {
		case d.Key != nil:
			if suggested[d.Table.String()+" "+schema.Quote(d.Key.Columns[0])] {
				continue
			}
			out.Columns = d.Key.Columns
			out.Defined = fmt.Sprintf("%s:%d", d.Key.File, d.Key.Line)
		default:
			out.Index = d.Index.Name
			out.Defined = fmt.Sprintf("%s:%d", d.Index.File, d.Index.Line)
			if d.Instead != nil {
				out.Instead = d.Instead.Name
			}
			if d.Idle {
				out.Since = counted(w.Opts.Stats)
			}
			if d.Kind == indexadvice.Written {
				out.Columns = []string{d.Column}
				break
			}
			if d.Kind != indexadvice.Unread {
				out.Unread = w.Unknown
			}
			if w.Proof != nil && d.Instead == nil {
				if w.Proof.Used[d.Index.Name] {
					continue // PostgreSQL knows better
				}
				out.Planner = w.Proof.Version
			}
		}
		doubts = append(doubts, out)
	}
	return indexes, doubts
}

// counted says since when a server has counted.
func counted(f *stats.File) string {
	if f.Since == nil {
		return "since the database was made (counted on " + f.Taken.Format(time.DateOnly) + ")"
	}
	return "from " + f.Since.Format(time.DateOnly) + " to " + f.Taken.Format(time.DateOnly)
}

// served adds a use to those of an index. A text that has alternatives stands
// at one place, of which the one that gains most is told.
func served(uses []report.IndexUse, u report.IndexUse) []report.IndexUse {
	i := slices.IndexFunc(uses, func(x report.IndexUse) bool { return x.Pos == u.Pos && x.ForeignKey == u.ForeignKey })
	if i < 0 {
		return append(uses, u)
	}
	if u.Saves > uses[i].Saves {
		uses[i] = u
	}
	return uses
}

// A Proof is what PostgreSQL's planner says of a workload's indexes.
type Proof struct {
	Version string
	Costs   map[*indexadvice.Suggestion][][2]float64 // before and after, of each of its Serves
	Pages   map[*indexadvice.Suggestion]int64
	Used    map[string]bool // existing indexes that some plan uses
}
