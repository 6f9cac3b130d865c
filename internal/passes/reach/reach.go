// Package reach answers from where a function of a package is reached: whether
// only the start of the program, or a command that somebody types, leads to it.
// Nobody waits there as for a request, and it runs once.
//
// It knows one package: functions that others may call, that are kept, or that
// run in a goroutine may be reached from anywhere. What serves requests or works
// in the background looks like that, so nothing of it is called a start.
package reach

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"reflect"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/modules"
)

// An Origin says what alone leads to some code.
type Origin uint8

// The origins.
const (
	Anywhere Origin = iota // or not known
	Start                  // main, or the initialisation of a package
	Command                // a command of a command line
	Once                   // anything, but the database remembers that it has run
)

// String says it for readers: "" for Anywhere.
func (o Origin) String() string {
	return [...]string{"", "when the program starts", "in a command that somebody runs", "once: the database remembers that it has"}[o]
}

// Analyzer knows what leads to the functions of a package. Its result is a
// *Result.
var Analyzer = &analysis.Analyzer{
	Name:       "sqlvetreach",
	Doc:        "tell what alone leads to a function\n\nA shared step of sqlvet's rules: it reports nothing.",
	URL:        "https://pkg.go.dev/github.com/sqlvet/sqlvet/internal/passes/reach",
	Requires:   []*analysis.Analyzer{funceffects.Analyzer, modules.Analyzer},
	Run:        run,
	ResultType: reflect.TypeFor[*Result](),
}

func run(pass *analysis.Pass) (any, error) {
	return &Result{
		pass:    pass,
		effects: pass.ResultOf[funceffects.Analyzer].(*funceffects.Result),
		ours:    pass.ResultOf[modules.Analyzer].(*modules.Result).Ours,
	}, nil
}

// A Result answers for one package. It looks at the package when it is first
// asked, and is safe for concurrent use.
type Result struct {
	pass    *analysis.Pass
	effects *funceffects.Result
	ours    func(*types.Package) bool // the packages whose uses are noted
	once    sync.Once                 // of build; nothing changes after it

	nodes   map[ast.Node]*node // by *ast.FuncDecl or *ast.FuncLit
	decls   map[*types.Func]*node
	methods map[string]bool // of the package's interfaces
	// returned are the literals that a function returns, and factories those that
	// are called for more than what a command does.
	returned  map[*types.Func][]*node
	factories map[*types.Func]bool
	// abroad are the uses of functions of other packages, by their names: in a
	// node, or nil for one that is no call on the spot.
	abroad map[string][]*node
}

// A node is a function of the package.
type node struct {
	id      string // of a declared function, as Functions has it
	origin  Origin
	decided bool
	exports bool    // other packages may call it
	escapes bool    // something that is not seen may call it
	callers []*node // that call it, or in which it is called on the spot
}

// Of returns what alone leads to the code at a place.
func (r *Result) Of(pos token.Pos) Origin {
	r.once.Do(r.build)
	at := r.around(pos)
	if at == nil {
		return Anywhere
	}
	return at.of(make(map[*node]bool))
}

// around returns the function at a place, nil if there is none.
func (r *Result) around(pos token.Pos) (at *node) {
	for _, f := range r.pass.Files {
		if f.FileStart <= pos && pos < f.FileEnd {
			ast.Inspect(f, func(n ast.Node) bool {
				if n == nil || pos < n.Pos() || n.End() <= pos {
					return false
				}
				if x := r.nodes[n]; x != nil {
					at = x
				}
				return true
			})
		}
	}
	return at
}

func (n *node) of(seen map[*node]bool) Origin {
	if n.decided {
		return n.origin
	}
	if n.escapes || n.exports || len(n.callers) == 0 || seen[n] {
		return Anywhere
	}
	seen[n] = true
	defer delete(seen, n)
	var all Origin
	for _, c := range n.callers {
		if c == n {
			continue // a recursion
		}
		o := c.of(seen)
		if o == Anywhere {
			return Anywhere
		}
		all = max(all, o)
	}
	return all
}

func (r *Result) build() {
	r.nodes = make(map[ast.Node]*node)
	r.decls = make(map[*types.Func]*node)
	r.methods = make(map[string]bool)
	r.returned, r.factories = make(map[*types.Func][]*node), make(map[*types.Func]bool)
	r.abroad = make(map[string][]*node)
	scope := r.pass.Pkg.Scope()
	for _, name := range scope.Names() {
		if tn, ok := scope.Lookup(name).(*types.TypeName); ok {
			if iface, ok := tn.Type().Underlying().(*types.Interface); ok {
				for m := range iface.Methods() {
					r.methods[m.Name()] = true
				}
			}
		}
	}
	for _, f := range r.pass.Files {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok {
				r.declare(d)
			}
		}
	}
	for _, f := range r.pass.Files {
		w := walker{r: r}
		ast.Inspect(f, w.visit)
	}
	for fn, list := range r.returned {
		for _, n := range list {
			if other, used := r.factories[fn]; used && !other && !n.escapes {
				n.origin, n.decided = Command, true
			} else {
				n.escapes = true
			}
		}
	}
}

