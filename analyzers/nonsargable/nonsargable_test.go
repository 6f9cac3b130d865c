package nonsargable_test

import (
	"testing"

	"github.com/sqlvet/sqlvet/analyzers/nonsargable"
	"github.com/sqlvet/sqlvet/internal/vettest"
)

func TestAnalyzer(t *testing.T) {
	vettest.Run(t, nonsargable.Analyzer, "nonsargable/...")
}

func TestExamples(t *testing.T) {
	vettest.Examples(t, nonsargable.Analyzer, nonsargable.Analyzer.Doc)
}
