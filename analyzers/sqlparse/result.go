package sqlparse

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/passes/oneoff"
	"github.com/sqlvet/sqlvet/internal/passes/querysites"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlpattern"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
	"github.com/sqlvet/sqlvet/internal/sqltext"
)

// A Result lists the SQL of one package in order of position: whole
// statements and the clauses that query builders take.
type Result struct {
	Queries []*Query
	// Sites lists the calls behind Queries, and those whose text is not
	// known at all.
	Sites []*querysites.Site

	sites *querysites.Result
	info  *types.Info
	hints *dialects // nil where no site is
}

// A Query is one text that one call may hand over. A call has as many
// queries as its text has alternatives.
type Query struct {
	*querysites.Site
	Text *sqltext.Text
	// Dialect is the SQL dialect that the text is written in.
	Dialect Dialect

	userSQL bool
	result  *Result
	once    sync.Once
	model   *sqlmodel.Result

	place     func() (oneoff.Place, string)
	boundOnce sync.Once
	bound     sqlpattern.Bound
}

// A Dialect is an SQL dialect.
type Dialect string

// Foreign reports whether the dialect is known, and not PostgreSQL's.
func (d Dialect) Foreign() bool { return d != "" && d != Postgres }

// The dialects that are told apart. Unknown is the empty string; others have
// the database's name.
const (
	Postgres Dialect = "postgres"
	MySQL    Dialect = "mysql"
	SQLite   Dialect = "sqlite"
)

// Model parses the text, once, and returns what it says. It is never nil; a
// text that could not be parsed has no statements and an error.
func (q *Query) Model() *sqlmodel.Result {
	q.once.Do(func() {
		q.model = sqlmodel.Parse(q.Text.Source(), q.Fragment(), q.placeholders())
	})
	return q.model
}

// placeholders returns the forms that the text's placeholders may have.
func (q *Query) placeholders() sqlscan.Style {
	style := q.API.Placeholders()
	if q.Text.Marks() {
		style = style&^sqlscan.StyleUnknown | sqlscan.StyleQuestion
	}
	return style
}

// Fragment returns which part of a statement the text is.
func (q *Query) Fragment() sqlscan.Fragment {
	f := fragment(q.API)
	if f == sqlscan.JoinClause && !strings.ContainsAny(strings.TrimSpace(q.Text.String()), " \t\n") {
		return sqlscan.OtherClause // gorm's Joins("Author"): the name of an association
	}
	return f
}

func fragment(api apis.API) sqlscan.Fragment {
	switch api.Fragment {
	case "", "statement":
		return sqlscan.Statement
	case "where", "having", "join", "select", "order", "group", "table", "column", "set", "expr":
		return sqlscan.Fragment(api.Fragment)
	}
	return sqlscan.OtherClause
}

// Range returns the place in the Go source of a range of the text; that of
// the argument if the range lies in a hole.
func (q *Query) Range(r sqlmodel.Range) (pos, end token.Pos) {
	pos, end = q.Text.Range(r.Start, r.End)
	if !pos.IsValid() {
		return q.Arg.Pos(), q.Arg.End()
	}
	return pos, end
}

// Inline reports whether a place is part of the call itself: a fix there
// changes this query only.
func (q *Query) Inline(pos token.Pos) bool {
	return q.Call.Pos() <= pos && pos < q.Call.End()
}

// Edit returns the edit of the Go source that puts new in the place of a
// range of the text. It reports false if the range is not part of one literal
// that this query alone uses.
func (q *Query) Edit(r sqlmodel.Range, new string) (analysis.TextEdit, bool) {
	lit, quote, ok := q.Text.Editable(r.Start, r.End)
	if !ok {
		return analysis.TextEdit{}, false
	}
	pos, end := q.Text.Range(r.Start, r.End)
	if !pos.IsValid() || pos < lit.Pos() || end > lit.End() {
		return analysis.TextEdit{}, false
	}
	return analysis.TextEdit{Pos: pos, End: end, NewText: []byte(quote(new))}, true
}

// Finding returns a finding of a rule at a range of the text.
func (q *Query) Finding(rule, category string, r sqlmodel.Range, message string) suppress.Finding {
	pos, end := q.Range(r)
	f := suppress.Finding{
		Pos: pos, End: end, Rule: rule, Category: category, Message: message,
		Also:    []token.Pos{q.Call.Pos(), q.Call.Lparen, q.Arg.Pos()},
		UserSQL: q.userSQL, Tables: q.Tables(), SQL: q.shown(r), Elsewhere: q.Text.Framed(r.Start, r.End),
	}
	if !q.Inline(pos) {
		f.Related = append(f.Related, analysis.RelatedInformation{
			Pos: q.Call.Pos(), End: q.Call.End(), Message: "the query is run here",
		})
	}
	return f
}

// Behind adds to a finding about a query's cost that a cache, which is asked at
// a place, hides it; nothing for NoPos.
func Behind(fset *token.FileSet, f *suppress.Finding, at token.Pos) {
	if !at.IsValid() {
		return
	}
	where := fset.Position(at)
	line := fmt.Sprintf("line %d", where.Line)
	if where.Filename != fset.Position(f.Pos).Filename {
		line = fmt.Sprintf("%s:%d", filepath.Base(where.Filename), where.Line)
	}
	f.Message += fmt.Sprintf("; the cache that is asked at %s hides this while it has the answer, and each miss waits for it: mend the query first", line)
	f.Related = append(f.Related, analysis.RelatedInformation{Pos: at, Message: "the cache is asked here"})
}

// Whole returns the query as a finding about all of it shows it.
func (q *Query) Whole() *suppress.SQL {
	return q.shown(sqlmodel.Range{Start: 0, End: len(q.Text.Source().Text)})
}

func (q *Query) shown(r sqlmodel.Range) *suppress.SQL {
	text, from, to := q.Text.Shown(max(r.Start, 0), max(r.End, 0))
	return &suppress.SQL{Text: text, Start: from, End: to}
}

// Tables names the tables that the text reads or writes, in order of
// appearance, with their schemas where the text has them.
func (q *Query) Tables() []string {
	var names []string
	for _, s := range q.Model().Statements {
		for _, l := range s.Levels {
			for _, rel := range l.Relations {
				if rel.Kind != sqlmodel.RelTable || rel.Name == "" {
					continue
				}
				name := rel.Name
				if rel.Schema != "" {
					name = rel.Schema + "." + name
				}
				if !slices.Contains(names, name) {
					names = append(names, name)
				}
			}
		}
	}
	return names
}

// Sends reports whether the text reaches the database as it stands, by this
// call or by the finisher of its builder.
func (q *Query) Sends() bool { return q.Sent }

// generatedBySqlc reports whether a file was written by sqlc: its SQL is the
// user's, although the Go code is not.
func generatedBySqlc(f *ast.File) bool {
	for _, g := range f.Comments {
		if g.Pos() > f.Package {
			break
		}
		for _, c := range g.List {
			if strings.HasPrefix(c.Text, "// Code generated by sqlc") {
				return true
			}
		}
	}
	return false
}
