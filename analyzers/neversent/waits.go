package neversent

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file looks at local variables that hold what is to be sent later: prepared
// statements, and batches.

// A waiting is such a variable.
type waiting struct {
	at     *ast.CallExpr // that prepares, or the first that queues
	batch  bool
	queued bool
	other  bool // something else has it, or sends it
}

// waits judges the variables of a function that hold prepared statements and batches:
// of one that nothing is asked of but to end, or to take more, nothing is sent.
func (c *checker) waits(body *ast.BlockStmt) {
	vars := make(map[*types.Var]*waiting)
	var order []*waiting
	add := func(x ast.Expr, w *waiting) {
		if v := c.variable(x); v != nil && body.Pos() <= v.Pos() && v.Pos() < body.End() && vars[v] == nil {
			vars[v] = w
			order = append(order, w)
		}
	}
	for n := range ast.Preorder(body) {
		lhs, rhs := golang.Assigned(n)
		for i, x := range rhs {
			call, _ := ast.Unparen(x).(*ast.CallExpr)
			switch {
			case call != nil && len(rhs) == 1 && len(lhs) == 2 && c.prepares(call):
				add(lhs[0], &waiting{at: call})
			case len(lhs) == len(rhs) && c.makesBatch(x):
				add(lhs[i], &waiting{batch: true})
			}
		}
		if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 0 {
			for _, id := range spec.Names {
				if c.isBatch(c.pass.TypesInfo.TypeOf(id)) {
					add(id, &waiting{batch: true})
				}
			}
		}
	}
	if len(vars) == 0 {
		return
	}
	ast.PreorderStack(body, nil, func(n ast.Node, stack []ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		v, _ := c.pass.TypesInfo.Uses[id].(*types.Var)
		if w := vars[v]; w != nil && !c.idle(w, id, stack) {
			w.other = true
		}
		return true
	})
	for _, w := range order {
		switch {
		case w.other:
		case !w.batch:
			c.report(w.at, "prepared", "this statement is prepared and never run: call Exec or Query on what it returns, or leave it out")
		case w.queued:
			c.report(w.at, "queued", fmt.Sprintf("what %s puts into this batch is never sent: give the batch to SendBatch, and close what that returns", callee(w.at)))
		}
	}
}

// prepares reports whether a call returns a statement that its methods run, not one that
// others run by its name.
func (c *checker) prepares(call *ast.CallExpr) bool {
	fn := golang.Callee(c.pass.TypesInfo, call)
	api, ok := c.apis.Lookup(fn)
	if !ok || api.Role != apis.Prepare || fn.Signature().Results().Len() != 2 {
		return false
	}
	for _, name := range [...]string{"Exec", "Query"} {
		if m, _, _ := types.LookupFieldOrMethod(fn.Signature().Results().At(0).Type(), true, nil, name); m == nil {
			return false
		} else if _, ok := m.(*types.Func); !ok {
			return false
		}
	}
	return true
}

// isBatch reports whether a type has a method that queues statements.
func (c *checker) isBatch(t types.Type) bool {
	named := golang.Named(t)
	if named == nil {
		return false
	}
	for m := range named.Methods() {
		if api, ok := c.apis.Lookup(m); ok && api.Role == apis.BatchQueue {
			return true
		}
	}
	return false
}

// makesBatch reports whether an expression makes an empty batch: &pgx.Batch{}, new(pgx.Batch).
func (c *checker) makesBatch(x ast.Expr) bool {
	if ref, ok := ast.Unparen(x).(*ast.UnaryExpr); ok && ref.Op == token.AND {
		x = ref.X
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.CompositeLit:
		return len(x.Elts) == 0 && c.isBatch(c.pass.TypesInfo.TypeOf(x))
	case *ast.CallExpr:
		return c.pass.TypesInfo.Types[x.Fun].IsBuiltin() && c.isBatch(c.pass.TypesInfo.TypeOf(x))
	}
	return false
}

// idle reports whether a mention of such a variable sends nothing: a call of Close, or one
// that puts more into a batch or asks for its length, as statements of their own.
func (c *checker) idle(w *waiting, id *ast.Ident, stack []ast.Node) bool {
	if len(stack) < 2 {
		return false
	}
	switch p := stack[len(stack)-1].(type) {
	case *ast.BinaryExpr:
		return true // compared with nil
	case *ast.AssignStmt:
		return len(p.Lhs) == 1 && len(p.Rhs) == 1 && ast.Unparen(p.Rhs[0]) == id && c.variable(p.Lhs[0]) == nil && types.ExprString(p.Lhs[0]) == "_"
	case *ast.SelectorExpr:
		call, ok := stack[len(stack)-2].(*ast.CallExpr)
		if !ok || ast.Unparen(call.Fun) != p {
			return false
		}
		fn := golang.Callee(c.pass.TypesInfo, call)
		if fn == nil {
			return false
		}
		api, _ := c.apis.Lookup(fn)
		if w.batch && api.Role == apis.BatchQueue && fn.Name() == "Queue" {
			if _, alone := stack[len(stack)-3].(*ast.ExprStmt); !alone {
				return false // QueuedQuery, of which somebody may ask more
			}
			if !w.queued {
				w.queued, w.at = true, call
			}
			return true
		}
		return w.batch && fn.Name() == "Len" || !w.batch && fn.Name() == "Close"
	}
	return false
}
