package schema

import (
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/internal/pgquery"
)

// shortNames holds the canonical short names of PostgreSQL's own types, by
// the names that its grammar and its catalog use.
var shortNames = map[string]string{
	"int2":        "smallint",
	"int4":        "integer",
	"int":         "integer",
	"int8":        "bigint",
	"float4":      "real",
	"float8":      "double precision",
	"bool":        "boolean",
	"bpchar":      "char",
	"decimal":     "numeric",
	"varchar":     "varchar",
	"timestamptz": "timestamptz",
	"timestamp":   "timestamp",
	"timetz":      "timetz",
	"time":        "time",
	"numeric":     "numeric",
	"bit":         "bit",
	"varbit":      "varbit",
	"interval":    "interval",
	"text":        "text",
}

// serials are no types: a column of an integer type with a sequence.
var serials = map[string]string{
	"serial": "integer", "serial4": "integer",
	"bigserial": "bigint", "serial8": "bigint",
	"smallserial": "smallint", "serial2": "smallint",
}

// serialType returns the integer type of a serial column.
func serialType(t *pgquery.TypeName) (string, bool) {
	names := pgquery.Names(t.GetNames())
	if len(names) != 1 || len(t.GetArrayBounds()) > 0 {
		return "", false
	}
	typ, ok := serials[names[0]]
	return typ, ok
}

// typeName returns the canonical short name of a type.
func (r *replayer) typeName(t *pgquery.TypeName) string {
	names := pgquery.Names(t.GetNames())
	if len(names) == 0 {
		return ""
	}
	if t.GetPctType() {
		return r.columnType(names)
	}
	base := names[len(names)-1]
	builtin := len(names) == 1 || names[len(names)-2] == "pg_catalog"
	var out string
	switch short, ok := shortNames[base]; {
	case builtin && ok:
		out = short + modifier(base, t.GetTypmods())
		if out == "char" {
			out = "bpchar" // without a length there is no limit
		}
	case builtin && base == "char":
		out = `"char"`
	case len(names) == 1:
		out = r.userType("", base) + modifier(base, t.GetTypmods())
	case builtin:
		out = base + modifier(base, t.GetTypmods())
	default:
		out = r.userType(names[len(names)-2], base) + modifier(base, t.GetTypmods())
	}
	if len(t.GetArrayBounds()) > 0 {
		out += "[]"
	}
	return out
}

// columnType resolves table.column%TYPE.
func (r *replayer) columnType(names []string) string {
	if len(names) < 2 {
		return ""
	}
	k := name{bare: names[len(names)-2]}
	if len(names) > 2 {
		k.schema = names[len(names)-3]
	}
	if t := r.find(k); t != nil {
		if c := t.Column(names[len(names)-1]); c != nil {
			return c.Type
		}
	}
	return ""
}

// modifier returns "(10,2)" for the modifiers of a type, "" for none.
func modifier(base string, mods []*pgquery.Node) string {
	if base == "interval" {
		// The first says which fields are kept; only a precision is shown.
		mods = mods[min(1, len(mods)):]
	}
	var out []string
	for _, m := range mods {
		if v := m.GetAConst().GetIval(); v != nil {
			out = append(out, strconv.Itoa(int(v.GetIval())))
		} else if text, err := pgquery.DeparseExpr(m); err == nil {
			out = append(out, text)
		}
	}
	if len(out) == 0 {
		return ""
	}
	return "(" + strings.Join(out, ",") + ")"
}

// userType returns the name of a type that the schema or an extension
// defines, as columns carry it.
func (r *replayer) userType(schema, base string) string {
	if schema != "" {
		return name{norm(schema), base}.String()
	}
	for _, s := range r.path {
		if _, ok := r.types[name{s, base}]; ok {
			return name{s, base}.String()
		}
	}
	return name{bare: base}.String()
}

func (r *replayer) addType(t *Type, line int) {
	k := name{t.Schema, t.Name}
	if r.types[k] != nil {
		r.problem(line, nil, "type %s already exists", k)
		return
	}
	r.types[k] = t
	r.s.Types = append(r.s.Types, t)
}

