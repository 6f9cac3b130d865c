// Package querysites finds the calls that hand SQL text to a database or to a
// query builder, and the texts they hand over: calls of catalogued functions,
// of functions that the signature rules recognise, and of wrappers, which pass
// a string parameter of their own on to such a call. Wrappers and functions
// that return SQL are known across packages by facts.
//
// It does not parse SQL and reports nothing: package sqlparse does.
package querysites

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/types"
	"reflect"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/gofiles"
	"github.com/sqlvet/sqlvet/internal/models"
	"github.com/sqlvet/sqlvet/internal/naming"
	"github.com/sqlvet/sqlvet/internal/passes/settings"
	"github.com/sqlvet/sqlvet/internal/sqltext"
)

// Analyzer finds the query sites of a package. Its result is a *Result.
var Analyzer = &analysis.Analyzer{
	Name:       "sqlvetsites",
	Doc:        "find the calls that hand SQL text to a database\n\nThis analyzer reports nothing; the rules of sqlvet use its result.",
	URL:        "https://pkg.go.dev/github.com/sqlvet/sqlvet/internal/passes/querysites",
	Requires:   []*analysis.Analyzer{settings.Analyzer},
	Run:        run,
	ResultType: reflect.TypeFor[*Result](),
	FactTypes:  []analysis.Fact{new(Wrapper), new(Holds), new(Builds), new(Finishes), new(Generated)},
}

// A Result lists the query sites of one package in order of position.
type Result struct {
	Sites []*Site

	finder *finder    // nil where nothing was looked for
	mu     sync.Mutex // Have: rules run at the same time.
}

// Strings returns what a string expression inside a declared function of the
// package may evaluate to, or one outside of functions where decl is nil. What
// is not known is a hole.
func (r *Result) Strings(decl *ast.FuncDecl, e ast.Expr) []*sqltext.Text {
	if r.finder == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.finder.program().Strings(decl, e)
}

// Finishes reports whether a call sends the text of one of Sites, which its
// builder was given.
func (r *Result) Finishes(call *ast.CallExpr) bool { return r.finder != nil && r.finder.ends[call] }

// Exhausted reports whether some functions that are handed statements were not
// read, since others took all the work that a package may make.
func (r *Result) Exhausted() bool {
	return r.finder != nil && r.finder.prog != nil && r.finder.prog.Exhausted()
}

// A Site is one argument of one call that is SQL text.
type Site struct {
	Call   *ast.CallExpr
	Arg    ast.Expr    // the argument that is text
	Callee *types.Func // the function called; its origin if generic
	API    apis.API    // what the catalogue, a signature rule or a wrapper fact knows of it
	// Chain is set if the text is the statement that the call finishes: it was
	// built from calls. Arg is then the name of the function called.
	Chain bool
	// Wrapped is set if the callee only passes the text on.
	Wrapped bool
	Func    *ast.FuncDecl // the declaration around the call; nil in a package-level variable
	// Sent is set if the text reaches the database by this very call, or as it
	// stands by a finisher that its builder is seen to reach. Have: Texts are
	// whole statements, or API says which clause they are.
	Sent bool
	// Args are the arguments bound to the placeholders that the texts have.
	// Open is set if there are others, or some that the library may write into
	// its text instead.
	Args []ast.Expr
	Open bool
	// Texts are the alternatives for the text: at least one, known in part
	// if possible.
	Texts []*sqltext.Text

	opened []*sqltext.Text // those that a caller begins
	within string          // the path of the package
}

// Passes reports whether the site hands on a parameter of its own function:
// it is part of a wrapper, and the text is known at the wrapper's calls.
func (s *Site) Passes() bool {
	for _, t := range s.Texts {
		if _, ok := t.Param(); !ok && !(t.Assumed() && t.Len() == 0) {
			return false
		}
	}
	return true
}

// A Wrapper is the fact that a function hands string parameters on as SQL.
type Wrapper struct {
	Params []Param
	// Parts lists the parameters that it only makes a part of its SQL: they
	// are no statements, whatever a signature rule says.
	Parts []int
}

// A Param is one parameter of a wrapper.
type Param struct {
	Index    int // of the parameter, and so of the argument
	Role     apis.Role
	Fragment string
	Library  string // of the function at the end of the chain
	Rule     string
	Named    bool
	Args     int // the argument that binds start at, -1 if unknown
	Dest     int // the argument that rows are scanned to, -1 if unknown
}

// Holds is the fact that a function returns, or a variable holds, SQL text.
type Holds struct {
	Texts []sqltext.Summary
}

// Builds is the fact that a function returns a statement under construction.
type Builds struct {
	Chains []sqltext.ChainSummary
}

// Finishes is the fact that a function sends the statement under construction
// that its caller hands it.
type Finishes struct {
	Chains []sqltext.ChainSummary
}

// Generated is the fact that a library's generator may have written a package,
// which imports the library, and what the package says of its tables. The imports
// tell that only where the source is at hand: export data name no more than what
// the exported types need.
type Generated struct {
	By    string        // the library's module
	Table *models.Table // nil if it is about none
	// Schema are the statements that make the tables of all of them.
	Schema []string
}

// AFact marks Generated as a fact.
func (*Generated) AFact() {}

