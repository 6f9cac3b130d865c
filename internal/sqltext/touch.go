package sqltext

import (
	"go/ast"
	"go/types"
)

// indexTouch notes a call of a method of the statement under construction that
// a field holds, or of what another such call returns.
func (p *Program) indexTouch(call *ast.CallExpr) {
	x := receiver(call)
	for range maxTouch {
		inner, ok := ast.Unparen(x).(*ast.CallExpr)
		if !ok {
			break
		}
		x = receiver(inner)
	}
	sel, ok := ast.Unparen(x).(*ast.SelectorExpr)
	if !ok {
		return
	}
	if v, ok := p.info.Uses[sel.Sel].(*types.Var); ok && v.IsField() && p.isBuilder(v.Type()) {
		p.touches[v.Origin()] = append(p.touches[v.Origin()], call)
	}
}

// maxTouch bounds the calls of one chain that are looked at.
const maxTouch = 16

// touched returns what a field holds that methods of the package change where
// it is: each of them may have been called before, or not.
func (fr *frame) touched(field *types.Var, cs chains) chains {
	if len(cs) == 0 || !cs[0].lib.Chain.InPlace {
		return cs
	}
	out := append(chains(nil), cs...)
	for _, call := range fr.prog.touches[field.Origin()] {
		s, ok := fr.step(call)
		clause := s.effect.Clause
		if ok && s.effect.Form == "apply" {
			out = out.unsure(s.fn.Name())
		}
		for i, c := range out {
			if ok && (optional[clause] || clause == "select") {
				out[i] = c.withRepeat(part{clause: clause, text: known("", s.at())})
			}
		}
	}
	return out
}
