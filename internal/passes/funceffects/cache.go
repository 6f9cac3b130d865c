package funceffects

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file knows when a body has consulted a cache: a look into a map or a
// cache-like type whose hit leaves the body, or whose miss is the branch.

// ifStmt walks both branches, and notes what the condition says of a look.
func (w *walker) ifStmt(s *ast.IfStmt) {
	w.stmt(s.Init)
	w.expr(s.Cond)
	hit := w.polarity(s.Cond)
	if hit != 0 {
		w.asked = w.asker(s.Cond)
	}
	before, often := w.cached, w.seldom
	then, after, keeper := w.guards(s)
	if keeper != nil {
		w.keeper = keeper
	}
	w.seldom = max(w.seldom, then)
	if hit < 0 {
		w.cached = true
		w.remembered(s.Cond)
	}
	failing, begun, tests, branches := w.fails, w.begun, w.tests, w.branches
	w.fails = w.failing(s)
	failed := w.errors
	if err := w.failed(s.Cond); err != nil {
		w.errors = append(slices.Clone(failed), err)
	}
	if !w.onError(s.Cond) {
		w.tests = append(slices.Clone(tests), s.Cond)
	}
	open, joins := w.open(s.Cond), w.joins
	w.joins = joins || open < 0
	w.branches = slices.Concat(branches, w.g.branches(s.Cond, true))
	w.stmt(s.Body)
	w.joins = joins || open > 0
	w.branches = slices.Concat(branches, w.g.branches(s.Cond, false))
	w.fails, w.errors = failing, failed
	if leaves(s.Body) {
		w.begun = begun // what the branch ended is open behind it
	}
	w.seldom = often
	inside := w.cached
	w.cached = before || inside && hit >= 0
	if s.Else != nil {
		outside := w.cached
		if hit > 0 {
			w.cached = true
		}
		w.stmt(s.Else)
		w.cached = outside || w.cached && hit <= 0
	}
	w.seldom, w.tests = max(w.seldom, after), tests
	if !leaves(s.Body) {
		w.branches = branches
	}
	if leaves(s.Body) && !w.onError(s.Cond) {
		w.left = append(slices.Clone(w.left), s.Cond)
	}
	w.joins = joins || open > 0 && leaves(s.Body)
	if hit > 0 && leaves(s.Body) {
		w.cached = true // until the end of the body, or of the iteration
		w.remembered(s.Cond)
	}
}

// polarity says what a condition that holds means: 1 that a cache had the
// value, -1 that it did not, 0 neither.
func (w *walker) polarity(cond ast.Expr) int {
	switch x := ast.Unparen(cond).(type) {
	case *ast.Ident:
		if obj := w.g.info.Uses[x]; obj != nil && w.looked[obj] {
			return 1
		}
	case *ast.UnaryExpr:
		if x.Op == token.NOT {
			return -w.polarity(x.X)
		}
	case *ast.CallExpr:
		// if cache.Has(key)
		fn := golang.Callee(w.g.info, x)
		if fn != nil && cacheLike(fn) && hasPrefix(fn.Name(), "Has", "Contains", "Exist") {
			return 1
		}
		// if errors.Is(err, redis.Nil)
		if fn != nil && fn.FullName() == "errors.Is" && len(x.Args) == 2 && w.lookError(x.Args[0]) {
			return -1
		}
	case *ast.BinaryExpr:
		if w.isLacking(x) {
			if x.Op == token.EQL {
				return 1
			}
			return -1
		}
		switch x.Op {
		case token.LAND:
			return cmpOr(w.polarity(x.X), w.polarity(x.Y))
		case token.LOR:
			return min(0, w.polarity(x.X), w.polarity(x.Y))
		case token.EQL, token.NEQ:
			return w.comparison(x)
		}
	}
	return 0
}

// isLacking: len(missing) == 0, != 0 or > 0, of a list of what a map lacks.
func (w *walker) isLacking(x *ast.BinaryExpr) bool {
	call, ok := ast.Unparen(x.X).(*ast.CallExpr)
	if !ok || len(call.Args) != 1 || !golang.IsZero(w.g.info, x.Y) || x.Op != token.EQL && x.Op != token.NEQ && x.Op != token.GTR {
		return false
	}
	v := w.variable(call.Args[0])
	return v != nil && w.g.info.Types[call.Fun].IsBuiltin() && w.lacking[v]
}

