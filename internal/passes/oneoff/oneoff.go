// Package oneoff answers whether code is of a kind that nobody waits for: tests,
// and what runs once on a database, such as a schema migration. Every rule that
// leaves such code out asks here, and says so to sqlvet why.
//
// Code runs once if it is handed to a migration tool, if it changes the schema,
// if it is one of a list of such changes or runs such a list, or if only code of
// this kind leads to it. What a function, a file or a folder is called decides
// nothing. It knows one package: a list in another package is not seen.
package oneoff

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/astutil"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/gofiles"
	"github.com/sqlvet/sqlvet/internal/passes/querysites"
	"github.com/sqlvet/sqlvet/internal/passes/settings"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
)

// Analyzer knows the tests and migrations of a package. Its result is a
// *Result.
var Analyzer = &analysis.Analyzer{
	Name:       "sqlvetoneoff",
	Doc:        "tell tests and migrations from code that somebody waits for\n\nA shared step of sqlvet's rules: it reports nothing.",
	URL:        "https://pkg.go.dev/github.com/sqlvet/sqlvet/internal/passes/oneoff",
	Requires:   []*analysis.Analyzer{querysites.Analyzer, settings.Analyzer},
	Run:        run,
	ResultType: reflect.TypeFor[*Result](),
}

// A Place says in which kind of code something stands.
type Place uint8

// The places.
const (
	Production Place = iota
	Testing          // a _test.go file, or a helper that takes a testing.TB
	Migration        // it runs once
)

// String returns "" for Production.
func (p Place) String() string { return [...]string{"", "test", "migration"}[p] }

// A Result answers for one package. It looks at the package when it is first
// asked, and is safe for concurrent use.
type Result struct {
	pass   *analysis.Pass
	decide func() *graph
}

func run(pass *analysis.Pass) (any, error) {
	return &Result{pass, sync.OnceValue(func() *graph {
		g := newGraph(pass)
		g.decide()
		return g
	})}, nil
}

// Of returns the kind of code around a position and, unless it is Production,
// how that is known, as what follows "it".
func (r *Result) Of(pos token.Pos) (Place, string) {
	f := r.file(pos)
	if f == nil {
		return Production, ""
	}
	if strings.HasSuffix(gofiles.Name(r.pass.Fset, f), "_test.go") {
		return Testing, "stands in a test"
	}
	path, _ := astutil.PathEnclosingInterval(f, pos, pos)
	for _, n := range path {
		if r.tests(n) {
			return Testing, "is a helper of tests"
		}
	}
	g := r.decide()
	for _, n := range path {
		if u := g.units[n]; u != nil {
			if u.why != "" {
				return Migration, u.why
			}
			return Production, ""
		}
	}
	return Production, ""
}

// Silence says for sqlvet why that a rule leaves out code of a place, which is
// known by how.
func Silence(place Place, how string) string {
	if place == Testing {
		return "silent: the code " + how + ": nobody waits for it"
	}
	return "silent: the code " + how + ": it runs once, and nobody waits for it"
}

// LeftOut reports whether code that nobody waits for holds a node, which a rule
// about speed leaves out, and tells sqlvet why. Where tests count they are not
// left out.
func LeftOut(pass *analysis.Pass, rule string, n ast.Node, tests bool) bool {
	place, how := pass.ResultOf[Analyzer].(*Result).Of(n.Pos())
	return place.LeftOut(pass, rule, n, how, tests)
}

// LeftOut is the same where the place of a node is known already.
func (p Place) LeftOut(pass *analysis.Pass, rule string, n ast.Node, how string, tests bool) bool {
	if p == Production || p == Testing && tests {
		return false
	}
	suppress.Silent(pass, rule, n.Pos(), n.End(), Silence(p, how))
	return true
}

// OfSite is Of for a call that sends SQL. What is prepared beside the
// definition of its table is run elsewhere.
func (r *Result) OfSite(s *querysites.Site) (Place, string) {
	place, why := r.Of(s.Call.Pos())
	if place == Migration && s.API.Role == apis.Prepare && strings.HasPrefix(why, changesSchema) {
		return Production, ""
	}
	return place, why
}

func (r *Result) file(pos token.Pos) *ast.File {
	for _, f := range r.pass.Files {
		if f.FileStart <= pos && pos < f.FileEnd {
			return f
		}
	}
	return nil
}

// tests reports whether a node is a function for tests: it has a parameter of
// package testing, or is a method of a suite.
func (r *Result) tests(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.FuncDecl:
		return r.takesTB(n.Type) || n.Recv != nil && len(n.Recv.List) > 0 && inSuite(r.pass.TypesInfo.TypeOf(n.Recv.List[0].Type), 3)
	case *ast.FuncLit:
		return r.takesTB(n.Type)
	}
	return false
}

func (r *Result) takesTB(ft *ast.FuncType) bool {
	for _, p := range ft.Params.List {
		if strings.HasPrefix(apis.TypeName(r.pass.TypesInfo.TypeOf(p.Type)), "testing.") {
			return true
		}
	}
	return false
}

// inSuite reports whether a type embeds a suite of tests, at most depth levels
// down.
func inSuite(t types.Type, depth int) bool {
	if strings.HasPrefix(apis.TypeName(t), "github.com/stretchr/testify/") {
		return true
	}
	if ptr, ok := types.Unalias(t).(*types.Pointer); ok {
		t = ptr.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok || depth == 0 {
		return false
	}
	for f := range s.Fields() {
		if f.Embedded() && inSuite(f.Type(), depth-1) {
			return true
		}
	}
	return false
}
