package connpool_test

import (
	"testing"

	"github.com/sqlvet/sqlvet/analyzers/connpool"
	"github.com/sqlvet/sqlvet/internal/vettest"
)

func TestAnalyzer(t *testing.T) { vettest.Run(t, connpool.Analyzer, "connpool/...") }

func TestNames(t *testing.T) { vettest.Nameless(t, connpool.Analyzer, nil, "connpool/...") }

func TestExamples(t *testing.T) { vettest.Examples(t, connpool.Analyzer, connpool.Analyzer.Doc) }
