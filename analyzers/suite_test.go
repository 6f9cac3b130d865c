package analyzers_test

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/docs"
)

// headings are the sections of every rule's page, in this order.
var headings = []string{
	"What it reports",
	"Why it costs",
	"Bad",
	"Good",
	"How it decides",
	"When it is silent",
	"Limits",
	"How to suppress",
}

const testdata = "../testdata/src"

func TestSuite(t *testing.T) {
	if err := analysis.Validate(analyzers.All()); err != nil {
		t.Error(err)
	}
	names := make([]string, len(analyzers.Rules))
	for i, r := range analyzers.Rules {
		names[i] = r.Name
	}
	if !slices.IsSorted(names) {
		t.Errorf("rules are not sorted by name: %v", names)
	}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var folders []string
	for _, e := range entries {
		if e.IsDir() && e.Name() != "testdata" && len(glob(t, e.Name(), "*.go")) > 0 {
			folders = append(folders, e.Name())
		}
	}
	for _, folder := range folders {
		if !slices.Contains(names, folder) {
			t.Errorf("analyzers/%s is not registered", folder)
		}
	}
	for _, r := range analyzers.Rules {
		t.Run(r.Name, func(t *testing.T) {
			if !slices.Contains(folders, r.Name) {
				t.Fatalf("rule %s has no folder of its name", r.Name)
			}
			if !regexp.MustCompile(`^[a-z][a-z0-9]*$`).MatchString(r.Name) {
				t.Errorf("name %q cannot stand in a directive", r.Name)
			}
			if !regexp.MustCompile(`^\d+\.\d+$`).MatchString(r.Since) {
				t.Errorf("since %q, want a version such as 0.1", r.Since)
			}
			if r.URL != docs.URL(r.Name) {
				t.Errorf("URL is %q, want %q", r.URL, docs.URL(r.Name))
			}
			page(t, r)
			corpus(t, filepath.Join(testdata, r.Name))
			messages(t, r.Name)
			runs := func(path string) bool {
				data, err := os.ReadFile(path)
				return err == nil && strings.Contains(string(data), "vettest.Examples(")
			}
			if !slices.ContainsFunc(glob(t, r.Name, "*_test.go"), runs) {
				t.Error("no test runs the examples of the page (vettest.Examples)")
			}
		})
	}
}

// page checks the form of a rule's page.
func page(t *testing.T, r analyzers.Rule) {
	title, _, _ := strings.Cut(r.Doc, "\n")
	if len(title) > 60 || strings.HasSuffix(title, ".") || title == "" || title[0] < 'a' || title[0] > 'z' {
		t.Errorf("title %q: want a verb phrase of at most 60 letters, no capital, no period", title)
	}
	var have []string
	for _, s := range docs.Sections(r.Doc) {
		have = append(have, s.Heading)
		if strings.TrimSpace(s.Text) == "" {
			t.Errorf("section %q is empty", s.Heading)
		}
		switch s.Heading {
		case "Bad", "Good":
			if len(s.Code) == 0 {
				t.Errorf("section %q has no code", s.Heading)
			}
		case "How to suppress":
			if !strings.Contains(s.Text, "//sqlvet:ignore "+r.Name+" ") {
				t.Errorf("section %q does not show //sqlvet:ignore %s with a reason", s.Heading, r.Name)
			}
		}
	}
	if !slices.Equal(have, headings) {
		t.Errorf("headings are %q, want %q", have, headings)
	}
	r.Flags.VisitAll(func(f *flag.Flag) {
		if !strings.Contains(r.Doc, "-"+r.Name+"."+f.Name) {
			t.Errorf("flag -%s.%s is not on the page", r.Name, f.Name)
		}
	})
}

// corpus checks that a rule's test packages hold something to report and,
// beside it, a function in which there is nothing.
func corpus(t *testing.T, dir string) {
	wants, silent := 0, 0
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			return nil // a test of its own: code that does not parse
		}
		var at []token.Pos
		for _, g := range f.Comments {
			for _, c := range g.List {
				if strings.Contains(c.Text, "// want ") {
					at = append(at, c.Pos())
				}
			}
		}
		wants += len(at)
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil || len(fn.Body.List) == 0 {
				continue
			}
			end := fset.Position(fn.End()).Line
			if !slices.ContainsFunc(at, func(p token.Pos) bool {
				return fn.Pos() <= p && fset.Position(p).Line <= end
			}) {
				silent++
			}
		}
		return nil
	})
	switch {
	case err != nil:
		t.Error(err)
	case wants == 0:
		t.Errorf("%s: no // want", dir)
	case silent == 0:
		t.Errorf("%s: no function without // want", dir)
	}
}

// messages checks that what a rule's tests expect obeys the convention: no
// capital at the start, no period at the end, the rule's name after it.
func messages(t *testing.T, rule string) {
	re := regexp.MustCompile("// want .*")
	quoted := regexp.MustCompile("`[^`]*`|\"(?:[^\"\\\\]|\\\\.)*\"")
	for _, path := range files(t, filepath.Join(testdata, rule)) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range re.FindAllString(string(data), -1) {
			for _, q := range quoted.FindAllString(want, -1) {
				message := strings.TrimPrefix(q[1:len(q)-1], "^")
				if message == "" || strings.HasSuffix(message, ".") {
					t.Errorf("%s: message %q is empty or ends with a period", path, message)
				} else if first := message[0]; 'A' <= first && first <= 'Z' && !isAcronym(message) {
					t.Errorf("%s: message %q starts with a capital", path, message)
				}
			}
		}
	}
}

// isAcronym reports whether a message starts with a word in capitals: SQL's
// own.
func isAcronym(message string) bool {
	word := message
	if i := strings.IndexFunc(message, func(r rune) bool { return !unicode.IsLetter(r) }); i >= 0 {
		word = message[:i]
	}
	return len(word) > 1 && word == strings.ToUpper(word)
}

func glob(t *testing.T, elem ...string) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(elem...))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() && strings.HasSuffix(path, ".go") {
			list = append(list, path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return list
}
