package link

import (
	"testing"

	"github.com/sqlvet/sqlvet/internal/passes/reach"
)

// TestOrigin: what alone leads to a function, through packages.
func TestOrigin(t *testing.T) {
	p := New([]*Package{
		{Functions: map[string]reach.Function{
			"app/main.main":      {Origin: reach.Start},
			"app/main.serve":     {Escapes: true},
			"app/store.Seed":     {Callers: []string{"app/main.main"}},
			"app/store.Touch":    {Callers: []string{"app/main.main", "app/main.serve"}},
			"app/store.Rekey":    {Callers: []string{"!command"}},
			"app/store.Unknown":  {Callers: []string{"*"}},
			"(app/store.DB).Run": {Callers: []string{"app/main.main"}},
			"(app/store.DB).Own": {Callers: []string{"app/main.main"}},
		}},
		{
			Functions: map[string]reach.Function{
				"app/store.Seed":   {Callers: []string{"app/store.All"}},
				"app/store.All":    {Callers: []string{"app/main.main", "app/store.Seed"}}, // and back
				"app/store.Touch":  {},
				"app/store.Rekey":  {},
				"app/store.unused": {},
				"app/store.deep":   {Callers: []string{"app/store.Seed", "app/store.Rekey"}},
				"app/store.kept":   {Escapes: true, Callers: []string{"app/main.main"}},
			},
			Interfaces: []Interface{{Name: "app/store.Runner", Methods: []string{"Run abc"}}},
		},
	})
	for id, want := range map[string]reach.Origin{
		"app/main.main": reach.Start, "app/store.Seed": reach.Start, "app/store.All": reach.Start,
		"app/store.Touch": reach.Anywhere, "app/store.Rekey": reach.Command, "app/store.Unknown": reach.Anywhere,
		"app/store.unused": reach.Anywhere, "app/store.deep": reach.Command, "app/store.kept": reach.Anywhere,
		"(app/store.DB).Run": reach.Anywhere, // through the interface
		"(app/store.DB).Own": reach.Start,
		"":                   reach.Anywhere, "app/other.F": reach.Anywhere,
	} {
		if got := p.Origin(id); got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
}

func TestSpeaks(t *testing.T) {
	one := New([]*Package{{Dialects: []string{"sqlite"}}, {}, {Dialects: []string{"sqlite"}}})
	two := New([]*Package{{Dialects: []string{"sqlite"}}, {Dialects: []string{"postgres"}}})
	if !one.Speaks("sqlite") || two.Speaks("sqlite") || New(nil).Speaks("sqlite") {
		t.Error("which drivers a program has")
	}
}
