package querysites

import (
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/models"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
	"github.com/sqlvet/sqlvet/internal/sqltext"
)

// An oracle answers from the facts of imported packages.
type oracle struct {
	pass   *analysis.Pass
	apis   *apis.Catalogue
	makers map[*types.Package]*apis.Library // what LibraryAt found
	naming func() map[string]models.Naming
}

func (f *finder) oracle() oracle { return oracle{f.pass, f.apis, f.makers, f.naming} }

func (o oracle) Table(pkg *types.Package) *models.Table {
	g := new(Generated)
	if pkg == nil || pkg == o.pass.Pkg || !o.pass.ImportPackageFact(pkg, g) {
		return nil
	}
	return g.Table
}

func (o oracle) Naming(library string) (models.Naming, bool) {
	n, ok := o.naming()[library]
	return n, ok
}

func (o oracle) Returns(fn *types.Func) []sqltext.Summary {
	var h Holds
	if fn.Pkg() != o.pass.Pkg && o.pass.ImportObjectFact(fn, &h) {
		return h.Texts
	}
	return nil
}

func (o oracle) Holds(v *types.Var) []sqltext.Summary {
	var h Holds
	if v.Pkg() != o.pass.Pkg && o.pass.ImportObjectFact(v, &h) {
		return h.Texts
	}
	return nil
}

func (o oracle) Rewrites(fn *types.Func) (int, bool) {
	api, ok := o.apis.Lookup(fn)
	if !ok || api.Role != apis.SQLRewrite || !api.HasText() {
		return 0, false
	}
	return api.SQLArg, true
}

func (o oracle) Builds(obj types.Object) []sqltext.ChainSummary {
	var b Builds
	if obj.Pkg() != o.pass.Pkg && o.pass.ImportObjectFact(obj, &b) {
		return b.Chains
	}
	return nil
}

// Package looks through the imports of the package, and theirs.
func (o oracle) Package(path string) *types.Package { return golang.Imported(o.pass.Pkg, path) }

func (o oracle) Library(fn *types.Func) *apis.Library { return o.LibraryAt(fn.Pkg()) }

func (o oracle) LibraryAt(pkg *types.Package) *apis.Library {
	if pkg == nil {
		return nil
	}
	if lib, ok := apis.LibraryOf(pkg.Path()); ok && lib.Chain != nil {
		return lib
	}
	lib, ok := o.makers[pkg]
	if !ok {
		var g Generated
		if pkg != o.pass.Pkg && !apis.Standard(pkg.Path()) && o.pass.ImportPackageFact(pkg, &g) {
			lib, _ = apis.LibraryOf(g.By)
		}
		o.makers[pkg] = lib
	}
	return lib
}

// Quotes knows the functions that quote one token. They take no SQL and send
// none, so the catalogue does not list them.
func (o oracle) Quotes(fn *types.Func) (sqlscan.HoleKind, bool) {
	switch fn.FullName() {
	case "(github.com/jackc/pgx/v5.Identifier).Sanitize", "(github.com/jackc/pgx/v4.Identifier).Sanitize",
		"github.com/lib/pq.QuoteIdentifier":
		return sqlscan.HoleIdent, true
	case "github.com/lib/pq.QuoteLiteral":
		return sqlscan.HoleValue, true
	}
	return 0, false
}
