package oneoff

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/passes/querysites"
	"github.com/sqlvet/sqlvet/internal/passes/settings"
)

// A unit is a declared function, or a literal that may run elsewhere than where
// it stands. What a literal does that runs on the spot is its function's.
type unit struct {
	fn     *types.Func // nil of a literal
	parent *unit       // the function that a literal stands in; nil at package level
	name   string      // for messages
	handed bool        // a parameter is a database handle
	inVar  bool        // it is the value of a variable in vars

	sends         bool // it talks to a database
	dynamic       bool // it changes tables whose names are not known
	ensures       token.Pos
	changes       token.Pos
	temporary     bool
	creates, ends map[string]bool // the tables that it creates, and drops
	calls         []*unit
	refs          []ref

	why    string // it runs once; "" if that is not known
	spread spread
}

// A spread says what else runs once if a unit does.
type spread uint8

const (
	itself  spread = iota
	callees        // also what only it calls
	inside         // also what it hands to functions that are not seen
)

// A use is what is done with a function where it is mentioned.
type use uint8

const (
	kept   use = iota // returned or stored: who calls it is not known
	handed            // given to a function that is not seen
	called            // or given to one that is
)

// A ref is a mention of a unit.
type ref struct {
	from   *unit  // in which it stands; nil at package level
	tool   string // it hands the unit to this package, a migration tool
	groups []*group
	use    use
	test   bool
}

// A group is functions that are kept alike: the elements of a list, or values
// of one field, or arguments of one parameter.
type group struct {
	members map[*unit]bool
	at      token.Pos
	elem    types.Type   // of a list, or the struct of a field; nil for others
	holder  types.Object // the variable that holds the list; nil if there is none
	runner  *unit        // it runs all elements, one after the other
}

// A graph is what the functions of a package have to do with each other.
type graph struct {
	pass    *analysis.Pass
	apis    *apis.Catalogue
	units   map[ast.Node]*unit // FuncDecl or FuncLit, also those that run on the spot
	decls   map[*types.Func]*unit
	vars    map[types.Object]*unit // variables that hold one literal
	groups  map[any]*group
	order   []*unit  // by position
	sets    []*group // by position of their first member
	runs    []repeat
	methods map[string]bool // of the package's interfaces
}

// A repeat is a call, in a loop, of a function that an element holds.
type repeat struct {
	in   *unit
	list types.Object // the list that is ranged over or indexed; nil if not known
	elem types.Type
}

func newGraph(pass *analysis.Pass) *graph {
	g := &graph{
		pass: pass, apis: pass.ResultOf[settings.Analyzer].(*settings.Result).APIs,
		units: make(map[ast.Node]*unit), decls: make(map[*types.Func]*unit), vars: make(map[types.Object]*unit),
		groups: make(map[any]*group), methods: make(map[string]bool),
	}
	for _, f := range pass.Files {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok {
				fn, _ := pass.TypesInfo.Defs[d.Name].(*types.Func)
				u := g.add(d, &unit{fn: fn, name: d.Name.Name, handed: g.handed(d.Type)})
				if fn != nil {
					g.decls[fn] = u
				}
			}
		}
		g.literals(f)
	}
	scope := pass.Pkg.Scope()
	for _, name := range scope.Names() {
		if iface, ok := scope.Lookup(name).Type().Underlying().(*types.Interface); ok {
			for m := range iface.Methods() {
				g.methods[m.Name()] = true
			}
		}
	}
	for _, f := range pass.Files {
		w := &walker{graph: g, test: isTestFile(pass, f)}
		ast.Inspect(f, w.visit)
	}
	for _, s := range pass.ResultOf[querysites.Analyzer].(*querysites.Result).Sites {
		g.site(s)
	}
	return g
}

func (g *graph) add(n ast.Node, u *unit) *unit {
	g.units[n] = u
	g.order = append(g.order, u)
	return u
}

