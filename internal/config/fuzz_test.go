package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzParse: any file is settings or has a fault of one line, at a line that
// there is.
func FuzzParse(f *testing.F) {
	dir := f.TempDir()
	path := filepath.Join(dir, Name)
	if err := os.WriteFile(filepath.Join(dir, "a.sql"), []byte("CREATE TABLE t (a int);"), 0o666); err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{
		"dialect: postgres\nrules:\n  selectstar: off\n  nplusone: {severity: error, paths: [a/**]}\n", "schema: [a.sql]\ntables: {small: [t], rows: {t: 5}}\n",
		"apis:\n  - module: m\n    functions:\n      m.F: {role: query, sql_arg: 1}\n", "a: &x [*x, *x]\n", "stats: a.sql\n---\nb: 1\n", "\"\\e\\u202e\": 1\n", "pool: {limit: 5}\n", "exclude: ['[']\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := parse(path, []byte(text))
		if err == nil {
			err = c.Check([]string{"selectstar", "nplusone"})
		}
		if err == nil {
			_, _ = c.Schema.Files()
			_, _ = c.Known(dir)
			c.Covers("selectstar", filepath.Join(dir, "a.go"))
			return
		}
		var at *Error
		if errors.As(err, &at) && at.Line > strings.Count(text, "\n")+strings.Count(text, "\r")+1 {
			t.Errorf("%v, of %d lines", err, strings.Count(text, "\n")+1)
		}
	})
}
