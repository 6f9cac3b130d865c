package sqlscan

// byPlace adds the options that a hole of unknown kind has where it stands.
func (o *optionList) byPlace(p place) {
	switch {
	case p.prevByte == '.' && p.glueLeft, p.nextByte == '.' && p.glueRight:
		o.add(o.name, true)
	case p.first && !p.afterHole:
		o.atStart(p)
	case p.afterHole:
		o.afterHole(p)
	case p.nextByte == '(' && p.glueRight:
		o.add(o.name, true) // the name of a function
	case p.prevWord != "":
		o.afterWord(p)
	case p.afterCast:
		o.add(o.name, true)
	case p.prevOp:
		o.add(o.value, true)
		o.add(o.name, true)
	case p.prevByte == '(', p.prevByte == '[':
		o.afterBracket(p)
	case p.prevByte == ',':
		o.afterComma(p)
	case p.operandBefore:
		o.afterOperand(p)
	}
}

// afterHole is for a hole whose place another one has filled.
func (o *optionList) afterHole(p place) {
	if p.operandAfter && !p.beforeHole {
		o.add("=", false)
		o.add("AND", false)
	}
	if p.clause == "order" && (p.nextWord == "limit" || p.nextWord == "offset" || p.nextByte == ',') {
		o.add("ASC", true)
	}
	o.add("", false)
}

// atStart is for a text that begins with a hole: the statement's head is not
// known, and what follows says how much of it.
func (o *optionList) atStart(p place) {
	switch p.nextWord {
	case "and", "or":
		o.add("SELECT 1 FROM "+o.name+" WHERE TRUE", false)
	case "from":
		o.add("SELECT "+o.name, false)
		o.add("DELETE", false)
	case "values", "select":
		o.add("", false)
		o.add("INSERT INTO "+o.name, false)
	case "set":
		o.add("UPDATE "+o.name, false)
	case "":
		o.add("", false)
		o.add("SELECT", false)
		o.add("SELECT 1 FROM "+o.name, false)
		o.add("SELECT 1 FROM "+o.name+" WHERE", false)
	default:
		if clauseWords[p.nextWord] {
			o.add("SELECT 1 FROM "+o.name, false)
		} else {
			o.add("", false)
		}
	}
}

func (o *optionList) afterWord(p place) {
	switch w := p.prevWord; {
	case w == "values":
		o.add("("+o.value+")", true)
	case w == "in":
		o.add("("+o.value+")", true)
		o.add("(SELECT 1)", false)
	case w == "any", w == "all" && p.clause != "select", w == "some":
		o.add("("+o.value+")", true)
	case w == "exists" && p.clause == "from": // CREATE TABLE IF NOT EXISTS
		o.add(o.name, true)
	case w == "exists":
		o.add("(SELECT 1)", false)
		o.add(o.name, true)
	case w == "update" && p.clause != "from", w == "using" && p.nextByte == '(':
		o.add("", false)
	case relationWords[w]:
		o.add(o.name, true)
		o.add("(SELECT 1) AS "+o.name, false)
	case conditionWords[w]:
		if p.nextIsComparison || p.nextByte == '.' || p.beforeHole && p.operandAfter {
			o.add(o.name, true)
			o.add(o.value, true)
		}
		o.add("TRUE", false)
		o.add(o.name+" = "+o.name, false)
	case w == "set":
		if p.nextOp || p.nextWord == "to" {
			o.add(o.name, true)
		}
		o.add(o.name+" = NULL", false)
	case w == "limit", w == "offset", w == "like", w == "ilike", w == "between", w == "to",
		w == "then", w == "else", w == "default", w == "escape":
		o.add(o.value, true)
		o.add("1", true)
	case w == "select", w == "distinct", w == "returning":
		if p.nextIsComparison || p.nextByte == ',' {
			o.add(o.name, false)
		}
		o.add(o.name, false)
	case w == "by":
		o.add(o.name, false)
	case w == "as":
		if p.open == "" || p.nextByte != 0 {
			o.add(o.name, true)
		}
		o.add("(SELECT 1)", false)
		o.add("SELECT 1", false)
	case w == "asc", w == "desc":
		o.add("", p.nextWord == "limit" || p.nextByte == ',')
	case w == "union", w == "except", w == "intersect":
		o.add("", false)
		o.add("SELECT 1", false)
	case w == "with":
		o.add(o.name+" AS (SELECT 1)", false)
	case w == "is":
		o.add("NULL", false)
	case w == "case":
		o.add("WHEN TRUE THEN NULL", false)
	case w == "conflict", w == "do":
		o.add("", false)
		o.add("NOTHING", false)
	case w == "end", w == "null":
		o.afterOperand(p)
	default:
		o.add(o.name, true)
		o.add(o.value, true)
	}
}

