package lostupdate

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/models"
	"github.com/sqlvet/sqlvet/internal/passes/querysites"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

const name = "lostupdate"

//go:embed doc.go
var doc string

// Analyzer reports values that are read, changed in Go and written back.
var Analyzer = &analysis.Analyzer{
	Name:     name,
	Doc:      docs.Must(doc, name),
	URL:      docs.URL(name),
	Requires: []*analysis.Analyzer{querysites.Analyzer, sqlparse.Analyzer, suppress.Analyzer},
	Run:      run,
}

func run(pass *analysis.Pass) (any, error) {
	c := &checker{pass: pass, info: pass.TypesInfo, names: pass.ResultOf[querysites.Analyzer].(*querysites.Result).Namer}
	byFunc := make(map[*ast.FuncDecl][]*sqlparse.Query)
	var funcs []*ast.FuncDecl
	for _, q := range pass.ResultOf[sqlparse.Analyzer].(*sqlparse.Result).Queries {
		if q.Func == nil || !q.Sends() || q.Dialect.Foreign() {
			continue
		}
		if byFunc[q.Func] == nil {
			funcs = append(funcs, q.Func)
		}
		byFunc[q.Func] = append(byFunc[q.Func], q)
	}
	for _, fn := range funcs {
		if list := byFunc[fn]; len(list) > 1 {
			c.function(fn, list)
		}
	}
	return nil, nil
}

type checker struct {
	pass  *analysis.Pass
	info  *types.Info
	names func() models.Namer
}

// A row is one table's row that a statement reads or writes by its key.
type row struct {
	q     *sqlparse.Query
	level *sqlmodel.Level
	table string
	key   map[string]golang.Path // column to the value it is compared with
}

// function compares the statements of one function.
func (c *checker) function(fn *ast.FuncDecl, list []*sqlparse.Query) {
	var reads, writes []row
	for _, q := range list {
		if locks(q) {
			return
		}
		for _, s := range q.Model().Statements {
			if len(s.Levels) == 0 || !s.Exact {
				continue
			}
			if r, ok := c.row(q, s.Levels[0]); ok && s.Kind == sqlmodel.Select {
				reads = append(reads, r)
			} else if ok && s.Kind == sqlmodel.Update {
				writes = append(writes, r)
			}
		}
	}
	if c.guarded(fn) {
		return
	}
	c.records(fn, list)
	for _, r := range reads {
		for _, w := range writes {
			if w.q.Call.Pos() > r.q.Call.End() && w.table == r.table && c.compare(fn, r, w) {
				break
			}
		}
	}
}

// locks reports whether a query locks something: the row, a row above it, or a
// number that stands for it.
func locks(q *sqlparse.Query) bool {
	m := q.Model()
	for _, s := range m.Statements {
		for _, l := range s.Levels {
			if l.Lock != "" {
				return true
			}
		}
	}
	text := strings.ToLower(m.SQL)
	return strings.Contains(text, "advisory") || strings.HasPrefix(strings.TrimSpace(text), "lock ") || strings.Contains(text, "isolation level")
}

// row returns which row of which table a level reads or writes, if all that it
// says of it are equalities with values of the program.
func (c *checker) row(q *sqlparse.Query, l *sqlmodel.Level) (row, bool) {
	if len(l.Relations) != 1 || l.Relations[0].Kind != sqlmodel.RelTable || l.Relations[0].Name == "" || l.Relations[0].Hole || len(l.Group) > 0 || l.Aggregates {
		return row{}, false
	}
	r := row{q: q, level: l, table: l.Relations[0].Schema + "." + l.Relations[0].Name, key: make(map[string]golang.Path)}
	for _, p := range l.Predicates {
		if p.Op != sqlmodel.OpEq || p.Or || p.Negated || p.Left == nil || p.Left.Kind != sqlmodel.ExprColumn || p.Right == nil || p.Right.Kind != sqlmodel.ExprParam {
			return row{}, false
		}
		v, ok := c.bound(q, p.Right)
		if !ok || v.at.Root == nil {
			return row{}, false
		}
		r.key[p.Left.Name] = v.at
	}
	return r, len(r.key) > 0
}

// sameRow reports whether a write changes the row that a read has read: both name it
// by the same values, or the write by one column that it got from the read. What
// else it compares with what was read says that the row has not changed since.
func sameRow(r, w row, into map[string]golang.Path) bool {
	if maps.Equal(r.key, w.key) {
		return true
	}
	for column, p := range w.key {
		set := slices.ContainsFunc(w.level.Sets, func(s sqlmodel.Assignment) bool { return s.Column == column })
		return len(w.key) == 1 && !set && into[column] == p
	}
	return false
}

// guarded reports whether a function keeps others away in another way: another
// isolation level, a mutex.
func (c *checker) guarded(fn *ast.FuncDecl) bool {
	found := false
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			k, ok := c.info.Uses[n].(*types.Const)
			if !ok || k.Pkg() == nil {
				break
			}
			if t := golang.Named(k.Type()); t != nil && (t.Obj().Name() == "IsolationLevel" || t.Obj().Name() == "TxIsoLevel") {
				found = found || !strings.HasSuffix(k.Name(), "ReadCommitted")
			}
		case *ast.CallExpr:
			f := golang.Callee(c.info, n)
			if f == nil || f.Signature().Recv() == nil {
				break
			}
			found = found || f.Name() == "Lock" && f.Signature().Params().Len() == 0
		}
		return !found
	})
	return found
}

