package selectstar

import "strings"

// reserved holds the words that PostgreSQL reads as something else than a
// column where a column may stand (PostgreSQL 17, appendix C: reserved, and
// reserved except as a function or type).
var reserved = set(`all analyse analyze and any array as asc asymmetric authorization binary both case cast
	check collate collation column concurrently constraint create cross current_catalog current_date
	current_role current_schema current_time current_timestamp current_user default deferrable desc
	distinct do else end except false fetch for foreign freeze from full grant group having ilike in
	initially inner intersect into is isnull join lateral leading left like limit localtime
	localtimestamp natural not notnull null offset on only or order outer overlaps placing primary
	references returning right select session_user similar some symmetric system_user table
	tablesample then to trailing true union unique user using variadic verbose when where window with`)

// reservedElsewhere holds common column names that MySQL reserves and
// PostgreSQL does not.
var reservedElsewhere = set(`add alter before between by call change condition cursor databases database
	describe div double each explain fulltext function groups if ignore index insert interval key keys
	kill lag lead leave lines load lock loop match maxvalue mod option out over partition procedure
	purge range rank read regexp release rename repeat replace require return revoke rlike row rows
	schema schemas separator set show signal spatial sql starting system terminated trigger undo unlock
	update usage use values varying virtual while write xor zerofill`)

func set(words string) map[string]bool {
	m := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}
