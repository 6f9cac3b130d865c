package sargable

import (
	"go/ast"
	"go/constant"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// comparisons are the map types whose keys are SQL expressions and whose
// values are bound: squirrel.Eq{"lower(email)": x}. Those that negate are
// missing: no index would be used anyway.
var comparisons = map[string]sqlmodel.Op{
	"github.com/Masterminds/squirrel.Eq":     sqlmodel.OpEq,
	"github.com/Masterminds/squirrel.Lt":     sqlmodel.OpLt,
	"github.com/Masterminds/squirrel.LtOrEq": sqlmodel.OpLe,
	"github.com/Masterminds/squirrel.Gt":     sqlmodel.OpGt,
	"github.com/Masterminds/squirrel.GtOrEq": sqlmodel.OpGe,
	"github.com/Masterminds/squirrel.Like":   sqlmodel.OpLike,
	"github.com/Masterminds/squirrel.ILike":  sqlmodel.OpILike,
}

const squirrel = "github.com/Masterminds/squirrel"

// rawConditions are the struct types with a field that is a condition's text,
// and the library of each.
var rawConditions = map[string]struct{ field, library string }{
	"gorm.io/gorm/clause.Expr":      {"SQL", "gorm.io/gorm"},
	"gorm.io/gorm/clause.NamedExpr": {"SQL", "gorm.io/gorm"},
}

// Literals returns the conditions that a package writes as composite literals
// of a query builder's types. The pass must have the result of
// inspect.Analyzer, too.
func Literals(pass *analysis.Pass) []*Condition {
	var out []*Condition
	parents := make(map[ast.Node]map[ast.Node]ast.Node) // by declaration
	in := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector)
	in.WithStack([]ast.Node{(*ast.CompositeLit)(nil)}, func(n ast.Node, push bool, stack []ast.Node) bool {
		if !push || len(stack) < 3 {
			return true
		}
		lit, root := n.(*ast.CompositeLit), stack[1]
		key := typeKey(pass.TypesInfo.TypeOf(lit))
		op, isMap := comparisons[key]
		raw, isStruct := rawConditions[key]
		switch {
		case isMap:
			raw.library = squirrel
		case isStruct:
		case isWhere(stack[len(stack)-2]) && isAnyMap(pass.TypesInfo.TypeOf(lit)):
			// squirrel takes a plain map for an Eq.
			op, isMap, raw.library = sqlmodel.OpEq, true, squirrel
		default:
			return true
		}
		// Have: the literal may be a condition.
		if parents[root] == nil {
			parents[root] = parentsOf(root)
		}
		f := &flow{info: pass.TypesInfo, library: raw.library, parents: parents[root], seen: make(map[types.Object]bool)}
		if !f.filters(lit) {
			return true
		}
		fn, _ := root.(*ast.FuncDecl)
		base := text{dialect: dialectOf(pass, raw.library), clause: true, fn: fn}
		if isMap {
			out = append(out, mapConditions(pass, base, lit, op)...)
		} else {
			out = append(out, structConditions(pass, base, lit, raw.library, raw.field)...)
		}
		return true
	})
	return out
}

// isWhere reports whether a node is a call of something called Where: the
// cheap test.
func isWhere(n ast.Node) bool {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	return ok && sel.Sel.Name == "Where"
}

// typeKey returns how a named type is written with its import path.
func typeKey(t types.Type) string {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return ""
	}
	return named.Obj().Pkg().Path() + "." + named.Obj().Name()
}

// isAnyMap reports whether t is map[string]any.
func isAnyMap(t types.Type) bool {
	m, ok := types.Unalias(t).(*types.Map)
	if !ok || !types.Identical(m.Key(), types.Typ[types.String]) {
		return false
	}
	i, ok := m.Elem().Underlying().(*types.Interface)
	return ok && i.NumMethods() == 0
}

// dialectOf returns the dialect of the texts that the package gives to a
// library.
func dialectOf(pass *analysis.Pass, lib string) sqlparse.Dialect {
	for _, q := range pass.ResultOf[sqlparse.Analyzer].(*sqlparse.Result).Queries {
		if q.API.Library == lib {
			return q.Dialect
		}
	}
	return ""
}

// mapConditions returns a condition for each element of a map literal. All of
// them hold at once.
func mapConditions(pass *analysis.Pass, base text, lit *ast.CompositeLit, op sqlmodel.Op) []*Condition {
	var texts []*text
	level := new(sqlmodel.Level)
	for _, elt := range lit.Elts {
		kv, ok := elt.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		sql, ok := constantText(pass, kv.Key)
		if !ok || pass.TypesInfo.Types[kv.Value].IsNil() { // IS NULL
			continue
		}
		t := base
		t.Source, t.expr, t.value = sqlscan.Source{Text: sql}, kv.Key, kv.Value
		for _, s := range sqlmodel.Parse(t.Source, sqlscan.Expression, 0).Statements {
			if len(s.Levels) == 0 || len(s.Levels[0].Projections) != 1 || s.Levels[0].Projections[0].Expr == nil {
				continue
			}
			none := sqlmodel.Range{Start: -1, End: -1}
			texts = append(texts, &t)
			level.Predicates = append(level.Predicates, sqlmodel.Predicate{
				Range: s.Range, OpRange: none, Op: op,
				Left:  s.Levels[0].Projections[0].Expr,
				Right: &sqlmodel.Expr{Kind: sqlmodel.ExprParam, Range: none},
			})
		}
	}
	var out []*Condition
	for i, t := range texts {
		out = append(out, &Condition{pass: pass, text: t, level: level, all: level.Predicates, p: &level.Predicates[i]})
	}
	return out
}

// structConditions returns the conditions in the text of a struct literal.
func structConditions(pass *analysis.Pass, base text, lit *ast.CompositeLit, lib, field string) []*Condition {
	for i, elt := range lit.Elts {
		value := elt
		if kv, ok := elt.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); !ok || id.Name != field {
				continue
			}
			value = kv.Value
		} else if i > 0 {
			break // Have: without names, the text is the first field.
		}
		sql, ok := constantText(pass, value)
		if !ok {
			return nil
		}
		style := sqlscan.StyleQuestion
		if l, ok := apis.LibraryOf(lib); ok {
			style = l.Style()
		}
		t := base
		t.Source, t.expr = sqlscan.Source{Text: sql}, value
		return conditions(pass, &t, sqlmodel.Parse(t.Source, sqlscan.WhereClause, style).Statements)
	}
	return nil
}

func constantText(pass *analysis.Pass, e ast.Expr) (string, bool) {
	tv := pass.TypesInfo.Types[e]
	if tv.Value == nil || tv.Value.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(tv.Value), true
}
