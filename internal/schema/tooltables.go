package schema

import "strings"

// toolTables are the tables in which migration tools keep what they have done,
// by the names that the tools give them.
var toolTables = map[string]bool{
	"schema_migrations": true, "schema_migration": true, "schema_version": true, "schema_versions": true, // golang-migrate, dbmate, pop, tern
	"goose_db_version": true, "gorp_migrations": true, "gopg_migrations": true, "bun_migrations": true, "bun_migration_locks": true,
	"flyway_schema_history": true, "databasechangelog": true, "databasechangeloglock": true, "atlas_schema_revisions": true,
	"river_migration": true,
}

// ToolTable reports whether a migration tool calls a table of its own so,
// whatever schema it is in.
func ToolTable(name string) bool {
	return toolTables[strings.ToLower(name[strings.LastIndexByte(name, '.')+1:])]
}
