package schema

import (
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/pgquery"
)

// exprText returns an expression as the parser writes it back.
func exprText(n *pgquery.Node) string {
	if n == nil {
		return ""
	}
	text, err := pgquery.DeparseExpr(n)
	if err != nil {
		return ""
	}
	return text
}

// defaultText returns a column's default. NULL is none.
func defaultText(n *pgquery.Node) string {
	if n.GetAConst().GetIsnull() {
		return ""
	}
	return exprText(n)
}

// columnsOf returns the names of the columns that an expression on one table
// reads, each once.
func columnsOf(n *pgquery.Node) []string {
	var out []string
	add := func(n *pgquery.Node) {
		fields := n.GetColumnRef().GetFields()
		if len(fields) == 0 {
			return
		}
		if s := pgquery.Name(fields[len(fields)-1]); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	if n == nil {
		return nil
	}
	add(n)
	pgquery.Walk(n, func(n *pgquery.Node) bool {
		add(n)
		return true
	})
	return out
}

// renameIn returns the text of an expression after a column got another name.
func renameIn(text, from, to string) string {
	if !strings.Contains(text, from) {
		return text
	}
	n, err := pgquery.ParseExpr(text)
	if err != nil {
		return text
	}
	change := func(n *pgquery.Node) bool {
		if fields := n.GetColumnRef().GetFields(); len(fields) > 0 {
			if last := fields[len(fields)-1].GetString_(); last.GetSval() == from {
				last.Sval = to
			}
		}
		return true
	}
	change(n)
	pgquery.Walk(n, change)
	return exprText(n)
}

// collation returns the name of a collation; the default one is "".
func collation(names []*pgquery.Node) string {
	list := pgquery.Names(names)
	if len(list) > 0 && list[0] == "pg_catalog" {
		list = list[1:]
	}
	if len(list) == 1 && list[0] == "default" {
		return ""
	}
	return strings.Join(list, ".")
}
