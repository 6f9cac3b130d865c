package driver

import (
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/passes/inventory"
	"github.com/sqlvet/sqlvet/internal/passes/linkage"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
)

// A choice is the value of a -RULE flag.
type choice uint8

const (
	unset choice = iota
	yes
	no
)

func (c *choice) IsBoolFlag() bool { return true }
func (c *choice) String() string   { return strconv.FormatBool(*c != no) }
func (c *choice) Set(s string) error {
	on, err := strconv.ParseBool(s)
	if err != nil {
		return fmt.Errorf("want true or false")
	}
	*c = no
	if on {
		*c = yes
	}
	return nil
}

// A selection is what the flags say of the analyzers to run. The same flags
// go to sqlvet, to go vet, and through go vet to the vet tool.
type selection struct {
	rules     []analyzers.Rule
	choices   map[string]*choice
	inventory bool
	passOn    []string // the names of its flags, but for the inventory's
}

// inventoryFlag asks the vet tool for each package's inventory, in a
// diagnostic of its own. Only sqlvet itself sets it.
const inventoryFlag = "sqlvetinventory"

// addSelection adds the flags that choose and set up analyzers.
func addSelection(fs *flag.FlagSet, rules []analyzers.Rule) *selection {
	s := &selection{rules: rules, choices: make(map[string]*choice)}
	add := func(name string, value flag.Value, usage string) {
		fs.Var(value, name, usage)
		s.passOn = append(s.passOn, name)
	}
	for _, r := range rules {
		s.choices[r.Name] = new(choice)
		add(r.Name, s.choices[r.Name], "enable "+r.Name+" only, or with =false all others")
		r.Flags.VisitAll(func(f *flag.Flag) { add(r.Name+"."+f.Name, f.Value, f.Usage) })
	}
	suppress.Analyzer.Flags.VisitAll(func(f *flag.Flag) { add(f.Name, f.Value, f.Usage) })
	fs.BoolVar(&s.inventory, inventoryFlag, false, "internal: report each package's inventory")
	return s
}

// chosen returns the rules that the flags leave: those set to true if there
// are any, else all that are not set to false.
func (s *selection) chosen() []analyzers.Rule {
	only := false
	for _, c := range s.choices {
		only = only || *c == yes
	}
	return slices.DeleteFunc(slices.Clone(s.rules), func(r analyzers.Rule) bool {
		c := *s.choices[r.Name]
		return c == no || only && c != yes
	})
}

// analyzers returns the analyzers whose diagnostics are wanted.
func (s *selection) analyzers() []*analysis.Analyzer {
	rules := analyzers.Analyzers(s.chosen())
	list := append(slices.Clone(rules), analyzers.Ignores(rules, s.rules))
	if s.inventory {
		list = append(list, inventory.New(rules))
		if slices.ContainsFunc(s.chosen(), func(r analyzers.Rule) bool { return r.Link != nil }) {
			list = append(list, linkage.Analyzer)
		}
	}
	// What they share is listed as well, though it reports nothing: only of
	// listed analyzers go vet tells why they failed.
	off := analyzers.Analyzers(s.rules)
	return slices.DeleteFunc(needed(list), func(a *analysis.Analyzer) bool {
		return slices.Contains(off, a) && !slices.Contains(list, a)
	})
}

// arguments returns the flags of s that fs was given, for another process.
// Sorted and without doubles: they are part of go vet's cache key.
func (s *selection) arguments(fs *flag.FlagSet) []string {
	var args []string
	fs.Visit(func(f *flag.Flag) {
		if slices.Contains(s.passOn, f.Name) {
			args = append(args, "-"+f.Name+"="+f.Value.String())
		}
	})
	return args
}

// newFlagSet returns a flag set that prints nothing of its own.
func newFlagSet() *flag.FlagSet {
	fs := flag.NewFlagSet("sqlvet", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Usage = func() {}
	return fs
}

// parseFlags parses args, in which flags and other arguments may be mixed,
// and returns the other arguments.
func parseFlags(fs *flag.FlagSet, args []string) (rest []string, err error) {
	for len(args) > 0 {
		if err := fs.Parse(args); err != nil {
			return nil, flagError(fs, err)
		}
		left := fs.Args()
		if n := len(args) - len(left); n > 0 && args[n-1] == "--" {
			return append(rest, left...), nil
		}
		// Have: left is empty or starts with an argument that is no flag.
		args = left
		for len(args) > 0 && (args[0] == "-" || !strings.HasPrefix(args[0], "-")) {
			rest = append(rest, args[0])
			args = args[1:]
		}
	}
	return rest, nil
}

// flagError adds the flag that may have been meant to the error of an unknown
// one.
func flagError(fs *flag.FlagSet, err error) error {
	name, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: -")
	if !ok {
		return err
	}
	var known []string
	fs.VisitAll(func(f *flag.Flag) {
		if f.Name != inventoryFlag && f.Name != suppress.WhyFlag {
			known = append(known, f.Name)
		}
	})
	return fmt.Errorf("unknown flag -%s%s", name, config.Hint(name, known))
}
