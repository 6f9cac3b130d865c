package loops

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
)

// A Dependency says whether a call asks something else in each iteration.
type Dependency uint8

// The answers of [Result.DependsOnIteration].
const (
	Unsure        Dependency = iota // neither could be shown
	Depends                         // an argument changes with the iteration
	Invariant                       // all arguments are what they were before the loop
	HandleDepends                   // the database handle changes: another database each time
)

func (d Dependency) String() string {
	return [...]string{"unsure", "yes", "no", "handle"}[d]
}

// DependsOnIteration tells whether what the call is given changes from one
// iteration of loop to the next: its arguments, those of the builder chain
// that it ends, its receiver. The call must be one that loop was returned for.
func (r *Result) DependsOnIteration(loop *Loop, call *ast.CallExpr) Dependency {
	u := r.unit(call.Pos())
	if u == nil {
		return Unsure
	}
	t := u.taintOf(loop)
	var data, handle bool
	note := func(e ast.Expr) {
		m := t.mention(e)
		data, handle = data || m.data, handle || m.handle
	}
	x := recv(call)
	if x != nil {
		note(x)
	}
	given := u.given(call)
	for _, a := range given {
		note(a)
	}
	switch {
	case handle:
		return HandleDepends
	case data:
		return Depends
	}
	if x != nil && !t.invariant(x, 8) {
		return Unsure
	}
	for _, a := range given {
		if !t.invariant(a, 8) {
			return Unsure
		}
	}
	return Invariant
}

// given returns the arguments that tell a call what to do: not those that it
// writes its result to.
func (u *unit) given(call *ast.CallExpr) []ast.Expr {
	api, known := u.api(call)
	var list []ast.Expr
	for i, a := range call.Args {
		if isContext(u.Info.TypeOf(a)) {
			continue
		}
		if known && api.DestArg == i && api.Role != apis.Exec && (api.Stmt == "" || api.Stmt == "select") && !u.keyed(a) {
			continue
		}
		list = append(list, a)
	}
	return list
}

// keyed: a destination that also says what is looked for: &User{ID: id}.
func (u *unit) keyed(a ast.Expr) bool {
	if x, ok := ast.Unparen(a).(*ast.UnaryExpr); ok && x.Op == token.AND {
		a = x.X
	}
	if _, ok := ast.Unparen(a).(*ast.CompositeLit); ok {
		return true
	}
	obj := u.rootObj(a)
	for _, w := range u.writes[obj] {
		if w.kind == element {
			return true
		}
		if lit, ok := ast.Unparen(w.rhs).(*ast.CompositeLit); ok && w.rhs != nil && len(lit.Elts) > 0 {
			return true
		}
	}
	return false
}

// A taint holds the variables of a declaration that change with one loop.
type taint struct {
	u       *unit
	loop    *Loop
	regions []ast.Node // what is repeated: the body, local closures that it calls
	data    map[types.Object]bool
	handles map[types.Object]bool // that are another database each time
	// sources are expressions, as text, that give the next element when a
	// method of them is called: rows, a scanner, a reader.
	sources map[string]bool
}

func (u *unit) taintOf(l *Loop) *taint {
	if t := u.taints[l.Node]; t != nil {
		return t
	}
	t := &taint{u: u, loop: l, data: make(map[types.Object]bool), handles: make(map[types.Object]bool), sources: make(map[string]bool)}
	u.taints[l.Node] = t
	t.findRegions()
	t.seed()
	t.spread()
	return t
}

// findRegions sets the places that run in each iteration.
func (t *taint) findRegions() {
	switch n := t.loop.Node.(type) {
	case *ast.ForStmt:
		t.regions = append(t.regions, n.Body)
		if n.Cond != nil {
			t.regions = append(t.regions, n.Cond)
		}
		if n.Post != nil {
			t.regions = append(t.regions, n.Post)
		}
	default:
		t.regions = append(t.regions, t.loop.Body)
	}
	// Local closures called there belong to it.
	for i := 0; i < len(t.regions); i++ {
		ast.Inspect(t.regions[i], func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if lit := t.u.closure(call); lit != nil && !t.in(lit) {
				t.regions = append(t.regions, lit)
			}
			return true
		})
	}
}

