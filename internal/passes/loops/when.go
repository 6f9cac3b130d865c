package loops

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
)

// This file says of a call in a loop why it runs seldom: only until something
// is set, only after a failure, only where the way that sends all at once is
// not taken.

// Seldom explains why a call in a loop runs once, or in the rare case only,
// whatever the number of iterations; "" if it does not.
func (r *Result) Seldom(l *Loop, call *ast.CallExpr) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	u := r.unit(call.Pos())
	if u == nil {
		return ""
	}
	if x := u.whileUnset(l, call); x != "" {
		return "runs only while " + x + " is not set"
	}
	if u.afterFailure(l, call) {
		return "only after something else has failed"
	}
	if line := u.otherwiseAtOnce(l); line > 0 {
		return "all are sent at once where the branch at line " + strconv.Itoa(line) + " is taken"
	}
	return ""
}

// whileUnset returns the text of what a call in a loop is made to set, if it is
// made only while that has no value yet: then it runs once. "" if there is
// none.
//
//	if admin == nil {
//		admin, err = s.user(ctx, "admin")
//	}
func (u *unit) whileUnset(l *Loop, call *ast.CallExpr) string {
	for _, k := range u.known(call, l.Node) {
		for _, t := range k.any {
			x := u.unset(t)
			if x == nil || len(k.any) > 1 {
				continue
			}
			obj, path, exact := u.fieldPath(x)
			if exact && obj != nil && !local(obj, l.Node) && (u.sets(k.in, obj, path) || u.setsByCall(call, obj, path)) {
				return types.ExprString(x)
			}
		}
	}
	return ""
}

// unset returns the x of x == nil, x == "", x == 0, len(x) == 0 and !x. That an error
// is nil says that all went well so far.
func (u *unit) unset(t golang.Test) ast.Expr {
	if t.Y == nil && t.Op == token.NOT {
		return t.X
	}
	if t.Y == nil || t.Op != token.EQL || !golang.IsZero(u.Info, t.Y) || golang.IsError(u.Info.TypeOf(t.X)) {
		return nil
	}
	if call, ok := ast.Unparen(t.X).(*ast.CallExpr); ok && u.builtin(call) == "len" {
		return call.Args[0]
	}
	return ast.Unparen(t.X)
}

// sets: the code assigns to the field, or to what holds it.
func (u *unit) sets(b ast.Node, obj types.Object, path string) bool {
	for _, w := range u.writes[obj] {
		if !golang.Within(w.at, b) {
			continue
		}
		switch w.kind {
		case assign:
			return true
		case element:
			if _, p, exact := u.fieldPath(w.lhs); exact && overlap(p, path) && len(p) <= len(path) {
				return true
			}
		}
	}
	return false
}

// setsByCall: the call is given a pointer to what has the field, which it may
// set: a key that the database makes.
func (u *unit) setsByCall(call *ast.CallExpr, obj types.Object, path string) bool {
	if path == "" {
		return false
	}
	for _, a := range call.Args {
		o, p, exact := u.fieldPath(a)
		if x, ok := ast.Unparen(a).(*ast.UnaryExpr); ok && x.Op == token.AND {
			o, p, exact = u.fieldPath(x.X)
		} else if _, ok := u.Info.TypeOf(a).Underlying().(*types.Pointer); !ok {
			continue
		}
		if exact && o == obj && p != path && overlap(p, path) {
			return true
		}
	}
	return false
}

// afterFailure: the call, or the whole loop, stands in a branch that is taken
// after something else has failed. That a row was not found is no failure: the
// branch that stores it is the ordinary case. That a list of rows was not found
// is one, where the loop goes through the list that it was asked for with.
func (u *unit) afterFailure(l *Loop, call *ast.CallExpr) bool {
	return slices.ContainsFunc(u.known(call, nil), func(k known) bool {
		err := u.failed(k.any)
		if err == nil {
			return false
		}
		from := u.valueBefore(err, k.branch)
		if r, ok := l.Node.(*ast.RangeStmt); ok && !golang.Within(k.at, l.Node) && from != nil && u.mentions(from, u.rootObj(r.X)) {
			return true
		}
		return from != nil && !u.mayRead(from)
	})
}

// failed returns the error that is not nil where a test holds.
func (u *unit) failed(any []golang.Test) types.Object {
	if len(any) != 1 || any[0].Op != token.NEQ || !golang.IsError(u.Info.TypeOf(any[0].X)) || !u.Info.Types[any[0].Y].IsNil() {
		return nil
	}
	return u.object(any[0].X)
}

// valueBefore returns what a variable was set to last before branches.
func (u *unit) valueBefore(obj types.Object, branches token.Pos) ast.Expr {
	var last write
	for _, w := range u.writes[obj] {
		if w.at.Pos() < branches && (last.at == nil || w.at.Pos() > last.at.Pos()) {
			last = w
		}
	}
	return last.rhs
}

