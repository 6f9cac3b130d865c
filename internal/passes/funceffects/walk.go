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

// A walker goes through one body in order of the source and makes its edges.
type walker struct {
	g        *graph
	n        *node
	loop     Times // how often a run of the body comes here
	cached   bool  // a cache was consulted, and did not have it
	seldom   seldom
	keeper   *types.Var     // holds the state that says when
	errors   []ast.Expr     // that are not nil
	tests    []ast.Expr     // of the branches around the code at hand
	left     []ast.Expr     // that left the body before
	branches []branch       // what must be for the code at hand to run
	fails    bool           // something else has failed, and the branch ends with an error, or tries again
	mends    bool           // the statement at hand is followed by trying again
	body     *ast.BlockStmt // nil outside of functions
	begun    bool           // a transaction was begun and not ended yet
	joins    bool           // a transaction was looked for, and there is none
	// txs are variables that hold the result of a look for a transaction, as
	// open has it.
	txs map[*types.Var]int
	// looked are variables that hold the result of a look into a cache.
	looked map[types.Object]bool
	// shared are the looks of those of looked that asked a cache which outlives
	// the call, and asked the one whose miss led to the code at hand.
	shared map[types.Object]token.Pos
	asked  token.Pos
	// memory are those of looked that a memory was asked for which the body fills
	// and which outlives it: the variable that it is in.
	memory map[types.Object]*types.Var
	// maps are those that were looked into by what says whether there was
	// something, and lacking the lists of what was not there.
	maps    *[]ast.Expr
	lacking map[types.Object]bool
	// carried are variables that hold what a context carries, conds those that hold
	// a condition: its value.
	carried map[types.Object]bool
	conds   map[types.Object]ast.Expr
}

func (g *graph) walkBody(n *node, body *ast.BlockStmt) {
	w := &walker{g: g, n: n, body: body, loop: Once, looked: make(map[types.Object]bool), shared: make(map[types.Object]token.Pos), maps: new([]ast.Expr), lacking: make(map[types.Object]bool), memory: make(map[types.Object]*types.Var), carried: make(map[types.Object]bool), conds: make(map[types.Object]ast.Expr), txs: make(map[*types.Var]int)}
	w.stmt(body)
}

// stmts walks the statements of a block or a clause.
func (w *walker) stmts(list []ast.Stmt) {
	fails, again, loop := w.fails, w.again(list), w.loop
	if returns(list) {
		w.loop = Once // Have: whatever loops are around, the body ends with this.
	}
	// Have: the body itself fails where it has left for success.
	w.fails = fails || again && list[0] != w.body.List[0]
	for _, s := range list {
		w.mends = again
		w.stmt(s)
		if s, ok := s.(*ast.IfStmt); ok && again && leaves(s.Body) && w.failed(s.Cond) == nil {
			w.fails = true
		}
	}
	w.fails, w.mends, w.loop = fails, false, loop
}

// returns reports whether statements run at most once, since they end with a return
// and none of them goes on with the next iteration before.
func returns(list []ast.Stmt) bool {
	if len(list) == 0 {
		return false
	}
	if _, ok := list[len(list)-1].(*ast.ReturnStmt); !ok {
		return false
	}
	return !slices.ContainsFunc(list, func(s ast.Stmt) bool { return jumps(s, token.CONTINUE, token.GOTO) })
}

