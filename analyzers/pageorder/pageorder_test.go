package pageorder_test

import (
	"testing"

	"github.com/sqlvet/sqlvet/analyzers/pageorder"
	"github.com/sqlvet/sqlvet/internal/vettest"
)

func TestAnalyzer(t *testing.T) { vettest.Run(t, pageorder.Analyzer, "pageorder/...") }

func TestExamples(t *testing.T) { vettest.Examples(t, pageorder.Analyzer, pageorder.Analyzer.Doc) }
