package loops

import (
	"go/ast"
	"go/token"
	"go/types"
	"math"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file says what the number does that a loop counts: whether it says
// which element is meant, which page, or only how often something was tried.

// boundless is a limit that says only that there is none.
const boundless = math.MaxInt32

// byNumber classifies the body of a loop that counts one by one, by what it
// does with the number; over says that it is the place of an element.
func (u *unit) byNumber(body *ast.BlockStmt, obj types.Object, over bool) (verdict, bool) {
	switch multiple := u.multiplied(body, obj); {
	case multiple && u.slicesBy(body, obj):
		return verdict{bound: Batch, why: "takes a slice of the data at a time"}, true
	case multiple && !over, !over && u.listsBy(body, obj):
		return verdict{bound: Page, why: obj.Name() + " is the number of a page"}, true
	case over || u.selects(body, obj):
	case u.goesOn(body):
		return verdict{bound: Page, why: "goes on where the page before ends"}, true
	case u.triesUntil(body):
		return verdict{bound: Retry, why: "counts tries until one succeeds"}, true
	}
	return verdict{}, false
}

// goesOn: a call that answers with many is given a variable that the body sets
// to a part of the answer.
func (u *unit) goesOn(body *ast.BlockStmt) bool {
	found := false
	inspect(body, func(n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		if !ok || found || a.Tok != token.ASSIGN {
			return !found
		}
		for i, l := range a.Lhs {
			v := u.object(l)
			if v == nil || local(v, body) || u.isGlobal(v) || len(a.Lhs) != len(a.Rhs) {
				continue
			}
			for _, n := range u.sources(a.Rhs[i], body, 3) {
				call, ok := n.(*ast.CallExpr)
				found = found || ok && u.answersMany(call, body) && u.givenBy(call, v, body)
			}
		}
		return !found
	})
	return found
}

// givenBy: an argument of the call is made of v, at once or in a variable.
func (u *unit) givenBy(call *ast.CallExpr, v types.Object, body ast.Node) bool {
	for _, a := range call.Args {
		if u.mentions(a, v) {
			return true
		}
		for _, o := range u.objectsIn(a) {
			for _, w := range u.writes[o] {
				if w.rhs != nil && golang.Within(w.at, body) && u.mentions(w.rhs, v) {
					return true
				}
			}
		}
	}
	return false
}

// carriers returns a test for expressions that are the counter, or a variable
// or field that the body sets to a number made of it.
func (u *unit) carriers(body ast.Node, obj types.Object) func(ast.Expr) bool {
	type place struct {
		obj  types.Object
		path string
	}
	set := map[place]bool{{obj, ""}: true}
	inspect(body, func(n ast.Node) bool {
		if a, ok := n.(*ast.AssignStmt); ok && len(a.Lhs) == len(a.Rhs) {
			for i, l := range a.Lhs {
				if o, path, exact := u.fieldPath(l); exact && o != nil && isInteger(u.Info.TypeOf(l)) && u.mentions(a.Rhs[i], obj) {
					set[place{o, path}] = true
				}
			}
		}
		return true
	})
	return func(e ast.Expr) bool {
		found := false
		ast.Inspect(e, func(n ast.Node) bool {
			if x, ok := n.(ast.Expr); ok && !found {
				o, path, exact := u.fieldPath(x)
				found = exact && o != nil && set[place{o, path}]
			}
			return !found
		})
		return found
	}
}

// multiplied: a multiple of the counter is where something begins: i*size,
// which is neither a time nor a place in a table.
func (u *unit) multiplied(body *ast.BlockStmt, obj types.Object) bool {
	is := u.carriers(body, obj)
	found := false
	inspect(body, func(n ast.Node) bool {
		b, ok := n.(*ast.BinaryExpr)
		if !ok || b.Op != token.MUL || found {
			return !found
		}
		_, named := types.Unalias(u.Info.TypeOf(b)).(*types.Named)
		found = !named && isInteger(u.Info.TypeOf(b)) && is(b.X) != is(b.Y) && !u.partOfTime(b)
		return !found
	})
	return found
}

// partOfTime: e is in the place of an element, or what a function of package
// time is given.
func (u *unit) partOfTime(e ast.Expr) bool {
	for child, p := ast.Node(e), u.parent[e]; p != nil; child, p = p, u.parent[p] {
		switch p := p.(type) {
		case *ast.IndexExpr:
			return p.Index == child
		case *ast.CallExpr:
			fn := u.callee(p)
			return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "time"
		case ast.Stmt:
			return false
		}
	}
	return false
}

// listsBy: the number is given to a function that answers with many: it says
// which page of them, unless a time was made of it. A database's own functions are
// known better.
func (u *unit) listsBy(body *ast.BlockStmt, obj types.Object) bool {
	is := u.carriers(body, obj)
	found := false
	inspect(body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || found || u.builtin(call) != "" || u.Info.Types[call.Fun].IsType() {
			return !found
		}
		if _, known := u.api(call); known {
			return true
		}
		for _, a := range call.Args {
			path, _ := named(u.Info.TypeOf(a))
			found = found || is(a) && path != "time" && u.answersMany(call, body)
		}
		return !found
	})
	return found
}

