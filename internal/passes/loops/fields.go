package loops

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file follows what changes with an iteration into the fields of a
// variable: that s.cur changes does not make s.db another database.

// fieldPath returns the variable that e is a part of, and the fields on the
// way, embedded ones included: s.cfg.n gives s and "cfg.n". The path ends
// before the first element of a collection; exact says that there is none.
func (u *unit) fieldPath(e ast.Expr) (obj types.Object, path string, exact bool) {
	var names []string // from the end
	exact = true
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.Ident:
			for i, j := 0, len(names)-1; i < j; i, j = i+1, j-1 {
				names[i], names[j] = names[j], names[i]
			}
			return u.object(x), strings.Join(names, "."), exact
		case *ast.SelectorExpr:
			s := u.Info.Selections[x]
			if s == nil || s.Kind() != types.FieldVal {
				return nil, "", false
			}
			way := steps(s.Recv(), s.Index())
			for i := len(way) - 1; i >= 0; i-- {
				names = append(names, way[i])
			}
			e = x.X
		case *ast.IndexExpr:
			names, exact = nil, false
			e = x.X
		case *ast.SliceExpr:
			names, exact = nil, false
			e = x.X
		case *ast.StarExpr:
			e = x.X
		default:
			return nil, "", false
		}
	}
}

// collects: the call is one for its effect on the receiver, as far as its
// results tell: none, errors, counts, the receiver again.
func (u *unit) collects(call *ast.CallExpr) bool {
	fn := u.callee(call)
	if fn == nil {
		return true
	}
	if d := u.funcDecl(fn); d != nil && d.Recv != nil && u.Result.keepsReceiver(d) {
		return false
	}
	for v := range fn.Signature().Results().Variables() {
		if t := v.Type(); !golang.IsError(t) && !isInteger(t) && !types.Identical(t, u.Info.TypeOf(recv(call))) {
			return false
		}
	}
	return true
}

// keepsReceiver: a method only reads fields of its receiver.
func (r *Result) keepsReceiver(d *ast.FuncDecl) bool {
	if d.Body == nil {
		return false
	}
	u := r.unit(d.Pos())
	for _, v := range u.receiver(d) {
		if len(u.writes[v]) > 0 {
			return false
		}
		for _, id := range u.idents[v] {
			sel, ok := u.parent[id].(*ast.SelectorExpr)
			if !ok {
				return false
			}
			s := u.Info.Selections[sel]
			if s == nil || s.Kind() != types.FieldVal {
				return false
			}
			if t := s.Type().Underlying(); u.handle(s.Type()) == noHandle && !isBasic(t) {
				return false // what the field leads to may change
			}
		}
	}
	return true
}

func isBasic(t types.Type) bool {
	_, ok := t.(*types.Basic)
	return ok
}

// steps returns the names of the fields that a selection goes through.
func steps(t types.Type, index []int) []string {
	var names []string
	for _, i := range index {
		s, ok := under(t).(*types.Struct)
		if !ok || i >= s.NumFields() {
			return names
		}
		names = append(names, s.Field(i).Name())
		t = s.Field(i).Type()
	}
	return names
}

// overlap reports whether one path is the other or leads to it.
func overlap(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return a == "" || strings.HasPrefix(b, a) && (len(a) == len(b) || b[len(a)] == '.')
}

// markAt records that the variable, or the field, that e denotes changes.
func (t *taint) markAt(e ast.Expr, m mentioned) bool {
	obj, path, _ := t.u.fieldPath(e)
	if obj == nil {
		return t.mark(t.u.rootObj(e), m)
	}
	if path == "" {
		return t.mark(obj, m)
	}
	return t.markField(obj, path, t.u.Info.TypeOf(e), m)
}

// markField records that a field changes, which is of type typ or leads to
// something of that type.
func (t *taint) markField(obj types.Object, path string, typ types.Type, m mentioned) bool {
	if t.u.ignored(typ) || !m.data && !m.handle {
		return false
	}
	set := t.fields[obj]
	old := set[path]
	now := old
	switch kind := t.u.handle(typ); {
	case kind == plainHandle || kind == buildsHandle && !m.data:
		now.handle = true
	case m.data:
		now.data = true
	}
	if now == old {
		return false
	}
	if set == nil {
		set = make(map[string]mentioned)
		t.fields[obj] = set
	}
	set[path] = now
	return true
}

// element carries marks through x.f = v, x[i] = v, *x = v.
func (t *taint) element(obj types.Object, w write) bool {
	if w.rhs == nil {
		return false
	}
	root, path, exact := t.u.fieldPath(w.lhs)
	if !t.declaredIn(obj) && !t.u.isLocalVar(obj) {
		// A field of the receiver or of a parameter: what is collected
		// there, or put into a cache, is no request.
		s, ok := w.at.(*ast.AssignStmt)
		if !ok || s.Tok != token.ASSIGN || !exact || path == "" {
			return false
		}
		if call, ok := ast.Unparen(w.rhs).(*ast.CallExpr); ok && t.u.builtin(call) == "append" {
			return false
		}
	}
	m := t.mention(w.rhs)
	if root == nil || path == "" {
		return t.mark(obj, m)
	}
	return t.markField(root, path, t.u.Info.TypeOf(w.lhs), m)
}

