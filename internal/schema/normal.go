package schema

import (
	"regexp"

	"github.com/sqlvet/sqlvet/internal/pgquery"
)

// NormalExpr returns the text of an expression in the form in which two that
// the server takes for equal are most often equal as texts: without casts of
// constants and casts between texts, names without their table in front, IN
// lists as = ANY. Text that is no expression comes back as it is.
func NormalExpr(text string) string {
	if text == "" {
		return ""
	}
	n, err := pgquery.ParseExpr(text)
	if err != nil {
		return text
	}
	n = normal(n)
	if out := exprText(n); out != "" {
		return out
	}
	return text
}

// NormalNode is NormalExpr of a tree, which is left as it is.
func NormalNode(n *pgquery.Node) string { return NormalExpr(exprText(n)) }

// textTypes are those between which a cast changes nothing that an index or a
// comparison would see.
var textTypes = words("text varchar bpchar")

// normal returns n, changed.
func normal(n *pgquery.Node) *pgquery.Node {
	n = uncast(n)
	if f := n.GetColumnRef().GetFields(); len(f) > 1 {
		n.GetColumnRef().Fields = f[len(f)-1:]
	}
	if f := n.GetFuncCall(); f != nil {
		if names := f.GetFuncname(); len(names) == 2 && pgquery.Name(names[0]) == "pg_catalog" {
			f.Funcname = names[1:]
		}
	}
	anyOfList(n)
	pgquery.Rewrite(n, func(child *pgquery.Node) *pgquery.Node {
		return normal(child)
	})
	return n
}

// uncast takes the casts off a constant, and casts to text off anything.
func uncast(n *pgquery.Node) *pgquery.Node {
	for {
		c := n.GetTypeCast()
		if c == nil {
			return n
		}
		names := pgquery.Names(c.GetTypeName().GetNames())
		base := names[len(names)-1]
		arg := c.GetArg()
		isText := textTypes[base] && len(c.GetTypeName().GetTypmods()) == 0
		for arg.GetTypeCast() != nil {
			arg = arg.GetTypeCast().GetArg()
		}
		if arg.GetAConst() == nil && arg.GetAArrayExpr() == nil && !isText {
			return n
		}
		n = c.GetArg()
		if text := n.GetAConst().GetSval().GetSval(); bareTypes[base] && bareValue.MatchString(text) {
			if value, err := pgquery.ParseExpr(text); err == nil {
				n = value // '60000'::numeric is 60000
			}
		}
	}
}

// bareTypes are the types whose constants stand without quotes, too.
var (
	bareTypes = words("int2 int4 int8 float4 float8 numeric bool")
	bareValue = regexp.MustCompile(`^(\d+(\.\d+)?|true|false)$`)
)

// anyOfList turns x IN (a, b) into x = ANY (ARRAY[a, b]), and NOT IN into
// <> ALL, as the server stores them.
func anyOfList(n *pgquery.Node) {
	e := n.GetAExpr()
	if e == nil || e.GetKind() != pgquery.AExprIn {
		return
	}
	items := e.GetRexpr().GetList().GetItems()
	e.Kind = pgquery.AExprOpAny
	if len(e.GetName()) == 1 && pgquery.Name(e.GetName()[0]) == "<>" {
		e.Kind = pgquery.AExprOpAll
	}
	e.Rexpr = pgquery.ArrayExpr(items)
}

// TypeName returns the canonical short name of a type as SQL writes it: that
// of Column.Type. What is no type comes back as it is.
func TypeName(text string) string {
	n, err := pgquery.ParseExpr("NULL::" + text)
	if err != nil || n.GetTypeCast() == nil {
		return text
	}
	return newReplayer().typeName(n.GetTypeCast().GetTypeName())
}
