package schema

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sqlvet/sqlvet/internal/pgquery"
)

// maxName is the longest name in bytes; PostgreSQL cuts longer ones.
const maxName = 63

// objectName joins the parts of a name that PostgreSQL chooses by itself,
// cutting the longer one of the first two where the whole is too long, as
// makeObjectName does.
// https://github.com/postgres/postgres/blob/REL_17_STABLE/src/backend/commands/indexcmds.c
func objectName(table, columns, label string) string {
	overhead := 0
	if columns != "" {
		overhead++
	}
	if label != "" {
		overhead += len(label) + 1
	}
	room := maxName - overhead
	a, b := len(table), len(columns)
	for a+b > room {
		if a > b {
			a--
		} else {
			b--
		}
	}
	out := clipName(table, a)
	if columns != "" {
		out += "_" + clipName(columns, b)
	}
	if label != "" {
		out += "_" + label
	}
	return out
}

// clipName cuts a name to n bytes without splitting a character.
func clipName(s string, n int) string {
	for n > 0 && n < len(s) && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:min(n, len(s))]
}

// joinColumns returns the part of an index's name that its columns make.
func joinColumns(names []string) string {
	var b strings.Builder
	for i, n := range names {
		if i > 0 {
			b.WriteByte('_')
		}
		b.WriteString(clipName(n, maxName))
		if b.Len() >= maxName+1 {
			break
		}
	}
	return b.String()
}

// relationTaken reports whether a schema has a relation of that name.
func (r *replayer) relationTaken(n name) bool {
	return r.tables[n] != nil || r.indexes[n] != nil
}

// chooseIndexName returns the name that PostgreSQL gives to an index that was
// written without one.
func (r *replayer) chooseIndexName(t *Table, columns []string, label string, constraint bool) string {
	joined := joinColumns(columns)
	if label == "pkey" {
		joined = ""
	}
	return r.choose(t, joined, label, func(n name) bool {
		return r.relationTaken(n) || constraint && r.constraints[n] > 0
	})
}

// chooseConstraintName does so for a check or foreign key.
func (r *replayer) chooseConstraintName(t *Table, columns []string, label string) string {
	return r.choose(t, joinColumns(columns), label, func(n name) bool { return r.constraints[n] > 0 })
}

func (r *replayer) choose(t *Table, columns, label string, taken func(name) bool) string {
	for i := 0; ; i++ {
		l := label
		if i > 0 {
			l += strconv.Itoa(i)
		}
		n := name{t.Schema, objectName(t.Name, columns, l)}
		if !taken(n) {
			return n.bare
		}
	}
}

// indexColumnNames returns the names of an index's columns, from which its
// own name is made.
func indexColumnNames(elems []*pgquery.IndexElem) []string {
	var out []string
	for _, e := range elems {
		base := e.GetName()
		if base == "" {
			if base, _ = figureName(e.GetExpr()); base == "" {
				base = "expr"
			}
		}
		out = append(out, distinctName(base, out))
	}
	return out
}

func distinctName(base string, taken []string) string {
	used := func(s string) bool {
		for _, t := range taken {
			if t == s {
				return true
			}
		}
		return false
	}
	for i, s := 1, base; ; i++ {
		if !used(s) {
			return s
		}
		digits := strconv.Itoa(i)
		s = clipName(base, maxName-len(digits)) + digits
	}
}

// figureName returns the name that PostgreSQL gives to the result of an
// expression, "" if it has none to give, and whether that name is a strong
// one, which a cast around it does not replace.
func figureName(n *pgquery.Node) (base string, strong bool) {
	switch {
	case n == nil:
	case n.GetColumnRef() != nil:
		fields := n.GetColumnRef().GetFields()
		for i := len(fields) - 1; i >= 0; i-- {
			if s := pgquery.Name(fields[i]); s != "" {
				return s, true
			}
		}
	case n.GetAIndirection() != nil:
		list := n.GetAIndirection().GetIndirection()
		for i := len(list) - 1; i >= 0; i-- {
			if s := pgquery.Name(list[i]); s != "" {
				return s, true
			}
		}
		return figureName(n.GetAIndirection().GetArg())
	case n.GetFuncCall() != nil:
		names := n.GetFuncCall().GetFuncname()
		return pgquery.Name(names[len(names)-1]), true
	case n.GetTypeCast() != nil:
		if base, strong = figureName(n.GetTypeCast().GetArg()); strong {
			return base, true
		}
		names := n.GetTypeCast().GetTypeName().GetNames()
		if len(names) == 0 {
			return base, false
		}
		return pgquery.Name(names[len(names)-1]), false
	case n.GetCollateClause() != nil:
		return figureName(n.GetCollateClause().GetArg())
	case n.GetAArrayExpr() != nil:
		return "array", true
	case n.GetRowExpr() != nil:
		return "row", true
	case n.GetCoalesceExpr() != nil:
		return "coalesce", true
	case n.GetMinMaxExpr() != nil:
		if n.GetMinMaxExpr().GetOp() == pgquery.IsGreatest {
			return "greatest", true
		}
		return "least", true
	case n.GetCaseExpr() != nil:
		if base, strong = figureName(n.GetCaseExpr().GetDefresult()); strong {
			return base, true
		}
		return "case", false
	case n.GetAExpr() != nil && n.GetAExpr().GetKind() == pgquery.AExprNullIf:
		return "nullif", true
	case n.GetSqlvalueFunction() != nil:
		text, err := pgquery.DeparseExpr(n)
		if err == nil {
			return strings.ToLower(text), true
		}
	case n.GetSubLink() != nil:
		return figureSubLink(n.GetSubLink())
	}
	return "", false
}

func figureSubLink(s *pgquery.SubLink) (string, bool) {
	switch s.GetSubLinkType() {
	case pgquery.SubLinkExists:
		return "exists", true
	case pgquery.SubLinkArray:
		return "array", true
	}
	if list := s.GetSubselect().GetSelectStmt().GetTargetList(); len(list) == 1 {
		if t := list[0].GetResTarget(); t.GetName() != "" {
			return t.GetName(), true
		} else if base, _ := figureName(t.GetVal()); base != "" {
			return base, true
		}
	}
	return "", false
}
