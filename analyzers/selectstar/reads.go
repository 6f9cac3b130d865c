package selectstar

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// maxPlaces bounds the variables and results that the rows of one query are
// followed through.
const maxPlaces = 64

// A reader collects the fields that are read of the rows of a query: in the
// function, in those of the package that it hands them to, and in the callers
// of one that returns them and that no other package can call.
type reader struct {
	*use
	fields []string
	steps  int
	seen   map[any]bool // variables, and results of calls
	lost   bool         // the rows go where they are not followed
}

// reads returns the fields that are read of the rows which the query is
// scanned into, in order of their names. It reports false if the rows go where
// they are not followed.
func (u *use) reads() (fields []string, ok bool) {
	if u.keys != nil {
		return u.keys, true
	}
	r := &reader{use: u, seen: make(map[any]bool)}
	r.start()
	slices.Sort(r.fields)
	return slices.Compact(r.fields), !r.lost
}

// start follows what the rows are scanned into.
func (r *reader) start() {
	switch dest := r.dest; {
	case dest != nil:
		if addr, ok := ast.Unparen(dest).(*ast.UnaryExpr); ok && addr.Op == token.AND {
			dest = addr.X
		}
		if id, ok := ast.Unparen(dest).(*ast.Ident); ok && !r.outside(r.info.ObjectOf(id)) {
			r.variable(r.info.ObjectOf(id))
			return
		}
		r.lost = true
	case r.collector != nil:
		r.result(r.collector, 0)
	default:
		r.lost = true
	}
}

// outside reports whether a variable is a parameter or a named result: what it
// points to is read by others, too.
func (r *reader) outside(o types.Object) bool {
	d, ok := r.root.(*ast.FuncDecl)
	return !ok || o == nil || o.Pos() < d.Body.Pos()
}

// enter returns the declaration around a variable or a call that is to be
// followed; nil if that was done, or cannot be.
func (r *reader) enter(at any, pos token.Pos) ast.Decl {
	if r.seen[at] {
		return nil
	}
	r.seen[at] = true
	r.steps++
	decl := r.c.declaration(pos)
	if decl == nil || r.steps > maxPlaces {
		r.lost = true
		return nil
	}
	return decl
}

// variable follows all uses of a local variable that holds rows.
func (r *reader) variable(o types.Object) {
	v, ok := o.(*types.Var)
	if !ok || v.IsField() || v.Parent() == nil || v.Parent() == r.c.pass.Pkg.Scope() {
		r.lost = true
		return
	}
	decl := r.enter(v, v.Pos())
	if decl == nil {
		return
	}
	ast.Inspect(decl, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && !r.lost && r.info.Uses[id] == v {
			r.value(id, r.c.parentsOf(decl))
		}
		return !r.lost
	})
}

// value follows an expression that holds rows, or a part of them.
func (r *reader) value(e ast.Expr, parents map[ast.Node]ast.Node) {
	switch p := parents[e].(type) {
	case *ast.ParenExpr, *ast.StarExpr, *ast.SliceExpr:
		r.value(p.(ast.Expr), parents)
	case *ast.UnaryExpr:
		r.value(p, parents)
	case *ast.IndexExpr:
		_, byKey := r.info.TypeOf(e).Underlying().(*types.Map)
		switch column := r.info.Types[p.Index].Value; {
		case p.X != e, byKey && column == nil:
			r.lost = true
		case byKey:
			r.fields = append(r.fields, constant.StringVal(column))
		default:
			r.value(p, parents)
		}
	case *ast.SelectorExpr:
		r.selected(p, parents)
	case *ast.CallExpr:
		r.argument(p, e, parents)
	case *ast.RangeStmt:
		if _, byKey := r.info.TypeOf(e).Underlying().(*types.Map); byKey && p.X == e {
			r.lost = true
		} else if p.X == e && p.Value != nil {
			r.assigned(p.Value)
		} else if p.X != e {
			r.lost = p.Key != e && p.Value != e
		}
	case *ast.AssignStmt:
		if i := slices.Index(p.Rhs, e); i >= 0 && len(p.Lhs) == len(p.Rhs) {
			r.assigned(p.Lhs[i])
		} else if i >= 0 {
			r.lost = true
		}
	case *ast.ValueSpec:
		if i := slices.Index(p.Values, e); i >= 0 && len(p.Names) == len(p.Values) {
			r.assigned(p.Names[i])
		} else {
			r.lost = true
		}
	case *ast.ReturnStmt:
		r.returned(p, slices.Index(p.Results, e), parents)
	case *ast.BinaryExpr:
		r.lost = !golang.IsZero(r.info, p.X) && !golang.IsZero(r.info, p.Y)
	case *ast.ExprStmt:
	default:
		r.lost = true
	}
}

