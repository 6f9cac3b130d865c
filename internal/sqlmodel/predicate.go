package sqlmodel

// A cond is where a condition stands.
type cond struct {
	place   Place
	or      bool
	negated bool
}

// predicate builds the comparison e, which is no conjunction.
func (b *builder) predicate(e *Expr, c cond) Predicate {
	p := Predicate{Range: e.Range, Place: c.place, Or: c.or, OpRange: none}
	b.comparison(&p, e)
	if c.negated {
		if n, ok := negations[p.Op]; ok {
			p.Op = n
		} else {
			p.Negated = !p.Negated
		}
	}
	return p
}

var negations = map[Op]Op{
	OpEq: OpNe, OpNe: OpEq, OpLt: OpGe, OpGe: OpLt, OpGt: OpLe, OpLe: OpGt,
	OpLike: OpNotLike, OpNotLike: OpLike, OpILike: OpNotILike, OpNotILike: OpILike,
	OpIn: OpNotIn, OpNotIn: OpIn, OpBetween: OpNotBetween, OpNotBetween: OpBetween,
	OpIsNull: OpIsNotNull, OpIsNotNull: OpIsNull,
}

var operators = map[string]Op{
	"=": OpEq, "<>": OpNe, "!=": OpNe, "<": OpLt, "<=": OpLe, ">": OpGt, ">=": OpGe,
	"like": OpLike, "not like": OpNotLike, "~~": OpLike, "!~~": OpNotLike,
	"ilike": OpILike, "not ilike": OpNotILike, "~~*": OpILike, "!~~*": OpNotILike,
	"similar to": OpSimilar, "not similar to": OpSimilar,
	"~": OpRegex, "~*": OpRegex, "!~": OpRegex, "!~*": OpRegex,
	"in": OpIn, "not in": OpNotIn, "= any": OpIn, "= some": OpIn, "<> all": OpNotIn, "!= all": OpNotIn,
	"between": OpBetween, "not between": OpNotBetween,
	"between symmetric": OpBetween, "not between symmetric": OpNotBetween,
	"between asymmetric": OpBetween, "not between asymmetric": OpNotBetween,
	"is null": OpIsNull, "isnull": OpIsNull, "is not null": OpIsNotNull, "notnull": OpIsNotNull,
}

// comparison fills p from the expression e, which is no conjunction.
func (b *builder) comparison(p *Predicate, e *Expr) {
	switch {
	case e.Kind == ExprSub && e.Level != nil && e.Level.Role == RoleExists:
		p.Op, p.Left = OpExists, e
		return
	case e.Kind != ExprOp || len(e.Args) == 0 || e.Name == "collate":
		p.Op, p.Left = OpBool, e
		return
	}
	p.Left = e.Args[0]
	opToks := e.own
	p.OpRange = b.rangeOf(opToks)
	p.OpText = b.text(opToks)
	op, known := operators[e.Name]
	if !known {
		op = operators[p.OpText]
	}
	p.Op = op
	if b.word(opToks.lo) == "operator" {
		p.OpText = e.Name
	}
	p.Negated = p.OpText == "not similar to" || op == OpRegex && p.OpText[0] == '!'
	rest := e.Args[1:]
	switch {
	case len(rest) == 0:
		if op != OpIsNull && op != OpIsNotNull {
			p.Op = OpOther // a prefix operator, IS TRUE, …
		}
	case (op == OpIn || op == OpNotIn) && (p.OpText == "in" || p.OpText == "not in") && rest[0].Kind != ExprSub:
		p.List = rest
	case (op == OpBetween || op == OpNotBetween) && len(rest) == 2:
		p.Right, p.High = rest[0], rest[1]
	default:
		p.Right = rest[0]
	}
}
