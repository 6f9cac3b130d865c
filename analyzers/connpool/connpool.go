package connpool

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/linkage"
	"github.com/sqlvet/sqlvet/internal/passes/loops"
	"github.com/sqlvet/sqlvet/internal/passes/oneoff"
	"github.com/sqlvet/sqlvet/internal/passes/reach"
	"github.com/sqlvet/sqlvet/internal/passes/rowspans"
	"github.com/sqlvet/sqlvet/internal/passes/settings"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
)

const name = "connpool"

//go:embed doc.go
var doc string

// Analyzer reports pools that are made or sized against their purpose.
var Analyzer = &analysis.Analyzer{
	Name:     name,
	Doc:      docs.Must(doc, name),
	URL:      docs.URL(name),
	Requires: []*analysis.Analyzer{settings.Analyzer, sqlparse.Analyzer, funceffects.Analyzer, loops.Analyzer, oneoff.Analyzer, reach.Analyzer, rowspans.Analyzer, suppress.Analyzer},
	Run:      run,
}

type checker struct {
	pass    *analysis.Pass
	pool    config.Pool
	apis    *apis.Catalogue
	effects *funceffects.Result
	loops   *loops.Result
	sql     *sqlparse.Result
	reach   *reach.Result
	callers map[*types.Func][]*ast.FuncDecl
}

func run(pass *analysis.Pass) (any, error) {
	reaches := apis.Reaches(pass.Pkg, 2)
	if !reaches && !linking {
		return nil, nil
	}
	set := pass.ResultOf[settings.Analyzer].(*settings.Result)
	c := &checker{
		pass:    pass,
		pool:    set.Pool,
		apis:    set.APIs,
		effects: pass.ResultOf[funceffects.Analyzer].(*funceffects.Result),
		loops:   pass.ResultOf[loops.Analyzer].(*loops.Result),
		sql:     pass.ResultOf[sqlparse.Analyzer].(*sqlparse.Result),
		reach:   pass.ResultOf[reach.Analyzer].(*reach.Result),
	}
	// Directives at those count as used, whoever asks.
	if told := c.told(); linking {
		if err := linkage.Report(pass, told); err != nil || !reaches {
			return nil, err
		}
	}
	c.held(pass.ResultOf[rowspans.Analyzer].(*rowspans.Result))
	for _, f := range pass.Files {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && d.Body != nil {
				c.function(d)
			}
		}
	}
	return nil, nil
}

func (c *checker) counts(n ast.Node) bool { return !oneoff.LeftOut(c.pass, name, n, false) }

// function looks for what a function opens, and for sizes of pools.
func (c *checker) function(d *ast.FuncDecl) {
	c.sizes(d)
	most, idle := make(map[golang.Path]*ast.CallExpr), make(map[golang.Path]*ast.CallExpr)
	ast.Inspect(d.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if len(n.Rhs) != 1 {
				break
			}
			call, ok := ast.Unparen(n.Rhs[0]).(*ast.CallExpr)
			if id, isID := n.Lhs[0].(*ast.Ident); ok && isID {
				v, ok := golang.Object(c.pass.TypesInfo, id).(*types.Var)
				if ok && (c.opens(call) || c.madeFor(d, call, v)) && c.stays(d, v) {
					c.opened(d, call)
				}
			}
		case *ast.CallExpr:
			fn := golang.Callee(c.pass.TypesInfo, n)
			recv := golang.Receiver(c.pass.TypesInfo, n)
			if fn == nil || recv == nil || len(n.Args) != 1 {
				break
			}
			p, exact := golang.PathOf(c.pass.TypesInfo, recv)
			switch key := apis.Key(fn); {
			case !exact:
			case key == "(*database/sql.DB).SetMaxOpenConns":
				most[p] = n
			case key == "(*database/sql.DB).SetMaxIdleConns":
				idle[p] = n
			}
		}
		return true
	})
	for p, call := range most {
		if c.pool.Pooler != "" && !c.elsewhere("(*database/sql.DB).SetConnMaxLifetime") && c.counts(call) {
			f := c.finding(call, "lifetime", "the connections of this pool last as long as the program, so that none goes to a pooler that is added or takes over, and all load stays on the old one; set SetConnMaxLifetime to some minutes")
			f.Severity = config.SeverityInfo
			suppress.Report(c.pass, f)
		}
		v := c.pass.TypesInfo.Types[call.Args[0]].Value
		c.more(v, idle[p])
		if idle[p] != nil || v == nil || !constant.Compare(v, token.GTR, constant.MakeInt64(2)) || c.elsewhere("(*database/sql.DB).SetMaxIdleConns") || !c.counts(call) {
			continue
		}
		f := c.finding(call, "idle", fmt.Sprintf("the pool may have %s connections and keeps two idle ones, which is the default: of a burst all others are closed, and opened again by the next; add SetMaxIdleConns(%s)", v, v))
		suppress.Report(c.pass, f)
	}
}

