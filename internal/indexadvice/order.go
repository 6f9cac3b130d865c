package indexadvice

import (
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// assumedLimit is the number of rows of LIMIT $1.
const assumedLimit = 50

// limitOf returns the number of rows that l is limited to, 0 if it is not.
func (a *analysis) limitOf(l *sqlmodel.Level) float64 {
	if l.Limit == nil {
		return 0
	}
	n := float64(assumedLimit)
	if v, ok := a.literals("bigint", l.Limit); ok {
		n = max(number(v[0], assumedLimit), 1)
	}
	if l.Offset != nil {
		if v, ok := a.literals("bigint", l.Offset); ok {
			n += number(v[0], 0)
		}
	}
	return n
}

// number reads a number; def if it is none.
func number(s string, def float64) float64 {
	n, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil {
		return def
	}
	return n
}

// order finds out which order of one relation's rows the block is asked for.
func (b *block) order() {
	l := b.level
	if l.Kind != sqlmodel.Select || l.SetOp != "" || len(l.Group) > 0 {
		return
	}
	if b.minMax() {
		return
	}
	if l.Aggregates {
		return
	}
	for _, p := range l.Projections {
		if hasAggregate(p.Expr) {
			return // a window
		}
	}
	b.limit = b.a.limitOf(l)
	b.distinctOn = len(l.DistinctOn) > 0
	if b.limit == 0 && !b.distinctOn || l.Distinct && !b.distinctOn {
		b.limit = 0
		return
	}
	keys := l.Sort
	if len(keys) == 0 && b.distinctOn {
		for _, e := range l.DistinctOn {
			keys = append(keys, sqlmodel.SortKey{Expr: e})
		}
	}
	for _, k := range keys {
		s, ok := b.sortSide(k.Expr)
		if !ok || s.rel.table == nil || len(b.sort) > 0 && s.rel != b.sort[0].rel || s.rel.semi || s.rel.anti || s.rel.nullable {
			if len(b.sort) > 0 && ok && b.sortedAlone() {
				break // what follows decides nothing
			}
			b.sort = nil
			return
		}
		b.sort = append(b.sort, sortKey{rel: s.rel, key: s.key, desc: k.Desc, nullsFirst: k.Nulls == "first" || k.Nulls == "" && k.Desc, at: k.Expr.Range})
	}
}

// sortedAlone reports whether the sort keys so far are unique in their
// relation and no join multiplies its rows.
func (b *block) sortedAlone() bool {
	return len(b.rels) == 1 && b.sort[0].rel.uniqueBy(b.sort)
}

// uniqueBy reports whether the sort keys hold a unique key of r.
func (r *rel) uniqueBy(keys []sortKey) bool {
	for _, x := range r.table.indexes {
		if !x.unique || len(x.pred) > 0 {
			continue
		}
		all := true
		for _, k := range x.keys {
			found := false
			for _, s := range keys {
				found = found || s.key.text == k.text
			}
			all = all && found
		}
		if all {
			return true
		}
	}
	return false
}

// sortSide returns the relation and key of a sort expression, which may name
// an output column or its number.
func (b *block) sortSide(e *sqlmodel.Expr) (side, bool) {
	l := b.level
	if e.Kind == sqlmodel.ExprConst && e.ConstKind == sqlmodel.ConstInt {
		n, err := strconv.Atoi(e.Const)
		if err != nil || n < 1 || n > len(l.Projections) || l.Projections[n-1].Star {
			return side{}, false
		}
		for _, p := range l.Projections[:n] {
			if p.Star {
				return side{}, false
			}
		}
		return b.side(l, l.Projections[n-1].Expr)
	}
	if e.Kind == sqlmodel.ExprColumn && e.Qualifier == "" {
		// An output column goes before a column of the relations.
		if t, ok := b.a.output(l, e.Name, maxResolve); ok {
			switch {
			case t.expr != nil:
				return b.side(t.level, t.expr)
			case t.col != nil && t.rel.block == b:
				return side{t.rel, key{text: schema.Quote(t.col.Name), col: t.col, typ: t.col.Type}}, true
			}
		}
	}
	return b.side(l, e)
}

// minMax recognises SELECT min(x) or max(x), whatever is computed of them,
// which reads one end of an index.
func (b *block) minMax() bool {
	l := b.level
	if len(b.rels) != 1 {
		return false
	}
	var calls []*sqlmodel.Expr
	for _, p := range l.Projections {
		walk(p.Expr, func(e *sqlmodel.Expr) {
			if e.Aggregate {
				calls = append(calls, e)
			}
		})
	}
	var sort []sortKey
	for _, e := range calls {
		if e.Name != "min" && e.Name != "max" || len(e.Args) != 1 || len(e.More) > 0 {
			return false
		}
		s, ok := b.side(l, e.Args[0])
		if !ok || s.rel.table == nil || s.key.expr || len(sort) > 0 && sort[0].key.text != s.key.text {
			return false
		}
		sort = []sortKey{{rel: s.rel, key: s.key, desc: e.Name == "max", nullsFirst: e.Name == "max", at: e.Range}}
	}
	if len(sort) == 0 {
		return false
	}
	b.sort, b.minmax, b.limit = sort, true, 1
	return true
}
