package config

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/sqlvet/sqlvet/internal/filetree"
	"github.com/sqlvet/sqlvet/internal/naming"
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/stats"
)

// Digest returns a hash over every configuration file that a package analysed
// by a run from dir could use, over the files that those name, over statistics,
// and over the files that define a schema that is searched for: a build cache
// keyed by it never replays findings of older settings, numbers or tables.
func Digest(dir string) string {
	h := sha256.New()
	add := func(root, path string) {
		data, err := filetree.Read(root, path, filetree.MaxText)
		if err != nil {
			// Part of the hash all the same: it becomes readable one day.
			data = []byte(err.Error())
		}
		io.WriteString(h, fmt.Sprintf("%q %d\n", path, len(data)))
		h.Write(data)
	}
	covered, search := false, false
	for _, path := range Files(dir) {
		add("", path)
		if c, err := Load(path); err == nil { // a faulty one ends the run
			covered = covered || above(path, dir)
			search = search || !c.Schema.Off && c.Schema.Paths == nil
			// What is missing is in the hash when it is there.
			files, _ := c.Schema.Files()
			for _, f := range append(files, c.apiFiles...) {
				add(c.Schema.root, f)
			}
			if io.WriteString(h, c.Stats.Path); isFile(c.Stats.Path) {
				add(c.Schema.root, c.Stats.Path)
			}
		}
	}
	for _, path := range StatsFiles(dir) {
		add(repository(path), path)
	}
	io.WriteString(h, naming.Digest(dir))
	if search || !covered {
		sum, err := schema.Digest(dir, schema.Options{})
		io.WriteString(h, fmt.Sprint(sum, err))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// above reports whether a file stands in dir or above it.
func above(path, dir string) bool {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(filepath.Dir(path), dir)
	return err == nil && (rel == "." || filepath.IsLocal(rel))
}

// Files lists the configuration files that a run from dir could use, ordered
// by path: those in dir and above it, as Find would see them, and those of
// the module's or workspace's tree.
func Files(dir string) []string { return filesNamed(Name, dir) }

// StatsFiles lists the files of statistics in the same way.
func StatsFiles(dir string) []string { return filesNamed(stats.Name, dir) }

func filesNamed(name, dir string) []string {
	var files []string
	add := func(d string) {
		path := filepath.Join(d, name)
		if isFile(path) {
			files = append(files, path)
		}
	}
	// The tree is that of the outermost module above dir, as patterns such
	// as ../... reach up to there.
	top := dir
	if abs, err := filepath.Abs(dir); err == nil {
		top = abs
	}
	for d := range filetree.Upwards(dir) {
		add(d)
		if isFile(filepath.Join(d, "go.mod")) || isFile(filepath.Join(d, "go.work")) {
			top = d
		}
	}
	for _, path := range finder.Files(top) {
		if filepath.Base(path) == name {
			files = append(files, path)
		}
	}
	slices.Sort(files)
	return slices.Compact(files)
}

var finder = filetree.Finder{Skip: filetree.SkipsDir, Want: func(name string) bool { return name == Name || name == stats.Name }}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
