package funceffects

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file follows what a value is known to be: the branches that a constant
// argument takes, and the implementations that a value of a known type has.

// A Cond is one thing that a function is given, and what it must be for an
// effect to happen.
type Cond struct {
	Input
	Not bool
	// Is are constants as Go writes them exactly, "nil", functions as funcMark
	// writes them, types as typeMark does, that the value has, or methods as
	// methodMark does, that its type has; or lacks: a map has not the key that is
	// looked for.
	Is []string
}

// implies reports whether d holds where c does.
func (c Cond) implies(d Cond) bool {
	if c.Not {
		c, d = d, c
	}
	return c.Input == d.Input && c.Not == d.Not && !slices.ContainsFunc(c.Is, func(is string) bool { return !slices.Contains(d.Is, is) })
}

// maxConds bounds the conditions of an effect: without one it seems to happen
// more often.
const maxConds = 3

// A branch is what an expression must be for the code at hand to run.
type branch struct {
	x   ast.Expr
	not bool
	is  []string
}

// when returns what must be the case for a condition to hold, or not to hold.
func (g *graph) branches(cond ast.Expr, holds bool) []branch {
	switch x := ast.Unparen(cond).(type) {
	case *ast.UnaryExpr:
		if x.Op == token.NOT {
			return g.branches(x.X, !holds)
		}
	case *ast.BinaryExpr:
		switch x.Op {
		case token.LAND, token.LOR:
			if (x.Op == token.LAND) == holds {
				return append(g.branches(x.X, holds), g.branches(x.Y, holds)...)
			}
		case token.EQL, token.NEQ:
			if is, ok := constantOf(g.info, x.Y); ok {
				return []branch{{x.X, (x.Op == token.EQL) != holds, []string{is}}}
			}
		}
	case *ast.Ident:
		if b, ok := g.asserted[g.info.Uses[x]]; ok {
			b.not = !holds
			return []branch{b}
		}
		return []branch{{x, !holds, []string{"true"}}}
	case *ast.SelectorExpr:
		return []branch{{x, !holds, []string{"true"}}}
	}
	return nil
}

// asserts notes what the second result of a type assertion says.
func (g *graph) asserts(lhs []ast.Expr, rhs ast.Expr) {
	x, ok := ast.Unparen(rhs).(*ast.TypeAssertExpr)
	if !ok || len(lhs) != 2 {
		return
	}
	id, ok := lhs[1].(*ast.Ident)
	if t := g.info.TypeOf(x.Type); ok && t != nil && !types.IsInterface(t) && g.info.Defs[id] != nil {
		g.asserted[g.info.Defs[id]] = branch{x: x.X, is: []string{typeMark(golang.TypeText(t))}}
	}
}

// typeCases returns what the operand of a type switch must be for a clause. That
// a value has not the type of a clause before is left out: it says little.
func (g *graph) typeCases(x ast.Expr, body *ast.BlockStmt, c *ast.CaseClause) []branch {
	b := branch{x: x, not: c.List == nil}
	for _, other := range body.List {
		other := other.(*ast.CaseClause)
		if !b.not && other != c {
			continue
		}
		for _, x := range other.List {
			switch tv := g.info.Types[x]; {
			case tv.IsNil():
				b.is = append(b.is, "nil")
			case tv.Type != nil && !types.IsInterface(tv.Type):
				b.is = append(b.is, typeMark(golang.TypeText(tv.Type)))
			case !b.not:
				return nil // which types have an interface is not known here
			}
		}
	}
	return []branch{b}
}

// constantOf writes what an expression always is: a constant, nil, or what a
// method makes of a constant alone, engine.Memory.String().
func constantOf(info *types.Info, x ast.Expr) (string, bool) {
	tv := info.Types[x]
	switch {
	case tv.IsNil():
		return "nil", true
	case tv.Value != nil && tv.Value.Kind() != constant.Unknown:
		return tv.Value.ExactString(), true
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.FuncLit:
		return litMark(x), true
	case *ast.Ident:
		if fn, ok := info.Uses[x].(*types.Func); ok {
			return fnMark(fn), true
		}
	case *ast.SelectorExpr:
		if fn, ok := info.Uses[x.Sel].(*types.Func); ok && !golang.IsInterfaceMethod(fn) {
			return fnMark(fn), true
		}
	}
	if call, ok := ast.Unparen(x).(*ast.CallExpr); ok && len(call.Args) == 0 {
		if recv, fn := golang.Receiver(info, call), golang.Callee(info, call); recv != nil && fn != nil && info.Types[recv].Value != nil {
			return "=" + fn.FullName() + info.Types[recv].Value.ExactString(), true
		}
	}
	return "", false
}

