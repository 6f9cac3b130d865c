package config

import (
	"path/filepath"

	"github.com/sqlvet/sqlvet/internal/filetree"
	"github.com/sqlvet/sqlvet/internal/priors"
	"github.com/sqlvet/sqlvet/internal/stats"
)

// StatsPath returns the path of the statistics for the packages of dir: the
// one that is set, else the nearest file of that name in dir or above it, where
// Find looks for settings; "" if there is none.
func (c *Config) StatsPath(dir string) string {
	switch {
	case c.Stats.Off:
		return ""
	case c.Stats.Path != "":
		return c.Stats.Path
	}
	for d := range filetree.Upwards(dir) {
		if path := filepath.Join(d, stats.Name); isFile(path) {
			return path
		}
	}
	return ""
}

// Known returns what is known of the database that the packages of dir work
// with: the statistics and what the user says of tables. With an error it is
// what the user says alone.
func (c *Config) Known(dir string) (priors.Known, error) {
	known := priors.Known{Rows: c.Tables.Rows, Small: c.Tables.Small, Big: c.Tables.Big}
	if dir == "" {
		return known, nil
	}
	path := c.StatsPath(dir)
	if path == "" {
		return known, nil
	}
	var err error
	known.Stats, err = c.loadStats(path)
	return known, err
}

// loadStats reads statistics of the repository that the settings are of; or, if
// there are none, that the file itself is in.
func (c *Config) loadStats(path string) (*stats.File, error) {
	root := c.Schema.root
	if root == "" {
		root = repository(path)
	}
	if err := filetree.Within(root, path); err != nil {
		return nil, err
	}
	return stats.Load(path)
}
