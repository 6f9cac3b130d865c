package unbounded_test

import (
	"testing"

	"github.com/sqlvet/sqlvet/analyzers/unbounded"
	"github.com/sqlvet/sqlvet/internal/vettest"
)

func TestAnalyzer(t *testing.T) { vettest.Run(t, unbounded.Analyzer, "unbounded/...") }

func TestExamples(t *testing.T) { vettest.Examples(t, unbounded.Analyzer, unbounded.Analyzer.Doc) }
