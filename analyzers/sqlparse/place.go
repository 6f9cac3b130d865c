package sqlparse

import (
	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/passes/oneoff"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
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
	if place == oneoff.Production || place == oneoff.Testing && tests {
		return false
	}
	suppress.Silent(pass, rule, q.Call.Pos(), q.Call.End(), oneoff.Silence(place, how))
	return true
}