// selected follows a selector on a row: a field is read, unless it is set; a
// method of the package sees the row as its receiver.
func (r *reader) selected(sel *ast.SelectorExpr, parents map[ast.Node]ast.Node) {
	v, ok := r.info.Uses[sel.Sel].(*types.Var)
	switch {
	case ok && v.Embedded():
		r.value(sel, parents)
	case ok && v.IsField():
		if a, ok := parents[sel].(*ast.AssignStmt); !ok || !slices.Contains(a.Lhs, ast.Expr(sel)) || a.Tok != token.ASSIGN {
			r.fields = append(r.fields, v.Name())
		}
	default:
		call, isCall := parents[sel].(*ast.CallExpr)
		fn, _ := r.info.Uses[sel.Sel].(*types.Func)
		decl := r.c.function(fn)
		if !isCall || call.Fun != sel || decl == nil {
			r.lost = true
			return
		}
		r.parameter(fn.Signature().Recv())
	}
}

// parameter follows a parameter or receiver of a function of the package.
func (r *reader) parameter(v *types.Var) {
	if v.Name() != "" && v.Name() != "_" {
		r.variable(v)
	}
}

// argument follows rows into a call.
func (r *reader) argument(call *ast.CallExpr, e ast.Expr, parents map[ast.Node]ast.Node) {
	i := slices.Index(call.Args, e)
	if i < 0 || call == r.q.Call || e == r.dest {
		r.lost = i < 0
		return
	}
	if tv := r.info.Types[call.Fun]; tv.IsBuiltin() {
		switch types.ExprString(call.Fun) {
		case "len", "cap":
		case "append":
			r.value(call, parents)
		default:
			r.lost = true
		}
		return
	}
	fn := golang.Callee(r.info, call)
	if fn == nil {
		r.lost = true
		return
	}
	if api, ok := r.apis.Lookup(fn); ok && api.DestArg == i {
		r.lost = !api.Fills()
		return // filled again, or sent as it is
	}
	decl := r.c.function(fn)
	params := fn.Origin().Signature().Params()
	if decl == nil || i >= params.Len() || fn.Signature().Variadic() && i >= params.Len()-1 {
		r.lost = true
		return
	}
	r.parameter(params.At(i))
}

// assigned follows the left side of an assignment of rows.
func (r *reader) assigned(to ast.Expr) {
	switch x := ast.Unparen(to).(type) {
	case *ast.Ident:
		if x.Name != "_" {
			r.variable(r.info.ObjectOf(x))
		}
	case *ast.IndexExpr:
		r.assigned(x.X)
	default:
		r.lost = true
	}
}

// returned follows rows that a function returns, to its callers.
func (r *reader) returned(ret *ast.ReturnStmt, i int, parents map[ast.Node]ast.Node) {
	var node ast.Node = ret
	for node != nil {
		switch x := node.(type) {
		case *ast.FuncLit:
			r.lost = true
			return
		case *ast.FuncDecl:
			fn, _ := r.info.Defs[x.Name].(*types.Func)
			r.callers(fn, i)
			return
		}
		node = parents[node]
	}
	r.lost = true
}

