// Package rowspans answers where something keeps a connection: the rows of a query,
// from the call that returns them to Close, to the Next that says there are no
// more, or to the function that reads or closes them all; one row, until it is
// scanned; a connection that a pool has lent, until it is given back. It tells what else runs meanwhile,
// and on which ways rows are left open.
//
// It works on syntax, types and the control-flow graph of one function, and
// follows rows that are kept in a local variable. Rows that get into other hands
// are not followed. It does not know what calls do (package funceffects does),
// and reports nothing.
package rowspans

import (
	"go/ast"
	"go/types"
	"reflect"
	"slices"
	"sync"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/settings"
)

// Analyzer finds the rows of a package. Its result is a *Result, which works only
// when it is asked.
var Analyzer = &analysis.Analyzer{
	Name:       "sqlvetrows",
	Doc:        "find where the rows of a query are open\n\nThis analyzer reports nothing; the rules of sqlvet use its result.",
	URL:        "https://pkg.go.dev/github.com/sqlvet/sqlvet/internal/passes/rowspans",
	Requires:   []*analysis.Analyzer{settings.Analyzer, funceffects.Analyzer},
	Run:        run,
	ResultType: reflect.TypeFor[*Result](),
	FactTypes:  []analysis.Fact{new(Takes)},
}

// Takes is the fact what a function does with the rows that it is handed, and with
// what it is to call for each of them.
type Takes struct {
	Params []Taken // ordered by Index
	// During are the indexes of the function parameters that it calls while rows are
	// open, and Yield, if that is so of the loop over the iterator that it returns.
	During []int
}

// Yield is the index that stands for the body of the loop over what a function returns.
const Yield = -1

// Taken says what becomes of the rows that a parameter is given.
type Taken struct {
	Index int
	// Closes: they are closed, or read to their end, when the function returns.
	// Otherwise it only looks at the row at hand, and they stay open.
	Closes bool
}

// AFact marks Takes as a fact.
func (*Takes) AFact() {}

func (t *Takes) String() string {
	s := "rows"
	for _, p := range t.Params {
		if s += " reads"; p.Closes {
			s += " and closes"
		}
	}
	if len(t.During) > 0 {
		s += " calls while open"
	}
	return s
}

// Held says what keeps a connection.
type Held uint8

// What keeps one.
const (
	Rows  Held = iota // the rows of a query
	Batch             // the results of a batch
	Row               // a row that is not scanned yet
	Conn              // the connection itself, which a pool has lent
)

// A Span is what one call opens, in one function.
type Span struct {
	// Open is the call that returns the rows, Func the *ast.FuncDecl or
	// *ast.FuncLit in whose body it stands.
	Open *ast.CallExpr
	Func ast.Node
	// Rows is the variable that holds them; nil if nothing does.
	Rows *types.Var
	Held Held
	// Handle is where the statement goes through; its Root is nil if that is
	// not known.
	Handle golang.Path
	// Kind says what the handle is.
	Kind apis.Handle
	// Events are the calls that run while the rows may be open, in order of the
	// graph's blocks.
	Events []*ast.CallExpr
	// Problems are faults in how they are closed.
	Problems []Problem
}

// A Fault is a way to leave rows open.
type Fault uint8

// The faults.
const (
	Dropped   Fault = iota + 1 // nothing can close them
	LeftOpen                   // a return, or the end of the function, with the rows open
	Piled                      // the loop around the query comes back to it with the rows open
	ErrUnread                  // read in a loop to their end, and nobody asks whether it was the end
)

// A Problem is a fault at a place: the return, the end of the body, the loop.
type Problem struct {
	Fault Fault
	Node  ast.Node
	// Deferred: they are closed, but not before the function returns.
	Deferred bool
}

// A Result answers for one package.
type Result struct {
	pass    *analysis.Pass
	apis    *apis.Catalogue
	effects *funceffects.Result
	decls   map[*types.Func]*ast.FuncDecl // nil in packages that have nothing to do with rows
	taken   map[*types.Func][]Taken
	during  map[*types.Func][]int
	busy    map[*types.Func]bool // whose parameters are being looked at
	looked  map[*types.Func]bool // and those that are looked at for During
	once    sync.Once
	spans   []*Span
}

