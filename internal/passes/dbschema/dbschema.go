// Package dbschema gives rules the schema of the database that a package
// works with, as the module's migrations make it.
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
	"github.com/sqlvet/sqlvet/internal/passes/settings"
	"github.com/sqlvet/sqlvet/internal/schema"
)

// Analyzer finds the schema of a package. Its result is a *Result.
var Analyzer = &analysis.Analyzer{
	Name:       "sqlvetschema",
	Doc:        "find the database schema of a package\n\nA shared step of sqlvet's rules: it reports nothing.",
	URL:        "https://pkg.go.dev/github.com/sqlvet/sqlvet/internal/passes/dbschema",
	Requires:   []*analysis.Analyzer{settings.Analyzer},
	Run:        run,
	ResultType: reflect.TypeFor[*Result](),
}

// A Result is the schema of one package, and what the user says of its
// tables.
type Result struct {
	// Tables are those of whose size the user knows.
	Tables config.Tables

	load func() *schema.Schema
}

// Schema returns the schema; nil if there is none.
func (r *Result) Schema() *schema.Schema { return r.load() }

func run(pass *analysis.Pass) (any, error) {
	cfg := pass.ResultOf[settings.Analyzer].(*settings.Result).Config
	dir := gofiles.Dir(pass.Fset, pass.Files)
	if dir == "" {
		return &Result{cfg.Tables, func() *schema.Schema { return nil }}, nil
	}
	return &Result{cfg.Tables, sync.OnceValue(func() *schema.Schema { return load(dir, cfg) })}, nil
}

// load returns nil for what cannot be read, too: the command reports faults of
// the settings, and "sqlvet schema" those of the files.
func load(dir string, cfg *config.Config) *schema.Schema {
	opts := schema.Options{Off: cfg.Schema.Off}
	if cfg.Schema.Paths != nil {
		files, err := cfg.Schema.Files()
		if err != nil {
			return nil
		}
		opts.Files = files
	}
	s, err := schema.Load(dir, opts)
	if err != nil {
		return nil
	}
	return s
}
