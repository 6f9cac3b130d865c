package driver

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/plain"
	"github.com/sqlvet/sqlvet/internal/report"
	"github.com/sqlvet/sqlvet/internal/schema"
)

// schema prints the tables that the packages of a directory work with, where
// they were read, and what was not understood.
func (c *command) schema(args []string) int {
	fs := newFlagSet()
	asJSON := fs.Bool("json", false, "print JSON")
	dir, err := oneDir(fs, args)
	if errors.Is(err, flag.ErrHelp) {
		return c.verbHelp("schema", fs)
	} else if err != nil {
		return c.fail("schema: %v", err)
	}
	s, err := loadSchema(dir)
	if err != nil {
		return c.fail("%v", err)
	}
	if s == nil {
		if s, err = c.modelSchema(dir); err != nil {
			return c.fail("%v", err)
		}
	}
	if s == nil {
		return c.noSchema(dir)
	}
	if *asJSON {
		if err := report.WriteJSON(c.stdout, s); err != nil {
			return c.fail("%v", err)
		}
		return exitClean
	}
	c.printSchema(s)
	return exitClean
}

// modelSchema returns the schema that the models of the packages below a
// directory make; nil if there is none.
func (c *command) modelSchema(dir string) (*schema.Schema, error) {
	dir, cfg, _, err := schemaSettings(dir)
	if err != nil || cfg.Schema.Off || cfg.Schema.Paths != nil {
		return nil, err
	}
	g, err := newGoCommand(c.stderr, nil)
	if err != nil {
		return nil, err
	}
	g.dir = dir
	col := newCollection(dir, false)
	opts := &options{patterns: []string{"./..."}}
	if err := c.collect(g, opts, col); err != nil {
		return nil, err
	}
	return col.fromModels(), nil
}

// noSchema says what could have been one.
func (c *command) noSchema(dir string) int {
	if cfg, path, err := config.Find(dir); err == nil && cfg.Schema.Off {
		return c.fail("%s switches the schema off", path)
	}
	found, err := schema.Candidates(dir)
	if err != nil {
		return c.fail("%v", err)
	}
	c.fail("no schema found for %s: set it in %s", dir, config.Name)
	for _, f := range found {
		c.fail("not taken: %s", f)
	}
	return exitFailed
}

// oneDir parses flags that at most one directory follows.
func oneDir(fs *flag.FlagSet, args []string) (string, error) {
	rest, err := parseFlags(fs, args)
	switch {
	case err != nil:
		return "", err
	case len(rest) > 1:
		return "", fmt.Errorf("want one directory, have %d", len(rest))
	case len(rest) == 1:
		return rest[0], nil
	}
	return ".", nil
}

// loadSchema returns the schema for the packages of a directory; nil if there
// is none.
func loadSchema(dir string) (*schema.Schema, error) {
	dir, _, opts, err := schemaSettings(dir)
	if err != nil {
		return nil, err
	}
	return schema.Load(dir, opts)
}

// schemaSettings returns a directory as an absolute path, and what is set for it.
func schemaSettings(dir string) (string, *config.Config, schema.Options, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", nil, schema.Options{}, err
	}
	if info, err := os.Stat(dir); err != nil {
		return "", nil, schema.Options{}, err
	} else if !info.IsDir() {
		return "", nil, schema.Options{}, fmt.Errorf("%s is not a directory", dir)
	}
	cfg, _, err := config.Find(dir)
	if err != nil {
		return "", nil, schema.Options{}, err
	}
	opts, err := schemaOptions(cfg)
	return dir, cfg, opts, err
}

func schemaOptions(cfg *config.Config) (schema.Options, error) {
	opts := schema.Options{Off: cfg.Schema.Off}
	if cfg.Schema.Paths == nil {
		return opts, nil
	}
	files, err := cfg.Schema.Files()
	opts.Files = files
	return opts, err
}

func (c *command) printSchema(s *schema.Schema) {
	out := plain.Writer(c.stdout)
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
