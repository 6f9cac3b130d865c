// Package five calls package six.
package five

import (
	"context"

	"testdata/nplusone/rule/helpers/six"
)

type Users struct{ Next six.DB }

func (u *Users) Name(ctx context.Context, id int64) (string, error) { return u.Next.Name(ctx, id) }

func (u *Users) each(ctx context.Context, ids []int64) (names []string, err error) {
	for _, id := range ids {
		name, err := u.Name(ctx, id) // want `^the query SELECT users runs once per iteration of the loop at line 15, via \(\*Users\)\.Name -> DB\.Name -> d\.QueryRowContext \(six\.go:12\)`
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}

func (u *Users) one(ctx context.Context, ids []int64) (string, error) {
	return u.Name(ctx, ids[0])
}