func (w *walker) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case nil:
	case *ast.BlockStmt:
		w.stmts(s.List)
	case *ast.ExprStmt:
		w.expr(s.X)
	case *ast.AssignStmt:
		w.assign(s)
	case *ast.DeclStmt:
		if d, ok := s.Decl.(*ast.GenDecl); ok && d.Tok == token.VAR {
			for _, spec := range d.Specs {
				w.valueSpec(spec.(*ast.ValueSpec))
			}
		}
	case *ast.ReturnStmt:
		w.returns(s)
	case *ast.IfStmt:
		w.ifStmt(s)
	case *ast.ForStmt:
		w.stmt(s.Init)
		w.inLoop(w.forTimes(s), func() {
			if s.Cond != nil {
				w.expr(s.Cond)
			}
			w.stmt(s.Body)
			w.stmt(s.Post)
		})
	case *ast.RangeStmt:
		w.rangeStmt(s)
	case *ast.SwitchStmt:
		w.stmt(s.Init)
		if s.Tag != nil {
			w.expr(s.Tag)
		}
		w.clauses(s.Body, s.Tag, func(c *ast.CaseClause) []branch { return w.g.cases(s.Tag, s.Body, c) })
	case *ast.TypeSwitchStmt:
		w.stmt(s.Init)
		w.stmt(s.Assign)
		joins := w.joins
		w.joins = joins || w.casesTx(s.Body)
		x := golang.Switched(s)
		w.clauses(s.Body, nil, func(c *ast.CaseClause) []branch { return w.g.typeCases(x, s.Body, c) })
		w.joins = joins
	case *ast.SelectStmt:
		w.selectStmt(s)
	case *ast.GoStmt:
		w.n.queues = true
		w.call(s.Call, true)
	case *ast.DeferStmt:
		w.call(s.Call, false)
	case *ast.SendStmt:
		w.send(s)
	case *ast.IncDecStmt:
		w.expr(s.X)
	case *ast.LabeledStmt:
		w.stmt(s.Stmt)
	}
}

func (w *walker) clauses(body *ast.BlockStmt, tag ast.Expr, asks func(*ast.CaseClause) []branch) {
	tests, branches, fails, mends := w.tests, w.branches, w.fails, w.mends
	for _, c := range body.List {
		cached := w.cached
		if c, ok := c.(*ast.CaseClause); ok {
			for _, e := range c.List {
				w.expr(e)
			}
			w.tests = append(slices.Concat(tests, c.List), tag)
			w.branches = slices.Concat(branches, asks(c))
			w.fails = fails || mends && goesOn(c)
			w.stmts(c.Body)
		}
		w.cached, w.tests, w.branches, w.fails = cached, tests, branches, fails
	}
}

// inLoop walks a loop's body. What one iteration learned of a cache does not
// hold after the loop.
func (w *walker) inLoop(t Times, body func()) {
	loop, cached, begun, often, left, branches := w.loop, w.cached, w.begun, w.seldom, w.left, w.branches
	w.loop = t.within(w.loop)
	body()
	w.loop, w.cached, w.begun, w.seldom, w.left, w.branches = loop, cached, begun, often, left, branches
}

func (w *walker) rangeStmt(s *ast.RangeStmt) {
	t := w.g.info.TypeOf(s.X)
	if golang.IsFunc(t) {
		// The loop is a call of the iterator.
		e := w.edge(s.X.Pos())
		e.step = "range"
		e.targets = w.values(s.X)
	} else if t != nil {
		if _, ok := t.Underlying().(*types.Chan); ok {
			w.wait(s.X.Pos(), "range "+types.ExprString(s.X))
		}
	}
	w.expr(s.X)
	if s.Value != nil {
		v := w.variable(s.Value)
		w.store(v, nil)
		if v != nil && table(t) {
			w.entries(v, s.X)
		}
	}
	w.inLoop(w.rangeTimes(s), func() { w.stmt(s.Body) })
}

func (w *walker) returns(s *ast.ReturnStmt) {
	r := result{branches: w.branches}
	if len(s.Results) > 0 {
		r.x = s.Results[0]
	}
	w.n.results = append(w.n.results, r)
	for _, x := range s.Results {
		if golang.IsFunc(w.g.info.TypeOf(x)) {
			w.n.returned = append(w.n.returned, w.values(x)...)
			w.escape(x)
			continue
		}
		w.expr(x)
	}
}

// escape notes func parameters that x passes on as values.
func (w *walker) escape(x ast.Expr) {
	if id, ok := ast.Unparen(x).(*ast.Ident); ok {
		if v, ok := w.g.info.Uses[id].(*types.Var); ok && w.g.params[v] != nil {
			w.n.escapes = append(w.n.escapes, v)
		}
		return
	}
	w.expr(x)
}

