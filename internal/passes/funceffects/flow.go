package funceffects

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// A flow says what the variables of one declaration are made of, those of the
// literals in it included. It does not know the order of assignments: what a
// variable is ever assigned, it may hold anywhere.
//
// It is made only for declarations through which a query is reached.
type flow struct {
	g      *graph
	root   ast.Node // the declaration
	writes map[*types.Var][]write
	given  map[*types.Var]bool // receivers and parameters, those of literals included
	known  map[question]Inputs // answers, by variables
	trees  map[tree][]Made
	files  map[golang.Path]bool // that hold the content of a file
	loops  []span
	forks  [][]span // the branches of statements
}

// A span is a part of the source.
type span struct{ pos, end token.Pos }

func spanOf(n ast.Node) span { return span{n.Pos(), n.End()} }

func (s span) holds(p token.Pos) bool { return s.pos <= p && p < s.end }

// inLoop: a loop, or a function that may be called again, is around both places.
func (f *flow) inLoop(a, b token.Pos) bool {
	return slices.ContainsFunc(f.loops, func(s span) bool { return s.holds(a) && s.holds(b) })
}

// apart: the places are in two branches of one statement.
func (f *flow) apart(a, b token.Pos) bool {
	return slices.ContainsFunc(f.forks, func(branches []span) bool {
		i := slices.IndexFunc(branches, func(s span) bool { return s.holds(a) })
		return i >= 0 && !branches[i].holds(b) && slices.ContainsFunc(branches, func(s span) bool { return s.holds(b) })
	})
}

func (f *flow) fork(branches ...ast.Stmt) {
	var list []span
	for _, s := range branches {
		list = append(list, spanOf(s))
	}
	f.forks = append(f.forks, list)
}

// A write is one way for a variable to get a value.
type write struct {
	fields string     // of the variable, "" for all of it
	from   []ast.Expr // what the value is made of
	tests  []ast.Expr // what decides whether it is assigned at all
	rhs    ast.Expr   // the value itself, nil if it is a part of something or made by a call
	first  bool       // it is the first of the values of from
	pos    token.Pos
	inner  bool // a call changes what the variable holds or points to
	shown  bool // to a parameter of an interface type, or a receiver by value: not its fields
}

// flowOf returns the flow of the declaration around a body.
func (g *graph) flowOf(n *node) *flow {
	for n.outer != nil {
		n = n.outer
	}
	if n.flow == nil && n.decl != nil {
		n.flow = newFlow(g, n.decl)
	}
	return n.flow
}

func newFlow(g *graph, root ast.Node) *flow {
	f := &flow{g: g, root: root, writes: make(map[*types.Var][]write), given: make(map[*types.Var]bool), known: make(map[question]Inputs), trees: make(map[tree][]Made), files: make(map[golang.Path]bool)}
	if d, ok := root.(*ast.FuncDecl); ok {
		f.fields(d.Recv)
		f.fields(d.Type.Params)
	}
	b := flowBuilder{flow: f, spot: make(map[*ast.FuncLit]bool)}
	var stack []ast.Node
	ast.Inspect(root, func(n ast.Node) bool {
		if n == nil {
			b.leave(stack[len(stack)-1])
			stack = stack[:len(stack)-1]
			return true
		}
		stack = append(stack, n)
		b.enter(n)
		return true
	})
	return f
}

func (f *flow) fields(list *ast.FieldList) {
	if list == nil {
		return
	}
	for _, field := range list.List {
		for _, name := range field.Names {
			if v, ok := f.g.info.Defs[name].(*types.Var); ok {
				f.given[v] = true
			}
		}
	}
}

// A flowBuilder collects the writes of a declaration.
type flowBuilder struct {
	*flow
	spot  map[*ast.FuncLit]bool // called where they stand
	tests []test                // that stand around the statement at hand
}

// A test is an expression that decides whether statements run.
type test struct {
	node ast.Node
	x    []ast.Expr
}

func (b *flowBuilder) push(n ast.Node, x ...ast.Expr) { b.tests = append(b.tests, test{n, x}) }

func (b *flowBuilder) leave(n ast.Node) {
	if k := len(b.tests); k > 0 && b.tests[k-1].node == n {
		b.tests = b.tests[:k-1]
	}
}