func (o *optionList) afterBracket(p place) {
	if p.nextIsComparison {
		o.add(o.name, true)
		o.add(o.value, true)
	}
	closed := p.nextByte == ')'
	switch p.open {
	case "columns":
		o.add(o.name, !o.fragment && !closed)
	case "row", "list":
		// Whatever the list is, it is values: a hole between the brackets
		// hides no clause.
		o.raw(" "+o.value+" ", true)
		o.add("SELECT 1", false)
	case "query":
		o.add("SELECT 1", false)
		o.add(o.value, false)
	case "cond":
		o.add("TRUE", false)
		o.add("SELECT 1", false)
	default:
		o.add(o.value, true)
		o.add(o.name, true)
		o.add("SELECT 1", false)
	}
}

func (o *optionList) afterComma(p place) {
	switch {
	case p.nextIsComparison:
		o.add(o.name, true)
		o.add(o.value, true)
	case p.open == "columns" && p.clause == "":
		o.add(o.name, false)
	case p.open == "row" && p.clause == "", p.open == "list" && p.clause == "":
		o.raw(" "+o.value+" ", true)
	case p.clause == "values":
		o.add("("+o.value+")", true)
	case p.clause == "from":
		o.add(o.name, true)
	case p.clause == "select", p.clause == "returning", p.clause == "group", p.clause == "order":
		o.add(o.name, false)
	case p.clause == "set":
		o.add(o.name+" = NULL", false)
	default:
		o.add(o.value, true)
		o.add(o.name, true)
	}
}

// afterOperand is for a hole behind a complete operand: an operator, a
// direction, or a run of clauses.
func (o *optionList) afterOperand(p place) {
	next := p.nextWord
	switch {
	case p.clause == "" && (p.open == "list" || p.open == "row") && p.nextByte == ')':
		o.raw("", true) // more values
	case next == "and", next == "or":
		if !p.hasWhere && p.clause != "on" && p.clause != "having" && p.open != "cond" {
			o.add("WHERE TRUE", false)
		}
		o.add("", false)
		o.add("WHERE TRUE", false)
	case next != "", p.nextByte == ')', p.nextByte == ',', p.nextByte == ';', p.nextOp:
		if p.clause == "order" && (next == "limit" || next == "offset" || next == "nulls" || p.nextByte == ',') {
			o.add("ASC", true)
		}
		o.add("", false)
	case p.isEnd():
		o.add("", false)
	default: // an operand follows: an operator is missing
		switch p.clause {
		case "where", "on", "having", "set":
			o.add("=", false)
			o.add("AND", false)
		case "from", "into":
			o.add("", false)
			o.add("JOIN", false)
			o.add("CROSS JOIN", false)
			o.add("WHERE", false)
		}
		o.add(",", false)
		o.add("", false)
		o.add("AND", false)
		o.add("=", false)
		o.add("WHERE", false)
		o.add("ORDER BY", false)
	}
}

func (p place) isEnd() bool { return p.nextWord == "" && p.nextByte == 0 && !p.nextOp && p.ends }
