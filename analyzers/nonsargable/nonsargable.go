package nonsargable

import (
	_ "embed"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

const name = "nonsargable"

//go:embed doc.go
var doc string

// Analyzer reports predicates that no index on their column can serve.
var Analyzer = &analysis.Analyzer{
	Name:     name,
	Doc:      docs.Must(doc, name),
	URL:      docs.URL(name),
	Requires: []*analysis.Analyzer{sqlparse.Analyzer, suppress.Analyzer},
	Run:      run,
}

func run(pass *analysis.Pass) (any, error) {
	if !pass.ResultOf[suppress.Analyzer].(*suppress.Result).Enabled(name) {
		return nil, nil
	}
	seen := make(map[token.Pos]bool) // alternatives of a text share their parts
	for _, q := range pass.ResultOf[sqlparse.Analyzer].(*sqlparse.Result).Queries {
		if !q.Sends() && q.API.Role != apis.RawSQL {
			continue
		}
		for _, s := range statements(pass, q) {
			for _, l := range s.Levels {
				if inUtility(l) {
					continue
				}
				for i := range l.Predicates {
					c := &condition{pass: pass, q: q, level: l, p: &l.Predicates[i]}
					f, ok := c.judge()
					if !ok || seen[f.Pos] {
						continue
					}
					seen[f.Pos] = true
					suppress.Report(pass, f)
				}
			}
		}
	}
	return nil, nil
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
	case sqlscan.Expression:
		// An expression is a condition if it is given to one: squirrel's
		// Where(squirrel.Expr("…")).
		if conditional(pass, q) {
			return sqlmodel.Parse(q.Text.Source(), sqlscan.WhereClause, q.API.Placeholders()).Statements
		}
	}
	return nil
}

// conditional reports whether the value of the query's call becomes an
// argument of a call that takes conditions, maybe inside composite literals
// such as squirrel.And{…}.
func conditional(pass *analysis.Pass, q *sqlparse.Query) bool {
	if q.Func == nil {
		return false
	}
	found := false
	var path []ast.Node
	ast.Inspect(q.Func, func(n ast.Node) bool {
		if n == nil {
			path = path[:len(path)-1]
			return true
		}
		if n == q.Call {
			found = givenToWhere(pass, q, path)
		}
		path = append(path, n)
		return !found
	})
	return found
}

// givenToWhere judges the nodes around the query's call.
func givenToWhere(pass *analysis.Pass, q *sqlparse.Query, path []ast.Node) bool {
	child := ast.Node(q.Call)
	for _, n := range slices.Backward(path) {
		switch n := n.(type) {
		case *ast.ParenExpr:
		case *ast.CompositeLit:
			// squirrel.Not has fields of a kind that this does not see through.
			if sel, ok := n.Type.(*ast.SelectorExpr); ok && sel.Sel.Name != "And" && sel.Sel.Name != "Or" {
				return false
			}
		case *ast.CallExpr:
			if n.Fun == child {
				return false
			}
			fn, _ := typeutil.Callee(pass.TypesInfo, n).(*types.Func)
			if fn == nil || fn.Pkg() == nil || !strings.HasPrefix(fn.Pkg().Path()+"/", q.API.Library+"/") {
				return false
			}
			switch fn.Name() {
			case "And", "Or":
			case "Where", "AndWhere", "OrWhere":
				return true
			default:
				return false
			}
		default:
			return false
		}
		child = n
	}
	return false
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

// A condition is one predicate of one query level.
type condition struct {
	pass  *analysis.Pass
	q     *sqlparse.Query
	level *sqlmodel.Level
	p     *sqlmodel.Predicate
}

// judge returns the finding for a predicate that no plain index can serve.
func (c *condition) judge() (suppress.Finding, bool) {
	none := suppress.Finding{}
	p := c.p
	if p.Place != sqlmodel.PlaceWhere && p.Place != sqlmodel.PlaceOn || p.Negated || p.Left == nil {
		return none, false
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
			if t, ok := c.wrapped(side.e); ok && !c.compares(t, side.value) && !c.narrowed(t) {
				return c.finding(t, side.op, side.value), true
			}
		}
	case sqlmodel.OpIn, sqlmodel.OpBetween, sqlmodel.OpLike:
		if t, ok := c.wrapped(p.Left); ok && !c.compares(t, p.Right, p.High) && !c.compares(t, p.List...) && !c.narrowed(t) {
			return c.finding(t, p.Op, p.Right), true
		}
		if p.Op == sqlmodel.OpLike && c.leadingWildcard(p.Right) {
			return c.pattern("wildcard")
		}
	case sqlmodel.OpILike:
		return c.pattern("ilike")
	}
	return none, false
}

// flip is the operator with its sides exchanged.
var flip = map[sqlmodel.Op]sqlmodel.Op{
	sqlmodel.OpEq: sqlmodel.OpEq,
	sqlmodel.OpLt: sqlmodel.OpGt, sqlmodel.OpGt: sqlmodel.OpLt,
	sqlmodel.OpLe: sqlmodel.OpGe, sqlmodel.OpGe: sqlmodel.OpLe,
}

// pattern returns the finding for LIKE or ILIKE as such, if its left side is
// made of columns of tables.
func (c *condition) pattern(category string) (suppress.Finding, bool) {
	cols, ok := c.columns(c.p.Left)
	if !ok || len(cols) == 0 || c.compares(term{cols: cols}, c.p.Right) || c.narrowed(term{col: cols[0]}) {
		return suppress.Finding{}, false
	}
	t := term{expr: c.p.Left, col: cols[0], cols: cols}
	return c.q.Finding(name, category, c.p.Left.Range, c.patternMessage(t, category)), true
}

// finding returns the finding for a term that is more than a column.
func (c *condition) finding(t term, op sqlmodel.Op, value *sqlmodel.Expr) suppress.Finding {
	rewrite, exact := c.rewrite(t, op, value)
	f := c.q.Finding(name, t.category(), t.expr.Range, c.message(t, rewrite))
	if !exact || !c.fixable() {
		return f
	}
	if c.p.Or && strings.Contains(rewrite, " AND ") {
		rewrite = "(" + rewrite + ")"
	}
	if edit, ok := c.q.Edit(c.p.Range, rewrite); ok {
		f.Fixes = []analysis.SuggestedFix{{
			Message:   "Compare " + t.col.Name + " itself",
			TextEdits: []analysis.TextEdit{edit},
		}}
	}
	return f
}
