package sqlmodel_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// TestSession: each text leaves in its session what stands beside it.
func TestSession(t *testing.T) {
	names := map[sqlmodel.State]string{
		sqlmodel.StateLock: "lock", sqlmodel.StateUnlock: "unlock", sqlmodel.StateSetting: "setting", sqlmodel.StateLocal: "local",
		sqlmodel.StateTransaction: "begin", sqlmodel.StateEnd: "end", sqlmodel.StateTable: "table", sqlmodel.StateListen: "listen",
		sqlmodel.StatePrepared: "prepared", sqlmodel.StateCursor: "cursor",
	}
	for text, want := range map[string]string{
		"SELECT pg_try_advisory_lock_shared(1)":                   "lock pg_try_advisory_lock_shared",
		"SELECT 1 WHERE pg_catalog.pg_advisory_unlock(1)":         "unlock pg_advisory_unlock",
		"SELECT pg_try_advisory_xact_lock(1)":                     "",
		"SET SESSION work_mem = '1GB'":                            "setting work_mem",
		"SET LOCAL work_mem = '1GB'":                              "local work_mem",
		"RESET work_mem":                                          "",
		"SELECT set_config('a.b', $1, false)":                     "setting a.b",
		"SELECT set_config('a.b', $1, true)":                      "",
		"START TRANSACTION; SELECT 1; ROLLBACK":                   "begin , end ",
		"CREATE TEMPORARY TABLE t (a int)":                        "table t",
		"CREATE TEMP TABLE t AS SELECT 1":                         "table t",
		"CREATE TABLE t (a int)":                                  "",
		"LISTEN jobs":                                             "listen jobs",
		"PREPARE p AS SELECT 1":                                   "prepared p",
		"DECLARE c CURSOR FOR SELECT 1":                           "cursor c",
		"SAVEPOINT s":                                             "",
		"SELECT 'pg_advisory_lock(1)', 'SET x = 1' FROM settings": "",
	} {
		var got []string
		for _, s := range sqlmodel.Parse(sqlscan.Source{Text: text}, sqlscan.Statement, 0).Session() {
			got = append(got, fmt.Sprintf("%s %s", names[s.State], s.Name))
		}
		if g := strings.Join(got, ", "); g != want {
			t.Errorf("%s: got %q, want %q", text, g, want)
		}
	}
}
