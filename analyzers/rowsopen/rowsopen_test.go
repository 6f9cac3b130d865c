package rowsopen_test

import (
	"testing"

	"github.com/sqlvet/sqlvet/analyzers/rowsopen"
	"github.com/sqlvet/sqlvet/internal/vettest"
)

func TestAnalyzer(t *testing.T) {
	results := vettest.Run(t, rowsopen.Analyzer, "rowsopen/...")
	seen := make(map[string]bool)
	for _, r := range results {
		for _, d := range r.Action.Diagnostics {
			seen[d.Category] = true
		}
	}
	for _, c := range []string{"busy", "second-connection", "leak", "defer-in-loop", "dropped", "rows-err"} {
		if !seen[c] {
			t.Errorf("no finding of category %s", c)
		}
	}
}

// TestNames demands the same findings when nothing is called by a telling name.
func TestNames(t *testing.T) { vettest.Nameless(t, rowsopen.Analyzer, nil, "rowsopen/...") }

func TestExamples(t *testing.T) { vettest.Examples(t, rowsopen.Analyzer, rowsopen.Analyzer.Doc) }
