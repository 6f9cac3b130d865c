package shape

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// where hands the conditions of a clause to the relations they are about.
func (a *analyzer) where(lv *Level, n *pg.Node, env ctes) {
	if n == nil {
		return
	}
	a.scan(lv, n, env)
	for _, c := range conjuncts(n) {
		for _, p := range a.classify(lv, c) {
			if p.Rel == nil {
				continue
			}
			p.Rel.Preds = append(p.Rel.Preds, p)
			if p.Const && p.Val != "" {
				a.note(p, p.Val)
			}
		}
	}
}

// note keeps a literal for the filler, so that the data have rows for it.
func (a *analyzer) note(p *Pred, literal string) {
	if p.Rel.Table == nil || p.Col == "" {
		return
	}
	m := a.info.Consts[p.Rel.Table.Name]
	if m == nil {
		m = map[string][]string{}
		a.info.Consts[p.Rel.Table.Name] = m
	}
	m[p.Col] = append(m[p.Col], literal)
}

func conjuncts(n *pg.Node) []*pg.Node {
	b := n.GetBoolExpr()
	if b == nil || b.Boolop != pg.BoolExprType_AND_EXPR {
		return []*pg.Node{n}
	}
	var out []*pg.Node
	for _, x := range b.Args {
		out = append(out, conjuncts(x)...)
	}
	return out
}

// about makes a predicate on the relation that an expression belongs to, nil
// if there is none.
func (a *analyzer) about(lv *Level, kind PredKind, side *pg.Node) *Pred {
	if r, c := a.column(lv, side); r != nil && r.Level == lv {
		return &Pred{Kind: kind, Rel: r, Col: c}
	}
	if r := a.only(lv, side); r != nil {
		return &Pred{Kind: kind, Rel: r}
	}
	return nil
}

// classify returns what a condition says of this level's relations; a join
// says something of two.
func (a *analyzer) classify(lv *Level, n *pg.Node) []*Pred {
	var p *Pred
	switch x := n.GetNode().(type) {
	case *pg.Node_AExpr:
		return a.expr(lv, x.AExpr)
	case *pg.Node_NullTest:
		kind := IsNull
		if x.NullTest.Nulltesttype == pg.NullTestType_IS_NOT_NULL {
			kind = NotNull
		}
		p = a.about(lv, kind, x.NullTest.Arg)
	case *pg.Node_BooleanTest:
		p = a.about(lv, Bool, x.BooleanTest.Arg)
	case *pg.Node_ColumnRef:
		p = a.about(lv, Bool, n)
	case *pg.Node_BoolExpr:
		if x.BoolExpr.Boolop == pg.BoolExprType_OR_EXPR {
			return a.or(lv, x.BoolExpr)
		}
		p = a.about(lv, Bool, x.BoolExpr.Args[0])
	case *pg.Node_SubLink:
		s := x.SubLink
		if s.SubLinkType == pg.SubLinkType_ANY_SUBLINK && s.Testexpr != nil && (len(s.OperName) == 0 || lastName(s.OperName) == "=") {
			p = a.about(lv, JoinIn, s.Testexpr)
		}
	}
	if p == nil || p.Kind == Bool && p.Col == "" {
		return nil
	}
	return []*Pred{p}
}

func (a *analyzer) or(lv *Level, b *pg.BoolExpr) []*Pred {
	a.ors++
	id := a.ors
	var out []*Pred
	for _, arm := range b.Args {
		known := false
		for _, c := range conjuncts(arm) {
			for _, p := range a.classify(lv, c) {
				if p.Or == 0 {
					p.Or = id
				}
				known = true
				out = append(out, p)
			}
		}
		if !known {
			out = append(out, &Pred{Kind: Other, Or: id})
		}
	}
	return out
}

// expr classifies an operator.
func (a *analyzer) expr(lv *Level, e *pg.A_Expr) []*Pred {
	op := lastName(e.Name)
	if op == "!=" {
		op = "<>"
	}
	var p *Pred
	switch e.Kind {
	case pg.A_Expr_Kind_AEXPR_OP:
		if e.Lexpr != nil && e.Rexpr != nil {
			return a.comparison(lv, e, op)
		}
		return nil
	case pg.A_Expr_Kind_AEXPR_OP_ANY:
		fixed, _ := a.fixed(lv, e.Rexpr)
		switch {
		case !fixed:
		case op == "=":
			p = a.about(lv, In, e.Lexpr)
		case op == "~~":
			p = a.about(lv, Like, e.Lexpr)
		case op == "~~*":
			p = a.about(lv, ILike, e.Lexpr)
		}
	case pg.A_Expr_Kind_AEXPR_IN:
		return a.in(lv, e, op)
	case pg.A_Expr_Kind_AEXPR_LIKE, pg.A_Expr_Kind_AEXPR_ILIKE:
		fixed, literal := a.fixed(lv, e.Rexpr)
		kind := Like
		if strings.HasPrefix(op, "!") {
			kind = Ne
		} else if e.Kind == pg.A_Expr_Kind_AEXPR_ILIKE {
			kind = ILike
		}
		if fixed {
			if p = a.about(lv, kind, e.Lexpr); p != nil && literal {
				p.Const, p.Val = true, Deparse(e.Rexpr)
			}
		}
	case pg.A_Expr_Kind_AEXPR_BETWEEN, pg.A_Expr_Kind_AEXPR_BETWEEN_SYM:
		if fixed, literal := a.fixed(lv, e.Rexpr); fixed {
			if p = a.about(lv, Range, e.Lexpr); p != nil && literal {
				for _, bound := range e.Rexpr.GetList().GetItems() {
					a.note(p, Deparse(bound))
				}
			}
			op = "between"
		}
	}
	if p == nil {
		return nil
	}
	p.Op = op
	return []*Pred{p}
}

