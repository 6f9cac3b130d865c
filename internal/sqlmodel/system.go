package sqlmodel

import "strings"

// System reports whether a relation is a table of the database system itself:
// its columns and indexes are fixed by the server's version. The names are
// those of PostgreSQL, MySQL, SQLite and the SQL standard.
func (r *Relation) System() bool {
	if r.Kind != RelTable {
		return false
	}
	switch strings.ToLower(r.Schema) {
	case "pg_catalog", "information_schema", "performance_schema", "mysql", "sys":
		return true
	}
	name := strings.ToLower(r.Name)
	return strings.HasPrefix(name, "pg_") || strings.HasPrefix(name, "sqlite_")
}
