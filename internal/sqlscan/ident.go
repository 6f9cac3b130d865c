package sqlscan

import "strings"

// QuoteIdent returns a name as an identifier of a statement: in quotes where
// PostgreSQL would read the bare word as another name or as a keyword.
func QuoteIdent(name string) string {
	plain := name != "" && !Reserved(name)
	for i := 0; i < len(name) && plain; i++ {
		c := name[i]
		plain = c == '_' || 'a' <= c && c <= 'z' || i > 0 && (isDigit(c) || c == '$')
	}
	if plain {
		return name
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

// Reserved reports whether PostgreSQL does not take a word, in lower case, as a
// column's name without quotes: "reserved" and "reserved (can be function or
// type)" of the list below.
func Reserved(word string) bool { return reserved[word] }

// reserved are the words that are no column or table name without quotes:
// https://www.postgresql.org/docs/17/sql-keywords-appendix.html.
var reserved = wordSet(`
	all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation
	column concurrently constraint create cross current_catalog current_date current_role current_schema current_time
	current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze
	from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit
	localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references
	returning right select session_user similar some symmetric system_user table tablesample then to trailing true
	union unique user using variadic verbose when where window with`)
