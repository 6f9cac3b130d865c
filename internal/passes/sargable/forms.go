package sargable

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/internal/indexadvice"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// form returns the finding for a condition that asks by a form which no index
// answers, where another form says the same and has one.
func (c *Condition) form() (suppress.Finding, bool) {
	if c.text.foreign() || !c.text.postgres() {
		return suppress.Finding{}, false
	}
	p := c.p
	switch p.Op {
	case sqlmodel.OpOther:
		switch p.OpText {
		case "is not distinct from":
			return c.distinct()
		case "@@":
			return c.search()
		case "<@":
			return c.inRange()
		}
	case sqlmodel.OpIn:
		if p.Right != nil && p.Right.Kind != sqlmodel.ExprSub {
			return c.element()
		}
		return c.converted(p.Left, p.List...)
	case sqlmodel.OpBetween:
		return c.converted(p.Left, p.Right, p.High)
	case sqlmodel.OpEq, sqlmodel.OpLt, sqlmodel.OpLe, sqlmodel.OpGt, sqlmodel.OpGe:
		if p.Right == nil {
			break
		}
		for _, side := range []struct {
			e, value *sqlmodel.Expr
			op       sqlmodel.Op
		}{{p.Left, p.Right, p.Op}, {p.Right, p.Left, flip[p.Op]}} {
			if f, ok := c.measured(side.e, side.op, side.value); ok {
				return f, true
			}
			if f, ok := c.converted(side.e, side.value); ok {
				return f, true
			}
			if f, ok := c.volatile(side.e, side.value); ok {
				return f, true
			}
			if f, ok := c.rewrapped(side.e, side.value); ok {
				return f, true
			}
		}
	}
	return suppress.Finding{}, false
}

// wanted reports whether rows are looked for by a column: it is a table's, the
// values are known before its rows are read, and no other condition finds
// them.
func (c *Condition) wanted(col *sqlmodel.Expr, values ...*sqlmodel.Expr) bool {
	if col == nil || col.Kind != sqlmodel.ExprColumn || col.Outer || !c.isBase(col) || c.small(col) {
		return false
	}
	t := term{expr: col, col: col, cols: []*sqlmodel.Expr{col}}
	if c.narrowed(t) || slices.ContainsFunc(values, func(v *sqlmodel.Expr) bool { return anyColumn(v, func(x *sqlmodel.Expr) bool { return !x.Outer }) }) {
		return false
	}
	return !slices.ContainsFunc(c.tables(col), func(table *schema.Table) bool { return c.found(t, table) })
}

// typeOf returns the type that a column has in the schema, without modifiers;
// "" if that is not known.
func (c *Condition) typeOf(col *sqlmodel.Expr) string {
	tables := c.tables(col)
	if len(tables) != 1 || tables[0].Column(col.Name) == nil {
		return ""
	}
	typ := tables[0].Column(col.Name).Type
	if before, after, ok := strings.Cut(typ, "("); ok {
		_, rest, _ := strings.Cut(after, ")")
		typ = before + rest
	}
	return typ
}

// report makes a finding at a part of the condition.
func (c *Condition) report(category string, at sqlmodel.Range, problem, remedy string) (suppress.Finding, bool) {
	return c.text.finding(category, at, problem+c.arm()+": "+remedy), true
}

// distinct is for IS NOT DISTINCT FROM, which no kind of index answers.
func (c *Condition) distinct() (suppress.Finding, bool) {
	for _, side := range [][2]*sqlmodel.Expr{{c.p.Left, c.p.Right}, {c.p.Right, c.p.Left}} {
		col, value := side[0], side[1]
		if c.wanted(col, value) && value.ConstKind != sqlmodel.ConstNull {
			return c.report("distinct", c.p.Range, "no index can serve "+oneLine(c.source(&sqlmodel.Expr{Range: c.p.Range})),
				"compare with = where the value is not NULL, and ask IS NULL where it is")
		}
	}
	return suppress.Finding{}, false
}

// element is for value = ANY (array column), and for a list that is made of a
// text.
func (c *Condition) element() (suppress.Finding, bool) {
	value, list := c.p.Left, c.p.Right
	if c.p.OpText != "= any" && c.p.OpText != "= some" && !strings.HasPrefix(strings.ToLower(c.p.OpText), "=") {
		return suppress.Finding{}, false
	}
	what := "no index can serve " + oneLine(c.source(&sqlmodel.Expr{Range: c.p.Range}))
	array := oneLine(c.source(list)) + " @> ARRAY[" + oneLine(c.source(value)) + "]"
	switch {
	case list.Kind == sqlmodel.ExprColumn:
		if strings.HasSuffix(c.typeOf(list), "[]") && c.wanted(list, value) {
			return c.report("element", c.p.Range, what, "write "+array+", which a GIN index on "+c.name(list)+" serves")
		}
	case list.Kind == sqlmodel.ExprFunc && (list.Name == "string_to_array" || list.Name == "regexp_split_to_array") && len(list.Args) > 1:
		col := list.Args[0]
		if c.wanted(col, value, list.Args[1]) {
			return c.report("element", c.p.Range, what, "store the values in an array column; or write "+array+", and "+
				c.createIndex(term{expr: list, col: col, cols: []*sqlmodel.Expr{col}}, "gin", ""))
		}
	}
	return suppress.Finding{}, false
}

