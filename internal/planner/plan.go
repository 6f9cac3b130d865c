//go:build unix

package planner

import (
	"context"
	"errors"
	"fmt"
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
func (b *Box) typical(of []*sqlmodel.Relation, column string, op sqlmodel.Op) (string, bool) {
	c := b.columnOf(of, column)
	if c == nil || len(c.bounds) < 2 || op == sqlmodel.OpEq {
		return "", false
	}
	return boundOf(c.bounds, op), true
}

// boundOf returns the bound of a histogram behind which few values are.
func boundOf(bounds []string, op sqlmodel.Op) string {
	at := int(outer * float64(len(bounds)))
	switch op {
	case sqlmodel.OpGt, sqlmodel.OpGe:
		at = len(bounds) - 1 - at
	case sqlmodel.OpNe:
		at = len(bounds) - 1
	}
	return bounds[at]
}

// columnOf returns the column of the only one of some relations that has it,
// nil if there is none or may be another.
func (b *Box) columnOf(of []*sqlmodel.Relation, column string) (found *Column) {
	for _, rel := range of {
		if rel.Kind != sqlmodel.RelTable {
			if len(of) > 1 {
				return nil
			}
			continue
		}
		t := b.Table(rel.Schema, rel.Name)
		if t == nil {
			return nil
		}
		if c := t.Column(column); c != nil && found != nil {
			return nil
		} else if c != nil {
			found = c
		}
	}
	return found
}

// Facts are what plans.Judge asks about tables.
func (b *Box) Facts() plans.Facts {
	certain := func(name string) *Table {
		if t := b.Table("", name); t != nil && !b.Uncertain(t.String()) {
			return t
		}
		return &Table{}
	}
	return plans.Facts{
		Rows:    func(name string) float64 { return certain(name).Rows },
		Pages:   func(name string) float64 { return float64(certain(name).Pages) },
		Guessed: func(name string) bool { return b.guessed[name] },
		WorkMem: plans.DefaultWorkMem, HashMem: plans.DefaultHashMem,
	}
}

// guessedRows is what PostgreSQL takes for the rows of a function that
// returns a set where CREATE FUNCTION does not say ROWS.
const guessedRows = 1000

// loadFunctions finds the functions of which nobody said how much they return.
func (b *Box) loadFunctions(ctx context.Context) error {
	rows, err := b.admin.rows(ctx, fmt.Sprintf(`SELECT DISTINCT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
		WHERE p.proretset AND p.prorows = %d AND p.prosupport = 0 AND n.nspname NOT LIKE 'pg\_%%' AND n.nspname <> 'information_schema'
			AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')`, guessedRows))
	b.guessed = make(map[string]bool)
	for _, r := range rows {
		b.guessed[r[0]] = true
	}
	return err
}

// ExplainReturning plans a statement as if a function of which nobody said
// how much it returns returned so many rows.
func (b *Box) ExplainReturning(ctx context.Context, st *Statement, function string, rows int) (*plans.Node, error) {
	say := func(n int) error {
		return b.admin.exec(ctx, fmt.Sprintf("UPDATE pg_proc SET prorows = %d WHERE proname = %s AND proretset AND oid >= 16384", n, literal(function)))
	}
	if err := say(rows); err != nil {
		return nil, err
	}
	p, err := b.Explain(ctx, st)
	return p, errors.Join(err, say(guessedRows))
}

// itoa writes an OID.
func itoa(n uint32) string { return strconv.FormatUint(uint64(n), 10) }
