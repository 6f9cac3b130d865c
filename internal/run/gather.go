// Package run has packages analysed, and gathers what the vet tool says of them.
// The go command is scheduler and cache (package gocmd). It puts together what
// only all packages together show, and knows nothing of how findings look
// (package report).
package run

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/gocmd"
	"github.com/sqlvet/sqlvet/internal/report"
	"github.com/sqlvet/sqlvet/internal/vettool"
)

// Everything reports whether the patterns match all packages that could print
// findings: those of the one module that dir is the root of.
func Everything(dir string, patterns []string) bool {
	if len(patterns) != 1 || patterns[0] != "./..." || os.Getenv("GOWORK") != "" {
		return false
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		return false
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.work")); err == nil {
			return false
		}
		up := filepath.Dir(dir)
		if up == dir {
			return true
		}
		dir = up
	}
}

// Collect analyses the packages, those that can be if not all can.
func Collect(c *cli.Command, g *gocmd.Command, opts *Options, col *Collection) error {
	bar := newProgress(c, g, opts)
	defer bar.stop()
	col.done = bar.done
	extra := []string{"-json", "-" + vettool.InventoryFlag}
	failures, ok, err := g.Vet(extra, opts.Patterns, col.Read)
	if err != nil {
		return err
	}
	if ok {
		// Have: each package was analysed. What the tool wrote to standard
		// error all the same is shown.
		col.Failures = append(col.Failures, failures...)
		return nil
	}
	whole := false
	if overlay, remove, err := g.Stands(opts.Build, opts.Patterns); err != nil {
		return err
	} else if overlay != "" {
		var more []report.Failure
		more, whole, err = g.Vet(append(extra, "-overlay="+overlay), opts.Patterns, col.Read)
		if remove(); err != nil {
			return err
		}
		for _, f := range more {
			if !slices.Contains(failures, f) {
				failures = append(failures, f)
			}
		}
	}
	col.partial = col.partial || !whole
	if len(col.Packages) == 0 {
		// The go command gives up on all packages if it cannot load one.
		complete, broken, err := g.Complete(opts.Build, opts.Patterns)
		if err == nil && broken > 0 && len(complete) > 0 {
			more, _, err := g.Vet(extra, complete, col.Read)
			if err != nil {
				return err
			}
			failures = append(failures, more...)
		}
	}
	if len(failures) == 0 {
		failures = append(failures, report.Failure{Message: "go vet failed without saying why"})
	}
	col.Failures = append(col.Failures, failures...)
	return nil
}

// Switches returns the flags that switch something on in each rule that has
// such a flag.
func Switches(rules []analyzers.Rule, name string) (flags []string) {
	for _, r := range rules {
		if r.Flags.Lookup(name) != nil {
			flags = append(flags, "-"+r.Name+"."+name+"=true")
		}
	}
	return flags
}

// Gathered analyses the packages, with flags of the vet tool.
func Gathered(c *cli.Command, opts *Options, flags []string) (*Collection, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	if err := vettool.CheckConfigs(dir, c.Rules); err != nil {
		return nil, err
	}
	g, err := gocmd.New(c.Stderr, append(flags, opts.Build...))
	if err != nil {
		return nil, err
	}
	col := NewCollection(dir, opts.Tests)
	if !Everything(dir, opts.Patterns) {
		if col.WantedPackages, err = g.List(opts.Build, opts.Patterns); err != nil {
			return nil, err
		}
	}
	return col, Collect(c, g, opts, col)
}
