package funceffects

import (
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/migrations"
	"github.com/sqlvet/sqlvet/internal/passes/modules"
	"github.com/sqlvet/sqlvet/internal/passes/querysites"
	"github.com/sqlvet/sqlvet/internal/passes/settings"
)

// A node is one body of the package: a declared function or a literal. What
// is known of it grows while solver runs.
type node struct {
	fn     *types.Func // nil for a literal
	lit    *ast.FuncLit
	outer  *node    // the body around a literal
	decl   ast.Node // the declaration, nil for literals
	flow   *flow    // of the declaration, made when it is asked for
	sig    *types.Signature
	params []*types.Var
	edges  []*edge
	// returned are the function values among the results.
	returned []target
	results  []result
	// escapes are func parameters, its own or of an outer body, that are
	// used other than by a call.
	escapes []*types.Var

	around []ast.Expr // of a literal: errors that are not nil where it stands
	sets   []Input    // once asked for
	// queues: the body hands work to another goroutine.
	queues bool

	effects effects
	yields  effects
	fields  map[*types.Var]Param // func fields that it calls, whatever they hold
	called  map[*types.Var]Param // func parameters of this body or an outer one

	index, low, component int // of Tarjan's algorithm; component 0 is none yet
	onStack               bool
}

// encloses reports whether n is m or a body around it.
func (n *node) encloses(m *node) bool {
	for ; m != nil; m = m.outer {
		if m == n {
			return true
		}
	}
	return false
}

// has reports whether v is a parameter of the body, or of one around it.
func (n *node) has(v *types.Var) bool {
	for ; n != nil; n = n.outer {
		if slices.Contains(n.params, v) {
			return true
		}
	}
	return false
}

// A target is one thing that a call may execute.
type target struct {
	fn      *types.Func // a function whose body is, or was, looked at
	lit     *node
	param   *types.Var // a func parameter of the body or an outer one
	v       *types.Var // any variable: not resolved yet
	field   *types.Var // a func field, whatever it holds
	unseen  string     // what it is that other packages set or implement: "import/path.Type.Name"
	yield   bool       // not fn itself but the function that it returns
	through string     // the interface method or variable that was resolved
}

// An edge is one event of a body that may have effects: mostly a call.
type edge struct {
	in       *node         // the body
	call     *ast.CallExpr // nil for other events
	pos      token.Pos
	step     string // the name of the call, for paths
	targets  []target
	prim     []Effect    // of the call itself, without path
	calls    []Param     // what a callee without body calls
	callee   *types.Func // nil if not a static call or a call of an interface method
	args     []arg
	iface    string     // the interface method called: "import/path.Iface.Method"
	text     *statement // what a wrapper's text says
	loop     Times      // how often a run of the body comes here
	cached   bool       // after a look into a cache
	asked    token.Pos  // the look, if later calls find there what is put in
	seldom   seldom     // only now and then: rare.go
	keeper   *types.Var // by what state
	fails    bool       // only after a failure: failing.go
	narrowed bool       // targets are those that the receiver can have
	failed   []ast.Expr // errors that are not nil here
	tests    []ast.Expr // of the branches that it stands in
	branches []branch   // what they ask for
	left     []ast.Expr // that leave the body before it comes here
	async    bool
	inTx     bool
	joins    bool // after a look for a transaction: joins.go
	// unknown: some target could not be found. For an interface method it
	// is: unless a target reaches the database, another package of the
	// module may know one that does.
	unknown bool
	// alone: without what it passes on, in arguments or in fields.
	alone bool
}

// An arg is a function value that is passed to a parameter.
type arg struct {
	index  int
	x      ast.Expr
	values []target
}

// A graph holds the bodies of one package and what they call.
type graph struct {
	pass *analysis.Pass
	info *types.Info
	// modules.Own: the package is worked on, so that more is worth knowing:
	// unknown calls, waiting.
	modules *modules.Result
	prims   lookup
	nodes   []*node
	decls   map[*types.Func]*node
	lits    map[*ast.FuncLit]*node
	calls   map[*ast.CallExpr]*edge

	params     map[*types.Var]*node    // func parameters and the body they belong to
	gives      map[*types.Var][]target // what this package passes to them
	fieldNames map[*types.Var]string   // func fields that other packages can set, by name
	fills      []fill
	binds      map[*types.Var][]target
	sites      map[*ast.CallExpr]*querysites.Site
	prepared   map[*types.Var]*ast.CallExpr // statements by variable
	copying    map[*types.Var]bool          // statements of COPY: Exec only buffers
	byStmt     map[*edge]*types.Var
	imported   map[*types.Func]*Summary
	assigns    map[*types.Func]map[types.Object]bool // by setters
	stores     map[*types.Var]*store
	held       map[*types.Var][]Made
	hooks      map[hookKey][]hook
	asserted   map[types.Object]branch // what the ok of a type assertion says
	made       map[*types.Func][]Made
	asking     map[*types.Func]bool // whose results are being looked at
	literals   map[*types.TypeName][]literal
	services   map[*types.Named]bool
	readers    map[*types.Func]bool // that return the content of a file
	impls      *implementations
}

