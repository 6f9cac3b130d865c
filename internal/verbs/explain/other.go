//go:build !unix

package explain

import (
	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/planned"
)

// Run says why there is nothing to be planned on.
func Run(c *cli.Command, _ []string) int { return c.Fail("explain: %v", planned.ErrNoServer) }
