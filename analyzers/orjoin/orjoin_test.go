package orjoin_test

import (
	"testing"

	"github.com/sqlvet/sqlvet/analyzers/orjoin"
	"github.com/sqlvet/sqlvet/internal/vettest"
)

func TestAnalyzer(t *testing.T) { vettest.Run(t, orjoin.Analyzer, "orjoin/...") }

func TestExamples(t *testing.T) { vettest.Examples(t, orjoin.Analyzer, orjoin.Analyzer.Doc) }
