package plain

import (
	"encoding/json"
	"encoding/xml"
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
	for in, want := range map[string]string{
		"::error::x":           "·:error::x",
		"a\n \t::set-output::": "a\n \t·:set-output::",
		"##vso[x]\n##[group]":  "·#vso[x]\n·#[group]",
		"x::int\n# not this":   "x::int\n# not this",
	} {
		if got := Lines(in); got != want {
			t.Errorf("Lines(%q) = %q, want %q", in, got, want)
		}
	}
	var b strings.Builder
	if n, err := Writer(&b).Write([]byte("a\tb\n\x1bc")); n != 6 || err != nil || b.String() != "a\tb\n·c" {
		t.Errorf("Writer: %d, %v, %q", n, err, b.String())
	}
}

// TestEscaped: what is data keeps its value.
func TestEscaped(t *testing.T) {
	const value = "a\x1b\u202e\u0085\x7f世é\n"
	var b strings.Builder
	if err := json.NewEncoder(JSON(&b)).Encode(value); err != nil {
		t.Fatal(err)
	}
	var back string
	if err := json.Unmarshal([]byte(b.String()), &back); err != nil || back != value || Lines(b.String()) != b.String() {
		t.Errorf("JSON: %q is %q, %v", b.String(), back, err)
	}
	b.Reset()
	data, err := xml.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	XML(&b).Write(data)
	want := strings.ReplaceAll(value, "\x1b", "\uFFFD") // XML has no way to say it
	if err := xml.Unmarshal([]byte(b.String()), &back); err != nil || back != want || strings.ContainsAny(b.String(), "\u202e\u0085\x7f") {
		t.Errorf("XML: %q is %q, %v", b.String(), back, err)
	}
}