func (r *Result) declare(d *ast.FuncDecl) {
	n := new(node)
	r.nodes[d] = n
	fn, ok := r.pass.TypesInfo.Defs[d.Name].(*types.Func)
	if !ok {
		return
	}
	r.decls[fn] = n
	n.id = fn.FullName()
	switch {
	case d.Recv == nil && (fn.Name() == "init" || fn.Name() == "main" && r.pass.Pkg.Name() == "main"):
		n.origin, n.decided = Start, true
	case d.Recv != nil && r.methods[fn.Name()]:
		n.escapes = true // an interface may ask for it
	case fn.Exported() && (d.Recv != nil || r.pass.Pkg.Name() != "main"):
		n.exports = true
	}
	if r.remembered(d) {
		n.origin, n.decided = Once, true
	}
}

// remembered reports whether a function asks the database for something by a
// constant, leaves if that is there, and writes by the same constant when it has
// done its work.
func (r *Result) remembered(d *ast.FuncDecl) bool {
	if d.Body == nil {
		return false
	}
	asked := make(map[string]map[types.Object]bool) // what the answer went to, by the constant
	left := make(map[string]bool)
	done := false
	for _, s := range d.Body.List {
		if s, ok := s.(*ast.IfStmt); ok {
			for key, answer := range asked {
				left[key] = left[key] || golang.EndsInReturn(s.Body) && (r.mentions(s.Cond, answer) || s.Init != nil && r.mentions(s.Init, answer)) && !r.fails(s.Cond)
			}
		}
		golang.Inspect(s, func(n ast.Node) {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return
			}
			for key := range r.constants(call) {
				switch r.does(call) {
				case funceffects.ReadDB:
					if a, ok := s.(*ast.AssignStmt); ok && asked[key] == nil {
						asked[key] = r.assigned(a)
					}
				case funceffects.WriteDB:
					done = done || left[key]
				}
			}
		})
	}
	return done
}

// constants returns the string constants that a call is given, written exactly.
func (r *Result) constants(call *ast.CallExpr) map[string]bool {
	out := make(map[string]bool)
	for _, a := range call.Args {
		if v := r.pass.TypesInfo.Types[a].Value; v != nil && v.Kind() == constant.String && constant.StringVal(v) != "" {
			out[v.ExactString()] = true
		}
	}
	return out
}

// does returns what a function of this package or another, no library's, does
// to the database: a write, or else a read; Unknown if it does neither.
func (r *Result) does(call *ast.CallExpr) funceffects.Kind {
	fn := typeutil.StaticCallee(r.pass.TypesInfo, call)
	if fn == nil {
		return funceffects.Unknown
	}
	kind := funceffects.Unknown
	for _, e := range r.effects.Of(fn) {
		if e.Kind.Database() && (kind == funceffects.Unknown || e.Kind == funceffects.WriteDB) {
			kind = e.Kind
		}
	}
	return kind
}

func (r *Result) assigned(s *ast.AssignStmt) map[types.Object]bool {
	out := make(map[types.Object]bool)
	for _, l := range s.Lhs {
		if id, ok := l.(*ast.Ident); ok {
			if obj := golang.Object(r.pass.TypesInfo, id); obj != nil && !golang.IsError(obj.Type()) {
				out[obj] = true
			}
		}
	}
	return out
}

func (r *Result) mentions(n ast.Node, set map[types.Object]bool) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && set[r.pass.TypesInfo.Uses[id]]
		return !found
	})
	return found
}

// fails: the condition asks for an error.
func (r *Result) fails(cond ast.Expr) bool {
	b, ok := ast.Unparen(cond).(*ast.BinaryExpr)
	return ok && golang.IsError(r.pass.TypesInfo.TypeOf(b.X))
}

// A walker finds who calls whom.
type walker struct {
	r     *Result
	stack []ast.Node
}

func (w *walker) visit(n ast.Node) bool {
	if n == nil {
		w.stack = w.stack[:len(w.stack)-1]
		return true
	}
	switch n := n.(type) {
	case *ast.FuncLit:
		w.literal(n)
	case *ast.Ident:
		w.mention(n)
	}
	w.stack = append(w.stack, n)
	return true
}

// mention notes a use of a declared function.
func (w *walker) mention(id *ast.Ident) {
	fn, ok := w.r.pass.TypesInfo.Uses[id].(*types.Func)
	if !ok {
		return
	}
	n := w.r.decls[fn.Origin()]
	if n == nil {
		w.foreign(id, fn.Origin())
		return
	}
	if _, ok := w.r.factories[fn]; !ok {
		w.r.factories[fn] = false
	}
	expr, i := w.expression(id)
	if expr == nil {
		return
	}
	if !w.forCommand(expr, i) {
		w.r.factories[fn] = true
	}
	w.runs(n, expr, i)
}