// mayRead: a call of e may read the database, or is not known.
func (u *unit) mayRead(e ast.Expr) bool {
	reads := false
	ast.Inspect(e, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || reads || u.builtin(call) != "" || u.Info.Types[call.Fun].IsType() {
			return !reads
		}
		if api, known := u.api(call); known {
			reads = api.RoundTrip && api.Role != apis.Exec
			return !reads
		}
		fn := u.callee(call)
		if fn == nil || u.effects == nil {
			return true // a function value: not known to be a question
		}
		for _, e := range u.effects.Of(fn) {
			reads = reads || e.Kind == funceffects.ReadDB || e.Kind == funceffects.Unknown
		}
		return !reads
	})
	return reads
}

// otherwiseAtOnce returns the line of a branch that sends all elements of the
// loop by one call, and instead of which the loop runs; 0 if there is none.
func (u *unit) otherwiseAtOnce(l *Loop) int {
	r, ok := l.Node.(*ast.RangeStmt)
	if !ok {
		return 0
	}
	list, path, exact := u.fieldPath(r.X)
	if list == nil || !exact {
		return 0
	}
	for child, p := ast.Node(r), u.parent[r]; p != nil; child, p = p, u.parent[p] {
		switch p := p.(type) {
		case *ast.IfStmt:
			other := ast.Node(p.Body)
			if child == p.Body {
				other = p.Else
			}
			if child != p.Cond && child != p.Init && other != nil && u.sendsAll(other, list, path) {
				return u.line(p.Pos())
			}
		case *ast.BlockStmt:
			for _, s := range p.List {
				if s, ok := s.(*ast.IfStmt); ok && s.End() <= child.Pos() && !u.stmt(s.Body).normal && u.sendsAll(s.Body, list, path) {
					return u.line(s.Pos())
				}
			}
		case *ast.FuncLit, *ast.FuncDecl:
			return 0
		}
	}
	return 0
}

// sendsAll: the branch gives the list, or what it has collected of its elements,
// to a call that goes to the database, outside of a loop.
func (u *unit) sendsAll(branch ast.Node, list types.Object, path string) bool {
	collected := make(map[types.Object]bool)
	inspect(branch, func(n ast.Node) bool {
		r, ok := n.(*ast.RangeStmt)
		if !ok {
			return true
		}
		if o, p, exact := u.fieldPath(r.X); !exact || o != list || p != path {
			return true
		}
		inspect(r.Body, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && recv(call) != nil {
				obj := u.object(recv(call)) // b.Queue(x)
				if obj != nil && !local(obj, r) && u.isLocalVar(obj) && u.handle(obj.Type()) == noHandle {
					collected[obj] = true
				}
			}
			if a, ok := n.(*ast.AssignStmt); ok {
				for _, l := range a.Lhs {
					obj := u.rootObj(l)
					if obj == nil || local(obj, r) {
						continue
					}
					if _, number := obj.Type().Underlying().(*types.Basic); !number || isString(obj.Type()) {
						collected[obj] = true
					}
				}
			}
			return true
		})
		return true
	})
	found := false
	inspect(branch, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || found {
			return !found
		}
		if loop := u.loopAround(call); loop != nil && golang.Within(loop, branch) || !u.asksDatabase(call) {
			return true
		}
		for obj := range collected {
			found = found || u.mentions(call, obj)
		}
		for _, a := range call.Args {
			o, p, exact := u.fieldPath(a)
			found = found || exact && o == list && p == path
		}
		return !found
	})
	return found
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// asksDatabase: the call goes to the database, itself or by what it calls.
func (u *unit) asksDatabase(call *ast.CallExpr) bool {
	if api, known := u.api(call); known {
		return api.RoundTrip
	}
	fn := u.callee(call)
	if fn == nil || u.effects == nil {
		return false
	}
	for _, e := range u.effects.Of(fn) {
		if e.Kind.Database() {
			return true
		}
	}
	return false
}

// KeepsFailures tells whether an iteration of l whose call has failed is told
// by itself, and the loop goes on: each element succeeds or fails alone.
func (r *Result) KeepsFailures(l *Loop, call *ast.CallExpr) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	u := r.unit(call.Pos())
	if u == nil {
		return false
	}
	loop, ok := l.Node.(ast.Stmt)
	if !ok {
		return false
	}
	a, ok := u.parent[call].(*ast.AssignStmt)
	if !ok {
		return false
	}
	var err types.Object
	for _, lhs := range a.Lhs {
		if obj := u.object(lhs); obj != nil && golang.IsError(obj.Type()) {
			err = obj
		}
	}
	if err == nil {
		return false
	}
	kept := false
	for _, id := range u.idents[err] {
		for p := u.parent[id]; p != nil && p != l.Node; p = u.parent[p] {
			s, ok := p.(*ast.IfStmt)
			if !ok || !golang.Within(id, s.Cond) || s.Pos() < a.Pos() && s.Init != a {
				continue
			}
			f := u.stmt(s.Body)
			if f.exit || f.jump || f.breaks[loop] {
				return false
			}
			kept = kept || len(s.Body.List) > 0
		}
	}
	return kept
}

