// Package shop holds the schema of the shop: the migrations, in the order in
// which a database gets them. What reads and writes the tables is below
// internal.
package shop

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations returns the SQL of the migrations in the order in which they are
// to be run: upwards in the order of their numbers, downwards in reverse.
func Migrations(down bool) ([]string, error) {
	suffix := ".up.sql"
	if down {
		suffix = ".down.sql"
	}
	names, err := fs.Glob(migrations, "migrations/*"+suffix)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(names, strings.Compare)
	if down {
		slices.Reverse(names)
	}
	var steps []string
	for _, name := range names {
		content, err := migrations.ReadFile(name)
		if err != nil {
			return nil, err
		}
		steps = append(steps, string(content))
	}
	return steps, nil
}
