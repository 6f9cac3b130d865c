package driver

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"os"
	"os/signal"
	"slices"
	"time"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/doctor"
	"github.com/sqlvet/sqlvet/internal/report"
)

// doctorTime bounds what is asked of a server as a whole.
const doctorTime = 5 * time.Minute

// doctor says what a server is missing, and which indexes the packages do not
// need if some are named.
func (c *command) doctor(args []string) int {
	fs := newFlagSet()
	opts := &options{mode: modeQueries}
	var o doctor.Options
	fs.StringVar(&o.DSN, "dsn", "", "the `database`: postgres://user@host/name, or host=… dbname=…; what it lacks comes from PGHOST, PGUSER and so on, and .pgpass")
	fs.DurationVar(&o.Age, "age", 0, "believe that an index is not read once the server has counted for this long (default 35 days: 840h)")
	asJSON := fs.Bool("json", false, "as -format json")
	fs.StringVar(&opts.format, "format", "", "how to print: text, json, html")
	fs.BoolVar(&opts.tests, "tests", false, "include _test.go files")
	opts.buildFlags = addBuildFlags(fs)
	patterns, err := parseFlags(fs, args)
	if *asJSON {
		opts.format = cmp.Or(opts.format, "json")
	}
	opts.format = cmp.Or(opts.format, "text")
	switch {
	case errors.Is(err, flag.ErrHelp):
		return c.verbHelp("doctor", fs)
	case err != nil:
		return c.fail("doctor: %v", err)
	case o.DSN == "":
		return c.fail(`doctor: which database? -dsn "$DATABASE_URL"`)
	case o.Age < 0:
		return c.fail("doctor: -age %v is no span of time", o.Age)
	case !slices.Contains([]string{"text", "json", "html"}, opts.format):
		return c.fail("doctor: unknown format %q, want text, json or html", opts.format)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, doctorTime)
	defer cancel()
	db, err := doctor.Examine(ctx, o)
	switch {
	case ctx.Err() != nil:
		return c.fail("doctor: interrupted, or no answer in %v", doctorTime)
	case err != nil:
		return c.fail("doctor: %v", err)
	}
	var code *doctor.Code
	if opts.patterns = patterns; len(patterns) > 0 {
		opts.build = opts.buildFlags()
		all, err := c.workloads(opts, db.Schema)
		if err != nil {
			return c.fail("doctor: %v", err)
		}
		c.failures(all.failures)
		if len(all.failures) > 0 {
			return exitFailed
		}
		code = all.code()
		cfg, _, err := config.Find(".")
		if err != nil {
			return c.fail("doctor: %v", err)
		}
		code.Pool = cfg.Pool
	}
	doc := db.Judge(code)
	switch opts.format {
	case "json":
		err = report.WriteJSON(c.stdout, doc)
	case "html":
		err = report.Write(c.stdout, "html", doc.Report(buildVersion()))
	default:
		err = doc.WriteText(c.stdout)
	}
	switch {
	case err != nil:
		return c.fail("%v", err)
	case doc.Failed():
		return exitFinding
	}
	return exitClean
}

// code returns the statements of all workloads.
func (w *workloads) code() *doctor.Code {
	code := new(doctor.Code)
	for _, l := range w.loads {
		code.Statements = append(code.Statements, l.statements...)
		code.Texts = append(code.Texts, l.texts...)
		for _, q := range l.queries {
			code.Places = append(code.Places, q.Pos)
		}
		code.Unread = append(code.Unread, l.unread...)
		code.Unknown += l.unknown
	}
	return code
}
