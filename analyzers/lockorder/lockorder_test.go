package lockorder_test

import (
	"testing"

	"github.com/sqlvet/sqlvet/analyzers/lockorder"
	"github.com/sqlvet/sqlvet/internal/vettest"
)

func TestAnalyzer(t *testing.T) { vettest.Run(t, lockorder.Analyzer, "lockorder/...") }

func TestNames(t *testing.T) { vettest.Nameless(t, lockorder.Analyzer, nil, "lockorder/...") }

func TestExamples(t *testing.T) { vettest.Examples(t, lockorder.Analyzer, lockorder.Analyzer.Doc) }
