package sqlparse

import (
	_ "embed"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/passes/dbschema"
	"github.com/sqlvet/sqlvet/internal/passes/oneoff"
	"github.com/sqlvet/sqlvet/internal/passes/querysites"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
	"github.com/sqlvet/sqlvet/internal/sqltext"
)

const name = "sqlparse"

//go:embed doc.go
var doc string

// Analyzer locates and parses the SQL of a package, and reports SQL that
// PostgreSQL cannot parse. Its result is a *Result, for the rules.
var Analyzer = &analysis.Analyzer{
	Name:       name,
	Doc:        docs.Must(doc, name),
	URL:        docs.URL(name),
	Requires:   []*analysis.Analyzer{dbschema.Analyzer, querysites.Analyzer, oneoff.Analyzer, suppress.Analyzer},
	Run:        run,
	ResultType: reflect.TypeFor[*Result](),
}

func run(pass *analysis.Pass) (any, error) {
	found := pass.ResultOf[querysites.Analyzer].(*querysites.Result)
	sites := found.Sites
	res := &Result{Sites: sites, sites: found, info: pass.TypesInfo}
	if len(sites) == 0 {
		return res, nil
	}
	hints := packageDialects(pass)
	res.hints = &hints
	places := pass.ResultOf[oneoff.Analyzer].(*oneoff.Result)
	var bySite [][]*Query
	for _, s := range sites {
		sqlc := isSqlc(pass, s)
		place := sync.OnceValues(func() (oneoff.Place, string) { return places.OfSite(s) })
		var qs []*Query
		for _, t := range s.Texts {
			if t.Knowledge() == sqltext.Opaque && fragment(s.API) == sqlscan.Statement {
				continue // a text that does not even begin is no statement
			}
			if isName(t) && fragment(s.API) == sqlscan.Statement {
				continue // pgx takes the name of a prepared statement as well
			}
			q := &Query{Site: s, Text: t, userSQL: sqlc, result: res, place: place}
			q.Dialect = hints.of(q)
			qs = append(qs, q)
		}
		res.Queries = append(res.Queries, qs...)
		report(pass, qs)
		bySite = append(bySite, qs)
	}
	reportNames(pass, bySite)
	return res, nil
}

// report reports the text of one call if none of its alternatives is
// PostgreSQL. With alternatives, one that does not parse may be a combination
// that never runs.
func report(pass *analysis.Pass, qs []*Query) {
	for _, q := range qs {
		if q.Dialect != Postgres || q.Text.Knowledge() != sqltext.Full || q.Fragment() != sqlscan.Statement {
			return
		}
		if !q.Text.Written(0, len(q.Text.Source().Text)) {
			return // the program does not spell it out
		}
		if q.Open || !q.Sends() {
			return // some of the text may not be here, or it is a piece of another
		}
		if m := q.Model(); m.Err == nil || m.Err.Refused {
			return
		}
	}
	if len(qs) == 0 {
		return
	}
	q := qs[0]
	e := q.Model().Err
	// Have: the whole text is known, and PostgreSQL's parser refuses it.
	off := max(e.Offset, 0)
	suppress.Report(pass, q.Finding(name, "syntax", sqlmodel.Range{Start: off, End: off + tokenLen(q, off)},
		"postgresql cannot parse this query: "+e.Message))
}

// isName reports whether a text is one word that is no statement.
func isName(t *sqltext.Text) bool {
	word := t.Source().Text
	for i, c := range word {
		if c != '_' && c != '-' && c != '.' && c != ':' && c != '/' && !unicode.IsLetter(c) && (i == 0 || !unicode.IsDigit(c)) {
			return false
		}
	}
	switch strings.ToUpper(word) {
	case "BEGIN", "COMMIT", "ROLLBACK", "ABORT", "END", "CHECKPOINT", "VACUUM", "ANALYZE", "SELECT":
		return false
	}
	return word != ""
}

// tokenLen returns the length of the word that starts at off, at least 1.
func tokenLen(q *Query, off int) int {
	s := q.Text.Source().Text
	n := 0
	for off+n < len(s) && !strings.ContainsRune(" \t\r\n,;()", rune(s[off+n])) {
		n++
	}
	return max(n, 1)
}

