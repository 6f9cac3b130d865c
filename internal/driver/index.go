package driver

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/indexadvice"
	"github.com/sqlvet/sqlvet/internal/passes/oneoff"
	"github.com/sqlvet/sqlvet/internal/report"
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
	"github.com/sqlvet/sqlvet/internal/stats"
)

// index suggests indexes for the queries of packages, all together, or for
// those of a file.
func (c *command) index(args []string) int {
	fs := newFlagSet()
	opts := &options{mode: modeQueries, format: "text"}
	asJSON := fs.Bool("json", false, "print JSON")
	write := fs.String("write", "", "write migrations into this `directory`")
	schemaPath := fs.String("schema", "", "read the schema from this SQL `file` or directory of migrations")
	queryFile := fs.String("queries", "", "with -schema, read the statements from this SQL `file`, not from packages")
	fs.BoolVar(&opts.tests, "tests", false, "include _test.go files")
	var prove proveFlags
	prove.add(fs)
	opts.buildFlags = addBuildFlags(fs)
	patterns, err := parseFlags(fs, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return c.verbHelp("index", fs)
	case err != nil:
		return c.fail("index: %v", err)
	case *queryFile != "" && *schemaPath == "":
		return c.fail("index: -queries needs -schema")
	case *queryFile != "" && (*write != "" || len(patterns) > 0):
		return c.fail("index: with -queries the indexes are printed as SQL or JSON: no -write or packages")
	case *queryFile != "":
		return c.indexFiles(*schemaPath, *queryFile, *asJSON, prove)
	}
	if opts.patterns = patterns; len(patterns) == 0 {
		opts.patterns = []string{"./..."}
	}
	opts.build = opts.buildFlags()
	given, err := givenSchema(*schemaPath)
	if err != nil {
		return c.fail("index: %v", err)
	}
	all, err := c.workloads(opts, given)
	if err != nil {
		return c.fail("index: %v", err)
	}
	defer c.sayOld(".")
	doc := report.IndexDocument{
		Version: 1, Indexes: []report.Index{}, Doubts: []report.IndexDoubt{}, Failures: all.failures, NoSchema: all.noSchema,
	}
	if prove.schema = *schemaPath; prove.mode != proveOff {
		if err := c.proved(all, prove); err != nil {
			return c.fail("index: %v", err)
		}
	}
	for _, w := range all.loads {
		if w.proof == nil {
			w.advice = indexadvice.Advise(w.schema, w.statements, w.opts)
		}
		advice, doubts := w.report()
		doc.Indexes = append(doc.Indexes, advice...)
		doc.Doubts = append(doc.Doubts, doubts...)
		if *write != "" {
			if err := c.writeMigrations(*write, w); err != nil {
				return c.fail("index: %v", err)
			}
		}
	}
	// Without any schema, that no index is worth creating would not be true.
	none := false
	if len(all.loads) == 0 && given == nil {
		here, err := loadSchema(".")
		if err != nil {
			return c.fail("index: %v", err)
		}
		none = here == nil || len(all.noSchema) > 0
	}
	switch {
	case *asJSON:
		err = report.WriteJSON(c.stdout, doc)
	case !none:
		err = doc.WriteText(c.stdout)
	}
	if err != nil {
		return c.fail("%v", err)
	}
	c.failures(all.failures)
	switch {
	case none:
		return c.noSchema(".")
	case len(all.noSchema) > 0:
		c.fail("no schema found for %s; see sqlvet schema", some(all.noSchema))
	}
	if len(all.failures) > 0 {
		return exitFailed
	}
	return exitClean
}

// some names a few of the directories.
func some(dirs []string) string {
	const shown = 3
	if n := len(dirs) - shown; n > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(dirs[:shown], ", "), n)
	}
	return strings.Join(dirs, ", ")
}

// givenSchema is that of -schema, nil if the flag is not given.
func givenSchema(path string) (*schema.Schema, error) {
	if path == "" {
		return nil, nil
	}
	return schemaAt(path)
}

// schemaAt returns the schema that a file, or the files below a directory,
// define.
func schemaAt(path string) (*schema.Schema, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	files, err := config.Schema{Paths: []string{path}}.Files()
	if err != nil {
		return nil, err
	}
	s, err := schema.Load(filepath.Dir(path), schema.Options{Files: files})
	if err != nil {
		return nil, err
	}
	if s == nil && len(files) == 1 {
		// Whatever it is called, it was named.
		text, err := os.ReadFile(files[0])
		if err != nil {
			return nil, err
		}
		s = schema.Parse(files[0], string(text))
	}
	if s == nil || len(s.Tables) == 0 {
		return nil, fmt.Errorf("%s defines no table", path)
	}
	return s, nil
}