func newGraph(pass *analysis.Pass, sites *querysites.Result) *graph {
	g := &graph{
		pass: pass, info: pass.TypesInfo,
		modules:    pass.ResultOf[modules.Analyzer].(*modules.Result),
		prims:      lookup{pass.ResultOf[settings.Analyzer].(*settings.Result).APIs, make(map[*types.Func]*primitive)},
		decls:      make(map[*types.Func]*node),
		lits:       make(map[*ast.FuncLit]*node),
		calls:      make(map[*ast.CallExpr]*edge),
		params:     make(map[*types.Var]*node),
		gives:      make(map[*types.Var][]target),
		fieldNames: make(map[*types.Var]string),
		binds:      make(map[*types.Var][]target),
		sites:      make(map[*ast.CallExpr]*querysites.Site),
		prepared:   make(map[*types.Var]*ast.CallExpr),
		copying:    make(map[*types.Var]bool),
		byStmt:     make(map[*edge]*types.Var),
		imported:   make(map[*types.Func]*Summary),
		stores:     make(map[*types.Var]*store),
		held:       make(map[*types.Var][]Made),
		hooks:      make(map[hookKey][]hook),
		asserted:   make(map[types.Object]branch),
		made:       make(map[*types.Func][]Made),
		asking:     make(map[*types.Func]bool),
		services:   make(map[*types.Named]bool),
		readers:    make(map[*types.Func]bool),
	}
	for _, s := range sites.Sites {
		// A call with several texts is judged by the one that is sent.
		if old := g.sites[s.Call]; old == nil || old.API.Fragment != "" && s.API.Fragment == "" {
			g.sites[s.Call] = s
		}
	}
	g.impls = newImplementations(g)
	return g
}

// build walks every body of the package once.
func (g *graph) build() {
	// All declarations first: a call of a later function must find its node.
	var work []func()
	for _, file := range g.pass.Files {
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				fn, ok := g.info.Defs[d.Name].(*types.Func)
				if !ok || d.Body == nil {
					continue
				}
				n := g.newNode(nil, fn.Signature())
				n.fn, n.decl = fn, d
				if d.Name.Name != "_" {
					g.decls[fn] = n
				}
				work = append(work, func() { g.walkBody(n, d.Body) })
			case *ast.GenDecl:
				if d.Tok == token.VAR {
					work = append(work, func() { g.walkGlobals(d) })
				}
			}
		}
	}
	for _, f := range work {
		f()
	}
	for _, n := range g.nodes {
		for _, e := range n.edges {
			g.resolve(n, e)
		}
		n.returned = g.expand(n, n.returned, nil)
	}
	for i := range g.fills {
		g.fills[i].values = g.expand(g.fills[i].in, g.fills[i].values, nil)
	}
}

func (g *graph) newNode(outer *node, sig *types.Signature) *node {
	n := &node{outer: outer, sig: sig, called: make(map[*types.Var]Param), fields: make(map[*types.Var]Param)}
	if recv := sig.Recv(); recv != nil && golang.IsFunc(recv.Type()) {
		g.params[recv] = n
	}
	for i := range sig.Params().Len() {
		v := sig.Params().At(i)
		n.params = append(n.params, v)
		if golang.IsFunc(v.Type()) {
			g.params[v] = n
		}
	}
	g.nodes = append(g.nodes, n)
	return n
}

// walkGlobals looks at package-level variables: initial values run once, at
// the start, but literals in them may be called through the variables.
func (g *graph) walkGlobals(d *ast.GenDecl) {
	w := &walker{g: g, n: g.newNode(nil, new(types.Signature)), loop: Once}
	w.n.decl = d
	for _, s := range d.Specs {
		w.valueSpec(s.(*ast.ValueSpec))
	}
}