// more reports that a pool is to keep more idle connections than it may have.
func (c *checker) more(open constant.Value, call *ast.CallExpr) {
	if open == nil || call == nil {
		return
	}
	v := c.pass.TypesInfo.Types[call.Args[0]].Value
	if v == nil || !constant.Compare(open, token.GTR, constant.MakeInt64(0)) || !constant.Compare(v, token.GTR, open) || !c.counts(call) {
		return
	}
	f := c.finding(call, "idle", fmt.Sprintf("the pool may have %s connections, so that it never keeps %s: one of the two numbers is not what was meant", open, v))
	f.Severity = config.SeverityInfo
	suppress.Report(c.pass, f)
}

// elsewhere reports whether the package calls a function anywhere.
func (c *checker) elsewhere(key string) bool {
	for _, obj := range c.pass.TypesInfo.Uses {
		if fn, ok := obj.(*types.Func); ok && apis.Key(fn) == key {
			return true
		}
	}
	return false
}

// opens reports whether a call opens a database: not one that wraps a handle that
// is there already.
func (c *checker) opens(call *ast.CallExpr) bool {
	fn := golang.Callee(c.pass.TypesInfo, call)
	if fn == nil {
		return false
	}
	api, ok := c.apis.Lookup(fn)
	if !ok || api.Role != apis.Open || fn.Signature().Results().Len() == 0 {
		return false
	}
	if t := fn.Signature().Results().At(0).Type(); !apis.IsHandle(t) && apis.HandleOf(t) == apis.AnyHandle {
		if tx, handle := apis.IsTx(t); !tx || !handle {
			return false // a listener, another kind of connection
		}
	}
	wraps := false
	for _, a := range call.Args {
		ast.Inspect(a, func(n ast.Node) bool {
			if x, ok := n.(ast.Expr); ok {
				if t := c.pass.TypesInfo.TypeOf(x); t != nil && apis.HandleOf(t) != apis.AnyHandle {
					wraps = true
				}
			}
			return !wraps
		})
	}
	return !wraps
}

// madeFor reports whether a call of somebody's own function returns a pool that
// was made for this call: the function that gets it closes it.
func (c *checker) madeFor(d *ast.FuncDecl, call *ast.CallExpr, v *types.Var) bool {
	if apis.HandleOf(v.Type()) != apis.PoolHandle {
		return false
	}
	fn := golang.Callee(c.pass.TypesInfo, call)
	if fn == nil || fn.Pkg() == nil || apis.Standard(fn.Pkg().Path()) {
		return false
	}
	_, listed := apis.LibraryOf(fn.Pkg().Path())
	return !listed && c.closes(d, v)
}

