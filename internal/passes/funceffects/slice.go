package funceffects

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// A question asks what an expression, or fields of it, depends on.
type question struct {
	x      ast.Expr
	v      *types.Var // instead of x
	fields string
	text   bool // only what gets into the text of a statement
}

// dependsOn returns the inputs of the declaration, and of the literals in it,
// that something depends on; From is not set.
func (f *flow) dependsOn(q question) Inputs {
	if in, ok := f.known[q]; ok {
		return in
	}
	s := &slicer{flow: f, text: q.text, out: Inputs{Known: true}, seen: make(map[golang.Path]bool)}
	if q.v != nil {
		s.variable(q.v, q.fields)
	} else {
		s.expr(q.x, q.fields)
	}
	f.known[q] = s.out
	return s.out
}

// A slicer follows one value back to what a declaration is given.
type slicer struct {
	*flow
	text  bool
	out   Inputs
	seen  map[golang.Path]bool
	steps int
}

// maxSlice bounds the expressions looked at for one answer.
const maxSlice = 4000

func (s *slicer) all(list []ast.Expr) {
	for _, x := range list {
		s.expr(x, "")
	}
}

func (s *slicer) expr(x ast.Expr, fields string) {
	if x == nil || !s.out.Known {
		return
	}
	if s.steps++; s.steps > maxSlice {
		s.out = Inputs{}
		return
	}
	tv := s.g.info.Types[x]
	if tv.Value != nil || tv.IsType() || tv.IsNil() || golang.IsError(tv.Type) {
		return
	}
	switch x := x.(type) {
	case *ast.ParenExpr:
		s.expr(x.X, fields)
	case *ast.Ident:
		if v, ok := golang.Object(s.g.info, x).(*types.Var); ok {
			s.variable(v, fields)
		}
	case *ast.SelectorExpr:
		s.selector(x, fields)
	case *ast.IndexExpr:
		s.expr(x.X, "")
		s.expr(x.Index, "")
	case *ast.SliceExpr:
		s.expr(x.X, "")
		s.all([]ast.Expr{x.Low, x.High, x.Max})
	case *ast.StarExpr:
		s.expr(x.X, fields)
	case *ast.UnaryExpr:
		if x.Op == token.ARROW {
			s.out.State = true
		}
		s.expr(x.X, fields)
	case *ast.BinaryExpr:
		s.expr(x.X, "")
		s.expr(x.Y, "")
	case *ast.TypeAssertExpr:
		s.expr(x.X, fields)
	case *ast.KeyValueExpr:
		s.expr(x.Value, fields)
	case *ast.CompositeLit:
		s.composite(x, fields)
	case *ast.FuncLit:
		s.results(x)
	case *ast.CallExpr:
		s.call(x, fields)
	}
}

func (s *slicer) selector(x *ast.SelectorExpr, fields string) {
	sel := s.g.info.Selections[x]
	switch {
	case sel == nil:
		if v, ok := s.g.info.Uses[x.Sel].(*types.Var); ok {
			s.variable(v, fields)
		}
	case sel.Kind() == types.FieldVal:
		way := ""
		for _, name := range golang.Steps(sel.Recv(), sel.Index()) {
			way = golang.Join(way, name)
		}
		s.expr(x.X, golang.Join(way, fields))
	default:
		s.expr(x.X, "")
	}
}

// composite: of a struct literal only the element for the field counts.
func (s *slicer) composite(x *ast.CompositeLit, fields string) {
	var st *types.Struct
	if t := s.g.info.TypeOf(x); t != nil {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		st, _ = t.Underlying().(*types.Struct)
	}
	for i, elt := range x.Elts {
		kv, keyed := elt.(*ast.KeyValueExpr)
		if st == nil {
			if keyed {
				s.expr(kv.Key, "")
			}
			if !s.text || !keyed { // squirrel.Eq{"id": id}, and not pgx.Identifier{table}
				s.expr(elt, "")
			}
			continue
		}
		name := ""
		if keyed {
			if id, ok := kv.Key.(*ast.Ident); ok {
				name = id.Name
			}
		} else if i < st.NumFields() {
			name = st.Field(i).Name()
		}
		if name != "" && fields != "" {
			if !golang.Overlap(name, fields) {
				continue
			}
			s.expr(elt, below(fields, name))
			continue
		}
		s.expr(elt, "")
	}
}

