package txlife_test

import (
	"testing"

	"github.com/sqlvet/sqlvet/analyzers/txlife"
	"github.com/sqlvet/sqlvet/internal/vettest"
)

func TestAnalyzer(t *testing.T) {
	results := vettest.Run(t, txlife.Analyzer, "txlife/...")
	seen := make(map[string]bool)
	for _, r := range results {
		for _, d := range r.Action.Diagnostics {
			seen[d.Category] = true
		}
	}
	for _, c := range []string{"left-open", "commit-error", "defer-commit", "after-end", "commits-failure", "after-failure", "retry", "shared", "never-committed"} {
		if !seen[c] {
			t.Errorf("no finding of category %s", c)
		}
	}
}

// TestNames demands the same findings when nothing is called by a telling name.
func TestNames(t *testing.T) {
	vettest.Nameless(t, txlife.Analyzer, nil, "txlife", "txlife/failure") // txlife/retry names functions in its settings
}

func TestExamples(t *testing.T) {
	vettest.Examples(t, txlife.Analyzer, txlife.Analyzer.Doc)
}
