package config

import (
	"strings"
	"testing"
)

// TestDocuments expects nothing of a file to be left unread without a word.
func TestDocuments(t *testing.T) {
	for text, want := range map[string]string{
		"dialect: mysql\n":                        "",
		"---\ndialect: mysql\n":                   "",
		"dialect: mysql\n...\n":                   "",
		"dialect: mysql\n---\nrules: {}\n":        "f.yml:2: a second YAML document",
		"dialect: mysql\n---\n# only a comment\n": "f.yml:", // an empty document is one
		"dialect: mysql\n---\n\t- broken: [\n":    "f.yml: ",
		"# only a comment\n":                      "",
	} {
		_, err := parse("f.yml", []byte(text))
		switch {
		case err == nil && want != "":
			t.Errorf("%q: no error", text)
		case err != nil && (want == "" || !strings.HasPrefix(err.Error(), want)):
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
