// Package sargable answers which conditions of a package's SQL no plain index
// on their column can serve, since they compute something from it or match a
// pattern, and what to write instead. Rule nonsargable reports the answers;
// rule missingindex leaves these conditions to it.
//
// Which index the other conditions want is for package indexadvice.
package sargable

import (
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/passes/dbschema"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// name is that of the rule whose findings these are.
const name = "nonsargable"

// Requires lists the analyzers whose results a pass must have that asks.
var Requires = []*analysis.Analyzer{dbschema.Analyzer, sqlparse.Analyzer, suppress.Analyzer}

// Enabled reports whether the settings leave the rule on, so that what is
// judged is reported.
func Enabled(pass *analysis.Pass) bool {
	return pass.ResultOf[suppress.Analyzer].(*suppress.Result).Enabled(name)
}

// Of returns the conditions of a query, nil if it is not judged.
func Of(pass *analysis.Pass, q *sqlparse.Query) []*Condition {
	if q.Fragment() == sqlscan.Statement && !q.Sends() && q.API.Role != apis.RawSQL {
		return nil
	}
	return conditions(pass, queryText(q), statements(pass, q))
}

// statements returns what a text says of rows that are filtered: all of a
// statement, the conditions that a builder takes.
func statements(pass *analysis.Pass, q *sqlparse.Query) []*sqlmodel.Statement {
	switch q.Fragment() {
	case sqlscan.Statement, sqlscan.JoinClause:
		return q.Model().Statements
	case sqlscan.WhereClause:
		if q.Callee.Name() != "Not" { // the builder negates it
			return q.Model().Statements
		}
	}
	return nil
}

// conditions returns the predicates of statements in a text.
func conditions(pass *analysis.Pass, t *text, list []*sqlmodel.Statement) []*Condition {
	var out []*Condition
	for _, s := range list {
		for _, l := range s.Levels {
			if inUtility(l) || len(l.Relations) > 0 && !slices.ContainsFunc(l.Relations, func(r *sqlmodel.Relation) bool { return !r.System() }) {
				continue // nobody makes indexes on the system's tables
			}
			all := pairs(l.Predicates)
			for i := range all {
				out = append(out, &Condition{pass: pass, text: t, level: l, all: all, p: &all[i]})
			}
		}
	}
	return out
}

// pairs takes comparisons of rows apart: (a, b) = (1, 2) is a = 1 AND b = 2.
// With < and the like only the first elements decide where to look.
func pairs(list []sqlmodel.Predicate) []sqlmodel.Predicate {
	isRow := func(e *sqlmodel.Expr) bool { return e != nil && e.Kind == sqlmodel.ExprRow && len(e.Args) > 0 }
	var out []sqlmodel.Predicate
	for _, p := range list {
		ordered := p.Op == sqlmodel.OpLt || p.Op == sqlmodel.OpLe || p.Op == sqlmodel.OpGt || p.Op == sqlmodel.OpGe
		switch {
		case isRow(p.Left) && isRow(p.Right) && len(p.Left.Args) == len(p.Right.Args) && (p.Op == sqlmodel.OpEq || ordered):
			for i := range p.Left.Args {
				part := p
				part.Left, part.Right = p.Left.Args[i], p.Right.Args[i]
				part.OpText = "" // not written for itself
				out = append(out, part)
				if ordered {
					break
				}
			}
		case isRow(p.Left) && p.Op == sqlmodel.OpIn && p.Right == nil:
			for i, left := range p.Left.Args {
				part := p
				part.Left, part.List, part.OpText = left, nil, ""
				for _, row := range p.List {
					if isRow(row) && i < len(row.Args) {
						part.List = append(part.List, row.Args[i])
					}
				}
				out = append(out, part)
			}
		default:
			out = append(out, p)
		}
	}
	return out
}

// inUtility reports whether a level belongs to DDL, COPY, EXPLAIN and the
// like, which run once.
func inUtility(l *sqlmodel.Level) bool {
	for ; l != nil; l = l.Parent {
		if l.Role == sqlmodel.RoleUtility {
			return true
		}
	}
	return false
}

// A Condition is one predicate of one query level.
type Condition struct {
	pass  *analysis.Pass
	text  *text
	level *sqlmodel.Level
	all   []sqlmodel.Predicate // the predicates of the level
	p     *sqlmodel.Predicate  // one of them
}

// Query returns the query of the condition.
func (c *Condition) Query() *sqlparse.Query { return c.text.query }

// Range returns where the condition stands in the text of its query.
func (c *Condition) Range() sqlmodel.Range { return c.p.Range }

// Judge returns the finding for a predicate that no plain index can serve.
func (c *Condition) Judge() (suppress.Finding, bool) {
	none := suppress.Finding{}
	p := c.p
	if p.Place != sqlmodel.PlaceWhere && p.Place != sqlmodel.PlaceOn || p.Negated || p.Left == nil {
		return none, false
	}
	if f, ok := c.form(); ok {
		return f, true
	}
	switch p.Op {
	case sqlmodel.OpEq, sqlmodel.OpLt, sqlmodel.OpLe, sqlmodel.OpGt, sqlmodel.OpGe:
		// Have: an index could serve either side.
		if p.Right == nil {
			return none, false
		}
		for _, side := range []struct {
			e, value *sqlmodel.Expr
			op       sqlmodel.Op
		}{{p.Left, p.Right, p.Op}, {p.Right, p.Left, flip[p.Op]}} {
			if t, ok := c.wrapped(side.e); ok && !c.compares(t, side.value) && !c.column(side.value) && !absent(t, side.op, side.value) && !c.narrowed(t) && !c.served(t) {
				return c.finding(t, side.op, side.value), true
			}
		}
	case sqlmodel.OpIn, sqlmodel.OpBetween, sqlmodel.OpLike:
		if t, ok := c.wrapped(p.Left); ok && !c.compares(t, p.Right, p.High) && !c.compares(t, p.List...) && !c.narrowed(t) && !c.served(t) {
			return c.finding(t, p.Op, p.Right), true
		}
	}
	return c.pattern()
}

// absent reports whether a comparison says that a text does not hold another,
// as NOT LIKE would: strpos(x, 'y') = 0.
func absent(t term, op sqlmodel.Op, value *sqlmodel.Expr) bool {
	if t.expr.Name != "strpos" && t.expr.Name != "position" {
		return false
	}
	return value.Kind == sqlmodel.ExprConst && (value.Const == "0" && (op == sqlmodel.OpEq || op == sqlmodel.OpLe) ||
		value.Const == "1" && op == sqlmodel.OpLt)
}

// flip is the operator with its sides exchanged.
var flip = map[sqlmodel.Op]sqlmodel.Op{
	sqlmodel.OpEq: sqlmodel.OpEq,
	sqlmodel.OpLt: sqlmodel.OpGt, sqlmodel.OpGt: sqlmodel.OpLt,
	sqlmodel.OpLe: sqlmodel.OpGe, sqlmodel.OpGe: sqlmodel.OpLe,
}

// finding returns the finding for a term that is more than a column.
func (c *Condition) finding(t term, op sqlmodel.Op, value *sqlmodel.Expr) suppress.Finding {
	r := c.rewrite(t, op, value)
	f := c.text.finding(t.category(), t.expr.Range, c.message(t, value, r))
	if !r.exact || r.text == "" || !c.fixable() {
		return f
	}
	if c.p.Or && strings.Contains(r.text, " AND ") {
		r.text = "(" + r.text + ")"
	}
	if edit, ok := c.text.query.Edit(c.p.Range, r.text); ok {
		f.Fixes = []analysis.SuggestedFix{{
			Message:   "Compare " + t.col.Name + " itself",
			TextEdits: []analysis.TextEdit{edit},
		}}
	}
	return f
}
