package nplusone

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/loops"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// This file says of a statement whether one for many elements could be sent in
// its place: statements about one object of the schema or of the session have
// no such form, and no statement names several tables.

// texts returns the SQL that a call and the chain before it hand over.
func (c *checker) texts(call *ast.CallExpr) []*sqlparse.Query {
	if c.byCall == nil {
		c.byCall = make(map[*ast.CallExpr][]*sqlparse.Query)
		c.byPlace = make(map[string][]*sqlparse.Query)
		for _, q := range c.sql.Queries {
			c.byCall[q.Call] = append(c.byCall[q.Call], q)
			at := c.at(q.Call)
			c.byPlace[at] = append(c.byPlace[at], q)
		}
	}
	var list []*sqlparse.Query
	for link := call; link != nil; link = before(link) {
		list = append(list, c.byCall[link]...)
	}
	return list
}

// before returns the call that a call's method is called on the result of.
func before(call *ast.CallExpr) *ast.CallExpr {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	x, _ := ast.Unparen(sel.X).(*ast.CallExpr)
	return x
}

// withForm returns the effects of a call, or of a function that is passed if
// that is nil, other than statements about one object.
func (c *checker) withForm(call *ast.CallExpr, es []funceffects.Effect) []funceffects.Effect {
	return slices.DeleteFunc(slices.Clone(es), func(e funceffects.Effect) bool {
		texts := c.texts(call)
		if call == nil && len(e.Path) > 0 || len(e.Path) > 1 {
			texts = c.byPlace[e.Path[len(e.Path)-1].At] // of this package
		}
		if whole := wholes(texts); len(whole) > 0 {
			return !hasForm(e) || !slices.ContainsFunc(whole, func(q *sqlparse.Query) bool { return !aboutOne(q) })
		}
		return !hasForm(e)
	})
}

// hasForm reports whether a statement may be about many rows, by what its
// effect says of it.
func hasForm(e funceffects.Effect) bool { return e.Name != funceffects.Object }

// wholes returns the texts that are statements, and are understood.
func wholes(texts []*sqlparse.Query) []*sqlparse.Query {
	var list []*sqlparse.Query
	for _, q := range texts {
		if q.Fragment() == sqlscan.Statement && len(q.Model().Statements) > 0 {
			list = append(list, q)
		}
	}
	return list
}

// streams reports whether a call reads or writes a part of a stream, as an
// io.Reader or io.Writer does: its chunks are no elements.
func streams(info *types.Info, call *ast.CallExpr) bool {
	fn := typeutil.StaticCallee(info, call)
	if fn == nil || fn.Name() != "Read" && fn.Name() != "Write" || fn.Signature().Recv() == nil {
		return false
	}
	params, results := fn.Signature().Params(), fn.Signature().Results()
	return params.Len() == 1 && types.Identical(params.At(0).Type(), types.NewSlice(types.Typ[types.Byte])) &&
		results.Len() == 2 && types.Identical(results.At(0).Type(), types.Typ[types.Int]) &&
		types.Identical(results.At(1).Type(), types.Universe.Lookup("error").Type())
}

// aboutOne reports whether a text is of statements about one object of the
// schema or the session each, of which there is no form for many.
func aboutOne(q *sqlparse.Query) bool {
	return !slices.ContainsFunc(q.Model().Statements, func(s *sqlmodel.Statement) bool { return s.Kind != sqlmodel.Utility && !session(s) })
}

// session reports whether a statement is a SELECT of nothing but system
// functions that act on the session or the server: pg_advisory_lock, set_config.
func session(s *sqlmodel.Statement) bool {
	if s.Kind != sqlmodel.Select || len(s.Levels) != 1 || len(s.Levels[0].Relations) > 0 {
		return false
	}
	for _, p := range s.Levels[0].Projections {
		if p.Expr == nil || p.Expr.Kind != sqlmodel.ExprFunc || !ofSession(p.Expr.Name) {
			return false
		}
	}
	return len(s.Levels[0].Projections) > 0
}

// ofSession reports whether a function is one of PostgreSQL's own, which keeps
// the prefix for them.
func ofSession(function string) bool {
	return strings.HasPrefix(function, "pg_") || function == "set_config"
}

// anotherTable reports whether a call's statement names another table in each
// iteration of a loop.
func (c *checker) anotherTable(cand candidate, l *loops.Loop) bool {
	call, e := cand.call, cand.effects[0]
	if verb, table, _ := strings.Cut(e.SQL, " "); verb != "" && table == "" && e.Text.Known && len(e.Path) > 1 {
		// Have: the callee makes the name, of what it is given.
		for _, in := range e.Text.List {
			one := funceffects.Inputs{Known: true, List: []funceffects.Input{in}}
			if i, ok := in.Param(); ok && i < len(call.Args) {
				t := c.pass.TypesInfo.TypeOf(call.Args[i])
				if c.verbOf(t) != "" {
					continue // a builder, which has values as well
				}
				if !golang.HoldsText(in.TypeIn(t)) {
					continue // a key, or a function that adds conditions
				}
			}
			if c.loops.InputsDepend(l, call, one) == loops.Depends {
				return true
			}
		}
	}
	for _, a := range append([]ast.Expr{call}, call.Args...) {
		link, _ := ast.Unparen(a).(*ast.CallExpr)
		for ; link != nil; link = before(link) {
			if c.namesOther(link, l) {
				return true
			}
		}
	}
	return false
}

