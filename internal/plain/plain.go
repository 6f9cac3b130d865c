// Package plain makes texts that come from the analysed code fit to be shown:
// messages quote SQL, and names of files may hold anything. What is shown must
// neither steer a terminal nor look like another line or another order of signs
// than it is.
//
// What is data to a program, such as the name of a file in JSON, stays what it is,
// but is written with escapes (JSON, XML): somebody may look at it all the same.
package plain

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text returns s as one line: control characters, line separators, signs that
// change the direction of writing and what is not UTF-8 become "·".
func Text(s string) string { return clean(s, "") }

// Line is Text, but tabs stay, and it is no command to who reads the log of a
// run line by line.
func Line(s string) string { return command.ReplaceAllString(clean(s, "\t"), "$1·$2$3") }

// Lines is Line for each of the lines of s.
func Lines(s string) string { return command.ReplaceAllString(clean(s, "\t\n"), "$1·$2$3") }

// command matches the first sign of a line that GitHub's ("::error::") or Azure's
// ("##vso[") runner would obey, wherever white space puts it.
var command = regexp.MustCompile(`(?m)^([ \t]*)(?::(:)|#(#))`)

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
func Writer(w io.Writer) io.Writer { return writer{w, Lines} }

// JSON returns a writer of JSON texts that escapes in them what Text would
// replace. Each Write must hold whole runes.
func JSON(w io.Writer) io.Writer { return escaping(w, `\u%04x`) }

// XML does so for XML.
func XML(w io.Writer) io.Writer { return escaping(w, "&#x%x;") }

func escaping(w io.Writer, format string) io.Writer {
	return writer{w, func(s string) string {
		var b strings.Builder
		for _, r := range s {
			if bad(r) && r != utf8.RuneError && r > ' ' {
				fmt.Fprintf(&b, format, r)
			} else {
				b.WriteRune(r)
			}
		}
		return b.String()
	}}
}

type writer struct {
	io.Writer
	clean func(string) string
}

func (w writer) Write(p []byte) (int, error) {
	if _, err := io.WriteString(w.Writer, w.clean(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}
