package nonsargable

import (
	_ "embed"
	"go/token"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/oneoff"
	"github.com/sqlvet/sqlvet/internal/passes/sargable"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
)

const name = "nonsargable"

//go:embed doc.go
var doc string

// Analyzer reports predicates that no index on their column can serve.
var Analyzer = &analysis.Analyzer{
	Name:     name,
	Doc:      docs.Must(doc, name),
	URL:      docs.URL(name),
	Requires: append([]*analysis.Analyzer{oneoff.Analyzer, funceffects.Analyzer}, sargable.Requires...),
	Run:      run,
}

func run(pass *analysis.Pass) (any, error) {
	if !sargable.Enabled(pass) {
		return nil, nil
	}
	effects := pass.ResultOf[funceffects.Analyzer].(*funceffects.Result)
	var all []*sargable.Condition
	for _, q := range pass.ResultOf[sqlparse.Analyzer].(*sqlparse.Result).Queries {
		if q.LeftOut(pass, name, true) {
			continue
		}
		all = append(all, sargable.Of(pass, q)...)
	}
	seen := make(map[token.Pos]bool) // alternatives of a text share their parts
	for _, c := range all {
		f, ok := c.Judge()
		if !ok {
			c.Explain()
		} else if !seen[f.Pos] {
			seen[f.Pos] = true
			sqlparse.Behind(pass.Fset, &f, effects.Hides(c.Query().Call))
			suppress.Report(pass, f)
		}
	}
	return nil, nil
}
