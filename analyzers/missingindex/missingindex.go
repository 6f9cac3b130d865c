package missingindex

import (
	_ "embed"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/indexadvice"
	"github.com/sqlvet/sqlvet/internal/passes/dbschema"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/sargable"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
	"github.com/sqlvet/sqlvet/internal/sqltext"
)

const name = "missingindex"

//go:embed doc.go
var doc string

// Analyzer reports queries that no index of the schema serves.
var Analyzer = &analysis.Analyzer{
	Name:     name,
	Doc:      docs.Must(doc, name),
	URL:      docs.URL(name),
	Requires: append([]*analysis.Analyzer{funceffects.Analyzer}, sargable.Requires...),
	Run:      run,
}

// The confidences, in percent, from which advice is reported.
const (
	certain = 80
	likely  = 60
)

// A statement is one of a query's.
type statement struct {
	q     *sqlparse.Query
	model *sqlmodel.Statement
}

func run(pass *analysis.Pass) (any, error) {
	if !pass.ResultOf[suppress.Analyzer].(*suppress.Result).Enabled(name) {
		return nil, nil
	}
	statements := judged(pass)
	if len(statements) == 0 {
		return nil, nil
	}
	db := pass.ResultOf[dbschema.Analyzer].(*dbschema.Result)
	s := db.Schema()
	if s == nil {
		return nil, nil
	}
	// Have: a package with whole statements, and a schema.
	list := make([]indexadvice.Statement, len(statements))
	for i, st := range statements {
		list[i] = indexadvice.Statement{Model: st.model, Bound: st.q.Bound(), Call: st.q.Call}
	}
	opts := indexadvice.Options{Known: db.Known()}
	reported := make(map[*indexadvice.Suggestion]bool) // beside another
	other := told{pass, make(map[*sqlparse.Query][]sqlmodel.Range)}
	var found []*advice
	for _, x := range indexadvice.Advise(s, list, opts).Indexes {
		if x.Confidence < likely || reported[x] {
			continue
		}
		uses := slices.DeleteFunc(slices.Clone(x.Serves), func(u indexadvice.Use) bool {
			return other.has(statements[u.Statement].q, u)
		})
		if len(uses) == 0 {
			continue
		}
		a := newAdvice(statements, x, uses)
		for _, y := range a.beside {
			reported[y] = true
		}
		found = append(found, a)
	}
	for _, a := range gathered(oneOfVariants(found)) {
		a.report(pass, db)
	}
	return nil, nil
}

// A told remembers which conditions of each query rule nonsargable reports,
// with the index that they want.
type told struct {
	pass   *analysis.Pass
	ranges map[*sqlparse.Query][]sqlmodel.Range
}

// has reports whether the other rule speaks of a condition that u answers.
func (t told) has(q *sqlparse.Query, u indexadvice.Use) bool {
	if len(u.Conditions) == 0 || !sargable.Enabled(t.pass) {
		return false
	}
	ranges, known := t.ranges[q]
	if !known {
		for _, c := range sargable.Of(t.pass, q) {
			if _, reported := c.Judge(); reported {
				ranges = append(ranges, c.Range())
			}
		}
		t.ranges[q] = ranges
	}
	return slices.ContainsFunc(u.Conditions, func(at sqlmodel.Range) bool {
		return slices.ContainsFunc(ranges, func(r sqlmodel.Range) bool { return at.Start < r.End && r.Start < at.End })
	})
}

// judged returns the statements of the package whose text is known but for
// values and names, and which PostgreSQL gets.
func judged(pass *analysis.Pass) []statement {
	var out []statement
	for _, q := range pass.ResultOf[sqlparse.Analyzer].(*sqlparse.Result).Queries {
		if q.Dialect != sqlparse.Postgres || q.Fragment() != sqlscan.Statement || !q.Sends() || q.Text.Knowledge() == sqltext.Opaque {
			continue
		}
		if q.LeftOut(pass, name, false) {
			continue
		}
		m := q.Model()
		if m.Err != nil || !m.Exact {
			continue
		}
		for _, st := range m.Statements {
			out = append(out, statement{q, st})
		}
	}
	return out
}
