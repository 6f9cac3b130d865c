package lockorder

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/passes/loops"
)

// This file knows which lists have the order of a map.

// unordered reports whether a loop takes its elements in the order of a map.
func (c *checker) unordered(l *loops.Loop) bool {
	s, ok := l.Node.(*ast.RangeStmt)
	if !ok || l.Bound == loops.Constant {
		return false
	}
	return c.isMap(s.X) || c.unorderedList(c.around(s), s.X, s.Pos()) != nil
}

func (c *checker) isMap(x ast.Expr) bool {
	t := c.pass.TypesInfo.TypeOf(x)
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Map)
	return ok
}

// around returns the declaration around a node; nil if it stands in none.
func (c *checker) around(n ast.Node) *ast.FuncDecl {
	for _, d := range c.decls {
		if golang.Within(n, d) {
			return d
		}
	}
	return nil
}

// unorderedList returns where a list that is used at a place got the order of a
// map: the loop that filled it, or the call that listed the map. It is nil if
// the list has another order, or if that is not known.
func (c *checker) unorderedList(in *ast.FuncDecl, x ast.Expr, use token.Pos) ast.Node {
	if ref, ok := ast.Unparen(x).(*ast.UnaryExpr); ok && ref.Op == token.AND {
		x = ref.X
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.CallExpr:
		fn := golang.Callee(c.pass.TypesInfo, x)
		if fn == nil {
			return nil
		}
		if len(x.Args) == 0 {
			if c.returnsUnordered(c.decls[fn]) {
				return x
			}
			return nil
		}
		if listsMap(fn) && c.isMap(x.Args[0]) {
			return x
		}
		if fn.FullName() == "slices.Collect" || wraps(fn) {
			return c.unorderedList(in, x.Args[0], use)
		}
		if c.returnsUnordered(c.decls[fn]) {
			return x
		}
	case *ast.Ident:
		v, ok := c.pass.TypesInfo.Uses[x].(*types.Var)
		if ok && in != nil && in.Body.Pos() <= v.Pos() && v.Pos() < in.Body.End() {
			return c.filled(in, v, use)
		}
	}
	return nil
}

// returnsUnordered reports whether all that a function returns first is a list in the
// order of a map.
func (c *checker) returnsUnordered(d *ast.FuncDecl) bool {
	if d == nil || c.asked[d] {
		return false
	}
	c.asked[d] = true
	defer delete(c.asked, d)
	found := false
	for n := range ast.Preorder(d.Body) {
		ret, ok := n.(*ast.ReturnStmt)
		if !ok || len(ret.Results) > 0 && c.starts(ret.Results[0]) {
			continue
		}
		if len(ret.Results) == 0 || c.unorderedList(d, ret.Results[0], ret.Pos()) == nil {
			return false
		}
		found = true
	}
	return found
}

// grown returns the loop over a map in which the builder that a call finishes gets
// another row each time.
func (c *checker) grown(in *ast.FuncDecl, finisher *ast.CallExpr) ast.Node {
	x := golang.Receiver(c.pass.TypesInfo, finisher)
	for {
		call, ok := ast.Unparen(x).(*ast.CallExpr)
		if !ok {
			break
		}
		x = golang.Receiver(c.pass.TypesInfo, call)
	}
	id, ok := ast.Unparen(x).(*ast.Ident)
	if !ok {
		return nil
	}
	v, _ := c.pass.TypesInfo.Uses[id].(*types.Var)
	var from ast.Node
	ast.Inspect(in.Body, func(n ast.Node) bool {
		s, ok := n.(*ast.RangeStmt)
		if !ok || v == nil || !c.isMap(s.X) || s.Pos() > finisher.Pos() {
			return from == nil
		}
		ast.Inspect(s.Body, func(n ast.Node) bool {
			if a, ok := n.(*ast.AssignStmt); ok && len(a.Lhs) == 1 && len(a.Rhs) == 1 && mentions(c.pass.TypesInfo, a.Rhs[0], v) {
				if id, ok := a.Lhs[0].(*ast.Ident); ok && golang.Object(c.pass.TypesInfo, id) == v {
					from = s
				}
			}
			return from == nil
		})
		return from == nil
	})
	return from
}

// listsMap reports whether a function returns the keys or values of a map in its
// order: it is generic, the map is all that it is given, and what is asked of their types
// allows no comparison by which it could sort them.
func listsMap(fn *types.Func) bool {
	sig := fn.Origin().Signature()
	if sig.Params().Len() != 1 || sig.Results().Len() != 1 {
		return false
	}
	param := sig.Params().At(0).Type()
	if list, ok := param.(*types.Slice); ok && sig.Variadic() {
		param = list.Elem()
	}
	if p, ok := param.(*types.TypeParam); ok {
		param = golang.CoreType(p)
	}
	from, ok := param.(*types.Map)
	if !ok || sorts(from.Key()) || sorts(from.Elem()) {
		return false
	}
	switch t := sig.Results().At(0).Type().Underlying().(type) {
	case *types.Slice:
		return true
	case *types.Signature:
		return t.Params().Len() == 1 // an iterator
	}
	return false
}