// compare reports a column that the write sets to what is made of what was read.
func (c *checker) compare(fn *ast.FuncDecl, r, w row) bool {
	into := c.scanned(fn, r)
	if !sameRow(r, w, into) {
		return false
	}
	for _, set := range w.level.Sets {
		if set.Value == nil || set.Value.Kind != sqlmodel.ExprParam {
			continue
		}
		v, ok := into[set.Column]
		if !ok {
			continue
		}
		arg, ok := c.bound(w.q, set.Value)
		if !ok || !c.computed(fn, arg, v, r.q.Call.End(), w.q.Call.Pos(), 3) {
			continue
		}
		if r.q.LeftOut(c.pass, name, false) {
			return true
		}
		c.report(r, w, set.Column, arg.expr)
		return true
	}
	return false
}

// computed reports whether a value is made of what a place held when it was read,
// and of something else.
func (c *checker) computed(fn *ast.FuncDecl, x value, v golang.Path, from, to token.Pos, depth int) bool {
	switch p := x.at; {
	case p == v:
		return c.changed(fn, v, from, to)
	case p.Root != nil:
		// Another variable: what it is made of.
		return depth > 0 && p.Fields == "" && slices.ContainsFunc(c.values(fn, p.Root, from, to), func(y ast.Expr) bool {
			return c.computed(fn, c.valueOf(y), v, from, to, depth-1)
		})
	}
	switch x := ast.Unparen(x.expr).(type) {
	case *ast.BinaryExpr:
		switch x.Op {
		case token.ADD, token.SUB, token.MUL, token.QUO, token.OR, token.AND, token.AND_NOT, token.XOR:
			return c.mentions(x, v)
		}
	case *ast.CallExpr:
		if tv := c.info.Types[x.Fun]; tv.IsType() && len(x.Args) == 1 {
			return c.computed(fn, c.valueOf(x.Args[0]), v, from, to, depth)
		}
		if b, ok := ast.Unparen(x.Fun).(*ast.Ident); ok && b.Name == "append" && c.info.Uses[b] == types.Universe.Lookup("append") {
			return c.mentions(x.Args[0], v)
		}
	}
	return false
}

func (c *checker) valueOf(x ast.Expr) value {
	v := value{expr: x}
	if p, exact := golang.PathOf(c.info, x); exact {
		v.at = p
	}
	return v
}

// changed reports whether a place gets a value made of its own between two
// points.
func (c *checker) changed(fn *ast.FuncDecl, v golang.Path, from, to token.Pos) bool {
	found := false
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		if n == nil || n.End() < from || n.Pos() > to {
			return false
		}
		switch n := n.(type) {
		case *ast.IncDecStmt:
			found = found || c.is(n.X, v)
		case *ast.AssignStmt:
			for i, l := range n.Lhs {
				if c.is(l, v) && n.Pos() > from {
					found = found || n.Tok != token.ASSIGN && n.Tok != token.DEFINE || i < len(n.Rhs) && len(n.Lhs) == len(n.Rhs) && c.mentions(n.Rhs[i], v)
				}
			}
		}
		return true
	})
	return found
}

// values returns what a variable is given between two points.
func (c *checker) values(fn *ast.FuncDecl, v *types.Var, from, to token.Pos) []ast.Expr {
	var out []ast.Expr
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		if !ok || a.Pos() < from || a.Pos() > to || len(a.Lhs) != len(a.Rhs) {
			return true
		}
		for i, l := range a.Lhs {
			if c.is(l, golang.Path{Root: v}) {
				out = append(out, a.Rhs[i])
			}
		}
		return true
	})
	return out
}

func (c *checker) is(x ast.Expr, v golang.Path) bool {
	p, exact := golang.PathOf(c.info, x)
	return exact && p == v
}

func (c *checker) mentions(n ast.Node, v golang.Path) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if x, ok := n.(ast.Expr); ok && c.is(x, v) {
			found = true
		}
		return !found
	})
	return found
}

func (c *checker) report(r, w row, column string, arg ast.Expr) {
	table := strings.TrimPrefix(r.table, ".")
	line := c.pass.Fset.Position(w.q.Call.Pos()).Line
	better := fmt.Sprintf("read it with FOR UPDATE in the transaction that writes it, or add AND %s = what was read to the UPDATE", column)
	if b, ok := ast.Unparen(arg).(*ast.BinaryExpr); ok && (b.Op == token.ADD || b.Op == token.SUB) {
		better = fmt.Sprintf("write UPDATE %s SET %s = %s %s $n …, or read it with FOR UPDATE in the transaction that writes it", table, column, column, b.Op)
	}
	p := projection(r.level, column)
	f := r.q.Finding(name, "", p, fmt.Sprintf("%s of %s is read here, changed in Go and written back at line %d, with nothing that keeps others from doing the same meanwhile: one of two changes is lost; %s", column, table, line, better))
	f.Confidence = config.Likely
	f.Related = append(f.Related, analysis.RelatedInformation{Pos: w.q.Call.Pos(), End: w.q.Call.End(), Message: "it is written back here"})
	suppress.Report(c.pass, f)
}

// projection returns the place of a column in what a level selects.
func projection(l *sqlmodel.Level, column string) sqlmodel.Range {
	for _, p := range l.Projections {
		if p.Expr != nil && p.Expr.Name == column {
			return p.Range
		}
	}
	return l.Range
}