// expression returns the function that an identifier names as an expression, f,
// x.f or f[T], and the place of its parent in the stack; nil if it is a part of
// another name.
func (w *walker) expression(id *ast.Ident) (expr ast.Node, i int) {
	expr, i = id, len(w.stack)-1
	for ; i >= 0; i-- {
		switch p := w.stack[i].(type) {
		case *ast.SelectorExpr:
			if p.Sel != expr {
				return nil, 0
			}
			expr = p
			continue
		case *ast.IndexExpr, *ast.IndexListExpr, *ast.ParenExpr:
			expr = p
			continue
		}
		break
	}
	return expr, i
}

// forCommand: what a call of a function returns is a field of a command; expr is
// the function, i the place of its parent in the stack.
func (w *walker) forCommand(expr ast.Node, i int) bool {
	if i < 2 {
		return false
	}
	call, ok := w.stack[i].(*ast.CallExpr)
	kv, isField := w.stack[i-1].(*ast.KeyValueExpr)
	lit, isLit := w.stack[i-2].(*ast.CompositeLit)
	return ok && call.Fun == expr && isField && kv.Value == call && isLit && w.command(lit)
}

func (w *walker) literal(lit *ast.FuncLit) {
	n := new(node)
	w.r.nodes[lit] = n
	w.runs(n, lit, len(w.stack)-1)
}

// runs notes how a function, which is expr, comes to run; i is the place of its
// parent in the stack.
func (w *walker) runs(n *node, expr ast.Node, i int) {
	for ; i >= 0; i-- {
		if _, ok := w.stack[i].(*ast.ParenExpr); !ok {
			break
		}
		expr = w.stack[i]
	}
	if i < 0 {
		n.escapes = true
		return
	}
	switch p := w.stack[i].(type) {
	case *ast.CallExpr:
		called := p.Fun == expr || w.calls(p, expr)
		if i > 0 {
			if _, ok := w.stack[i-1].(*ast.GoStmt); ok {
				called = false
			}
		}
		if called && !w.goesOn(i) {
			n.callers = append(n.callers, w.around(i))
			return
		}
	case *ast.ReturnStmt:
		if d := w.declaration(i); d != nil {
			if fn, ok := w.r.pass.TypesInfo.Defs[d.Name].(*types.Func); ok && (!fn.Exported() || w.r.pass.Pkg.Name() == "main") {
				w.r.returned[fn] = append(w.r.returned[fn], n)
				return
			}
		}
	case *ast.KeyValueExpr:
		if lit, ok := w.stack[i-1].(*ast.CompositeLit); ok && w.command(lit) {
			n.origin, n.decided = Command, true
			return
		}
	}
	n.escapes = true
}

// declaration returns the function whose own body the node at a place of the
// stack stands in, nil if that is a literal.
func (w *walker) declaration(i int) *ast.FuncDecl {
	for ; i >= 0; i-- {
		switch d := w.stack[i].(type) {
		case *ast.FuncLit:
			return nil
		case *ast.FuncDecl:
			return d
		}
	}
	return nil
}

// goesOn reports whether the node at a place of the stack stands in a loop that
// has no end of its own: what it calls is work that comes later.
func (w *walker) goesOn(i int) bool {
	for ; i >= 0 && w.r.nodes[w.stack[i]] == nil; i-- {
		switch s := w.stack[i].(type) {
		case *ast.ForStmt:
			if s.Cond == nil {
				return true
			}
		case *ast.RangeStmt:
			if _, ok := w.r.pass.TypesInfo.TypeOf(s.X).Underlying().(*types.Chan); ok {
				return true
			}
		}
	}
	return false
}

// around returns the function around the node at a place of the stack; the
// package's initialisation if there is none.
func (w *walker) around(i int) *node {
	for ; i >= 0; i-- {
		if n := w.r.nodes[w.stack[i]]; n != nil {
			return n
		}
	}
	return &node{origin: Start, decided: true}
}

// calls reports whether a call runs its argument before it returns.
func (w *walker) calls(call *ast.CallExpr, arg ast.Node) bool {
	fn := typeutil.StaticCallee(w.r.pass.TypesInfo, call)
	if fn == nil {
		return false
	}
	for _, p := range w.r.effects.Params(fn) {
		if p.Index < len(call.Args) && call.Args[p.Index] == arg {
			return !p.Async && p.Times != funceffects.Stored && p.Times != funceffects.Polled
		}
	}
	return false
}

// commands are the types of libraries whose fields hold what a command does.
var commands = map[string]bool{
	"github.com/spf13/cobra.Command": true,
	"github.com/urfave/cli.Command":  true, "github.com/urfave/cli/v2.Command": true, "github.com/urfave/cli/v3.Command": true,
	"github.com/urfave/cli.App": true, "github.com/urfave/cli/v2.App": true,
	"github.com/peterbourgon/ff/v3/ffcli.Command": true, "github.com/peterbourgon/ff/v4.Command": true,
}

func (w *walker) command(lit *ast.CompositeLit) bool {
	return commands[apis.TypeName(w.r.pass.TypesInfo.TypeOf(lit))]
}
