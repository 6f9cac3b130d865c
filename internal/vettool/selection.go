package vettool

import (
	"flag"
	"fmt"
	"slices"
	"strconv"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers"
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

func (c *choice) String() string { return strconv.FormatBool(*c != no) }

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

// A Selection is what the flags say of the analyzers to run. The same flags
// go to sqlvet, to go vet, and through go vet to the vet tool.
type Selection struct {
	rules     []analyzers.Rule
	choices   map[string]*choice
	inventory bool
	passOn    []string // the names of its flags, but for the inventory's
}

// InventoryFlag asks the vet tool for each package's inventory, in a
// diagnostic of its own. Only sqlvet itself sets it.
const InventoryFlag = "sqlvetinventory"

// AddSelection adds the flags that choose and set up analyzers.
func AddSelection(fs *flag.FlagSet, rules []analyzers.Rule) *Selection {
	s := &Selection{rules: rules, choices: make(map[string]*choice)}
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
	fs.BoolVar(&s.inventory, InventoryFlag, false, "internal: report each package's inventory")
	return s
}

// Chosen returns the rules that the flags leave: those set to true if there
// are any, else all that are not set to false.
func (s *Selection) Chosen() []analyzers.Rule {
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
func (s *Selection) analyzers() []*analysis.Analyzer {
	rules := analyzers.Analyzers(s.Chosen())
	list := append(slices.Clone(rules), analyzers.Ignores(rules, s.rules))
	if s.inventory {
		list = append(list, inventory.New(rules))
		if slices.ContainsFunc(s.Chosen(), func(r analyzers.Rule) bool { return r.Link != nil }) {
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

// Arguments returns the flags of s that fs was given, for another process.
// Sorted and without doubles: they are part of go vet's cache key.
func (s *Selection) Arguments(fs *flag.FlagSet) []string {
	var args []string
	fs.Visit(func(f *flag.Flag) {
		if slices.Contains(s.passOn, f.Name) {
			args = append(args, "-"+f.Name+"="+f.Value.String())
		}
	})
	return args
}
