//go:build unix

package schema

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/pgserver"
	"github.com/sqlvet/sqlvet/internal/pgserver/pgtest"
)

// A server is a PostgreSQL server of a test's own.
type server struct{ *pgserver.Server }

// startServer starts one that ends with the test. It skips the test if there
// is none on this machine; .ci/run sees to it that there is.
func startServer(t *testing.T) *server {
	t.Helper()
	out := &server{pgtest.Start(t)}
	// The owner of what testdata/ddl/dump.sql holds.
	if _, errs, err := out.psql("postgres", "CREATE ROLE test"); err != nil || errs != "" {
		t.Fatalf("%v: %s", err, errs)
	}
	return out
}

// psql runs a text in a database, as far as it goes: statements after an
// error are run as well.
func (s *server) psql(database, sql string) (stdout, stderr string, err error) {
	cmd := s.Psql(database)
	cmd.Stdin = strings.NewReader(sql)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	return out.String(), errs.String(), err
}

var databases int

// database makes an empty database.
func (s *server) database(t *testing.T) string {
	databases++
	name := fmt.Sprintf("db%d", databases)
	if _, errs, err := s.psql("postgres", "CREATE DATABASE "+name); err != nil || errs != "" {
		t.Fatalf("%v: %s", err, errs)
	}
	return name
}
