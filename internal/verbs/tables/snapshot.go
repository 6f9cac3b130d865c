package tables

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/report"
	"github.com/sqlvet/sqlvet/internal/snapshot"
	"github.com/sqlvet/sqlvet/internal/stats"
)

// snapshotTime bounds a snapshot as a whole.
const snapshotTime = 5 * time.Minute

// Snapshot writes the statistics of a database into a file.
func Snapshot(c *cli.Command, args []string) int {
	fs := cli.NewFlagSet()
	var o snapshot.Options
	fs.StringVar(&o.DSN, "dsn", "", "the `database`: postgres://user@host/name, or host=… dbname=…; what it lacks comes from PGHOST, PGUSER and so on, and .pgpass")
	fs.BoolVar(&o.Values, "values", false, "write the most common values and histograms of all columns, not only of codes")
	dump := fs.String("dump", "", "instead of a database, read this `file` that pg_dump --statistics-only of PostgreSQL 18 wrote")
	path := fs.String("o", stats.Name, "write this `file`; - for the standard output")
	rest, err := cli.ParseFlags(fs, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return c.VerbHelp("snapshot", fs)
	case err != nil:
		return c.Fail("snapshot: %v", err)
	case len(rest) > 0:
		return c.Fail("snapshot: want flags only")
	case (o.DSN == "") == (*dump == ""):
		return c.Fail(`snapshot: which database? -dsn "$DATABASE_URL", or -dump FILE`)
	case *dump != "":
		return convert(c, *dump, *path, o.Values)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, snapshotTime)
	defer cancel()
	file, r, err := snapshot.Take(ctx, o)
	switch {
	case ctx.Err() != nil:
		return c.Fail("snapshot: interrupted, nothing is written")
	case err != nil:
		return c.Fail("snapshot: %v", err)
	case len(file.Tables) == 0:
		return c.Fail("snapshot: the database has no table that this role sees, nothing is written")
	}
	if err := keep(c, file, *path); err != nil {
		return c.Fail("snapshot: %v", err)
	}
	fmt.Fprintf(c.Stderr, "sqlvet: %s with %s of statistics, values of %d; %s\n", report.Count(len(file.Tables), "table"),
		report.Count(r.Columns, "column"), r.Values, report.Count(len(file.Statements), "statement"))
	if r.NoCalls != "" {
		fmt.Fprintf(c.Stderr, "sqlvet: no counts of statements: %s\n", r.NoCalls)
	}
	if len(r.Bare) > 0 {
		fmt.Fprintf(c.Stderr, "sqlvet: nothing is seen of the columns of %s: never analyzed, or not for this role to read\n", report.Some(r.Bare))
	}
	return cli.ExitClean
}

// convert writes the statistics of a dump.
func convert(c *cli.Command, dump, path string, values bool) int {
	info, err := os.Stat(dump)
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s: not a regular file", dump)
	}
	if err != nil {
		return c.Fail("snapshot: %v", err)
	}
	in, err := os.Open(dump)
	if err != nil {
		return c.Fail("snapshot: %v", err)
	}
	defer in.Close()
	file, err := stats.ReadDump(in, values)
	if err != nil {
		return c.Fail("snapshot: %s: %v", dump, err)
	}
	if err := keep(c, file, path); err != nil {
		return c.Fail("snapshot: %v", err)
	}
	fmt.Fprintf(c.Stderr, "sqlvet: %s of a dump; it does not say how often indexes are read\n", report.Count(len(file.Tables), "table"))
	return cli.ExitClean
}

// keep writes statistics to a file, or to the standard output.
func keep(c *cli.Command, f *stats.File, path string) error {
	if path == "-" {
		return f.Write(c.Stdout)
	}
	return replaceFile(path, f)
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