// namesOther reports whether a call is given the name of a table, in a text or
// as a value, that is another one in each iteration.
func (c *checker) namesOther(call *ast.CallExpr, l *loops.Loop) bool {
	c.texts(nil) // they are collected
	for _, q := range c.byCall[call] {
		if c.loops.Changes(l, q.Arg) && namesHole(q) {
			return true
		}
	}
	for _, a := range call.Args {
		if identifiers[apis.TypeName(c.pass.TypesInfo.TypeOf(a))] && c.loops.Changes(l, a) {
			return true
		}
	}
	return false
}

// namesHole reports whether the name of a table is not part of the text.
func namesHole(q *sqlparse.Query) bool {
	if q.Fragment() == sqlscan.Fragment("table") {
		return true
	}
	holes := q.Text.Source().Holes
	for _, s := range q.Model().Statements {
		for _, level := range s.Levels {
			for _, r := range level.Relations {
				if r.Level != nil || r.Kind == sqlmodel.RelFunction {
					continue
				}
				if r.Hole || slices.ContainsFunc(holes, func(h sqlscan.Hole) bool { return r.Start <= h.At && h.At < r.End }) {
					return true // of the name, or of its schema's
				}
			}
		}
	}
	return false
}

// identifiers are the types of arguments that libraries write into the text as
// names.
var identifiers = map[string]bool{
	"gorm.io/gorm/clause.Table": true, "github.com/uptrace/bun/schema.Ident": true, "github.com/uptrace/bun/schema.Name": true,
	"github.com/go-pg/pg/v10/types.Ident": true, "github.com/jackc/pgx/v5.Identifier": true, "github.com/jackc/pgx/v4.Identifier": true,
}

// stated returns an effect with what the call itself says of the statement:
// the text that it hands on, or the builder, whose type is the verb.
func (c *checker) stated(call *ast.CallExpr, e funceffects.Effect) funceffects.Effect {
	if e.Kind != funceffects.ReadDB || e.SQL != "" {
		return e
	}
	verb, table := "", ""
	for _, q := range wholes(c.texts(call)) {
		for _, s := range q.Model().Statements {
			if v := verbs[s.Kind]; v != "" && (verb == "" || verb == v) {
				verb = v
				if t := q.Tables(); len(t) > 0 {
					table = " " + t[0]
				}
			}
		}
	}
	if verb == "" {
		for _, a := range call.Args {
			if v := c.builds(a, 3); v != "" {
				verb = v
			}
		}
	}
	switch verb {
	case "":
		return e
	case "SELECT":
	default:
		e.Kind = funceffects.WriteDB
	}
	e.SQL = verb + table
	return e
}

var verbs = map[sqlmodel.Kind]string{
	sqlmodel.Select: "SELECT", sqlmodel.Insert: "INSERT", sqlmodel.Update: "UPDATE", sqlmodel.Delete: "DELETE", sqlmodel.Merge: "MERGE",
}

// builds returns the verb of the statement that an expression builds, or that
// was built into the variable it is: "" if it is none of one verb.
func (c *checker) builds(e ast.Expr, depth int) string {
	t := c.pass.TypesInfo.TypeOf(e)
	if t == nil {
		return ""
	}
	if v := c.verbOf(t); v != "" || depth == 0 {
		return v
	}
	for _, x := range c.loops.Values(e) {
		if call, ok := ast.Unparen(x).(*ast.CallExpr); ok {
			if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
				if v := c.verbOf(c.pass.TypesInfo.TypeOf(sel.X)); v != "" {
					return v
				}
			}
		}
	}
	return ""
}

// verbOf returns the verb of a builder's type: that of all its methods which
// run what is built.
func (c *checker) verbOf(t types.Type) string {
	if t == nil || apis.TypeName(t) == "" {
		return ""
	}
	if v, ok := c.verbs[t]; ok {
		return v
	}
	verb := ""
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	set := typeutil.IntuitiveMethodSet(t, nil)
	for _, m := range set {
		fn, ok := m.Obj().(*types.Func)
		if !ok {
			continue
		}
		api, ok := c.loops.APIs.Lookup(fn)
		if !ok || api.Role != apis.BuilderTerminal {
			continue
		}
		if verb != "" && api.Stmt != verb || api.Stmt == "" {
			verb = "" // it builds several
			break
		}
		verb = api.Stmt
	}
	switch verb {
	case "select", "insert", "update", "delete", "merge":
		verb = strings.ToUpper(verb)
	default:
		verb = ""
	}
	if c.verbs == nil {
		c.verbs = make(map[types.Type]string)
	}
	c.verbs[t] = verb
	return verb
}
