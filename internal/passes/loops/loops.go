// Package loops answers whether a call is executed repeatedly: by which loops
// around it, innermost first, what drives each of them (data, a constant, pages,
// retries, …), and whether the call's arguments change from one iteration to
// the next.
//
// It knows one package at a time, from syntax and types. It does not know
// which calls reach a database through helpers (package funceffects does), and
// reports nothing: which loops are worth a finding is the rule's decision.
package loops

import (
	"go/ast"
	"go/token"
	"go/types"
	"sort"
	"sync"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/modules"
)

// A Kind says what repeats a call.
type Kind uint8

// The kinds of loops.
const (
	For       Kind = iota + 1
	Range          // over a slice, array or string
	RangeInt       // over an integer
	RangeMap       //
	RangeChan      //
	RangeFunc      // over an iterator function
	Goto           // a backward goto
	Callback       // a function that calls its func argument once per element or batch
	Rows           // once per row of a result: rows.Next, a row callback
	Recursion      // the function calls itself for each child
	Resolver       // a GraphQL field resolver, called per object
	Hook           // an ORM's hook, called per record
)

var kindNames = map[Kind]string{
	For: "For", Range: "Range", RangeInt: "RangeInt", RangeMap: "RangeMap", RangeChan: "RangeChan", RangeFunc: "RangeFunc",
	Goto: "Goto", Callback: "Callback", Rows: "Rows", Recursion: "Recursion", Resolver: "Resolver", Hook: "Hook",
}

func (k Kind) String() string { return kindNames[k] }

// A Bound says what the number of iterations depends on, for one call in the
// loop.
type Bound uint8

// The bounds. Only Data grows with what is stored.
const (
	Unknown    Bound = iota // nothing could be concluded
	Data                    // the number of elements of a collection, rows, lines, …
	Constant                // fixed in the source
	Batch                   // one iteration per batch of elements
	Page                    // one iteration per page: an offset or cursor moves on
	Drain                   // until the result of a call says stop
	Retry                   // until success
	Poll                    // by the clock
	Worker                  // by arriving work; or one per worker started
	Halving                 // a search that halves what is left
	FirstHit                // the loop is left right after the call
	Dispatch                // only for the elements equal to a constant
	Handles                 // one iteration per database
	Migrations              // schema changes, one after the other
	Tests                   // a benchmark or the cases of a test
)

var boundNames = [...]string{
	"Unknown", "Data", "Constant", "Batch", "Page", "Drain", "Retry", "Poll", "Worker", "Halving", "FirstHit", "Dispatch", "Handles", "Migrations", "Tests",
}

func (b Bound) String() string { return boundNames[b] }

// A Loop is one reason for a call to be repeated.
type Loop struct {
	Kind  Kind
	Bound Bound
	Why   string // the reason for Bound: a clause such as "ranges over a slice"
	Count int64  // iterations if Bound is Constant and their number is known, else 0
	// Node is the *ast.ForStmt, *ast.RangeStmt, *ast.LabeledStmt (Goto),
	// *ast.CallExpr (Callback, Rows), *ast.FuncDecl or *ast.FuncLit (Recursion,
	// Resolver, Hook).
	Node ast.Node
	Body ast.Node     // what is repeated; the func argument of Callback
	Vars []*types.Var // that change from one iteration to the next: key, value, counters, parameters
	// Chain: each iteration asks for the row that the one before has named.
	Chain bool
	// Async: the call runs in a goroutine that the iteration starts.
	Async bool
	Line  int // of Node
}

// Pos returns where to point at: the keyword or the call.
func (l *Loop) Pos() token.Pos { return l.Node.Pos() }

// Holds reports whether a node stands in the loop.
func (l *Loop) Holds(n ast.Node) bool { return golang.Within(n, l.Node) || golang.Within(n, l.Body) }

// Effects answers which of its func parameters a function calls, and how
// often, and what else it does: package funceffects does.
type Effects interface {
	Params(fn *types.Func) []funceffects.Param
	Of(fn *types.Func) []funceffects.Effect
}

// A Package is a type-checked package.
type Package struct {
	Fset    *token.FileSet
	Files   []*ast.File
	Types   *types.Package
	Info    *types.Info
	APIs    *apis.Catalogue // nil for the shipped one
	Modules *modules.Result // nil if nothing is known but this package
}

// A Result answers for the calls of one package. It computes what it is asked
// for, one declaration at a time, and is safe for concurrent use.
type Result struct {
	Package
	effects Effects    // may be nil
	mu      sync.Mutex // held by every exported method

	decls     []ast.Decl // of all files, by position
	units     map[ast.Decl]*unit
	handles   map[types.Type]handleKind
	holders   map[types.Type]bool
	globals   map[types.Object]*global // nil: not yet collected
	resolvers []*types.TypeName        // interfaces of GraphQL objects
	funcs     map[*types.Func]*ast.FuncDecl
	recursive map[*ast.FuncDecl]verdict
	graph     map[*ast.FuncDecl][]edge
	looped    map[*ast.CallExpr]bool // what loopedOverData has answered
	inside    map[*ast.FuncDecl]bool // functions whose results are being looked at
	once      struct{ resolvers bool }
}

// New returns the loops of a package. effects may be nil: then only catalogued
// functions are known to call their func arguments, or to wait.
func New(pkg Package, effects Effects) *Result {
	r := &Result{Package: pkg, effects: effects,
		units: make(map[ast.Decl]*unit), handles: make(map[types.Type]handleKind), holders: make(map[types.Type]bool),
		recursive: make(map[*ast.FuncDecl]verdict), graph: make(map[*ast.FuncDecl][]edge),
		looped: make(map[*ast.CallExpr]bool), inside: make(map[*ast.FuncDecl]bool),
	}
	for _, f := range pkg.Files {
		r.decls = append(r.decls, f.Decls...)
	}
	sort.Slice(r.decls, func(i, j int) bool { return r.decls[i].Pos() < r.decls[j].Pos() })
	return r
}

// Enclosing returns the loops that repeat call, innermost first: those around
// it in its function, and around the places where the function literals that
// it stands in are called. A call in a range expression or an init clause is
// not in that loop; nor is a call in a literal that is only stored or returned.
func (r *Result) Enclosing(call *ast.CallExpr) []*Loop {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.enclosing(call)
}

func (r *Result) enclosing(call *ast.CallExpr) []*Loop {
	u := r.unit(call.Pos())
	if u == nil || u.parent[call] == nil {
		return nil
	}
	w := walk{u: u, call: call, seen: make(map[ast.Node]bool)}
	return w.outward(call, flow{normal: true})
}

// unit returns the declaration around pos, nil if there is none.
func (r *Result) unit(pos token.Pos) *unit {
	i := sort.Search(len(r.decls), func(i int) bool { return r.decls[i].End() >= pos })
	if i == len(r.decls) || r.decls[i].Pos() > pos {
		return nil
	}
	d := r.decls[i]
	u := r.units[d]
	if u == nil {
		u = newUnit(r, d)
		r.units[d] = u
	}
	return u
}

func (r *Result) line(pos token.Pos) int { return r.Fset.Position(pos).Line }
