package nplusone

import (
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/models"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// related returns how the library loads the rows of a call together with the
// row that they belong to: Preload("Lines") for a query of the lines of one
// order. It is "" where the call asks for something else.
func (c *checker) related(call *ast.CallExpr) string {
	fn := typeutil.StaticCallee(c.pass.TypesInfo, call)
	if fn == nil || fn.Pkg() == nil {
		return ""
	}
	lib := c.sites.Library(fn)
	if lib == nil || lib.Chain == nil || lib.Many.Related == "" {
		return ""
	}
	relation := edgeOf(c.pass.TypesInfo, lib, call)
	if relation == "" {
		relation = c.relation(lib, call)
	}
	if relation == "" {
		return ""
	}
	return strings.ReplaceAll(lib.Many.Related, "{}", relation)
}

// edgeOf returns the edge of a row that a chain begins with: order.QueryLines().
func edgeOf(info *types.Info, lib *apis.Library, call *ast.CallExpr) string {
	for link := call; link != nil; link = before(link) {
		fn := typeutil.StaticCallee(info, link)
		if fn == nil {
			return ""
		}
		if e, _, ok := lib.Effect(fn.Origin()); ok && e.Form == "edge" && e.Mode == "begin" {
			return e.Word
		}
	}
	return ""
}

// relation returns the relation of a row whose field the call's statement, a
// SELECT from one table, compares a column with.
func (c *checker) relation(lib *apis.Library, call *ast.CallExpr) string {
	namer := c.sites.Namer()
	if namer == nil {
		return ""
	}
	for _, q := range wholes(c.texts(call)) {
		tables := q.Tables()
		if !q.Chain || len(tables) != 1 || len(q.Model().Statements) != 1 {
			continue
		}
		st := q.Model().Statements[0]
		if st.Kind != sqlmodel.Select || len(st.Levels) != 1 {
			continue
		}
		for _, p := range st.Levels[0].Predicates {
			if p.Op != sqlmodel.OpEq || p.Or || p.Negated || p.Left == nil || p.Left.Kind != sqlmodel.ExprColumn || p.Right == nil || p.Right.Kind != sqlmodel.ExprParam {
				continue
			}
			field, ok := ast.Unparen(q.BoundTo(p.Right)).(*ast.SelectorExpr)
			if !ok {
				continue
			}
			row := models.Of(lib.Chain.Naming, c.pass.TypesInfo.TypeOf(field.X), namer)
			if row == nil {
				continue
			}
			key, ok := row.Column(field.Sel.Name)
			if !ok {
				continue
			}
			for _, r := range row.Relations {
				other := models.Of(lib.Chain.Naming, r.Type, namer)
				if other != nil && other.Table == tables[0] && len(r.Own) == 1 && r.Own[0] == key.Name && len(r.Other) == 1 && r.Other[0] == p.Left.Name && r.Through == "" {
					return r.Field
				}
			}
		}
	}
	return ""
}
