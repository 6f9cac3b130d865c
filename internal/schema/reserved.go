package schema

import "strings"

// reserved holds the key words that PostgreSQL does not take as a column's
// name without quotes: "reserved" and "reserved (can be function or type)" of
// https://www.postgresql.org/docs/17/sql-keywords-appendix.html
var reserved = words(`all analyse analyze and any array as asc asymmetric
	authorization binary both case cast check collate collation column
	concurrently constraint create cross current_catalog current_date
	current_role current_schema current_time current_timestamp current_user
	default deferrable desc distinct do else end except false fetch for foreign
	freeze from full grant group having ilike in initially inner intersect into
	is isnull join lateral leading left like limit localtime localtimestamp
	natural not notnull null offset on only or order outer overlaps placing
	primary references returning right select session_user similar some
	symmetric system_user table tablesample then to trailing true union unique user using
	variadic verbose when where window with`)

func words(s string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}
