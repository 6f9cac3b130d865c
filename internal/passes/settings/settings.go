// Package settings gives analyzers the configuration of the package that they
// look at. It is apart from package suppress since analyzers with facts need
// it too, and those run on dependencies.
//
// It judges nothing: what a setting means to a finding, package suppress
// says.
package settings

import (
	"reflect"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/gofiles"
)

// Analyzer finds the configuration of a package. Its result is a *Result.
var Analyzer = &analysis.Analyzer{
	Name:       "sqlvetsettings",
	Doc:        "find the configuration of a package\n\nA shared step of sqlvet's rules: it reports nothing.",
	URL:        "https://pkg.go.dev/github.com/sqlvet/sqlvet/internal/passes/settings",
	Run:        run,
	ResultType: reflect.TypeFor[*Result](),
}

// A Result is the configuration of one package.
type Result struct {
	*config.Config // never nil
	// Err is the fault of the configuration file, if it has one; Config is
	// empty then.
	Err error
}

func run(pass *analysis.Pass) (any, error) {
	if dir := gofiles.Dir(pass.Fset, pass.Files); dir != "" {
		cfg, _, err := config.Find(dir)
		if err != nil {
			return &Result{&config.Config{}, err}, nil
		}
		return &Result{cfg, nil}, nil
	}
	return &Result{&config.Config{}, nil}, nil
}
