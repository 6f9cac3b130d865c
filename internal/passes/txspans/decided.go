package txspans

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file decides branches of a function by the constants that a call gives
// it: what no call that hands it the transaction leads to, does not run in one.

// A verdict is what is known of a condition.
type verdict uint8

const (
	unclear verdict = iota
	holds
	fails
)

func (v verdict) not() verdict { return [...]verdict{unclear, fails, holds}[v] }

// A callSite is a call as its callee sees it: the arguments by parameter.
type callSite struct {
	r    *Result
	args map[*types.Var]ast.Expr
}

func (r *Result) siteOf(fn *types.Func, call *ast.CallExpr) callSite {
	s := callSite{r, make(map[*types.Var]ast.Expr)}
	sig := fn.Signature()
	for i := range sig.Params().Len() {
		if !(sig.Variadic() && i == sig.Params().Len()-1) && i < len(call.Args) {
			s.args[sig.Params().At(i)] = call.Args[i]
		}
	}
	return s
}

// reaches reports whether a call may get to a place in the body of its callee.
func (s callSite) reaches(body *ast.BlockStmt, at ast.Node) bool {
	reached := true
	in := func(b ast.Node) bool { return b != nil && b.Pos() <= at.Pos() && at.Pos() < b.End() }
	ast.Inspect(body, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok && !in(n) || !reached {
			return false
		}
		list, _ := n.(*ast.BlockStmt)
		if list != nil && in(list) {
			for _, before := range list.List {
				// A branch before that leaves the block.
				if x, ok := before.(*ast.IfStmt); ok && x.End() <= at.Pos() && golang.EndsInReturn(x.Body) && s.decide(x.Cond) == holds {
					reached = false
				}
			}
		}
		if x, ok := n.(*ast.IfStmt); ok {
			switch {
			case in(x.Body) && s.decide(x.Cond) == fails, x.Else != nil && in(x.Else) && s.decide(x.Cond) == holds:
				reached = false
			}
		}
		return true
	})
	return reached
}

// decide evaluates a condition of the callee.
func (s callSite) decide(cond ast.Expr) verdict {
	switch x := ast.Unparen(cond).(type) {
	case *ast.UnaryExpr:
		if x.Op == token.NOT {
			return s.decide(x.X).not()
		}
	case *ast.BinaryExpr:
		switch x.Op {
		case token.LAND:
			return and(s.decide(x.X), s.decide(x.Y))
		case token.LOR:
			return and(s.decide(x.X).not(), s.decide(x.Y).not()).not()
		case token.EQL, token.NEQ:
			a, b := s.value(x.X), s.value(x.Y)
			if a == nil || b == nil {
				return unclear
			}
			return known(constant.Compare(a, x.Op, b))
		}
	}
	if v := s.value(cond); v != nil && v.Kind() == constant.Bool {
		return known(constant.BoolVal(v))
	}
	return unclear
}

func and(a, b verdict) verdict {
	switch {
	case a == fails || b == fails:
		return fails
	case a == holds && b == holds:
		return holds
	}
	return unclear
}

func known(b bool) verdict {
	if b {
		return holds
	}
	return fails
}

// value is the constant that an expression of the callee has: its own, that of
// an argument, or of a field of a struct literal that is one. A parameter that
// is assigned to may have another: what is left out for that is not reported.
func (s callSite) value(x ast.Expr) constant.Value {
	info := s.r.pass.TypesInfo
	if v := info.Types[x].Value; v != nil {
		return v
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		v, _ := info.Uses[x].(*types.Var)
		if arg := s.args[v]; arg != nil {
			return info.Types[arg].Value
		}
	case *ast.SelectorExpr:
		id, ok := ast.Unparen(x.X).(*ast.Ident)
		if !ok {
			return nil
		}
		v, _ := info.Uses[id].(*types.Var)
		lit, ok := s.args[v].(*ast.CompositeLit)
		if !ok {
			return nil
		}
		return s.field(lit, info.Uses[x.Sel], info.TypeOf(x))
	}
	return nil
}

// field is the constant of a field of a struct literal; the zero value if the
// literal leaves it out.
func (s callSite) field(lit *ast.CompositeLit, field types.Object, t types.Type) constant.Value {
	for _, e := range lit.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			return nil
		}
		if id, ok := kv.Key.(*ast.Ident); ok && s.r.pass.TypesInfo.Uses[id] == field {
			return s.r.pass.TypesInfo.Types[kv.Value].Value
		}
	}
	b, ok := t.Underlying().(*types.Basic)
	if !ok {
		return nil
	}
	switch {
	case b.Info()&types.IsBoolean != 0:
		return constant.MakeBool(false)
	case b.Info()&types.IsString != 0:
		return constant.MakeString("")
	case b.Info()&types.IsInteger != 0:
		return constant.MakeInt64(0)
	}
	return nil
}

// decided drops the events of handed transactions that no call which hands them
// leads to.
func (r *Result) decided() {
	for _, s := range r.spans {
		d, ok := s.Func.(*ast.FuncDecl)
		if !ok || s.Origin != Handed {
			continue
		}
		fn, _ := r.pass.TypesInfo.Defs[d.Name].(*types.Func)
		var sites []callSite
		for _, call := range r.hands.calls[fn] {
			sites = append(sites, r.siteOf(fn, call))
		}
		s.Events = slices.DeleteFunc(s.Events, func(e Event) bool {
			return !slices.ContainsFunc(sites, func(c callSite) bool { return c.reaches(d.Body, e.Node) })
		})
	}
}