// findType returns the type that a list of names means.
func (r *replayer) findType(names []string) *Type {
	if len(names) == 0 {
		return nil
	}
	base := names[len(names)-1]
	if len(names) > 1 {
		return r.types[name{norm(names[len(names)-2]), base}]
	}
	for _, s := range r.path {
		if t := r.types[name{s, base}]; t != nil {
			return t
		}
	}
	var only *Type
	for _, t := range r.s.Types {
		if t.Name == base {
			if only != nil {
				return nil
			}
			only = t
		}
	}
	return only
}

// newTypeName returns the schema and name under which CREATE TYPE puts it.
func (r *replayer) newTypeName(names []string) (schema, base string) {
	base = names[len(names)-1]
	if len(names) > 1 {
		return norm(names[len(names)-2]), base
	}
	return r.path[0], base
}

func (r *replayer) createEnum(names []string, values []string, line int) {
	s, n := r.newTypeName(names)
	r.addType(&Type{Schema: s, Name: n, Kind: "enum", Values: values}, line)
}

func (r *replayer) alterEnum(d *pgquery.AlterEnumStmt, line int) {
	t := r.findType(pgquery.Names(d.GetTypeName()))
	if t == nil {
		r.problem(line, nil, "type %s does not exist", strings.Join(pgquery.Names(d.GetTypeName()), "."))
		return
	}
	at := func(v string) int {
		for i, have := range t.Values {
			if have == v {
				return i
			}
		}
		return -1
	}
	if old := d.GetOldVal(); old != "" {
		if i := at(old); i >= 0 {
			t.Values[i] = d.GetNewVal()
		}
		return
	}
	if at(d.GetNewVal()) >= 0 {
		return // IF NOT EXISTS, or an error that changes nothing
	}
	i := len(t.Values)
	if n := d.GetNewValNeighbor(); n != "" {
		if k := at(n); k >= 0 {
			i = k
			if d.GetNewValIsAfter() {
				i++
			}
		}
	}
	t.Values = append(t.Values[:i:i], append([]string{d.GetNewVal()}, t.Values[i:]...)...)
}

func (r *replayer) createDomain(d *pgquery.CreateDomainStmt, line int) {
	s, n := r.newTypeName(pgquery.Names(d.GetDomainname()))
	t := &Type{Schema: s, Name: n, Kind: "domain", Base: r.typeName(d.GetTypeName())}
	for _, c := range d.GetConstraints() {
		if c.GetConstraint().GetContype() == pgquery.ConstrNotNull {
			t.NotNull = true
		}
	}
	r.addType(t, line)
}

func (r *replayer) alterDomain(d *pgquery.AlterDomainStmt) {
	t := r.findType(pgquery.Names(d.GetTypeName()))
	if t == nil {
		return
	}
	switch d.GetSubtype() {
	case "O":
		t.NotNull = true
	case "N":
		t.NotNull = false
	}
}

func (r *replayer) createComposite(rv *pgquery.RangeVar, cols []*pgquery.Node, line int) {
	k := r.newName(rv)
	t := &Type{Schema: k.schema, Name: k.bare, Kind: "composite"}
	for _, n := range cols {
		if d := n.GetColumnDef(); d != nil {
			t.Columns = append(t.Columns, &Column{Name: d.GetColname(), Type: r.typeName(d.GetTypeName())})
		}
	}
	r.addType(t, line)
}

// renameType gives a type another name, in the columns that have it too.
func (r *replayer) renameType(t *Type, to name) {
	from := name{t.Schema, t.Name}
	delete(r.types, from)
	t.Schema, t.Name = to.schema, to.bare
	r.types[to] = t
	for _, table := range r.s.Tables {
		for _, c := range table.Columns {
			if base, arr := strings.CutSuffix(c.Type, "[]"); base == from.String() {
				c.Type = to.String()
				if arr {
					c.Type += "[]"
				}
			}
		}
	}
}

func (r *replayer) dropType(names []string, cascade, missingOK bool, line int) {
	t := r.findType(names)
	if t == nil {
		if !missingOK {
			r.problem(line, nil, "type %s does not exist", strings.Join(names, "."))
		}
		return
	}
	delete(r.types, name{t.Schema, t.Name})
	r.s.Types = remove(r.s.Types, t)
	if !cascade {
		return
	}
	of := name{t.Schema, t.Name}.String()
	for _, table := range r.s.Tables {
		for _, c := range append([]*Column(nil), table.Columns...) {
			if strings.TrimSuffix(c.Type, "[]") == of {
				r.dropColumn(table, c, true)
			}
		}
	}
}
