package sqltext

import (
	"go/ast"
	"go/token"
	"strconv"
	"strings"
	"unicode/utf8"
)

// litValue returns the value of a string literal.
func litValue(lit *ast.BasicLit) (string, bool) {
	if lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

// litPos returns the position of byte n of the value of a string literal; the
// position behind the last byte if n is the value's length.
func litPos(file *token.File, lit *ast.BasicLit, n int) token.Pos {
	body := lit.Value[1 : len(lit.Value)-1]
	if lit.Value[0] == '`' {
		return rawPos(file, lit, body, min(n, len(body)))
	}
	// Have: an interpreted string; walk the escapes up to value byte n.
	src, val := 0, 0
	for src < len(body) && val < n {
		size := escapeLen(body[src:])
		width := escapeWidth(body[src : src+size])
		if val+width > n {
			break // n is inside the bytes of one escape
		}
		src += size
		val += width
	}
	return lit.Pos() + 1 + token.Pos(src)
}

// rawPos returns the position of byte n of a raw string's body. The scanner
// drops carriage returns from the text of raw strings, so in a file with CRLF
// line ends only the line table knows where a line starts.
func rawPos(file *token.File, lit *ast.BasicLit, body string, n int) token.Pos {
	lines := strings.Count(body[:n], "\n")
	if lines == 0 || file == nil {
		return lit.Pos() + 1 + token.Pos(n)
	}
	column := n - strings.LastIndexByte(body[:n], '\n') - 1
	line := file.PositionFor(lit.Pos(), false).Line + lines
	return file.LineStart(line) + token.Pos(column)
}

// escapeLen returns how many source bytes the first character takes.
func escapeLen(s string) int {
	if s[0] != '\\' || len(s) < 2 {
		return 1
	}
	n := 2
	switch s[1] {
	case 'x':
		n = 4
	case 'u':
		n = 6
	case 'U':
		n = 10
	case '0', '1', '2', '3', '4', '5', '6', '7':
		n = 4
	}
	return min(n, len(s))
}

// escapeWidth returns how many value bytes one source character becomes.
func escapeWidth(s string) int {
	if len(s) == 1 {
		return 1
	}
	r, multibyte, _, err := strconv.UnquoteChar(s, '"')
	if err != nil || !multibyte {
		return 1
	}
	return utf8.RuneLen(r)
}

// quoter returns how SQL text is spelled inside lit.
func quoter(lit *ast.BasicLit, format bool) func(string) string {
	return func(s string) string {
		if format {
			s = strings.ReplaceAll(s, "%", "%%")
		}
		if lit.Value[0] == '`' {
			return strings.ReplaceAll(s, "`", "`+\"`\"+`")
		}
		q := strconv.Quote(s)
		return q[1 : len(q)-1]
	}
}