// cases returns what a tag must be for a clause of its switch.
func (g *graph) cases(tag ast.Expr, body *ast.BlockStmt, c *ast.CaseClause) []branch {
	if tag == nil {
		if len(c.List) == 1 {
			return g.branches(c.List[0], true)
		}
		return nil
	}
	b := branch{x: tag, not: c.List == nil}
	for _, other := range body.List {
		other := other.(*ast.CaseClause)
		if !b.not && other != c {
			continue
		}
		for _, x := range other.List {
			is, ok := constantOf(g.info, x)
			if !ok {
				return nil
			}
			b.is = append(b.is, is)
		}
		if n := len(other.Body); n > 0 {
			if s, ok := other.Body[n-1].(*ast.BranchStmt); ok && s.Tok == token.FALLTHROUGH && b.not {
				return nil
			}
		}
	}
	if len(b.is) == 0 {
		return nil // a default alone is always taken
	}
	return []branch{b}
}

// conds returns what a body must be given for the branches that code stands
// in; taken is false if they are never taken.
func (g *graph) conds(n *node, branches []branch) (list []Cond, taken bool) {
	if len(branches) == 0 {
		return nil, true
	}
	f := g.flowOf(n)
	if f == nil {
		return nil, true
	}
	for _, b := range branches {
		if b.is[0] == lacks {
			list = f.lacking(n, b.x, list)
			continue
		}
		c := Cond{Not: b.not, Is: b.is}
		switch holds, known := f.holds(question{x: b.x}, c); {
		case known && !holds:
			return nil, false
		case known:
		default:
			if in, ok := f.handedOn(n, question{x: b.x}); ok {
				c.Input = in
				list = append(list, c)
			}
		}
	}
	return list, true
}

// meet gives an effect the conditions of its edge, and those of its own as the
// body sees them; false if they are never met.
func (g *graph) meet(n *node, e *edge, t target, x *Effect, inside bool) bool {
	direct := e.call != nil && t.fn != nil && !t.yield && e.aimed(g.info)
	list, taken := []Cond(nil), true
	if !inside {
		list, taken = g.conds(n, e.branches)
	}
	if !taken {
		return false
	}
	f := g.flowOf(n)
	for _, c := range x.If {
		if t.lit != nil && c.v != nil && f != nil {
			c.Input = n.input(c.v, c.Fields) // what the literal sees, the body around it does
			list = append(list, c)
			continue
		}
		if f == nil || !direct {
			continue
		}
		qs, ok := g.passed(f, e, c.Input)
		if !ok || len(qs) != 1 {
			continue
		}
		if holds, known := f.holds(qs[0], c); known {
			if !holds {
				return false
			}
			continue
		}
		if in, ok := f.handedOn(n, qs[0]); ok {
			c.Input = in
			list = append(list, c)
		} else if !ok && c.spares() && f.filled(qs[0]) && !inside {
			x.Rare, x.Keeper = true, Input{} // the body has it
		}
	}
	if inside {
		list = x.If
	}
	x.If = most(list)
	return true
}

// Leads reports whether a call may come to another, which stands in the body of the
// function that it calls: whether what it gives takes the branches around that.
func (r *Result) Leads(from, to *ast.CallExpr) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	g := r.s.g
	e, at := g.calls[from], g.calls[to]
	if e == nil || at == nil {
		return true
	}
	conds, taken := g.conds(at.in, at.branches)
	f := g.flowOf(e.in)
	return taken && !slices.ContainsFunc(conds, func(c Cond) bool {
		if f == nil {
			return false
		}
		qs, ok := g.passed(f, e, c.Input)
		if !ok || len(qs) != 1 {
			return false
		}
		holds, known := f.holds(qs[0], c)
		return known && !holds
	})
}

