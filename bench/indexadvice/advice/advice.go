// Package advice answers: which indexes does sqlvet suggest for a workload,
// from its DDL and its statements alone?
package advice

import (
	"fmt"
	"strings"

	"github.com/sqlvet/sqlvet/internal/indexadvice"
	"github.com/sqlvet/sqlvet/internal/schema"
)

// Advice is what sqlvet suggests.
type Advice struct {
	SQL      string     // CREATE INDEX statements, best first
	Serves   [][]string // names of the statements that each is for
	Problems []string   // what sqlvet did not understand of the schema
	Unread   []string   // names of the statements that it did not understand
	Order    []string   // the statements of SQL, one by one
}

// Suggest asks sqlvet. No row counts and no statistics are given to it.
func Suggest(ddl, queries string) Advice {
	var a Advice
	s := schema.Parse("schema.sql", ddl)
	for _, p := range s.Problems {
		a.Problems = append(a.Problems, fmt.Sprint(p))
	}
	named := indexadvice.ReadQueries(queries)
	statements := make([]indexadvice.Statement, len(named))
	for i, n := range named {
		statements[i] = n.Statement
		if n.Model == nil {
			a.Unread = append(a.Unread, n.Name)
		}
	}
	var b strings.Builder
	for _, x := range indexadvice.Advise(s, statements, indexadvice.Options{}).Indexes {
		sql := strings.TrimSuffix(strings.TrimSpace(x.SQL()), ";")
		var serves []string
		for _, u := range x.Serves {
			name := named[u.Statement].Name
			if u.ForeignKey {
				name += " (foreign key)"
			}
			serves = append(serves, name)
		}
		a.Serves, a.Order = append(a.Serves, serves), append(a.Order, sql)
		fmt.Fprintf(&b, "-- %d%%, benefit %.2f, for %s\n%s;\n", x.Confidence, x.Benefit, strings.Join(serves, ", "), sql)
	}
	a.SQL = b.String()
	return a
}
