package loops

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// A taint holds the variables of a declaration that change with one loop.
type taint struct {
	u       *unit
	loop    *Loop
	regions []ast.Node // what is repeated: the body, local closures that it calls
	data    map[types.Object]bool
	handles map[types.Object]bool                 // that are another database each time
	fields  map[types.Object]map[string]mentioned // fields that change, of variables that do not as a whole
	// sources are expressions, as text, that give the next element when a
	// method of them is called: rows, a scanner, a reader.
	sources map[string]bool
}

func (u *unit) taintOf(l *Loop) *taint {
	if t := u.taints[l.Node]; t != nil {
		return t
	}
	t := &taint{u: u, loop: l, data: make(map[types.Object]bool), handles: make(map[types.Object]bool), fields: make(map[types.Object]map[string]mentioned), sources: make(map[string]bool)}
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

// jumpedOver returns the statements from a label to the last jump back to it.
func (u *unit) jumpedOver(label *ast.LabeledStmt) []ast.Stmt {
	list := []ast.Stmt{label}
	block, ok := u.parent[label].(*ast.BlockStmt)
	if !ok {
		return list
	}
	last := label.End()
	for _, g := range u.gotos {
		if u.labels[u.Info.Uses[g.Label]] == label {
			last = max(last, g.End())
		}
	}
	for _, s := range block.List {
		if s.Pos() > label.Pos() && s.Pos() < last {
			list = append(list, s)
		}
	}
	return list
}

// closure returns the literal that a call calls, on the spot or by a local
// variable.
func (u *unit) closure(call *ast.CallExpr) *ast.FuncLit {
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		return lit
	}
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
		if golang.Within(n, r) {
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

// spread carries the marks through the assignments of the regions until
// nothing changes.
func (t *taint) spread() {
	for { // ends: marks are only added
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
	if obj == nil || t.u.ignored(obj.Type()) || !m.data && !m.handle {
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
		return t.element(obj, w)
	}
	if w.rhs == nil {
		return false
	}
	if w.kind == assign && t.u.handle(obj.Type()) == noHandle && t.chosen(w.at) && t.mark(obj, mentioned{data: true}) {
		return true
	}
	if w.kind == assign && t.carried(obj, w.rhs) {
		return t.mark(obj, mentioned{data: true})
	}
	if lit, ok := ast.Unparen(w.rhs).(*ast.FuncLit); ok && lit != nil {
		return false // its body is looked at where it is called
	}
	if changed, ok := t.composite(obj, w.rhs); ok {
		return changed
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

// chosen: whether a statement runs depends on the iteration: a condition around
// it does, or one that goes on with the next iteration of a loop inside.
func (t *taint) chosen(at ast.Node) bool {
	inner := t.u.loopAround(at)
	for child, p := at, t.u.parent[at]; p != nil && t.in(p) && p != t.loop.Body; child, p = p, t.u.parent[p] {
		switch p := p.(type) {
		case *ast.IfStmt:
			if child != p.Init && child != p.Cond && t.mention(p.Cond).data {
				return true
			}
		case *ast.CaseClause:
			if sw, ok := t.u.parent[t.u.parent[p]].(*ast.SwitchStmt); ok && sw.Tag != nil && t.mention(sw.Tag).data {
				return true
			}
			for _, e := range p.List {
				if t.mention(e).data {
					return true
				}
			}
		case *ast.BlockStmt:
			if inner == nil || inner == t.loop.Node || !golang.Within(p, inner) {
				continue
			}
			for _, s := range p.List {
				if s, ok := s.(*ast.IfStmt); ok && s.End() <= child.Pos() && !t.u.stmt(s.Body).normal && t.mention(s.Cond).data {
					return true
				}
			}
		case *ast.FuncLit:
			return false
		}
	}
	return false
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
			if v, ok := u.Info.Uses[id].(*types.Var); ok && !v.IsField() && !u.ignored(v.Type()) {
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
		m.add(t.mention(e))
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
	for _, a := range call.Args {
		switch a := ast.Unparen(a).(type) {
		case *ast.UnaryExpr:
			if a.Op == token.AND {
				changed = t.markAt(a.X, m) || changed
			}
		case *ast.Ident:
			if obj := t.u.object(a); obj != nil && t.declaredIn(obj) && isReference(obj.Type()) && t.u.handle(obj.Type()) == noHandle {
				changed = t.mark(obj, m) || changed
			}
		case *ast.FuncLit:
			// A callback gets what the callee was given.
			for _, p := range t.u.params(a.Type) {
				if t.u.handle(p.Type()) == noHandle {
					changed = t.mark(p, m) || changed
				}
			}
		}
	}
	if obj := t.u.object(x); obj != nil && t.u.isLocalVar(obj) {
		api, known := t.u.api(call)
		kind := t.u.handle(obj.Type())
		switch {
		case kind == noHandle && !known && t.u.collects(call):
			changed = t.mark(obj, m) || changed // a builder: b.WriteString(x)
		case kind == buildsHandle && known && (api.Role == apis.Builder || api.Role == apis.RawSQL) && api.InPlace:
			changed = t.mark(obj, m) || changed
		}
	}
	return changed
}

func isReference(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Map, *types.Slice:
		return true
	}
	return false
}

// mentioned tells what of an iteration an expression is made of.
type mentioned struct{ data, handle bool }

func (m *mentioned) add(n mentioned) { m.data, m.handle = m.data || n.data, m.handle || n.handle }

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
			m.add(t.part(obj, ""))
		case *ast.SelectorExpr:
			if t.u.Info.Selections[n] == nil {
				return true
			}
			if t.sources[types.ExprString(n)] {
				m.data = true
				return false
			}
			if obj, path, exact := t.u.fieldPath(n); exact && t.byFields(obj) {
				x := t.part(obj, path)
				if t.u.handle(t.u.Info.TypeOf(n)) != noHandle {
					x = mentioned{handle: x.data || x.handle}
				}
				m.add(x)
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
			if t.u.ignored(t.u.Info.TypeOf(n)) {
				return false
			}
			if fn := t.u.callee(n); fn != nil && fn.Pkg() == t.u.Types && t.u.handle(t.u.Info.TypeOf(n)) == plainHandle {
				// A database that a function of one's own chooses.
				for _, a := range n.Args {
					x := t.mention(a)
					m.handle = m.handle || x.data || x.handle
				}
				if x := recv(n); x != nil {
					m.handle = m.handle || t.mention(x).handle
				}
				return false
			}
			if x, ok := t.method(n); ok {
				m.add(x)
				for _, a := range n.Args {
					m.add(t.mention(a))
				}
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
