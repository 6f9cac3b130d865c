// Package analyzers is the registry: which rules sqlvet has. A driver (the
// command, golangci-lint, gopls) takes All; nogo imports a rule's own package.
//
// It knows nothing of how a rule decides.
package analyzers

import (
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers/connpool"
	"github.com/sqlvet/sqlvet/analyzers/inlined"
	"github.com/sqlvet/sqlvet/analyzers/lockorder"
	"github.com/sqlvet/sqlvet/analyzers/lostupdate"
	"github.com/sqlvet/sqlvet/analyzers/missingindex"
	"github.com/sqlvet/sqlvet/analyzers/neversent"
	"github.com/sqlvet/sqlvet/analyzers/nonsargable"
	"github.com/sqlvet/sqlvet/analyzers/nplusone"
	"github.com/sqlvet/sqlvet/analyzers/orjoin"
	"github.com/sqlvet/sqlvet/analyzers/pageorder"
	"github.com/sqlvet/sqlvet/analyzers/rowsopen"
	"github.com/sqlvet/sqlvet/analyzers/selectstar"
	"github.com/sqlvet/sqlvet/analyzers/sessionstate"
	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/analyzers/txlife"
	"github.com/sqlvet/sqlvet/analyzers/txsideeffect"
	"github.com/sqlvet/sqlvet/analyzers/unbounded"
	"github.com/sqlvet/sqlvet/analyzers/wholetable"
	"github.com/sqlvet/sqlvet/internal/link"
)

// A Precision says how a rule earned its place.
type Precision uint8

const (
	// Preview rules have no precision measured on code that nobody here
	// wrote.
	Preview Precision = iota
	// Measured rules were read finding by finding on such code.
	Measured
)

// A Rule is an analyzer that reports, and what is known of it that has no
// place in an analyzer.
type Rule struct {
	*analysis.Analyzer
	Since     string // the first version that has it
	Precision Precision
	// Link finds what only all packages of a run show together; nil if the
	// rule needs none but the one at hand. The flag "link" of the rule asks it
	// to leave open what Link is to judge.
	Link func(*link.Program) []link.Finding
	// Optional are the keys below rules of the settings that must be on for it, or
	// a category of it, to be shown: "RULE", "RULE/CATEGORY".
	Optional []string
}

// Rules lists sqlvet's rules by name.
var Rules = []Rule{
	{connpool.Analyzer, "0.1", Preview, connpool.Link, nil},
	{inlined.Analyzer, "0.1", Preview, nil, nil},
	{lockorder.Analyzer, "0.1", Preview, lockorder.Link, nil},
	{lostupdate.Analyzer, "0.1", Preview, nil, nil},
	{missingindex.Analyzer, "0.1", Preview, nil, nil},
	{neversent.Analyzer, "0.1", Preview, nil, nil},
	{nonsargable.Analyzer, "0.1", Preview, nil, nil},
	{nplusone.Analyzer, "0.1", Preview, nplusone.Link, nil},
	{orjoin.Analyzer, "0.1", Preview, nil, nil},
	{pageorder.Analyzer, "0.1", Preview, nil, []string{pageorder.Optional}},
	{rowsopen.Analyzer, "0.1", Preview, nil, nil},
	{selectstar.Analyzer, "0.1", Preview, nil, nil},
	{sessionstate.Analyzer, "0.1", Preview, nil, nil},
	{sqlparse.Analyzer, "0.1", Preview, nil, nil},
	{txlife.Analyzer, "0.1", Preview, nil, nil},
	{txsideeffect.Analyzer, "0.1", Preview, txsideeffect.Link, nil},
	{unbounded.Analyzer, "0.1", Preview, nil, nil},
	{wholetable.Analyzer, "0.1", Preview, nil, []string{wholetable.Optional}},
}

// All returns the analyzers of all rules, and last the one that reports
// directives at fault.
func All() []*analysis.Analyzer {
	list := Analyzers(Rules)
	return append(list, Ignores(list, Rules))
}

// Analyzers returns the analyzers of the rules.
func Analyzers(rules []Rule) []*analysis.Analyzer {
	list := make([]*analysis.Analyzer, len(rules))
	for i, r := range rules {
		list[i] = r.Analyzer
	}
	return list
}

// Migrations is the name of what is found in migrations. It is no analyzer's,
// since migrations are no Go packages, but settings may use it like a rule's.
const Migrations = "migrations"

// Plan is the name of what is found in PostgreSQL's plans, by sqlvet explain
// alone: no analyzer starts a server.
const Plan = "plan"

// Configurable returns the names that settings may use where the rules are
// these, sorted.
func Configurable(rules []Rule) []string {
	names := append(Names(rules), Migrations, Plan)
	for _, r := range rules {
		names = append(names, r.Optional...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Names returns the names of the rules, sorted.
func Names(rules []Rule) []string {
	names := make([]string, len(rules))
	for i, r := range rules {
		names[i] = r.Name
	}
	slices.Sort(names)
	return names
}
