package loops

import (
	"go/ast"
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
	if why := u.recursion(d, fn); why != "" {
		add(Recursion, why)
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

// recursion explains how d calls itself for each element of a collection,
// directly or through other functions of the package; "" if it does not. A
// single call of itself, outside of loops, is a chain or a retry: not here.
func (r *Result) recursion(d *ast.FuncDecl, fn *types.Func) string {
	if why, ok := r.recursive[d]; ok {
		return why
	}
	r.recursive[d] = "" // for a walk that comes back here
	why := r.cycle(d, fn)
	r.recursive[d] = why
	return why
}

// A step is a function on a way through the package's call graph.
type step struct {
	decl   *ast.FuncDecl
	looped bool // a call on the way stands in a loop over data
	depth  int
}

// maxCycle is the longest recursion that is looked for, in functions.
const maxCycle = 3

func (r *Result) cycle(d *ast.FuncDecl, fn *types.Func) string {
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
					return fn.Name() + " calls itself for each child"
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
	return ""
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