// stays reports whether a variable is local and its value goes nowhere else: its
// methods are called, and it is handed to functions.
func (c *checker) stays(d *ast.FuncDecl, v *types.Var) bool {
	if v.Pos() < d.Body.Pos() || d.Body.End() <= v.Pos() {
		return false
	}
	stays := true
	ast.PreorderStack(d.Body, nil, func(n ast.Node, stack []ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok || c.pass.TypesInfo.Uses[id] != v || len(stack) == 0 {
			return true
		}
		switch p := stack[len(stack)-1].(type) {
		case *ast.SelectorExpr, *ast.BinaryExpr:
		case *ast.CallExpr:
			// A constructor may keep it.
			if t := c.pass.TypesInfo.TypeOf(p); t != nil && keeps(t) && !c.closes(d, v) {
				stays = false
			}
		case *ast.AssignStmt:
			for _, x := range p.Rhs {
				stays = stays && ast.Unparen(x) != id
			}
		default:
			stays = false
		}
		return true
	})
	return stays
}

// keeps reports whether a result may hold what the call was given.
func keeps(t types.Type) bool {
	if tuple, ok := t.(*types.Tuple); ok {
		for v := range tuple.Variables() {
			if keeps(v.Type()) {
				return true
			}
		}
		return false
	}
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Struct, *types.Interface, *types.Signature:
		return !golang.IsError(t)
	}
	return false
}

// closes reports whether a function closes what a variable holds.
func (c *checker) closes(d *ast.FuncDecl, v *types.Var) bool {
	found := false
	ast.Inspect(d.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return !found
		}
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != "Close" {
			return !found
		}
		id, ok := ast.Unparen(sel.X).(*ast.Ident)
		found = found || ok && c.pass.TypesInfo.Uses[id] == v
		return !found
	})
	return found
}

// opened judges a call that opens a database which the function does not keep.
func (c *checker) opened(d *ast.FuncDecl, call *ast.CallExpr) {
	if c.sql.DialectAt(call).Foreign() || !c.counts(call) {
		return
	}
	for _, l := range c.loops.Enclosing(call) {
		kept := l.Bound == loops.Poll && !c.closed(d, call)
		if l.Bound != loops.Data && l.Bound != loops.Unknown && l.Bound != loops.Worker && !kept || c.loops.DependsOnIteration(l, call) != loops.Invariant {
			continue
		}
		message := fmt.Sprintf("the loop at line %d connects to the same database each time, which takes longer than most queries: open it once before", l.Line)
		if kept {
			message = fmt.Sprintf("the loop at line %d opens another pool each time and closes none of them, so that their connections add up: open one before", l.Line)
		}
		f := c.finding(call, "per-loop", message)
		suppress.Report(c.pass, f)
		return
	}
	if from := c.request(d, call, 2, make(map[*ast.FuncDecl]bool)); from != nil {
		by := ""
		if from != d {
			by = fmt.Sprintf(" (by %s)", from.Name.Name)
		}
		f := c.finding(call, "per-request", fmt.Sprintf("each request opens a connection of its own here%s, which takes longer than most queries and ends where the server has max_connections: open one pool when the program starts, and hand it to the handlers", by))
		suppress.Report(c.pass, f)
	}
}

// closed reports whether a function may close what a call of its own opens: it does,
// or gets hold of the pool inside, as gorm's DB does.
func (c *checker) closed(d *ast.FuncDecl, call *ast.CallExpr) bool {
	v := c.holder(d, call)
	if v == nil || c.closes(d, v) {
		return true
	}
	for n := range ast.Preorder(d.Body) {
		if inner, ok := n.(*ast.CallExpr); ok {
			id, ok := ast.Unparen(golang.Receiver(c.pass.TypesInfo, inner)).(*ast.Ident)
			if ok && c.pass.TypesInfo.Uses[id] == v && apis.HandleOf(first(c.pass.TypesInfo.TypeOf(inner))) == apis.PoolHandle {
				return true
			}
		}
	}
	return false
}

// first returns the first of a call's results.
func first(t types.Type) types.Type {
	if tuple, ok := t.(*types.Tuple); ok && tuple.Len() > 0 {
		return tuple.At(0).Type()
	}
	return t
}