// closure returns the literal that a call of a local variable calls.
func (u *unit) closure(call *ast.CallExpr) *ast.FuncLit {
	obj := u.object(call.Fun)
	if obj == nil {
		return nil
	}
	for _, w := range u.writes[obj] {
		if w.rhs != nil {
			if lit, ok := ast.Unparen(w.rhs).(*ast.FuncLit); ok {
				return lit
			}
		}
	}
	return nil
}

func (t *taint) in(n ast.Node) bool {
	for _, r := range t.regions {
		if within(n, r) {
			return true
		}
	}
	return false
}

func (t *taint) declaredIn(obj types.Object) bool {
	for _, r := range t.regions {
		if local(obj, r) {
			return true
		}
	}
	return false
}

// seed marks what the loop itself changes.
func (t *taint) seed() {
	inherent := true // handles among the variables are another database each time
	switch t.loop.Kind {
	case Recursion, Resolver, Hook, Callback, Rows:
		inherent = t.loop.Bound == Handles
	}
	for _, v := range t.loop.Vars {
		switch {
		case ignored(v.Type()):
		case t.u.handle(v.Type()) == noHandle:
			t.data[v] = true
		case inherent:
			t.handles[v] = true
		}
	}
	switch n := t.loop.Node.(type) {
	case *ast.CallExpr:
		t.seedPointers(n)
	case *ast.ForStmt:
		t.seedFor(n)
	}
}

// seedPointers marks what a function with a callback may write to before it
// calls it: other arguments that are, or hold, &x.
func (t *taint) seedPointers(call *ast.CallExpr) {
	for _, a := range call.Args {
		inspect(a, func(n ast.Node) bool {
			if x, ok := n.(*ast.UnaryExpr); ok && x.Op == token.AND && !t.in(x) {
				t.mark(t.u.rootObj(x.X), mentioned{data: true})
			}
			return true
		})
	}
}

// seedFor marks where a for statement gets its next element from.
func (t *taint) seedFor(s *ast.ForStmt) {
	if s.Cond != nil {
		ast.Inspect(s.Cond, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				t.addSource(recv(call))
			}
			return true
		})
	}
	if s.Cond == nil || t.u.endless(s.Cond) {
		inspect(s.Body, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if fn := t.u.callee(call); fn != nil && readsNext(fn.Name()) {
					t.addSource(recv(call))
				}
			}
			return true
		})
	}
}

func readsNext(name string) bool {
	for _, p := range []string{"Next", "Read", "Recv", "Decode", "Token", "Receive", "Fetch", "Scan"} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// addSource notes an expression that gives the next element.
func (t *taint) addSource(e ast.Expr) {
	switch ast.Unparen(e).(type) {
	case *ast.Ident, *ast.SelectorExpr:
	default:
		return
	}
	typ := t.u.Info.TypeOf(e)
	if typ == nil || ignored(typ) || t.u.handle(typ) != noHandle {
		return
	}
	if obj := t.u.rootObj(e); obj == nil || t.u.isGlobal(obj) {
		return
	}
	t.sources[types.ExprString(e)] = true
}

// ignored: values that change with the iteration without changing what is
// asked: contexts, errors, loggers, spans.
func ignored(t types.Type) bool {
	if t == nil {
		return true
	}
	if isError(t) || isContext(t) {
		return true
	}
	path, name := named(t)
	return speaks(name, "logger", "span") || path == "testing" || path == "sync" || path == "github.com/sirupsen/logrus" && name == "Entry"
}

// spread carries the marks through the assignments of the regions until
// nothing changes.
func (t *taint) spread() {
	for range 12 {
		changed := false
		for obj, ws := range t.u.writes {
			for _, w := range ws {
				if t.in(w.at) && t.write(obj, w) {
					changed = true
				}
			}
		}
		for _, r := range t.regions {
			ast.Inspect(r, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok && t.call(call) {
					changed = true
				}
				return true
			})
		}
		if !changed {
			return
		}
	}
}

