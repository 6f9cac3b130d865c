package nplusone_test

import (
	"testing"

	"github.com/sqlvet/sqlvet/analyzers/nplusone"
	"github.com/sqlvet/sqlvet/internal/vettest"
)

// TestNames demands the same findings when nothing is called by a telling name.
func TestNames(t *testing.T) {
	vettest.Nameless(t, nplusone.Analyzer, []string{
		// What gqlgen generates is known by its names, and gorm's hook.
		"ResolverRoot", "User", "UserResolver", "Post", "PostResolver", "Query", "QueryResolver", "AfterFind",
		// Package oneoff knows a migration by the name of its function.
		"migrateSessions",
	}, "nplusone/rule/...")
}
