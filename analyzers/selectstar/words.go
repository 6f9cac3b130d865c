package selectstar

import "strings"

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