// Changes tells whether the value of an expression may be another one in each
// iteration.
func (r *Result) Changes(l *Loop, e ast.Expr) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	u := r.unit(e.Pos())
	return u != nil && u.taintOf(l).mention(e).data
}

// Few explains why a loop over data has few iterations wherever it runs: it
// ranges over a list of the configuration, or over the parts of one thing. "" if
// that is not known.
func (r *Result) Few(l *Loop) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, ok := l.Node.(*ast.RangeStmt)
	if !ok {
		return ""
	}
	u := r.unit(s.Pos())
	if u == nil {
		return ""
	}
	if u.configured(s.X, 4) {
		return "the configuration lists what it goes through"
	}
	return u.partsOf(s)
}

// partsOf explains that a loop goes through a field of one thing that its function
// is given: the lines of an order, the headers of a request. A receiver may gather
// as much as it likes.
func (u *unit) partsOf(s *ast.RangeStmt) string {
	v, path, exact := u.fieldPath(s.X)
	if v == nil || path == "" || !exact {
		return ""
	}
	given := false
	for n := ast.Node(s); n != nil && !given; n = u.parent[n] {
		switch n := n.(type) {
		case *ast.FuncLit:
			given = slices.ContainsFunc(u.params(n.Type), func(p *types.Var) bool { return p == v })
		case *ast.FuncDecl:
			given = slices.ContainsFunc(u.params(n.Type), func(p *types.Var) bool { return p == v })
		}
	}
	if !given {
		return ""
	}
	return types.ExprString(s.X) + " are parts of one thing, of which there are few as a rule"
}

// configTags are the tags of fields that a file of settings, or the
// environment, gives a value.
var configTags = []string{"yaml", "toml", "mapstructure", "koanf", "env", "envconfig", "hcl", "ini", "conf", "kong", "arg"}

// configured: e is a field of the configuration, or of an element of it.
func (u *unit) configured(e ast.Expr, depth int) bool {
	switch x := ast.Unparen(e).(type) {
	case *ast.SelectorExpr:
		s := u.Info.Selections[x]
		if s == nil || s.Kind() != types.FieldVal {
			return false
		}
		if tag, row := fieldTag(s); !row && hasTag(tag, configTags...) {
			return true
		}
	case *ast.Ident:
		obj := u.object(x)
		if ws := u.writes[obj]; obj != nil && len(ws) == 1 && ws[0].kind == define && ws[0].rhs != nil && depth > 0 {
			return u.configured(ws[0].rhs, depth-1)
		}
	}
	return false
}

func hasTag(tag string, keys ...string) bool {
	for _, k := range keys {
		if strings.Contains(" "+tag, " "+k+":") {
			return true
		}
	}
	return false
}

// fieldTag returns the tag of the field that a selection ends at. row is set if
// the struct that has the field is a row's: one of its fields has a library's tag.
func fieldTag(sel *types.Selection) (tag string, row bool) {
	t := sel.Recv()
	for _, i := range sel.Index() {
		s, ok := under(t).(*types.Struct)
		if !ok || i >= s.NumFields() {
			return "", false
		}
		row = false
		for f := range s.NumFields() {
			row = row || hasTag(s.Tag(f), "db", "gorm", "bson", "bun", "xorm", "pg")
		}
		tag, t = s.Tag(i), s.Field(i).Type()
	}
	return tag, row
}

// Values returns the expressions that a variable is given in its declaration;
// nil for other expressions.
func (r *Result) Values(e ast.Expr) []ast.Expr {
	r.mu.Lock()
	defer r.mu.Unlock()
	u := r.unit(e.Pos())
	if u == nil {
		return nil
	}
	var list []ast.Expr
	for _, w := range u.writes[u.object(e)] {
		if w.rhs != nil && (w.kind == define || w.kind == assign) {
			list = append(list, w.rhs)
		}
	}
	return list
}

// Gets tells whether a call, or the chain before it, is given something that
// another call returned: its receiver or an argument is a variable that the
// other sets.
func (r *Result) Gets(call, from *ast.CallExpr) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	u := r.unit(call.Pos())
	if u == nil {
		return false
	}
	gets := false
	ast.Inspect(call, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && !gets {
			for _, w := range u.writes[u.object(id)] {
				gets = gets || w.rhs != nil && !golang.IsError(u.object(id).Type()) && golang.Within(from, w.rhs)
			}
		}
		return !gets
	})
	return gets
}
