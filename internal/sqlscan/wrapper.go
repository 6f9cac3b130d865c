package sqlscan

// wrapper returns the text that makes a clause a statement. The relation of a
// wrapper is the row source that the clause will be put on, which is not
// known: its bytes map to nothing.
func wrapper(frag Fragment, r *rewriter) (prefix, suffix string) {
	first := ""
	if r.toks[0].Kind == Ident {
		first = lower(r.text(0))
	}
	// An optional keyword may already be in the text.
	unless := func(word, prefix string) string {
		if first == word {
			return `SELECT 1 FROM "_" `
		}
		return prefix
	}
	switch frag {
	case WhereClause:
		return unless("where", `SELECT 1 FROM "_" WHERE `), ""
	case HavingClause:
		return unless("having", `SELECT 1 FROM "_" HAVING `), ""
	case JoinClause:
		switch first {
		case "join", "left", "right", "inner", "full", "cross", "natural":
			return `SELECT 1 FROM "_" `, ""
		}
		return `SELECT 1 FROM "_" JOIN `, ""
	case SelectList:
		if first == "select" {
			return "", "\n" + `FROM "_"`
		}
		return "SELECT ", "\n" + `FROM "_"`
	case Expression, ColumnName:
		return "SELECT ", "\n" + `FROM "_"`
	case OrderClause:
		return unless("order", `SELECT 1 FROM "_" ORDER BY `), ""
	case GroupClause:
		return unless("group", `SELECT 1 FROM "_" GROUP BY `), ""
	case TableClause:
		return "SELECT 1 FROM ", ""
	case SetClause:
		if first == "set" {
			return `UPDATE "_" `, ""
		}
		return `UPDATE "_" SET `, ""
	}
	return "", ""
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
