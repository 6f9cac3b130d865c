// Package generics calls generic types through interfaces: their signatures tell
// which instance it is.
package generics

import (
	"context"

	"testdata/nplusone/rule/generics/shelf"
)

type Shoe struct{ Size int }

// shoes is no generic interface.
type shoes interface {
	Put(ctx context.Context, key string, s Shoe) error
}

// both embeds one.
type both interface {
	shelf.Finder[Shoe, string]
	shoes
}

// other has no implementation among the stores.
type other interface {
	Put(ctx context.Context, key []byte, s Shoe) error
}

var (
	_ shoes = (*shelf.Store[string, Shoe])(nil)
)

func storeAll(ctx context.Context, to shoes, m map[string]Shoe) error {
	for k, s := range m {
		if err := to.Put(ctx, k, s); err != nil { // want `runs once per iteration`
			return err
		}
	}
	return nil
}

func sizes(ctx context.Context, from both, keys []string) (n int, err error) {
	for _, k := range keys {
		s, err := from.Find(ctx, k) // want `runs once per iteration`
		if err != nil {
			return 0, err
		}
		n += s.Size
	}
	return n, nil
}

func turned(ctx context.Context, from shelf.Finder[Shoe, string], keys []string) (n int, err error) {
	for _, k := range keys {
		s, err := from.Find(ctx, k) // want `runs once per iteration`
		if err != nil {
			return 0, err
		}
		n += s.Size
	}
	return n, nil
}

func elsewhere(ctx context.Context, to other, list []Shoe) error {
	for _, s := range list {
		if err := to.Put(ctx, nil, s); err != nil {
			return err
		}
	}
	return nil
}
