package sqlparse

import (
	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/passes/oneoff"
)

// Place returns the kind of code that sends the query.
func (q *Query) Place() oneoff.Place {
	place, _ := q.place()
	return place
}

// LeftOut reports whether the query is sent by code that nobody waits for,
// which a rule about speed leaves out, and tells sqlvet why. Where tests count
// they are not left out.
func (q *Query) LeftOut(pass *analysis.Pass, rule string, tests bool) bool {
	place, how := q.place()
	return place.LeftOut(pass, rule, q.Call, how, tests)
}