func isSqlc(pass *analysis.Pass, s *querysites.Site) bool {
	for _, f := range pass.Files {
		if f.FileStart <= s.Call.Pos() && s.Call.Pos() < f.FileEnd {
			return generatedBySqlc(f)
		}
	}
	return false
}

// dialects holds what a package says about the dialect of its SQL.
type dialects struct {
	set     Dialect                 // by the configuration; it decides
	place   func(token.Pos) Dialect // by the literal around it, or the names of file and folders
	drivers map[Dialect]bool        // by the packages it imports, directly or not
	apis    *apis.Catalogue
	schema  func() bool // PostgreSQL's parser has read a schema of the module
}

func packageDialects(pass *analysis.Pass) dialects {
	settings := pass.ResultOf[suppress.Analyzer].(*suppress.Result)
	d := dialects{set: Dialect(settings.Dialect), apis: settings.APIs, drivers: make(map[Dialect]bool)}
	d.place = func(pos token.Pos) Dialect {
		if name := labelled(pass, pos); name != "" {
			return name
		}
		return Dialect(schema.DialectOfCode(pass.Pkg.Path(), filepath.Base(pass.Fset.Position(pos).Filename)))
	}
	db := pass.ResultOf[dbschema.Analyzer].(*dbschema.Result)
	d.schema = func() bool { s := db.Schema(); return s != nil && len(s.Tables) > 0 && len(s.Problems) == 0 }
	seen := make(map[*types.Package]bool)
	var visit func(p *types.Package)
	visit = func(p *types.Package) {
		if seen[p] {
			return
		}
		seen[p] = true
		if imp := d.apis.Dialect(p.Path()); imp != "" {
			d.drivers[Dialect(imp)] = true
			return
		}
		for _, q := range p.Imports() {
			visit(q)
		}
	}
	for _, p := range pass.Pkg.Imports() {
		visit(p)
	}
	return d
}

// of returns the dialect of one text: the configured one, else another
// database's that the text itself tells, else that of the library that is
// called, else that of another database which the file's or folder's name
// speaks of (programs that work with several have a twin for each), else that
// of the only driver in sight. $1 is PostgreSQL's where no other driver is, and
// what is built from calls where the module's schema is.
func (d dialects) of(q *Query) Dialect {
	if d.set != "" && d.set != "unknown" {
		return d.set
	}
	if own := schema.DialectOfText(q.Text.Source().Text); own != "" {
		return Dialect(own)
	}
	if lib := d.apis.Dialect(q.API.Library); lib != "" {
		return Dialect(lib)
	}
	if at := d.at(q.Call.Pos()); at != "" {
		return at
	}
	if q.Chain && len(d.drivers) == 0 && d.schema() {
		return Postgres // no text of the program's could tell
	}
	if len(d.drivers) == 0 && strings.Contains(q.Text.Source().Text, "$1") && !isGorm(q.API.Library) {
		return Postgres
	}
	return ""
}

// at returns the dialect of what is sent at a place, whatever its text is.
func (d dialects) at(pos token.Pos) Dialect {
	if place := d.place(pos); place.Foreign() || place == Postgres && d.drivers[Postgres] {
		return place
	}
	if len(d.drivers) == 1 {
		for only := range d.drivers {
			return only
		}
	}
	return ""
}

// DialectAt returns the dialect of what a call sends, also where its text is not
// known.
func (r *Result) DialectAt(call *ast.CallExpr) Dialect {
	for _, q := range r.Queries {
		if q.Call == call && q.Dialect != "" {
			return q.Dialect
		}
	}
	if r.hints == nil {
		return ""
	}
	return r.hints.at(call.Pos())
}

// Postgres reports whether a text that parses is PostgreSQL's: it is known to be, or
// nothing says whose it is but the module's schema. A program that works with several
// databases may have texts for the others, which do not parse.
func (r *Result) Postgres(q *Query) bool {
	return q.Dialect == Postgres || q.Dialect == "" && r.hints != nil && len(r.hints.drivers) == 0 && r.hints.schema()
}

// isGorm reports whether a library expands its own placeholders: $1 in its
// texts would not be a placeholder.
func isGorm(lib string) bool {
	return lib == "gorm.io/gorm" || lib == "github.com/jinzhu/gorm"
}
