package nplusone_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/analyzers/nplusone"
	"github.com/sqlvet/sqlvet/internal/vettest"
)

func TestAnalyzer(t *testing.T) {
	results := vettest.Run(t, nplusone.Analyzer, "nplusone/rule/...")
	seen := make(map[string]bool)
	for _, r := range results {
		for _, d := range r.Action.Diagnostics {
			at := r.Action.Package.Fset.Position(d.Pos)
			seen[d.Category] = true
			if want := category(r.Action.Package.PkgPath, d.Message); d.Category != want {
				t.Errorf("%s: category %q, want %q: %s", at, d.Category, want, d.Message)
			}
			if len(d.Related) == 0 || !strings.HasPrefix(d.Related[0].Message, "the loop: ") {
				t.Errorf("%s: the loop is not pointed at: %v", at, d.Related)
			}
			if nested := strings.Contains(d.Message, ", itself in the loop at line "); nested != (len(d.Related) == 2) {
				t.Errorf("%s: %d related places: %s", at, len(d.Related), d.Message)
			}
		}
	}
	for _, c := range []string{"read", "write", "hoist", "resolver", "tx-per-iteration"} {
		if !seen[c] {
			t.Errorf("no finding of category %s", c)
		}
	}
}

// category is what the message lets expect.
func category(pkg, message string) string {
	switch {
	case strings.HasSuffix(pkg, "/graph"):
		return "resolver"
	case strings.Contains(message, " is the same in each iteration "):
		return "hoist"
	case strings.Contains(message, ", which may begin a transaction each time"):
		return "tx-per-iteration"
	case strings.Contains(message, "statement that writes"):
		return "write"
	case slices.ContainsFunc([]string{"INSERT", "UPDATE", "DELETE"}, func(verb string) bool {
		return strings.HasPrefix(message, "the query "+verb)
	}):
		return "write"
	}
	return "read"
}

func TestExamples(t *testing.T) {
	vettest.Examples(t, nplusone.Analyzer, nplusone.Analyzer.Doc)
}

// The flags are global: these tests do not run in parallel with others.
func TestFlags(t *testing.T) {
	for _, test := range []struct{ flag, value, pattern string }{
		{"min", "certain", "nplusone/flags/certain"},
		{"writes", "false", "nplusone/flags/reads"},
		{"tests", "true", "nplusone/flags/tests"},
	} {
		t.Run(test.flag, func(t *testing.T) {
			set(t, test.flag, test.value)
			vettest.Run(t, nplusone.Analyzer, test.pattern)
		})
	}
}

// set changes a flag of the rule for one test.
func set(t *testing.T, name, value string) {
	t.Helper()
	f := nplusone.Analyzer.Flags.Lookup(name)
	old := f.Value.String()
	if err := f.Value.Set(value); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Value.Set(old); err != nil {
			t.Fatal(err)
		}
	})
}