// A workload is the queries that work with one schema.
type workload struct {
	dir        string // one whose packages work with the schema; "" if that was given
	schema     *schema.Schema
	opts       indexadvice.Options
	statements []indexadvice.Statement
	texts      []string       // of each statement
	queries    []report.Query // of each statement
	unknown    int            // queries whose statement is not known
	unread     []string       // what is known of their texts, and of those that builders are given
	advice     indexadvice.Advice
	proof      *proof // nil if no server was asked
}

// workloads are the queries of packages by the schema that they work with.
type workloads struct {
	loads    []*workload
	noSchema []string // directories whose queries work with none that was found
	failures []report.Failure
	stats    report.Stats
}

// workloads collects the queries of the packages. All of them work with the
// given schema, unless it is nil.
func (c *command) workloads(opts *options, given *schema.Schema) (*workloads, error) {
	col, err := c.gathered(opts, nil)
	if err != nil {
		return nil, err
	}
	col.finish()
	return col.workloads(opts.tests, given)
}

// workloads puts the queries that were collected to the schemas that they work
// with.
func (col *collection) workloads(tests bool, given *schema.Schema) (*workloads, error) {
	slices.SortStableFunc(col.queries, func(a, b report.Query) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line))
	})
	var err error
	out := &workloads{failures: col.failures, stats: col.stats}
	byDir := make(map[string]*workload)
	bySchema := make(map[string]*workload)
	for _, q := range col.queries {
		if q.Place == oneoff.Migration.String() || q.Place == oneoff.Testing.String() && !tests {
			continue
		}
		rel := filepath.Dir(q.CallPos.File)
		w, known := byDir[rel]
		if !known {
			if w, err = schemaOf(filepath.Join(col.dir, rel), given, col, bySchema); err != nil {
				return nil, err
			}
			byDir[rel] = w
		}
		switch {
		case w == nil && !q.Clause && q.SQL != "" && !slices.Contains(out.noSchema, rel):
			if cfg, _, err := config.Find(filepath.Join(col.dir, rel)); err == nil && !cfg.Schema.Off {
				out.noSchema = append(out.noSchema, rel)
			}
		case w != nil:
			w.add(q)
			if !slices.Contains(out.loads, w) && !q.Clause {
				out.loads = append(out.loads, w)
			}
		}
	}
	out.loads = joined(out.loads)
	return out, nil
}

