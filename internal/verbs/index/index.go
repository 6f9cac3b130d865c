// Package index is the verb that suggests indexes, and writes them as migrations.
package index

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/filetree"
	"github.com/sqlvet/sqlvet/internal/indexadvice"
	"github.com/sqlvet/sqlvet/internal/planned"
	"github.com/sqlvet/sqlvet/internal/report"
	"github.com/sqlvet/sqlvet/internal/run"
	"github.com/sqlvet/sqlvet/internal/workload"
)

// Run suggests indexes for the queries of packages, all together, or for
// those of a file.
func Run(c *cli.Command, args []string) int {
	fs := cli.NewFlagSet()
	opts := &run.Options{Mode: run.ModeQueries, Format: "text"}
	asJSON := fs.Bool("json", false, "print JSON")
	write := fs.String("write", "", "write migrations into this `directory`")
	schemaPath := fs.String("schema", "", "read the schema from this SQL `file` or directory of migrations")
	queryFile := fs.String("queries", "", "with -schema, read the statements from this SQL `file`, not from packages")
	fs.BoolVar(&opts.Tests, "tests", false, "include _test.go files")
	var prove planned.ProveFlags
	prove.Add(fs)
	opts.BuildFlags = cli.AddBuildFlags(fs)
	patterns, err := cli.ParseFlags(fs, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return c.VerbHelp("index", fs)
	case err != nil:
		return c.Fail("index: %v", err)
	case *queryFile != "" && *schemaPath == "":
		return c.Fail("index: -queries needs -schema")
	case *queryFile != "" && (*write != "" || len(patterns) > 0):
		return c.Fail("index: with -queries the indexes are printed as SQL or JSON: no -write or packages")
	case *queryFile != "":
		return indexFiles(c, *schemaPath, *queryFile, *asJSON, prove)
	}
	if opts.Patterns = patterns; len(patterns) == 0 {
		opts.Patterns = []string{"./..."}
	}
	opts.Build = opts.BuildFlags()
	given, err := run.GivenSchema(*schemaPath)
	if err != nil {
		return c.Fail("index: %v", err)
	}
	all, err := workload.Gather(c, opts, given)
	if err != nil {
		return c.Fail("index: %v", err)
	}
	defer run.SayOld(c, ".")
	doc := report.IndexDocument{
		Version: 1, Indexes: []report.Index{}, Doubts: []report.IndexDoubt{}, Failures: all.Failures, NoSchema: all.NoSchema,
	}
	if prove.Schema = *schemaPath; prove.Mode != planned.ProveOff {
		if err := planned.Proved(c, all, prove); err != nil {
			return c.Fail("index: %v", err)
		}
	}
	for _, w := range all.Loads {
		if w.Proof == nil {
			w.Advice = indexadvice.Advise(w.Schema, w.Statements, w.Opts)
		}
		advice, doubts := w.Report()
		doc.Indexes = append(doc.Indexes, advice...)
		doc.Doubts = append(doc.Doubts, doubts...)
		if *write != "" {
			if err := writeMigrations(c, *write, w); err != nil {
				return c.Fail("index: %v", err)
			}
		}
	}
	// Without any schema, that no index is worth creating would not be true.
	none := false
	if len(all.Loads) == 0 && given == nil {
		here, err := run.LoadSchema(".")
		if err != nil {
			return c.Fail("index: %v", err)
		}
		none = here == nil || len(all.NoSchema) > 0
	}
	switch {
	case *asJSON:
		err = report.WriteJSON(c.Stdout, doc)
	case !none:
		err = doc.WriteText(c.Stdout)
	}
	if err != nil {
		return c.Fail("%v", err)
	}
	run.Failures(c, all.Failures)
	switch {
	case none:
		return run.NoSchema(c, ".")
	case len(all.NoSchema) > 0:
		c.Fail("no schema found for %s; see sqlvet schema", report.Some(all.NoSchema))
	}
	if len(all.Failures) > 0 {
		return cli.ExitFailed
	}
	return cli.ExitClean
}

// indexFiles prints the suggestions for the statements of a file: as SQL, with
// the doubts as comments, or as JSON.
func indexFiles(c *cli.Command, schemaPath, queryFile string, asJSON bool, prove planned.ProveFlags) int {
	s, err := run.SchemaAt(schemaPath)
	if err != nil {
		return c.Fail("index: %v", err)
	}
	in, err := filetree.OpenGiven(queryFile)
	if err != nil {
		return c.Fail("index: %v", err)
	}
	defer in.Close()
	sql, err := io.ReadAll(io.LimitReader(in, filetree.MaxText))
	if err != nil {
		return c.Fail("index: %v", err)
	}
	cfg, _, err := config.Find(".")
	if err != nil {
		return c.Fail("index: %v", err)
	}
	known, err := cfg.Known(".")
	if err != nil {
		return c.Fail("index: %v", err)
	}
	w := &workload.Workload{Schema: s, Opts: indexadvice.Options{Known: known}}
	var names []string
	for _, n := range indexadvice.ReadQueries(string(sql)) {
		if n.Model == nil {
			w.Unread = append(w.Unread, n.SQL)
			w.Unknown++
			continue
		}
		names = append(names, n.Name)
		w.Statements = append(w.Statements, n.Statement)
		w.Texts = append(w.Texts, n.Text)
		w.Queries = append(w.Queries, report.Query{Pos: report.Position{File: queryFile, Line: n.Line, Column: 1}})
	}
	if prove.Schema = schemaPath; prove.Mode != planned.ProveOff {
		if err := planned.Proved(c, &workload.Loads{Loads: []*workload.Workload{w}}, prove); err != nil {
			return c.Fail("index: %v", err)
		}
	}
	if w.Proof == nil {
		w.Advice = indexadvice.Advise(s, w.Statements, w.Opts)
	}
	indexes, doubts := w.Report()
	if asJSON {
		doc := report.IndexDocument{Version: 1, Indexes: append([]report.Index{}, indexes...), Doubts: append([]report.IndexDoubt{}, doubts...)}
		if err := report.WriteJSON(c.Stdout, doc); err != nil {
			return c.Fail("%v", err)
		}
		return cli.ExitClean
	}
	for _, s := range w.Advice.Indexes {
		var serves []string
		for _, u := range s.Serves {
			serves = append(serves, fmt.Sprintf("%s -%.0f%%", names[u.Statement], 100*u.Saves))
		}
		if len(serves) > 10 {
			serves = append(serves[:10], "…")
		}
		fmt.Fprintf(c.Stdout, "-- confidence %d, benefit %.2f; serves %s\n%s;\n", s.Confidence, s.Benefit, strings.Join(serves, ", "), s.SQL())
	}
	for _, d := range doubts {
		fmt.Fprintf(c.Stdout, "-- %s: %s\n", d.Defined, d)
	}
	return cli.ExitClean
}
