package indexadvice

import (
	"strings"

	"github.com/sqlvet/sqlvet/internal/priors"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// other is for IS TRUE and for operators without a constant of their own.
func (c comparison) other() (*rel, []*term, bool) {
	p := c.p
	if p.Right == nil {
		s, is := c.b.side(c.level, p.Left)
		if !is || p.Negated || s.key.col == nil {
			return c.opaque(p.Left)
		}
		t := &term{kind: termOther, key: s.key, literal: true, share: priors.ShareOther}
		switch p.OpText {
		case "is true", "is false":
			t.share = s.flag(p.OpText == "is true").share
		case "is not true", "is not false":
			t.share = 1 - s.flag(p.OpText == "is not true").share
		}
		t.canon = s.key.text + " " + strings.ToUpper(p.OpText)
		return s.rel, []*term{t}, true
	}
	if p.Negated {
		return c.opaque(p.Left, p.Right)
	}
	for _, way := range [][2]*sqlmodel.Expr{{p.Left, p.Right}, {p.Right, p.Left}} {
		given, outer := c.given(way[1])
		s, is := c.b.side(c.level, way[0])
		if !given || !is || s.rel.table == nil {
			continue
		}
		cat, op := s.rel.table.cat, p.OpText
		if way[0] != p.Left {
			op = cat.turn(op, s.key.typ)
		}
		if s.key.typ != "" && cat.answers(op, s.key.typ) || s.key.typ == "" && containOps[op] {
			return s.rel, []*term{{kind: termContain, key: s.key, op: op, outer: outer, share: 0.02}}, true
		}
	}
	return c.opaque(p.Left, p.Right)
}

// call is for a function that the planner makes operators of.
func (c comparison) call() (*rel, []*term, bool) {
	e := c.p.Left
	if e.Kind != sqlmodel.ExprFunc || c.p.Negated {
		return c.flag(e, !c.p.Negated)
	}
	for i, arg := range e.Args {
		s, is := c.b.side(c.level, arg)
		if !is || s.rel.table == nil || !s.rel.table.cat.calls(e.Name, s.key.typ) {
			continue
		}
		known := true
		for j, other := range e.Args {
			given, _ := c.given(other)
			known = known && (i == j || given)
		}
		if known {
			return s.rel, []*term{{kind: termContain, key: s.key, op: e.Name + "()", share: 0.02}}, true
		}
	}
	return c.flag(e, true)
}

// containOps are the operators that GIN and GiST indexes answer, whatever an
// expression's type is.
var containOps = map[string]bool{
	"@>": true, "?": true, "?|": true, "?&": true, "&&": true, "@@": true, "@?": true,
}

// coerced reports whether the comparison makes PostgreSQL convert the column
// and not the value: integer = 1.5.
func (c comparison) coerced(s side, value *sqlmodel.Expr) bool {
	if s.key.col == nil {
		return false
	}
	col := baseTypeOf(s)
	val := ""
	switch value.Kind {
	case sqlmodel.ExprConst:
		if value.ConstKind == sqlmodel.ConstFloat {
			val = "numeric"
		}
	case sqlmodel.ExprCast:
		val = priors.CanonicalType(value.Name)
	}
	return Converts(col, val)
}

// Converts reports whether PostgreSQL compares a column of one type with a
// value of another by converting the column, so that no index on it serves.
// Types of one operator family, such as date and timestamptz, or integer and
// bigint, are compared as they are. Names are without modifiers.
func Converts(column, value string) bool {
	switch column {
	case "smallint", "integer", "bigint":
		return value == "numeric" || value == "real" || value == "double precision"
	case "numeric":
		return value == "real" || value == "double precision"
	case "char":
		return value == "text" || value == "citext" || value == "name"
	}
	return false
}
