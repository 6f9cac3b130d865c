package docs

import (
	"strings"
	"testing"
)

const source = `// Package two has two analyzers.
//
// # Analyzer first
//
// first: report the first thing
//
// # What it reports
//
// Things that
// come first.
//
// # Bad
//
//	f(1)
//	f(2)
//
// Or:
//
//	f(3)
//
// # Analyzer second
//
// second: report the second thing
package two

import "x" // not parsed
`

func TestMust(t *testing.T) {
	page := Must(source, "first")
	if title, _, _ := strings.Cut(page, "\n"); title != "report the first thing" {
		t.Errorf("title is %q", title)
	}
	if strings.Contains(page, "second") {
		t.Errorf("page goes on into the next analyzer's:\n%s", page)
	}
	if got := Must(source, "second"); got != "report the second thing" {
		t.Errorf("second page is %q", got)
	}
	if text := Text(page); !strings.Contains(text, "Things that come first.") || !strings.Contains(text, "\tf(1)\n\tf(2)\n") {
		t.Errorf("text is\n%s", text)
	}
}

func TestMustPanics(t *testing.T) {
	for _, content := range []string{
		"package p\n",
		"// # Analyzer other\n//\n// other: x\npackage p\n",
		"// # Analyzer name\n//\n// no title\npackage p\n",
		"not Go",
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("no panic for %q", content)
				}
			}()
			Must(content, "name")
		}()
	}
}

func TestSections(t *testing.T) {
	got := Sections(Must(source, "first"))
	if len(got) != 2 || got[0].Heading != "What it reports" || got[1].Heading != "Bad" {
		t.Fatalf("sections are %+v", got)
	}
	if want := "Things that come first.\n"; got[0].Text != want {
		t.Errorf("text is %q, want %q", got[0].Text, want)
	}
	if want := []string{"f(1)\nf(2)\n", "f(3)\n"}; len(got[1].Code) != 2 || got[1].Code[0] != want[0] || got[1].Code[1] != want[1] {
		t.Errorf("code is %q, want %q", got[1].Code, want)
	}
}

const page = `report things

# What it reports

Things, e.g. "a". And
more.

  - one
  - two

# Bad

	func f() {
		bad()
	}

# How to suppress

	//sqlvet:ignore r reason
`

func TestMarkdown(t *testing.T) {
	want := `### What it reports

Things, e.g. "a". And more.

  - one
  - two

### Bad

` + "```go" + `
func f() {
	bad()
}
` + "```" + `

### How to suppress

` + "```text" + `
//sqlvet:ignore r reason
` + "```" + `
`
	if got := Markdown(page, 3); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestSummary(t *testing.T) {
	if got, want := Summary("report x\n\n# What it reports\n\nX, a\nthing. And Y.\n"), "X, a thing."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := Summary("report x\n"); got != "" {
		t.Errorf("got %q", got)
	}
}
