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
	c := &checker{
		pass: pass, info: pass.TypesInfo, names: pass.ResultOf[querysites.Analyzer].(*querysites.Result).Namer,
		queries: make(map[*ast.FuncDecl][]*sqlparse.Query), decls: make(map[*types.Func]*ast.FuncDecl), known: make(map[*ast.FuncDecl]*body), busy: make(map[*ast.FuncDecl]bool),
	}
	for _, q := range pass.ResultOf[sqlparse.Analyzer].(*sqlparse.Result).Queries {
		if q.Func != nil && q.Sends() && !q.Dialect.Foreign() {
			c.queries[q.Func] = append(c.queries[q.Func], q)
		}
	}
	if len(c.queries) == 0 {
		return nil, nil
	}
	var funcs []*ast.FuncDecl
	for _, f := range pass.Files {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && d.Body != nil {
				if fn, ok := c.info.Defs[d.Name].(*types.Func); ok {
					c.decls[fn] = d
					funcs = append(funcs, d)
				}
			}
		}
	}
	for _, fn := range funcs {
		c.function(fn)
	}
	return nil, nil
}

type checker struct {
	pass    *analysis.Pass
	info    *types.Info
	names   func() models.Namer
	queries map[*ast.FuncDecl][]*sqlparse.Query
	decls   map[*types.Func]*ast.FuncDecl
	known   map[*ast.FuncDecl]*body
	busy    map[*ast.FuncDecl]bool // those that are looked into
}

// function compares the statements of one function, and of those of the package that
// it calls.
func (c *checker) function(fn *ast.FuncDecl) {
	b := c.body(fn)
	if b.locked || len(b.list) < 2 || c.guarded(fn) {
		return
	}
	c.records(fn, b.list)
	for _, r := range b.list {
		for _, w := range b.list {
			if !r.write && w.write && r.key != nil && w.key != nil && w.call.Pos() > r.call.End() && w.table == r.table && c.compare(fn, r, w) {
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

// sameRow reports whether a write changes the row that a read has read: both name it
// by the same values, or the write by one column that it got from the read. What
// else it compares with what was read says that the row has not changed since.
func (c *checker) sameRow(r, w access) bool {
	if maps.Equal(r.key, w.key) {
		return true
	}
	for column, p := range w.key {
		_, set := w.sets[column]
		into, ok := c.into(r, column)
		return len(w.key) == 1 && !set && ok && into == p
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
func (c *checker) compare(fn *ast.FuncDecl, r, w access) bool {
	if !c.sameRow(r, w) {
		return false
	}
	for _, set := range w.level.Sets {
		arg, ok := w.sets[set.Column]
		if !ok {
			continue
		}
		v, ok := c.into(r, set.Column)
		if !ok || !c.computed(fn, arg, v, r.call.End(), w.call.Pos(), 3) {
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
		return c.changed(fn, v, from, to) || depth > 0 && p.Fields == "" && slices.ContainsFunc(c.values(fn, p.Root, from, to), func(y ast.Expr) bool {
			return ast.Unparen(y) != x.expr && c.computed(fn, value{expr: y}, v, from, to, depth-1)
		})
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
		if b, ok := ast.Unparen(x.Fun).(*ast.Ident); ok && c.info.Types[x.Fun].IsBuiltin() {
			switch b.Name {
			case "append":
				return c.mentions(x.Args[0], v)
			case "min", "max":
				return slices.ContainsFunc(x.Args, func(a ast.Expr) bool { return c.computed(fn, c.valueOf(a), v, from, to, depth) })
			}
			return false
		}
		return c.mixed(x, v) || slices.ContainsFunc(x.Args, func(a ast.Expr) bool {
			return c.edited(fn, a, v, from, to) || c.is(deref(a), v) && c.changed(fn, v, from, to)
		})
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
// points, by the functions of the package that are called there, too.
func (c *checker) changed(fn *ast.FuncDecl, v golang.Path, from, to token.Pos) bool {
	found := false
	c.calls(fn, from, to, func(d *ast.FuncDecl, p, inside golang.Path) {
		if rest, ok := below(v, p); ok && !found {
			inside.Fields = golang.Join(inside.Fields, rest)
			found = c.changed(d, inside, d.Body.Pos(), d.End())
		}
	})
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
		if !ok || a.Pos() < from || a.Pos() > to || len(a.Rhs) != 1 && len(a.Lhs) != len(a.Rhs) {
			return true
		}
		for i, l := range a.Lhs {
			if i < len(a.Rhs) && c.is(l, golang.Path{Root: v}) {
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

func (c *checker) report(r, w access, column string, arg ast.Expr) {
	table := strings.TrimPrefix(r.table, ".")
	line := c.line(w.call)
	better := fmt.Sprintf("read it with FOR UPDATE in the transaction that writes it, or add AND %s = what was read to the UPDATE", column)
	if b, ok := ast.Unparen(arg).(*ast.BinaryExpr); ok && (b.Op == token.ADD || b.Op == token.SUB) {
		better = fmt.Sprintf("write UPDATE %s SET %s = %s %s $n …, or read it with FOR UPDATE in the transaction that writes it", table, column, column, b.Op)
	}
	if r.q.Call != r.call || w.q.Call != w.call {
		c.saved(r, w, fmt.Sprintf("%s of %s is written back here as made of what was read at line %d, with nothing that keeps others from doing the same meanwhile: one of two changes is lost; %s", column, table, c.line(r.call), better))
		return
	}
	p := projection(r.level, column)
	f := r.q.Finding(name, "", p, fmt.Sprintf("%s of %s is read here, changed in Go and written back at line %d, with nothing that keeps others from doing the same meanwhile: one of two changes is lost; %s", column, table, line, better))
	f.Confidence = config.Likely
	f.Related = append(f.Related, analysis.RelatedInformation{Pos: w.call.Pos(), End: w.call.End(), Message: "it is written back here"})
	suppress.Report(c.pass, f)
}

// saved reports the call by which something is written back: where functions of the
// package read and write, that is where one sees both.
func (c *checker) saved(r, w access, message string) {
	suppress.Report(c.pass, suppress.Finding{
		Pos: w.call.Pos(), End: w.call.End(), Rule: name, Message: message, Confidence: config.Likely, Also: []token.Pos{r.call.Pos()},
		Tables: w.q.Tables(), SQL: w.q.Whole(),
		Related: []analysis.RelatedInformation{{Pos: r.call.Pos(), End: r.call.End(), Message: "it is read here"}},
	})
}

func (c *checker) line(n ast.Node) int { return c.pass.Fset.Position(n.Pos()).Line }

// projection returns the place of a column in what a level selects.
func projection(l *sqlmodel.Level, column string) sqlmodel.Range {
	for _, p := range l.Projections {
		if p.Expr != nil && p.Expr.Name == column {
			return p.Range
		}
	}
	return l.Range
}