func (a *analyzer) in(lv *Level, e *pg.A_Expr, op string) []*Pred {
	if row := e.Lexpr.GetRowExpr(); row != nil {
		var out []*Pred
		for _, c := range row.Args {
			if p := a.about(lv, In, c); p != nil && op == "=" {
				p.Op = "in"
				out = append(out, p)
			}
		}
		return out
	}
	p := a.about(lv, In, e.Lexpr)
	if p == nil {
		return nil
	}
	p.Op = "in"
	if op == "<>" {
		p.Kind, p.Op = Ne, "not in"
	}
	if _, literal := a.fixed(lv, e.Rexpr); literal {
		for _, item := range e.Rexpr.GetList().GetItems() {
			a.note(p, Deparse(item))
		}
	}
	return []*Pred{p}
}

var flipped = map[string]string{
	"=": "=", "<": ">", ">": "<", "<=": ">=", ">=": "<=", "<>": "<>", "@>": "<@", "<@": "@>", "&&": "&&", "@@": "@@",
}

var kinds = map[string]PredKind{
	"=": Eq, "<": Range, ">": Range, "<=": Range, ">=": Range, "<>": Ne,
	"@>": Contain, "<@": Contain, "&&": Contain, "?": Contain, "?|": Contain, "?&": Contain, "@?": Contain,
	"@@": FTS, "~": Regex, "~*": Regex,
}

// comparison classifies a binary operator: with a value, of rows, or a join.
func (a *analyzer) comparison(lv *Level, e *pg.A_Expr, op string) []*Pred {
	if l, r := e.Lexpr.GetRowExpr(), e.Rexpr.GetRowExpr(); l != nil && r != nil && len(l.Args) == len(r.Args) {
		return a.rows(lv, e, op, l.Args, r.Args)
	}
	if p := a.withValue(lv, e.Lexpr, e.Rexpr, op); p != nil {
		return []*Pred{p}
	}
	if f, ok := flipped[op]; ok {
		if p := a.withValue(lv, e.Rexpr, e.Lexpr, f); p != nil {
			return []*Pred{p}
		}
	}
	if op != "=" {
		return nil
	}
	var out []*Pred
	for _, side := range [2][2]*pg.Node{{e.Lexpr, e.Rexpr}, {e.Rexpr, e.Lexpr}} {
		r, c := a.column(lv, side[0])
		if r == nil || r.Level != lv {
			continue
		}
		if other, _ := a.column(lv, side[1]); other != nil && other != r {
			out = append(out, &Pred{Kind: Join, Rel: r, Col: c, Op: "="})
		} else if other := a.only(lv, side[1]); other != nil && other != r {
			out = append(out, &Pred{Kind: Join, Rel: r, Col: c, Op: "="})
		}
	}
	return out
}

func (a *analyzer) withValue(lv *Level, column, value *pg.Node, op string) *Pred {
	kind, known := kinds[op]
	fixed, literal := a.fixed(lv, value)
	if !known || !fixed {
		return nil
	}
	p := a.about(lv, kind, column)
	if p == nil {
		return nil
	}
	p.Op, p.Const = op, literal
	if literal {
		p.Val = Deparse(value)
	}
	for value.GetTypeCast() != nil {
		value = value.GetTypeCast().Arg
	}
	p.Param = value.GetParamRef().GetNumber()
	return p
}

// rows classifies (a, b) = (x, y), which is two conditions, and (a, b) < (x, y),
// which is one.
func (a *analyzer) rows(lv *Level, e *pg.A_Expr, op string, left, right []*pg.Node) []*Pred {
	if op == "=" {
		var out []*Pred
		for i := range left {
			out = append(out, a.comparison(lv, &pg.A_Expr{Kind: e.Kind, Name: e.Name, Lexpr: left[i], Rexpr: right[i]}, op)...)
		}
		return out
	}
	p := &Pred{Kind: Row, Op: op}
	for i := range left {
		r, c := a.column(lv, left[i])
		fixed, _ := a.fixed(lv, right[i])
		if r == nil || r.Level != lv || p.Rel != nil && r != p.Rel || !fixed {
			return nil
		}
		p.Rel, p.RowCols = r, append(p.RowCols, c)
	}
	return []*Pred{p}
}
