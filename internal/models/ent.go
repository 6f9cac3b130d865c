package models

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// A Table is what a package that entgo.io/ent generated for one table says of
// it: it travels as a fact, since the lists and steps stand in its source only.
type Table struct {
	Name    string
	ID      string // the column; "" if the key has several
	Columns []TableColumn
	// ForeignKeys are columns that no field names.
	ForeignKeys []string
	Edges       []Edge
	// Intercepted: the schema has interceptors, which may add to each query;
	// Hooked: it has hooks, which may make something else of each change.
	Intercepted, Hooked bool
}

// A TableColumn is one field.
type TableColumn struct {
	Name, Field   string
	Default       bool // the program gives a value on creation
	UpdateDefault bool // and on a change
}

// An Edge joins the table with another one.
type Edge struct {
	Name    string // as methods are named after it: "Books"
	Rel     string // O2O, O2M, M2O or M2M
	Inverse bool
	// Bidi: both ends are the same edge of the same table, as with friends.
	Bidi    bool
	Table   string // that has the columns
	Columns []string
	To      string // the other table
	ToID    string
}

// Owner reports whether the table itself has the edge's column.
func (e Edge) Owner() bool { return e.Rel == "M2O" || e.Rel == "O2O" && e.Inverse }

// External reports whether other tables keep the edge, or another row of it.
func (e Edge) External() bool {
	return e.Rel == "M2M" || e.Rel == "O2M" || e.Rel == "O2O" && !e.Inverse
}

// Edge returns the edge of a name.
func (t *Table) Edge(name string) (Edge, bool) {
	for _, e := range t.Edges {
		if e.Name == name {
			return e, true
		}
	}
	return Edge{}, false
}

// ReadTable reads a package that ent generated for one table: its constants,
// lists, and the functions that return a step to another table.
func ReadTable(files []*ast.File, info *types.Info, pkg *types.Package) *Table {
	scope := pkg.Scope()
	t := &Table{Name: constString(scope, "Table"), ID: constString(scope, "FieldID")}
	r := tableReader{t, info, scope, make(map[types.Object]*ast.CompositeLit)}
	for _, f := range files {
		for _, d := range f.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR {
				r.lists(g)
			}
		}
	}
	r.columns()
	t.Intercepted, t.Hooked = r.some("Interceptors"), r.some("Hooks")
	for _, f := range files {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && !fn.Name.IsExported() && fn.Body != nil && len(fn.Body.List) == 1 {
				r.step(fn)
			}
		}
	}
	for i, e := range t.Edges {
		// Have: two edges of a table to itself are the ends of one relation.
		t.Edges[i].Bidi = e.To == t.Name && (e.Rel == "M2M" || e.Rel == "O2O") && !e.Inverse &&
			!slices.ContainsFunc(t.Edges, func(o Edge) bool { return o.Inverse && o.Table == e.Table && slices.Equal(o.Columns, e.Columns) })
	}
	return t
}

type tableReader struct {
	t        *Table
	info     *types.Info
	scope    *types.Scope
	literals map[types.Object]*ast.CompositeLit
}

func (r tableReader) lists(g *ast.GenDecl) {
	for _, s := range g.Specs {
		vs, ok := s.(*ast.ValueSpec)
		if !ok || len(vs.Names) != len(vs.Values) {
			continue
		}
		for i, name := range vs.Names {
			if lit, ok := vs.Values[i].(*ast.CompositeLit); ok {
				r.literals[r.info.Defs[name]] = lit
			}
		}
	}
}

// columns reads the list Columns, whose elements are the constants of the
// fields.
func (r tableReader) columns() {
	if lit := r.literals[r.scope.Lookup("Columns")]; lit != nil {
		for _, e := range lit.Elts {
			id, ok := e.(*ast.Ident)
			if !ok {
				continue
			}
			field := strings.TrimPrefix(id.Name, "Field")
			r.t.Columns = append(r.t.Columns, TableColumn{
				Name: r.text(e), Field: field,
				Default:       r.scope.Lookup("Default"+field) != nil,
				UpdateDefault: r.scope.Lookup("UpdateDefault"+field) != nil,
			})
		}
	}
	r.t.ForeignKeys = r.texts(r.literals[r.scope.Lookup("ForeignKeys")])
}

// some reports whether the package has a variable that is an array with
// elements: generated code runs them whenever it sends something.
func (r tableReader) some(name string) bool {
	v, ok := r.scope.Lookup(name).(*types.Var)
	if !ok {
		return false
	}
	a, ok := v.Type().Underlying().(*types.Array)
	return ok && a.Len() > 0
}

func (r tableReader) text(e ast.Expr) string {
	if v := r.info.Types[e].Value; v != nil && v.Kind() == constant.String {
		return constant.StringVal(v)
	}
	return ""
}

func (r tableReader) texts(lit *ast.CompositeLit) []string {
	if lit == nil {
		return nil
	}
	var out []string
	for _, e := range lit.Elts {
		out = append(out, r.text(e))
	}
	return out
}

// step reads a function that returns sqlgraph.NewStep(From, To, Edge).
func (r tableReader) step(d *ast.FuncDecl) {
	ret, ok := d.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return
	}
	call, ok := ret.Results[0].(*ast.CallExpr)
	if !ok || r.graph(call) != "NewStep" {
		return
	}
	name := strings.TrimSuffix(strings.TrimPrefix(d.Name.Name, "new"), "Step")
	e := Edge{Name: name}
	for _, a := range call.Args {
		opt, ok := a.(*ast.CallExpr)
		if !ok {
			return
		}
		switch r.graph(opt) {
		case "To":
			if len(opt.Args) == 2 {
				e.To, e.ToID = r.text(opt.Args[0]), r.text(opt.Args[1])
			}
		case "Edge":
			r.edge(&e, opt)
		}
	}
	if e.To != "" && e.Table != "" && len(e.Columns) > 0 {
		r.t.Edges = append(r.t.Edges, e)
	}
}