// literals makes units of a file's function literals, those outside first.
func (g *graph) literals(f *ast.File) {
	var stack []ast.Node
	ast.Inspect(f, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		if lit, ok := n.(*ast.FuncLit); ok {
			parent := g.around(stack)
			if parent != nil && g.onTheSpot(lit, stack) {
				g.units[lit] = parent
			} else {
				line := g.pass.Fset.Position(lit.Pos()).Line
				u := g.add(lit, &unit{parent: parent, name: fmt.Sprintf("the function at line %d", line), handed: g.handed(lit.Type)})
				if v := g.assigned(lit, stack); v != nil {
					g.vars[v], u.inVar = u, true
				}
			}
		}
		stack = append(stack, n)
		return true
	})
}

// around returns the unit of the innermost function among nodes.
func (g *graph) around(nodes []ast.Node) *unit {
	for i := len(nodes) - 1; i >= 0; i-- {
		if u := g.units[nodes[i]]; u != nil {
			return u
		}
	}
	return nil
}

// onTheSpot reports whether a literal is called where it stands, or handed to a
// function that is known to call it before it returns.
func (g *graph) onTheSpot(lit *ast.FuncLit, stack []ast.Node) bool {
	call, ok := stack[len(stack)-1].(*ast.CallExpr)
	if !ok {
		return false
	}
	if ast.Unparen(call.Fun) == lit {
		return true
	}
	fn, ok := typeutil.Callee(g.pass.TypesInfo, call).(*types.Func)
	if !ok {
		return false
	}
	api, ok := g.apis.Lookup(fn)
	return ok && (api.Role == apis.TxClosure || api.Role == apis.HOF && !api.Spawn) &&
		0 <= api.FnArg && api.FnArg < len(call.Args) && call.Args[api.FnArg] == ast.Expr(lit)
}

// assigned returns the variable that a literal is the first value of.
func (g *graph) assigned(lit *ast.FuncLit, stack []ast.Node) types.Object {
	var names []ast.Expr
	var values []ast.Expr
	switch p := stack[len(stack)-1].(type) {
	case *ast.AssignStmt:
		if p.Tok == token.DEFINE {
			names, values = p.Lhs, p.Rhs
		}
	case *ast.ValueSpec:
		values = p.Values
		for _, n := range p.Names {
			names = append(names, n)
		}
	}
	for i, v := range values {
		if id, ok := names[i].(*ast.Ident); ok && v == ast.Expr(lit) && len(names) == len(values) {
			return g.pass.TypesInfo.Defs[id]
		}
	}
	return nil
}

// handed reports whether a function has a parameter that is a database handle.
func (g *graph) handed(ft *ast.FuncType) bool {
	for _, p := range ft.Params.List {
		t := g.pass.TypesInfo.TypeOf(p.Type)
		if t == nil {
			continue
		}
		if tx, _ := apis.IsTx(t); tx || apis.IsHandle(t) {
			return true
		}
	}
	return false
}

// site notes what a call sends.
func (g *graph) site(s *querysites.Site) {
	u := g.unitAt(s.Call)
	if u == nil {
		return
	}
	u.sends = true
	if s.API.Role == apis.Prepare {
		return
	}
	for _, t := range s.Texts {
		statementsOf(t.Source(), func(what ddl, object string) { u.note(what, object, s.Call.Pos()) })
	}
}

func (u *unit) note(what ddl, object string, pos token.Pos) {
	switch what {
	case madeName:
		u.dynamic = true
	case ensures:
		u.ensures = pos
	case changes:
		u.changes = pos
	case temporary:
		u.temporary = true
	}
	if object == "" {
		return
	}
	if what == drops {
		mark(&u.ends, object)
	} else {
		mark(&u.creates, object)
	}
	// What is made and dropped by turns is no change that is done once.
	u.temporary = u.temporary || u.ends[object] && u.creates[object]
}

func mark(set *map[string]bool, key string) {
	if *set == nil {
		*set = make(map[string]bool)
	}
	(*set)[key] = true
}

func (g *graph) unitAt(n ast.Node) *unit {
	var u *unit
	for _, f := range g.pass.Files {
		if f.FileStart <= n.Pos() && n.Pos() < f.FileEnd {
			ast.Inspect(f, func(x ast.Node) bool {
				if x == nil || n.Pos() < x.Pos() || x.End() <= n.Pos() {
					return false
				}
				if v := g.units[x]; v != nil {
					u = v
				}
				return true
			})
		}
	}
	return u
}
