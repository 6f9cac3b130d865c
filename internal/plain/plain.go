// Package plain makes texts that come from the analysed code fit to be shown:
// messages quote SQL, and names of files may hold anything. What is shown must
// neither steer a terminal nor look like another line or another order of signs
// than it is.
//
// What is data to a program, such as the name of a file in JSON, stays as it is.
package plain

import (
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text returns s as one line: control characters, line separators, signs that
// change the direction of writing and what is not UTF-8 become "·".
func Text(s string) string { return clean(s, "") }

// Line is Text, but tabs stay.
func Line(s string) string { return clean(s, "\t") }

// Lines is Text, but tabs and ends of lines stay.
func Lines(s string) string { return clean(s, "\t\n") }

func clean(s, keep string) string {
	// Have: what is no UTF-8 is handed over as RuneError, byte by byte.
	return strings.Map(func(r rune) rune {
		if bad(r) && !strings.ContainsRune(keep, r) {
			return '·'
		}
		return r
	}, s)
}

func bad(r rune) bool {
	return r == utf8.RuneError || unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp)
}

// Writer returns a writer that writes Lines of what it is given. Each Write
// must hold whole runes.
func Writer(w io.Writer) io.Writer { return writer{w} }

type writer struct{ io.Writer }

func (w writer) Write(p []byte) (int, error) {
	if _, err := io.WriteString(w.Writer, Lines(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}
