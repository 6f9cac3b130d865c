package sessionstate_test

import (
	"testing"

	"github.com/sqlvet/sqlvet/analyzers/sessionstate"
	"github.com/sqlvet/sqlvet/internal/vettest"
)

func TestAnalyzer(t *testing.T) { vettest.Run(t, sessionstate.Analyzer, "sessionstate/...") }

func TestExamples(t *testing.T) {
	vettest.Examples(t, sessionstate.Analyzer, sessionstate.Analyzer.Doc)
}
