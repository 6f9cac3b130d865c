// Package txspans answers which code of a package runs while a database
// transaction is open: between a begin and a commit or rollback on every path
// that leads there, in the body of a function that a helper calls inside a
// transaction, in a function that is handed one, in gorm's hooks around
// writes. It also tells how the life of a transaction ends where that can be
// shown on the control-flow graph.
//
// It works on syntax, types and the control-flow graph of one function. It
// does not know what calls do (package funceffects does), and reports
// nothing. A transaction that is open on some paths only counts as not open.
package txspans

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/cfg"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/settings"
)

// Analyzer finds the transactions of a package. Its result is a *Result, which
// works only when it is asked.
var Analyzer = &analysis.Analyzer{
	Name:       "sqlvettx",
	Doc:        "find where a transaction is open\n\nThis analyzer reports nothing; the rules of sqlvet use its result.",
	URL:        "https://pkg.go.dev/github.com/sqlvet/sqlvet/internal/passes/txspans",
	Requires:   []*analysis.Analyzer{settings.Analyzer, funceffects.Analyzer},
	Run:        run,
	ResultType: reflect.TypeFor[*Result](),
	FactTypes:  []analysis.Fact{new(Ends), new(Begins), new(Carries)},
}

// An Origin says how a transaction came to be open.
type Origin uint8

// The origins.
const (
	Begun     Origin = iota + 1 // begun in this function
	Closure                     // the function is called inside a transaction, by what it is passed to
	Parameter                   // the function is handed a transaction
	Handed                      // the function is handed one by a call of this package: others may hand it a plain handle
	Hook                        // gorm calls the method inside a transaction of its own
)

// A Span is one transaction in one function.
type Span struct {
	Origin Origin
	// At is the call that begins it, or that the function is passed to; the
	// parameter; the hook's name.
	At ast.Node
	// Func is the *ast.FuncDecl or *ast.FuncLit in whose body it is open.
	Func ast.Node
	// Tx is the variable that holds it; nil if it has no variable of its own.
	Tx *types.Var
	// Name is how the source names what holds it, "tx" or "s.tx"; "" if it has
	// no name.
	Name string
	// From is the call that hands it, of Handed.
	From *ast.CallExpr
	// Retries: the function may run again after a failure.
	Retries bool
	// Single: the handle that began it is one connection, not a pool: what
	// else is sent through it belongs to the transaction too.
	Single bool
	// Carried: the context that the function is given carries the transaction, as the
	// code that puts it there shows.
	Carried bool
	// MayJoin: where there is a transaction already, it is that one.
	MayJoin bool
	// Implicit: nothing that the function is given holds the transaction, so
	// that what does not use it cannot be told.
	Implicit bool
	// Events are what runs while it is open, in order of the graph's blocks.
	Events []Event
	// Problems are faults in how it ends.
	Problems []Problem

	r *Result
	// to is where the source puts it, if a call of the body begins it.
	to ast.Expr
	// tx is what holds it, held what it was put into or made from it, handles
	// those of them that are no contexts.
	tx            place
	held, handles places
	// nested are the savepoints that are begun on it: their end is not its own.
	nested places
	// closures are variables that hold functions, and whether none of those ends
	// the transaction.
	closures map[*types.Var]bool
	end      *ending
}

// An Event is a call, or an operation that waits, while a transaction is open.
type Event struct {
	// Node is an *ast.CallExpr, a receive *ast.UnaryExpr, an *ast.SelectStmt
	// without default, or an *ast.RangeStmt over a channel.
	Node ast.Node
	// Async: in a goroutine that is started here, by Start.
	Async bool
	Start *ast.CallExpr
	// Failing: the way from here leads to a rollback or an error only.
	Failing bool
	// Ends: the transaction is over when the call returns; what else that does may
	// come before the end or after it.
	Ends bool

	u     *unit
	block *cfg.Block
}

// A Fault is a way to mistreat a transaction's end.
type Fault uint8

