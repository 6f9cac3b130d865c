package schema

import (
	"strings"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// A statement is one statement of a file, without its semicolon.
type statement struct {
	text string
	line int // 1-based, of its first token
	// words are its first words in lower case, up to four: enough to tell
	// what it is without parsing it.
	words [4]string
}

// is reports whether the statement begins with the words.
func (s *statement) is(words ...string) bool {
	for i, w := range words {
		if s.words[i] != w {
			return false
		}
	}
	return true
}

// A splitter cuts a text into statements at its semicolons, without asking a
// parser: one statement that is not SQL leaves the others whole. It knows what
// psql and pg_dump put between statements: meta-commands and COPY's data.
type splitter struct {
	text string
	pos  int
	line int // of counted
	// counted is the offset up to which line was counted.
	counted int
}

func newSplitter(text string) *splitter { return &splitter{text: text, line: 1} }

// lineAt returns the line of an offset, which must not decrease from call to
// call.
func (s *splitter) lineAt(off int) int {
	s.line += strings.Count(s.text[s.counted:off], "\n")
	s.counted = off
	return s.line
}

// next returns the next statement that is not empty.
func (s *splitter) next() (statement, bool) {
	for {
		st, ok := s.scan()
		if !ok || st.text != "" {
			return st, ok
		}
	}
}

func (s *splitter) scan() (statement, bool) {
	var (
		st    statement
		start = -1
		n     int // words seen
		b     body
	)
	for {
		tok, ok := sqlscan.Next(s.text, s.pos)
		if !ok {
			s.pos = len(s.text)
			if start < 0 {
				return st, false
			}
			return s.statement(st, start, s.pos), true
		}
		if start < 0 && s.text[tok.Start] == '\\' {
			s.skipLine(tok.Start)
			continue
		}
		s.pos = tok.End
		if tok.Kind == sqlscan.Comment {
			continue
		}
		if tok.Kind == sqlscan.Punct && s.text[tok.Start] == ';' && !b.open(&st) {
			if start < 0 {
				return st, true
			}
			st = s.statement(st, start, tok.Start)
			if st.is("copy") && b.stdin {
				s.skipData()
			}
			return st, true
		}
		if start < 0 {
			start = tok.Start
		}
		word := strings.ToLower(tok.Text(s.text))
		if n < len(st.words) {
			st.words[n] = word
			n++
		}
		b.token(word)
	}
}

func (s *splitter) statement(st statement, start, end int) statement {
	st.line = s.lineAt(start)
	st.text = strings.TrimRight(s.text[start:end], " \t\r\n")
	return st
}

// skipLine moves behind the line that holds offset at.
func (s *splitter) skipLine(at int) {
	if n := strings.IndexByte(s.text[at:], '\n'); n >= 0 {
		s.pos = at + n + 1
	} else {
		s.pos = len(s.text)
	}
}

// skipData moves behind the rows that follow COPY … FROM stdin.
func (s *splitter) skipData() {
	s.skipLine(s.pos)
	for s.pos < len(s.text) {
		line, _, _ := strings.Cut(s.text[s.pos:], "\n")
		s.skipLine(s.pos)
		if strings.TrimRight(line, "\r") == `\.` {
			return
		}
	}
}

// A body notices the semicolons that do not end a statement: those of an SQL
// function's BEGIN ATOMIC … END, and of a rule's bracketed actions.
type body struct {
	prev   string
	atomic int // BEGIN ATOMIC and CASE not yet ended
	paren  int
	stdin  bool // FROM stdin stands in it
}

func (b *body) token(word string) {
	switch word {
	case "atomic":
		if b.prev == "begin" {
			b.atomic++
		}
	case "case":
		if b.atomic > 0 {
			b.atomic++
		}
	case "end":
		if b.atomic > 0 {
			b.atomic--
		}
	case "stdin":
		b.stdin = b.stdin || b.prev == "from"
	case "(":
		b.paren++
	case ")":
		b.paren--
	}
	b.prev = word
}

func (b *body) open(st *statement) bool {
	if !st.is("create") {
		return false
	}
	rule := st.is("create", "rule") || st.is("create", "or", "replace", "rule")
	return b.atomic > 0 || rule && b.paren > 0
}
