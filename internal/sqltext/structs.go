package sqltext

import (
	"go/ast"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/models"
)

// structCondition is the condition that the columns of a struct literal have
// its values. Fields that it does not give are zero, and so left out.
func (fr *frame) structCondition(st *state, lib *apis.Library, rec *record, e ast.Expr) texts {
	if rec.lit == nil {
		return nil
	}
	m := models.Of(lib.Chain.Naming, fr.typeOf(e), fr.prog)
	if m == nil {
		return nil
	}
	at := origin{pos: e.Pos(), end: e.End()}
	out := texts{{}}
	n := 0
	for _, el := range rec.lit.Elts {
		kv, ok := el.(*ast.KeyValueExpr)
		if !ok {
			return nil
		}
		id, ok := kv.Key.(*ast.Ident)
		if !ok {
			return nil
		}
		col, ok := m.Column(id.Name)
		if !ok {
			continue
		}
		if n++; n > 1 {
			out = product(out, texts{known(" AND ", at)})
		}
		out = product(out, fr.comparison(qualified(texts{known(quoteName(col.Name), at)}, at), fr.operand(st, kv.Value), "eq", at))
	}
	if n == 0 {
		return texts{{}}
	}
	return out
}

// TableName returns what a method without arguments returns, if that is one
// known string.
func (p *Program) TableName(fn *types.Func) (string, bool) {
	fn = fn.Origin()
	if decl, ok := p.decls[fn]; ok && decl.Body != nil && !p.active[fn] {
		fr := &frame{prog: p, depth: 1}
		ts, _ := fr.inlineResult(fn, decl).(texts)
		if len(ts) == 1 {
			return ts[0].literal()
		}
		return "", false
	}
	sums := p.oracle.Returns(fn)
	if len(sums) != 1 || len(sums[0].Pieces) != 1 || sums[0].Pieces[0].Hole {
		return "", false
	}
	return sums[0].Pieces[0].Text, true
}