// The faults.
const (
	LeftOpen       Fault = iota + 1 // a return without commit or rollback
	CommitDropped                   // Commit's error is not looked at
	CommitDefers                    // Commit is deferred
	UsedAfterEnd                    // used after Commit or Rollback
	CommitAgain                     // committed after Commit or Rollback
	NeverCommitted                  // it has written, and on success it is rolled back as well
	CommitLost                      // a deferred literal commits, and cannot hand its error out
	CommitsFailure                  // a return with an error after which a deferred literal commits
	AfterFailure                    // used after a statement of it has failed
	UsedAtOnce                      // used by a goroutine while something else uses or ends it
	RetryAppends                    // run again, it adds to what the attempt before has left
)

// A Problem is a fault at a place.
type Problem struct {
	Fault Fault
	Node  ast.Node
	// Earlier is the end after which it is used, or what it has written.
	Earlier ast.Node
}

// A Result answers for one package.
type Result struct {
	pass    *analysis.Pass
	apis    *apis.Catalogue
	effects *funceffects.Result
	begins  map[*types.Func]beginning
	ends    map[*types.Func][]End
	began   map[*types.Func]*Begins
	starts  map[*types.Named]bool // types whose own methods begin a transaction in them
	enders  map[*types.Named]bool // types of what some function ends the transaction of
	roles   map[*types.Func]apis.Role
	carry   map[*types.Func][]int    // as in Carries
	passed  map[*types.Func]passing  // functions passed by name into a transaction
	lits    map[*ast.FuncLit]passing // literals passed by the name of their variable
	decls   map[*types.Func]*ast.FuncDecl
	hands   handing
	types   map[types.Type]bool // canHold
	once    sync.Once
	spans   []*Span
}

func run(pass *analysis.Pass) (any, error) {
	r := &Result{
		pass:    pass,
		apis:    pass.ResultOf[settings.Analyzer].(*settings.Result).APIs,
		effects: pass.ResultOf[funceffects.Analyzer].(*funceffects.Result),
		begins:  make(map[*types.Func]beginning),
		ends:    make(map[*types.Func][]End),
		began:   make(map[*types.Func]*Begins),
		starts:  make(map[*types.Named]bool),
		enders:  make(map[*types.Named]bool),
		roles:   make(map[*types.Func]apis.Role),
		carry:   make(map[*types.Func][]int),
		lits:    make(map[*ast.FuncLit]passing),
		passed:  make(map[*types.Func]passing),
		decls:   make(map[*types.Func]*ast.FuncDecl),
		hands:   handing{seen: make(map[*types.Var]bool), contexts: make(map[*types.Var]bool), calls: make(map[*types.Func][]*ast.CallExpr)},
		types:   make(map[types.Type]bool),
	}
	path := pass.Pkg.Path()
	if _, ok := apis.LibraryOf(path); ok || apis.Standard(path) {
		return r, nil
	}
	// All of them now: facts are not to be asked for after the pass.
	for _, f := range pass.AllObjectFacts() {
		fn, ok := f.Object.(*types.Func)
		if !ok {
			continue
		}
		switch fact := f.Fact.(type) {
		case *Ends:
			r.ends[fn] = fact.Ends
		case *Begins:
			r.began[fn] = fact
		case *Carries:
			r.carry[fn] = fact.Params
		}
	}
	list := r.bodies()
	r.exportEnds(list)
	r.noteTypes()
	r.exportBegins(list)
	r.noteTypes()
	r.exportCarries()
	return r, nil
}

// Spans returns the transactions of the package that are open somewhere, in
// order of the source.
func (r *Result) Spans() []*Span {
	r.once.Do(r.find)
	return r.spans
}