func (w *walker) valueSpec(s *ast.ValueSpec) {
	for i, name := range s.Names {
		if v, ok := w.g.info.Defs[name].(*types.Var); ok && i < len(s.Values) && len(s.Names) == len(s.Values) {
			w.bind(v, s.Values[i])
		}
	}
	for _, x := range s.Values {
		w.expr(x)
	}
}

func (w *walker) assign(s *ast.AssignStmt) {
	w.condition(s)
	for _, x := range s.Rhs {
		w.expr(x)
	}
	for i, x := range s.Lhs {
		if len(s.Lhs) == len(s.Rhs) {
			w.bind(w.variable(x), s.Rhs[i])
			w.appends(x, s.Rhs[i])
			if ix, ok := ast.Unparen(x).(*ast.IndexExpr); ok {
				if v := w.variable(ix.X); v != nil && table(w.g.info.TypeOf(ix.X)) {
					w.entries(v, s.Rhs[i])
				}
			}
			w.fill(x, s.Rhs[i])
		} else if _, ok := ast.Unparen(s.Rhs[0]).(*ast.IndexExpr); i == 0 && ok {
			w.bind(w.variable(x), s.Rhs[0]) // f, ok := table[key]
		} else if i == 0 {
			w.store(w.variable(x), s.Rhs[0])
		} else {
			w.store(w.variable(x), nil)
		}
		if _, ok := x.(*ast.Ident); !ok {
			w.expr(x)
		}
	}
	if len(s.Rhs) == 1 {
		w.assigned(s)
	}
}

// appends notes the lists that get only what a map lacks.
func (w *walker) appends(lhs, rhs ast.Expr) {
	call, ok := ast.Unparen(rhs).(*ast.CallExpr)
	if !ok || w.lacking == nil || len(call.Args) < 2 || !w.g.info.Types[call.Fun].IsBuiltin() {
		return
	}
	if v := w.variable(lhs); v != nil && v == w.variable(call.Args[0]) {
		before, seen := w.lacking[v]
		w.lacking[v] = w.cached && (before || !seen)
	}
}

// assigned notes what the results of one call, or of one look into a map, are.
func (w *walker) assigned(s *ast.AssignStmt) {
	rhs := ast.Unparen(s.Rhs[0])
	if s.Tok == token.DEFINE && w.carried != nil && w.carries(rhs) {
		for _, x := range s.Lhs {
			if obj := w.g.info.Defs[x.(*ast.Ident)]; obj != nil && !golang.IsError(obj.Type()) && !golang.IsContext(obj.Type()) {
				w.carried[obj] = true
			}
		}
	}
	cache, kept := true, (*types.Var)(nil)
	switch x := rhs.(type) {
	case *ast.IndexExpr:
		if len(s.Lhs) > 2 {
			break
		}
		if cache, kept = w.look(x, s.Lhs); cache && w.maps != nil && len(s.Lhs) == 2 {
			*w.maps = append(*w.maps, x.X)
		}
	case *ast.CallExpr:
		kept = w.fillsCache(x)
	}
	if cache && w.looked != nil && w.isLook(rhs, len(s.Lhs)) {
		for _, x := range s.Lhs {
			if id, ok := x.(*ast.Ident); ok {
				if obj := w.object(id); obj != nil {
					w.looked[obj] = true
					if w.outlives(rhs) {
						w.shared[obj] = rhs.Pos()
					}
					if kept != nil {
						w.memory[obj] = kept
					}
				}
			}
		}
	}
	w.looks(s.Lhs, rhs)
	w.g.asserts(s.Lhs, rhs)
	call, ok := rhs.(*ast.CallExpr)
	if !ok {
		return
	}
	fn := golang.Callee(w.g.info, call)
	if fn == nil {
		return
	}
	if p := w.g.prims.of(fn); p != nil && p.api.Role == apis.Prepare {
		if v := w.variable(s.Lhs[0]); v != nil {
			w.g.prepared[v] = call
			if w.isCopy(call) {
				w.g.copying[v] = true
			}
		}
	}
}

