//go:build unix

package nonsargable_test

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/pgserver"
	"github.com/sqlvet/sqlvet/internal/pgserver/pgtest"
)

// A server is a PostgreSQL server of one test.
type server struct{ *pgserver.Server }

// postgres starts a server that ends with the test. It skips the test if the
// programs of a server are not on this machine.
func postgres(t *testing.T) *server {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a PostgreSQL server")
	}
	return &server{pgtest.Start(t)}
}

// run returns what a script prints, one line a row, columns separated by |.
func (s *server) run(script string) (string, error) {
	cmd := s.Psql("postgres", "-v", "ON_ERROR_STOP=1")
	cmd.Stdin = strings.NewReader(script)
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		err = fmt.Errorf("%w: %s", err, exit.Stderr)
	}
	return strings.TrimSpace(string(out)), err
}