// resolve replaces variables among an edge's targets by what they hold.
func (g *graph) resolve(n *node, e *edge) {
	e.targets = g.expand(n, e.targets, &e.unknown)
	for i := range e.args {
		e.args[i].values = g.expand(n, e.args[i].values, nil)
	}
	if len(e.targets) == 1 && e.callee == nil {
		// A variable that holds one function is another name for it.
		if t := e.targets[0]; t.fn != nil && !t.yield && t.through == "" && e.call != nil {
			e.step = g.shortName(t.fn)
		}
	}
	if v := g.byStmt[e]; v != nil {
		switch call := g.prepared[v]; {
		case g.copying[v]:
			e.prim = nil
		case call != nil:
			if s := g.sites[call]; s != nil {
				e.prim = stated(e.prim, siteStatement(s))
			}
		}
	}
}

// expand resolves variables; what cannot be found sets unknown.
func (g *graph) expand(n *node, list []target, unknown *bool) []target {
	var out []target
	seen := make(map[*types.Var]bool)
	var visit func(t target, through string)
	visit = func(t target, through string) {
		if t.v == nil {
			if through != "" {
				t.through = through
			}
			out = append(out, t)
			return
		}
		if seen[t.v] {
			return
		}
		seen[t.v] = true
		found := false
		if owner := g.params[t.v]; owner != nil && owner.encloses(n) {
			out = append(out, target{param: t.v})
			found = true
		} else if !n.has(t.v) { // it was kept
			for _, b := range g.gives[t.v] {
				visit(b, through)
				found = true
			}
		}
		if t.v.IsField() {
			through = t.v.Name()
			if t.v.Exported() {
				out = append(out, target{field: t.v, unseen: g.fieldNames[t.v]}) // other packages may set it
			}
		}
		for _, b := range g.binds[t.v] {
			visit(b, through)
			found = true
		}
		if !found && unknown != nil {
			*unknown = true
		}
	}
	for _, t := range list {
		visit(t, "")
	}
	return out
}

// stated gives the effects of a database call the kind and the table that its
// text says.
func stated(list []Effect, s statement) []Effect {
	if s.verb == "" {
		return list
	}
	out := make([]Effect, 0, len(list))
	for _, e := range list {
		if !e.Kind.Database() || e.Name != "" {
			out = append(out, e)
			continue
		}
		if s.control() {
			if s.verb == "BEGIN" || s.verb == "START" {
				e.Kind = BeginTx
				out = append(out, e)
			}
			continue
		}
		e.Kind, e.SQL = ReadDB, s.String()
		switch {
		case migrations.KeepsBooks(s.table):
			e.Name = Migration
		case s.aboutOne():
			e.Name = Object
		}
		if s.write {
			e.Kind = WriteDB
		}
		out = append(out, e)
	}
	return out
}

// at returns a place as steps show it.
func (g *graph) at(pos token.Pos) string {
	p := g.pass.Fset.Position(pos)
	return filepath.Base(p.Filename) + ":" + strconv.Itoa(p.Line)
}

// summary returns what is known of a function of another package.
func (g *graph) summary(fn *types.Func) *Summary {
	if s, ok := g.imported[fn]; ok {
		return s
	}
	s := new(Summary)
	if fn.Pkg() == g.pass.Pkg || !g.pass.ImportObjectFact(fn, s) {
		s = nil
	}
	g.imported[fn] = s
	return s
}

// shortName names a function for readers: "(*Repo).User", "Load" of the same
// package, "store.Load" of another.
func (g *graph) shortName(fn *types.Func) string {
	recv := fn.Signature().Recv()
	if recv == nil {
		if fn.Pkg() == nil || fn.Pkg() == g.pass.Pkg {
			return fn.Name()
		}
		return fn.Pkg().Name() + "." + fn.Name()
	}
	n := golang.Named(recv.Type())
	if n == nil {
		return fn.Name()
	}
	if _, ok := types.Unalias(recv.Type()).(*types.Pointer); ok {
		return "(*" + n.Obj().Name() + ")." + fn.Name()
	}
	return n.Obj().Name() + "." + fn.Name()
}

// spelled names a call of a catalogued function as the source does, by the
// last name of its receiver: "db.QueryContext"; by type if there is no name.
func (g *graph) spelled(call *ast.CallExpr, fn *types.Func) string {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return g.shortName(fn)
	}
	switch x := ast.Unparen(sel.X).(type) {
	case *ast.Ident:
		return x.Name + "." + fn.Name()
	case *ast.SelectorExpr:
		return x.Sel.Name + "." + fn.Name()
	}
	name := g.shortName(fn)
	if fn.Pkg() != nil && strings.HasPrefix(name, "(*") {
		name = "(*" + fn.Pkg().Name() + "." + name[2:]
	} else if fn.Pkg() != nil && fn.Signature().Recv() != nil {
		name = fn.Pkg().Name() + "." + name
	}
	return name
}
