//go:build !unix

package nonsargable_test

import "testing"

func creates(t *testing.T, _ map[string]bool) { t.Skip("the test's server listens on a Unix socket") }
