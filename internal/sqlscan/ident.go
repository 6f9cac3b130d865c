package sqlscan

import (
	"strings"

	"github.com/sqlvet/sqlvet/internal/pgwords"
)

// QuoteIdent returns a name as an identifier of a statement: in quotes where
// PostgreSQL would read the bare word as another name or as a keyword.
func QuoteIdent(name string) string {
	plain := name != "" && !pgwords.Reserved(name)
	for i := 0; i < len(name) && plain; i++ {
		c := name[i]
		plain = c == '_' || 'a' <= c && c <= 'z' || i > 0 && (isDigit(c) || c == '$')
	}
	if plain {
		return name
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}
