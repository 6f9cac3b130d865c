package sqlmodel

import (
	"strings"

	pg "github.com/sqlvet/sqlvet/internal/pgquery"
	"github.com/sqlvet/sqlvet/internal/pgwords"
)

func (b *builder) funcCall(f *pg.FuncCall, s *scope) *Expr {
	names := pg.Names(f.Funcname)
	if len(names) > 1 && names[0] == "pg_catalog" {
		names = names[1:]
	}
	e := &Expr{Kind: ExprFunc, Name: strings.ToLower(strings.Join(names, ".")), Args: b.exprs(f.Args, s)}
	e.toks = b.callTokens(f, e.Args)
	e.Hole = !e.toks.empty() && b.hasHole(tokens{e.toks.lo, e.toks.lo + 1})
	if e.Hole {
		e.Name = ""
	}
	if f.AggStar {
		e.Args = append(e.Args, b.starArg(e.toks))
	}
	for _, n := range f.AggOrder {
		e.More = append(e.More, b.exprs([]*pg.Node{n.GetSortBy().GetNode()}, s)...)
	}
	e.More = append(e.More, b.exprs([]*pg.Node{f.AggFilter}, s)...)
	if f.Over != nil {
		e.More = append(e.More, b.window(f.Over, s)...)
	}
	e.Aggregate = f.Over != nil || f.AggStar || f.AggDistinct || f.AggFilter != nil || len(f.AggOrder) > 0 || pgwords.Aggregate(e.Name)
	if e.Aggregate && f.Over == nil && s.level != nil {
		s.level.Aggregates = true
	}
	return e
}

// callTokens returns the tokens of a call, which SQL's own syntax may spell as
// an infix operator: x AT TIME ZONE 'UTC', (a, b) OVERLAPS (c, d), x IS NFC
// NORMALIZED.
func (b *builder) callTokens(f *pg.FuncCall, args []*Expr) tokens {
	i := b.at(f.Location)
	if f.Funcformat != pg.SQLSyntax {
		return b.call(i)
	}
	if i < 0 && len(args) == 1 && b.word(args[0].toks.hi+1) == "local" { // AT LOCAL records no place
		i = args[0].toks.hi
		return b.span(i, i+2)
	}
	switch b.word(i) {
	case "at":
		return b.span(i, i+3)
	case "is":
		hi := i + 1
		for b.isWord(hi) && b.word(hi-1) != "normalized" {
			hi++
		}
		return b.span(i, hi)
	case "overlaps", "like", "ilike", "not", "similar":
		return b.span(i, i+1)
	}
	return b.call(i)
}

// starArg is the * of count(*), the token after the call's parenthesis.
func (b *builder) starArg(call tokens) *Expr {
	e := &Expr{Kind: ExprStar}
	if open := b.opening(call.lo, call.hi); !call.empty() && open >= 0 {
		e.toks = tokens{open + 1, open + 2}
	}
	e.Range = b.rangeOf(e.toks)
	return e
}

// window builds the expressions of a window definition.
func (b *builder) window(w *pg.WindowDef, s *scope) []*Expr {
	out := b.exprs(w.PartitionClause, s)
	for _, n := range w.OrderClause {
		out = append(out, b.exprs([]*pg.Node{n.GetSortBy().GetNode()}, s)...)
	}
	return append(out, b.exprs([]*pg.Node{w.StartOffset, w.EndOffset}, s)...)
}
