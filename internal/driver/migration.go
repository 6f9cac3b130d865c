package driver

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"

	"github.com/sqlvet/sqlvet/internal/indexadvice"
)

// writeMigrations writes a migration for each suggested index into dir, in the
// format of the schema's own: CREATE INDEX CONCURRENTLY cannot run in a
// transaction, nor beside another statement.
func (c *command) writeMigrations(dir string, w *workload) error {
	format := ""
	for _, s := range w.schema.Sources {
		if s.Skipped == "" {
			format = s.Format
		}
	}
	next, width, err := nextVersion(dir)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for i, s := range w.advice.Indexes {
		for _, f := range migration(format, fmt.Sprintf("%0*d", width, next+i), s) {
			path := filepath.Join(dir, f.name)
			out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
			if err != nil {
				return err
			}
			if _, err = out.WriteString(f.text); err != nil {
				out.Close()
				return err
			}
			if err := out.Close(); err != nil {
				return err
			}
			fmt.Fprintf(c.stderr, "sqlvet: wrote %s\n", path)
		}
	}
	return nil
}

var leadingNumber = regexp.MustCompile(`^[VU]?(\d+)`)

// nextVersion returns the number after the largest that a file in dir begins
// with, and how many digits it has.
func nextVersion(dir string) (next, width int, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		return 0, 0, err
	}
	next, width = 1, 6
	for _, e := range entries {
		m := leadingNumber.FindStringSubmatch(e.Name())
		if m == nil {
			continue
		}
		if n, err := strconv.Atoi(m[1]); err == nil && n >= next {
			next, width = n+1, len(m[1])
		}
	}
	return next, width, nil
}

type file struct{ name, text string }

// migration returns the files of one index, up and down.
func migration(format, version string, s *indexadvice.Suggestion) []file {
	up, down := s.SQL()+";\n", s.Drop()+";\n"
	base := version + "_" + s.Name
	switch format {
	case "golang-migrate":
		return []file{{base + ".up.sql", up}, {base + ".down.sql", down}}
	case "goose":
		return []file{{base + ".sql", "-- +goose NO TRANSACTION\n-- +goose Up\n" + up + "\n-- +goose Down\n" + down}}
	case "sql-migrate":
		return []file{{base + ".sql", "-- +migrate Up notransaction\n" + up + "\n-- +migrate Down notransaction\n" + down}}
	case "dbmate":
		return []file{{base + ".sql", "-- migrate:up transaction:false\n" + up + "\n-- migrate:down transaction:false\n" + down}}
	case "tern":
		return []file{{base + ".sql", "---- tern: disable-tx ----\n" + up + "\n---- create above / drop below ----\n\n" + down}}
	case "flyway":
		return []file{{"V" + version + "__" + s.Name + ".sql", up}, {"U" + version + "__" + s.Name + ".sql", down}}
	case "atlas":
		return []file{{base + ".sql", "-- atlas:txmode none\n\n" + up}}
	}
	return []file{{base + ".sql", up}}
}
