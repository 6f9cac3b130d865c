package lostupdate_test

import (
	"testing"

	"github.com/sqlvet/sqlvet/analyzers/lostupdate"
	"github.com/sqlvet/sqlvet/internal/vettest"
)

func TestAnalyzer(t *testing.T) { vettest.Run(t, lostupdate.Analyzer, "lostupdate/...") }

func TestNames(t *testing.T) { vettest.Nameless(t, lostupdate.Analyzer, nil, "lostupdate/...") }

func TestExamples(t *testing.T) { vettest.Examples(t, lostupdate.Analyzer, lostupdate.Analyzer.Doc) }