func (r tableReader) edge(e *Edge, opt *ast.CallExpr) {
	if len(opt.Args) < 4 {
		return
	}
	if sel, ok := opt.Args[0].(*ast.SelectorExpr); ok {
		e.Rel = sel.Sel.Name
	}
	if v := r.info.Types[opt.Args[1]].Value; v != nil {
		e.Inverse = constant.BoolVal(v)
	}
	e.Table = r.text(opt.Args[2])
	if id, ok := opt.Args[3].(*ast.Ident); ok && opt.Ellipsis.IsValid() {
		e.Columns = r.texts(r.literals[r.info.Uses[id]])
		return
	}
	for _, a := range opt.Args[3:] {
		e.Columns = append(e.Columns, r.text(a))
	}
}

// graph returns the name of the function of ent's package sqlgraph that a
// call names; "" if it names another.
func (r tableReader) graph(call *ast.CallExpr) string {
	fn, ok := typeutil.Callee(r.info, call).(*types.Func)
	if !ok || fn.Pkg() == nil || fn.Pkg().Path() != "entgo.io/ent/dialect/sql/sqlgraph" {
		return ""
	}
	return fn.Name()
}

func constString(scope *types.Scope, name string) string {
	if c, ok := scope.Lookup(name).(*types.Const); ok && c.Val().Kind() == constant.String {
		return constant.StringVal(c.Val())
	}
	return ""
}

// ent reads a generated type: the table is that of the entity it belongs to.
func ent(t *types.Named, names Namer) *Model {
	entity := entityOf(t, 0)
	if entity == "" {
		return nil
	}
	info := names.Table(tablePackage(t.Obj().Pkg(), entity))
	if info == nil {
		return nil
	}
	m := &Model{Type: t, Table: info.Name, Info: info}
	update, _ := t.Obj().Pkg().Scope().Lookup(entity + "Update").(*types.TypeName)
	for _, c := range info.Columns {
		fixed := update != nil && method(update.Type(), "Set"+c.Field) == nil
		m.Columns = append(m.Columns, Column{Name: c.Name, Field: c.Field, Key: c.Name == info.ID, Auto: c.Default, Updated: c.UpdateDefault, Fixed: fixed})
	}
	return m
}

// Between returns the columns beside the keys that the program gives values in
// a new row of the table between two, which an edge schema declares.
func (m *Model) Between(e Edge, names Namer) []string {
	pkg := m.Type.Obj().Pkg()
	for _, name := range pkg.Scope().Names() {
		entity, ok := strings.CutSuffix(name, "Query")
		if !ok {
			continue
		}
		of := tablePackage(pkg, entity)
		if of == nil || constString(of.Scope(), "Table") != e.Table {
			continue
		}
		info := names.Table(of)
		if info == nil {
			continue
		}
		var out []string
		for _, c := range info.Columns {
			if c.Default && c.Name != info.ID {
				out = append(out, c.Name)
			}
		}
		if c := slices.IndexFunc(info.Columns, func(c TableColumn) bool { return c.Default && c.Name == info.ID }); c >= 0 {
			out = append(out, info.ID)
		}
		return out
	}
	return nil
}

// tablePackage returns the package of an entity's table. Export data lists only
// the imports that types need: the one that has the type of the query's orders.
func tablePackage(pkg *types.Package, entity string) *types.Package {
	path := pkg.Path() + "/" + strings.ToLower(entity)
	if query, ok := pkg.Scope().Lookup(entity + "Query").(*types.TypeName); ok {
		if order := method(query.Type(), "Order"); order != nil && order.Signature().Params().Len() == 1 {
			if s, ok := order.Signature().Params().At(0).Type().(*types.Slice); ok {
				if n, ok := types.Unalias(s.Elem()).(*types.Named); ok && n.Obj().Pkg().Path() == path {
					return n.Obj().Pkg()
				}
			}
		}
	}
	return golang.Imported(pkg, path)
}

// entityOf returns the name of the entity that a generated type is about: the
// name of its predicates' type, or that of what it holds or returns.
func entityOf(t *types.Named, depth int) string {
	st, ok := t.Underlying().(*types.Struct)
	if !ok || depth > 4 {
		return ""
	}
	for i := range st.NumFields() {
		s, ok := types.Unalias(st.Field(i).Type()).(*types.Slice)
		if !ok {
			continue
		}
		n, ok := types.Unalias(s.Elem()).(*types.Named)
		if !ok || n.Obj().Pkg() == nil {
			continue
		}
		if _, ok := n.Underlying().(*types.Signature); ok && n.Obj().Pkg().Path() == t.Obj().Pkg().Path()+"/predicate" {
			return n.Obj().Name()
		}
	}
	for _, name := range [...]string{"Query", "Update"} {
		if depth > 0 {
			break
		}
		if fn := method(t, name); fn != nil && fn.Signature().Results().Len() == 1 {
			if n, ok := golang.Deref(fn.Signature().Results().At(0).Type()).(*types.Named); ok && n != t {
				return entityOf(n, 1)
			}
		}
	}
	for i := range st.NumFields() {
		f := st.Field(i).Type()
		if s, ok := types.Unalias(f).(*types.Slice); ok {
			f = s.Elem()
		}
		if n, ok := golang.Deref(f).(*types.Named); ok && n != t && n.Obj().Pkg() == t.Obj().Pkg() {
			if name := entityOf(n, depth+1); name != "" {
				return name
			}
		}
	}
	return ""
}
