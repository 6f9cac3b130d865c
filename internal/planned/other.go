//go:build !unix

package planned

import (
	"errors"

	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/workload"
)

// ErrNoServer is why nothing is asked of PostgreSQL here.
var ErrNoServer = errors.New("a private PostgreSQL server needs a Unix system")

// Proved returns ErrNoServer.
func Proved(*cli.Command, *workload.Loads, ProveFlags) error { return ErrNoServer }
