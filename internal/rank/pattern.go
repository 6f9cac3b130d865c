package rank

import (
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// tokens returns the tokens of a statement's shape: the same for texts that
// differ in values, white space and comments. true, false and NULL are values: a server
// that counts takes them for such.
func tokens(sql string) []string {
	shape := string(sqlscan.AppendShape(nil, []byte(sql)))
	var out []string
	for t, ok := sqlscan.Next(shape, 0); ok; t, ok = sqlscan.Next(shape, t.End) {
		text := t.Text(shape)
		switch fold(text) {
		case "true", "false", "null":
			text = "?"
		}
		out = append(out, text)
	}
	for len(out) > 0 && out[len(out)-1] == ";" {
		out = out[:len(out)-1]
	}
	return out
}

// fold makes words that mean the same look the same.
func fold(tok string) string {
	if strings.HasPrefix(tok, `"`) {
		return tok
	}
	return strings.ToLower(tok)
}

func key(toks []string) string {
	folded := make([]string, len(toks))
	for i, t := range toks {
		folded[i] = fold(t)
	}
	return strings.Join(folded, " ")
}

// A pattern is a statement of which parts are not known.
type pattern struct {
	query int
	toks  []string
	fixed int // tokens that are known
	names int // of these, names that are no keywords
}

func newPattern(toks []string, query int) pattern {
	p := pattern{query: query, toks: toks}
	for _, t := range p.toks {
		if strings.Contains(t, sqlscan.AnyPart) {
			if known := strings.ReplaceAll(t, sqlscan.AnyPart, ""); len(known) >= longName {
				p.names++
			}
			continue
		}
		p.fixed++
		if (isWord(t) && !sqlscan.Keyword(fold(t))) || strings.HasPrefix(t, `"`) {
			p.names++
		}
	}
	return p
}

// longName is how many bytes of a name must be known for it to tell something.
const longName = 4

func isWord(t string) bool {
	return t[0] == '_' || t[0] >= 0x80 || 'a' <= t[0]|0x20 && t[0]|0x20 <= 'z'
}

// strong reports whether a pattern says enough: what the statement does, and
// some name. SELECT … FROM … WHERE … of unknown parts fits anything.
func (p pattern) strong() bool {
	return len(p.toks) > 0 && !strings.Contains(p.toks[0], sqlscan.AnyPart) && p.names > 0 && p.fixed >= 4
}

// A sharing is what the texts of one call begin and end with.
type sharing struct {
	pattern // the beginning
	back    []string
}

// telling reports whether a beginning says so much that a statement which has it
// is taken for the call's: which columns it reads of what.
func (p pattern) telling() bool {
	const tokens, names = 12, 4
	return p.strong() && p.fixed >= tokens && p.names >= names
}

func (s sharing) fits(toks []string) bool {
	return len(s.toks)+len(s.back) <= len(toks) && len(prefixOf(s.toks, toks)) == len(s.toks) && len(suffixOf(s.back, toks)) == len(s.back)
}

// known marks the tokens that are not known as a whole.
func known(toks []string) []string {
	out := slices.Clone(toks)
	for i, t := range out {
		if strings.Contains(t, sqlscan.AnyPart) {
			out[i] = sqlscan.AnyRun
		}
	}
	return out
}

// withoutClause takes the word off that begins a clause of which nothing
// follows.
func withoutClause(toks []string) []string {
	if n := len(toks); n > 0 && sqlscan.BeginsClause(fold(toks[n-1])) {
		return toks[:n-1]
	}
	return toks
}

// prefixOf returns what two texts begin with, without what is not known.
func prefixOf(a, b []string) []string {
	n := 0
	for n < len(a) && n < len(b) && fold(a[n]) == fold(b[n]) && a[n] != sqlscan.AnyRun {
		n++
	}
	return a[:n]
}

// suffixOf returns what two texts end with, without what is not known.
func suffixOf(a, b []string) []string {
	n := 0
	for n < len(a) && n < len(b) && fold(a[len(a)-1-n]) == fold(b[len(b)-1-n]) && a[len(a)-1-n] != sqlscan.AnyRun {
		n++
	}
	return a[len(a)-n:]
}

// fits reports whether the pattern is one of a statement with these tokens.
func (p pattern) fits(toks []string, have map[string]bool) bool {
	for _, t := range p.toks {
		if !strings.Contains(t, sqlscan.AnyPart) && !have[fold(t)] {
			return false
		}
	}
	m := matcher{p.toks, toks, make(map[[2]int]bool)}
	return m.match(0, 0)
}

// A matcher compares the tokens of a pattern with those of a statement.
type matcher struct {
	pattern, toks []string
	failed        map[[2]int]bool // from pattern[i] and toks[j] on
}

func (m *matcher) match(i, j int) bool {
	if i == len(m.pattern) {
		return j == len(m.toks)
	}
	at := [2]int{i, j}
	if m.failed[at] {
		return false
	}
	if m.try(i, j) {
		return true
	}
	m.failed[at] = true
	return false
}

func (m *matcher) try(i, j int) bool {
	switch p := m.pattern[i]; {
	case p == sqlscan.AnyRun, p == sqlscan.AnyPart:
		if p == sqlscan.AnyRun && m.match(i+1, j) {
			return true
		}
		depth := 0
		for ; j < len(m.toks); j++ {
			switch t := m.toks[j]; {
			case t == "(" || t == "[":
				depth++
			case t == ")" || t == "]":
				depth--
			case t == ";":
				return false
			case p == sqlscan.AnyPart && depth == 0 && (t == "," || sqlscan.BeginsClause(fold(t))):
				return false
			}
			if depth < 0 {
				return false
			}
			if depth == 0 && m.match(i+1, j+1) {
				return true
			}
		}
		return false
	case j == len(m.toks):
		return false
	case strings.Contains(p, sqlscan.AnyPart):
		return like(fold(p), fold(m.toks[j])) && m.match(i+1, j+1)
	}
	return fold(m.pattern[i]) == fold(m.toks[j]) && m.match(i+1, j+1)
}

// like reports whether a word has the parts of another one that are known.
func like(p, t string) bool {
	parts := strings.Split(p, sqlscan.AnyPart)
	first, last := parts[0], parts[len(parts)-1]
	if len(t) < len(first)+len(last) || !strings.HasPrefix(t, first) || !strings.HasSuffix(t, last) {
		return false
	}
	rest := t[len(first) : len(t)-len(last)]
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(rest, part)
		if i < 0 {
			return false
		}
		rest = rest[i+len(part):]
	}
	return true
}
