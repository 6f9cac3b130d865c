package indexadvice

import (
	"math"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/priors"
	"github.com/sqlvet/sqlvet/internal/schema"
)

// btree reports whether the type has an ordering that queries use: not JSON,
// text search, geometry.
func (c *catalog) btree(typ string) bool {
	base := c.BaseType(typ)
	switch {
	case base == "":
		return true // an expression's type is not known
	case strings.HasSuffix(base, "[]"), strings.HasSuffix(base, "range"):
		return false
	}
	switch base {
	case "json", "jsonb", "tsvector", "tsquery", "xml", "point", "box", "polygon", "line", "lseg", "path", "circle",
		"geometry", "geography", "hstore", "vector", "halfvec", "sparsevec":
		return false
	}
	return true
}

// classOfKey is the class of a key, which may be an expression: one over a
// column of few values has few.
func (t *table) classOfKey(k key) priors.Class {
	switch {
	case k.col != nil:
		return t.known.Class(k.col)
	case len(k.of) > 0 && !slices.ContainsFunc(k.of, func(c *schema.Column) bool { return t.known.Class(c) != priors.Low }):
		return priors.Low
	}
	return priors.Medium
}

// vague reports whether nobody knows what a condition leaves: a range of an expression,
// of whose values no statistics are kept while no index holds it. What is computed of
// a time is taken to go on with it.
func (t *table) vague(c *term) bool {
	k := c.key
	return c.kind == termRange && k.col == nil &&
		(len(k.of) == 0 || slices.ContainsFunc(k.of, func(c *schema.Column) bool { return t.known.Class(c) != priors.Time }))
}

// expressionValues is the assumed number of values of an expression, of whose
// columns more is not known.
const expressionValues = 200

// distinctOf is the number of values of a key: an expression has no more than
// its columns together.
func (t *table) distinctOf(k key) (n float64, basis priors.Basis) {
	if k.col != nil {
		return t.known.Distinct(k.col)
	}
	if len(k.of) == 0 {
		return expressionValues, priors.Assumed
	}
	n = 1
	for _, c := range k.of {
		values, _ := t.known.Distinct(c)
		n *= values
	}
	return math.Min(n, expressionValues), priors.Assumed
}
