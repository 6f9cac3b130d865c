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

// scanned notes where the columns that a query reads are put: into variables, or into
// a record.
func (c *checker) scanned(fn *ast.FuncDecl, r *access) {
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
				if call, ok := ast.Unparen(a).(*ast.CallExpr); ok && len(call.Args) == 1 {
					a = call.Args[0] // what reads it in another form: pq.Array(&list)
				}
				ref, ok := ast.Unparen(a).(*ast.UnaryExpr)
				column := r.level.Projections[i].Expr
				if !ok || ref.Op != token.AND || column == nil {
					continue
				}
				if column.Kind == sqlmodel.ExprCast && len(column.Args) == 1 {
					column = column.Args[0]
				}
				if path, exact := golang.PathOf(c.info, ref.X); exact && column.Kind == sqlmodel.ExprColumn {
					r.puts[column.Name] = path
				}
			}
		}
		return true
	})
	if at := r.q.API.DestArg; at >= 0 && at < len(call.Args) && len(r.puts) == 0 {
		if path, exact := golang.PathOf(c.info, deref(call.Args[at])); exact {
			r.dest = path
		}
	}
	c.named(fn, r)
}

// named notes the fields that a record has of the row's key from the start: those of the
// literal that it is made with.
func (c *checker) named(fn *ast.FuncDecl, r *access) {
	records := make(map[*types.Var]bool)
	for _, p := range r.puts {
		records[p.Root] = true
	}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		lhs, rhs := golang.Assigned(n)
		for i, l := range lhs {
			p, exact := golang.PathOf(c.info, l)
			if !exact || p.Fields != "" || !records[p.Root] || i >= len(rhs) {
				continue
			}
			lit, ok := deref(rhs[i]).(*ast.CompositeLit)
			if !ok {
				continue
			}
			for _, e := range lit.Elts {
				kv, ok := e.(*ast.KeyValueExpr)
				if !ok {
					continue
				}
				field, ok := kv.Key.(*ast.Ident)
				for column, at := range r.key {
					if ok && c.is(kv.Value, at) {
						r.puts[column] = golang.Path{Root: p.Root, Fields: field.Name}
					}
				}
			}
		}
		return true
	})
}

// into returns where a column goes that was read.
func (c *checker) into(r access, column string) (golang.Path, bool) {
	if p, ok := r.puts[column]; ok || r.dest.Root == nil {
		return p, ok
	}
	t := golang.TypeAt(r.dest.Root.Type(), r.dest.Fields)
	if t == nil {
		return golang.Path{}, false
	}
	st, ok := golang.Deref(t).Underlying().(*types.Struct)
	if !ok {
		one := r.level.Projections
		return r.dest, len(one) == 1 && one[0].Expr != nil && one[0].Expr.Name == column
	}
	field, ok := c.fields(r.q, st, golang.Deref(t))[column]
	return golang.Path{Root: r.dest.Root, Fields: golang.Join(r.dest.Fields, field)}, ok
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
	x := deref(q.Args[0])
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