func cmpOr(a, b int) int {
	if a != 0 {
		return a
	}
	return b
}

// comparison is polarity of x == nil and x != nil for what a look returned.
func (w *walker) comparison(x *ast.BinaryExpr) int {
	id, ok := ast.Unparen(x.X).(*ast.Ident)
	if !ok || !w.looked[w.g.info.Uses[id]] {
		return 0
	}
	if !w.g.info.Types[x.Y].IsNil() {
		if w.lookError(x.X) && x.Op == token.EQL {
			return -1 // err == redis.Nil: whichever error, there is no value
		}
		return 0
	}
	hit := 1 // v != nil
	if types.Identical(w.g.info.TypeOf(id), types.Universe.Lookup("error").Type()) {
		hit = -1 // err != nil
	}
	if x.Op == token.EQL {
		hit = -hit
	}
	return hit
}

// lookError: x is the error of a look.
func (w *walker) lookError(x ast.Expr) bool {
	id, ok := ast.Unparen(x).(*ast.Ident)
	return ok && w.looked[w.g.info.Uses[id]] && golang.IsError(w.g.info.TypeOf(id))
}

// remembered notes that a condition asks what a memory said which the body fills:
// whoever asks, each thing is looked up once.
func (w *walker) remembered(cond ast.Expr) {
	if !w.own() || len(w.memory) == 0 {
		return
	}
	ast.Inspect(cond, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if v := w.memory[w.g.info.Uses[id]]; v != nil {
				w.seldom, w.keeper = onFull, v
			}
		}
		return true
	})
}

// mentions reports whether an expression uses one of the variables.
func (w *walker) mentions(x ast.Expr, set map[types.Object]bool) bool {
	if len(set) == 0 {
		return false
	}
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && set[w.g.info.Uses[id]] {
			found = true
		}
		return !found
	})
	return found
}

// own: a body of the module that is analysed.
func (w *walker) own() bool { return w.g.modules.Own && w.body != nil }

// look tells whether a look into a map is one into a cache: the value is used,
// or the body puts in what it did not find. What is only asked whether it is
// there says what is wanted, not what is known; and a set of a body's own says
// what was done already, not what came of it. kept is the variable that the map is
// in, if the body fills it and it outlives the body.
func (w *walker) look(x *ast.IndexExpr, lhs []ast.Expr) (cache bool, kept *types.Var) {
	p, exact := golang.PathOf(w.g.info, x.X)
	stores := exact && w.body != nil && w.fillsMap(p)
	if id, ok := lhs[0].(*ast.Ident); ok && id.Name == "_" && !stores || len(lhs) == 1 && !stores {
		return false, nil
	}
	if stores && !w.declares(p.Root) && (!w.isSet(x.X) || p.Root.Parent() == p.Root.Pkg().Scope()) {
		kept = p.Root
	}
	return kept != nil || !w.isSet(x.X) || !w.declares(p.Root), kept
}

// fillsCache returns the variable of what a call asks for something, if the body
// also gives that something by the same key, and it outlives the body.
func (w *walker) fillsCache(look *ast.CallExpr) *types.Var {
	p, exact := golang.PathOf(w.g.info, golang.Receiver(w.g.info, look))
	if !exact || w.body == nil || p.Root == nil || w.declares(p.Root) || len(look.Args) == 0 {
		return nil
	}
	key := types.ExprString(look.Args[len(look.Args)-1])
	filled := false
	golang.Inspect(w.body, func(n ast.Node) {
		call, ok := n.(*ast.CallExpr)
		if !ok || call == look || len(call.Args) <= len(look.Args) {
			return
		}
		if q, exact := golang.PathOf(w.g.info, golang.Receiver(w.g.info, call)); exact && q == p {
			filled = filled || slices.ContainsFunc(call.Args, func(a ast.Expr) bool { return types.ExprString(a) == key })
		}
	})
	if !filled {
		return nil
	}
	return p.Root
}

// isSet reports whether a map has elements that say nothing.
func (w *walker) isSet(x ast.Expr) bool {
	m, ok := w.g.info.TypeOf(x).Underlying().(*types.Map)
	if !ok {
		return false
	}
	switch t := m.Elem().Underlying().(type) {
	case *types.Basic:
		return t.Info()&types.IsBoolean != 0
	case *types.Struct:
		return t.NumFields() == 0
	}
	return false
}