// mark records that obj changes; reports whether that is new.
func (t *taint) mark(obj types.Object, m mentioned) bool {
	if obj == nil || ignored(obj.Type()) || !m.data && !m.handle {
		return false
	}
	kind := t.u.handle(obj.Type())
	switch {
	case kind == plainHandle || kind == buildsHandle && !m.data:
		if t.handles[obj] {
			return false
		}
		t.handles[obj] = true
	case m.data:
		if t.data[obj] {
			return false
		}
		t.data[obj] = true
	default:
		return false // something got through a changing handle
	}
	return true
}

func (t *taint) write(obj types.Object, w write) bool {
	switch w.kind {
	case address:
		return false
	case ranged:
		return t.mark(obj, t.mention(w.rhs))
	case update:
		if !t.declaredIn(obj) {
			return t.mark(obj, mentioned{data: true})
		}
	case element:
		if !t.declaredIn(obj) && !t.u.isLocalVar(obj) {
			return false // a field of the receiver or of a parameter
		}
	}
	if w.rhs == nil {
		return false
	}
	if w.kind == assign && t.carried(obj, w.rhs) {
		return t.mark(obj, mentioned{data: true})
	}
	if lit, ok := ast.Unparen(w.rhs).(*ast.FuncLit); ok && lit != nil {
		return false // its body is looked at where it is called
	}
	m := t.mention(w.rhs)
	if call, ok := ast.Unparen(w.rhs).(*ast.CallExpr); ok && m.data && t.u.handle(obj.Type()) == plainHandle {
		// Have: a handle made by a call. A library's own method gives the same
		// database that it is called on.
		if fn := t.u.callee(call); fn != nil && fn.Pkg() != nil && isLibrary(fn.Pkg().Path()) && recv(call) != nil {
			m.data = false
			m.handle = t.mention(recv(call)).handle
		}
	}
	return t.mark(obj, m)
}

// carried: an assignment gives a variable that outlives the iteration a value
// made of its own from the iteration before, perhaps by way of others.
func (t *taint) carried(obj types.Object, rhs ast.Expr) bool {
	if t.declaredIn(obj) || t.u.handle(obj.Type()) != noHandle {
		return false
	}
	if call, ok := ast.Unparen(rhs).(*ast.CallExpr); ok && t.u.builtin(call) == "append" {
		return false // collects
	}
	seen := make(map[types.Object]bool)
	work := t.u.objectsIn(rhs)
	for len(work) > 0 {
		o := work[0]
		work = work[1:]
		if o == obj {
			return true
		}
		if seen[o] {
			continue
		}
		seen[o] = true
		for _, w := range t.u.writes[o] {
			switch {
			case !t.in(w.at):
			case w.kind == address:
				work = append(work, t.u.objectsIn(t.u.outerCall(w.at))...)
			case w.rhs != nil:
				work = append(work, t.u.objectsIn(w.rhs)...)
			}
		}
	}
	return false
}

// objectsIn returns the variables that n mentions, other than handles and
// fields.
func (u *unit) objectsIn(n ast.Node) []types.Object {
	var list []types.Object
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if v, ok := u.Info.Uses[id].(*types.Var); ok && !v.IsField() && !ignored(v.Type()) {
				list = append(list, v)
			}
		}
		return true
	})
	return list
}

// outerCall returns the outermost call of the expression that n is part of.
func (u *unit) outerCall(n ast.Node) ast.Node {
	best := n
	for p := u.parent[n]; p != nil; p = u.parent[p] {
		switch p.(type) {
		case *ast.CallExpr:
			best = p
		case ast.Stmt, *ast.FuncLit:
			return best
		}
	}
	return best
}

