package sqlscan

import "fmt"

// Caps for the C parser, which recurses over the syntax tree on the thread's
// stack and kills the process when that ends. MaxDepth keeps it inside
// 512 KiB, the stack of a macOS thread, and inside 128 KiB, that of musl
// (measured by TestStack of package pgquery).
const (
	MaxLength = 1 << 20 // bytes of text
	MaxDepth  = 250     // levels of the syntax tree, by the count of TooDeep
)

// What one step down costs, in steps of a chain of binary operators: a bracket
// may be a subselect, whose tree is several nodes deep before its own
// expressions begin; NOT and AT TIME ZONE keep their operands in lists.
const (
	bracketDepth = 4
	listDepth    = 2
)

// TooDeep reports whether sql must not be given to the parser, and why. It
// bounds the depth of the syntax tree from above for every text the grammar
// accepts: a text that it does not accept has no tree to recurse over.
func TooDeep(sql string) (reason string, bad bool) {
	if len(sql) > MaxLength {
		return fmt.Sprintf("text of %d bytes is longer than %d", len(sql), MaxLength), true
	}
	var g depthGauge
	g.push('s')
	for i := 0; i < len(sql); {
		if isSpace(sql[i]) {
			i++
			continue
		}
		kind, end := scanOne(sql, i)
		g.token(sql, Token{kind, i, end})
		if g.depth() > MaxDepth {
			return fmt.Sprintf("nesting or operator chain at byte %d is deeper than %d", i, MaxDepth), true
		}
		i = end
	}
	return "", false
}

// A depthGauge is the state of TooDeep: what is open, and how deep the tree
// can be at this token.
type depthGauge struct {
	open []depthLevel
	base int // depth at which the innermost level begins
	prev string
}

// A depthLevel counts inside one bracket. Operators nest to the left, so the
// deepest operand may stand below all of them.
type depthLevel struct {
	by      byte // the opening byte: '(', '[', 'c' for CASE, 's' for the text
	expr    int  // operators since the last sibling expression began
	operand int  // the deepest bracket among its operands
	done    int  // the deepest sibling before it
	clause  int  // joins and set operations, which nest to the left too
	between int  // BETWEENs whose AND has not come: that AND is no conjunction
}

func (l *depthLevel) depth() int { return l.clause + max(l.done, l.expr+l.operand) }

// sibling begins an expression that is not an operand of what came before.
func (l *depthLevel) sibling() {
	l.done = max(l.done, l.expr+l.operand)
	l.expr, l.operand = 0, 0
}

func (g *depthGauge) top() *depthLevel { return &g.open[len(g.open)-1] }

func (g *depthGauge) depth() int { return g.base + g.top().depth() }

func (g *depthGauge) push(by byte) {
	if len(g.open) > 0 {
		g.base += g.top().expr + g.top().clause + bracketDepth
	}
	g.open = append(g.open, depthLevel{by: by})
}

// pop closes the innermost level if by opened it.
func (g *depthGauge) pop(by byte) {
	if len(g.open) < 2 || g.top().by != by {
		return
	}
	inner := g.top().depth() + bracketDepth
	g.open = g.open[:len(g.open)-1]
	t := g.top()
	g.base -= t.expr + t.clause + bracketDepth
	t.operand = max(t.operand, inner)
}

func (g *depthGauge) token(sql string, t Token) {
	top := g.top()
	switch t.Kind {
	case Op:
		top.expr++
	case Punct:
		switch c := sql[t.Start]; c {
		case '(', '[':
			g.push(c)
		case ')':
			g.pop('(')
		case ']':
			g.pop('[')
			g.top().expr++ // subscripts of subscripts
		case ',':
			top.sibling() // elements of a list
		case ';':
			if top.by == 's' {
				*top = depthLevel{by: 's'}
			}
		}
	case Ident:
		g.word(lower(t.Text(sql)))
		return
	}
	if t.Kind != Comment {
		g.prev = ""
	}
}

func (g *depthGauge) word(w string) {
	top := g.top()
	switch w {
	case "case":
		g.push('c')
	case "end":
		g.pop('c')
	case "and":
		// The parser flattens conjunctions, but not x BETWEEN a AND NOT b.
		if top.between > 0 {
			top.between--
			top.expr++
		} else {
			top.sibling()
		}
	case "or":
		// BETWEEN binds tighter than OR, so its AND has come, or stands
		// below a NOT on its right: keep the count then.
		if top.between == 0 {
			top.sibling()
		}
	case "between":
		top.between++
		top.expr++
	case "not", "at":
		top.expr += listDepth
	case "is", "isnull", "notnull", "like", "ilike", "similar", "in", "collate", "operator", "overlaps", "escape":
		top.expr++
	case "union", "intersect", "except", "join":
		top.sibling()
		top.clause++
	case "where", "on", "having", "group", "order", "limit", "offset", "when", "then", "else", "set", "returning", "values":
		top.sibling()
	case "from":
		if g.prev != "distinct" { // x IS DISTINCT FROM NOT y …
			top.sibling()
		}
	}
	g.prev = w
}
