package schema

import "testing"

func TestDialectOfCode(t *testing.T) {
	for _, tt := range []struct{ pkg, file, want string }{
		{"example.com/app/storage/sqlite3", "users.go", "sqlite"},
		{"example.com/app/storage/sqlite3/deltas", "up.go", "sqlite"},
		{"example.com/app/storage/sqlite_test", "users.go", "sqlite"},
		{"example.com/app/storage/postgres", "users.go", "postgres"},
		{"example.com/app/store", "store_mysql.go", "mysql"},
		{"example.com/app/store", "SQLServer.go", "sql server"},
		{"example.com/app/sqlite", "postgres.go", "postgres"},             // the nearest name
		{"example.com/app/store", "sqlite_to_postgres.go", ""},            // both
		{"example.com/app/sqlite", "mysql_and_postgres.go", ""},           // no nearer to one of them
		{"example.com/sqlite/app/users", "users.go", ""},                  // too far away
		{"example.com/app/snowflake", "id.go", ""},                        // a generator of keys
		{"example.com/app/snowflake", "mysql_id.go", "mysql"},             // its table
		{"example.com/app/mysqlx", "store.go", ""},                        // no word of its own
		{"sqlite", "store.go", "sqlite"},                                  // no folder around
		{"example.com/app/migrations/cockroachdb", "x.go", "cockroachdb"}, // PostgreSQL's syntax, other plans
	} {
		if got := DialectOfCode(tt.pkg, tt.file); got != tt.want {
			t.Errorf("DialectOfCode(%q, %q) = %q, want %q", tt.pkg, tt.file, got, tt.want)
		}
	}
}
