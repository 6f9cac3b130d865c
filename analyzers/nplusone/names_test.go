package nplusone_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/tools/go/analysis/checker"

	"github.com/sqlvet/sqlvet/analyzers/nplusone"
	"github.com/sqlvet/sqlvet/internal/vettest"
)

// TestNames demands the same findings when nothing is called by a telling name.
func TestNames(t *testing.T) {
	plain, neutral := vettest.Names(t, nplusone.Analyzer, []string{
		// What gqlgen generates is known by its names, and gorm's hook.
		"ResolverRoot", "User", "UserResolver", "Post", "PostResolver", "Query", "QueryResolver", "AfterFind",
		// Package oneoff knows a migration by the name of its function.
		"migrateSessions",
	}, "nplusone/rule/...")
	for _, path := range slices.Sorted(maps.Keys(plain)) {
		want, got := places(plain[path]), places(neutral[path])
		for at, category := range want {
			if category != got[at] {
				t.Errorf("%s: %q with its names, %q without", at, category, got[at])
			}
			delete(got, at)
		}
		for at, category := range got {
			t.Errorf("%s: %q only without names", at, category)
		}
	}
}

// places maps file and line to the category of the finding there.
func places(act *checker.Action) map[string]string {
	out := make(map[string]string)
	for _, d := range act.Diagnostics {
		p := act.Package.Fset.Position(d.Pos)
		at := fmt.Sprintf("%s:%d", filepath.Base(p.Filename), p.Line)
		out[at] += d.Category + ";"
	}
	return out
}