// isLocalVar: declared by a statement, not as a parameter or receiver.
func (u *unit) isLocalVar(obj types.Object) bool {
	for _, w := range u.writes[obj] {
		if w.kind == define || w.kind == ranged {
			return true
		}
	}
	return false
}

// call carries marks through what a call does to its arguments.
func (t *taint) call(call *ast.CallExpr) bool {
	changed := false
	m := mentioned{}
	add := func(e ast.Expr) {
		n := t.mention(e)
		m.data, m.handle = m.data || n.data, m.handle || n.handle
	}
	x := recv(call)
	if x != nil {
		add(x)
	}
	for _, a := range call.Args {
		if _, isLit := ast.Unparen(a).(*ast.FuncLit); !isLit {
			add(a)
		}
	}
	if lit := t.u.closure(call); lit != nil {
		for i, p := range t.u.params(lit.Type) {
			if i < len(call.Args) {
				changed = t.mark(p, t.mention(call.Args[i])) || changed
			}
		}
	}
	if !m.data || t.u.builtin(call) != "" || t.u.Info.Types[call.Fun].IsType() {
		return changed
	}
	for i, a := range call.Args {
		switch a := ast.Unparen(a).(type) {
		case *ast.UnaryExpr:
			if a.Op == token.AND {
				changed = t.mark(t.u.rootObj(a.X), m) || changed
			}
		case *ast.Ident:
			if obj := t.u.object(a); obj != nil && t.declaredIn(obj) && isReference(obj.Type()) {
				changed = t.mark(obj, m) || changed
			}
		case *ast.FuncLit:
			// A callback gets what the callee was given.
			if rep := t.u.repeats(call, i); rep.times != 0 && t.u.repeatsData(rep) {
				for _, p := range t.u.params(a.Type) {
					if t.u.handle(p.Type()) == noHandle {
						changed = t.mark(p, m) || changed
					}
				}
			}
		}
	}
	if obj := t.u.object(x); obj != nil && t.u.isLocalVar(obj) {
		api, known := t.u.api(call)
		kind := t.u.handle(obj.Type())
		switch {
		case kind == noHandle && !known:
			changed = t.mark(obj, m) || changed // a builder: b.WriteString(x)
		case kind == buildsHandle && known && (api.Role == apis.Builder || api.Role == apis.RawSQL) && api.InPlace:
			changed = t.mark(obj, m) || changed
		}
	}
	return changed
}

func (u *unit) repeatsData(rep repeat) bool { return rep.times > 1 && rep.times != retries }

func isReference(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Map, *types.Slice:
		return true
	}
	return false
}

// mentioned tells what of an iteration an expression is made of.
type mentioned struct{ data, handle bool }

// mention returns what changing variables e mentions.
func (t *taint) mention(e ast.Expr) mentioned {
	var m mentioned
	if e == nil {
		return m
	}
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			obj := t.u.Info.Uses[n]
			m.data = m.data || t.data[obj] || t.sources[n.Name] && obj != nil
			m.handle = m.handle || t.handles[obj]
		case *ast.SelectorExpr:
			if t.u.Info.Selections[n] == nil {
				return true
			}
			if t.sources[types.ExprString(n)] {
				m.data = true
				return false
			}
			if t.isField(n) && t.u.handle(t.u.Info.TypeOf(n)) != noHandle {
				x := t.mention(n.X)
				m.handle = m.handle || x.handle || x.data
				return false
			}
		case *ast.IndexExpr:
			if t.u.handle(t.u.Info.TypeOf(n)) != noHandle {
				x, i := t.mention(n.X), t.mention(n.Index)
				m.handle = m.handle || x.handle || x.data || i.data
				return false
			}
		case *ast.CallExpr:
			if ignored(t.u.Info.TypeOf(n)) {
				return false
			}
		case *ast.UnaryExpr:
			if n.Op == token.ARROW {
				m.data = true
			}
		}
		return true
	})
	return m
}

