package selectstar

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/passes/dbschema"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
)

// manyColumns is the number of columns from which a row is worth being cut.
const manyColumns = 12

// fewFields is the number of fields that are few beside manyColumns.
const fewFields = 4

// implicit judges a star that the library writes where the program selects
// nothing: it is worth a word if the table is wide and the function is seen to
// read few of the fields.
func (c *checker) implicit(q *sqlparse.Query, u *use, s star) {
	at := s.at(q)
	if pos, _ := q.Text.Range(at.Start, at.End); pos != q.Arg.Pos() {
		c.silent(q, "the library selects every column of what it loads besides")
		return
	}
	s.table = c.table(q, s)
	if s.table == nil || len(s.table.Columns) < manyColumns && wide(s.table) == "" {
		c.silent(q, "the library selects every column, of a table that is not known to be wide")
		return
	}
	if c.pass.ResultOf[dbschema.Analyzer].(*dbschema.Result).Small(s.table.String()) {
		c.silent(q, "the library selects every column, of a table that has few rows")
		return
	}
	fields, ok := u.fields()
	if !ok {
		c.silent(q, "the library selects every column, and where the rows go is not followed")
		return
	}
	if len(fields) == 0 || len(fields) > fewFields || 3*len(fields) > len(s.table.Columns) {
		c.silent(q, "the library selects every column, and most are read")
		return
	}
	names, among := wide(s.table), ""
	if names != "" {
		among = ", among them " + names
	}
	f := q.Finding(name, "implicit", s.at(q), fmt.Sprintf("query reads all %d columns of %s%s, and the code here uses %s: select those alone",
		len(s.table.Columns), list(s.tables), among, strings.Join(fields, ", ")))
	suppress.Report(c.pass, f)
}

// fields returns the fields that are read of the rows which the query is
// scanned into, in order of their names. It reports false if the rows go
// where they are not followed.
func (u *use) fields() ([]string, bool) {
	v := u.destination()
	if v == nil || v.Pos() < u.root.Pos() || u.root.End() < v.Pos() {
		return nil, false
	}
	rows := map[*types.Var]bool{v: true}
	// Ranges over the rows give more names for one.
	ast.Inspect(u.root, func(n ast.Node) bool {
		if r, ok := n.(*ast.RangeStmt); ok && u.isRow(r.X, rows) && r.Value != nil {
			if id, ok := r.Value.(*ast.Ident); ok {
				if e, ok := u.info.Defs[id].(*types.Var); ok {
					rows[e] = true
				}
			}
		}
		return true
	})
	var names []string
	followed := true
	ast.Inspect(u.root, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		w, ok := u.info.Uses[id].(*types.Var)
		if !ok || !rows[w] {
			return true
		}
		name, ok := u.read(id)
		switch {
		case !ok:
			followed = false
		case name != "" && !slices.Contains(names, name):
			names = append(names, name)
		}
		return true
	})
	slices.Sort(names)
	return names, followed
}

// isRow reports whether e is one of the variables, or an element of one.
func (u *use) isRow(e ast.Expr, rows map[*types.Var]bool) bool {
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		v, ok := u.info.Uses[x].(*types.Var)
		return ok && rows[v]
	case *ast.IndexExpr:
		return u.isRow(x.X, rows)
	}
	return false
}

// read returns the field that is read where a variable with rows is used; ""
// if the use reads none. It reports false for a use that hands the rows on.
func (u *use) read(id *ast.Ident) (field string, ok bool) {
	var child ast.Node = id
	for {
		switch p := u.parents[child].(type) {
		case *ast.ParenExpr, *ast.StarExpr:
			child = p
		case *ast.IndexExpr:
			if p.X != child {
				return "", false
			}
			child = p
		case *ast.SelectorExpr:
			v, isField := u.info.Uses[p.Sel].(*types.Var)
			if !isField || !v.IsField() {
				return "", false // a method sees the whole row
			}
			return v.Name(), true
		case *ast.UnaryExpr:
			child = p
		case *ast.RangeStmt:
			return "", p.X == child
		case *ast.CallExpr:
			if p == u.q.Call {
				return "", true
			}
			b, isBuiltin := u.info.Types[p.Fun]
			return "", isBuiltin && b.IsBuiltin() && types.ExprString(p.Fun) == "len"
		case *ast.ValueSpec:
			return "", true
		default:
			return "", false
		}
	}
}

// destination returns the variable that the rows are scanned into.
func (u *use) destination() *types.Var {
	d := u.q.API.DestArg
	if d == apis.None || d >= len(u.q.Call.Args) {
		return u.assigned(u.top)
	}
	e := ast.Unparen(u.q.Call.Args[d])
	if addr, ok := e.(*ast.UnaryExpr); ok {
		e = ast.Unparen(addr.X)
	}
	id, ok := e.(*ast.Ident)
	if !ok {
		return nil
	}
	v, _ := u.info.Uses[id].(*types.Var)
	return v
}