// declares reports whether the body declares a variable.
func (w *walker) declares(v types.Object) bool { return w.body != nil && declaredIn(v, w.body) }

// declaredIn reports whether a variable is declared in a part of a body.
func declaredIn(v types.Object, body ast.Node) bool {
	return v != nil && body.Pos() <= v.Pos() && v.Pos() < body.End()
}

// fillsMap: the body assigns to an element of the map.
func (w *walker) fillsMap(p golang.Path) bool {
	found := false
	ast.Inspect(w.body, func(n ast.Node) bool {
		if s, ok := n.(*ast.AssignStmt); ok {
			for _, l := range s.Lhs {
				if ix, ok := ast.Unparen(l).(*ast.IndexExpr); ok {
					q, exact := golang.PathOf(w.g.info, ix.X)
					found = found || exact && q == p
				}
			}
		}
		return !found
	})
	return found
}

// isLook reports whether x, assigned to n variables, looks into a cache.
func (w *walker) isLook(x ast.Expr, n int) bool {
	switch x := x.(type) {
	case *ast.IndexExpr:
		t := w.g.info.TypeOf(x.X)
		if t == nil || n > 2 {
			return false
		}
		m, ok := t.Underlying().(*types.Map)
		if !ok || n == 2 {
			return ok
		}
		zero, _ := zeroOf(m.Elem())
		return zero == "nil" // v := m[k]; if v != nil
	case *ast.TypeAssertExpr:
		// v, ok := cache.Get(k).(*User), in one step or two
		if id, ok := ast.Unparen(x.X).(*ast.Ident); ok {
			return w.looked[w.g.info.Uses[id]]
		}
		return w.isLook(ast.Unparen(x.X), 1)
	case *ast.CallExpr:
		fn := golang.Callee(w.g.info, x)
		if fn == nil || fn.Signature().Results().Len() == 0 {
			return false
		}
		if fn.FullName() == "(*sync.Map).Load" || w.asksServer(x, fn) {
			return true
		}
		name := strings.ToLower(fn.Name())
		if strings.Contains(name, "cache") {
			return !hasPrefix(name, "set", "put", "add", "new", "clear", "invalidate", "delete", "flush", "store", "update", "remove", "init")
		}
		return hasPrefix(fn.Name(), "Get", "Load", "Lookup", "Peek", "Fetch", "get", "load", "lookup") && (cacheLike(fn) || w.onCache(x))
	}
	return false
}

// cacheLike reports whether a method belongs to a cache by its type or
// package.
func cacheLike(fn *types.Func) bool {
	recv := fn.Signature().Recv()
	if recv == nil {
		return false
	}
	name := strings.ToLower(apis.TypeName(recv.Type()))
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		name = name[i+1:]
	}
	return strings.Contains(name, "cache") || strings.Contains(name, "lru")
}

// onCache reports whether the receiver of a call is called a cache.
func (w *walker) onCache(call *ast.CallExpr) bool {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	name := ""
	switch x := ast.Unparen(sel.X).(type) {
	case *ast.Ident:
		name = x.Name
	case *ast.SelectorExpr:
		name = x.Sel.Name
	}
	return strings.Contains(strings.ToLower(name), "cache")
}

// computes reports whether a callee calls its argument only if a cache does
// not have the value: cache.GetOrSet(key, func…).
func computes(fn *types.Func) bool {
	if fn == nil {
		return false
	}
	name := strings.ToLower(fn.Name())
	if strings.Contains(name, "each") {
		return false // goes through what is cached
	}
	return cacheLike(fn) || hasPrefix(name, "cached", "withcache", "fromcache") ||
		strings.Contains(name, "orcompute") || strings.Contains(name, "orload") || strings.Contains(name, "orset") || strings.Contains(name, "orfetch")
}

// leaves reports whether control never reaches the end of a block.
func leaves(b *ast.BlockStmt) bool {
	if len(b.List) == 0 {
		return false
	}
	switch s := b.List[len(b.List)-1].(type) {
	case *ast.ReturnStmt, *ast.BranchStmt:
		return true
	case *ast.BlockStmt:
		return leaves(s)
	case *ast.ExprStmt:
		call, ok := s.X.(*ast.CallExpr)
		if !ok {
			return false
		}
		id, ok := call.Fun.(*ast.Ident)
		return ok && id.Name == "panic"
	}
	return false
}

func hasPrefix(s string, prefixes ...string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}