func run(pass *analysis.Pass) (any, error) {
	r := &Result{
		pass:    pass,
		apis:    pass.ResultOf[settings.Analyzer].(*settings.Result).APIs,
		effects: pass.ResultOf[funceffects.Analyzer].(*funceffects.Result),
	}
	path := pass.Pkg.Path()
	if _, ok := apis.LibraryOf(path); ok || apis.Standard(path) || !apis.Reaches(pass.Pkg, 2) {
		return r, nil
	}
	r.decls, r.taken, r.busy = make(map[*types.Func]*ast.FuncDecl), make(map[*types.Func][]Taken), make(map[*types.Func]bool)
	r.during, r.looked = make(map[*types.Func][]int), make(map[*types.Func]bool)
	// All of them now: facts are not to be asked for after the pass.
	for _, f := range pass.AllObjectFacts() {
		if fn, ok := f.Object.(*types.Func); ok {
			r.taken[fn], r.during[fn] = f.Fact.(*Takes).Params, f.Fact.(*Takes).During
		}
	}
	for _, f := range pass.Files {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && d.Body != nil {
				if fn, ok := pass.TypesInfo.Defs[d.Name].(*types.Func); ok {
					r.decls[fn] = d
				}
			}
		}
	}
	for fn := range r.decls {
		if t := (Takes{r.takes(fn), r.whileOpen(fn)}); len(t.Params)+len(t.During) > 0 && fn.Exported() {
			pass.ExportObjectFact(fn, &t)
		}
	}
	return r, nil
}

// Spans returns the rows that are opened in the package, in order of the source.
func (r *Result) Spans() []*Span {
	r.once.Do(func() {
		if r.decls == nil {
			return
		}
		for _, f := range r.pass.Files {
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.FuncDecl:
					if n.Body != nil {
						r.look(n, n.Body)
					}
				case *ast.FuncLit:
					r.look(n, n.Body)
				}
				return true
			})
		}
		slices.SortStableFunc(r.spans, func(a, b *Span) int { return int(a.Open.Pos() - b.Open.Pos()) })
	})
	return r.spans
}

// takes returns what a function does with the rows that it is handed.
func (r *Result) takes(fn *types.Func) []Taken {
	d := r.decls[fn]
	if list, ok := r.taken[fn]; ok || d == nil || r.busy[fn] {
		return list
	}
	r.busy[fn] = true
	defer delete(r.busy, fn)
	var list []Taken
	for i := range fn.Signature().Params().Len() {
		v := fn.Signature().Params().At(i)
		if !held(v.Type()) {
			continue
		}
		if closes, ok := r.handed(d, v); ok {
			list = append(list, Taken{i, closes})
		}
	}
	r.taken[fn] = list
	return list
}

// handed reports whether a function closes the rows that a parameter is given on
// every way to its end; ok is false if it does so on some only, or if they get
// out of sight.
func (r *Result) handed(d *ast.FuncDecl, v *types.Var) (closes, ok bool) {
	u := &unit{r: r, fn: d, body: d.Body}
	f := u.newFlow(v, nil)
	if f == nil {
		return false, false
	}
	if !f.moves {
		return false, true
	}
	f.solve(open)
	for _, e := range f.exits() {
		if e.state&(undeferred&^closed) != 0 {
			return false, false
		}
	}
	return true, true
}

// look finds the rows that a body opens, those in literals left out.
func (r *Result) look(fn ast.Node, body *ast.BlockStmt) {
	r.spans = append(r.spans, r.opened(&unit{r: r, fn: fn, body: body})...)
}

// opened returns the rows that a body opens.
func (r *Result) opened(u *unit) []*Span {
	var out []*Span
	for _, o := range u.openings() {
		s := &Span{Open: o.call, Func: u.fn, Rows: o.rows, Held: r.what(o)}
		r.handle(s)
		switch {
		case o.dropped:
			s.Problems = append(s.Problems, Problem{Fault: Dropped, Node: o.call})
		case o.during != nil:
			s.Events = calls(o.during)
		case o.rows != nil && u.declares(o.rows):
			f := u.newFlow(o.rows, &o)
			if f == nil {
				continue
			}
			f.solve(none)
			f.record(s)
		default:
			continue
		}
		out = append(out, s)
	}
	return out
}

// handle notes what the statement that opens rows goes through.
func (r *Result) handle(s *Span) {
	for _, e := range slices.Concat(r.effects.Callee(s.Open), r.effects.Yielded(s.Open)) {
		if !e.RoundTrip() {
			continue
		}
		if p, ok := r.effects.HandleAt(s.Open, e); ok {
			s.Handle, s.Kind = p, r.effects.KindOf(s.Open, e)
			return
		}
	}
}

// calls lists the calls of a body, those of literals in it left out.
func calls(body *ast.BlockStmt) []*ast.CallExpr {
	var out []*ast.CallExpr
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.GoStmt:
			return false
		case *ast.CallExpr:
			out = append(out, n)
		}
		return true
	})
	return out
}
