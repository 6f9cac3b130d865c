//go:build unix

// Package pgtest gives tests a private server.
package pgtest

import (
	"context"
	"errors"
	"testing"

	"github.com/sqlvet/sqlvet/internal/pgserver"
)

// Start runs a server that ends with the test. It skips the test if there is none
// on this machine; .ci/run sees to it that there is.
func Start(t *testing.T) *pgserver.Server {
	t.Helper()
	s, err := pgserver.Start(context.Background(), pgserver.Options{})
	if errors.Is(err, pgserver.ErrNone) {
		t.Skip(err)
	} else if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}
