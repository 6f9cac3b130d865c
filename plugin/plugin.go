// Package plugin makes sqlvet a module plugin of golangci-lint: importing it
// for its side effect registers the linter "sqlvet". docs/golangci-lint.md
// tells how to build a golangci-lint with it.
//
// It decides only what golangci-lint leaves to a plugin: which rules run, and
// what its cache has to know (salt). Settings of the rules stand in
// .sqlvet.yml, as for every other way of running sqlvet.
//
// It is a part of the main module because what it needs in addition, the
// register of plugins, is one small package that itself needs x/tools only. A
// module of its own would need versions of its own.
package plugin

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/guest"
	"github.com/sqlvet/sqlvet/internal/inputs"
)

// Name is the linter's name in .golangci.yml and in //nolint.
const Name = "sqlvet"

func init() { register.Plugin(Name, New) }

// Settings is what linters.settings.custom.sqlvet.settings may hold. Other
// keys are errors.
type Settings struct {
	// Enable lists the rules that run; all if empty.
	Enable []string `json:"enable"`
	// Disable lists rules that do not run.
	Disable []string `json:"disable"`
}

// New returns the linter with the settings as golangci-lint decoded them from
// YAML.
func New(raw any) (register.LinterPlugin, error) {
	s, err := register.DecodeSettings[Settings](raw)
	if err != nil {
		return nil, err
	}
	rules, err := s.choose(analyzers.Rules)
	if err != nil {
		return nil, err
	}
	return &linter{rules}, nil
}

// choose returns the rules that the settings leave.
func (s Settings) choose(rules []analyzers.Rule) ([]analyzers.Rule, error) {
	names := analyzers.Names(rules)
	for _, name := range slices.Concat(s.Enable, s.Disable) {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("unknown rule %q%s; rules are %s", name, config.Hint(name, names), strings.Join(names, ", "))
		}
	}
	rules = slices.DeleteFunc(slices.Clone(rules), func(r analyzers.Rule) bool {
		return len(s.Enable) > 0 && !slices.Contains(s.Enable, r.Name) || slices.Contains(s.Disable, r.Name)
	})
	if len(rules) == 0 {
		return nil, errors.New("the settings leave no rule to run")
	}
	return rules, nil
}

var host = guest.Host{Nolint: true, NoRelated: true, ShowsRule: true}

type linter struct{ rules []analyzers.Rule }

// GetLoadMode implements register.LinterPlugin.
func (*linter) GetLoadMode() string { return register.LoadModeTypesInfo }

// BuildAnalyzers implements register.LinterPlugin. The error is one of a
// configuration file that the run could use.
func (l *linter) BuildAnalyzers() ([]*analysis.Analyzer, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	var faults []error
	for _, path := range config.Files(dir) {
		cfg, err := config.Load(path)
		if err == nil {
			err = cmp.Or(cfg.Check(analyzers.Configurable(analyzers.Rules)), cfg.CheckFiles())
		}
		faults = append(faults, err)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	list := analyzers.Analyzers(l.rules)
	list = append(list, analyzers.Ignores(list, analyzers.Rules))
	return append(host.Analyzers(list), salt(inputs.Digest(dir))), nil
}

// salt returns an analyzer that does nothing. golangci-lint keeps findings
// under a key that holds the names of the analyzers, so its name says which
// configuration and schema the findings are of.
func salt(digest string) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name: "sqlvetinputs_" + digest[:16],
		Doc:  "make the cache tell apart what .sqlvet.yml and .sql files say\n\nIt reports nothing.",
		Run:  func(*analysis.Pass) (any, error) { return nil, nil },
	}
}
