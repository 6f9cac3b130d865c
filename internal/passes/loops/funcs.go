package loops

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// functionLoops returns the loops that a whole function is the body of: a
// resolver per object, a hook per record, a recursion per child.
func (u *unit) functionLoops(d *ast.FuncDecl) []*Loop {
	if d.Body == nil {
		return nil
	}
	fn, ok := u.Info.Defs[d.Name].(*types.Func)
	if !ok {
		return nil
	}
	var list []*Loop
	add := func(k Kind, why string) {
		list = append(list, &Loop{
			Kind: k, Bound: Data, Why: why, Node: d, Body: d.Body, Vars: u.params(d.Type), Line: u.line(d.Pos()),
		})
	}
	if v := u.recursion(d, fn); v.bound == Data {
		add(Recursion, v.why)
		list[0].Chain = v.chain
	}
	if d.Recv == nil {
		return list
	}
	if iface := u.resolver(fn); iface != "" {
		add(Resolver, "implements "+iface+": GraphQL calls it for each object")
	}
	if isHook(fn) {
		add(Hook, "gorm calls it for each record that it reads")
		list[len(list)-1].Vars = append(u.receiver(d), list[len(list)-1].Vars...)
	}
	return list
}

func (u *unit) receiver(d *ast.FuncDecl) []*types.Var {
	var list []*types.Var
	for _, f := range d.Recv.List {
		for _, n := range f.Names {
			if v, ok := u.Info.Defs[n].(*types.Var); ok {
				list = append(list, v)
			}
		}
	}
	return list
}

// isHook: AfterFind(tx *gorm.DB) error, or the first gorm's forms.
func isHook(fn *types.Func) bool {
	if fn.Name() != "AfterFind" {
		return false
	}
	params := fn.Signature().Params()
	switch params.Len() {
	case 1:
		path, name := named(params.At(0).Type())
		return strings.HasSuffix(path, "/gorm") && (name == "DB" || name == "Scope")
	}
	return false
}

// resolver returns the name of the generated interface for the fields of a
// GraphQL object that fn implements a method of; "" if there is none, or if
// the method resolves a batch of objects.
func (r *Result) resolver(fn *types.Func) string {
	params := fn.Signature().Params()
	if params.Len() < 2 || !isContext(params.At(0).Type()) || !isObject(params.At(1).Type()) {
		return ""
	}
	recv := fn.Signature().Recv().Type()
	for _, in := range r.resolverInterfaces() {
		iface := in.Type().Underlying().(*types.Interface)
		for i := range iface.NumMethods() {
			if iface.Method(i).Name() == fn.Name() && types.Implements(recv, iface) {
				return in.Name()
			}
		}
	}
	return ""
}

// resolverInterfaces returns the interfaces that gqlgen generates for the
// fields of objects: those that ResolverRoot names, except the roots.
func (r *Result) resolverInterfaces() []*types.TypeName {
	if r.once.resolvers {
		return r.resolvers
	}
	r.once.resolvers = true
	for _, pkg := range append([]*types.Package{r.Types}, r.Types.Imports()...) {
		root, ok := pkg.Scope().Lookup("ResolverRoot").(*types.TypeName)
		if !ok {
			continue
		}
		iface, ok := root.Type().Underlying().(*types.Interface)
		if !ok {
			continue
		}
		for i := range iface.NumMethods() {
			m := iface.Method(i)
			res := m.Signature().Results()
			if res.Len() != 1 {
				continue
			}
			n, ok := types.Unalias(res.At(0).Type()).(*types.Named)
			if !ok || !types.IsInterface(n) || n.Obj().Name() != m.Name()+"Resolver" {
				continue
			}
			switch m.Name() {
			case "Query", "Mutation", "Subscription":
			default:
				r.resolvers = append(r.resolvers, n.Obj())
			}
		}
	}
	return r.resolvers
}

// isObject: a struct or a pointer to one.
func isObject(t types.Type) bool {
	_, ok := under(t).(*types.Struct)
	return ok
}

func isContext(t types.Type) bool {
	path, name := named(t)
	return path == "context" && name == "Context"
}

// An edge is a call of one function of the package by another.
type edge struct {
	callee *types.Func
	call   *ast.CallExpr
}

// recursion says how d calls itself for each element of a collection, directly
// or through other functions of the package, or for the next one of a chain;
// Unknown if it does not: a call of itself with what it was given is a retry.
func (r *Result) recursion(d *ast.FuncDecl, fn *types.Func) verdict {
	if v, ok := r.recursive[d]; ok {
		return v
	}
	r.recursive[d] = verdict{} // for a walk that comes back here
	v := r.cycle(d, fn)
	r.recursive[d] = v
	return v
}

// A step is a function on a way through the package's call graph.
type step struct {
	decl   *ast.FuncDecl
	looped bool // a call on the way stands in a loop over data
	depth  int
}

// maxCycle is the longest recursion that is looked for, in functions.
const maxCycle = 3