// request returns the function that handles a request, of those that lead to a
// place; nil if none is seen.
func (c *checker) request(d *ast.FuncDecl, at ast.Node, depth int, seen map[*ast.FuncDecl]bool) *ast.FuncDecl {
	if seen[d] || depth < 0 {
		return nil
	}
	seen[d] = true
	fn, _ := c.pass.TypesInfo.Defs[d.Name].(*types.Func)
	if fn == nil {
		return nil
	}
	found := handles(fn.Signature())
	ast.Inspect(d.Body, func(n ast.Node) bool {
		if lit, ok := n.(*ast.FuncLit); ok && golang.Within(at, lit) {
			sig, _ := c.pass.TypesInfo.TypeOf(lit).(*types.Signature)
			found = found || sig != nil && handles(sig)
		}
		return !found
	})
	if found {
		return d
	}
	for _, caller := range c.callersOf(fn) {
		if from := c.request(caller, caller.Name, depth-1, seen); from != nil {
			return from
		}
	}
	return nil
}

// handles reports whether a function is handed a request: an *http.Request, or
// what a framework wraps around one.
func handles(sig *types.Signature) bool {
	for v := range sig.Params().Variables() {
		if golang.IsNamed(v.Type(), "net/http", "Request") {
			return true
		}
		obj, _, _ := types.LookupFieldOrMethod(v.Type(), true, nil, "Request")
		switch obj := obj.(type) {
		case *types.Var:
			if golang.IsNamed(obj.Type(), "net/http", "Request") {
				return true
			}
		case *types.Func:
			if r := obj.Signature().Results(); r.Len() == 1 && golang.IsNamed(r.At(0).Type(), "net/http", "Request") {
				return true
			}
		}
	}
	return false
}

// callersOf returns the functions of the package that call fn.
func (c *checker) callersOf(fn *types.Func) []*ast.FuncDecl {
	if c.callers == nil {
		c.callers = make(map[*types.Func][]*ast.FuncDecl)
		for _, f := range c.pass.Files {
			for _, d := range f.Decls {
				d, ok := d.(*ast.FuncDecl)
				if !ok || d.Body == nil {
					continue
				}
				ast.Inspect(d.Body, func(n ast.Node) bool {
					if call, ok := n.(*ast.CallExpr); ok {
						if callee := golang.Callee(c.pass.TypesInfo, call); callee != nil && callee.Pkg() == c.pass.Pkg {
							c.callers[callee] = append(c.callers[callee], d)
						}
					}
					return true
				})
			}
		}
	}
	return c.callers[fn]
}

// held reports calls that are slow while rows of a pool are open.
func (c *checker) held(rows *rowspans.Result) {
	for _, s := range rows.Spans() {
		if s.Kind != apis.PoolHandle {
			continue
		}
		for _, call := range s.Events {
			e, ok := c.slow(call)
			if !ok || !c.counts(call) {
				continue
			}
			f := c.finding(call, "held", fmt.Sprintf("this waits for %s by %s while the rows of the query at line %d keep a connection of the pool: read them into a slice and close them before", e.Delay(), e.Way(), c.line(s.Open)))
			f.Related = []analysis.RelatedInformation{{Pos: s.Open.Pos(), End: s.Open.End(), Message: "the rows are opened here"}}
			suppress.Report(c.pass, f)
			break
		}
	}
}

// slow returns what a call waits for that is no database.
func (c *checker) slow(call *ast.CallExpr) (funceffects.Effect, bool) {
	for _, e := range c.effects.Callee(call) {
		if !e.Each() || e.Cached || e.Sometimes {
			continue
		}
		if d := e.Delay(); d.Longer() || d == funceffects.Queue {
			return e, true
		}
	}
	return funceffects.Effect{}, false
}

func (c *checker) finding(n ast.Node, category, message string) suppress.Finding {
	return suppress.Finding{Pos: n.Pos(), End: n.End(), Rule: name, Category: category, Message: message, Confidence: config.Likely}
}

func (c *checker) line(n ast.Node) int { return c.pass.Fset.Position(n.Pos()).Line }
