package run

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/stats"
)

// oldAge is the age from which statistics are said to be old.
const oldAge = 183 * 24 * time.Hour

// SayOld names the statistics that a run from dir could use and that are old.
func SayOld(c *cli.Command, dir string) {
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
			fmt.Fprintf(c.Stderr, "sqlvet: %s is %d days old: sqlvet snapshot takes a new one\n", path, int(age.Hours()/24))
		}
	}
}
