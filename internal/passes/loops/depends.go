package loops

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

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
	r.mu.Lock()
	defer r.mu.Unlock()
	u := r.unit(call.Pos())
	if u == nil {
		return Unsure
	}
	t := u.taintOf(loop)
	var all mentioned
	x := recv(call)
	if m, ok := t.method(call); ok {
		all.add(m)
	} else if x != nil {
		all.add(t.mention(x))
	}
	one := false // something that is given besides the handle is another one
	given := u.given(call)
	for _, a := range given {
		m := t.mention(a)
		all.add(m)
		one = one || m.data && !isCollection(u.Info.TypeOf(a))
	}
	switch {
	case all.handle && one && x != nil && t.picked(x, 3):
		return Depends
	case all.handle:
		return HandleDepends
	case all.data:
		return Depends
	}
	for _, a := range call.Args {
		if _, known := u.api(call); !known && t.carries(a) {
			return Depends
		}
	}
	if t.searches(call, append(given, x)) {
		return Depends
	}
	if x != nil && (!t.invariant(x, 8) || t.u.handle(u.Info.TypeOf(x)) == noHandle && t.touchedBeside(u.rootObj(x), call)) {
		return Unsure
	}
	for _, a := range given {
		if !t.invariant(a, 8) {
			return Unsure
		}
	}
	return Invariant
}

// searches reports whether a loop inside looks for the element that is given:
// which one it is, the iteration decides.
func (t *taint) searches(call *ast.CallExpr, given []ast.Expr) bool {
	s := t.u.loopAround(call)
	if s == nil || s == t.loop.Node || !t.in(s) || !t.chosen(call) {
		return false
	}
	inner := t.u.taintOf(t.u.loop(s))
	return slices.ContainsFunc(given, func(x ast.Expr) bool { return x != nil && inner.mention(x).data })
}

// carries reports whether a context holds a value that changes: one made by
// context.WithValue in the iteration. Who takes it out of there is not known;
// the libraries that talk to databases do not.
func (t *taint) carries(a ast.Expr) bool {
	if !isContext(t.u.Info.TypeOf(a)) {
		return false
	}
	value := func(e ast.Expr) bool {
		call, ok := ast.Unparen(e).(*ast.CallExpr)
		if !ok || len(call.Args) != 3 {
			return false
		}
		fn := t.u.callee(call)
		return fn != nil && fn.FullName() == "context.WithValue" && t.mention(call.Args[2]).data
	}
	if value(a) {
		return true
	}
	for _, w := range t.u.writes[t.u.object(a)] {
		if w.rhs != nil && t.in(w.at) && value(w.rhs) {
			return true
		}
	}
	return false
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
		if known && api.DestArg == i && api.Role != apis.Exec && (api.Stmt == "" || api.Stmt == "select") && !u.keyed(a) &&
			!(api.Role == apis.BuilderTerminal && u.existing(a)) {
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

// existing: a destination that is an element of something, or a range variable:
// an ORM takes the key from what is there, as in db.First(&users[i]).
func (u *unit) existing(a ast.Expr) bool {
	found := false
	ast.Inspect(a, func(n ast.Node) bool {
		_, ok := n.(*ast.IndexExpr)
		found = found || ok
		return !found
	})
	for _, w := range u.writes[u.rootObj(a)] {
		found = found || w.kind == ranged
	}
	return found
}

// OnElement tells whether a call's method is called on something that loop
// gives, through an interface: the loop runs handlers, checks or plugins.
func (r *Result) OnElement(loop *Loop, call *ast.CallExpr) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	u := r.unit(call.Pos())
	x := recv(call)
	if u == nil || x == nil || u.Info.TypeOf(x) == nil || !types.IsInterface(u.Info.TypeOf(x)) || u.isConcrete(u.object(x)) {
		return false
	}
	t := u.taintOf(loop)
	m := t.mention(x)
	return (m.data || m.handle) && t.gives(x)
}

// CallsElement tells whether loop gives the function that is called: it runs
// callbacks, handlers, steps.
func (r *Result) CallsElement(loop *Loop, call *ast.CallExpr) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	u := r.unit(call.Pos())
	if u == nil || r.callee(call) != nil {
		return false
	}
	v, _ := u.rootObj(call.Fun).(*types.Var)
	if ix, ok := ast.Unparen(call.Fun).(*ast.IndexExpr); ok {
		v, _ = u.object(ix.Index).(*types.Var)
	}
	return v != nil && slices.Contains(loop.Vars, v)
}

// gives: e is taken out of something in each iteration, rather than being the
// same thing that is told about the elements.
func (t *taint) gives(e ast.Expr) bool {
	obj := t.u.rootObj(e)
	if obj == nil || t.declaredIn(obj) {
		return true
	}
	for _, v := range t.loop.Vars {
		if v == obj {
			return true
		}
	}
	for _, w := range t.u.writes[obj] {
		if t.in(w.at) && (w.kind == assign || w.kind == ranged) {
			return true
		}
	}
	indexed := false
	ast.Inspect(e, func(n ast.Node) bool {
		ix, ok := n.(*ast.IndexExpr)
		indexed = indexed || ok && t.mention(ix.Index).data
		return !indexed
	})
	return indexed
}

// isConcrete: a variable of an interface type that is given values of concrete
// types only.
func (u *unit) isConcrete(obj types.Object) bool {
	found := false
	for _, w := range u.writes[obj] {
		if w.rhs == nil {
			continue
		}
		t := u.Info.TypeOf(w.rhs)
		if t == nil || types.IsInterface(t) || w.kind == ranged {
			return false
		}
		if _, several := t.(*types.Tuple); several {
			return false
		}
		found = true
	}
	return found
}

// kept reports whether e is a variable, or a field of one, that holds the same
// value in each iteration.
func (t *taint) kept(e ast.Expr, depth int) bool {
	obj, path, exact := t.u.fieldPath(e)
	if !exact || obj == nil || depth == 0 {
		m := t.mention(e)
		return !m.data && !m.handle && obj != nil
	}
	for _, v := range t.loop.Vars {
		if v == obj {
			return false
		}
	}
	if t.declaredIn(obj) && len(t.u.writes[obj]) == 0 {
		return false // a parameter of a literal
	}
	for _, w := range t.u.writes[obj] {
		if !t.in(w.at) {
			continue
		}
		switch w.kind {
		case define:
			if w.rhs == nil || !t.kept(w.rhs, depth-1) {
				return false
			}
		case assign, ranged:
			return false
		case element:
			if _, written, _ := t.u.fieldPath(w.lhs); path != "" && overlap(written, path) {
				return false
			}
		}
	}
	return true
}