// most keeps the conditions that decide most: what one value is, before what it
// is not.
func most(list []Cond) []Cond {
	rank := func(c Cond) int {
		switch {
		case c.Not:
			return 2
		case c.spares() || isMark(c.Is[0]):
			return 0
		}
		return 1
	}
	if len(list) <= maxConds {
		return list
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Cond) int { return rank(a) - rank(b) })
	return list[:maxConds]
}

// handedOn returns what a body is given, if an expression is just that.
func (f *flow) handedOn(n *node, q question) (Input, bool) {
	v, fields := q.v, q.fields
	if v == nil {
		p, exact := golang.PathOf(f.g.info, q.x)
		if !exact {
			return Input{}, false
		}
		v, fields = p.Root, golang.Join(p.Fields, q.fields)
	}
	if !f.given[v] || f.written(v, fields, q.x) || strings.Count(fields, ".") >= maxFields {
		return Input{}, false
	}
	return n.input(v, fields), true
}

// written reports whether what a function is given may be something else at a
// place.
func (f *flow) written(v *types.Var, fields string, at ast.Expr) bool {
	return slices.ContainsFunc(f.writes[v], func(w write) bool {
		if !golang.Overlap(w.fields, fields) || w.inner && len(fields) <= len(w.fields) || w.shown && fields != "" {
			return false
		}
		return at == nil || f.reaches(w.pos, at.Pos())
	})
}

// lacks is what a map is that has not the key which is looked for.
const lacks = "lacks"

// spares: what is given spares the effect.
func (c Cond) spares() bool {
	return !c.Not && len(c.Is) == 1 && (c.Is[0] == lacks || c.Is[0] == "nil")
}

// lacking adds the conditions that the maps which a body is given, and makes
// the map of an expression of, have not the key.
func (f *flow) lacking(n *node, x ast.Expr, list []Cond) []Cond {
	for _, in := range f.dependsOn(question{x: x}).List {
		t := golang.TypeAt(in.v.Type(), in.Fields)
		if t == nil {
			continue
		}
		if _, ok := t.Underlying().(*types.Map); ok {
			list = append(list, Cond{Input: n.input(in.v, in.Fields), Is: []string{lacks}})
		}
	}
	return list
}

// filled reports whether an expression is a variable that gets a value from a
// call: what was asked for beforehand.
func (f *flow) filled(q question) bool {
	if q.x == nil || q.fields != "" {
		return false // what is made may well lack a part
	}
	p, exact := golang.PathOf(f.g.info, q.x)
	if !exact || p.Fields != "" || f.given[p.Root] || !f.local(p.Root) {
		return false
	}
	return slices.ContainsFunc(f.writes[p.Root], func(w write) bool {
		if w.inner || w.pos >= q.x.Pos() || len(w.from) == 0 || w.rhs == nil && !w.first {
			return false
		}
		call, ok := ast.Unparen(w.from[0]).(*ast.CallExpr)
		return ok && golang.Callee(f.g.info, call) != nil
	})
}

// Spared returns the inputs of a call's function that spare it an effect, and
// that the body around the call got before: the effect is for what they lack.
func (r *Result) Spared(call *ast.CallExpr, x Effect) (list []Input) {
	r.mu.Lock()
	defer r.mu.Unlock()
	g := r.s.g
	e := g.calls[call]
	if e == nil || !e.aimed(g.info) {
		return nil
	}
	f := g.flowOf(e.in)
	for _, c := range x.If {
		if f == nil || !c.spares() {
			continue
		}
		if qs, ok := g.passed(f, e, c.Input); ok && len(qs) == 1 && f.filled(qs[0]) {
			list = append(list, c.Input)
		}
	}
	return list
}

