package plugin

import (
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/passes/suppress"
)

// copies returns the analyzers and all that they require, made anew so that
// what golangci-lint wants otherwise changes no variable of the process.
func copies(list []*analysis.Analyzer) []*analysis.Analyzer {
	made := make(map[*analysis.Analyzer]*analysis.Analyzer)
	var copied func(a *analysis.Analyzer) *analysis.Analyzer
	copied = func(a *analysis.Analyzer) *analysis.Analyzer {
		if c, ok := made[a]; ok {
			return c
		}
		c := *a
		c.Requires = make([]*analysis.Analyzer, len(a.Requires))
		for i, r := range a.Requires {
			c.Requires[i] = copied(r)
		}
		c.Run = func(pass *analysis.Pass) (any, error) { return run(a, c.Requires, pass) }
		made[a] = &c
		return &c
	}
	out := make([]*analysis.Analyzer, len(list))
	for i, a := range list {
		out[i] = copied(a)
	}
	return out
}

// run runs the analyzer a on the pass of its copy, whose requirements are
// copies too, in the order of a's.
func run(a *analysis.Analyzer, requires []*analysis.Analyzer, pass *analysis.Pass) (any, error) {
	p := *pass
	p.Analyzer = a
	p.ResultOf = make(map[*analysis.Analyzer]any, len(requires))
	for i, r := range requires {
		p.ResultOf[a.Requires[i]] = pass.ResultOf[r]
	}
	p.Report = func(d analysis.Diagnostic) {
		// golangci-lint makes findings of their own of related places, and
		// shows the analyzer's name itself.
		d.Related = nil
		d.Message = strings.TrimSuffix(d.Message, " ["+a.Name+"]")
		pass.Report(d)
	}
	result, err := a.Run(&p)
	if s, ok := result.(*suppress.Result); ok {
		// It applies //nolint itself, and tells which had no effect.
		s.DropNolint()
	}
	return result, err
}
