package missingindex

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/indexadvice"
	"github.com/sqlvet/sqlvet/internal/passes/dbschema"
	"github.com/sqlvet/sqlvet/internal/passes/oneoff"
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
	Requires: sargable.Requires,
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
		list[i].Model, list[i].Bound = st.model, st.q.Patterns()
	}
	opts := indexadvice.Options{Small: db.Tables.Small, Big: db.Tables.Big}
	other := told{pass, make(map[*sqlparse.Query][]sqlmodel.Range)}
	for _, x := range indexadvice.Advise(s, list, opts).Indexes {
		if x.Confidence < likely {
			continue
		}
		uses := slices.DeleteFunc(slices.Clone(x.Serves), func(u indexadvice.Use) bool {
			return other.has(statements[u.Statement].q, u)
		})
		if len(uses) > 0 {
			report(pass, statements, x, uses)
		}
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
	if len(u.Conditions) == 0 {
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
		if q.Place() != oneoff.Production {
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

// muchMore is by how much more of its cost an index must save a query for the
// finding to stand there and not at one before.
const muchMore = 0.2

// report reports the advice x at the first of the uses that it helps about
// most.
func report(pass *analysis.Pass, statements []statement, x *indexadvice.Suggestion, uses []indexadvice.Use) {
	best := uses[0]
	for _, u := range uses {
		if best.ForeignKey && !u.ForeignKey || best.ForeignKey == u.ForeignKey && u.Saves > best.Saves+muchMore {
			best = u
		}
	}
	st := statements[best.Statement]
	category, what := "index", conditions(st.q, best)
	at := st.model.Range
	switch {
	case best.ForeignKey:
		category, what = "foreign-key", "what refers to the deleted rows"
	case len(best.Conditions) > 0:
		at = best.Conditions[0]
	case len(best.Order) > 0:
		at = best.Order[0]
	}
	f := st.q.Finding(name, category, at, fmt.Sprintf("no index of %s serves %s%s: %s", x.Table, what, others(statements, x, st), x.SQL()))
	f.Confidence = config.Likely
	if x.Confidence >= certain {
		f.Confidence = config.Certain
	}
	f.Tables = []string{x.Table.String()}
	f.SQL = st.q.Whole()
	if x.Table.File != "" {
		f.Related = append(f.Related, analysis.RelatedInformation{
			Pos: st.q.Call.Pos(), End: st.q.Call.End(),
			Message: fmt.Sprintf("the table %s is made at %s:%d", x.Table, x.Table.File, x.Table.Line),
		})
	}
	suppress.Report(pass, f)
}

// conditions writes down what the index answers, as the query has it.
func conditions(q *sqlparse.Query, u indexadvice.Use) string {
	put := func(list []sqlmodel.Range, sep string) string {
		var out []string
		for _, r := range list {
			text, from, to := q.Text.Shown(r.Start, r.End)
			if r.Start >= 0 && from <= to && to <= len(text) {
				out = append(out, strings.Join(strings.Fields(text[from:to]), " "))
			}
		}
		return strings.Join(out, sep)
	}
	where, order := put(u.Conditions, " AND "), put(u.Order, ", ")
	switch {
	case where == "" && order == "":
		return "this query"
	case where == "":
		return "ORDER BY " + order
	case order == "":
		return where
	}
	return where + " ORDER BY " + order
}

// others says how many further queries the index serves.
func others(statements []statement, x *indexadvice.Suggestion, st statement) string {
	calls := map[any]bool{st.q.Call: true}
	for _, u := range x.Serves {
		calls[statements[u.Statement].q.Call] = true
	}
	switch n := len(calls) - 1; n {
	case 0:
		return ""
	case 1:
		return ", nor another query"
	default:
		return fmt.Sprintf(", nor %d other queries", n)
	}
}
