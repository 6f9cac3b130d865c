// Package vettool speaks go vet's protocol: the go command calls the binary for
// its identity, its flags, and once for each package. The analyzers analyse;
// this package says which of them, with what, and writes types and facts for
// the packages that import this one.
package vettool

import (
	"cmp"
	"crypto/sha256"
	"debug/elf"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/gocmd"
	"github.com/sqlvet/sqlvet/internal/stats"
)

// IsVetCall reports whether the go command is the caller: it asks for the
// tool's identity or flags, or hands over a unit of work.
func IsVetCall(args []string) bool {
	if len(args) == 0 {
		return false
	}
	last := args[len(args)-1]
	return args[0] == "-flags" || strings.HasPrefix(args[0], "-V") || strings.HasSuffix(last, ".cfg")
}

// Answer answers one call of the go command.
func Answer(c *cli.Command, args []string) int {
	fs := cli.NewFlagSet()
	sel := AddSelection(fs, c.Rules)
	var (
		full  = fs.String("V", "", "print the tool's identity (-V=full)")
		list  = fs.Bool("flags", false, "describe the flags as JSON")
		_     = fs.Bool("json", false, "print findings as JSON")
		fix   = fs.Bool("fix", false, "apply fixes")
		diff  = fs.Bool("diff", false, "with -fix, print a diff instead")
		_     = fs.Int("c", -1, "lines of context")
		asked = []string{"-json"}
	)
	rest, err := cli.ParseFlags(fs, args)
	switch {
	case err != nil:
		return c.Fail("%v", err)
	case *full != "":
		return identify(c, *full)
	case *list:
		return describe(c, fs)
	case len(rest) != 1:
		return c.Fail("want one .cfg file, have %d arguments", len(rest))
	}
	if *fix {
		asked = []string{"-fix", fmt.Sprintf("-diff=%t", *diff)}
	}
	return analyse(c, rest[0], sel, asked)
}

// analyse analyses the package that the file describes.
func analyse(c *cli.Command, file string, sel *Selection, flags []string) int {
	u, err := readUnit(file)
	if err != nil {
		return c.Fail("%v", err)
	}
	roots := sel.analyzers()
	switch {
	case u.VetxOnly && sel.inventory && u.own():
		// The go command keeps what is printed for a package under a key that
		// does not say whether findings were wanted (Go 1.26). A later run in
		// which they are would get nothing. So they are always printed, and
		// sqlvet leaves out the packages that were not asked for.
		if file, err = asRoot(file); err != nil {
			return c.Fail("%s: %v", u.ImportPath, err)
		}
	case u.VetxOnly:
		// Only facts are wanted, and unitchecker would run every rule that
		// depends on an analyzer with facts.
		roots = withFacts(roots)
		if len(roots) == 0 || u.standard() {
			if err := u.writeTypes(); err != nil {
				// The package's users fail with what is missing.
				return c.Fail("%s: %v", u.ImportPath, err)
			}
			return cli.ExitClean
		}
	}
	all := needed(roots)
	guard(all)
	first(all)
	os.Args = append(append([]string{os.Args[0]}, flags...), file)
	unitchecker.Main(roots...) // exits
	panic("unreachable")
}

// withFacts returns the analyzers that the roots need and that have facts.
func withFacts(roots []*analysis.Analyzer) []*analysis.Analyzer {
	return slices.DeleteFunc(needed(roots), func(a *analysis.Analyzer) bool { return len(a.FactTypes) == 0 })
}

// needed returns the roots and all that they require, requirements first.
func needed(roots []*analysis.Analyzer) []*analysis.Analyzer {
	var list []*analysis.Analyzer
	seen := make(map[*analysis.Analyzer]bool)
	var visit func(as []*analysis.Analyzer)
	visit = func(as []*analysis.Analyzer) {
		for _, a := range as {
			if !seen[a] {
				seen[a] = true
				visit(a.Requires)
				list = append(list, a)
			}
		}
	}
	visit(roots)
	return list
}

// describe lists the flags that go vet is to accept for the tool.
func describe(c *cli.Command, fs *flag.FlagSet) int {
	type description struct {
		Name  string
		Bool  bool
		Usage string
	}
	list := []description{}
	fs.VisitAll(func(f *flag.Flag) {
		switch f.Name {
		case "fix", "diff", "c", "flags", "V":
			return // go vet's own
		}
		b, ok := f.Value.(interface{ IsBoolFlag() bool })
		list = append(list, description{f.Name, ok && b.IsBoolFlag(), f.Usage})
	})
	data, err := json.MarshalIndent(list, "", "\t")
	if err != nil {
		return c.Fail("%v", err)
	}
	c.Stdout.Write(append(data, '\n'))
	return cli.ExitClean
}

// identify prints what the go command makes the tool's part of its cache key
// of: the binary, and every configuration file that the packages of this run
// could use. A faulty one ends the run here, before anything is cached.
func identify(c *cli.Command, how string) int {
	if how != "full" {
		return c.Fail("-V=%s is not known, want -V=full", how)
	}
	// Here, since each package would say it again later.
	if err := gocmd.TooOld(gocmd.CallersGo()); err != nil {
		return c.Fail("%v", err)
	}
	dir, err := os.Getwd()
	if err != nil {
		return c.Fail("%v", err)
	}
	if err := CheckConfigs(dir, c.Rules); err != nil {
		return c.Fail("%v", err)
	}
	exe, err := os.Executable()
	if err != nil {
		return c.Fail("%v", err)
	}
	id, err := binaryID(exe)
	if err != nil {
		return c.Fail("%v", err)
	}
	sum := sha256.Sum256([]byte(id + " " + config.Digest(dir)))
	fmt.Fprintf(c.Stdout, "%s version devel sqlvet buildID=%x\n", exe, sum)
	return cli.ExitClean
}

// CheckConfigs returns the faults of the configuration files that a run from
// dir could use.
func CheckConfigs(dir string, rules []analyzers.Rule) error {
	var faults []error
	names := analyzers.Configurable(rules)
	for _, path := range config.Files(dir) {
		cfg, err := config.Load(path)
		if err == nil {
			err = cmp.Or(cfg.Check(names), cfg.CheckFiles())
		}
		if err != nil {
			faults = append(faults, err)
		}
	}
	for _, path := range config.StatsFiles(dir) {
		if _, err := stats.Load(path); err != nil {
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

// binaryID returns a text that differs for each build of the binary: the
// build ID that the Go linker left in it, or a hash of the whole.
func binaryID(exe string) (string, error) {
	if f, err := elf.Open(exe); err == nil {
		defer f.Close()
		// Some thousand times cheaper than reading a binary that holds a
		// SQL parser.
		if s := f.Section(".note.go.buildid"); s != nil {
			if data, err := s.Data(); err == nil && len(data) > 16 {
				return string(data), nil
			}
		}
	}
	f, err := os.Open(exe)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return string(h.Sum(nil)), nil
}
