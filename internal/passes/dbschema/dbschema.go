// Package dbschema gives rules the schema of the database that a package
// works with, as the module's migrations make it, or, where it has none, as its
// libraries make it of the models that the package sees.
//
// It judges nothing, and reads nothing before a rule asks: most packages have
// no query.
package dbschema

import (
	"reflect"
	"sync"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/gofiles"
	"github.com/sqlvet/sqlvet/internal/passes/modules"
	"github.com/sqlvet/sqlvet/internal/passes/querysites"
	"github.com/sqlvet/sqlvet/internal/passes/settings"
	"github.com/sqlvet/sqlvet/internal/schema"
)

// Analyzer finds the schema of a package. Its result is a *Result.
var Analyzer = &analysis.Analyzer{
	Name:       "sqlvetschema",
	Doc:        "find the database schema of a package\n\nA shared step of sqlvet's rules: it reports nothing.",
	URL:        "https://pkg.go.dev/github.com/sqlvet/sqlvet/internal/passes/dbschema",
	Requires:   []*analysis.Analyzer{settings.Analyzer, modules.Analyzer, querysites.Analyzer},
	Run:        run,
	ResultType: reflect.TypeFor[*Result](),
}

// A Result is the schema of one package, and what the user says of its
// tables.
type Result struct {
	// Tables are those of whose size the user knows.
	Tables config.Tables

	load func() (s *schema.Schema, ddl []Model)
}

// Schema returns the schema; nil if there is none.
func (r *Result) Schema() *schema.Schema {
	s, _ := r.load()
	return s
}

// Models returns the models that the schema was made of; nil if migrations
// make it.
func (r *Result) Models() []Model {
	_, ms := r.load()
	return ms
}

func run(pass *analysis.Pass) (any, error) {
	cfg := pass.ResultOf[settings.Analyzer].(*settings.Result).Config
	dir := gofiles.Dir(pass.Fset, pass.Files)
	if dir == "" {
		return &Result{cfg.Tables, func() (*schema.Schema, []Model) { return nil, nil }}, nil
	}
	return &Result{cfg.Tables, sync.OnceValues(func() (*schema.Schema, []Model) {
		s, off := load(dir, cfg)
		if s != nil || off {
			return s, nil
		}
		ms := seen(pass)
		return FromModels(ms), ms
	})}, nil
}

// load returns nil for what cannot be read, too: the command reports faults of
// the settings, and "sqlvet schema" those of the files. off: the settings say
// that there is none, or which it is.
func load(dir string, cfg *config.Config) (s *schema.Schema, off bool) {
	opts := schema.Options{Off: cfg.Schema.Off}
	if cfg.Schema.Paths != nil {
		files, err := cfg.Schema.Files()
		if err != nil {
			return nil, true
		}
		opts.Files = files
	}
	s, err := schema.Load(dir, opts)
	if err != nil {
		return nil, true
	}
	return s, cfg.Schema.Off || cfg.Schema.Paths != nil
}
