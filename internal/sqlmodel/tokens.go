package sqlmodel

import (
	"sort"
	"strings"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// tokens is a half-open range of token indexes; empty if hi <= lo.
type tokens struct{ lo, hi int }

func (t tokens) empty() bool { return t.hi <= t.lo }

func union(a, b tokens) tokens {
	switch {
	case a.empty():
		return b
	case b.empty():
		return a
	}
	return tokens{min(a.lo, b.lo), max(a.hi, b.hi)}
}

// A tokenized is the text that the parser read, with its tokens. The parser
// gives only where things start; the tokens tell where they end.
type tokenized struct {
	cand  sqlscan.Candidate
	sql   string
	toks  []sqlscan.Token
	match []int // see sqlscan.Brackets
}

func tokenize(c sqlscan.Candidate) tokenized {
	toks := sqlscan.Significant(sqlscan.Scan(c.SQL))
	return tokenized{c, c.SQL, toks, sqlscan.Brackets(c.SQL, toks)}
}

// at returns the index of the token at byte offset loc, -1 if there is none.
func (z *tokenized) at(loc int32) int {
	if loc < 0 {
		return -1
	}
	i := sort.Search(len(z.toks), func(i int) bool { return z.toks[i].End > int(loc) })
	if i == len(z.toks) || z.toks[i].Start > int(loc) {
		return -1
	}
	return i
}

// one returns the range of the token at loc.
func (z *tokenized) one(loc int32) tokens {
	if i := z.at(loc); i >= 0 {
		return tokens{i, i + 1}
	}
	return tokens{}
}

// word returns token i in lower case, "" outside the text.
func (z *tokenized) word(i int) string {
	if i < 0 || i >= len(z.toks) {
		return ""
	}
	return strings.ToLower(z.toks[i].Text(z.sql))
}

func (z *tokenized) isWord(i int) bool {
	return i >= 0 && i < len(z.toks) && z.toks[i].Kind == sqlscan.Ident
}

// isName reports whether token i can be a part of a qualified name.
func (z *tokenized) isName(i int) bool {
	return i >= 0 && i < len(z.toks) && (z.toks[i].Kind == sqlscan.Ident || z.toks[i].Kind == sqlscan.Quoted)
}

// closing returns the index after the bracket that closes the one at i, or
// i+1 if i is not an opening bracket.
func (z *tokenized) closing(i int) int {
	if i >= 0 && i < len(z.toks) && z.match[i] > i {
		return z.match[i] + 1
	}
	return i + 1
}

// opening returns the first opening parenthesis at or after i and before
// limit, -1 if there is none.
func (z *tokenized) opening(i, limit int) int {
	for ; i >= 0 && i < limit && i < len(z.toks); i++ {
		if z.word(i) == "(" && z.match[i] > i {
			return i
		}
	}
	return -1
}

// balanced extends t until no bracket in it has its partner outside.
func (z *tokenized) balanced(t tokens) tokens {
	if t.empty() {
		return t
	}
	for i := t.lo; i < t.hi; i++ {
		m := z.match[i]
		if m >= t.hi {
			t.hi = m + 1
		} else if m >= 0 && m < t.lo {
			i, t.lo = m, m
		}
	}
	return t
}

// name returns the range of a qualified name of n parts at token i.
func (z *tokenized) name(i, n int) tokens {
	if i < 0 {
		return tokens{}
	}
	hi := i + 1
	for ; n > 1 && z.word(hi) == "."; n-- {
		hi += 2
	}
	return tokens{i, min(hi, len(z.toks))}
}

// none is the range of what is not in the source.
var none = Range{-1, -1}

// rangeOf returns t as a range of the source; it is none if t is empty or a
// part of it is not in the source.
func (z *tokenized) rangeOf(t tokens) Range {
	if t.empty() || t.lo < 0 {
		return none
	}
	from, to, ok := z.cand.Range(z.toks[t.lo].Start, z.toks[t.hi-1].End)
	if !ok {
		return none
	}
	return Range{from, to}
}

// inHole reports whether holes give all of t.
func (z *tokenized) inHole(t tokens) bool {
	for i := t.lo; i < t.hi; i++ {
		if z.cand.Kind(z.toks[i].Start) != sqlscan.SpanHole || z.cand.Kind(z.toks[i].End-1) != sqlscan.SpanHole {
			return false
		}
	}
	return !t.empty()
}

// hasHole reports whether a hole gives some of t.
func (z *tokenized) hasHole(t tokens) bool {
	if t.empty() || t.lo < 0 {
		return false
	}
	_, ok := z.cand.HoleIn(z.toks[t.lo].Start, z.toks[t.hi-1].End)
	return ok
}

// inWrapper reports whether t begins outside the source.
func (z *tokenized) inWrapper(t tokens) bool {
	return !t.empty() && z.cand.Kind(z.toks[t.lo].Start) == sqlscan.SpanWrapper
}

// call returns the range of a call whose name begins at i, with all that may
// follow the closing parenthesis. A call without parentheses is its name.
func (z *tokenized) call(i int) tokens {
	if i < 0 {
		return tokens{}
	}
	hi := i + 1
	for z.word(hi) == "." {
		hi += 2
	}
	if z.word(hi) == "for" { // COLLATION FOR (…)
		hi++
	}
	if z.word(hi) != "(" {
		return tokens{i, min(hi, len(z.toks))}
	}
	for hi = z.closing(hi); z.isWord(hi); {
		next := hi
		switch z.word(hi) {
		case "filter":
			next = z.opening(hi+1, hi+2)
		case "within":
			next = z.opening(hi+2, hi+3)
		case "over":
			if next = z.opening(hi+1, hi+2); next < 0 && z.isName(hi+1) {
				hi += 2
				continue
			}
		default:
			return tokens{i, hi}
		}
		if next < 0 {
			return tokens{i, hi}
		}
		hi = z.closing(next)
	}
	return tokens{i, hi}
}

var intervalFields = map[string]bool{"year": true, "month": true, "day": true, "hour": true, "minute": true, "second": true}

// typeName returns the range of the name of a type at i, with its modifiers
// and array bounds.
func (z *tokenized) typeName(i int) tokens {
	if i < 0 {
		return tokens{}
	}
	hi := i
	if z.word(hi) == "setof" {
		hi++
	}
	modifiers := func() {
		if z.word(hi) == "(" {
			hi = z.closing(hi)
		}
	}
	skip := func(words ...string) bool {
		for k, w := range words {
			if z.word(hi+k) != w {
				return false
			}
		}
		hi += len(words)
		return true
	}
	switch w := z.word(hi); w {
	case "double":
		hi++
		skip("precision")
	case "national":
		hi += 2
		skip("varying")
	case "character", "char", "bit", "nchar":
		hi++
		skip("varying")
	case "time", "timestamp":
		hi++
		modifiers()
		_ = skip("with", "time", "zone") || skip("without", "time", "zone")
	case "interval":
		hi = z.intervalFields(hi + 1)
	default:
		hi++
		for z.word(hi) == "." && z.isName(hi+1) {
			hi += 2
		}
		if z.word(hi) == "%" && z.word(hi+1) == "type" {
			hi += 2
		}
	}
	modifiers()
	if z.word(hi) == "array" {
		hi++
	}
	for z.word(hi) == "[" && z.match[hi] > hi {
		hi = z.closing(hi)
	}
	return tokens{i, min(hi, len(z.toks))}
}

// intervalFields returns the index after "YEAR TO MONTH" and the like.
func (z *tokenized) intervalFields(i int) int {
	if !intervalFields[z.word(i)] {
		return i
	}
	i++
	if z.word(i) == "to" && intervalFields[z.word(i+1)] {
		i += 2
	}
	if z.word(i) == "(" {
		i = z.closing(i)
	}
	return i
}

// operator returns the range of the operator at i: symbols, OPERATOR(…), or
// words such as NOT LIKE and IS DISTINCT FROM.
func (z *tokenized) operator(i int) tokens {
	if i < 0 {
		return tokens{}
	}
	if !z.isWord(i) {
		hi := i + 1
		if w := z.word(hi); z.isWord(hi) && (w == "any" || w == "all" || w == "some") && z.word(hi+1) == "(" {
			hi++
		}
		return tokens{i, hi}
	}
	if z.word(i) == "operator" {
		return tokens{i, z.closing(i + 1)}
	}
	hi := i
	for z.isWord(hi) && operatorWords[z.word(hi)] {
		hi++
		if operatorEnds[z.word(hi-1)] {
			if n := z.word(hi); (n == "any" || n == "all" || n == "some") && z.word(hi+1) == "(" {
				hi++
			}
			break
		}
	}
	return tokens{i, max(hi, i+1)}
}

var operatorWords = map[string]bool{
	"not": true, "in": true, "like": true, "ilike": true, "similar": true, "to": true,
	"between": true, "symmetric": true, "asymmetric": true, "is": true, "distinct": true,
	"from": true, "null": true, "true": true, "false": true, "unknown": true,
	"isnull": true, "notnull": true,
}

// operatorEnds are the operator words that none follows.
var operatorEnds = map[string]bool{
	"in": true, "like": true, "ilike": true, "null": true, "true": true, "false": true, "to": true,
	"from": true, "unknown": true, "isnull": true, "notnull": true, "symmetric": true, "asymmetric": true,
}

// text returns t as written, in lower case, words one space apart. It is ""
// if a hole gives a part of it.
func (z *tokenized) text(t tokens) string {
	if t.empty() || z.hasHole(t) {
		return ""
	}
	words := make([]string, 0, t.hi-t.lo)
	for i := t.lo; i < t.hi; i++ {
		words = append(words, z.word(i))
	}
	return strings.Join(words, " ")
}
