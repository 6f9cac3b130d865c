//go:build !unix

package driver

import "errors"

var errNoServer = errors.New("a private PostgreSQL server needs a Unix system")

func (c *command) explainPlans([]string) int { return c.fail("explain: %v", errNoServer) }

func (c *command) proved(*workloads, proveFlags) error { return errNoServer }
