package sqlscan

import "strings"

// TokenKind says what a token is.
type TokenKind uint8

const (
	Invalid    TokenKind = iota // a byte that begins no token: NUL, a stray backslash
	Ident                       // unquoted identifier or keyword
	Quoted                      // "identifier", U&"identifier"
	Backquoted                  // `identifier`, which PostgreSQL does not have
	String                      // 'x', E'x', B'x', X'x', N'x', U&'x', $tag$x$tag$
	Number                      // 1, 1.5, 0x1F, 1e3
	Op                          // an operator: =, ->>, ::, :=
	Punct                       // one of ( ) [ ] { } , ; . :
	Param                       // $1; also a bare $ (a hole often follows)
	Comment                     // -- to the end of the line, or /* nested */
)

// A Token is a half-open byte range of a text and what stands there. A token
// that is not closed ends with the text.
type Token struct {
	Kind       TokenKind
	Start, End int
}

// Text returns the token's bytes in text, the text it was scanned from.
func (t Token) Text(text string) string { return text[t.Start:t.End] }

// Is reports whether the token is the keyword or punctuation word, which must
// be in lower case.
func (t Token) Is(text, word string) bool {
	return t.Kind != Quoted && t.Kind != String && t.End-t.Start == len(word) && strings.EqualFold(text[t.Start:t.End], word)
}

// Scan splits text into tokens by PostgreSQL's lexical rules, comments
// included and white space left out. It accepts any bytes: what is not SQL
// becomes Invalid tokens, what is not closed runs to the end.
func Scan(text string) []Token {
	toks := make([]Token, 0, len(text)/5+4)
	for i := 0; i < len(text); {
		if isSpace(text[i]) {
			i++
			continue
		}
		kind, end := scanOne(text, i)
		toks = append(toks, Token{kind, i, end})
		i = end
	}
	return toks
}

// Next returns the first token of text at or after offset i, for texts whose
// tokens are too many to be kept; false if none is left.
func Next(text string, i int) (Token, bool) {
	for i < len(text) && isSpace(text[i]) {
		i++
	}
	if i >= len(text) {
		return Token{}, false
	}
	kind, end := scanOne(text, i)
	return Token{kind, i, end}, true
}

// Significant returns toks without the comments.
func Significant(toks []Token) []Token {
	out := toks[:0:0]
	for _, t := range toks {
		if t.Kind != Comment {
			out = append(out, t)
		}
	}
	return out
}

// scanAround is Scan of a text with holes: no operator, keyword or pair of
// doubled quotes reaches across one. An identifier, a string and a comment do.
func scanAround(src Source) []Token {
	text := src.Text
	var toks []Token
	h := 0
	for i := 0; i < len(text); {
		if isSpace(text[i]) {
			i++
			continue
		}
		for h < len(src.Holes) && src.Holes[h].At <= i {
			h++
		}
		kind, end := scanOne(text, i)
		for k := h; k < len(src.Holes) && src.Holes[k].At < end; k++ {
			if at := src.Holes[k].At; breaksAt(text, kind, i, at, end) {
				end = at
				break
			}
		}
		toks = append(toks, Token{kind, i, end})
		i = end
	}
	return toks
}

// breaksAt reports whether a hole at at ends the token text[i:end].
func breaksAt(text string, kind TokenKind, i, at, end int) bool {
	switch kind {
	case Op, Param, Number, Punct, Invalid:
		return true
	case Ident:
		return keywords[lower(text[i:at])] || keywords[lower(text[at:end])]
	case String, Quoted, Backquoted:
		// 'a'<hole>'b' is two strings, '<hole>' is one.
		return at > i+1 && text[at-1] == text[at] && text[at] == text[end-1] && closedBefore(text, kind, i, at)
	}
	return false
}

// closedBefore reports whether text[i:at] is a whole string by itself.
func closedBefore(text string, kind TokenKind, i, at int) bool {
	k, end := scanOne(text[:at], i)
	return k == kind && end == at && strings.IndexByte("'\"`", text[at-1]) >= 0
}

// scanOne returns the kind and the end of the token that starts at i, where
// no white space stands.
func scanOne(s string, i int) (TokenKind, int) {
	c := s[i]
	switch {
	case strings.HasPrefix(s[i:], "--"):
		if n := strings.IndexAny(s[i:], "\n\r"); n >= 0 {
			return Comment, i + n
		}
		return Comment, len(s)
	case strings.HasPrefix(s[i:], "/*"):
		return Comment, endOfBlockComment(s, i)
	case c == '\'':
		return String, endOfQuote(s, i+1, '\'', false)
	case c == '"':
		return Quoted, endOfQuote(s, i+1, '"', false)
	case c == '`' && endOfBackquote(s, i) > 0:
		return Backquoted, endOfBackquote(s, i)
	case isIdentStart(c):
		if kind, end, ok := scanPrefixedQuote(s, i); ok {
			return kind, end
		}
		j := i + 1
		for j < len(s) && isIdentByte(s[j]) {
			j++
		}
		return Ident, j
	case isDigit(c), c == '.' && i+1 < len(s) && isDigit(s[i+1]):
		return Number, endOfNumber(s, i)
	case c == '$':
		return scanDollar(s, i)
	case c == ':':
		if i+1 < len(s) && (s[i+1] == ':' || s[i+1] == '=') {
			return Op, i + 2
		}
		return Punct, i + 1
	case strings.IndexByte("()[]{},;.", c) >= 0:
		return Punct, i + 1
	case isOpByte(c):
		return Op, endOfOp(s, i)
	}
	return Invalid, i + 1
}

