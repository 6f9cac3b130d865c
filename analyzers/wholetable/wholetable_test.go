package wholetable_test

import (
	"testing"

	"github.com/sqlvet/sqlvet/analyzers/wholetable"
	"github.com/sqlvet/sqlvet/internal/vettest"
)

func TestAnalyzer(t *testing.T) { vettest.Run(t, wholetable.Analyzer, "wholetable/...") }

func TestExamples(t *testing.T) { vettest.Examples(t, wholetable.Analyzer, wholetable.Analyzer.Doc) }