// joined puts the workloads of one database together, which several sources
// may define: migrations, and a copy for a generator of code. That one is kept
// that says most.
func joined(loads []*workload) []*workload {
	says := func(w *workload) (tables, indexes int) {
		for _, t := range w.schema.Tables {
			indexes += len(t.Indexes)
		}
		return len(w.schema.Tables), indexes
	}
	var out []*workload
	for _, w := range loads {
		i := slices.IndexFunc(out, func(x *workload) bool { return holds(x.schema, w.schema) || holds(w.schema, x.schema) })
		if i < 0 {
			out = append(out, w)
			continue
		}
		kept, other := out[i], w
		t1, x1 := says(kept)
		if t2, x2 := says(other); cmp.Or(cmp.Compare(t2, t1), cmp.Compare(x2, x1)) > 0 {
			kept, other = other, kept
		}
		kept.statements = append(kept.statements, other.statements...)
		kept.texts = append(kept.texts, other.texts...)
		kept.queries = append(kept.queries, other.queries...)
		kept.unread = append(kept.unread, other.unread...)
		kept.unknown += other.unknown
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
func schemaOf(dir string, given *schema.Schema, col *collection, known map[string]*workload) (*workload, error) {
	s := given
	if s == nil {
		var err error
		if s, err = loadSchema(dir); err != nil {
			return nil, err
		}
	}
	cfg, _, err := config.Find(dir)
	if err != nil {
		return nil, err
	}
	if s == nil && !cfg.Schema.Off {
		s = col.fromModels()
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
		w = &workload{dir: dir, schema: s, opts: indexadvice.Options{Known: facts}}
		known[s.From] = w
	}
	return w, nil
}

// add adds the statements of a query, or what is known of a text that is none.
func (w *workload) add(q report.Query) {
	var read []*sqlmodel.Statement
	if q.SQL != "" {
		read = sqlmodel.Parse(sqlscan.Source{Text: q.SQL}, sqlscan.Statement, 0).Statements
	}
	for _, st := range read {
		w.statements = append(w.statements, indexadvice.Statement{Model: st, Bound: q.Bound, Call: q.CallPos})
		w.texts = append(w.texts, q.SQL[st.Start:st.End])
		w.queries = append(w.queries, q)
	}
	switch {
	case q.Clause && q.Text != "":
		w.unread = append(w.unread, q.Text)
	case q.Clause:
	case len(read) == 0:
		w.unread = append(w.unread, q.Text)
		w.unknown++
	case q.AnyTable:
		w.unread = append(w.unread, "")
	case q.AnyColumn:
		w.unread = append(w.unread, q.Text)
	}
}

// report describes the advice and the doubts.
func (w *workload) report() (indexes []report.Index, doubts []report.IndexDoubt) {
	for _, s := range w.advice.Indexes {
		x := report.Index{
			Table: s.Table.String(), Name: s.Name, SQL: s.SQL(), Drop: s.Drop(), Extension: s.Extension,
			Confidence: s.Confidence, Benefit: s.Benefit, Inserts: s.Inserts, Updates: s.Updates, Reasons: s.Reasons,
		}
		if s.Table.File != "" {
			x.Defined = fmt.Sprintf("%s:%d", s.Table.File, s.Table.Line)
		}
		for n, u := range s.Serves {
			use := report.IndexUse{Pos: w.queries[u.Statement].Pos, Saves: u.Saves, ForeignKey: u.ForeignKey}
			if w.proof != nil {
				use.Before, use.After = w.proof.costs[s][n][0], w.proof.costs[s][n][1]
			}
			x.Serves = served(x.Serves, use)
		}
		if w.proof != nil {
			x.Planner, x.Bytes = w.proof.version, 8192*w.proof.pages[s]
		}
		indexes = append(indexes, x)
	}
	suggested := make(map[string]bool)
	for _, s := range w.advice.Indexes {
		suggested[s.Table.String()+" "+s.Keys[0]] = true
	}
	for _, d := range indexadvice.Review(w.schema, w.statements, w.unread, w.opts) {
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
				out.Since = counted(w.opts.Stats)
			}
			if d.Kind != indexadvice.Unread {
				out.Unread = w.unknown
			}
			if w.proof != nil && d.Instead == nil {
				if w.proof.used[d.Index.Name] {
					continue // PostgreSQL knows better
				}
				out.Planner = w.proof.version
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

// indexFiles prints the suggestions for the statements of a file: as SQL, with
// the doubts as comments, or as JSON.
func (c *command) indexFiles(schemaPath, queryFile string, asJSON bool, prove proveFlags) int {
	s, err := schemaAt(schemaPath)
	if err != nil {
		return c.fail("index: %v", err)
	}
	sql, err := os.ReadFile(queryFile)
	if err != nil {
		return c.fail("index: %v", err)
	}
	cfg, _, err := config.Find(".")
	if err != nil {
		return c.fail("index: %v", err)
	}
	known, err := cfg.Known(".")
	if err != nil {
		return c.fail("index: %v", err)
	}
	w := &workload{schema: s, opts: indexadvice.Options{Known: known}}
	var names []string
	for _, n := range indexadvice.ReadQueries(string(sql)) {
		if n.Model == nil {
			w.unread = append(w.unread, n.SQL)
			w.unknown++
			continue
		}
		names = append(names, n.Name)
		w.statements = append(w.statements, n.Statement)
		w.texts = append(w.texts, n.Text)
		w.queries = append(w.queries, report.Query{Pos: report.Position{File: queryFile, Line: n.Line, Column: 1}})
	}
	if prove.schema = schemaPath; prove.mode != proveOff {
		if err := c.proved(&workloads{loads: []*workload{w}}, prove); err != nil {
			return c.fail("index: %v", err)
		}
	}
	if w.proof == nil {
		w.advice = indexadvice.Advise(s, w.statements, w.opts)
	}
	indexes, doubts := w.report()
	if asJSON {
		doc := report.IndexDocument{Version: 1, Indexes: append([]report.Index{}, indexes...), Doubts: append([]report.IndexDoubt{}, doubts...)}
		if err := report.WriteJSON(c.stdout, doc); err != nil {
			return c.fail("%v", err)
		}
		return exitClean
	}
	for _, s := range w.advice.Indexes {
		var serves []string
		for _, u := range s.Serves {
			serves = append(serves, fmt.Sprintf("%s -%.0f%%", names[u.Statement], 100*u.Saves))
		}
		if len(serves) > 10 {
			serves = append(serves[:10], "…")
		}
		fmt.Fprintf(c.stdout, "-- confidence %d, benefit %.2f; serves %s\n%s;\n", s.Confidence, s.Benefit, strings.Join(serves, ", "), s.SQL())
	}
	for _, d := range doubts {
		fmt.Fprintf(c.stdout, "-- %s: %s\n", d.Defined, d)
	}
	return exitClean
}