// composite carries marks through x := T{f: v}, field by field; ok is false
// if the value is not the literal of a struct.
func (t *taint) composite(obj types.Object, rhs ast.Expr) (changed, ok bool) {
	e := ast.Unparen(rhs)
	if x, is := e.(*ast.UnaryExpr); is && x.Op == token.AND {
		e = ast.Unparen(x.X)
	}
	lit, is := e.(*ast.CompositeLit)
	if !is {
		return false, false
	}
	s, is := under(t.u.Info.TypeOf(lit)).(*types.Struct)
	if !is || t.u.handle(obj.Type()) != noHandle || types.IsInterface(obj.Type()) {
		return false, false
	}
	for i, elt := range lit.Elts {
		value, name := elt, ""
		if kv, is := elt.(*ast.KeyValueExpr); is {
			id, is := kv.Key.(*ast.Ident)
			if !is {
				return false, false
			}
			value, name = kv.Value, id.Name
		} else if i < s.NumFields() {
			name = s.Field(i).Name()
		}
		changed = t.markField(obj, name, t.u.Info.TypeOf(value), t.mention(value)) || changed
	}
	return changed, true
}

// part returns what of an iteration the fields of obj hold that path is, is
// part of, or leads to.
func (t *taint) part(obj types.Object, path string) mentioned {
	var m mentioned
	for p, x := range t.fields[obj] {
		if overlap(p, path) {
			m.data, m.handle = m.data || x.data, m.handle || x.handle
		}
	}
	return m
}

// byFields reports whether all that changes of obj are known fields.
func (t *taint) byFields(obj types.Object) bool {
	return obj != nil && len(t.fields[obj]) > 0 && !t.data[obj] && !t.handles[obj]
}

// method returns what a method gets to see of its receiver, of which some
// fields change; ok is false if that is another case.
func (t *taint) method(call *ast.CallExpr) (m mentioned, ok bool) {
	sel, is := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !is {
		return m, false
	}
	s := t.u.Info.Selections[sel]
	id, is := ast.Unparen(sel.X).(*ast.Ident)
	if s == nil || s.Kind() != types.MethodVal || !is {
		return m, false
	}
	obj := t.u.object(id)
	if !t.byFields(obj) {
		return m, false
	}
	through := strings.Join(steps(s.Recv(), s.Index()[:len(s.Index())-1]), ".")
	fn := t.u.callee(call)
	for path, x := range t.fields[obj] {
		if overlap(path, through) && (through != "" || t.u.readsField(fn, strings.SplitN(path, ".", 2)[0], 3)) {
			m.data, m.handle = m.data || x.data, m.handle || x.handle
		}
	}
	return m, true
}

// readsField reports whether a method, or what it calls of this package,
// mentions a field of that name; true if there is no body to look at.
func (r *Result) readsField(fn *types.Func, name string, depth int) bool {
	if fn == nil {
		return true
	}
	d := r.funcDecl(fn)
	if d == nil || d.Body == nil {
		return true
	}
	found := false
	ast.Inspect(d.Body, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == name {
			if s := r.Info.Selections[sel]; s != nil && s.Kind() == types.FieldVal {
				found = true
			}
		}
		return !found
	})
	if found || depth == 0 {
		return found
	}
	for _, e := range r.edges(d) {
		if e.callee != fn && r.readsField(e.callee, name, depth-1) {
			return true
		}
	}
	return false
}

// picked reports whether a handle is one of a few, chosen by a computation:
// shards[id%n]. Then many iterations ask the same database.
func (t *taint) picked(e ast.Expr, depth int) bool {
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		if depth > 0 {
			for _, w := range t.u.writes[t.u.object(x)] {
				if w.rhs != nil && w.kind != ranged && t.picked(w.rhs, depth-1) {
					return true
				}
			}
		}
	case *ast.SelectorExpr:
		return t.picked(x.X, depth)
	case *ast.IndexExpr:
		return t.remainder(x.Index, depth)
	case *ast.CallExpr:
		return depth > 0 && t.u.picks(x)
	}
	return false
}

// picks: the function that is called is one of this package that returns an
// element of a table whose place wraps around.
func (u *unit) picks(call *ast.CallExpr) bool {
	fn := u.callee(call)
	if fn == nil {
		return false
	}
	d := u.funcDecl(fn)
	if d == nil || d.Body == nil {
		return false
	}
	other := &taint{u: u.Result.unit(d.Pos())}
	found := false
	inspect(d.Body, func(n ast.Node) bool {
		if ret, ok := n.(*ast.ReturnStmt); ok {
			for _, x := range ret.Results {
				found = found || other.picked(x, 1)
			}
		}
		return !found
	})
	return found
}

// remainder: an index that wraps around.
func (t *taint) remainder(e ast.Expr, depth int) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			found = found || n.Op == token.REM
		case *ast.Ident:
			if depth > 0 {
				for _, w := range t.u.writes[t.u.object(n)] {
					found = found || w.rhs != nil && w.kind != ranged && t.remainder(w.rhs, depth-1)
				}
			}
		}
		return !found
	})
	return found
}