// isCopy reports whether a statement is prepared for lib/pq's COPY.
func (w *walker) isCopy(call *ast.CallExpr) bool {
	for _, a := range call.Args {
		if c, ok := ast.Unparen(a).(*ast.CallExpr); ok {
			if fn := golang.Callee(w.g.info, c); fn != nil && strings.HasPrefix(fn.Name(), "CopyIn") {
				return true
			}
		}
	}
	s := w.g.sites[call]
	return s != nil && siteStatement(s).verb == "COPY"
}

// variable returns the variable or field that x denotes.
func (w *walker) variable(x ast.Expr) *types.Var {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		v, _ := w.object(x).(*types.Var)
		return v
	case *ast.SelectorExpr:
		if v, ok := w.g.info.Uses[x.Sel].(*types.Var); ok {
			return v.Origin()
		}
	}
	return nil
}

func (w *walker) object(id *ast.Ident) types.Object {
	if obj := w.g.info.Defs[id]; obj != nil {
		return obj
	}
	return w.g.info.Uses[id]
}

// bind notes that variable v may hold x, if that is a function.
func (w *walker) bind(v *types.Var, x ast.Expr) {
	w.store(v, x)
	if v == nil {
		return
	}
	if table(v.Type()) {
		w.entries(v, x)
	}
	if !golang.IsFunc(v.Type()) {
		return
	}
	for _, t := range w.values(x) {
		if t.v != v {
			w.g.binds[v] = append(w.g.binds[v], t)
		}
	}
}

// table reports whether a type is one of collections of functions, or of such.
func table(t types.Type) bool {
	if t == nil {
		return false
	}
	switch t := t.Underlying().(type) {
	case *types.Map:
		return golang.IsFunc(t.Elem()) || table(t.Elem())
	case *types.Slice:
		return golang.IsFunc(t.Elem()) || table(t.Elem())
	case *types.Array:
		return golang.IsFunc(t.Elem()) || table(t.Elem())
	}
	return false
}

// entries notes that a table in variable v has the functions of x: of a literal,
// of what is appended, of another table or a part of it, or x itself.
func (w *walker) entries(v *types.Var, x ast.Expr) {
	switch x := ast.Unparen(x).(type) {
	case *ast.CompositeLit:
		for _, elt := range x.Elts {
			if kv, ok := elt.(*ast.KeyValueExpr); ok {
				elt = kv.Value
			}
			w.entries(v, elt)
		}
		return
	case *ast.CallExpr:
		if w.g.info.Types[x.Fun].IsBuiltin() {
			for _, a := range x.Args[min(1, len(x.Args)):] { // append
				w.entries(v, a)
			}
			return
		}
	}
	for _, t := range w.values(x) {
		if t.v != v {
			w.g.binds[v] = append(w.g.binds[v], t)
		}
	}
}

// expr walks an expression for its calls, literals and uses.
func (w *walker) expr(x ast.Expr) {
	ast.Inspect(x, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncLit:
			w.literal(node)
			return false
		case *ast.CallExpr:
			w.call(node, false)
			return false
		case *ast.UnaryExpr:
			if node.Op == token.ARROW {
				w.receive(node)
			}
			if node.Op == token.AND {
				w.store(w.variable(node.X), nil)
			}
		case *ast.CompositeLit:
			w.composite(node)
		case *ast.KeyValueExpr:
			// The key of a struct literal is no use of a variable.
			if id, ok := node.Key.(*ast.Ident); ok {
				if v, ok := w.g.info.Uses[id].(*types.Var); ok && v.IsField() {
					w.expr(node.Value)
					return false
				}
			}
		case *ast.Ident:
			w.use(node)
		}
		return true
	})
}

// use notes parameters that are used as values.
func (w *walker) use(id *ast.Ident) {
	v, ok := w.g.info.Uses[id].(*types.Var)
	if !ok {
		return
	}
	if w.g.params[v] != nil {
		w.n.escapes = append(w.n.escapes, v)
	}
}