// sorts reports whether a generic function may compare values of a type by <.
func sorts(t types.Type) bool {
	p, ok := t.(*types.TypeParam)
	return !ok || !types.Satisfies(types.NewStruct(nil, nil), p.Constraint().Underlying().(*types.Interface))
}

// wraps reports whether a function makes a value to bind of a list, as pq.Array
// does: what the database gets has the list's order.
func wraps(fn *types.Func) bool {
	sig := fn.Signature()
	if sig.Recv() != nil || sig.Params().Len() != 1 || sig.Results().Len() != 1 {
		return false
	}
	res := sig.Results().At(0).Type()
	value, _, _ := types.LookupFieldOrMethod(res, true, nil, "Value")
	scan, _, _ := types.LookupFieldOrMethod(res, true, nil, "Scan")
	return value != nil && scan != nil
}

// filled returns the loop over a map in which a slice is filled, or the call
// that lists one, unless something could sort it before its use.
func (c *checker) filled(in *ast.FuncDecl, v *types.Var, use token.Pos) ast.Node {
	info := c.pass.TypesInfo
	is := func(x ast.Expr) bool {
		id, ok := ast.Unparen(x).(*ast.Ident)
		return ok && golang.Object(info, id) == v
	}
	var from ast.Node
	other := false
	var loopsAround []*ast.RangeStmt
	var walk func(n ast.Node)
	walk = func(n ast.Node) {
		ast.Inspect(n, func(m ast.Node) bool {
			if m == nil || m == n {
				return true
			}
			switch m := m.(type) {
			case *ast.RangeStmt:
				walk(m.X)
				loopsAround = append(loopsAround, m)
				walk(m.Body)
				loopsAround = loopsAround[:len(loopsAround)-1]
				return false
			case *ast.AssignStmt:
				for i, l := range m.Lhs {
					if !is(l) || m.Pos() > use {
						continue
					}
					if i >= len(m.Rhs) {
						if from = c.rendered(in, m.Rhs[0]); from == nil {
							other = true
						}
						continue
					}
					at := c.appended(m.Rhs[i], is, loopsAround)
					if at == nil {
						at = c.unorderedList(in, m.Rhs[i], use)
					}
					if at != nil {
						from = at
					} else if !c.starts(m.Rhs[i]) {
						other = true
					}
				}
			case *ast.CallExpr:
				if m.Pos() <= use && use < m.End() || m.Pos() > use || builtin(info, m) {
					return true
				}
				// Have: a call before the use. With the list it may sort it.
				if from != nil && c.hands(m, is) {
					other = true
				}
			}
			return true
		})
	}
	walk(in.Body)
	if other {
		return nil
	}
	return from
}

// hands reports whether a call is given a list, or is a method of it: it may sort it.
func (c *checker) hands(call *ast.CallExpr, is func(ast.Expr) bool) bool {
	fn := golang.Callee(c.pass.TypesInfo, call)
	if fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "fmt" {
		return false
	}
	given := func(x ast.Expr) bool {
		switch y := ast.Unparen(x).(type) {
		case *ast.UnaryExpr:
			x = y.X
		case *ast.SliceExpr:
			x = y.X
		case *ast.CallExpr:
			if len(y.Args) == 1 && c.pass.TypesInfo.Types[y.Fun].IsType() {
				x = y.Args[0] // sort.Sort(byName(list))
			}
		}
		return is(x)
	}
	recv := golang.Receiver(c.pass.TypesInfo, call)
	return recv != nil && given(recv) || slices.ContainsFunc(call.Args, given)
}

// rendered returns the loop over a map in which the builder gets its rows of which a
// call makes a text and its values.
func (c *checker) rendered(in *ast.FuncDecl, x ast.Expr) ast.Node {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return nil
	}
	fn := golang.Callee(c.pass.TypesInfo, call)
	if fn == nil || fn.Pkg() == nil {
		return nil
	}
	if lib, ok := apis.LibraryOf(fn.Pkg().Path()); !ok || lib.Chain == nil {
		return nil
	}
	return c.grown(in, call)
}

// appended returns the loop over a map in which a list gets another element.
func (c *checker) appended(x ast.Expr, is func(ast.Expr) bool, around []*ast.RangeStmt) ast.Node {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok || !builtin(c.pass.TypesInfo, call) || len(call.Args) < 2 || !is(call.Args[0]) {
		return nil
	}
	for _, s := range around {
		if c.isMap(s.X) {
			return s
		}
	}
	return nil
}

// starts reports whether a list begins empty, or with what is written out: make, nil,
// a literal.
func (c *checker) starts(x ast.Expr) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.CallExpr:
		id, ok := ast.Unparen(x.Fun).(*ast.Ident)
		return ok && builtin(c.pass.TypesInfo, x) && id.Name == "make"
	case *ast.CompositeLit:
		return true
	case *ast.Ident:
		return c.pass.TypesInfo.Types[x].IsNil()
	}
	return false
}

func builtin(info *types.Info, call *ast.CallExpr) bool {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok {
		return false
	}
	_, ok = info.Uses[id].(*types.Builtin)
	return ok
}

func mentions(info *types.Info, n ast.Node, v *types.Var) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && info.Uses[id] == v {
			found = true
		}
		return !found
	})
	return found
}