func (r *Result) cycle(d *ast.FuncDecl, fn *types.Func) (next verdict) {
	queue := []step{{decl: d}}
	seen := make(map[step]bool)
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		own := 0
		for _, e := range r.edges(s.decl) {
			looped := s.looped || r.loopedOverData(e.call)
			if e.callee == fn {
				own++
				if looped || s.depth == 0 && own > 1 && r.twiceInARun(s.decl, fn) {
					return verdict{bound: Data, why: fn.Name() + " calls itself for each child"}
				}
				if next = (verdict{}); s.depth == 0 && own == 1 { // of two branches each goes on, how far is not known
					u := r.unit(d.Pos())
					var params []*types.Var
					if d.Recv != nil {
						params = u.receiver(d)
					}
					next = u.goesDown(e.call, u.function(e.call), append(params, u.params(d.Type)...), fn.Name())
				}
				continue
			}
			next := r.funcDecl(e.callee)
			n := step{next, looped, 0}
			if next == nil || s.depth+1 >= maxCycle || seen[n] {
				continue
			}
			seen[n] = true
			n.depth = s.depth + 1
			queue = append(queue, n)
		}
	}
	return next
}

// goesDown says how a function that calls itself goes on: with the rest of a list,
// with the next of a linked one, or with what a row says that was asked for by
// what it was given. Unknown if it is given the same again, or another number.
func (u *unit) goesDown(call *ast.CallExpr, function ast.Node, params []*types.Var, name string) verdict {
	if u.afterError(call, function) {
		return verdict{}
	}
	args := call.Args
	if x := recv(call); x != nil && len(params) == len(args)+1 {
		args = append([]ast.Expr{x}, args...)
	}
	for i, a := range args {
		if i >= len(params) || len(args) != len(params) || u.Info.Types[a].Value != nil {
			return verdict{} // a constant says how to go on: another time it is another one
		}
	}
	for i, a := range args {
		p := params[i]
		if u.rootObj(a) == nil || isContext(p.Type()) {
			continue
		}
		switch x := ast.Unparen(a).(type) {
		case *ast.SliceExpr:
			_, list := under(p.Type()).(*types.Slice)
			if list && u.object(x.X) == p && u.takesOne(x) {
				return verdict{bound: Data, why: name + " calls itself for the rest of a list"}
			}
			continue
		case *ast.SelectorExpr:
			if u.rootObj(x) == p && types.Identical(u.Info.TypeOf(x), p.Type()) {
				return verdict{bound: Data, why: name + " calls itself for the next of a linked list"}
			}
		}
		if u.mentions(a, p) {
			continue
		}
		for _, from := range u.sources(a, function, 3) {
			if u.readsOne(from) && u.mentions(from, p) && !u.readsMany(from, function) {
				return verdict{bound: Data, chain: true, why: name + " calls itself for the row that the one before names"}
			}
		}
	}
	return verdict{}
}

// takesOne: the slice is without its first element, or without its last.
func (u *unit) takesOne(x *ast.SliceExpr) bool {
	if n, ok := u.integer(x.Low); ok && n == 1 && x.High == nil {
		return true
	}
	hi, ok := ast.Unparen(x.High).(*ast.BinaryExpr)
	if !ok || x.High == nil || hi.Op != token.SUB {
		return false
	}
	n, ok := u.integer(hi.Y)
	return ok && n == 1
}

// edges returns the calls of functions of this package in a declaration, in
// order of position.
func (r *Result) edges(d *ast.FuncDecl) []edge {
	if list, ok := r.graph[d]; ok {
		return list
	}
	var list []edge
	ast.Inspect(d, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if fn := r.callee(call); fn != nil && r.funcDecl(fn) != nil {
				list = append(list, edge{fn, call})
			}
		}
		return true
	})
	r.graph[d] = list
	return list
}

// loopedOverData: a for or range statement over data repeats the call. The walk
// stays within its function, so the answer is one of the call alone.
func (r *Result) loopedOverData(call *ast.CallExpr) bool {
	looped, ok := r.looped[call]
	if !ok {
		w := walk{u: r.unit(call.Pos()), call: call, seen: make(map[ast.Node]bool), inner: true}
		looped = slices.ContainsFunc(w.outward(call, flow{normal: true}), func(l *Loop) bool { return l.Bound == Data })
		r.looped[call] = looped
	}
	return looped
}

// twiceInARun: one run comes to two calls of itself, as for the left and the right
// child. Those in two branches, or of which the first returns, are a chain.
func (r *Result) twiceInARun(d *ast.FuncDecl, fn *types.Func) bool {
	u := r.unit(d.Pos())
	var before []*ast.CallExpr
	for _, e := range r.edges(d) {
		if e.callee != fn {
			continue
		}
		for _, c := range before {
			if u.together(c, e.call) {
				return true
			}
		}
		before = append(before, e.call)
	}
	return false
}
