package sqlscan

import "strings"

// lower is strings.ToLower for ASCII, without a copy if nothing changes.
func lower(s string) string {
	for i := 0; i < len(s); i++ {
		if 'A' <= s[i] && s[i] <= 'Z' {
			return strings.ToLower(s)
		}
	}
	return s
}

func wordSet(words string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// keywords are the words that end an operand or begin a clause, so that they
// are not operands themselves. Words that are keywords but also common column
// names (name, value, key, type, …) are left out.
var keywords = wordSet(`
	all alter analyze and any array as asc asymmetric at between both by
	case cast check collate concurrently conflict constraint create cross
	cube declare default deferrable delete desc distinct do drop else
	escape except exists explain fetch filter following for foreign from
	full grant group grouping having if ilike in inner insert intersect
	interval into is isnull join lateral leading left like limit lock
	locked materialized matched merge natural not nothing notnull nowait
	nulls offset on only or order outer over overlaps partition placing
	preceding prepare primary recursive references replace returning
	revoke right rollup row rows select set sets share similar skip some
	symmetric table tablesample then ties to trailing truncate unbounded
	union unique update using values view when where window with within`)

// relationWords come directly before the name of a table.
var relationWords = wordSet("from join into update table only using truncate lateral view")

// conditionWords come directly before a condition.
var conditionWords = wordSet("where and or not on having when")

// comparisonWords continue an expression to their left.
var comparisonWords = wordSet("in is like ilike between similar isnull notnull collate at")

// clauseWords begin a clause after a complete FROM item or condition.
var clauseWords = wordSet(`where group having order limit offset fetch for union intersect except
	window returning on join inner left right full cross natural using set values select from with`)

// Keyword reports whether a word, in lower case, ends an operand or begins a
// clause, so that it is no name.
func Keyword(word string) bool { return keywords[word] }

// BeginsClause reports whether a word, in lower case, begins a clause or a
// statement's next part: no operand goes on across one.
func BeginsClause(word string) bool { return clauseWords[word] }