// scanPrefixedQuote scans E”, B”, X”, N”, U&” and U&"".
func scanPrefixedQuote(s string, i int) (TokenKind, int, bool) {
	switch s[i] {
	case 'e', 'E':
		if strings.HasPrefix(s[i+1:], "'") {
			return String, endOfQuote(s, i+2, '\'', true), true
		}
	case 'b', 'B', 'x', 'X', 'n', 'N':
		if strings.HasPrefix(s[i+1:], "'") {
			return String, endOfQuote(s, i+2, '\'', false), true
		}
	case 'u', 'U':
		if strings.HasPrefix(s[i+1:], "&'") {
			return String, endOfQuote(s, i+3, '\'', false), true
		}
		if strings.HasPrefix(s[i+1:], `&"`) {
			return Quoted, endOfQuote(s, i+3, '"', false), true
		}
	}
	return 0, 0, false
}

// endOfQuote returns the offset after the closing quote, where a doubled
// quote does not close.
func endOfQuote[T string | []byte](s T, i int, quote byte, backslash bool) int {
	for ; i < len(s); i++ {
		switch {
		case s[i] == '\\' && backslash:
			i++
		case s[i] == quote:
			if i+1 < len(s) && s[i+1] == quote {
				i++
				continue
			}
			return i + 1
		}
	}
	return len(s)
}

// endOfBackquote returns the offset after the backquote that closes the one at
// i, or 0 if there is none: then it is a byte of an operator.
func endOfBackquote(s string, i int) int {
	if n := strings.IndexByte(s[i+1:], '`'); n >= 0 {
		return i + n + 2
	}
	return 0
}

func endOfBlockComment(s string, i int) int {
	depth := 0
	for ; i < len(s); i++ {
		switch {
		case strings.HasPrefix(s[i:], "/*"):
			depth++
			i++
		case strings.HasPrefix(s[i:], "*/"):
			depth--
			i++
			if depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

func endOfNumber(s string, i int) int {
	if s[i] == '0' && i+1 < len(s) && strings.IndexByte("xXoObB", s[i+1]) >= 0 {
		j := i + 2
		for j < len(s) && (isHex(s[j]) || s[j] == '_') {
			j++
		}
		return j
	}
	digits := func(j int) int {
		for j < len(s) && (isDigit(s[j]) || s[j] == '_') {
			j++
		}
		return j
	}
	j := digits(i)
	// In "1..2" of PL/pgSQL the first dot is not the number's.
	if j < len(s) && s[j] == '.' && !strings.HasPrefix(s[j:], "..") {
		j = digits(j + 1)
	}
	if j < len(s) && (s[j] == 'e' || s[j] == 'E') {
		k := j + 1
		if k < len(s) && (s[k] == '+' || s[k] == '-') {
			k++
		}
		if k < len(s) && isDigit(s[k]) {
			j = digits(k)
		}
	}
	return j
}

// scanDollar scans $1, $tag$…$tag$ or a bare $.
func scanDollar(s string, i int) (TokenKind, int) {
	j := i + 1
	for j < len(s) && isDigit(s[j]) {
		j++
	}
	if j > i+1 {
		return Param, j
	}
	if j < len(s) && isIdentStart(s[j]) {
		for j < len(s) && isIdentByte(s[j]) && s[j] != '$' {
			j++
		}
	}
	if j < len(s) && s[j] == '$' {
		tag := s[i : j+1]
		if n := strings.Index(s[j+1:], tag); n >= 0 {
			return String, j + 1 + n + len(tag)
		}
		return String, len(s)
	}
	return Param, i + 1
}

// endOfOp returns the end of the operator at i. A comment ends it, and so that
// "a=-1" reads as SQL wants, a trailing + or - belongs to it only after one
// of the characters that standard operators do not use.
func endOfOp(s string, i int) int {
	j := i
	special := false
	for j < len(s) && isOpByte(s[j]) && !strings.HasPrefix(s[j:], "--") && !strings.HasPrefix(s[j:], "/*") {
		if s[j] == '`' && endOfBackquote(s, j) > 0 {
			break
		}
		special = special || strings.IndexByte("~!@#^&|`?%", s[j]) >= 0
		j++
	}
	if !special {
		for j > i+1 && (s[j-1] == '+' || s[j-1] == '-') {
			j--
		}
	}
	return j
}

func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isHex(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
func isIdentStart(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= 0x80
}
func isIdentByte(c byte) bool { return isIdentStart(c) || isDigit(c) || c == '$' }
func isOpByte(c byte) bool    { return strings.IndexByte("~!@#^&|`?+-*/%<>=", c) >= 0 }

// Brackets returns, for each token, the index of the token that closes or
// opens its pair: ( ), [ ] and CASE … END. It is -1 for all other tokens and
// for those without a partner.
func Brackets(text string, toks []Token) []int {
	match := make([]int, len(toks))
	var open []int
	for i, t := range toks {
		match[i] = -1
		switch {
		case t.Kind == Ident && t.Is(text, "case"), t.Kind == Punct && (text[t.Start] == '(' || text[t.Start] == '['):
			open = append(open, i)
		case t.Kind == Ident && t.Is(text, "end"), t.Kind == Punct && (text[t.Start] == ')' || text[t.Start] == ']'):
			if n := len(open); n > 0 && closes(text, toks[open[n-1]], t) {
				match[i], match[open[n-1]] = open[n-1], i
				open = open[:n-1]
			}
		}
	}
	return match
}

func closes(text string, open, end Token) bool {
	switch text[open.Start] {
	case '(':
		return text[end.Start] == ')'
	case '[':
		return text[end.Start] == ']'
	}
	return end.Kind == Ident
}
