package lostupdate

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"strings"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/models"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// This file knows which Go values the columns of a statement come from and go to.

// scanned returns where the columns that a query reads are put.
func (c *checker) scanned(fn *ast.FuncDecl, r row) map[string]golang.Path {
	out := make(map[string]golang.Path)
	call, row := r.q.Call, (*types.Var)(nil)
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if len(n.Rhs) == 1 && ast.Unparen(n.Rhs[0]) == call {
				if id, ok := n.Lhs[0].(*ast.Ident); ok {
					row, _ = golang.Object(c.info, id).(*types.Var)
				}
			}
		case *ast.CallExpr:
			sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr)
			if !ok || len(n.Args) != len(r.level.Projections) || n.Ellipsis.IsValid() {
				break
			}
			id, _ := ast.Unparen(sel.X).(*ast.Ident)
			if ast.Unparen(sel.X) != call && (id == nil || row == nil || c.info.Uses[id] != row) {
				break
			}
			for i, a := range n.Args {
				p := r.level.Projections[i]
				ref, ok := ast.Unparen(a).(*ast.UnaryExpr)
				if !ok || ref.Op != token.AND || p.Expr == nil || p.Expr.Kind != sqlmodel.ExprColumn {
					continue
				}
				if path, exact := golang.PathOf(c.info, ref.X); exact {
					out[p.Expr.Name] = path
				}
			}
		}
		return true
	})
	if at := r.q.API.DestArg; at >= 0 && at < len(call.Args) && len(out) == 0 {
		c.intoFields(r, call.Args[at], out)
	}
	return out
}

// intoFields notes the fields of a record that columns are put into.
func (c *checker) intoFields(r row, dest ast.Expr, out map[string]golang.Path) {
	ref, ok := ast.Unparen(dest).(*ast.UnaryExpr)
	if !ok || ref.Op != token.AND {
		return
	}
	path, exact := golang.PathOf(c.info, ref.X)
	if !exact {
		return
	}
	st, ok := c.info.TypeOf(ref.X).Underlying().(*types.Struct)
	if !ok {
		if len(r.level.Projections) == 1 && r.level.Projections[0].Expr != nil {
			out[r.level.Projections[0].Expr.Name] = path
		}
		return
	}
	for column, field := range c.fields(r.q, st, c.info.TypeOf(ref.X)) {
		out[column] = golang.Path{Root: path.Root, Fields: golang.Join(path.Fields, field)}
	}
}

// fields returns which field of a record a library puts a column into, or takes it
// from: by its own rules, or by a tag as sqlx has it.
func (c *checker) fields(q *sqlparse.Query, st *types.Struct, t types.Type) map[string]string {
	out := make(map[string]string)
	if lib, ok := apis.LibraryOf(q.API.Library); ok && lib.Chain != nil {
		if m := models.Of(lib.Chain.Naming, t, c.names()); m != nil {
			for _, col := range m.Columns {
				out[col.Name] = col.Field
			}
			return out
		}
	}
	for i := range st.NumFields() {
		column := strings.ToLower(st.Field(i).Name())
		if tag, _, _ := strings.Cut(reflect.StructTag(st.Tag(i)).Get("db"), ","); tag != "" {
			column = tag
		}
		out[column] = st.Field(i).Name()
	}
	return out
}

// A value is what a parameter is given: an expression, or a field of a record
// that a call is given whole.
type value struct {
	expr ast.Expr    // nil for a field
	at   golang.Path // its Root is nil for an expression that is no place
}

// bound returns what a parameter of a query is given.
func (c *checker) bound(q *sqlparse.Query, param *sqlmodel.Expr) (value, bool) {
	if arg := q.BoundTo(param); arg != nil {
		return c.valueOf(arg), true
	}
	if !q.API.Named || len(q.Args) != 1 || len(param.Name) < 2 {
		return value{}, false
	}
	x := ast.Unparen(q.Args[0])
	if ref, ok := x.(*ast.UnaryExpr); ok && ref.Op == token.AND {
		x = ref.X
	}
	p, exact := golang.PathOf(c.info, x)
	t := c.info.TypeOf(x)
	if !exact || t == nil {
		return value{}, false
	}
	st, ok := golang.Deref(t).Underlying().(*types.Struct)
	if !ok {
		return value{}, false
	}
	field, ok := c.fields(q, st, t)[param.Name[1:]]
	return value{at: golang.Path{Root: p.Root, Fields: golang.Join(p.Fields, field)}}, ok
}