func (b *flowBuilder) enter(n ast.Node) {
	switch n := n.(type) {
	case *ast.IfStmt:
		b.push(n, n.Cond)
		if n.Else != nil {
			b.fork(n.Body, n.Else)
		}
	case *ast.ForStmt:
		b.loops = append(b.loops, spanOf(n))
		b.counter(n)
		if n.Cond != nil {
			b.push(n, n.Cond)
		}
	case *ast.RangeStmt:
		b.loops = append(b.loops, spanOf(n))
		b.assign(n.Key, n.X, nil)
		b.assign(n.Value, n.X, nil)
		b.push(n, n.X)
	case *ast.SwitchStmt:
		var x []ast.Expr
		if n.Tag != nil {
			x = append(x, n.Tag)
		}
		for _, c := range n.Body.List {
			x = append(x, c.(*ast.CaseClause).List...)
		}
		b.push(n, x...)
		b.fork(n.Body.List...)
	case *ast.TypeSwitchStmt:
		b.typeSwitch(n)
		b.fork(n.Body.List...)
	case *ast.AssignStmt:
		for i, l := range n.Lhs {
			switch {
			case len(n.Lhs) == len(n.Rhs) && (n.Tok == token.ASSIGN || n.Tok == token.DEFINE):
				b.assign(l, n.Rhs[i], n.Rhs[i])
			case len(n.Lhs) == len(n.Rhs):
				b.assign(l, n.Rhs[i], nil)
			default:
				b.assign(l, n.Rhs[0], nil)
				b.first(l, i == 0)
			}
		}
	case *ast.ValueSpec:
		for i, name := range n.Names {
			switch {
			case len(n.Names) == len(n.Values):
				b.assign(name, n.Values[i], n.Values[i])
			case len(n.Values) > 0:
				b.assign(name, n.Values[0], nil)
			}
		}
	case *ast.SendStmt:
		b.assign(n.Chan, n.Value, nil)
	case *ast.LabeledStmt:
		b.loops = append(b.loops, spanOf(b.root)) // something jumps there
	case *ast.FuncLit:
		if !b.spot[n] {
			b.loops = append(b.loops, spanOf(n))
		}
		b.fields(n.Type.Params)
	case *ast.CallExpr:
		if lit, ok := ast.Unparen(n.Fun).(*ast.FuncLit); ok {
			b.spot[lit] = true
		}
		b.call(n)
	}
}

// counter: how far i goes in for i := 0; i < n; i++ depends on n.
func (b *flowBuilder) counter(s *ast.ForStmt) {
	if s.Cond == nil {
		return
	}
	switch post := s.Post.(type) {
	case *ast.IncDecStmt:
		b.assign(post.X, s.Cond, nil)
	case *ast.AssignStmt:
		for _, l := range post.Lhs {
			b.assign(l, s.Cond, nil)
		}
	}
}

func (b *flowBuilder) typeSwitch(s *ast.TypeSwitchStmt) {
	x := golang.Switched(s)
	for _, c := range s.Body.List {
		if v, ok := b.g.info.Implicits[c].(*types.Var); ok {
			b.writes[v] = append(b.writes[v], write{from: []ast.Expr{x}, pos: c.Pos()})
		}
	}
	b.push(s, x)
}

// assign notes that lhs is made of x, which is its value if rhs says so.
func (b *flowBuilder) assign(lhs, x, rhs ast.Expr) {
	if lhs == nil {
		return
	}
	from := []ast.Expr{x}
	if ix, ok := ast.Unparen(lhs).(*ast.IndexExpr); ok {
		from, rhs = append(from, ix.Index), nil
	}
	b.write(lhs, from, rhs)
}

func (b *flowBuilder) write(lhs ast.Expr, from []ast.Expr, rhs ast.Expr) {
	p, exact := golang.PathOf(b.g.info, lhs)
	if p.Root == nil {
		return
	}
	if !exact {
		rhs = nil
	}
	w := write{fields: p.Fields, from: from, rhs: rhs, pos: lhs.Pos()}
	for _, t := range b.tests {
		// A test within the scope of the variable: the others decide
		// whether there is one.
		if p.Root.Pos() < t.node.Pos() || t.node.End() <= p.Root.Pos() {
			w.tests = append(w.tests, t.x...)
		}
	}
	b.writes[p.Root] = append(b.writes[p.Root], w)
}

