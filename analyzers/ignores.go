package analyzers

import (
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
)

// IgnoresName is the name of the analyzer that Ignores returns.
const IgnoresName = "sqlvetignore"

// Ignores returns an analyzer that runs after the given rules and reports
// directives that are malformed, that name a rule that is not among all, or
// that match no finding of the rules given. It stands above the rules, so it
// is made for the set of them that a driver runs. It also reports a faulty
// configuration file, which has no place of its own in a Go package.
func Ignores(rules []*analysis.Analyzer, all []Rule) *analysis.Analyzer {
	known := Names(all)
	var ran []string
	for _, a := range rules {
		ran = append(ran, a.Name)
	}
	hint := func(name string) string { return config.Hint(name, known) }
	return &analysis.Analyzer{
		Name:     IgnoresName,
		Doc:      "report //sqlvet:ignore directives without reason or effect\n\nA directive needs a rule and a reason, and a finding that it suppresses.",
		Requires: append([]*analysis.Analyzer{suppress.Analyzer}, rules...),
		Run: func(pass *analysis.Pass) (any, error) {
			result := pass.ResultOf[suppress.Analyzer].(*suppress.Result)
			err := result.Err
			if err == nil {
				err = result.Config.Check(Configurable(all))
			}
			if err != nil && len(pass.Files) > 0 {
				pass.Report(analysis.Diagnostic{
					Pos:      pass.Files[0].Name.Pos(),
					End:      pass.Files[0].Name.End(),
					Category: "config",
					Message:  err.Error() + " [" + IgnoresName + "]",
				})
			}
			for _, c := range result.Complaints(append(slices.Clone(known), Plan), ran, hint) {
				pass.Report(analysis.Diagnostic{
					Pos:      c.Pos,
					End:      c.End,
					Category: "directive",
					Message:  c.Message + " [" + IgnoresName + "]",
				})
			}
			return nil, nil
		},
	}
}
