package missingindex_test

import (
	"testing"

	"github.com/sqlvet/sqlvet/analyzers/missingindex"
	"github.com/sqlvet/sqlvet/internal/vettest"
)

func TestAnalyzer(t *testing.T) {
	for _, r := range vettest.Run(t, missingindex.Analyzer, "missingindex/...") {
		for _, d := range r.Action.Diagnostics {
			if n := len(d.Related); n == 0 || d.Related[n-1].Message == "" {
				t.Errorf("%s: the table's definition is not pointed at", d.Message)
			}
		}
	}
}

func TestExamples(t *testing.T) {
	vettest.Examples(t, missingindex.Analyzer, missingindex.Analyzer.Doc)
}
