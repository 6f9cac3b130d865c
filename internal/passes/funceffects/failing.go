package funceffects

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file finds what a body does only after a failure: in a branch that is
// taken if there is an error, and that ends with this error or a new one, or in
// one that ends in trying the same again.
// A branch that ends otherwise is another way to success, and what it does is
// the ordinary case: not found, so insert.

// failing reports whether the branch of an if statement is such a branch, or
// goes on with the one it stands in.
func (w *walker) failing(s *ast.IfStmt) bool {
	ret := returned(s.Body)
	if ret == nil {
		return w.fails
	}
	err := w.failed(s.Cond)
	return err != nil && w.reports(ret, err, s.Body)
}

// again reports whether statements end with a call of the body's own function
// that is given what this run was given: what goes before it has mended what
// made this run fail, as a session that had expired. Only constants and what
// conditions alone ask for, the number of tries, may differ.
func (w *walker) again(list []ast.Stmt) bool {
	if len(list) == 0 || w.n.fn == nil {
		return false
	}
	ret, ok := list[len(list)-1].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return false
	}
	call, ok := ast.Unparen(ret.Results[0]).(*ast.CallExpr)
	if !ok || golang.Callee(w.g.info, call) != w.n.fn {
		return false
	}
	same := func(x ast.Expr, v *types.Var) bool { return w.variable(x) == v && !w.sets(w.body, x) }
	if recv := w.n.sig.Recv(); recv != nil && !same(golang.Receiver(w.g.info, call), recv) {
		return false
	}
	for i, a := range call.Args {
		v := w.n.params[min(i, len(w.n.params)-1)] // the last is variadic
		if w.g.info.Types[a].Value == nil && !same(a, v) && !w.onlyAsked(v, call) {
			return false
		}
	}
	return true
}

// goesOn: control may come from the clause of a switch to what follows that.
func goesOn(c *ast.CaseClause) bool {
	block := &ast.BlockStmt{List: c.Body}
	ends := leaves(block)
	golang.Inspect(block, func(n ast.Node) {
		b, ok := n.(*ast.BranchStmt)
		ends = ends && !(ok && b.Tok == token.BREAK)
	})
	return !ends
}

// onlyAsked: a number or a flag that conditions alone ask for, and a call of the
// body's own function.
func (w *walker) onlyAsked(v *types.Var, self *ast.CallExpr) bool {
	if _, basic := v.Type().Underlying().(*types.Basic); !basic {
		return false
	}
	asked := []ast.Expr{self}
	golang.Inspect(w.body, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.IfStmt:
			asked = append(asked, n.Cond)
		case *ast.CaseClause:
			asked = append(asked, n.List...)
		}
	})
	only := true
	ast.Inspect(w.body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && w.g.info.Uses[id] == v {
			only = only && slices.ContainsFunc(asked, func(x ast.Expr) bool { return x.Pos() <= id.Pos() && id.Pos() < x.End() })
		}
		return only
	})
	return only
}

// returned returns the statement that a block ends with, if that returns.
func returned(b *ast.BlockStmt) *ast.ReturnStmt {
	if len(b.List) == 0 {
		return nil
	}
	ret, _ := b.List[len(b.List)-1].(*ast.ReturnStmt)
	return ret
}

// failed returns the error that a condition asks for: err != nil.
func (w *walker) failed(cond ast.Expr) ast.Expr {
	b, ok := ast.Unparen(cond).(*ast.BinaryExpr)
	if !ok || b.Op != token.NEQ || !golang.IsError(w.g.info.TypeOf(b.X)) || !w.g.info.Types[b.Y].IsNil() {
		return nil
	}
	return ast.Unparen(b.X)
}

// reports: the last result is the error that was found, which the branch has
// not replaced, or one made by a function that makes errors.
func (w *walker) reports(ret *ast.ReturnStmt, err ast.Expr, body *ast.BlockStmt) bool {
	if len(ret.Results) == 0 {
		return false
	}
	last := ast.Unparen(ret.Results[len(ret.Results)-1])
	if !golang.IsError(w.g.info.TypeOf(last)) || w.replaces(body, err) {
		return false
	}
	if types.ExprString(last) == types.ExprString(err) {
		return true
	}
	call, ok := last.(*ast.CallExpr)
	if !ok {
		return false
	}
	fn := golang.Callee(w.g.info, call)
	return fn != nil && makesError(fn.Name()) && !w.mentionsOther(call, err)
}

// makesError: the function is named for making errors: New, Errorf, Wrap,
// NewNotFoundError.
func makesError(name string) bool {
	return hasPrefix(name, "New", "Wrap", "Errorf", "Join", "With") || strings.Contains(name, "Err")
}

// replaces: the branch assigns another value to err.
func (w *walker) replaces(body *ast.BlockStmt, err ast.Expr) bool {
	text, found := types.ExprString(err), false
	ast.Inspect(body, func(n ast.Node) bool {
		if s, ok := n.(*ast.AssignStmt); ok {
			for _, x := range s.Lhs {
				found = found || types.ExprString(x) == text
			}
		}
		return !found
	})
	return found
}

// mentionsOther: an argument is another error.
func (w *walker) mentionsOther(call *ast.CallExpr, err ast.Expr) bool {
	for _, a := range call.Args {
		if golang.IsError(w.g.info.TypeOf(a)) && types.ExprString(ast.Unparen(a)) != types.ExprString(err) {
			return true
		}
	}
	return false
}

// onError: a condition that tells success from failure, err != nil or err ==
// nil: what runs after success is the ordinary case.
func (w *walker) onError(cond ast.Expr) bool {
	b, ok := ast.Unparen(cond).(*ast.BinaryExpr)
	return ok && (b.Op == token.NEQ || b.Op == token.EQL) && golang.IsError(w.g.info.TypeOf(b.X)) && w.g.info.Types[b.Y].IsNil()
}

// sometimes reports whether a statement runs in some calls of its body only:
// in a branch, or behind a way out for what was found already. That something
// was not found in the database, and so nothing is done, is the other case.
func (g *graph) sometimes(e *edge, x Effect) bool {
	if !x.Kind.Database() && x.Kind != Network && x.Kind != Mail || len(e.tests)+len(e.left) == 0 {
		return false
	}
	f := g.flowOf(e.in)
	found := func(cond ast.Expr) bool {
		if f == nil || !g.present(cond) {
			return false
		}
		in := f.dependsOn(question{x: cond})
		return in.State && !in.remote // that an answer holds something says little
	}
	return slices.ContainsFunc(e.tests, func(cond ast.Expr) bool { return !found(cond) }) || slices.ContainsFunc(e.left, found)
}

// present: the condition asks whether there is something: found, x != nil.
func (g *graph) present(cond ast.Expr) bool {
	for _, b := range g.branches(cond, true) {
		switch is := b.is[0]; {
		case is == "true" && !b.not, b.not && (is == "nil" || is == "0" || is == `""` || is == "false"):
			return true
		}
	}
	return false
}