// Maybe returns what the transactions would be of function literals that are given to
// methods of interfaces whose implementations this package does not see, if asked for.
func (r *Result) Maybe(asked func(call *ast.CallExpr, lit *ast.FuncLit) bool) []*Span {
	var out []*Span
	known := r.Spans()
	for _, f := range r.pass.Files {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || r.callee(call) == nil || !golang.IsInterfaceMethod(r.callee(call)) || len(r.effects.Arguments(call)) > 0 {
				return true
			}
			for i, a := range call.Args {
				lit, ok := ast.Unparen(a).(*ast.FuncLit)
				if !ok {
					continue
				}
				if sig, ok := r.typeOf(lit).(*types.Signature); ok && golang.LastIsError(sig) && asked(call, lit) {
					s := r.closureSpan(lit, sig, passing{call, funceffects.Param{Index: i}})
					r.literal(lit, s, nil)
					out = append(out, s)
				}
			}
			return true
		})
	}
	r.spans = known
	return out
}

// Uses reports whether an expression mentions what holds the transaction: its
// variable, what was made from it, the context that carries it. Function
// literals in it do not count: what they do is told by events of their own.
func (s *Span) Uses(x ast.Node) bool { return s.r.mentions(x, s.held, false) }

// UsesHandle is Uses without the contexts that carry the transaction.
func (s *Span) UsesHandle(x ast.Node) bool { return s.r.mentions(x, s.handles, false) }

// Works reports whether a goroutine that the span's function starts uses the
// transaction: waiting for it is the transaction's own work.
func (s *Span) Works() bool {
	found := false
	ast.Inspect(s.Func, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			found = found || s.mentions(n.Call)
		case *ast.CallExpr:
			for _, p := range s.r.effects.Arguments(n) {
				found = found || p.Async && p.Index < len(n.Args) && s.mentions(n.Args[p.Index])
			}
		}
		return !found
	})
	return found
}

// find looks at every function of the package.
func (r *Result) find() {
	if len(r.pass.Files) == 0 {
		return
	}
	r.functions(func(fn *types.Func, d *ast.FuncDecl) { r.decls[fn] = d })
	r.findPassed()
	for _, f := range r.pass.Files {
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Body != nil {
					r.declared(d)
				}
			case *ast.GenDecl:
				if d.Tok == token.VAR {
					r.literals(d, nil)
				}
			}
		}
	}
	r.findHanded()
	slices.SortStableFunc(r.spans, func(a, b *Span) int { return int(a.Func.Pos() - b.Func.Pos()) })
}

// declared looks at one declared function.
func (r *Result) declared(d *ast.FuncDecl) {
	fn, ok := r.pass.TypesInfo.Defs[d.Name].(*types.Func)
	if !ok {
		return
	}
	u := r.newUnit(d, d.Body)
	if p, ok := r.passed[fn]; ok {
		u.enter(r.closureSpan(d, fn.Signature(), p))
	} else if s := r.hookSpan(d, fn); s != nil {
		u.enter(s)
	} else if s := r.parameterSpan(d, d.Type, fn.Signature()); s != nil {
		u.enter(s)
	} else if s := r.handedSpan(d, fn); s != nil {
		u.enter(s)
	}
	u.walk()
}

// literals looks at the function literals below n that no transaction is
// known to be open for.
func (r *Result) literals(n ast.Node, seen map[*ast.FuncLit]bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		lit, ok := n.(*ast.FuncLit)
		if !ok {
			return true
		}
		if !seen[lit] {
			r.literal(lit, nil, nil)
		}
		return false
	})
}

// literal looks at one function literal: span is the transaction that it is
// passed into, open are those around it.
func (r *Result) literal(lit *ast.FuncLit, span *Span, open []*inherited) {
	u := r.newUnit(lit, lit.Body)
	u.around = open
	sig, _ := r.pass.TypesInfo.TypeOf(lit).(*types.Signature)
	switch p, ok := r.lits[lit]; {
	case span != nil:
		u.enter(span)
	case ok && sig != nil && len(open) == 0:
		u.enter(r.closureSpan(lit, sig, p))
	case sig != nil && len(open) == 0:
		if s := r.parameterSpan(lit, lit.Type, sig); s != nil {
			u.enter(s)
		}
	}
	u.walk()
}
