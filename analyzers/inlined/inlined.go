package inlined

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

const name = "inlined"

//go:embed doc.go
var doc string

// Analyzer reports values that are formatted into the text of a query.
var Analyzer = &analysis.Analyzer{
	Name:     name,
	Doc:      docs.Must(doc, name),
	URL:      docs.URL(name),
	Requires: []*analysis.Analyzer{sqlparse.Analyzer, suppress.Analyzer},
	Run:      run,
}

func run(pass *analysis.Pass) (any, error) {
	sql := pass.ResultOf[sqlparse.Analyzer].(*sqlparse.Result)
	for _, q := range sql.Queries {
		if !q.Sends() || q.Fragment() != sqlscan.Statement || q.Dialect.Foreign() || len(q.Text.Source().Holes) == 0 {
			continue
		}
		for _, st := range q.Model().Statements {
			if st.Kind == sqlmodel.Utility {
				continue
			}
			if e, at := first(q, st); e != nil && !settled(pass, q, e) && !q.LeftOut(pass, name, false) {
				report(pass, q, e, at)
			} else if e, at := lists(pass, sql, q, st); e != nil && !q.LeftOut(pass, name, false) {
				report(pass, q, e, at)
			}
		}
	}
	return nil, nil
}

// first returns the first value of a statement that is part of its text, and where
// the text is written that it stands in.
func first(q *sqlparse.Query, st *sqlmodel.Statement) (*sqlmodel.Expr, sqlmodel.Range) {
	for _, l := range st.Levels {
		for _, p := range l.Predicates {
			switch p.Op {
			case sqlmodel.OpEq, sqlmodel.OpNe, sqlmodel.OpLt, sqlmodel.OpLe, sqlmodel.OpGt, sqlmodel.OpGe:
				if p.Left != nil && p.Left.Kind == sqlmodel.ExprColumn {
					if e := within(q, p.Right); e != nil {
						return e, p.Left.Range
					}
				}
			case sqlmodel.OpIn:
				// Have: elements that are written out. A list that is put together is one hole.
				if i := slices.IndexFunc(p.List, func(e *sqlmodel.Expr) bool { return value(q, e) }); i >= 0 && p.Left != nil && p.Left.Kind == sqlmodel.ExprColumn {
					return p.List[i], p.Left.Range
				}
			}
		}
		for _, s := range l.Sets {
			if value(q, s.Value) {
				return s.Value, s.Value.Range
			}
		}
		for _, r := range l.Rows {
			for _, e := range r {
				if value(q, e) {
					return e, e.Range
				}
			}
		}
	}
	return nil, sqlmodel.Range{}
}

// within returns the value of the program that an expression is, or is made of by
// operators and casts: interval '{n} days'.
func within(q *sqlparse.Query, e *sqlmodel.Expr) *sqlmodel.Expr {
	if value(q, e) {
		return e
	}
	if e == nil || e.Kind != sqlmodel.ExprOp && e.Kind != sqlmodel.ExprCast {
		return nil
	}
	for _, a := range e.Args {
		if x := within(q, a); x != nil {
			return x
		}
	}
	return nil
}

// value reports whether an expression is one value of the program's: a number, or
// something in quotes.
func value(q *sqlparse.Query, e *sqlmodel.Expr) bool {
	switch {
	case e == nil:
		return false
	case e.Kind == sqlmodel.ExprConst:
		return e.Hole && e.ConstKind == sqlmodel.ConstString
	case e.Kind != sqlmodel.ExprHole:
		return false
	}
	return slices.ContainsFunc(q.Text.Source().Holes, func(h sqlscan.Hole) bool {
		return h.At == e.Start && h.Kind == sqlscan.HoleValue
	})
}

// settled reports whether what a value is made of is decided when the program starts:
// constants, and variables of packages. That has few values.
func settled(pass *analysis.Pass, q *sqlparse.Query, e *sqlmodel.Expr) bool {
	x := written(pass, q, e)
	return x != nil && !mentionsLocal(pass.TypesInfo, x)
}

// written returns the Go expression that a part of a query is not known of; nil if that
// stands nowhere in the package.
func written(pass *analysis.Pass, q *sqlparse.Query, e *sqlmodel.Expr) ast.Expr {
	i := slices.IndexFunc(q.Text.Source().Holes, func(h sqlscan.Hole) bool { return e.Start <= h.At && h.At <= e.End })
	if i < 0 {
		return nil
	}
	hole := q.Text.Source().Holes[i]
	pos, end := q.Text.HoleAt(hole.At)
	if !pos.IsValid() && q.Func != nil {
		// Have: what a loop makes has no place of its own, but a name.
		for n := range ast.Preorder(q.Func.Body) {
			if x, ok := n.(*ast.CallExpr); ok && types.ExprString(x) == hole.Name {
				return x
			}
		}
	}
	for _, f := range pass.Files {
		if pos < f.FileStart || f.FileEnd <= pos {
			continue
		}
		for n := range ast.Preorder(f) {
			if x, ok := n.(ast.Expr); ok && x.Pos() == pos && x.End() == end {
				return x
			}
		}
	}
	return nil
}

// mentionsLocal reports whether an expression uses a variable of a function, or what a
// call returns that is given none.
func mentionsLocal(info *types.Info, x ast.Expr) bool {
	for n := range ast.Preorder(x) {
		switch n := n.(type) {
		case *ast.Ident:
			if v, ok := info.Uses[n].(*types.Var); ok && !v.IsField() && v.Parent() != v.Pkg().Scope() {
				return true
			}
		case *ast.CallExpr:
			if len(n.Args) == 0 {
				return true
			}
		}
	}
	return false
}

func report(pass *analysis.Pass, q *sqlparse.Query, e *sqlmodel.Expr, at sqlmodel.Range) {
	what, number := "a value", e.Kind != sqlmodel.ExprConst
	for _, h := range q.Text.Source().Holes {
		if e.Start <= h.At && h.At <= e.End && h.Name != "" {
			what, number = h.Name, number || h.Kind == sqlscan.HoleValue
			break
		}
	}
	category, message := "number", fmt.Sprintf("%s is written into the text of this query: each value is another statement, to be parsed, planned and kept in the cache of prepared statements; bind it to a placeholder", what)
	switch {
	case !number:
		category, message = "text", fmt.Sprintf("%s is written between quotes into the text of this query: a quote in it ends the constant, and each value is another statement to be parsed and planned; bind it to a placeholder", what)
	case e.Kind == sqlmodel.ExprConst:
		message += " ($1 * interval '1 day')"
	}
	f := q.Finding(name, category, at, message)
	f.Confidence = config.Likely
	if number && e.Kind == sqlmodel.ExprConst {
		f.Severity = config.SeverityInfo // most intervals have few values
	}
	suppress.Report(pass, f)
}