// holds reports whether an expression is what a condition asks for.
func (f *flow) holds(q question, c Cond) (holds, known bool) {
	if x, fields := f.source(q); x != nil {
		is, ok := constantOf(f.g.info, x)
		if fields != "" || !ok {
			is, ok = f.element(x, fields)
		}
		if ok {
			return slices.Contains(c.Is, is) != c.Not || is == "nil" && c.Is[0] == lacks, true
		}
	}
	if !slices.ContainsFunc(c.Is, isMark) {
		return false, false
	}
	ts := f.typesOf(q)
	for _, t := range ts {
		has := slices.ContainsFunc(c.Is, t.has)
		if known && has != holds {
			return false, false // some have it
		}
		holds, known = has, true
	}
	return holds != c.Not, known
}

// isMark: what a condition compares with is a type, or a method of one.
func isMark(is string) bool { return is[0] == '<' || is[0] == '(' }

// typeMark names a type, given as golang.TypeText writes it, in few bytes.
func typeMark(text string) string { return "<" + short(text) }

// methodMark names a method in few bytes: its name, and whose it is.
func methodMark(fn *types.Func) string {
	owner := fn.FullName()
	if recv := fn.Signature().Recv(); recv != nil && golang.Named(recv.Type()) != nil {
		owner = apis.TypeName(golang.Named(recv.Type()))
	}
	return "(" + fn.Name() + "#" + short(owner)
}

func short(text string) string {
	h := fnv.New32a()
	h.Write([]byte(text))
	return strconv.FormatUint(uint64(h.Sum32()), 36)
}

// has reports whether the type is that of a mark, or has the method of one, by
// itself or by what it embeds.
func (m Made) has(mark string) bool {
	if mark[0] == '<' {
		return typeMark(m.Of) == mark
	}
	name, owner, _ := strings.Cut(mark[1:], "#")
	if n := golang.Named(m.t); n != nil {
		obj, _, _ := types.LookupFieldOrMethod(m.t, true, n.Obj().Pkg(), name)
		fn, ok := obj.(*types.Func)
		return ok && methodMark(fn.Origin()) == mark
	}
	base, _, _ := strings.Cut(strings.TrimPrefix(m.Of, "*"), "[")
	return short(base) == owner
}

// source follows a question through variables that are assigned once.
func (f *flow) source(q question) (ast.Expr, string) {
	x, fields := q.x, q.fields
	if q.v != nil {
		return nil, ""
	}
	for range 4 {
		x = ast.Unparen(x)
		if u, ok := x.(*ast.UnaryExpr); ok && u.Op == token.AND {
			x = u.X
			continue
		}
		p, exact := golang.PathOf(f.g.info, x)
		if _, isConst := constantOf(f.g.info, x); isConst || !exact || f.given[p.Root] || !f.local(p.Root) {
			return x, fields
		}
		all := golang.Join(p.Fields, fields)
		writes := slices.DeleteFunc(slices.Clone(f.writes[p.Root]), func(w write) bool { return !golang.Overlap(w.fields, all) || w.shown && all != "" })
		if len(writes) != 1 || len(writes[0].tests) > 0 || len(writes[0].fields) > len(all) {
			if len(writes) == 0 && all == "" {
				return x, fields // var x T
			}
			return nil, ""
		}
		w := writes[0]
		switch fields = below(all, w.fields); {
		case w.rhs != nil:
			x = w.rhs
		case w.first && fields != "":
			return w.from[0], fields // r, err := newRule()
		default:
			return nil, ""
		}
	}
	return x, fields
}

// element returns the constant that a field of a struct literal is, the zero
// value included.
func (f *flow) element(x ast.Expr, fields string) (string, bool) {
	if call, ok := ast.Unparen(x).(*ast.CallExpr); ok {
		return f.g.resultField(call, fields)
	}
	lit, ok := ast.Unparen(x).(*ast.CompositeLit)
	if !ok || fields == "" || strings.Contains(fields, ".") {
		return "", false
	}
	st, ok := f.g.info.TypeOf(lit).Underlying().(*types.Struct)
	if !ok {
		return "", false
	}
	for i, elt := range lit.Elts {
		kv, keyed := elt.(*ast.KeyValueExpr)
		if !keyed {
			if i < st.NumFields() && st.Field(i).Name() == fields {
				return constantOf(f.g.info, elt)
			}
			continue
		}
		if id, ok := kv.Key.(*ast.Ident); ok && id.Name == fields {
			return constantOf(f.g.info, kv.Value)
		}
	}
	for v := range st.Fields() {
		if v.Name() == fields {
			return zeroOf(v.Type())
		}
	}
	return "", false
}

