// Package docs reads a rule's page out of the rule's doc.go: the page is the
// package comment from the heading "# Analyzer NAME" on. It is the one source
// of Analyzer.Doc, of "sqlvet help NAME", of docs/rules.md and the README's
// table (go generate writes both), and of the page on pkg.go.dev.
//
// It does not decide which headings a page must have: a test of package
// analyzers does.
package docs

//go:generate go run ../cmd/gendocs -root ../..

import (
	"fmt"
	"go/ast"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"strings"
)

// Base is the URL of the rules' pages; a rule's own is below it.
const Base = "https://pkg.go.dev/github.com/sqlvet/sqlvet/analyzers/"

// URL returns the address of a rule's page.
func URL(rule string) string { return Base + rule }

// Must returns the page of the analyzer name: its title line ("NAME: …"),
// a blank line, and the sections below, in the syntax of Go doc comments. It
// panics if content, the text of a doc.go, has none.
func Must(content, name string) string {
	page, err := extract(content, name)
	if err != nil {
		panic(err)
	}
	return page
}

func extract(content, name string) (string, error) {
	f, err := parser.ParseFile(token.NewFileSet(), "doc.go", content, parser.PackageClauseOnly|parser.ParseComments)
	if err != nil {
		return "", fmt.Errorf("doc.go of %s: %v", name, err)
	}
	text := packageDoc(f)
	_, page, ok := strings.Cut("\n"+text, "\n# Analyzer "+name+"\n")
	if !ok {
		return "", fmt.Errorf("doc.go of %s: no heading %q", name, "# Analyzer "+name)
	}
	page, _, _ = strings.Cut(page, "\n# Analyzer ") // another analyzer of the same package
	page = strings.TrimSpace(page)
	if !strings.HasPrefix(page, name+": ") {
		return "", fmt.Errorf("doc.go of %s: page does not start with %q", name, name+": ")
	}
	// Name and title are two things to Analyzer.Doc's readers: the first
	// line is the title alone.
	return strings.TrimPrefix(page, name+": "), nil
}

func packageDoc(f *ast.File) string {
	if f.Doc == nil {
		return ""
	}
	return f.Doc.Text()
}

// A Section is what stands below one heading of a page.
type Section struct {
	Heading string
	Code    []string // the code blocks, without their indentation
	Text    string   // all of it, as plain text
}

// Sections splits a page at its headings. The title line belongs to none.
func Sections(page string) []Section {
	var sections []Section
	var blocks []comment.Block
	flush := func() {
		if n := len(sections); n > 0 {
			sections[n-1].Text = string(new(comment.Printer).Text(&comment.Doc{Content: blocks}))
		}
		blocks = nil
	}
	for _, b := range new(comment.Parser).Parse(page).Content {
		if h, ok := b.(*comment.Heading); ok {
			flush()
			sections = append(sections, Section{Heading: plain(h.Text)})
			continue
		}
		blocks = append(blocks, b)
		if c, ok := b.(*comment.Code); ok && len(sections) > 0 {
			last := &sections[len(sections)-1]
			last.Code = append(last.Code, c.Text)
		}
	}
	flush()
	return sections
}

// Text renders a page for a terminal.
func Text(page string) string {
	return string(new(comment.Printer).Text(new(comment.Parser).Parse(page)))
}

// Markdown renders a page, without its title line, as Markdown whose headings
// are of the given level. Code below Bad and Good is Go.
func Markdown(page string, level int) string {
	_, page, _ = strings.Cut(page, "\n")
	p := &comment.Printer{HeadingLevel: level, HeadingID: func(*comment.Heading) string { return "" }}
	var b strings.Builder
	heading := ""
	for _, block := range new(comment.Parser).Parse(page).Content {
		if b.Len() > 0 {
			b.WriteString("\n")
		}
		switch block := block.(type) {
		case *comment.Heading:
			heading = plain(block.Text)
		case *comment.Code:
			language := "text"
			if heading == "Bad" || heading == "Good" {
				language = "go"
			}
			b.WriteString("```" + language + "\n" + strings.TrimSuffix(block.Text, "\n") + "\n```\n")
			continue
		}
		b.Write(p.Markdown(&comment.Doc{Content: []comment.Block{block}}))
	}
	return b.String()
}

// Summary returns the first sentence of a page's first section.
func Summary(page string) string {
	for _, s := range Sections(page) {
		text := strings.Join(strings.Fields(s.Text), " ")
		if i := strings.Index(text, ". "); i >= 0 {
			return text[:i+1]
		}
		return text
	}
	return ""
}

func plain(texts []comment.Text) string {
	var b strings.Builder
	for _, t := range texts {
		switch t := t.(type) {
		case comment.Plain:
			b.WriteString(string(t))
		case comment.Italic:
			b.WriteString(string(t))
		case *comment.Link:
			b.WriteString(plain(t.Text))
		case *comment.DocLink:
			b.WriteString(plain(t.Text))
		}
	}
	return b.String()
}