// answersMany: a result of the call is a collection, or has one that the body
// ranges over.
func (u *unit) answersMany(call *ast.CallExpr, body ast.Node) bool {
	list := func(t types.Type) bool {
		switch t := under(t).(type) {
		case *types.Slice:
			return !isByte(t.Elem())
		case *types.Map:
			return true
		}
		return false
	}
	switch t := u.Info.TypeOf(call).(type) {
	case *types.Tuple:
		for v := range t.Variables() {
			if list(v.Type()) {
				return true
			}
		}
	default:
		if list(t) {
			return true
		}
	}
	a, ok := u.parent[call].(*ast.AssignStmt)
	return ok && u.rangesInto(body, a.Lhs)
}

// rangesInto: the body ranges over something that is part of one of the
// variables.
func (u *unit) rangesInto(body ast.Node, vars []ast.Expr) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		if r, ok := n.(*ast.RangeStmt); ok {
			root := u.rootObj(r.X)
			for _, v := range vars {
				found = found || root != nil && u.object(v) == root
			}
		}
		return !found
	})
	return found
}

// selects: the number decides what is asked for. Comparing it, telling it, and
// making a time to wait of it does not.
func (u *unit) selects(body ast.Node, obj types.Object) bool {
	for _, id := range u.idents[obj] {
		if golang.Within(id, body) && u.decides(id) {
			return true
		}
	}
	return false
}

func (u *unit) decides(id *ast.Ident) bool {
	for child, p := ast.Node(id), u.parent[id]; p != nil; child, p = p, u.parent[p] {
		switch p := p.(type) {
		case *ast.BinaryExpr:
			switch p.Op {
			case token.LSS, token.LEQ, token.GTR, token.GEQ, token.EQL, token.NEQ:
				return false
			}
		case *ast.CallExpr:
			if fn := u.callee(p); fn != nil && u.tells(p, fn) {
				return false
			}
		case *ast.IncDecStmt:
			return false
		case *ast.AssignStmt:
			for _, l := range p.Lhs {
				if l == child {
					return false
				}
			}
			return true
		case ast.Stmt:
			return true
		}
		if e, ok := p.(ast.Expr); ok {
			if path, name := named(u.Info.TypeOf(e)); path == "time" && name == "Duration" {
				return false
			}
		}
	}
	return true
}

// tells: the call writes a line of a log, makes an error, or waits.
func (u *unit) tells(call *ast.CallExpr, fn *types.Func) bool {
	if x := recv(call); x != nil && u.Info.Types[x].IsValue() && u.ignored(u.Info.TypeOf(x)) {
		return true
	}
	if fn.Pkg() == nil {
		return false
	}
	switch fn.Pkg().Path() {
	case "log", "log/slog":
		return true
	}
	return golang.IsError(u.Info.TypeOf(call)) && fn.Pkg().Path() == "fmt" || u.sleeps(fn)
}

// judgesError: the condition asks a function about an error.
func (u *unit) judgesError(cond ast.Expr) bool {
	found := false
	ast.Inspect(cond, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			for _, a := range call.Args {
				found = found || golang.IsError(u.Info.TypeOf(a))
			}
		}
		return !found
	})
	return found
}
