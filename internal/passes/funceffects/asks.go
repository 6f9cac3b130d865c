package funceffects

import (
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file says what a statement depends on: at the call that sends it, and
// at each call on the way there.

// asks is what the statement of a call of the database depends on, as the body
// around it sees it.
func (g *graph) asks(n *node, e *edge) (values, text Inputs, handle Input) {
	f := g.flowOf(n)
	if f == nil || e.call == nil || e.callee == nil {
		return Inputs{}, Inputs{}, Input{}
	}
	api := g.prims.of(e.callee).api
	values, text = Inputs{Known: true}, Inputs{Known: true}
	add := func(q question) {
		values.join(f.dependsOn(q))
		q.text = true
		text.join(f.dependsOn(q))
	}
	recv := golang.Receiver(g.info, e.call)
	whole := api.Role == apis.Query || api.Role == apis.QueryRow || api.Role == apis.Exec || api.Role == apis.Prepare || api.Role == apis.Copy || api.Role == apis.SendBatch
	if recv != nil && (!whole || api.SQLArg == apis.None) {
		add(question{x: recv}) // a chain, or a statement prepared before
	}
	for i, a := range e.call.Args {
		switch {
		case golang.IsContext(g.info.TypeOf(a)) || golang.IsFunc(g.info.TypeOf(a)):
		case whole && i == api.DestArg && api.Fills():
		case i == api.SQLArg || api.Role == apis.SendBatch || !whole && opaque(g.info.TypeOf(a)):
			add(question{x: a})
		default:
			values.join(f.dependsOn(question{x: a}))
		}
	}
	if at := api.ExecutorArg; at != apis.None && at < len(e.call.Args) {
		recv = e.call.Args[at]
	}
	return n.own(values), n.own(text), f.handleOf(n, recv, 0)
}

// opaque: the table depends on the type of the value.
func opaque(t types.Type) bool {
	if t == nil {
		return false
	}
	_, param := types.Unalias(t).(*types.TypeParam)
	return param || types.IsInterface(t)
}

// own sets where inputs come from, as the body sees it.
func (n *node) own(s Inputs) Inputs {
	out := Inputs{Known: s.Known, State: s.State}
	for _, in := range s.List {
		out.add(n.input(in.v, in.Fields))
	}
	return out
}

// handleOf returns what an expression of a handle comes from.
func (f *flow) handleOf(n *node, x ast.Expr, depth int) Input {
	if x == nil || depth > 4 {
		return Input{}
	}
	p, exact := golang.PathOf(f.g.info, x)
	if !exact {
		call, ok := ast.Unparen(x).(*ast.CallExpr)
		if !ok {
			return Input{}
		}
		fn := golang.Callee(f.g.info, call)
		if fn == nil {
			return Input{}
		}
		if prim := f.g.prims.of(fn); prim != nil {
			switch {
			case prim.api.Role == apis.Begin:
				return Input{From: Begun}
			case prim.api.Role == apis.Open:
				return Input{From: Opened}
			case prim.api.Library != "":
				return f.handleOf(n, golang.Receiver(f.g.info, call), depth+1)
			}
		}
		if apis.ReturnsTx(fn) {
			return Input{From: Begun}
		}
		for _, a := range call.Args {
			if golang.IsContext(f.g.info.TypeOf(a)) {
				return Input{From: Context}
			}
		}
		return Input{}
	}
	switch {
	case f.given[p.Root]:
		return n.input(p.Root, cutFields(p.Fields))
	case !f.local(p.Root):
		return Input{From: Global, Fields: p.Root.Name()}
	}
	var out Input
	for _, w := range f.writes[p.Root] {
		if w.fields != "" {
			continue
		}
		from := w.rhs
		if from == nil && len(w.from) == 1 {
			from = w.from[0] // tx, err := db.Begin()
		}
		in := f.handleOf(n, from, depth+1)
		if out.From != 0 && (in.From != out.From || in.Fields != out.Fields) {
			return Input{}
		}
		out = in
	}
	return out
}

// through gives an effect of a callee the inputs that the body has, which
// calls it.
func (g *graph) through(n *node, e *edge, t target, x Effect) Effect {
	if !x.asks() {
		return x
	}
	f := g.flowOf(n)
	direct := e.call != nil && t.fn != nil && !t.yield && e.aimed(g.info)
	if f == nil || !direct && t.lit == nil {
		x.Args, x.Text, x.Handle = Inputs{}, Inputs{}, Input{}
		return x
	}
	decided := false
	given := func(s Inputs, text bool) Inputs {
		if !s.Known {
			return s
		}
		out := Inputs{Known: true, State: s.State}
		for _, in := range s.List {
			qs, ok := g.passed(f, e, in)
			if !ok {
				return Inputs{}
			}
			for _, q := range qs {
				q.text = text
				out.join(f.dependsOn(q))
				decided = decided || text && !f.hands(q)
			}
		}
		return n.own(out)
	}
	if s := g.told(f, e, x); s.verb != "" && !strings.HasPrefix(x.SQL, s.verb+" ") { // which has the table too
		x = x.stated(s)
	}
	if direct && g.handsFile(f, e, x) {
		x.Name = Migration
	}
	x.Args, x.Text = given(x.Args, false), given(x.Text, true)
	if decided {
		x.Source = g.at(e.pos)
	}
	if x.Handle.From > 0 {
		h := x.Handle
		x.Handle = Input{}
		if qs, ok := g.passed(f, e, h); ok && len(qs) == 1 && qs[0].x != nil {
			x.Handle = f.handleOf(n, qs[0].x, 0)
			if x.Handle.From > 0 {
				x.Handle.Fields = cutFields(golang.Join(x.Handle.Fields, qs[0].fields))
			}
			x = f.of(x, qs[0])
		}
	}
	return x
}

// of says which types have the value whose method an unknown call is one of.
func (f *flow) of(x Effect, q question) Effect {
	if x.Kind != Unknown {
		return x
	}
	for _, t := range f.typesOf(q) {
		x.Of = append(slices.Clip(x.Of), strings.TrimPrefix(t.Of, "*"))
	}
	slices.Sort(x.Of)
	x.Of = slices.Compact(x.Of)
	if len(x.Of) > 0 {
		x.Handle = Input{}
	}
	return x
}

// pointed returns what a pointer points to, other types as they are.
func pointed(t types.Type) types.Type {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// told returns what a call says of the statement of its callee: the constant
// that it passes, if the text is that or the others are no statements, or the
// type of the builder.
func (g *graph) told(f *flow, e *edge, x Effect) statement {
	if !x.Kind.Database() || !x.Text.Known {
		return statement{}
	}
	var out statement
	for _, in := range x.Text.List {
		qs, ok := g.passed(f, e, in)
		if !ok || len(qs) != 1 || qs[0].x == nil || in.Fields != "" {
			continue
		}
		if y, fields := f.source(qs[0]); y != nil && fields == "" {
			if v := g.info.Types[y].Value; v != nil && v.Kind() == constant.String {
				switch s := readStatement(constant.StringVal(v), nil); {
				case len(x.Text.List) == 1:
					return s
				case s.verb != "" && out.verb == "": // the others are parts of it
					out = s
				case s.verb != "":
					return statement{}
				}
				continue
			}
		}
		if s := g.prims.builds(g.info.TypeOf(qs[0].x)); s.verb != "" {
			if out.verb != "" && out.verb != s.verb {
				return statement{}
			}
			out = s
		}
	}
	return out
}

// stated gives one effect what its text says.
func (e Effect) stated(s statement) Effect {
	if list := stated([]Effect{e}, s); len(list) == 1 {
		return list[0]
	}
	return e
}

// builds returns what the type of a builder says of the statement: each method
// of it that runs one runs the same.
func (l lookup) builds(t types.Type) statement {
	n := golang.Named(t)
	if n == nil || n.Obj().Pkg() == nil || types.IsInterface(n) {
		return statement{}
	}
	if _, ok := apis.LibraryOf(n.Obj().Pkg().Path()); !ok {
		return statement{}
	}
	verb := ""
	for m := range n.Methods() {
		api, ok := l.apis.Lookup(m)
		if !ok || api.Role != apis.BuilderTerminal {
			continue
		}
		v := verbOf(api.Stmt)
		if v == "" || verb != "" && v != verb {
			return statement{}
		}
		verb = v
	}
	return statement{verb: verb, write: verb != "" && !readVerbs[verb]}
}

// aimed: the arguments of the call are those of the function that it names.
func (e *edge) aimed(info *types.Info) bool {
	if e.callee == nil {
		return false
	}
	sel, ok := golang.Unindex(ast.Unparen(e.call.Fun)).(*ast.SelectorExpr)
	return !ok || info.Selections[sel] == nil || info.Selections[sel].Kind() == types.MethodVal
}

// operand is the value whose method a call of an interface method calls: of the
// receiver what it embeds.
func (g *graph) operand(e *edge) question {
	if e.callee == nil || golang.Receiver(g.info, e.call) == nil {
		return question{}
	}
	qs, _ := g.passed(nil, e, Input{From: receiver})
	return qs[0]
}

// passed returns what a call gives for an input of its callee.
func (g *graph) passed(f *flow, e *edge, in Input) ([]question, bool) {
	switch i, param := in.Param(); {
	case in.From == 0 && in.v != nil:
		return []question{{v: in.v, fields: in.Fields}}, f.local(in.v)
	case in.From == receiver:
		recv := golang.Receiver(g.info, e.call)
		if recv == nil {
			return nil, false
		}
		way := ""
		if sel, ok := golang.Unindex(ast.Unparen(e.call.Fun)).(*ast.SelectorExpr); ok {
			s := g.info.Selections[sel]
			for _, name := range golang.Steps(s.Recv(), s.Index()[:len(s.Index())-1]) {
				way = golang.Join(way, name)
			}
		}
		return []question{{x: recv, fields: cutFields(golang.Join(way, in.Fields))}}, true
	case param && e.callee != nil:
		sig := e.callee.Signature()
		last := sig.Params().Len() - 1
		if i > last {
			return nil, false
		}
		if sig.Variadic() && i == last {
			var list []question
			for _, a := range e.call.Args[min(i, len(e.call.Args)):] {
				list = append(list, question{x: a})
			}
			return list, true
		}
		if i >= len(e.call.Args) {
			return nil, false // f(g()), where g returns several values
		}
		return []question{{x: e.call.Args[i], fields: in.Fields}}, true
	}
	return nil, false
}

// hands reports whether a call passes on, as it is, what its body was given.
func (f *flow) hands(q question) bool {
	if q.v != nil {
		return true
	}
	p, exact := golang.PathOf(f.g.info, q.x)
	return exact && len(f.writes[p.Root]) == 0 && (f.given[p.Root] || !f.local(p.Root))
}

// seen is an effect of a callee as a rule sees it that asks about one call: its
// inputs are those of the function that is called.
func (g *graph) seen(e *edge, t target, x Effect) Effect {
	if t.fn == nil || t.yield || e.call == nil || !e.aimed(g.info) {
		x.Args, x.Text, x.Handle = Inputs{}, Inputs{}, Input{}
		return x
	}
	f := g.flowOf(e.in)
	if f == nil {
		return x
	}
	if s := g.told(f, e, x); s.verb != "" && !strings.HasPrefix(x.SQL, s.verb+" ") { // which has the table too
		x = x.stated(s)
	}
	if g.handsFile(f, e, x) {
		x.Name = Migration
	}
	if x.Text.Known && slices.ContainsFunc(x.Text.List, func(in Input) bool { return g.decides(f, e, in) }) {
		x.Source = g.at(e.pos)
	}
	if x.Kind == Unknown && x.Handle.From > 0 {
		if qs, ok := g.passed(f, e, x.Handle); ok && len(qs) == 1 {
			x = f.of(x, qs[0])
		}
	}
	return x
}

// decides reports whether what a call gives for an input is made here, not
// handed on.
func (g *graph) decides(f *flow, e *edge, in Input) bool {
	qs, _ := g.passed(f, e, in)
	return slices.ContainsFunc(qs, func(q question) bool { return !f.hands(q) })
}

// called gives an effect of a function that is passed to a callee, which calls
// it, the inputs of the body: the callee may pass whatever it is given itself.
func (g *graph) called(n *node, e *edge, a arg, t target, x Effect) Effect {
	if !x.asks() {
		return x
	}
	f := g.flowOf(n)
	if f == nil || e.call == nil || t.yield || t.through != "" {
		x.Args, x.Text, x.Handle = Inputs{}, Inputs{}, Input{}
		return x
	}
	given := func(s Inputs, text bool) Inputs {
		if !s.Known {
			return s
		}
		out := Inputs{Known: true, State: s.State}
		for _, in := range s.List {
			switch {
			case t.lit != nil && in.v != nil && f.local(in.v):
				out.join(f.dependsOn(question{v: in.v, fields: in.Fields, text: text}))
			case in.From == receiver:
				sel, ok := ast.Unparen(a.x).(*ast.SelectorExpr)
				if !ok {
					return Inputs{}
				}
				out.join(f.dependsOn(question{x: sel.X, fields: in.Fields, text: text}))
			case in.From > receiver:
				for _, x := range others(g.info, e.call, nil) {
					out.join(f.dependsOn(question{x: x, text: text}))
				}
			default:
				return Inputs{}
			}
		}
		return n.own(out)
	}
	x.Args, x.Text = given(x.Args, false), given(x.Text, true)
	if v := x.Handle.v; v != nil && t.lit != nil {
		x.Handle = n.input(v, x.Handle.Fields)
	} else if x.Handle.From > 0 {
		x.Handle = Input{}
	}
	return x
}

// asks reports whether an effect is a statement, or may hide one.
func (e Effect) asks() bool { return e.Kind.Database() || e.Kind == BeginTx || e.Kind == Unknown }

// anything is what a call that cannot be seen into depends on: all that it is
// given, and whose method it is. What else that was given before does not make
// it another one.
func (g *graph) anything(n *node, e *edge) Inputs {
	f := g.flowOf(n)
	if f == nil || e.call == nil || len(e.args) > 0 {
		return Inputs{} // what functions that are passed hold is not followed
	}
	out := Inputs{Known: true}
	recv := golang.Receiver(g.info, e.call)
	in := f.handleOf(n, recv, 0)
	for _, x := range others(g.info, e.call, nil) {
		if x != recv || in.From == Nowhere {
			out.join(f.dependsOn(question{x: x}))
		}
	}
	out = n.own(out)
	if in.From > 0 {
		out.add(in)
	}
	return out
}

// builder returns what the type of a builder says of a statement that a body is
// given as one.
func (g *graph) builder(x Effect) statement {
	var out statement
	for _, in := range x.Text.List {
		if in.v == nil {
			continue
		}
		t := golang.TypeAt(in.v.Type(), in.Fields)
		if t == nil {
			continue
		}
		if s := g.prims.builds(t); s.verb != "" {
			if out.verb != "" && out.verb != s.verb {
				return statement{}
			}
			out = s
		}
	}
	return out
}
