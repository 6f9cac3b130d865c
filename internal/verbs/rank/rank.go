// Package rank is the verb that ranks the lines of Go by what they cost a database.
package rank

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/observed"
	"github.com/sqlvet/sqlvet/internal/pglog"
	"github.com/sqlvet/sqlvet/internal/planned"
	"github.com/sqlvet/sqlvet/internal/report"
	"github.com/sqlvet/sqlvet/internal/run"
	"github.com/sqlvet/sqlvet/internal/statstatements"
)

// rankFormats are the values of -format.
var rankFormats = []string{"text", "json", "html"}

// rankFlags say where the load is read from, and what is printed of it.
type rankFlags struct {
	dsn, prefix, schema string
	stats, logs         []string
	watch               time.Duration
	top                 int
	values              bool
	prove               planned.ProveFlags
}

// Run prints which places of the program cost a database most.
func Run(c *cli.Command, args []string) int {
	fs := cli.NewFlagSet()
	opts := &run.Options{Mode: run.ModeCheck}
	var rf rankFlags
	list := func(to *[]string) func(string) error {
		return func(s string) error { *to = append(*to, s); return nil }
	}
	fs.StringVar(&rf.dsn, "dsn", "", "ask the pg_stat_statements of this `database`; nothing is written to it")
	fs.DurationVar(&rf.watch, "watch", 0, "with -dsn, count for so long from now on, not since the last reset")
	fs.Func("stats", "read pg_stat_statements from this `file`, CSV with a header or JSON (may be repeated)", list(&rf.stats))
	fs.Func("log", "read this `file` of a PostgreSQL server's log (may be repeated; further files may follow)", list(&rf.logs))
	fs.StringVar(&rf.prefix, "prefix", "", "the log_line_prefix of -log, where it is not found out")
	fs.StringVar(&rf.schema, "schema", "", "read the schema from this SQL `file` or directory of migrations")
	fs.IntVar(&rf.top, "top", 20, "how many lines the text has")
	fs.BoolVar(&rf.values, "values", false, "show a call of each statement with its values, from logs")
	fs.StringVar(&rf.prove.PG, "pg", "", "the `folder` of PostgreSQL's programs (initdb, postgres)")
	rf.prove.Mode = planned.ProveAuto
	fs.Var(&rf.prove.Mode, "prove", "ask a private PostgreSQL about each index: on, off, or auto (if a server is found)")
	fs.DurationVar(&rf.prove.Budget, "budget", 20*time.Second, "with -prove, the time to search; 0 for no bound")
	fs.BoolVar(&opts.JSON, "json", false, "as -format json")
	fs.StringVar(&opts.Format, "format", "", "how to print: "+strings.Join(rankFormats, ", "))
	fs.BoolVar(&opts.Tests, "tests", false, "include _test.go files")
	opts.BuildFlags = cli.AddBuildFlags(fs)
	rest, err := cli.ParseFlags(fs, args)
	if errors.Is(err, flag.ErrHelp) {
		return c.VerbHelp("rank", fs)
	} else if err != nil {
		return c.Fail("rank: %v", err)
	}
	for _, a := range rest {
		// The shell has made several files of -log *.log.
		if info, err := os.Stat(a); len(rf.logs) > 0 && err == nil && info.Mode().IsRegular() {
			rf.logs = append(rf.logs, a)
		} else {
			opts.Patterns = append(opts.Patterns, a)
		}
	}
	if len(opts.Patterns) == 0 {
		opts.Patterns = []string{"./..."}
	}
	if opts.JSON {
		opts.Format = cmp.Or(opts.Format, "json")
	}
	opts.Format = cmp.Or(opts.Format, "text")
	if err := rf.conflict(opts); err != nil {
		return c.Fail("rank: %v", err)
	}
	opts.Build = opts.BuildFlags()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	doc, err := ranked(c, ctx, opts, &rf)
	switch {
	case ctx.Err() != nil:
		return c.Fail("rank: interrupted")
	case err != nil:
		return c.Fail("rank: %v", err)
	}
	switch opts.Format {
	case "json":
		err = report.WriteJSON(c.Stdout, doc)
	case "html":
		err = doc.WriteHTML(c.Stdout, cli.BuildVersion())
	default:
		err = doc.WriteText(c.Stdout, rf.top)
	}
	if err != nil {
		return c.Fail("%v", err)
	}
	run.Failures(c, doc.Failures)
	for _, note := range doc.Notes {
		fmt.Fprintf(c.Stderr, "sqlvet: %s\n", note)
	}
	if len(doc.Failures) > 0 {
		return cli.ExitFailed
	}
	return cli.ExitClean
}

