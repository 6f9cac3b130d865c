//go:build unix

package planner

import (
	"context"
	"strconv"

	"github.com/sqlvet/sqlvet/internal/plans"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// plan asks for one plan; sql is an EXPLAIN (FORMAT JSON).
func (b *Box) plan(ctx context.Context, s session, sql string) (*plans.Node, error) {
	raw, err := s.one(ctx, sql)
	if err != nil {
		return nil, err
	}
	return plans.Parse([]byte(raw))
}

// outer is the part of a column's values that a range typically leaves.
const outer = 0.02

// typical returns a bound that leaves few values, if the statistics have
// bounds.
func (b *Box) typical(rel *sqlmodel.Relation, column string, op sqlmodel.Op) (string, bool) {
	t := b.Table(rel.Schema, rel.Name)
	if t == nil || rel.Kind != sqlmodel.RelTable {
		return "", false
	}
	c := t.Column(column)
	if c == nil || len(c.bounds) < 2 {
		return "", false
	}
	at := int(outer * float64(len(c.bounds)))
	switch op {
	case sqlmodel.OpGt, sqlmodel.OpGe:
		at = len(c.bounds) - 1 - at
	case sqlmodel.OpNe:
		at = len(c.bounds) - 1
	}
	return c.bounds[at], true
}

// Facts are what plans.Judge asks about tables.
func (b *Box) Facts() plans.Facts {
	return plans.Facts{
		Rows: func(name string) float64 {
			if t := b.Table("", name); t != nil && !b.Uncertain(t.String()) {
				return t.Rows
			}
			return 0
		},
		WorkMem: plans.DefaultWorkMem, HashMem: plans.DefaultHashMem,
	}
}

// itoa writes an OID.
func itoa(n uint32) string { return strconv.FormatUint(uint64(n), 10) }
