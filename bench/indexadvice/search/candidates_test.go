package search

import (
	"fmt"
	"slices"
	"testing"

	"github.com/sqlvet/sqlvet/bench/indexadvice/catalog"
	"github.com/sqlvet/sqlvet/bench/indexadvice/planner"
	"github.com/sqlvet/sqlvet/bench/indexadvice/shape"
)

func TestPermutations(t *testing.T) {
	got := fmt.Sprint(permutations([]string{"a", "b", "c"}, 2))
	if want := "[[a b] [a c] [b a] [b c] [c a] [c b]]"; got != want {
		t.Errorf("got %s", got)
	}
}

func TestCandidates(t *testing.T) {
	users := &catalog.Table{
		Name: "users", ByName: map[string]*catalog.Column{},
		Indexes: []*catalog.Index{{AM: "btree", Keys: []string{"org", "email"}}},
	}
	for _, c := range []*catalog.Column{{Name: "org"}, {Name: "email"}, {Name: "extra", Base: "jsonb"}, {Name: "name"}} {
		users.Cols, users.ByName[c.Name] = append(users.Cols, c), c
	}
	cat := &catalog.Catalog{Tables: map[string]*catalog.Table{"users": users}}
	q := &planner.Query{}
	var err error
	if q.Info, err = shape.Analyze(cat, "SELECT name FROM users WHERE org = $1 AND extra @> $2 ORDER BY email"); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range candidates(cat, q, 3, true) {
		got = append(got, x.Def)
	}
	want := []string{ // what begins an existing index is not tried; a jsonb is no key
		"ON users (email)", "ON users (email) INCLUDE (extra, name, org)", "ON users (email, org)", "ON users (email, org) INCLUDE (extra, name)",
		"ON users (org) INCLUDE (email, extra, name)", "ON users (org, email) INCLUDE (extra, name)",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
