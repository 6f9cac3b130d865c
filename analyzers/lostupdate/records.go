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
func (c *checker) records(fn *ast.FuncDecl, list []access) {
	for _, r := range list {
		if r.write || r.record.Root == nil {
			continue
		}
		for _, w := range list {
			if !w.write || w.record != r.record || w.call.Pos() < r.call.End() {
				continue
			}
			field := c.adjusted(fn, r.record, r.call.End(), w.call.Pos())
			if field == "" || !c.sets(w.q, r.record, field) || r.q.LeftOut(c.pass, name, false) {
				continue
			}
			const better = "with nothing that keeps others from doing the same meanwhile: one of two changes is lost; let the database compute it (UPDATE … SET n = n + ?), or read the record FOR UPDATE in the transaction that saves it"
			if r.q.Call != r.call || w.q.Call != w.call {
				c.saved(r, w, fmt.Sprintf("field %s of this record was read at line %d, changed by its own value and is saved here, %s", field, c.line(r.call), better))
				return
			}
			f := r.q.Finding(name, "", sqlmodel.Range{Start: 0, End: 0}, fmt.Sprintf("field %s of this record is read, changed by its own value and saved at line %d, %s", field, c.line(w.call), better))
			f.Pos, f.End, f.Confidence = r.call.Pos(), r.call.End(), config.Likely
			f.Related = []analysis.RelatedInformation{{Pos: w.call.Pos(), End: w.call.End(), Message: "it is saved here"}}
			suppress.Report(c.pass, f)
			return
		}
	}
}

// record returns the variable that a finisher fills or saves, if that is one
// record; its Root is nil otherwise.
func (c *checker) record(q *sqlparse.Query, stmt string) golang.Path {
	if !q.Chain || !strings.Contains(q.API.Stmt, stmt) {
		return golang.Path{}
	}
	for _, x := range q.Records() {
		x = deref(x)
		p, exact := golang.PathOf(c.info, x)
		n := golang.Named(c.info.TypeOf(x))
		if !exact || n == nil {
			continue
		}
		if _, ok := n.Underlying().(*types.Struct); ok {
			return p
		}
	}
	return golang.Path{}
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
	c.calls(fn, from, to, func(d *ast.FuncDecl, p, inside golang.Path) {
		rest, ok := below(rec, p)
		if !ok || field != "" {
			return
		}
		inside.Fields = golang.Join(inside.Fields, rest)
		if in := c.adjusted(d, inside, d.Body.Pos(), d.End()); in != "" {
			tail, _ := below(golang.Path{Root: inside.Root, Fields: in}, inside)
			field = golang.Join(rec.Fields, tail)
		}
	})
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