// callers follows a result of a function to all calls of it. Have: no other
// package can call one that is not exported.
func (r *reader) callers(fn *types.Func, i int) {
	if fn == nil || i < 0 || fn.Exported() && r.c.pass.Pkg.Name() != "main" {
		r.lost = true
		return
	}
	for _, id := range r.c.mentions(fn) {
		decl := r.c.declaration(id.Pos())
		if decl == nil {
			r.lost = true
			return
		}
		parents := r.c.parentsOf(decl)
		var name ast.Expr = id
		if sel, ok := parents[id].(*ast.SelectorExpr); ok && sel.Sel == id {
			name = sel
		}
		call, ok := parents[name].(*ast.CallExpr)
		if !ok || call.Fun != name {
			r.lost = true // a value
			return
		}
		r.result(call, i)
	}
}

// result follows one result of a call.
func (r *reader) result(call ast.Expr, i int) {
	decl := r.enter(call, call.Pos())
	if decl == nil {
		return
	}
	parents := r.c.parentsOf(decl)
	if tuple, ok := r.info.TypeOf(call).(*types.Tuple); !ok || tuple.Len() < 2 {
		r.value(call, parents)
		return
	}
	switch p := parents[call].(type) {
	case *ast.AssignStmt:
		r.assigned(p.Lhs[i])
	case *ast.ValueSpec:
		r.assigned(p.Names[i])
	case *ast.ReturnStmt:
		r.returned(p, i, parents)
	case *ast.ExprStmt:
	default:
		r.lost = true
	}
}

// declaration returns the declaration of the package that a place lies in.
func (c *checker) declaration(pos token.Pos) ast.Decl {
	for _, f := range c.pass.Files {
		if pos < f.FileStart || f.FileEnd < pos {
			continue
		}
		for _, d := range f.Decls {
			if d.Pos() <= pos && pos <= d.End() {
				return d
			}
		}
	}
	return nil
}

// function returns the declaration of a function of the package; nil if it
// has none with a body.
func (c *checker) function(fn *types.Func) *ast.FuncDecl {
	if fn == nil || fn.Pkg() != c.pass.Pkg {
		return nil
	}
	d, ok := c.declaration(fn.Origin().Pos()).(*ast.FuncDecl)
	if !ok || d.Body == nil || c.pass.TypesInfo.Defs[d.Name] != fn.Origin() {
		return nil
	}
	return d
}

// mentions returns where the package names a function.
func (c *checker) mentions(fn *types.Func) []*ast.Ident {
	if c.names == nil {
		c.names = make(map[*types.Func][]*ast.Ident)
		for id, o := range c.pass.TypesInfo.Uses {
			if f, ok := o.(*types.Func); ok && f.Pkg() == c.pass.Pkg {
				c.names[f.Origin()] = append(c.names[f.Origin()], id)
			}
		}
	}
	return c.names[fn.Origin()]
}

// parentsOf returns the parent of each node of a declaration.
func (c *checker) parentsOf(root ast.Node) map[ast.Node]ast.Node {
	m := c.parents[root]
	if m == nil {
		m = parents(root)
		c.parents[root] = m
	}
	return m
}

// model returns the argument of the chain that gives the statement its model,
// which some libraries scan into where the finisher names nothing; nil if
// there is none.
func (u *use) model() (model ast.Expr) {
	for e := u.q.Call; e != nil; {
		sel, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr)
		if !ok {
			return nil
		}
		down, ok := ast.Unparen(sel.X).(*ast.CallExpr)
		if !ok {
			return nil
		}
		if fn := golang.Callee(u.info, down); fn != nil && fn.Pkg() != nil {
			if lib, ok := apis.LibraryOf(fn.Pkg().Path()); ok {
				if effect, _, ok := lib.Effect(fn); ok && effect.Clause == "model" && effect.Arg < len(down.Args) {
					return down.Args[effect.Arg]
				}
			}
		}
		e = down
	}
	return nil
}