// composite binds the func fields of a struct literal.
func (w *walker) composite(x *ast.CompositeLit) {
	t := w.g.info.TypeOf(x)
	if t == nil {
		return
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return
	}
	for i, elt := range x.Elts {
		if kv, ok := elt.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok {
				if v, ok := w.g.info.Uses[id].(*types.Var); ok {
					w.bind(v.Origin(), kv.Value)
					w.fillField(t, v, kv.Value)
				}
			}
		} else if i < st.NumFields() {
			w.bind(st.Field(i).Origin(), elt)
		}
	}
}

// literal returns the node of a literal, and walks its body the first time.
func (w *walker) literal(lit *ast.FuncLit) *node {
	if n := w.g.lits[lit]; n != nil {
		return n
	}
	sig, ok := w.g.info.TypeOf(lit).(*types.Signature)
	if !ok {
		return nil
	}
	n := w.g.newNode(w.n, sig)
	n.lit, n.around = lit, w.errors
	w.g.lits[lit] = n
	inner := &walker{g: w.g, n: n, body: lit.Body, loop: Once, begun: w.begun, joins: w.joins, txs: w.txs, looked: w.looked, shared: w.shared, maps: w.maps, lacking: w.lacking, memory: w.memory, carried: w.carried, conds: w.conds}
	inner.stmt(lit.Body)
	return n
}

// edge starts an edge of the body here.
func (w *walker) edge(pos token.Pos) *edge {
	e := &edge{in: w.n, pos: pos, loop: w.loop, cached: w.cached, asked: w.asked, inTx: w.begun, fails: w.fails}
	w.n.edges = append(w.n.edges, e)
	return e
}

// wait notes that the body blocks until another goroutine acts.
func (w *walker) wait(pos token.Pos, what string) {
	if !w.g.modules.Own {
		return // the insides of libraries wait all the time
	}
	e := w.edge(pos)
	e.step, e.prim = what, []Effect{{Kind: Wait}}
}

func (w *walker) receive(x *ast.UnaryExpr) {
	if call, ok := ast.Unparen(x.X).(*ast.CallExpr); ok {
		if fn := golang.Callee(w.g.info, call); fn != nil && fn.FullName() == "time.After" {
			e := w.edge(x.Pos())
			e.step, e.prim = "time.After", []Effect{{Kind: Sleep}}
			return
		}
	}
	w.wait(x.Pos(), "<-"+types.ExprString(x.X))
}

func (w *walker) selectStmt(s *ast.SelectStmt) {
	blocks := true
	for _, c := range s.Body.List {
		if c.(*ast.CommClause).Comm == nil {
			blocks = false
		}
	}
	if blocks {
		w.wait(s.Pos(), "select")
	}
	for _, c := range s.Body.List {
		c := c.(*ast.CommClause)
		switch comm := c.Comm.(type) {
		case *ast.SendStmt:
			w.send(comm)
		case *ast.ExprStmt:
			w.received(comm.X)
		case *ast.AssignStmt:
			w.received(comm.Rhs[0])
		}
		cached := w.cached
		w.stmts(c.Body)
		w.cached = cached
	}
}

// received walks the channel of a receive operation of a select statement,
// which is noted as a whole.
func (w *walker) received(x ast.Expr) {
	if u, ok := ast.Unparen(x).(*ast.UnaryExpr); ok && u.Op == token.ARROW {
		x = u.X
	}
	w.expr(x)
}

// send: some libraries publish what is sent to their channel.
func (w *walker) send(s *ast.SendStmt) {
	w.n.queues = true
	if call, ok := ast.Unparen(s.Chan).(*ast.CallExpr); ok {
		w.call(call, false)
	} else {
		w.expr(s.Chan)
	}
	if golang.IsFunc(w.g.info.TypeOf(s.Value)) {
		w.escape(s.Value)
		return
	}
	w.expr(s.Value)
}
