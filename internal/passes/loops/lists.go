package loops

import (
	"go/ast"
	"go/token"
	"go/types"
)

// This file tells lists of lists apart by how they are made: the batches of a
// list, which are as few as one likes, and groups or records, which are as many
// as there are things.

// A division says how a list of lists was made.
type division uint8

const (
	undivided division = iota // not known
	batches                   // slices of a list, or lists that were full
	groups                    // one list for each of many things
)

func (d division) join(e division) division { return max(d, e) }

// listElem returns the list that the elements of t are; nil if they are none,
// or bytes.
func listElem(t types.Type) *types.Slice {
	el, ok := under(elem(t)).(*types.Slice)
	if !ok || isByte(el.Elem()) {
		return nil
	}
	return el
}

func isByte(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == types.Byte
}

// overBatches: the elements that a range statement gives are batches: what is
// done is done with a whole list. Records are lists as well, of which the body
// takes the columns.
func (u *unit) overBatches(s *ast.RangeStmt) bool {
	t := u.Info.TypeOf(s.X)
	kind := rangeKind(t)
	if kind == RangeFunc {
		return u.yieldsBatches(s)
	}
	if kind == RangeMap || listElem(t) == nil || u.takenApart(s) {
		return false
	}
	switch u.division(s.X, 6) {
	case batches:
		return true
	case groups:
		return false
	}
	return !u.rangesOver(s)
}

// yieldsBatches: an iterator function yields slices, as a whole.
func (u *unit) yieldsBatches(s *ast.RangeStmt) bool {
	for _, e := range []ast.Expr{s.Key, s.Value} {
		if e != nil {
			if t, ok := under(u.Info.TypeOf(e)).(*types.Slice); ok && !isByte(t.Elem()) {
				return !u.takenApart(s)
			}
		}
	}
	return false
}

// isElement returns a test for expressions that are the element: the variable,
// or x[i].
func (u *unit) isElement(s *ast.RangeStmt) func(ast.Expr) bool {
	return func(e ast.Expr) bool {
		e = ast.Unparen(e)
		if ix, ok := e.(*ast.IndexExpr); ok {
			return s.Key != nil && u.object(s.Key) != nil && u.object(ix.Index) == u.object(s.Key) && u.rootObj(ix.X) == u.rootObj(s.X)
		}
		obj := u.object(e)
		return obj != nil && (s.Value != nil && obj == u.object(s.Value) || s.Key != nil && obj == u.object(s.Key) && listIn(obj.Type()))
	}
}

func listIn(t types.Type) bool {
	_, ok := under(t).(*types.Slice)
	return ok
}

// takenApart: the body takes the columns of a record: an element whose place
// is a constant, or all of them as arguments.
func (u *unit) takenApart(s *ast.RangeStmt) bool {
	is := u.isElement(s)
	found := false
	ast.Inspect(s.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IndexExpr:
			if _, isConst := u.integer(n.Index); isConst && is(n.X) {
				found = true
			}
		case *ast.CallExpr:
			if n.Ellipsis.IsValid() && u.builtin(n) == "" && is(n.Args[len(n.Args)-1]) {
				found = true
			}
		}
		return !found
	})
	return found
}

// rangesOver: the body ranges over the element.
func (u *unit) rangesOver(s *ast.RangeStmt) bool {
	is := u.isElement(s)
	found := false
	ast.Inspect(s.Body, func(n ast.Node) bool {
		if r, ok := n.(*ast.RangeStmt); ok && is(r.X) {
			found = true
		}
		return !found
	})
	return found
}

// division returns how the list of lists e was made.
func (u *unit) division(e ast.Expr, depth int) division {
	if depth == 0 {
		return undivided
	}
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		return u.divisionOf(u.object(x), depth-1)
	case *ast.SliceExpr:
		return u.division(x.X, depth-1)
	case *ast.CallExpr:
		return u.divisionBy(x, depth-1)
	}
	return undivided
}

