package indexadvice

import (
	"strings"

	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// pattern is for LIKE, ILIKE and regular expressions.
func (c comparison) pattern() (*rel, []*term, bool) {
	p := c.p
	if p.Right == nil || p.Negated {
		return c.opaque(p.Left, p.Right)
	}
	s, is := c.b.side(c.level, p.Left)
	given, outer := c.given(p.Right)
	if !is || !given {
		return c.opaque(p.Left, p.Right)
	}
	t := &term{kind: termOther, key: s.key, op: p.OpText, outer: outer, share: 0.05}
	shape := patternShape(p.Right)
	citext := baseTypeOf(s) == "citext"
	switch {
	case !isText(baseTypeOf(s)) && s.key.typ != "":
	case p.Op == sqlmodel.OpRegex:
		if v, ok := literals(p.Right); ok && runs(strings.Trim(v[0], "'"), `.*+?()[]{}|^$\`) {
			t.kind = termPattern
		}
	case shape == prefixShape && p.Op == sqlmodel.OpLike && !citext:
		t.kind, t.share = termPrefix, 0.01
	case shape == prefixShape && p.Op == sqlmodel.OpLike: // citext has no pattern operator class
	case shape == prefixShape || shape == infixShape:
		t.kind = termPattern
	}
	return s.rel, []*term{t}, true
}

type shape uint8

const (
	unknownShape shape = iota
	prefixShape        // 'abc%'
	infixShape         // '%abc%', with enough letters for trigrams
)

// patternShape says what a LIKE pattern looks like: a literal, or a value with
// '%' put around it in SQL.
func patternShape(e *sqlmodel.Expr) shape {
	for e.Kind == sqlmodel.ExprCast && len(e.Args) == 1 {
		e = e.Args[0]
	}
	switch {
	case e.Kind == sqlmodel.ExprConst && e.ConstKind == sqlmodel.ConstString && !e.Hole:
		return literalShape(e.Const)
	case e.Kind == sqlmodel.ExprOp && e.Name == "||" && len(e.Args) == 2:
		l, r := e.Args[0], e.Args[1]
		endsOpen := r.Kind == sqlmodel.ExprConst && strings.HasSuffix(r.Const, "%")
		if first := firstPart(l); first.Kind == sqlmodel.ExprConst && strings.HasPrefix(first.Const, "%") {
			return infixShape
		}
		if endsOpen && firstPart(l).Kind != sqlmodel.ExprHole {
			return prefixShape
		}
	}
	return unknownShape
}

// firstPart returns the first operand of a concatenation.
func firstPart(e *sqlmodel.Expr) *sqlmodel.Expr {
	for e.Kind == sqlmodel.ExprOp && e.Name == "||" && len(e.Args) == 2 {
		e = e.Args[0]
	}
	return e
}

func literalShape(s string) shape {
	i := strings.IndexAny(s, `%_\`)
	switch {
	case i < 0 && s != "":
		return prefixShape // without wildcards it is an equality
	case i > 0:
		return prefixShape
	case runs(s, `%_\`):
		return infixShape
	}
	return unknownShape
}

// runs reports whether s has three letters in a row that are none of special:
// a trigram.
func runs(s, special string) bool {
	n := 0
	for _, c := range s {
		if strings.ContainsRune(special, c) {
			n = 0
			continue
		}
		if n++; n == 3 {
			return true
		}
	}
	return false
}
