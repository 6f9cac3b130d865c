package driver

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/report"
	"github.com/sqlvet/sqlvet/internal/snapshot"
	"github.com/sqlvet/sqlvet/internal/stats"
)

// snapshotTime bounds a snapshot as a whole.
const snapshotTime = 5 * time.Minute

// snapshot writes the statistics of a database into a file.
func (c *command) snapshot(args []string) int {
	fs := newFlagSet()
	var o snapshot.Options
	fs.StringVar(&o.DSN, "dsn", "", "the `database`: postgres://user@host/name, or host=… dbname=…; what it lacks comes from PGHOST, PGUSER and so on, and .pgpass")
	fs.BoolVar(&o.Values, "values", false, "write the most common values and histograms of all columns, not only of codes")
	path := fs.String("o", stats.Name, "write this `file`; - for the standard output")
	rest, err := parseFlags(fs, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return c.verbHelp("snapshot", fs)
	case err != nil:
		return c.fail("snapshot: %v", err)
	case len(rest) > 0:
		return c.fail("snapshot: want flags only")
	case o.DSN == "":
		return c.fail(`snapshot: which database? -dsn "$DATABASE_URL"`)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, snapshotTime)
	defer cancel()
	file, r, err := snapshot.Take(ctx, o)
	switch {
	case ctx.Err() != nil:
		return c.fail("snapshot: interrupted, nothing is written")
	case err != nil:
		return c.fail("snapshot: %v", err)
	case len(file.Tables) == 0:
		return c.fail("snapshot: the database has no table that this role sees, nothing is written")
	}
	if *path == "-" {
		if err := file.Write(c.stdout); err != nil {
			return c.fail("%v", err)
		}
	} else if err := replaceFile(*path, file); err != nil {
		return c.fail("snapshot: %v", err)
	}
	fmt.Fprintf(c.stderr, "sqlvet: %s with %s of statistics, values of %d; %s\n", report.Count(len(file.Tables), "table"),
		report.Count(r.Columns, "column"), r.Values, report.Count(len(file.Statements), "statement"))
	if r.NoCalls != "" {
		fmt.Fprintf(c.stderr, "sqlvet: no counts of statements: %s\n", r.NoCalls)
	}
	if len(r.Bare) > 0 {
		fmt.Fprintf(c.stderr, "sqlvet: nothing is seen of the columns of %s: never analyzed, or not for this role to read\n", some(r.Bare))
	}
	return exitClean
}

// replaceFile writes a file whole or not at all.
func replaceFile(path string, f *stats.File) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".sqlvet-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // it is gone if all went well
	err = errors.Join(f.Write(tmp), tmp.Chmod(0o644), tmp.Close())
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// oldAge is the age from which statistics are said to be old.
const oldAge = 183 * 24 * time.Hour

// sayOld names the statistics that a run from dir could use and that are old.
func (c *command) sayOld(dir string) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return
	}
	for _, path := range config.StatsFiles(dir) {
		f, err := stats.Load(path)
		if err != nil {
			continue // said already
		}
		if age := time.Since(f.Taken); age > oldAge && !f.Taken.IsZero() {
			if rel, err := filepath.Rel(dir, path); err == nil {
				path = rel
			}
			fmt.Fprintf(c.stderr, "sqlvet: %s is %d days old: sqlvet snapshot takes a new one\n", path, int(age.Hours()/24))
		}
	}
}
