package neversent_test

import (
	"testing"

	"github.com/sqlvet/sqlvet/analyzers/neversent"
	"github.com/sqlvet/sqlvet/internal/vettest"
)

func TestAnalyzer(t *testing.T) { vettest.Run(t, neversent.Analyzer, "neversent/...") }

func TestExamples(t *testing.T) { vettest.Examples(t, neversent.Analyzer, neversent.Analyzer.Doc) }