func (t *taint) isField(sel *ast.SelectorExpr) bool {
	s := t.u.Info.Selections[sel]
	return s != nil && s.Kind() == types.FieldVal
}

// invariant reports whether e is provably the same in each iteration. Have: e
// mentions no changing variable.
func (t *taint) invariant(e ast.Expr, depth int) bool {
	if depth == 0 {
		return false
	}
	if tv := t.u.Info.Types[e]; tv.Value != nil || tv.IsType() || tv.IsNil() || ignored(tv.Type) && tv.IsValue() {
		return true
	}
	all := func(list []ast.Expr) bool {
		for _, x := range list {
			if x != nil && !t.invariant(x, depth) {
				return false
			}
		}
		return true
	}
	switch x := e.(type) {
	case *ast.ParenExpr:
		return t.invariant(x.X, depth)
	case *ast.BasicLit:
		return true
	case *ast.Ident:
		return t.invariantIdent(x, depth-1)
	case *ast.SelectorExpr:
		if t.u.Info.Selections[x] == nil {
			return true // of another package
		}
		if obj := t.u.rootObj(x); obj != nil && t.u.handle(t.u.Info.TypeOf(x)) == noHandle && t.touched(obj) {
			return false
		}
		return t.invariant(x.X, depth)
	case *ast.IndexExpr:
		return all([]ast.Expr{x.X, x.Index})
	case *ast.SliceExpr:
		return all([]ast.Expr{x.X, x.Low, x.High, x.Max})
	case *ast.StarExpr:
		return t.invariant(x.X, depth)
	case *ast.BinaryExpr:
		return all([]ast.Expr{x.X, x.Y})
	case *ast.UnaryExpr:
		if x.Op == token.AND {
			if obj := t.u.object(x.X); obj != nil {
				return t.declaredIn(obj) || t.invariant(x.X, depth)
			}
		}
		return x.Op != token.ARROW && t.invariant(x.X, depth)
	case *ast.TypeAssertExpr:
		return t.invariant(x.X, depth)
	case *ast.CompositeLit:
		return all(x.Elts)
	case *ast.KeyValueExpr:
		return t.invariant(x.Value, depth)
	case *ast.CallExpr:
		return t.pure(x) && (recv(x) == nil || t.invariant(recv(x), depth)) && all(x.Args)
	}
	return false
}

func (t *taint) invariantIdent(id *ast.Ident, depth int) bool {
	switch obj := t.u.Info.Uses[id].(type) {
	case *types.Var:
		for _, w := range t.u.writes[obj] {
			if !t.in(w.at) {
				continue
			}
			if w.kind == address && t.declaredIn(obj) {
				continue // a destination
			}
			if w.kind == define && w.rhs == nil {
				continue
			}
			if w.kind != define && w.kind != assign && w.kind != ranged || w.rhs == nil || !t.invariant(w.rhs, depth) {
				return false
			}
		}
		return true
	case *types.PkgName, *types.Const, *types.Func, *types.Nil, *types.TypeName, *types.Builtin:
		return true
	}
	return false
}

// touched: the regions call a method of obj, or hand obj to a function, which
// may change its fields.
func (t *taint) touched(obj types.Object) bool {
	for _, id := range t.u.idents[obj] {
		if !t.in(id) {
			continue
		}
		switch p := t.u.parent[id].(type) {
		case *ast.CallExpr:
			if p.Fun != id {
				return true
			}
		case *ast.SelectorExpr:
			if s := t.u.Info.Selections[p]; s != nil && s.Kind() == types.MethodVal {
				return true
			}
		case *ast.UnaryExpr:
			return true
		}
	}
	return false
}