// resultField returns the constant that a field is of what a function of this
// package returns first, wherever it does.
func (g *graph) resultField(call *ast.CallExpr, fields string) (is string, ok bool) {
	fn := golang.Callee(g.info, call)
	n := g.decls[fn]
	if n == nil || g.asking[fn] || len(n.results) == 0 {
		return "", false
	}
	g.asking[fn] = true
	defer delete(g.asking, fn)
	f := g.flowOf(n)
	for i, r := range n.results {
		if r.x == nil {
			return "", false
		}
		x, rest := f.source(question{x: r.x, fields: fields})
		if x == nil {
			return "", false
		}
		one, known := f.element(x, rest)
		if !known || i > 0 && one != is {
			return "", false
		}
		is = one
	}
	return is, true
}

func zeroOf(t types.Type) (string, bool) {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsBoolean != 0:
			return "false", true
		case u.Info()&types.IsString != 0:
			return `""`, true
		case u.Info()&types.IsNumeric != 0:
			return "0", true
		}
	case *types.Pointer, *types.Interface, *types.Slice, *types.Map, *types.Signature, *types.Chan:
		return "nil", true
	}
	return "", false
}

// portableConds leaves out what only this package knows.
func portableConds(list []Cond) []Cond {
	var out []Cond
	for _, c := range list {
		if c.v = nil; c.From > 0 && !strings.HasPrefix(c.Is[0], funcMark) {
			out = append(out, c)
		}
	}
	return out
}

// implemented adds the condition that the value which the body is given has
// the implementation, or that the field holds the function.
func (g *graph) implemented(e *edge, t target, x *Effect, inside bool) {
	f := g.flowOf(e.in)
	if inside || t.through == "" && t.field == nil || f == nil || e.call == nil {
		return
	}
	q, mark := question{x: e.call.Fun}, e.holding(t)
	if e.iface != "" && t.fn != nil {
		q, mark = g.operand(e), methodMark(t.fn)
	}
	if q.x == nil || mark == "" {
		return
	}
	if in, ok := f.handedOn(e.in, q); ok && in.From != 0 {
		x.If = most(append(slices.Clone(x.If), Cond{Input: in, Is: []string{mark}}))
	}
}

// holding is the mark of a function that a call of a value executes, "" if it is
// none such.
func (e *edge) holding(t target) string {
	switch {
	case e.callee != nil || t.yield:
	case t.lit != nil:
		return litMark(t.lit.lit)
	case t.fn != nil:
		return fnMark(t.fn)
	case t.field != nil:
		return funcMark // one of another package
	}
	return ""
}

// ruledOut: the field that is called is known to hold another function than one
// of those which the package puts there.
func (g *graph) ruledOut(e *edge, t target) bool {
	if t.through == "" && t.field == nil || e.call == nil {
		return false
	}
	mark, f := e.holding(t), g.flowOf(e.in)
	if mark == "" || f == nil {
		return false
	}
	holds, known := f.holds(question{x: e.call.Fun}, Cond{Is: []string{mark}})
	return known && !holds
}

// litMark and fnMark name the functions that a field may hold in few bytes, within
// one package.
func litMark(lit *ast.FuncLit) string { return funcMark + strconv.Itoa(int(lit.Pos())) }

func fnMark(fn *types.Func) string { return funcMark + short(fn.Origin().FullName()) }

const funcMark = "{"

// meetAll is what must hold for either of two effects to happen, as far as both
// say it: of two implementations, that the value has one of them.
func meetAll(a, b []Cond) (out []Cond) {
	for _, c := range a {
		i := slices.IndexFunc(b, func(d Cond) bool { return c.Input == d.Input && c.Not == d.Not })
		if i < 0 {
			continue
		}
		for _, is := range b[i].Is {
			if !slices.Contains(c.Is, is) {
				c.Is = append(slices.Clone(c.Is), is)
			}
		}
		if !c.Not && len(c.Is) <= maxIs {
			out = append(out, c)
		}
	}
	return out
}

// maxIs bounds what a condition lists.
const maxIs = 8
