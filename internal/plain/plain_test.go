package plain

import (
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"plain": "plain",
		"世界 ÄÖ é\u0301 \U0001F469\u200d\U0001F692": "世界 ÄÖ é\u0301 \U0001F469\u200d\U0001F692",
		"a\x1b[31mb":               "a·[31mb",
		"\x1b]0;title\a":           "·]0;title·",
		"a\r\n::error::b":          "a··::error::b",
		"\u0085\u009b31m\x7f":      "··31m·",
		"user\u202enimda":          "user·nimda",
		"\u2066\u2069\u200e\u061c": "····",
		"a\u2028b\u2029":           "a·b·",
		"tab\t":                    "tab·",
		"bad \xff\xfe!":            "bad ··!",
	} {
		if got := Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
	if got := Line("a\tb\nc"); got != "a\tb·c" {
		t.Errorf("Line: %q", got)
	}
	var b strings.Builder
	if n, err := Writer(&b).Write([]byte("a\tb\n\x1bc")); n != 6 || err != nil || b.String() != "a\tb\n·c" {
		t.Errorf("Writer: %d, %v, %q", n, err, b.String())
	}
}
