package run

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/schema"
)

// GivenSchema is that of -schema, nil if the flag is not given.
func GivenSchema(path string) (*schema.Schema, error) {
	if path == "" {
		return nil, nil
	}
	return SchemaAt(path)
}

// SchemaAt returns the schema that a file, or the files below a directory,
// define.
func SchemaAt(path string) (*schema.Schema, error) {
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

// NoSchema says what could have been one.
func NoSchema(c *cli.Command, dir string) int {
	if cfg, path, err := config.Find(dir); err == nil && cfg.Schema.Off {
		return c.Fail("%s switches the schema off", path)
	}
	found, err := schema.Candidates(dir)
	if err != nil {
		return c.Fail("%v", err)
	}
	c.Fail("no schema found for %s: set it in %s", dir, config.Name)
	for _, f := range found {
		c.Fail("not taken: %s", f)
	}
	return cli.ExitFailed
}

// LoadSchema returns the schema for the packages of a directory; nil if there
// is none.
func LoadSchema(dir string) (*schema.Schema, error) {
	dir, _, opts, err := SchemaSettings(dir)
	if err != nil {
		return nil, err
	}
	return schema.Load(dir, opts)
}

// SchemaSettings returns a directory as an absolute path, and what is set for it.
func SchemaSettings(dir string) (string, *config.Config, schema.Options, error) {
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