// divisionOf returns how the lists in a variable were made.
func (u *unit) divisionOf(obj types.Object, depth int) division {
	var d division
	for _, w := range u.writes[obj] {
		switch {
		case w.rhs == nil || w.kind == address:
		case w.kind == element:
			ix, ok := ast.Unparen(w.lhs).(*ast.IndexExpr)
			if !ok {
				continue
			}
			grown, ok := ast.Unparen(w.rhs).(*ast.CallExpr)
			switch {
			case !ok || u.builtin(grown) != "append":
				d = d.join(u.part(w.rhs, depth))
			case u.dealt(ix.Index):
				d = d.join(batches)
			default:
				d = d.join(groups) // by a key
			}
		case w.kind == define || w.kind == assign:
			d = d.join(u.division(w.rhs, depth))
		}
	}
	return d
}

// dealt: elements are put into one list after the other, by a quotient or
// remainder of a counter.
func (u *unit) dealt(index ast.Expr) bool {
	b, ok := ast.Unparen(index).(*ast.BinaryExpr)
	return ok && (b.Op == token.QUO || b.Op == token.REM)
}

// divisionBy returns how the lists were made that a call returns.
func (u *unit) divisionBy(call *ast.CallExpr, depth int) division {
	if u.Info.Types[call.Fun].IsType() && len(call.Args) == 1 {
		return u.division(call.Args[0], depth)
	}
	if u.builtin(call) == "append" {
		d := u.division(call.Args[0], depth)
		for _, a := range call.Args[1:] {
			if call.Ellipsis.IsValid() {
				d = d.join(u.division(a, depth))
			} else {
				d = d.join(u.part(a, depth))
			}
		}
		return d
	}
	fn := u.callee(call)
	if fn == nil {
		return undivided
	}
	if chunkers[fn.FullName()] {
		return batches
	}
	d := u.funcDecl(fn)
	if d == nil || d.Body == nil || depth == 0 {
		return undivided
	}
	other := u.Result.unit(d.Pos())
	var out division
	inspect(d.Body, func(n ast.Node) bool {
		ret, ok := n.(*ast.ReturnStmt)
		switch {
		case !ok:
		case len(ret.Results) > 0:
			out = out.join(other.division(ret.Results[0], depth))
		case d.Type.Results != nil && len(d.Type.Results.List[0].Names) > 0:
			out = out.join(other.division(d.Type.Results.List[0].Names[0], depth))
		}
		return true
	})
	return out
}

// chunkers are the functions of libraries that cut a list into batches.
var chunkers = map[string]bool{
	"slices.Chunk": true, "github.com/samber/lo.Chunk": true, "github.com/samber/lo/mutable.Chunk": true,
	"github.com/thoas/go-funk.Chunk": true,
}

// part returns what a list of lists is made of that e is put into.
func (u *unit) part(e ast.Expr, depth int) division {
	if depth == 0 {
		return undivided
	}
	switch x := ast.Unparen(e).(type) {
	case *ast.SliceExpr:
		return batches
	case *ast.CompositeLit:
		return groups // as many as there are elements
	case *ast.CallExpr:
		if u.builtin(x) == "append" && len(x.Args) > 1 {
			return u.part(x.Args[len(x.Args)-1], depth-1) // a copy
		}
	case *ast.Ident:
		return u.partVar(u.object(x), e, depth-1)
	}
	return undivided
}

// partVar: a variable that is put into a list of lists. One that is emptied
// where its length is looked at was full.
func (u *unit) partVar(obj types.Object, at ast.Expr, depth int) division {
	var d division
	for _, w := range u.writes[obj] {
		if w.rhs == nil {
			continue
		}
		switch x := ast.Unparen(w.rhs).(type) {
		case *ast.SliceExpr:
			d = d.join(batches)
		case *ast.CompositeLit:
			if len(x.Elts) > 0 {
				d = d.join(groups)
			}
		}
	}
	if d != undivided {
		return d
	}
	for child, p := ast.Node(at), u.parent[at]; p != nil; child, p = p, u.parent[p] {
		s, ok := p.(*ast.IfStmt)
		if ok && child == s.Body && u.comparesLengthOf(s.Cond, obj) {
			return batches
		}
		if _, ok := p.(*ast.FuncLit); ok {
			break
		}
	}
	return undivided
}

// comparesLengthOf: the condition compares the length of a variable.
func (u *unit) comparesLengthOf(cond ast.Expr, obj types.Object) bool {
	found := false
	ast.Inspect(cond, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && u.builtin(call) == "len" && u.object(call.Args[0]) == obj {
			found = true
		}
		return !found
	})
	return found
}
