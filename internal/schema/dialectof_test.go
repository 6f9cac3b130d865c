package schema

import "testing"

func TestDialectOfText(t *testing.T) {
	for text, want := range map[string]string{
		"SELECT name FROM sqlite_master WHERE type = 'table'": "sqlite",
		"SELECT 'sqlite_master' FROM notes":                   "",
		"UPSERT INTO kv (k, v) VALUES ($1, $2)":               "cockroachdb",
		"SELECT max(rev) FROM kv AS OF SYSTEM TIME now()":     "cockroachdb",
		"SELECT upsert FROM t AS system":                      "",
		"PRAGMA wal_checkpoint(TRUNCATE)":                     "sqlite",
		"SELECT pragma FROM t":                                "",
		"":                                                    "",
	} {
		if got := DialectOfText(text); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestDialectOfCodeWithin(t *testing.T) {
	for name, want := range map[string]string{
		"example.com/app/sqlite3store": "sqlite", "example.com/app/storemysql": "mysql", "example.com/app/pgstore": "",
		"example.com/app/storage": "", "example.com/postgres/app": "postgres", "example.com/app/msql": "",
	} {
		if got := DialectOfCode(name, "store.go"); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
