package loops

import (
	"reflect"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/modules"
	"github.com/sqlvet/sqlvet/internal/passes/settings"
)

// Analyzer gives the loops of a package. Its result is a *Result, which works
// only when it is asked.
var Analyzer = &analysis.Analyzer{
	Name:       "sqlvetloops",
	Doc:        "find what repeats a call\n\nThis analyzer reports nothing; the rules of sqlvet use its result.",
	URL:        "https://pkg.go.dev/github.com/sqlvet/sqlvet/internal/passes/loops",
	Requires:   []*analysis.Analyzer{settings.Analyzer, modules.Analyzer, funceffects.Analyzer},
	Run:        run,
	ResultType: reflect.TypeFor[*Result](),
}

func run(pass *analysis.Pass) (any, error) {
	effects := pass.ResultOf[funceffects.Analyzer].(*funceffects.Result)
	return New(Package{
		Fset: pass.Fset, Files: pass.Files, Types: pass.Pkg, Info: pass.TypesInfo,
		APIs:    pass.ResultOf[settings.Analyzer].(*settings.Result).APIs,
		Modules: pass.ResultOf[modules.Analyzer].(*modules.Result),
	}, effects), nil
}