func (g *Generated) String() string {
	switch {
	case g.Table != nil:
		return "table(" + g.Table.Name + ")"
	case len(g.Schema) > 0:
		return fmt.Sprintf("%d statements", len(g.Schema))
	}
	return "by(" + g.By + ")"
}

// AFact marks Builds as a fact.
func (*Builds) AFact() {}

// AFact marks Finishes as a fact.
func (*Finishes) AFact() {}

func (b *Builds) String() string { return "builds(" + chainsString(b.Chains) + ")" }

func (f *Finishes) String() string { return "finishes(" + chainsString(f.Chains) + ")" }

func chainsString(cs []sqltext.ChainSummary) string {
	var b strings.Builder
	for i, c := range cs {
		if i > 0 {
			b.WriteString(" | ")
		}
		fmt.Fprintf(&b, "%s", c.Verb)
		for _, p := range c.Parts {
			fmt.Fprintf(&b, " %s", p.Clause)
		}
	}
	return b.String()
}

// AFact marks Wrapper as a fact.
func (*Wrapper) AFact() {}

// AFact marks Holds as a fact.
func (*Holds) AFact() {}

func (w *Wrapper) String() string {
	var b strings.Builder
	for i, p := range w.Params {
		if i > 0 {
			b.WriteString(" ")
		}
		fmt.Fprintf(&b, "%s:%d", p.Role, p.Index)
	}
	if len(w.Parts) > 0 {
		fmt.Fprintf(&b, " parts:%v", w.Parts)
	}
	return "sql(" + b.String() + ")"
}

func (h *Holds) String() string {
	var b strings.Builder
	for i, s := range h.Texts {
		if i > 0 {
			b.WriteString(" | ")
		}
		for _, p := range s.Pieces {
			if p.Hole {
				b.WriteString("{" + p.Name + "}")
			} else {
				b.WriteString(p.Text)
			}
		}
	}
	return "text(" + b.String() + ")"
}

func run(pass *analysis.Pass) (any, error) {
	if foreign(pass.Pkg.Path()) {
		return &Result{}, nil
	}
	if generated(pass) {
		return &Result{}, nil // Have: what generated code does, the library's data says.
	}
	f := &finder{
		makers: make(map[*types.Package]*apis.Library),
		naming: sync.OnceValue(func() map[string]models.Naming {
			return naming.Of(gofiles.Dir(pass.Fset, pass.Files))
		}),
		pass:      pass,
		apis:      pass.ResultOf[settings.Analyzer].(*settings.Result).APIs,
		order:     gofiles.Order(pass.Fset, pass.Files),
		known:     make(map[*types.Func][]apis.API),
		wrappers:  make(map[*types.Func]*Wrapper),
		finishers: make(map[*types.Func]bool),
		sites:     make(map[siteKey]*Site),
		ends:      make(map[*ast.CallExpr]bool),
	}
	f.collect()
	f.search()
	f.export()
	return &Result{Sites: f.ordered(func(*Site) bool { return true }), finder: f}, nil
}

// generated exports what a package says that a library's generator wrote, or
// reads; it reports whether nothing else in the package is of interest.
func generated(pass *analysis.Pass) bool {
	lib := apis.GeneratorOf(pass.Pkg)
	if lib == nil {
		return false
	}
	g := &Generated{By: lib.Module}
	defer pass.ExportPackageFact(g)
	switch {
	case !lib.HasGenerated(pass.Pkg):
		if lib.Chain.Naming == "ent" {
			g.Schema = models.EntDDL(pass.Files, pass.TypesInfo)
		}
		return len(g.Schema) > 0
	case pass.Pkg.Scope().Lookup(lib.Chain.TableConst) != nil:
		g.Table = models.ReadTable(pass.Files, pass.TypesInfo, pass.Pkg)
	default:
		g.Schema = tablesOf(pass) // Have: those who import it do not import that one.
	}
	return true
}

// tablesOf returns the statements of the tables that an import of the package
// at hand says the generated code has.
func tablesOf(pass *analysis.Pass) []string {
	for _, p := range pass.Pkg.Imports() {
		g := new(Generated)
		if pass.ImportPackageFact(p, g) && len(g.Schema) > 0 {
			return g.Schema
		}
	}
	return nil
}

// Library returns the library that a function is of, or that generated its
// package; nil if there is none.
func (r *Result) Library(fn *types.Func) *apis.Library {
	if r.finder == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.finder.oracle().Library(fn)
}

// Namer answers what models ask of the source of the package and of those it
// imports; nil if nothing was looked for.
func (r *Result) Namer() models.Namer {
	if r.finder == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.finder.program()
}

// Tables returns the statements that make the tables of the generated code
// which the package uses.
func Tables(pass *analysis.Pass) []string { return tablesOf(pass) }

// foreign reports whether a package is a database library (the catalogue
// knows better than its source what its functions do) or part of the standard
// library.
func foreign(path string) bool {
	if _, ok := apis.LibraryOf(path); ok {
		return true
	}
	return apis.Standard(path)
}

// ordered returns the sites that are wanted, by file and place.
func (f *finder) ordered(wanted func(*Site) bool) []*Site {
	var out []*Site
	for _, s := range f.sites {
		if wanted(s) {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b *Site) int {
		return cmp.Or(f.order(a.Call.Lparen, b.Call.Lparen), f.order(a.Arg.Pos(), b.Arg.Pos()))
	})
	return out
}
