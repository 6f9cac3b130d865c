package sqlscan

// wrapper returns the text that makes a clause a statement when it is put
// before it. The relation of a wrapper is the row source that the clause will
// be put on, which is not known: its bytes map to nothing. Nothing is put
// behind a clause, so that an incomplete one stays an error.
func wrapper(frag Fragment, r *rewriter) string {
	first := ""
	if r.toks[0].Kind == Ident {
		first = lower(r.text(0))
	}
	const from = `SELECT 1 FROM "_" `
	keyword := func(word, rest string) string {
		if first == word { // already in the text
			return from
		}
		return from + rest
	}
	switch frag {
	case WhereClause:
		return keyword("where", "WHERE ")
	case HavingClause:
		return keyword("having", "HAVING ")
	case OrderClause:
		return keyword("order", "ORDER BY ")
	case GroupClause:
		return keyword("group", "GROUP BY ")
	case JoinClause:
		switch first {
		case "left", "right", "inner", "full", "cross", "natural":
			return from
		}
		return keyword("join", "JOIN ")
	case SelectList:
		if first == "select" {
			return ""
		}
		return "SELECT "
	case Expression, ColumnName:
		return "SELECT "
	case TableClause:
		return "SELECT 1 FROM "
	case SetClause:
		if first == "set" {
			return `UPDATE "_" `
		}
		return `UPDATE "_" SET `
	}
	return ""
}

// wordBefore is the keyword that a wrapper puts before a clause, clauseOf the
// clause that it makes of it.
var (
	wordBefore = map[Fragment]string{
		WhereClause: "where", HavingClause: "having", JoinClause: "join", SelectList: "select",
		Expression: "select", ColumnName: "select", OrderClause: "by", GroupClause: "by",
		TableClause: "from", SetClause: "set",
	}
	clauseOf = map[Fragment]string{
		WhereClause: "where", HavingClause: "having", JoinClause: "from", SelectList: "select",
		Expression: "select", ColumnName: "select", OrderClause: "order", GroupClause: "group",
		TableClause: "from", SetClause: "set",
	}
)
