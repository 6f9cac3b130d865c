package txsideeffect_test

import (
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/analyzers/txsideeffect"
	"github.com/sqlvet/sqlvet/internal/vettest"
)

func TestAnalyzer(t *testing.T) {
	results := vettest.Run(t, txsideeffect.Analyzer, "txsideeffect/...")
	seen := make(map[string]bool)
	for _, r := range results {
		for _, d := range r.Action.Diagnostics {
			seen[d.Category] = true
			if len(d.Related) == 0 || !strings.HasPrefix(d.Related[0].Message, "the transaction: ") {
				t.Errorf("%s: the transaction is not pointed at: %v", r.Action.Package.Fset.Position(d.Pos), d.Related)
			}
		}
	}
	for _, c := range []string{"http", "mail", "file", "exec", "sleep", "wait", "outer-handle", "nested-begin", "async", "cpu"} {
		if !seen[c] {
			t.Errorf("no finding of category %s", c)
		}
	}
}

// TestNames demands the same findings when nothing is called by a telling name.
func TestNames(t *testing.T) {
	// gorm knows its hooks by their names.
	vettest.Nameless(t, txsideeffect.Analyzer, []string{"AfterCreate", "Commit", "Rollback"}, "txsideeffect/...")
}

func TestExamples(t *testing.T) {
	vettest.Examples(t, txsideeffect.Analyzer, txsideeffect.Analyzer.Doc)
}
