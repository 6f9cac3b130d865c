package inlined_test

import (
	"testing"

	"github.com/sqlvet/sqlvet/analyzers/inlined"
	"github.com/sqlvet/sqlvet/internal/vettest"
)

func TestAnalyzer(t *testing.T) { vettest.Run(t, inlined.Analyzer, "inlined/...") }

func TestExamples(t *testing.T) { vettest.Examples(t, inlined.Analyzer, inlined.Analyzer.Doc) }
