package models

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// EntDDL returns the statements that make the tables which a package that
// entgo.io/ent generated, migrate, lists; nil if it lists none.
func EntDDL(files []*ast.File, info *types.Info) []string {
	e := entSchema{info: info, vars: make(map[types.Object]*ast.CompositeLit)}
	var tables []types.Object
	for _, f := range files {
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.VAR {
				continue
			}
			for _, s := range g.Specs {
				vs := s.(*ast.ValueSpec)
				for i, name := range vs.Names {
					if i >= len(vs.Values) {
						continue
					}
					v := vs.Values[i]
					if u, ok := v.(*ast.UnaryExpr); ok {
						v = u.X
					}
					lit, ok := v.(*ast.CompositeLit)
					if !ok {
						continue
					}
					obj := info.Defs[name]
					e.vars[obj] = lit
					if isNamed(info.TypeOf(vs.Values[i]), entSchemaPath, "Table") {
						tables = append(tables, obj)
					}
				}
			}
		}
	}
	var out []string
	for _, t := range tables {
		out = append(out, e.table(e.vars[t])...)
	}
	return out
}

const entSchemaPath = "entgo.io/ent/dialect/sql/schema"

type entSchema struct {
	info *types.Info
	vars map[types.Object]*ast.CompositeLit
}

// fields are the values of a struct literal by its fields.
func fields(lit *ast.CompositeLit) map[string]ast.Expr {
	out := make(map[string]ast.Expr)
	for _, el := range lit.Elts {
		if kv, ok := el.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok {
				out[id.Name] = kv.Value
			}
		}
	}
	return out
}

// literal returns the literal that an expression is, or that its variable
// holds.
func (e entSchema) literal(x ast.Expr) *ast.CompositeLit {
	switch x := x.(type) {
	case *ast.CompositeLit:
		return x
	case *ast.UnaryExpr:
		return e.literal(x.X)
	case *ast.Ident:
		return e.vars[e.info.Uses[x]]
	case *ast.IndexExpr:
		list := e.literal(x.X)
		if i, err := strconv.Atoi(e.constant(x.Index)); err == nil && list != nil && i < len(list.Elts) {
			return e.literal(list.Elts[i])
		}
	}
	return nil
}

func (e entSchema) constant(x ast.Expr) string {
	if x == nil || e.info.Types[x].Value == nil {
		return ""
	}
	v := e.info.Types[x].Value.ExactString()
	if s, err := strconv.Unquote(v); err == nil {
		return s
	}
	return v
}

// names returns the names of the columns that a list refers to.
func (e entSchema) names(x ast.Expr) []string {
	list := e.literal(x)
	if list == nil {
		return nil
	}
	var out []string
	for _, el := range list.Elts {
		if col := e.literal(el); col != nil {
			out = append(out, ident(e.constant(fields(col)["Name"])))
		}
	}
	return out
}

func (e entSchema) table(lit *ast.CompositeLit) []string {
	f := fields(lit)
	d := ddl{table: ident(e.constant(f["Name"]))}
	cols := e.literal(f["Columns"])
	if cols == nil {
		return nil
	}
	for _, el := range cols.Elts {
		if c := e.literal(el); c != nil {
			e.column(&d, fields(c))
		}
	}
	if keys := e.names(f["PrimaryKey"]); len(keys) > 0 {
		d.columns = append(d.columns, "PRIMARY KEY ("+strings.Join(keys, ", ")+")")
	}
	out := []string{"CREATE TABLE " + d.table + " (" + strings.Join(append(d.columns, d.constraints...), ", ") + ")"}
	if list := e.literal(f["Indexes"]); list != nil {
		for _, el := range list.Elts {
			if x := e.literal(el); x != nil {
				out = append(out, e.index(d.table, fields(x)))
			}
		}
	}
	return out
}

func (e entSchema) column(d *ddl, c map[string]ast.Expr) {
	name := e.constant(c["Name"])
	typ := e.typeOf(c)
	d.column(name, typ, e.constant(c["Nullable"]) != "true", false, "")
	if e.constant(c["Unique"]) == "true" {
		d.constraints = append(d.constraints, "UNIQUE ("+ident(name)+")")
	}
}

// typeOf is the type of a column: dialect/sql/schema/postgres.go.
func (e entSchema) typeOf(c map[string]ast.Expr) string {
	if m := e.literal(c["SchemaType"]); m != nil {
		for _, el := range m.Elts {
			if kv, ok := el.(*ast.KeyValueExpr); ok && e.constant(kv.Key) == "postgres" {
				return e.constant(kv.Value)
			}
		}
	}
	sel, ok := c["Type"].(*ast.SelectorExpr)
	if !ok {
		return unknownType
	}
	name := strings.TrimPrefix(sel.Sel.Name, "Type")
	if name == "String" {
		if n, _ := strconv.Atoi(e.constant(c["Size"])); n > 10<<20 {
			return "text"
		}
	}
	if typ, ok := entTypes[name]; ok {
		return typ
	}
	return unknownType
}

// entTypes are the column types by the names of ent's field types.
var entTypes = map[string]string{
	"Bool": "boolean", "Int8": "smallint", "Uint8": "smallint", "Int16": "smallint", "Uint16": "integer", "Int32": "integer", "Uint32": "bigint",
	"Int": "bigint", "Uint": "bigint", "Int64": "bigint", "Uint64": "bigint", "Float32": "real", "Float64": "double precision", "Bytes": "bytea",
	"UUID": "uuid", "JSON": "jsonb", "String": "varchar", "Enum": "varchar", "Time": "timestamptz",
}

func (e entSchema) index(table string, x map[string]ast.Expr) string {
	s := "CREATE "
	if e.constant(x["Unique"]) == "true" {
		s += "UNIQUE "
	}
	s += "INDEX " + ident(e.constant(x["Name"])) + " ON " + table
	keys := e.names(x["Columns"])
	where := ""
	if a := e.literal(x["Annotation"]); a != nil {
		f := fields(a)
		if where = e.constant(f["Where"]); where != "" {
			where = " WHERE " + where
		}
		if t := e.constant(f["Type"]); t != "" {
			s += " USING " + t
		}
		if e.constant(f["Desc"]) == "true" {
			for i := range keys {
				keys[i] += " DESC"
			}
		}
		e.perColumn(f, keys)
	}
	return s + " (" + strings.Join(keys, ", ") + ")" + where
}

// perColumn adds what an annotation says of single columns.
func (e entSchema) perColumn(f map[string]ast.Expr, keys []string) {
	add := func(list *ast.CompositeLit, text func(v string) string) {
		for _, el := range list.Elts {
			kv, ok := el.(*ast.KeyValueExpr)
			if !ok {
				continue
			}
			for i, k := range keys {
				if k == ident(e.constant(kv.Key)) {
					keys[i] += text(e.constant(kv.Value))
				}
			}
		}
	}
	if m := e.literal(f["OpClassColumns"]); m != nil {
		add(m, func(v string) string { return " " + v })
	}
	if m := e.literal(f["DescColumns"]); m != nil {
		add(m, func(v string) string {
			if v == "true" {
				return " DESC"
			}
			return ""
		})
	}
}
