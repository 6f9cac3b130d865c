// Package tables is the verbs on what a database is: schema, migrations, snapshot.
package tables

import (
	"errors"
	"flag"
	"fmt"

	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/gocmd"
	"github.com/sqlvet/sqlvet/internal/plain"
	"github.com/sqlvet/sqlvet/internal/report"
	"github.com/sqlvet/sqlvet/internal/run"
	"github.com/sqlvet/sqlvet/internal/schema"
)

// Schema prints the tables that the packages of a directory work with, where
// they were read, and what was not understood.
func Schema(c *cli.Command, args []string) int {
	fs := cli.NewFlagSet()
	asJSON := fs.Bool("json", false, "print JSON")
	dir, err := cli.OneDir(fs, args)
	if errors.Is(err, flag.ErrHelp) {
		return c.VerbHelp("schema", fs)
	} else if err != nil {
		return c.Fail("schema: %v", err)
	}
	s, err := run.LoadSchema(dir)
	if err != nil {
		return c.Fail("%v", err)
	}
	if s == nil {
		if s, err = modelSchema(c, dir); err != nil {
			return c.Fail("%v", err)
		}
	}
	if s == nil {
		return run.NoSchema(c, dir)
	}
	if *asJSON {
		if err := report.WriteJSON(c.Stdout, s); err != nil {
			return c.Fail("%v", err)
		}
		return cli.ExitClean
	}
	printSchema(c, s)
	return cli.ExitClean
}

// modelSchema returns the schema that the models of the packages below a
// directory make; nil if there is none.
func modelSchema(c *cli.Command, dir string) (*schema.Schema, error) {
	dir, cfg, _, err := run.SchemaSettings(dir)
	if err != nil || cfg.Schema.Off || cfg.Schema.Paths != nil {
		return nil, err
	}
	g, err := gocmd.New(c.Stderr, nil)
	if err != nil {
		return nil, err
	}
	g.Dir = dir
	col := run.NewCollection(dir, false)
	opts := &run.Options{Patterns: []string{"./..."}}
	if err := run.Collect(c, g, opts, col); err != nil {
		return nil, err
	}
	return col.FromModels(), nil
}

func printSchema(c *cli.Command, s *schema.Schema) {
	out := plain.Writer(c.Stdout)
	read, statements, blocks := 0, 0, 0
	for _, src := range s.Sources {
		if src.Skipped == "" {
			read++
		}
		statements += src.Statements
		blocks += src.Blocks
	}
	indexes := 0
	for _, t := range s.Tables {
		indexes += len(t.Indexes)
	}
	fmt.Fprintf(out, "# read %s\n", s.From)
	fmt.Fprintf(out, "# %d of %d files, %d statements: %d tables and views, %d indexes\n", read, len(s.Sources), statements, len(s.Tables), indexes)
	if blocks > 0 {
		fmt.Fprintf(out, "# %d DO blocks not read\n", blocks)
	}
	for _, o := range s.Others {
		fmt.Fprintf(out, "# not taken: %s\n", o)
	}
	skipped := make(map[string]int)
	var reasons []string
	for _, src := range s.Sources {
		if src.Skipped != "" {
			if skipped[src.Skipped]++; skipped[src.Skipped] == 1 {
				reasons = append(reasons, src.Skipped)
			}
		}
	}
	for _, r := range reasons {
		fmt.Fprintf(out, "# skipped, %s: %d files\n", r, skipped[r])
	}
	if !s.Complete {
		fmt.Fprintln(out, "# not complete: a name that is not here may exist all the same")
	}
	fmt.Fprint(out, s.Text())
}