// search is for text search by the configuration that is set, which no index
// can be made for.
func (c *Condition) search() (suppress.Finding, bool) {
	for _, side := range [][2]*sqlmodel.Expr{{c.p.Left, c.p.Right}, {c.p.Right, c.p.Left}} {
		e, query := side[0], side[1]
		if e == nil || query == nil {
			continue
		}
		var text *sqlmodel.Expr
		switch {
		case e.Kind == sqlmodel.ExprFunc && e.Name == "to_tsvector" && len(e.Args) == 1:
			text = e.Args[0]
		case e.Kind == sqlmodel.ExprColumn && isText(c.typeOf(e)):
			text = e
		default:
			continue
		}
		cols, ok := c.columns(text)
		if !ok || len(cols) == 0 || !c.wanted(cols[0], query) {
			continue
		}
		return c.report("search", e.Range, "no index can serve "+oneLine(c.source(e))+" @@, which depends on default_text_search_config",
			"name the configuration, as in to_tsvector('"+c.configuration(cols[0])+"', "+oneLine(c.source(text))+"), and index that")
	}
	return suppress.Finding{}, false
}

func isText(typ string) bool {
	return typ == "text" || typ == "varchar" || typ == "char" || typ == "citext"
}

// configuration returns that of an index of the column's table, a common one
// if there is none.
func (c *Condition) configuration(col *sqlmodel.Expr) string {
	for _, table := range c.tables(col) {
		for _, x := range table.Indexes {
			for _, k := range x.Keys {
				if _, rest, ok := strings.Cut(k.Expr, "to_tsvector('"); ok && slices.Contains(k.Reads, col.Name) {
					name, _, _ := strings.Cut(rest, "'")
					return name
				}
			}
		}
	}
	return "english"
}

// inRange is for value <@ range on a column of plain values.
func (c *Condition) inRange() (suppress.Finding, bool) {
	col, r := c.p.Left, c.p.Right
	if r == nil || r.Kind != sqlmodel.ExprFunc || !strings.HasSuffix(r.Name, "range") || len(r.Args) < 2 || len(r.Args) > 3 || !c.wanted(col, r) {
		return suppress.Finding{}, false
	}
	typ := c.typeOf(col)
	if typ == "" || strings.HasSuffix(typ, "range") {
		return suppress.Finding{}, false
	}
	lower, upper := " >= ", " < "
	if len(r.Args) == 3 {
		bounds := r.Args[2]
		if bounds.Kind != sqlmodel.ExprConst || len(bounds.Const) != 2 || bounds.Hole {
			return suppress.Finding{}, false
		}
		if bounds.Const[0] == '(' {
			lower = " > "
		}
		if bounds.Const[1] == ']' {
			upper = " <= "
		}
	}
	name := oneLine(c.source(col))
	return c.report("range", c.p.Range, "a plain index on "+c.name(col)+" cannot serve "+oneLine(c.source(&sqlmodel.Expr{Range: c.p.Range})),
		"write "+name+lower+oneLine(c.source(r.Args[0]))+" AND "+name+upper+oneLine(c.source(r.Args[1])))
}

// measured is for distances and similarities that are computed of each row,
// although an operator or function asks an index for those near enough.
func (c *Condition) measured(e *sqlmodel.Expr, op sqlmodel.Op, value *sqlmodel.Expr) (suppress.Finding, bool) {
	if e.Kind != sqlmodel.ExprFunc || len(e.Args) < 2 {
		return suppress.Finding{}, false
	}
	near := op == sqlmodel.OpLt || op == sqlmodel.OpLe
	alike := op == sqlmodel.OpGt || op == sqlmodel.OpGe
	for i, col := range e.Args[:2] {
		other := e.Args[1-i]
		if !c.wanted(col, other, value) {
			continue
		}
		what := "no index can serve " + oneLine(c.source(e))
		a, b := oneLine(c.source(e.Args[0])), oneLine(c.source(e.Args[1]))
		switch {
		case near && e.Name == "st_distance":
			return c.report("distance", e.Range, what, "write ST_DWithin("+a+", "+b+", "+oneLine(c.source(value))+"), which a GiST index on "+c.name(col)+" serves")
		case alike && e.Name == "similarity":
			return c.report("distance", e.Range, what, "write "+a+" % "+b+", which an index with gin_trgm_ops serves, with the limit in pg_trgm.similarity_threshold")
		case alike && e.Name == "word_similarity" && i == 1:
			return c.report("distance", e.Range, what, "write "+a+" <% "+b+", which an index with gin_trgm_ops serves, with the limit in pg_trgm.word_similarity_threshold")
		}
	}
	return suppress.Finding{}, false
}