// conflict returns what is wrong with flags that do not go together.
func (rf *rankFlags) conflict(opts *run.Options) error {
	n := 0
	for _, set := range []bool{rf.dsn != "", len(rf.stats) > 0, len(rf.logs) > 0} {
		if set {
			n++
		}
	}
	switch {
	case n == 0:
		return errors.New(`whose time? -dsn "$DATABASE_URL", -stats FILE of pg_stat_statements, or -log postgresql.log`)
	case n > 1:
		return errors.New("one of -dsn, -stats and -log: their numbers cannot be added")
	case rf.watch != 0 && rf.dsn == "":
		return errors.New("-watch needs -dsn")
	case rf.watch < 0:
		return errors.New("-watch wants a time to wait")
	case rf.values && len(rf.logs) == 0:
		return errors.New("-values needs -log: pg_stat_statements keeps no values")
	case rf.prefix != "" && len(rf.logs) == 0:
		return errors.New("-prefix needs -log")
	case !slices.Contains(rankFormats, opts.Format):
		return fmt.Errorf("unknown format %q; formats are %s", opts.Format, strings.Join(rankFormats, ", "))
	case opts.JSON && opts.Format != "json":
		return errors.New("-json and -format " + opts.Format + " cannot be used together")
	}
	return nil
}

// ranked reads the load and the program and puts them together.
func ranked(c *cli.Command, ctx context.Context, opts *run.Options, rf *rankFlags) (*report.RankDocument, error) {
	given, err := run.GivenSchema(rf.schema)
	if err != nil {
		return nil, err
	}
	read, err := beginLoad(c, ctx, rf)
	if err != nil {
		return nil, err
	}
	col, err := collected(c, opts)
	if err != nil {
		return nil, err
	}
	load, source, err := read()
	if err != nil {
		return nil, err
	}
	r := newRanking(col, load, rf)
	r.doc.Source = source
	if err := r.advise(c, opts, given); err != nil {
		return nil, err
	}
	r.fill()
	return r.doc, nil
}

// collected analyses the packages with all rules.
func collected(c *cli.Command, opts *run.Options) (*run.Collection, error) {
	col, err := run.Gathered(c, opts, run.Switches(c.Rules, "link"))
	if err != nil {
		return nil, err
	}
	col.Link(c.Rules)
	col.Finish()
	return col, nil
}

// beginLoad checks that the load can be read, begins to count where it is to
// be counted, and returns what reads the rest.
func beginLoad(c *cli.Command, ctx context.Context, rf *rankFlags) (func() (*observed.Load, string, error), error) {
	switch {
	case rf.dsn != "":
		first, err := statstatements.Take(ctx, rf.dsn)
		if err != nil {
			return nil, err
		}
		return func() (*observed.Load, string, error) {
			if rf.watch == 0 {
				return first.Load(), "pg_stat_statements", nil
			}
			select {
			case <-ctx.Done():
				return nil, "", ctx.Err()
			case <-time.After(time.Until(first.Taken.Add(rf.watch))):
			}
			last, err := statstatements.Take(ctx, rf.dsn)
			if err != nil {
				return nil, "", err
			}
			return statstatements.Between(first, last).Load(), "pg_stat_statements", nil
		}, nil
	case len(rf.stats) > 0:
		all := new(statstatements.Snapshot)
		for _, path := range rf.stats {
			s, err := statstatements.ReadFile(path)
			if err != nil && len(rf.stats) == 1 {
				return nil, err
			} else if err != nil {
				all.Notes = append(all.Notes, err.Error())
				continue
			}
			all.Rows, all.Notes = append(all.Rows, s.Rows...), append(all.Notes, s.Notes...)
		}
		return func() (*observed.Load, string, error) { return all.Load(), filesOf(rf.stats), nil }, nil
	}
	return func() (*observed.Load, string, error) {
		bar := cli.NewBar(size(rf.logs), "reading logs", progressbar.OptionShowBytes(true))
		load, err := pglog.Read(rf.logs, pglog.Options{Prefix: rf.prefix, Progress: func(n int64) { _ = bar.Add64(n) }}) // a bar that cannot be drawn is none
		_ = bar.Finish()
		return load, filesOf(rf.logs), err
	}, nil
}

// size sums up the sizes of files.
func size(paths []string) (sum int64) {
	for _, p := range paths {
		if info, err := os.Stat(p); err == nil {
			sum += info.Size()
		}
	}
	return sum
}

// filesOf names files: one, or how many.
func filesOf(paths []string) string {
	if len(paths) == 1 {
		return filepath.Base(paths[0])
	}
	return report.Count(len(paths), "file")
}
