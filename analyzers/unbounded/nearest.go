package unbounded

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// This file looks at the rows nearest to a vector, as pgvector finds them: its indexes
// have rows in the order of a distance, and in no other order.

// distances are pgvector's operators by what its operator classes are called for:
// vector_cosine_ops, halfvec_cosine_ops, bit_hamming_ops.
var distances = map[string]string{"l2": "<->", "ip": "<#>", "cosine": "<=>", "l1": "<+>", "hamming": "<~>", "jaccard": "<%>"}

// answered returns the operator whose distance an index keeps its rows by; "" if it
// is no index of vectors.
func answered(x *schema.Index) string {
	if x.Method != "hnsw" && x.Method != "ivfflat" || len(x.Keys) != 1 || x.Invalid {
		return ""
	}
	class, _ := strings.CutSuffix(x.Keys[0].Opclass, "_ops")
	if class == "" {
		return distances["l2"] // the default
	}
	return distances[class[strings.LastIndexByte(class, '_')+1:]]
}

// nearest reports a query for the first rows by a distance which the index of the
// column cannot give in that order.
func (c *checker) nearest(l *sqlmodel.Level) {
	if l.Limit == nil || len(l.Sort) == 0 {
		return
	}
	key := l.Sort[0]
	e := key.Expr
	for _, p := range l.Projections {
		if e.Kind == sqlmodel.ExprColumn && e.Rel == nil && p.Alias != "" && p.Alias == e.Name {
			e = p.Expr // ORDER BY score
		}
	}
	d := distance(e)
	if d == nil {
		return
	}
	column := d.Args[0]
	if column.Kind != sqlmodel.ExprColumn {
		column = d.Args[1]
	}
	s := c.db.Schema()
	if s == nil || column.Kind != sqlmodel.ExprColumn || column.Rel == nil || column.Rel.Kind != sqlmodel.RelTable {
		return
	}
	t := s.Table(column.Rel.Schema, column.Rel.Name)
	if t == nil || t.Uncertain || c.db.Small(qualified(column.Rel)) {
		return
	}
	var other *schema.Index
	served := false
	for _, x := range t.Indexes {
		if op := answered(x); op != "" && x.Keys[0].Column == column.Name {
			served, other = served || op == d.Name, x
		}
	}
	order := fmt.Sprintf("ORDER BY %s %s …", column.Name, d.Name)
	switch {
	case other == nil:
	case !served:
		c.report("nearest", d.Range, config.Certain,
			"the index %s of %s keeps its rows by %s, and this asks for the nearest by %s: all rows are read and sorted; make an index with the operator class for %s, or ask by %s",
			other.Name, t.Name, answered(other), d.Name, d.Name, answered(other))
	case e != d || key.Desc:
		c.report("nearest", key.Expr.Range, config.Certain,
			"the index of %s.%s gives rows in the order of the distance alone, and this sorts by something made of it: all rows are read; write %s, and compute what is shown in the select list", t.Name, column.Name, order)
	}
}

// distance returns the operator of pgvector's in an expression of which the rest is
// arithmetic with constants; nil if there is none, or more than one.
func distance(e *sqlmodel.Expr) *sqlmodel.Expr {
	if e == nil {
		return nil
	}
	if e.Kind == sqlmodel.ExprOp && len(e.Args) == 2 && slices.Contains(slices.Collect(maps.Values(distances)), e.Name) {
		return e
	}
	if e.Kind != sqlmodel.ExprOp && e.Kind != sqlmodel.ExprCast {
		return nil
	}
	var found *sqlmodel.Expr
	for _, a := range e.Args {
		switch d := distance(a); {
		case d != nil && found == nil:
			found = d
		case d != nil || a.Kind != sqlmodel.ExprConst:
			return nil
		}
	}
	return found
}
