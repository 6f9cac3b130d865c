package sqlparse

import (
	"go/ast"
	"go/constant"
	"go/types"
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlpattern"
)

// BoundTo returns the Go expression that the call binds to a parameter of the
// text, nil if that is not plain to see.
func (q *Query) BoundTo(param *sqlmodel.Expr) ast.Expr {
	if q.Chain {
		return q.Text.Bound(param.Range.Start)
	}
	args := q.Args
	if len(args) == 0 {
		return nil
	}
	if last := len(args) - 1; q.Call.Ellipsis.IsValid() {
		lit := q.written(args[last])
		if lit == nil {
			return nil
		}
		args = append(args[:last:last], lit.Elts...)
	}
	n := 0
	switch name := param.Name; {
	case strings.HasPrefix(name, "$") && !q.API.Named:
		i, err := strconv.Atoi(name[1:])
		if err != nil {
			return nil
		}
		n = i - 1
	case name == "?" && !q.API.Named:
		source := q.Text.Source()
		if len(source.Holes) > 0 {
			return nil // holes may hold placeholders, too
		}
		n = countQuestions(source.Text[:param.Range.Start])
	case strings.HasPrefix(name, ":"), strings.HasPrefix(name, "@"):
		return q.byName(args, name[1:])
	default:
		return nil
	}
	if n < 0 || n >= len(args) {
		return nil
	}
	return args[n]
}

// written returns the list or map that an expression is, as it is written out: there,
// or where the local variable gets its one value whose elements nobody changes.
func (q *Query) written(x ast.Expr) *ast.CompositeLit {
	if lit, ok := ast.Unparen(x).(*ast.CompositeLit); ok {
		return lit
	}
	id, ok := ast.Unparen(x).(*ast.Ident)
	if !ok || q.Func == nil || q.Func.Body == nil {
		return nil
	}
	info := q.result.info
	v, _ := info.Uses[id].(*types.Var)
	if v == nil || v.Pos() < q.Func.Body.Pos() || q.Func.Body.End() <= v.Pos() {
		return nil
	}
	var value ast.Expr
	n := 0
	for s := range ast.Preorder(q.Func.Body) {
		lhs, rhs := golang.Assigned(s)
		for i, l := range lhs {
			if p, exact := golang.PathOf(info, l); p.Root == v {
				n++
				if exact && p.Fields == "" && i < len(rhs) {
					value = rhs[i]
				}
			}
		}
	}
	lit, ok := value.(*ast.CompositeLit)
	if n != 1 || !ok {
		return nil
	}
	return lit
}

// Records returns the records, or lists of them, that the chain of an ORM's calls which
// ends in this one is given as its model, and those that the call itself is given.
func (q *Query) Records() []ast.Expr {
	var out []ast.Expr
	if at := q.API.DestArg; at >= 0 && at < len(q.Call.Args) {
		out = append(out, q.Call.Args[at])
	}
	if q.Chain && q.Func != nil {
		q.models(q.Call, 3, &out)
	}
	return out
}

// models adds what the calls of a chain have as their model, through so many local
// variables that hold a part of it.
func (q *Query) models(call *ast.CallExpr, depth int, out *[]ast.Expr) {
	info := q.result.info
	for call != nil {
		fn := golang.Callee(info, call)
		if fn == nil || fn.Pkg() == nil {
			return
		}
		if lib, ok := apis.LibraryOf(fn.Pkg().Path()); ok {
			if e, _, ok := lib.Effect(fn); ok && e.Form == "model" && e.Arg < len(call.Args) {
				*out = append(*out, call.Args[e.Arg])
			}
		}
		from := ast.Unparen(golang.Receiver(info, call))
		id, ok := from.(*ast.Ident)
		if !ok {
			call, _ = from.(*ast.CallExpr)
			continue
		}
		for n := range ast.Preorder(q.Func.Body) {
			lhs, rhs := golang.Assigned(n)
			for i, l := range lhs {
				to, ok := ast.Unparen(l).(*ast.Ident)
				if ok && i < len(rhs) && depth > 0 && golang.Object(info, to) == info.Uses[id] && n.Pos() < call.Pos() {
					if part, ok := ast.Unparen(rhs[i]).(*ast.CallExpr); ok {
						q.models(part, depth-1, out)
					}
				}
			}
		}
		return
	}
}

