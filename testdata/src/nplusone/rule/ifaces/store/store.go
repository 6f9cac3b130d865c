// Package store declares what the application asks of its storage.
package store

import "context"

type Users interface {
	Name(ctx context.Context, id int64) (string, error)
	Names(ctx context.Context, ids []int64) (map[int64]string, error)
}

type Clock interface{ Now() int64 }
