// Package hidden uses a store whose type it cannot name.
package hidden

import (
	"context"

	"testdata/nplusone/rule/hidden/store"
)

func names(ctx context.Context, s store.Store, ids []int64) (out []string) {
	for _, id := range ids {
		name, _ := s.Name(ctx, id) // want `^the query SELECT users runs once per iteration of the loop at line 11, via Store\.Name -> db\.QueryRowContext \(store\.go:21\) through store\.Store\.Name`
		out = append(out, name, s.Label(id))
	}
	return out
}