// converted is for a bare column that PostgreSQL converts, since the value has
// a type that the column's cannot be compared with as it is.
func (c *Condition) converted(col *sqlmodel.Expr, values ...*sqlmodel.Expr) (suppress.Finding, bool) {
	if col == nil || col.Kind != sqlmodel.ExprColumn || !c.wanted(col, values...) {
		return suppress.Finding{}, false
	}
	typ := c.typeOf(col)
	for i, v := range values {
		of := valueType(v)
		if !indexadvice.Converts(typ, of) {
			if c.p.Op == sqlmodel.OpBetween {
				break // one bound is enough to look for
			}
			continue
		}
		if c.p.Op == sqlmodel.OpBetween && i == 0 {
			continue
		}
		remedy := "cast the value to " + typ
		if n, err := strconv.ParseFloat(v.Const, 64); v.Kind == sqlmodel.ExprConst && err == nil && n == float64(int64(n)) {
			remedy = "write " + strconv.FormatInt(int64(n), 10)
		}
		return c.report("cast", c.p.Range, "a plain index on "+c.name(col)+" cannot serve "+oneLine(c.source(&sqlmodel.Expr{Range: c.p.Range})),
			"the value's type "+of+" makes PostgreSQL convert the column from "+typ+"; "+remedy)
	}
	return suppress.Finding{}, false
}

// valueType returns the type of a value, "" if it takes the column's or is not
// known.
func valueType(e *sqlmodel.Expr) string {
	switch e.Kind {
	case sqlmodel.ExprConst:
		switch e.ConstKind {
		case sqlmodel.ConstFloat:
			return "numeric"
		case sqlmodel.ConstInt:
			return "integer"
		}
	case sqlmodel.ExprCast:
		typ, _, _ := strings.Cut(schema.TypeName(e.Name), "(")
		return typ
	case sqlmodel.ExprOp:
		if len(e.Args) != 2 || !slices.Contains([]string{"+", "-", "*", "/"}, e.Name) {
			return ""
		}
		// Of two numbers the wider one decides.
		a, b := slices.Index(numbers, valueType(e.Args[0])), slices.Index(numbers, valueType(e.Args[1]))
		if a < 0 || b < 0 {
			return ""
		}
		return numbers[max(a, b)]
	}
	return ""
}

// numbers are the types of numbers, to which the ones before are converted.
var numbers = []string{"smallint", "integer", "bigint", "numeric", "real", "double precision"}

// volatile is for what is computed of a text in a JSON column by a conversion
// that depends on settings, so that no index can hold it.
func (c *Condition) volatile(e, value *sqlmodel.Expr) (suppress.Finding, bool) {
	var member *sqlmodel.Expr
	switch {
	case e.Kind == sqlmodel.ExprCast && len(e.Args) == 1, e.Kind == sqlmodel.ExprFunc && e.Name == "to_timestamp" && len(e.Args) == 2,
		e.Kind == sqlmodel.ExprFunc && e.Name == "to_date" && len(e.Args) == 2:
		member = e.Args[0]
	default:
		return suppress.Finding{}, false
	}
	if member.Kind != sqlmodel.ExprOp || member.Name != "->>" && member.Name != "#>>" || len(member.Args) != 2 || stability(e) != never || !c.wanted(member.Args[0], value) {
		return suppress.Finding{}, false
	}
	return c.report("function", e.Range, "no index can hold "+oneLine(c.source(e))+", which depends on settings",
		"store it in a column of its own and index that")
}

// rewrapped is for to_jsonb of what is jsonb, which hides an index on what
// stands inside.
func (c *Condition) rewrapped(e, value *sqlmodel.Expr) (suppress.Finding, bool) {
	if e.Kind != sqlmodel.ExprOp || len(e.Args) != 2 || !strings.HasSuffix(e.Name, ">>") || len(e.Name) != 3 {
		return suppress.Finding{}, false
	}
	call := e.Args[0]
	if call.Kind != sqlmodel.ExprFunc || call.Name != "to_jsonb" || len(call.Args) != 1 {
		return suppress.Finding{}, false
	}
	col := call.Args[0]
	if !c.wanted(col, value) || c.typeOf(col) != "jsonb" {
		return suppress.Finding{}, false
	}
	text := strings.Replace(c.source(e), c.source(call), c.source(col), 1)
	return c.report("function", e.Range, "no index can hold "+oneLine(c.source(e))+", since to_jsonb is not immutable", "write "+oneLine(text)+", which says the same")
}
