package sqlscan

// AppendShape appends to dst what statements share that differ in values,
// white space and comments: the tokens of text, with one space between them
// where there was something, and ? for each literal and parameter. A list of values in
// parentheses after IN is one ?, rows of values that look alike are one row.
// It reads any bytes, and as fast as a log is read.
//
// A statement that was cut short has a shape that begins as the whole's does.
// No literal of text is in its shape, closed or not.
func AppendShape(dst, text []byte) []byte {
	s := shaper{dst: dst, base: len(dst), group: -1, before: -1}
	for i := 0; i < len(text); {
		c := text[i]
		if isSpace(c) {
			s.gap = true
			i++
			continue
		}
		if next, ok := s.word(text, i); ok {
			i = next
			continue
		}
		i = s.other(text, i)
	}
	return s.dst
}

// A shaper writes a shape.
type shaper struct {
	dst  []byte
	base int  // where the shape begins in dst
	gap  bool // white space or a comment stands before the next token
	// group is where the last parenthesis opened in dst, before where the
	// closed one before that did; -1 if none did.
	group, before int
	in            bool // the last word was IN
}

// put appends a token.
func (s *shaper) put(tok []byte) {
	s.space()
	s.dst = append(s.dst, tok...)
}

func (s *shaper) space() {
	if s.gap && len(s.dst) > s.base {
		s.dst = append(s.dst, ' ')
	}
	s.gap = false
}

// value appends what stands for a literal. In a list of values alone there is
// one.
func (s *shaper) value() {
	if n := len(s.dst); s.in && s.group >= 0 && n > s.group && n-s.group >= 3 && s.dst[n-1] == ',' && s.dst[n-2] == '?' && allValues(s.dst[s.group+1:n-1]) {
		s.dst, s.gap = s.dst[:n-1], false
		return
	}
	s.space()
	s.dst = append(s.dst, '?')
}

// allValues reports whether a list holds one value only: ? or ( ? ).
func allValues(list []byte) bool { return len(list) == 1 }

// identByte says what may stand in an identifier.
var identByte = func() (t [256]bool) {
	for c := range 256 {
		t[c] = isIdentByte(byte(c))
	}
	return t
}()

// word appends the identifier or keyword at i, unless it begins a literal.
func (s *shaper) word(text []byte, i int) (next int, ok bool) {
	if !isIdentStart(text[i]) {
		return i, false
	}
	j := i + 1
	for j < len(text) && identByte[text[j]] {
		j++
	}
	if j < len(text) && (text[j] == '\'' && j == i+1 || text[j] == '&' && j == i+1) {
		if kind, end, quoted := prefixedQuote(text, i); quoted {
			if kind == String {
				s.value()
			} else {
				s.put(text[i:end])
			}
			return end, true
		}
	}
	s.put(text[i:j])
	s.in = j == i+2 && text[i]|0x20 == 'i' && text[i+1]|0x20 == 'n'
	return j, true
}

// prefixedQuote is scanPrefixedQuote of bytes.
func prefixedQuote(text []byte, i int) (TokenKind, int, bool) {
	switch c := text[i] | 0x20; {
	case text[i+1] == '\'' && c == 'e':
		return String, endOfQuote(text, i+2, '\'', true), true
	case text[i+1] == '\'' && (c == 'b' || c == 'x' || c == 'n'):
		return String, endOfQuote(text, i+2, '\'', false), true
	case text[i+1] == '&' && c == 'u' && i+2 < len(text) && text[i+2] == '\'':
		return String, endOfQuote(text, i+3, '\'', false), true
	case text[i+1] == '&' && c == 'u' && i+2 < len(text) && text[i+2] == '"':
		return Quoted, endOfQuote(text, i+3, '"', false), true
	}
	return 0, i, false
}

// other appends the token at i, which is no word, and returns its end.
func (s *shaper) other(text []byte, i int) int {
	c := text[i]
	next := byte(0)
	if i+1 < len(text) {
		next = text[i+1]
	}
	switch {
	case c == '\'':
		s.value()
		return endOfQuote(text, i+1, '\'', false)
	case c == '"':
		end := endOfQuote(text, i+1, '"', false)
		s.put(text[i:end])
		s.in = false
		return end
	case c == '-' && next == '-':
		for i < len(text) && text[i] != '\n' && text[i] != '\r' {
			i++
		}
		s.gap = true
		return i
	case c == '/' && next == '*':
		s.gap = true
		return endOfComment(text, i)
	case isDigit(c) || c == '.' && isDigit(next):
		s.value()
		return endOfNumberBytes(text, i)
	case c == '$':
		return s.dollar(text, i)
	case c == '(':
		s.put(text[i : i+1])
		s.before, s.group = s.group, len(s.dst)-1
		return i + 1
	case c == ')':
		s.closed()
		return i + 1
	case c == ',':
		s.gap = false
		s.dst = append(s.dst, ',')
		return i + 1
	}
	s.put(text[i : i+1])
	return i + 1
}

// closed appends a closing parenthesis, and takes the group away that it ends
// if the one before, after a comma, is the same.
func (s *shaper) closed() {
	s.gap = false
	s.dst = append(s.dst, ')')
	s.in = false
	if s.group < 0 || s.before < 0 || s.before >= s.group {
		return
	}
	n := len(s.dst)
	now := s.dst[s.group:n]
	then := s.dst[s.before:s.group]
	// then is "(…)," with or without a space.
	for len(then) > 0 && then[len(then)-1] == ' ' {
		then = then[:len(then)-1]
	}
	if len(then) == len(now)+1 && then[len(now)] == ',' && string(then[:len(now)]) == string(now) {
		s.dst = s.dst[:s.before+len(now)]
		s.group, s.before = s.before, -1
	}
}

// dollar appends $1, $tag$…$tag$ or a bare $.
func (s *shaper) dollar(text []byte, i int) int {
	j := i + 1
	for j < len(text) && isDigit(text[j]) {
		j++
	}
	if j > i+1 {
		s.value()
		return j
	}
	if j < len(text) && isIdentStart(text[j]) {
		for j < len(text) && identByte[text[j]] && text[j] != '$' {
			j++
		}
	}
	if j >= len(text) || text[j] != '$' {
		s.put(text[i : i+1])
		return i + 1
	}
	s.value()
	tag := text[i : j+1]
	for k := j + 1; k+len(tag) <= len(text); k++ {
		if text[k] == '$' && string(text[k:k+len(tag)]) == string(tag) {
			return k + len(tag)
		}
	}
	return len(text)
}

func endOfComment(text []byte, i int) int {
	depth := 0
	for ; i+1 < len(text); i++ {
		switch {
		case text[i] == '/' && text[i+1] == '*':
			depth++
			i++
		case text[i] == '*' && text[i+1] == '/':
			depth--
			i++
			if depth == 0 {
				return i + 1
			}
		}
	}
	return len(text)
}

func endOfNumberBytes(text []byte, i int) int {
	// Have: what follows a number directly belongs to it (0x1F, 1e3, 1_000)
	// or is an error.
	for i < len(text) && (identByte[text[i]] || text[i] == '.' || (text[i] == '-' || text[i] == '+') && text[i-1]|0x20 == 'e' && i+1 < len(text) && isDigit(text[i+1])) {
		i++
	}
	return i
}
