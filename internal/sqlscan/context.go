package sqlscan

import "sort"

// A place is what stands around a hole, as far as tokens tell.
type place struct {
	prev, next       int // indexes of the tokens around it, -1 and len(toks) at the ends
	glueLeft         bool
	glueRight        bool
	inside           int    // the token it is inside of, -1 if none
	afterHole        bool   // another hole stands between it and the token before it
	beforeHole       bool   // another hole stands between it and the token behind it
	clause           string // the clause of its level: "select", "from", "where", …
	open             string // what its level's bracket is for, see bracketUse
	hasWhere         bool   // its level has a WHERE before it
	ends             bool   // nothing stands behind it
	first            bool   // nothing stands before it in its statement
	operandBefore    bool
	operandAfter     bool
	prevWord         string // the keyword before it, "" if another token
	nextWord         string
	prevByte         byte // of a punctuation token before it, else 0
	nextByte         byte
	afterCast        bool // a type is missing
	prevOp, nextOp   bool // an operator stands there
	nextIsComparison bool // what follows continues an expression
}

// A scope is what is known of a bracket level while walking over it.
type scope struct {
	clause   string
	open     string
	hasWhere bool
	begun    bool // a token of this statement was seen
}

// places finds the place of each hole.
func (r *rewriter) places() []place {
	out := make([]place, len(r.src.Holes))
	stack := []scope{{}}
	h := 0
	for i := 0; i <= len(r.toks); i++ {
		limit := len(r.src.Text) + 1
		if i < len(r.toks) {
			limit = r.toks[i].Start + 1
		}
		for ; h < len(out) && r.src.Holes[h].At < limit; h++ {
			out[h] = r.placeAt(h, i, stack[len(stack)-1])
		}
		if i < len(r.toks) {
			for ; h < len(out) && r.src.Holes[h].At < r.toks[i].End; h++ {
				out[h] = place{inside: i}
			}
			stack = r.step(stack, i)
		}
	}
	return out
}

// placeAt describes hole h, which stands before token i and inside none.
func (r *rewriter) placeAt(h, i int, s scope) place {
	at := r.src.Holes[h].At
	p := place{prev: i - 1, next: i, inside: -1, clause: s.clause, open: s.open, hasWhere: s.hasWhere, first: !s.begun, ends: i == len(r.toks)}
	if h > 0 {
		before := r.src.Holes[h-1].At
		p.afterHole = before == at || i == 0 || before >= r.toks[i-1].End
	}
	p.beforeHole = h+1 < len(r.src.Holes) && (i == len(r.toks) || r.src.Holes[h+1].At <= r.toks[i].Start)
	if i > 0 {
		t := r.toks[i-1]
		p.glueLeft = t.End == at
		p.operandBefore = r.operandBefore(i)
		switch w := lower(r.text(i - 1)); t.Kind {
		case Ident:
			if keywords[w] {
				p.prevWord = w
			}
		case Punct:
			p.prevByte = w[0]
		case Op:
			p.prevOp = !p.operandBefore
			p.afterCast = w == "::"
		}
	}
	if i < len(r.toks) {
		t := r.toks[i]
		p.glueRight = t.Start == at
		p.operandAfter = r.isOperand(i)
		switch w := lower(r.text(i)); t.Kind {
		case Ident:
			if keywords[w] {
				p.nextWord = w
			}
			p.nextIsComparison = comparisonWords[w]
		case Punct:
			p.nextByte = w[0]
		case Op:
			p.nextOp = !r.isParamToken(i)
			p.nextIsComparison = p.nextOp
		}
	}
	return p
}

// isOperand reports whether an operand begins at token i.
func (r *rewriter) isOperand(i int) bool {
	switch t := r.toks[i]; t.Kind {
	case Quoted, Backquoted, String, Number, Param:
		return true
	case Ident:
		return !keywords[lower(r.text(i))]
	case Punct:
		return r.src.Text[t.Start] == '(' || r.isParamToken(i)
	}
	return r.isParamToken(i)
}

// isParamToken reports whether a placeholder edit begins at token i.
func (r *rewriter) isParamToken(i int) bool {
	at := r.toks[i].Start
	k := sort.Search(len(r.edits), func(k int) bool { return r.edits[k].start >= at })
	return k < len(r.edits) && r.edits[k].start == at && r.edits[k].kind != SpanText
}

// step moves the scopes over token i.
func (r *rewriter) step(stack []scope, i int) []scope {
	t, top := r.toks[i], &stack[len(stack)-1]
	top.begun = true
	switch t.Kind {
	case Ident:
		top.word(lower(r.text(i)))
	case Punct:
		switch r.src.Text[t.Start] {
		case '(', '[':
			return append(stack, scope{open: r.bracketUse(i, top), begun: true})
		case ')', ']':
			if len(stack) > 1 {
				return stack[:len(stack)-1]
			}
		case ';':
			*top = scope{open: top.open}
		}
	}
	return stack
}

func (s *scope) word(w string) {
	switch w {
	case "where":
		s.hasWhere = true
		s.clause = w
	case "select", "from", "having", "limit", "offset", "set", "values", "returning", "into", "on":
		s.clause = w
	case "group", "order":
		s.clause = w
	case "join", "update", "table", "using":
		if !(w == "update" && s.clause == "on") {
			s.clause = "from"
		}
	case "union", "intersect", "except":
		s.clause, s.hasWhere = "", false
	}
}

// bracketUse says what the bracket at token i holds: "columns", "row", "list"
// (of values), "query", "cond", "args" or, for plain grouping, the use of the
// level around it.
func (r *rewriter) bracketUse(i int, around *scope) string {
	if r.text(i) == "[" {
		return "args"
	}
	if i == 0 {
		return ""
	}
	before := r.toks[i-1]
	w := lower(r.text(i - 1))
	switch before.Kind {
	case Ident, Quoted, Backquoted:
		if before.Kind != Ident || !keywords[w] {
			if around.clause == "into" {
				return "columns"
			}
			return "args"
		}
	case Op:
		return "args"
	case Punct:
		if w == "," && around.clause == "values" {
			return "row"
		}
		if w == "(" {
			return around.open
		}
		if w == "," && around.open == "list" {
			return "row"
		}
		return "args"
	}
	switch w {
	case "in", "any", "all", "some":
		return "list"
	case "values":
		return "row"
	case "exists", "as", "from", "join", "lateral", "array":
		return "query"
	case "conflict", "using":
		return "columns"
	case "where", "and", "or", "not", "on", "having", "when":
		return "cond"
	}
	return "args"
}