// results: what calling a literal returns.
func (s *slicer) results(lit *ast.FuncLit) {
	golang.Inspect(lit.Body, func(n ast.Node) {
		if r, ok := n.(*ast.ReturnStmt); ok {
			s.all(r.Results)
		}
	})
}

// variable follows what a variable, or its fields, are ever assigned.
func (s *slicer) variable(v *types.Var, fields string) {
	fields = cutFields(fields)
	at := golang.Path{Root: v, Fields: fields}
	if s.seen[at] || golang.IsError(v.Type()) {
		return
	}
	s.seen[at] = true
	writes := s.writes[v]
	if s.given[v] && (s.inDecl(v) || len(writes) == 0) {
		s.out.add(Input{Fields: fields, v: v})
	}
	if !s.local(v) && !v.IsField() {
		s.out.State = true
	}
	for _, w := range writes {
		if !golang.Overlap(w.fields, fields) {
			continue
		}
		if w.rhs != nil {
			s.expr(w.rhs, below(fields, w.fields))
		} else {
			s.all(w.from)
		}
		s.all(w.tests)
	}
}

// inDecl: a receiver or parameter of the declaration itself. Those of a literal
// hold what the flow has seen it called with, if it has.
func (s *slicer) inDecl(v *types.Var) bool {
	d, ok := s.root.(*ast.FuncDecl)
	return ok && (d.Type.Pos() <= v.Pos() && v.Pos() < d.Type.End() || d.Recv != nil && d.Recv.Pos() <= v.Pos() && v.Pos() < d.Recv.End())
}

func (s *slicer) call(call *ast.CallExpr, fields string) {
	info := s.g.info
	fun := ast.Unparen(call.Fun)
	switch tv := info.Types[fun]; {
	case tv.IsType():
		if len(call.Args) == 1 {
			s.expr(call.Args[0], fields)
		}
		return
	case tv.IsBuiltin():
		if id, ok := fun.(*ast.Ident); !ok || id.Name != "make" && id.Name != "new" {
			s.all(call.Args)
		}
		return
	}
	fn := golang.Callee(info, call)
	recv := golang.Receiver(info, call)
	if fn == nil {
		s.out.State = true
		s.expr(fun, "")
		s.arguments(call, true)
		return
	}
	p := s.g.prims.of(fn)
	s.expr(recv, "")
	if p == nil {
		s.out.State = s.out.State || s.asks(call, fn, recv)
		s.arguments(call, true)
		return
	}
	builds := p.api.Role == apis.Builder || p.api.Role == apis.RawSQL && !p.api.RoundTrip
	s.out.remote = s.out.remote || slices.ContainsFunc(p.effects, func(e Effect) bool { return e.Kind == Network })
	s.out.State = s.out.State || len(p.effects) > 0 || !builds && recv == nil && len(call.Args) == 0
	if at := p.api.SQLArg; s.text && builds && at != apis.None {
		if at < len(call.Args) {
			s.expr(call.Args[at], "")
		}
		return
	}
	if s.text && dataOnly(fn) {
		for _, a := range call.Args {
			if opaque(info.TypeOf(a)) {
				s.expr(a, "")
			}
		}
		return
	}
	s.arguments(call, false)
}

// dataOnly reports whether a builder's method is given values or a model alone:
// of those only the type is part of the statement's text.
func dataOnly(fn *types.Func) bool {
	lib, ok := apis.LibraryOf(fn.Pkg().Path())
	if !ok {
		return false
	}
	e, _, ok := lib.Effect(fn)
	return ok && e.Data()
}

// arguments follows what a call is given. Only functions that somebody wrote
// for this program take data out of a context.
func (s *slicer) arguments(call *ast.CallExpr, contexts bool) {
	for _, a := range call.Args {
		if contexts || !golang.IsContext(s.g.info.TypeOf(a)) {
			s.expr(a, "")
		}
	}
}

// asks reports whether what a function returns may be another thing each time,
// whatever it is given: it is given nothing, or it can fail.
func (s *slicer) asks(call *ast.CallExpr, fn *types.Func, recv ast.Expr) bool {
	if recv == nil && len(call.Args) == 0 || golang.IsInterfaceMethod(fn) {
		return true
	}
	if fn.Pkg() != nil && apis.Standard(fn.Pkg().Path()) {
		return false
	}
	return slices.ContainsFunc(slices.Collect(fn.Signature().Results().Variables()), func(v *types.Var) bool { return golang.IsError(v.Type()) })
}