// call notes what a call may write to: where its arguments and its receiver
// point.
func (b *flowBuilder) call(call *ast.CallExpr) {
	info := b.g.info
	tv := info.Types[ast.Unparen(call.Fun)]
	if tv.IsType() {
		return
	}
	if tv.IsBuiltin() {
		if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok && len(call.Args) > 1 && (id.Name == "copy" || id.Name == "delete") {
			b.write(call.Args[0], call.Args[1:], nil)
		}
		return
	}
	if lit := b.closure(call.Fun); lit != nil {
		i := 0
		for _, field := range lit.Type.Params.List {
			for _, name := range field.Names {
				if i < len(call.Args) {
					b.write(name, []ast.Expr{call.Args[i]}, call.Args[i])
				}
				i++
			}
		}
	}
	recv := golang.Receiver(info, call)
	fn := golang.Callee(info, call)
	listed := fn != nil && b.g.prims.of(fn) != nil // changes no slice that it is given
	for i, a := range call.Args {
		switch x := ast.Unparen(a).(type) {
		case *ast.UnaryExpr:
			if x.Op == token.AND {
				b.write(x.X, others(info, call, a), nil)
			}
		case *ast.FuncLit:
			for _, field := range x.Type.Params.List {
				for _, name := range field.Names {
					b.write(name, others(info, call, a), nil)
				}
			}
		case *ast.Ident:
			if v, ok := info.Uses[x].(*types.Var); ok && !listed && !b.given[v] && b.local(v) && isReference(v.Type()) && !b.handle(v.Type()) {
				b.write(x, others(info, call, a), nil)
				b.inner(v)
				if fn != nil && i < fn.Signature().Params().Len() && types.IsInterface(fn.Signature().Params().At(i).Type()) {
					b.writes[v][len(b.writes[v])-1].shown = true
				}
			}
		}
	}
	if recv == nil || fn == nil || len(call.Args) == 0 {
		return // a function in a field is not given what the field is of
	}
	if p, _ := golang.PathOf(info, recv); p.Root != nil && b.local(p.Root) && b.changes(call, recv) {
		b.write(recv, others(info, call, recv), nil)
		b.inner(p.Root)
		b.writes[p.Root][len(b.writes[p.Root])-1].shown = byValue(fn)
	}
}

// inner says of the last write to a variable that it changes what that holds.
func (b *flowBuilder) inner(v *types.Var) { b.writes[v][len(b.writes[v])-1].inner = true }

// first says of the last write whether it is the first value of several.
func (b *flowBuilder) first(lhs ast.Expr, is bool) {
	if p, exact := golang.PathOf(b.g.info, lhs); is && exact && len(b.writes[p.Root]) > 0 {
		b.writes[p.Root][len(b.writes[p.Root])-1].first = true
	}
}

// others returns what a call is given besides one expression: its receiver and
// its arguments but for contexts and functions.
func others(info *types.Info, call *ast.CallExpr, but ast.Expr) (list []ast.Expr) {
	for _, a := range call.Args {
		if a != but && !golang.IsFunc(info.TypeOf(a)) && !golang.IsContext(info.TypeOf(a)) {
			list = append(list, a)
		}
	}
	if recv := golang.Receiver(info, call); recv != nil && recv != but {
		list = append(list, recv)
	}
	return list
}

// changes reports whether a call is one for its effect on its receiver, as far
// as its results tell: it returns nothing but errors, counts and the receiver
// again. What goes to a database changes no builder.
func (b *flowBuilder) changes(call *ast.CallExpr, recv ast.Expr) bool {
	fn := golang.Callee(b.g.info, call)
	if p := b.g.prims.of(fn); p != nil && (p.api.RoundTrip || len(p.effects) > 0) {
		return false
	}
	for v := range fn.Signature().Results().Variables() {
		t := v.Type()
		basic, ok := t.Underlying().(*types.Basic)
		if !golang.IsError(t) && !types.Identical(t, b.g.info.TypeOf(recv)) && !(ok && basic.Info()&types.IsInteger != 0) {
			return false
		}
	}
	return true
}

// closure returns the literal that a call calls, on the spot or by a variable
// that was assigned before.
func (f *flow) closure(fun ast.Expr) *ast.FuncLit {
	switch fun := ast.Unparen(fun).(type) {
	case *ast.FuncLit:
		return fun
	case *ast.Ident:
		v, ok := f.g.info.Uses[fun].(*types.Var)
		if !ok {
			return nil
		}
		for _, w := range f.writes[v] {
			if w.rhs != nil {
				if lit, ok := ast.Unparen(w.rhs).(*ast.FuncLit); ok {
					return lit
				}
			}
		}
	}
	return nil
}

// byValue: a method of a struct, not of a pointer to one.
func byValue(fn *types.Func) bool {
	recv := fn.Signature().Recv()
	if recv == nil {
		return false
	}
	_, ok := recv.Type().Underlying().(*types.Struct)
	return ok
}

// local: declared by this declaration.
func (f *flow) local(v *types.Var) bool {
	return f.root.Pos() <= v.Pos() && v.Pos() < f.root.End()
}

// handle: a type of a database library.
func (f *flow) handle(t types.Type) bool {
	n := golang.Named(t)
	if n == nil || n.Obj().Pkg() == nil {
		return false
	}
	_, ok := apis.LibraryOf(n.Obj().Pkg().Path())
	return ok
}

func isReference(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Map, *types.Slice:
		return true
	}
	return false
}
