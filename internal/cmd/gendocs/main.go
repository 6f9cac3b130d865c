// Gendocs writes what stands in the rules' pages (doc.go) and in the command's
// own tables to the places where people look for it: docs/rules.md, the
// table of rules in README.md. "go generate ./..." runs it, and a test fails
// when a file is stale.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/docs"
)

func main() {
	root := flag.String("root", ".", "the repository's root")
	flag.Parse()
	if err := write(*root); err != nil {
		fmt.Fprintln(os.Stderr, "gendocs:", err)
		os.Exit(1)
	}
}

func write(root string) error {
	files, err := generate(root)
	if err != nil {
		return err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(root, filepath.FromSlash(name)), content, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// generate returns the files as they should be, by slash-separated path.
func generate(root string) (map[string][]byte, error) {
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		return nil, err
	}
	readme, err = between(readme, "rules", table(analyzers.Rules))
	if err != nil {
		return nil, fmt.Errorf("README.md: %v", err)
	}
	return map[string][]byte{
		"README.md":     readme,
		"docs/rules.md": []byte(pages(analyzers.Rules)),
	}, nil
}

// between replaces what stands between the comments <!-- NAME:begin --> and
// <!-- NAME:end -->.
func between(text []byte, name, content string) ([]byte, error) {
	begin, end := "<!-- "+name+":begin -->\n", "<!-- "+name+":end -->\n"
	head, rest, ok1 := bytes.Cut(text, []byte(begin))
	_, tail, ok2 := bytes.Cut(rest, []byte(end))
	if !ok1 || !ok2 {
		return nil, fmt.Errorf("no %s … %s", strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	return []byte(string(head) + begin + content + end + string(tail)), nil
}

// table returns the rules as a Markdown table.
func table(rules []analyzers.Rule) string {
	var b strings.Builder
	b.WriteString("| rule | reports |\n| --- | --- |\n")
	for _, r := range rules {
		fmt.Fprintf(&b, "| [`%s`](docs/rules.md#%s) | %s |\n", r.Name, r.Name, escape(docs.Summary(r.Doc)))
	}
	return b.String()
}

// escape keeps a text from being markup in a table.
func escape(s string) string {
	return strings.NewReplacer("|", `\|`, "*", `\*`, "_", `\_`, "<", `\<`).Replace(s)
}

const preamble = `# Rules

<!-- Written by go generate from the rules' doc.go: change those. -->

Each rule can be switched off, or restricted to folders, in [.sqlvet.yml](configuration.md); a single finding is
suppressed by a comment. ` + "`sqlvet help RULE`" + ` prints the same page. The code below Bad and Good is run as a test.

`

// pages returns docs/rules.md.
func pages(rules []analyzers.Rule) string {
	var b strings.Builder
	b.WriteString(preamble)
	for _, r := range rules {
		title, _, _ := strings.Cut(r.Doc, "\n")
		fmt.Fprintf(&b, "- [`%s`](#%s): %s\n", r.Name, r.Name, title)
	}
	for _, r := range rules {
		title, _, _ := strings.Cut(r.Doc, "\n")
		fmt.Fprintf(&b, "\n## %s\n\n%s (since %s)\n\n%s", r.Name, upperFirst(title), r.Since, docs.Markdown(r.Doc, 3))
	}
	return b.String()
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