// countQuestions counts the question marks outside of quotes.
func countQuestions(sql string) int {
	n, quoted := 0, false
	for _, r := range sql {
		switch {
		case r == '\'':
			quoted = !quoted
		case r == '?' && !quoted:
			n++
		}
	}
	return n
}

// byName returns what stands under a name in arguments that are written out: an
// element of a map literal, or a call sql.Named("name", x).
func (q *Query) byName(args []ast.Expr, name string) ast.Expr {
	is := func(e ast.Expr) bool {
		lit, ok := ast.Unparen(e).(*ast.BasicLit)
		if !ok {
			return false
		}
		s, err := strconv.Unquote(lit.Value)
		return err == nil && s == name
	}
	for _, a := range args {
		if lit := q.written(a); lit != nil {
			for _, e := range lit.Elts {
				if kv, ok := e.(*ast.KeyValueExpr); ok && is(kv.Key) {
					return kv.Value
				}
			}
		}
		if call, ok := ast.Unparen(a).(*ast.CallExpr); ok && len(call.Args) == 2 && is(call.Args[0]) && strings.HasSuffix(types.ExprString(call.Fun), "Named") {
			return call.Args[1]
		}
	}
	return nil
}

// Bound returns what is known of what the call binds to the parameters that
// conditions and LIMIT have: constants, the strings that a local variable may
// hold, and whatever is known of patterns. A type with methods of its own for
// the driver says nothing.
func (q *Query) Bound() sqlpattern.Bound {
	q.boundOnce.Do(func() {
		q.bound = make(sqlpattern.Bound)
		for _, st := range q.Model().Statements {
			for _, l := range st.Levels {
				for _, p := range l.Predicates {
					like := p.Op == sqlmodel.OpLike || p.Op == sqlmodel.OpILike
					for _, e := range append([]*sqlmodel.Expr{p.Left, p.Right, p.High}, p.List...) {
						q.bind(e, like)
					}
				}
				q.bind(l.Limit, false)
				q.bind(l.Offset, false)
			}
		}
	})
	return q.bound
}

// bind notes what is bound to the parameters in e.
func (q *Query) bind(e *sqlmodel.Expr, pattern bool) {
	if e == nil {
		return
	}
	if e.Kind == sqlmodel.ExprParam && q.bound[e.Number] == nil {
		if arg := q.BoundTo(e); arg != nil {
			if values := q.values(ast.Unparen(arg), pattern); values != nil {
				q.bound[e.Number] = values
			}
		}
	}
	for _, a := range e.Args {
		q.bind(a, pattern)
	}
}

// values returns the texts that an argument may have, nil if nothing is known.
func (q *Query) values(arg ast.Expr, pattern bool) []string {
	tv := q.result.info.Types[arg]
	if speaks(tv.Type) {
		return nil
	}
	if v := tv.Value; v != nil {
		switch v.Kind() {
		case constant.String:
			return []string{constant.StringVal(v)}
		case constant.Int, constant.Bool:
			return []string{v.ExactString()}
		}
		return nil
	}
	if !pattern {
		// Parameters, fields and results differ from call to call.
		id, ok := arg.(*ast.Ident)
		if !ok || q.Func == nil || !isString(tv.Type) {
			return nil
		}
		obj := q.result.info.Uses[id]
		if obj == nil || q.Func.Body == nil || obj.Pos() < q.Func.Body.Pos() || obj.Pos() >= q.Func.Body.End() {
			return nil
		}
	}
	return q.result.Strings(q.Func, arg)
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// speaks reports whether a type may tell a driver something else than what its
// value is.
func speaks(t types.Type) bool {
	if t == nil {
		return false
	}
	if b, ok := t.Underlying().(*types.Basic); !ok || b.Kind() == types.Invalid {
		return false // a record: see sqltext's Strings
	}
	for _, name := range []string{"Value", "String", "MarshalText", "MarshalJSON"} {
		if obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name); obj != nil {
			return true
		}
	}
	return false
}

// Strings returns the strings that a Go expression may evaluate to, with
// sqlpattern.Unknown for the parts that are not known; fn is the declared
// function that it stands in, nil if none.
func (r *Result) Strings(fn *ast.FuncDecl, e ast.Expr) []string {
	var out []string
	for _, t := range r.sites.Strings(fn, e) {
		var b strings.Builder
		for _, p := range t.Pieces() {
			if p.Text == "" {
				b.WriteString(sqlpattern.Unknown)
			} else {
				b.WriteString(p.Text)
			}
		}
		out = append(out, b.String())
	}
	return out
}
