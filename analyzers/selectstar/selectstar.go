package selectstar

import (
	_ "embed"
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/passes/dbschema"
	"github.com/sqlvet/sqlvet/internal/passes/querysites"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

const name = "selectstar"

//go:embed doc.go
var doc string

// Analyzer reports queries that read every column of a table.
var Analyzer = &analysis.Analyzer{
	Name:     name,
	Doc:      docs.Must(doc, name),
	URL:      docs.URL(name),
	Requires: []*analysis.Analyzer{dbschema.Analyzer, querysites.Analyzer, sqlparse.Analyzer, suppress.Analyzer},
	Run:      run,
}

func run(pass *analysis.Pass) (any, error) {
	settings := pass.ResultOf[suppress.Analyzer].(*suppress.Result)
	if !settings.Enabled(name) {
		return nil, nil
	}
	c := &checker{pass: pass, settings: settings, found: make(map[token.Pos]*found), parents: make(map[ast.Node]map[ast.Node]ast.Node)}
	for _, q := range pass.ResultOf[sqlparse.Analyzer].(*sqlparse.Result).Queries {
		// Cheap test first: most texts hold neither a star nor TABLE t.
		if text := q.Text.Source().Text; !strings.Contains(text, "*") && !strings.Contains(strings.ToLower(text), "table") {
			c.silent(q, "no * in the text")
			continue
		}
		// Have: what a builder is given is part of the statement that it sends.
		if q.Fragment() == sqlscan.Statement {
			c.statements(q)
		}
	}
	c.report()
	return nil, nil
}

// A checker holds the state of one package's run.
type checker struct {
	pass     *analysis.Pass
	settings *suppress.Result
	found    map[token.Pos]*found
	order    []token.Pos
	// parents holds the parent of each node of the declarations looked at.
	parents map[ast.Node]map[ast.Node]ast.Node
	names   map[*types.Func][]*ast.Ident // where the package names its functions
}

// A found is a star and what is to be said of it.
type found struct {
	finding suppress.Finding
	star    star
	worth   worth
}

// statements judges the statements of a text.
func (c *checker) statements(q *sqlparse.Query) {
	if !q.Sends() {
		return
	}
	var stars []star
	for _, s := range q.Model().Statements {
		text := q.Text.Source().Text
		cursor := s.Kind == sqlmodel.Utility && declare.MatchString(text[max(s.Start, 0):])
		if (q.API.Role == apis.Exec || q.Chain && q.API.Result == "exec") && !cursor {
			c.silent(q, "the rows of "+q.Callee.Name()+" are not read")
			continue
		}
		stars = append(stars, find(s, q.Text.Source().Holes, cursor)...)
	}
	if len(stars) == 0 {
		c.silent(q, "no * that hands columns of a table to the program")
		return
	}
	// Have: rows of base tables reach the call's result.
	use := c.use(q)
	if use.generic() {
		c.silent(q, "the rows are read by the names of their columns, whatever there are")
		return
	}
	for _, s := range stars {
		s.table = c.table(q, s)
		w := c.worth(q, use, s)
		if at := s.at(q); !q.Text.Written(at.Start, at.End) {
			c.implicit(q, s, w)
			continue
		}
		c.add(q, use, s, w)
	}
}

// silent notes why a query's stars are no findings, for sqlvet why.
func (c *checker) silent(q *sqlparse.Query, reason string) {
	suppress.Silent(c.pass, name, q.Call.Lparen, q.Call.End(), "silent: "+reason)
}

// declare matches the start of DECLARE c CURSOR FOR.
var declare = regexp.MustCompile(`(?i)^\s*declare\b`)

// add notes a star. Alternatives of one text, and several calls with the same
// text, share their stars: the tables of all are named.
func (c *checker) add(q *sqlparse.Query, use *use, s star, w worth) {
	if w.all {
		c.silent(q, "the code reads most of the columns")
		return
	}
	f := q.Finding(name, "", s.at(q), "")
	if old := c.found[f.Pos]; old != nil {
		if !w.little && old.worth.little {
			old.worth = w
		}
		for _, t := range s.tables {
			if !slices.Contains(old.star.tables, t) {
				old.star.tables = append(old.star.tables, t)
				old.finding.Fixes = nil
				old.star.table = nil
			}
		}
		return
	}
	tables := c.pass.ResultOf[dbschema.Analyzer].(*dbschema.Result).Tables
	s.wide = len(s.tables) == 1 && config.Has(tables.Wide, s.tables[0])
	if fix, ok := columnList(q, use, s); ok {
		f.Fixes = append(f.Fixes, fix)
	} else if s.table != nil {
		if fix, ok := allColumns(q, s.table, s); ok {
			f.Fixes = append(f.Fixes, fix)
		}
	}
	s.tables = slices.Clone(s.tables)
	c.found[f.Pos] = &found{f, s, w}
	c.order = append(c.order, f.Pos)
}

// report reports what was noted, in the order in which it was found.
func (c *checker) report() {
	for _, pos := range c.order {
		f := c.found[pos]
		f.finding.Message = message(f.star, f.worth)
		if f.worth.little {
			f.finding.Severity = config.SeverityInfo
		}
		suppress.Report(c.pass, f.finding)
	}
}

// at returns the range of the star itself. TABLE t has none: there it is that
// of the table.
func (s star) at(q *sqlparse.Query) sqlmodel.Range {
	r := s.projection.Range
	text := q.Text.Source().Text
	if r.Start >= 0 && r.End <= len(text) && r.Start < r.End && text[r.End-1] == '*' {
		return sqlmodel.Range{Start: r.End - 1, End: r.End} // (t).* is more than that
	}
	if len(s.relations) > 0 {
		return s.relations[0].Range
	}
	return s.level.Range
}

func message(s star, w worth) string {
	verb := "query reads"
	if s.level.Kind != sqlmodel.Select && s.level.Kind != sqlmodel.Unknown {
		verb = "statement returns"
	}
	among := ""
	if s.wide {
		among = ", a wide table"
	}
	if names := wide(s.table, w.unread); names != "" {
		among = ", among them " + names
	}
	if w.used != "" {
		among += ", and " + w.used
	}
	text := verb + " every column of " + list(s.tables) + " with *" + among + ": list the columns that are used"
	if w.why != "" {
		text += "; of little use, since " + w.why
	}
	return text
}

// list joins the names of tables. A name that the program computes is "".
func list(tables []string) string {
	var names []string
	unknown := len(tables) == 0
	for _, t := range tables {
		if t == "" {
			unknown = true
			continue
		}
		names = append(names, t)
	}
	if unknown {
		if len(names) > 0 {
			names = append(names, "other tables")
		} else {
			names = append(names, "the table")
		}
	}
	switch n := len(names); {
	case n == 1:
		return names[0]
	case n == 2:
		return names[0] + " and " + names[1]
	case n > 4:
		return strings.Join(names[:3], ", ") + " and other tables"
	default:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
}