// pure: calls whose result depends on their arguments and receiver only.
func (t *taint) pure(call *ast.CallExpr) bool {
	if t.u.Info.Types[call.Fun].IsType() {
		return true
	}
	switch t.u.builtin(call) {
	case "":
	case "len", "cap", "min", "max", "new", "make", "append", "real", "imag", "complex":
		return true
	default:
		return false
	}
	fn := t.u.callee(call)
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	switch fn.Pkg().Path() {
	case "strings", "strconv", "path", "path/filepath", "errors", "slices", "maps", "database/sql/driver":
		return true
	case "fmt":
		return strings.HasPrefix(fn.Name(), "Sprint")
	case "github.com/lib/pq":
		return fn.Name() == "Array"
	}
	api, ok := apis.Lookup(fn)
	return ok && (api.Role == apis.Builder || api.Role == apis.RawSQL || api.Role == apis.ConnAcquire || api.Role == apis.Preload || api.Role == apis.Begin || api.Role == apis.TxBind)
}

// ResultFeedsLoop reports whether the call's result decides whether the loop
// goes on, or what the call asks in the next iteration: the call pages.
func (r *Result) ResultFeedsLoop(loop *Loop, call *ast.CallExpr) bool {
	s, ok := loop.Node.(*ast.ForStmt)
	if !ok {
		return false
	}
	u := r.unit(call.Pos())
	if u == nil || !within(call, s) {
		return false
	}
	fed := u.resultsOf(call)
	if s.Cond != nil && within(call, s.Cond) {
		return true
	}
	for range 8 {
		changed := false
		for obj, ws := range u.writes {
			if fed[obj] || isError(obj.Type()) {
				continue
			}
			for _, w := range ws {
				if w.rhs != nil && within(w.at, s) && !within(w.at, call) && u.mentionsAny(w.rhs, fed) {
					fed[obj], changed = true, true
				}
			}
		}
		if !changed {
			break
		}
	}
	if u.mentionsAny(s.Cond, fed) {
		return true
	}
	for _, a := range call.Args {
		if u.mentionsAny(a, fed) && !u.declaredHere(a, s.Body) {
			return true
		}
	}
	found := false
	u.exits(s.Body, func(cond ast.Expr, _ ast.Stmt) {
		found = found || cond != nil && u.mentionsAny(cond, fed)
	})
	return found
}

// declaredHere: the argument's variable is new in each iteration, so that it
// cannot carry anything over: a destination.
func (u *unit) declaredHere(a ast.Expr, body ast.Node) bool {
	if x, ok := ast.Unparen(a).(*ast.UnaryExpr); ok {
		a = x.X
	}
	obj := u.rootObj(a)
	return obj != nil && local(obj, body)
}

// resultsOf returns the variables that a call's result is assigned to, or
// written to through pointers.
func (u *unit) resultsOf(call *ast.CallExpr) map[types.Object]bool {
	set := make(map[types.Object]bool)
	n := ast.Node(call)
	for p := u.parent[n]; p != nil; n, p = p, u.parent[p] {
		if a, ok := p.(*ast.AssignStmt); ok {
			for _, l := range a.Lhs {
				if obj := u.rootObj(l); obj != nil && !isError(obj.Type()) {
					set[obj] = true
				}
			}
		}
		if c, ok := p.(*ast.CallExpr); ok && c.Fun != n {
			continue
		}
		if _, ok := p.(ast.Stmt); ok {
			break
		}
	}
	ast.Inspect(n, func(n ast.Node) bool {
		if x, ok := n.(*ast.UnaryExpr); ok && x.Op == token.AND {
			if obj := u.rootObj(x.X); obj != nil {
				set[obj] = true
			}
		}
		return true
	})
	return set
}

func (u *unit) mentionsAny(e ast.Expr, set map[types.Object]bool) bool {
	if e == nil {
		return false
	}
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && set[u.Info.Uses[id]] {
			found = true
		}
		return !found
	})
	return found
}
