package lostupdate

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// This file looks at records that an ORM reads and writes whole.

// records reports a record that is read, of which a field is changed by its own
// value, and which is then saved.
func (c *checker) records(fn *ast.FuncDecl, list []*sqlparse.Query) {
	for _, r := range list {
		into, ok := c.record(r, "select")
		if !ok {
			continue
		}
		for _, w := range list {
			from, ok := c.record(w, "update")
			if !ok || from != into || w.Call.Pos() < r.Call.End() {
				continue
			}
			field := c.adjusted(fn, into, r.Call.End(), w.Call.Pos())
			if field == "" || !c.sets(w, into, field) || r.LeftOut(c.pass, name, false) {
				continue
			}
			line := c.pass.Fset.Position(w.Call.Pos()).Line
			f := r.Finding(name, "", sqlmodel.Range{Start: 0, End: 0}, fmt.Sprintf("field %s of this record is read, changed by its own value and saved at line %d, with nothing that keeps others from doing the same meanwhile: one of two changes is lost; let the database compute it (UPDATE … SET n = n + ?), or read the record FOR UPDATE in the transaction that saves it", field, line))
			f.Pos, f.End, f.Confidence = r.Call.Pos(), r.Call.End(), config.Likely
			f.Related = []analysis.RelatedInformation{{Pos: w.Call.Pos(), End: w.Call.End(), Message: "it is saved here"}}
			suppress.Report(c.pass, f)
			return
		}
	}
}

// record returns the variable that a finisher fills or saves, if that is one
// record.
func (c *checker) record(q *sqlparse.Query, stmt string) (golang.Path, bool) {
	if !q.Chain || !strings.Contains(q.API.Stmt, stmt) {
		return golang.Path{}, false
	}
	for _, x := range q.Records() {
		x = ast.Unparen(x)
		if ref, ok := x.(*ast.UnaryExpr); ok && ref.Op == token.AND {
			x = ref.X
		}
		p, exact := golang.PathOf(c.info, x)
		n := golang.Named(c.info.TypeOf(x))
		if !exact || n == nil {
			continue
		}
		if _, ok := n.Underlying().(*types.Struct); ok {
			return p, true
		}
	}
	return golang.Path{}, false
}

// sets reports whether a write of a record changes the column of a field, as far as
// its columns are known.
func (c *checker) sets(w *sqlparse.Query, rec golang.Path, field string) bool {
	t := golang.TypeAt(rec.Root.Type(), rec.Fields)
	if t == nil {
		return true
	}
	st, ok := golang.Deref(t).Underlying().(*types.Struct)
	if !ok {
		return true
	}
	fields := c.fields(w, st, t)
	for _, s := range w.Model().Statements {
		if len(s.Levels) == 0 || !s.Exact || len(s.Levels[0].Sets) == 0 {
			return true
		}
		for _, set := range s.Levels[0].Sets {
			if golang.Join(rec.Fields, fields[set.Column]) == field {
				return true
			}
		}
	}
	return false
}

// adjusted returns the field of a record that gets a value made of its own
// between two points; "" if none does.
func (c *checker) adjusted(fn *ast.FuncDecl, rec golang.Path, from, to token.Pos) string {
	field := ""
	inside := func(x ast.Expr) (golang.Path, bool) {
		p, exact := golang.PathOf(c.info, x)
		return p, exact && p.Root == rec.Root && p.Fields != rec.Fields && golang.Overlap(p.Fields, rec.Fields)
	}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		if n == nil || field != "" || n.End() < from || n.Pos() > to {
			return false
		}
		switch n := n.(type) {
		case *ast.IncDecStmt:
			if p, ok := inside(n.X); ok && n.Pos() > from {
				field = p.Fields
			}
		case *ast.AssignStmt:
			for i, l := range n.Lhs {
				p, ok := inside(l)
				if !ok || n.Pos() < from || i >= len(n.Rhs) {
					continue
				}
				number, _ := c.info.TypeOf(l).Underlying().(*types.Basic)
				if number != nil && number.Info()&types.IsNumeric != 0 && (n.Tok != token.ASSIGN || c.mentions(n.Rhs[i], p)) || c.computed(fn, value{expr: n.Rhs[i]}, p, from, to, 0) {
					field = p.Fields
				}
			}
		}
		return true
	})
	return field
}
