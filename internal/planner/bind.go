//go:build unix

package planner

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlpattern"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// What stands for a parameter of LIMIT and OFFSET: a page, the first one, and
// one far behind.
const (
	typicalLimit = 50
	firstOffset  = 0
	deepPage     = 200
)

// A value gives what a column of one of some relations is typically compared
// with by an operator, =, < and > among them: a text that its type reads. For
// <> it is the greatest value.
type value func(of []*sqlmodel.Relation, column string, op sqlmodel.Op) (string, bool)

type edit struct {
	sqlmodel.Range
	text string
}

// bind puts values in the place of parameters: numbers for those of LIMIT and
// OFFSET, what the program binds where that is one constant, and a typical
// bound for ranges. A generic plan assumes that LIMIT $1 returns a tenth of the
// rows and that < $1 keeps a third, which is hardly ever so. The others stay,
// numbered without gaps. paged reports whether OFFSET has a parameter.
func bind(sql string, bound sqlpattern.Bound, typical value, offset int) (text string, paged bool) {
	var edits []edit
	for _, st := range sqlmodel.Parse(sqlscan.Source{Text: sql}, sqlscan.Statement, 0).Statements {
		for _, l := range st.Levels {
			if e := l.Limit; e != nil && parameter(e) != nil {
				edits = append(edits, edit{e.Range, fmt.Sprint(typicalLimit)})
			}
			if e := l.Offset; e != nil && parameter(e) != nil {
				edits = append(edits, edit{e.Range, fmt.Sprint(offset)})
				paged = true
			}
			edits = append(edits, ranges(l, bound, typical)...)
		}
	}
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Compare(a.Start, b.Start) })
	var b strings.Builder
	numbers := make(map[string]int)
	at := 0
	for tok, ok := sqlscan.Next(sql, 0); ok; tok, ok = sqlscan.Next(sql, tok.End) {
		for len(edits) > 0 && edits[0].Start < tok.Start {
			edits = edits[1:] // inside of what was replaced
		}
		switch {
		case tok.Start < at:
		case len(edits) > 0 && edits[0].Start == tok.Start && edits[0].End >= tok.End:
			b.WriteString(sql[at:tok.Start] + edits[0].text)
			at = edits[0].End
		case tok.Kind == sqlscan.Param:
			name := tok.Text(sql)
			b.WriteString(sql[at:tok.Start])
			at = tok.End
			if v, ok := constant(name, bound); ok {
				b.WriteString(v)
				continue
			}
			if numbers[name] == 0 {
				numbers[name] = len(numbers) + 1
			}
			fmt.Fprintf(&b, "$%d", numbers[name])
		}
	}
	return b.String() + sql[at:], paged
}

// constant returns the literal for a parameter that the program binds to one
// constant.
func constant(param string, bound sqlpattern.Bound) (string, bool) {
	n := 0
	if _, err := fmt.Sscanf(param, "$%d", &n); err != nil {
		return "", false
	}
	if v := bound.Values(n); len(v) == 1 {
		return literal(v[0]), true
	}
	return "", false
}

// A bounded is a column compared with a parameter by an order.
type bounded struct {
	column, param *sqlmodel.Expr
	op            sqlmodel.Op
}

// ranges returns the edits for what conditions compare columns with that is a
// parameter. Of a column with both bounds the last values are
// meant.
func ranges(l *sqlmodel.Level, bound sqlpattern.Bound, typical value) (out []edit) {
	var found []bounded
	add := func(column, e *sqlmodel.Expr, op sqlmodel.Op) {
		if column == nil || column.Kind != sqlmodel.ExprColumn || e == nil {
			return
		}
		for e.Kind == sqlmodel.ExprCast && len(e.Args) == 1 {
			e = e.Args[0]
		}
		if e.Kind == sqlmodel.ExprParam && len(bound.Values(e.Number)) != 1 {
			found = append(found, bounded{column, e, op})
		}
	}
	for _, p := range l.Predicates {
		switch p.Op {
		case sqlmodel.OpEq:
			add(p.Left, p.Right, p.Op)
			add(p.Right, p.Left, p.Op)
		case sqlmodel.OpLt, sqlmodel.OpLe, sqlmodel.OpGt, sqlmodel.OpGe:
			add(p.Left, p.Right, p.Op)
			add(p.Right, p.Left, turned[p.Op])
		case sqlmodel.OpBetween:
			add(p.Left, p.Right, sqlmodel.OpGe)
			add(p.Left, p.High, sqlmodel.OpLe)
		}
	}
	for _, f := range found {
		end := f.op
		if slices.ContainsFunc(found, func(o bounded) bool {
			return o.op != sqlmodel.OpEq && o.column.Rel == f.column.Rel && o.column.Name == f.column.Name && isUpper(o.op) != isUpper(f.op)
		}) && isUpper(f.op) {
			end = sqlmodel.OpNe // the greatest
		}
		of := l.Relations
		if f.column.Rel != nil {
			of = []*sqlmodel.Relation{f.column.Rel}
		} else if f.column.Qualifier != "" {
			continue
		}
		if v, ok := typical(of, f.column.Name, end); ok {
			out = append(out, edit{f.param.Range, literal(v)})
		}
	}
	return out
}

func isUpper(op sqlmodel.Op) bool { return op == sqlmodel.OpLt || op == sqlmodel.OpLe }

// turned has each comparison with its sides changed.
var turned = map[sqlmodel.Op]sqlmodel.Op{
	sqlmodel.OpLt: sqlmodel.OpGt, sqlmodel.OpLe: sqlmodel.OpGe, sqlmodel.OpGt: sqlmodel.OpLt, sqlmodel.OpGe: sqlmodel.OpLe,
}

// parameter returns a parameter in an expression, nil if there is none.
func parameter(e *sqlmodel.Expr) *sqlmodel.Expr {
	if e == nil || e.Kind == sqlmodel.ExprParam {
		return e
	}
	for _, a := range e.Args {
		if p := parameter(a); p != nil {
			return p
		}
	}
	return nil
}
