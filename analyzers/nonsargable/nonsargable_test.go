package nonsargable_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/analyzers/nonsargable"
	"github.com/sqlvet/sqlvet/internal/vettest"
)

func TestAnalyzer(t *testing.T) {
	results := vettest.Run(t, nonsargable.Analyzer, "nonsargable/...")
	checked := 0
	indexes := make(map[string]bool)
	for _, r := range results {
		for _, d := range r.Action.Diagnostics {
			if strings.HasSuffix(r.Action.Package.PkgPath, "/std") {
				indexes[statement(d.Message)] = true
			}
			m := served.FindStringSubmatch(d.Message)
			if m == nil || strings.Contains(m[1], "{") {
				continue // a hole is written otherwise in the source
			}
			file := r.Action.Package.Fset.File(d.Pos)
			text, err := os.ReadFile(file.Name())
			if err != nil {
				t.Fatal(err)
			}
			got := string(text[file.Offset(d.Pos):file.Offset(d.End)])
			if got == "queries.ByEmail" {
				continue // the text is not in sight
			}
			if got == "LOWER(?)" {
				got = `LOWER("user"."email")` // bun writes the name there
			}
			if got != m[1] {
				t.Errorf("%s: the finding stands at %q, and speaks of %q", file.Position(d.Pos), got, m[1])
			}
			checked++
		}
	}
	if checked == 0 {
		t.Error("no finding tells its expression")
	}
	t.Run("indexes", func(t *testing.T) { creates(t, indexes) })
}

// statement returns the CREATE INDEX of a message, "" if it has none.
func statement(message string) string {
	_, sql, ok := strings.Cut(message, "CREATE INDEX")
	if !ok {
		return ""
	}
	depth := 0
	for i, c := range sql {
		switch c {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return "CREATE INDEX" + sql[:i+1]
			}
		}
	}
	return ""
}

// served matches the expression that a message speaks of.
var served = regexp.MustCompile(`^a plain index on \S+ cannot serve (.+?)(?:, in an OR that wants an index for each arm)?: (?:write|compare|move|cast|create|CREATE|match|apply|no range|put)`)

func TestExamples(t *testing.T) {
	vettest.Examples(t, nonsargable.Analyzer, nonsargable.Analyzer.Doc)
}
