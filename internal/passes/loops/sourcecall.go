package loops

import (
	"fmt"
	"go/ast"
	"go/types"
)

// This file says what bounds what a call returns.

// sourceCall returns what bounds the result of a call.
func (u *unit) sourceCall(call *ast.CallExpr, depth int) verdict {
	t := u.Info.TypeOf(call)
	if tv := u.Info.Types[call.Fun]; tv.IsType() && len(call.Args) == 1 {
		return u.sourceAt(call.Args[0], depth)
	}
	switch u.builtin(call) {
	case "":
	case "append":
		v := u.sourceAt(call.Args[0], depth)
		if v.bound == Constant && call.Ellipsis.IsValid() {
			return u.sourceAt(call.Args[1], depth)
		}
		v.count = 0
		return v
	case "len":
		v := u.sourceAt(call.Args[0], depth)
		v.why = "the length of " + v.why
		return v
	case "make":
		if len(call.Args) > 1 {
			v := u.sourceAt(call.Args[1], depth)
			v.why = "a slice made for " + v.why
			return v
		}
		if _, ok := under(t).(*types.Map); ok {
			return constantly(0, "a map")
		}
		return byType(t)
	case "min":
		return u.sourceMin(call, depth)
	default:
		return byType(t)
	}
	fn := u.callee(call)
	if fn == nil {
		return byType(t)
	}
	if fn.Pkg() != nil {
		switch name := fn.Pkg().Path() + "." + fn.Name(); {
		case name == "time.Tick" || name == "time.After":
			return verdict{bound: Poll, why: "ticks of a timer"}
		case name == "runtime.NumCPU" || name == "runtime.GOMAXPROCS":
			return verdict{bound: Constant, why: "the number of processors"}
		case transparent[name] && len(call.Args) > 0:
			return u.sourceAt(call.Args[0], depth)
		case fn.Pkg().Path() == "strings" && len(call.Args) > 0 && u.Info.Types[call.Args[0]].Value != nil:
			return verdict{bound: Constant, why: "parts of a constant string"}
		}
	}
	if d := u.funcDecl(fn); d != nil && depth > 0 {
		if v, ok := u.returned(d, depth); ok {
			return v
		}
	}
	return byType(t)
}

// few is a number of round trips that nobody minds: a cap above it, as on the
// length of a list, only says where the data ends to matter.
const few = 10

// sourceMin: the least of some numbers is bounded by a small constant among
// them.
func (u *unit) sourceMin(call *ast.CallExpr, depth int) verdict {
	least := byType(u.Info.TypeOf(call))
	for _, a := range call.Args {
		if n, ok := u.integer(a); ok {
			if n <= few {
				return verdict{bound: Constant, why: fmt.Sprintf("at most %d", n), count: n}
			}
			continue
		}
		least = u.sourceAt(a, depth)
	}
	return least
}

// transparent functions give as many elements as their first argument has.
var transparent = map[string]bool{
	"slices.All": true, "slices.Values": true, "slices.Backward": true, "slices.Sorted": true, "slices.SortedFunc": true,
	"slices.Collect": true, "slices.Clone": true, "slices.Compact": true,
	"maps.All": true, "maps.Keys": true, "maps.Values": true, "maps.Clone": true,
	"golang.org/x/exp/maps.Keys": true, "golang.org/x/exp/maps.Values": true,
	"github.com/samber/lo.Keys": true, "github.com/samber/lo.Values": true, "github.com/samber/lo.Uniq": true,
	"github.com/samber/lo.Reverse": true,
}

// returned: what bounds the list that a function of this package returns, if
// that is a table of the program or one filled once a batch.
func (u *unit) returned(d *ast.FuncDecl, depth int) (verdict, bool) {
	if d.Body == nil || u.Result.inside[d] {
		return verdict{}, false
	}
	u.Result.inside[d] = true
	defer delete(u.Result.inside, d)
	other := u.Result.unit(d.Pos())
	var found verdict
	inspect(d.Body, func(n ast.Node) bool {
		ret, is := n.(*ast.ReturnStmt)
		if !is || found.bound == Data {
			return true
		}
		var e ast.Expr
		switch {
		case len(ret.Results) > 0:
			e = ret.Results[0]
		case len(d.Type.Results.List[0].Names) > 0:
			e = d.Type.Results.List[0].Names[0]
		}
		if e == nil || other.Info.Types[e].IsNil() {
			return true
		}
		switch v := other.sourceAt(e, depth-1); {
		case v.bound != Constant && v.bound != Batch:
			found = verdict{bound: Data}
		case found.bound == Unknown || v.bound == Batch:
			found = v
		}
		return true
	})
	if found.bound != Constant && found.bound != Batch {
		return verdict{}, false
	}
	found.why = "what " + d.Name.Name + " returns: " + found.why
	return found, true
}

// returnedField: what bounds a field of what a function of this package returns,
// if that is the same wherever it is called.
func (u *unit) returnedField(made ast.Expr, field string, depth int) (found verdict, ok bool) {
	call, is := ast.Unparen(made).(*ast.CallExpr)
	if !is || depth <= 0 {
		return verdict{}, false
	}
	d := u.funcDecl(u.callee(call))
	if d == nil || d.Body == nil {
		return verdict{}, false
	}
	other := u.Result.unit(d.Pos())
	inspect(d.Body, func(n ast.Node) bool {
		ret, is := n.(*ast.ReturnStmt)
		if !is || len(ret.Results) > 0 && other.Info.Types[ret.Results[0]].IsNil() {
			return true
		}
		v := verdict{}
		if len(ret.Results) > 0 {
			if value := other.fieldOf(ret.Results[0], field); value != nil {
				v = other.sourceAt(value, depth-1)
			}
		}
		ok = v.bound == Constant && (ok || found.bound == Unknown)
		found = verdict{bound: Data}
		if ok {
			found = v
		}
		return true
	})
	return found, ok
}

// sourceChan: a channel that this declaration fills from a loop over data is
// that data; any other brings work when it comes.
func (u *unit) sourceChan(obj types.Object) verdict {
	for _, s := range u.sends[obj] {
		for l := u.loopAround(s); l != nil; l = u.loopAround(l) {
			if v := u.loop(l); v.Bound == Data {
				return verdict{bound: Data, why: fmt.Sprintf("a channel filled by the loop at line %d", v.Line)}
			}
		}
	}
	return byType(obj.Type())
}
