// Package dbschema gives rules the schema of the database that a package
// works with, as the module's migrations make it, or, where it has none, as its
// libraries make it of the models that the package sees, and what is known of the
// sizes of its tables.
//
// It judges nothing, and reads nothing before a rule asks: most packages have
// no query.
package dbschema

import (
	"reflect"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/gofiles"
	"github.com/sqlvet/sqlvet/internal/passes/modules"
	"github.com/sqlvet/sqlvet/internal/passes/querysites"
	"github.com/sqlvet/sqlvet/internal/passes/settings"
	"github.com/sqlvet/sqlvet/internal/priors"
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
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

// A Result is the schema of one package, and what is known of its tables. Its
// methods may be called by rules that run at the same time.
type Result struct {
	// Tables are those of which the user says something.
	Tables config.Tables

	load  func() (s *schema.Schema, ddl []Model)
	known func() priors.Known

	mu      sync.Mutex
	beliefs *priors.Priors // nil until asked for
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

// Known returns what statistics and settings say of the database.
func (r *Result) Known() priors.Known { return r.known() }

// Small reports whether a table is known to have so few rows that it does not
// matter how they are read.
func (r *Result) Small(table string) bool {
	t, unlock := r.table(table)
	defer unlock()
	_, basis := t.Rows()
	return t.Small() && (basis >= priors.Set || config.Has(r.Tables.Small, table))
}

// Big reports whether a table is known to have very many rows.
func (r *Result) Big(table string) bool {
	t, unlock := r.table(table)
	defer unlock()
	return t.Big()
}

// Rows returns the number of rows of a table; ok is false if it was neither
// counted nor set.
func (r *Result) Rows(table string) (n float64, ok bool) {
	t, unlock := r.table(table)
	defer unlock()
	n, basis := t.Rows()
	return n, basis >= priors.Set
}

// Size says how many rows a table has, and when they were counted, as a
// parenthesis behind its name; "" if that is not known.
func (r *Result) Size(table string) string {
	t, unlock := r.table(table)
	defer unlock()
	return t.Size()
}

// OneRow reports whether equalities with the given columns find one row by a
// unique key of t.
func (r *Result) OneRow(t *schema.Table, given map[string]bool) bool {
	x, unlock := r.of(t)
	defer unlock()
	return slices.ContainsFunc(t.Indexes, func(i *schema.Index) bool {
		_, _, whole := x.Found(i, given)
		return i.Unique && whole && i.Predicate == "" && !i.Invalid
	})
}

// FindsOne reports whether a level reads one table and its conditions find one
// row of it by a unique key.
func (r *Result) FindsOne(l *sqlmodel.Level) bool {
	s := r.Schema()
	if s == nil || len(l.Relations) != 1 || l.Relations[0].Kind != sqlmodel.RelTable || l.Relations[0].Hole {
		return false
	}
	t := s.Table(l.Relations[0].Schema, l.Relations[0].Name)
	return t != nil && r.OneRow(t, l.Given())
}

// Slight reports whether t has, or is believed to have, few rows.
func (r *Result) Slight(t *schema.Table) bool {
	x, unlock := r.of(t)
	defer unlock()
	return x.Small()
}

// Finds reports whether an index of t finds few rows by equalities with the
// given columns. Where nothing was counted, a unique key and a foreign key are
// believed to by their first column.
func (r *Result) Finds(t *schema.Table, given map[string]bool) bool {
	x, unlock := r.of(t)
	defer unlock()
	return slices.ContainsFunc(t.Indexes, func(i *schema.Index) bool {
		if i.Predicate != "" || i.Invalid || len(i.Keys) == 0 || !given[i.Keys[0].Column] {
			return false
		}
		n, basis, whole := x.Found(i, given)
		if basis >= priors.Declared && n <= priors.FewRows || i.Unique && whole {
			return true
		}
		return basis < priors.Measured && (i.Unique || x.Foreign(i.Keys[0].Column) != nil)
	})
}

// table returns what is believed of a table, whose schema its name may begin
// with. It is to be used before unlock is called.
func (r *Result) table(name string) (t *priors.Table, unlock func()) {
	of, last, qualified := strings.Cut(name, ".")
	if !qualified {
		of, last = "", name
	}
	var found *schema.Table
	if s := r.Schema(); s != nil {
		found = s.Table(of, last)
	}
	if found == nil {
		found = &schema.Table{Schema: of, Name: last}
	}
	return r.of(found)
}

// of is table for one whose definition is known.
func (r *Result) of(t *schema.Table) (x *priors.Table, unlock func()) {
	s := r.Schema()
	if s == nil {
		s = new(schema.Schema)
	}
	r.mu.Lock()
	if r.beliefs == nil {
		r.beliefs = priors.New(s, r.known())
	}
	return r.beliefs.Table(t), r.mu.Unlock
}

func run(pass *analysis.Pass) (any, error) {
	cfg := pass.ResultOf[settings.Analyzer].(*settings.Result).Config
	dir := gofiles.Dir(pass.Fset, pass.Files)
	return &Result{
		Tables: cfg.Tables,
		load: sync.OnceValues(func() (*schema.Schema, []Model) {
			if dir == "" {
				return nil, nil
			}
			s, off := load(dir, cfg)
			if s != nil || off {
				return s, nil
			}
			ms := seen(pass)
			return FromModels(ms), ms
		}),
		known: sync.OnceValue(func() priors.Known {
			known, _ := cfg.Known(dir) // the command reports a fault of the file
			return known
		}),
	}, nil
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
