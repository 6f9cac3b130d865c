// Package doctor is the verb that says what a database in use is missing.
package doctor

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"os"
	"os/signal"
	"slices"
	"time"

	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/doctor"
	"github.com/sqlvet/sqlvet/internal/report"
	"github.com/sqlvet/sqlvet/internal/run"
	"github.com/sqlvet/sqlvet/internal/workload"
)

// doctorTime bounds what is asked of a server as a whole.
const doctorTime = 5 * time.Minute

// Run says what a server is missing, and which indexes the packages do not
// need if some are named.
func Run(c *cli.Command, args []string) int {
	fs := cli.NewFlagSet()
	opts := &run.Options{Mode: run.ModeQueries}
	var o doctor.Options
	fs.StringVar(&o.DSN, "dsn", "", "the `database`: postgres://user@host/name, or host=… dbname=…; what it lacks comes from PGHOST, PGUSER and so on, and .pgpass")
	fs.DurationVar(&o.Age, "age", 0, "believe that an index is not read once the server has counted for this long (default 35 days: 840h)")
	asJSON := fs.Bool("json", false, "as -format json")
	fs.StringVar(&opts.Format, "format", "", "how to print: text, json, html")
	fs.BoolVar(&opts.Tests, "tests", false, "include _test.go files")
	opts.BuildFlags = cli.AddBuildFlags(fs)
	patterns, err := cli.ParseFlags(fs, args)
	if *asJSON {
		opts.Format = cmp.Or(opts.Format, "json")
	}
	opts.Format = cmp.Or(opts.Format, "text")
	switch {
	case errors.Is(err, flag.ErrHelp):
		return c.VerbHelp("doctor", fs)
	case err != nil:
		return c.Fail("doctor: %v", err)
	case o.DSN == "":
		return c.Fail(`doctor: which database? -dsn "$DATABASE_URL"`)
	case o.Age < 0:
		return c.Fail("doctor: -age %v is no span of time", o.Age)
	case !slices.Contains([]string{"text", "json", "html"}, opts.Format):
		return c.Fail("doctor: unknown format %q, want text, json or html", opts.Format)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, doctorTime)
	defer cancel()
	db, err := doctor.Examine(ctx, o)
	switch {
	case ctx.Err() != nil:
		return c.Fail("doctor: interrupted, or no answer in %v", doctorTime)
	case err != nil:
		return c.Fail("doctor: %v", err)
	}
	var code *doctor.Code
	if opts.Patterns = patterns; len(patterns) > 0 {
		opts.Build = opts.BuildFlags()
		all, err := workload.Gather(c, opts, db.Schema)
		if err != nil {
			return c.Fail("doctor: %v", err)
		}
		run.Failures(c, all.Failures)
		if len(all.Failures) > 0 {
			return cli.ExitFailed
		}
		code = codeOf(all)
		cfg, _, err := config.Find(".")
		if err != nil {
			return c.Fail("doctor: %v", err)
		}
		code.Pool = cfg.Pool
	}
	doc := db.Judge(code)
	switch opts.Format {
	case "json":
		err = report.WriteJSON(c.Stdout, doc)
	case "html":
		err = report.Write(c.Stdout, "html", doc.Report(cli.BuildVersion()))
	default:
		err = doc.WriteText(c.Stdout)
	}
	switch {
	case err != nil:
		return c.Fail("%v", err)
	case doc.Failed():
		return cli.ExitFinding
	}
	return cli.ExitClean
}

// codeOf returns the statements of all workloads.
func codeOf(w *workload.Loads) *doctor.Code {
	code := new(doctor.Code)
	for _, l := range w.Loads {
		code.Statements = append(code.Statements, l.Statements...)
		code.Texts = append(code.Texts, l.Texts...)
		for _, q := range l.Queries {
			code.Places = append(code.Places, q.Pos)
		}
		code.Unread = append(code.Unread, l.Unread...)
		code.Unknown += l.Unknown
	}
	return code
}
