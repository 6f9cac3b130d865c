package sqlmodel

import (
	"strconv"
	"strings"

	pg "github.com/sqlvet/sqlvet/internal/pgquery"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// expr builds the expression n in scope s, nil for no node. An expression all
// of whose text a hole gives is an ExprHole, whatever was guessed for it.
func (b *builder) expr(n *pg.Node, s *scope) *Expr {
	if n == nil || n.Node == nil {
		return nil
	}
	mark := len(b.stmt.Levels)
	e := b.exprOf(n, s)
	for _, a := range e.Args {
		e.toks = union(e.toks, a.toks)
	}
	e.toks = b.balanced(e.toks)
	if b.inHole(e.toks) {
		b.stmt.Levels = b.stmt.Levels[:mark]
		e = &Expr{Kind: ExprHole, toks: e.toks}
	}
	e.Range = b.rangeOf(e.toks)
	return e
}

func (b *builder) exprs(list []*pg.Node, s *scope) []*Expr {
	var out []*Expr
	for _, n := range list {
		if e := b.expr(n, s); e != nil {
			out = append(out, e)
		}
	}
	return out
}

// op is an ExprOp; nil operands are left out.
func op(name string, own tokens, args ...*Expr) *Expr {
	e := &Expr{Kind: ExprOp, Name: name, toks: own, own: own}
	for _, a := range args {
		if a != nil {
			e.Args = append(e.Args, a)
		}
	}
	return e
}

// exprOf builds n with the tokens of its own; expr adds those of its operands.
func (b *builder) exprOf(n *pg.Node, s *scope) *Expr {
	switch n := n.Node.(type) {
	case *pg.IsColumnRef:
		return b.column(n.ColumnRef, s)
	case *pg.IsAConst:
		return b.constant(n.AConst)
	case *pg.IsParamRef:
		t := b.one(n.ParamRef.Location)
		return &Expr{Kind: ExprParam, Name: b.source(t), Number: int(n.ParamRef.Number), toks: t}
	case *pg.IsAExpr:
		return b.aexpr(n.AExpr, s)
	case *pg.IsBoolExpr:
		return b.boolean(n.BoolExpr, s)
	case *pg.IsNullTest:
		name := "is null"
		if n.NullTest.Nulltesttype == pg.IsNotNull {
			name = "is not null"
		}
		return op(name, b.operator(b.at(n.NullTest.Location)), b.expr(n.NullTest.Arg, s))
	case *pg.IsBooleanTest:
		t := b.operator(b.at(n.BooleanTest.Location))
		return op(b.text(t), t, b.expr(n.BooleanTest.Arg, s))
	case *pg.IsFuncCall:
		return b.funcCall(n.FuncCall, s)
	case *pg.IsTypeCast:
		return b.cast(n.TypeCast, s)
	case *pg.IsSubLink:
		return b.sublink(n.SubLink, s)
	case *pg.IsCaseExpr:
		return b.caseExpr(n.CaseExpr, s)
	case *pg.IsCollateClause:
		c := n.CollateClause
		t := b.one(c.Location)
		return op("collate", union(t, b.name(t.hi, len(c.Collname))), b.expr(c.Arg, s))
	case *pg.IsAIndirection:
		return b.indirection(n.AIndirection, s)
	case *pg.IsAArrayExpr:
		i := b.at(n.AArrayExpr.Location)
		hi := b.closing(i)
		if b.word(i) == "array" {
			hi = b.closing(i + 1)
		}
		return &Expr{Kind: ExprArray, Args: b.exprs(n.AArrayExpr.Elements, s), toks: b.span(i, hi)}
	case *pg.IsRowExpr:
		i := b.at(n.RowExpr.Location)
		hi := b.closing(i)
		if b.word(i) == "row" {
			hi = b.closing(i + 1)
		}
		return &Expr{Kind: ExprRow, Args: b.exprs(n.RowExpr.Args, s), toks: b.span(i, hi)}
	}
	return b.callLike(n, s)
}

// callLike builds the expressions that look like calls but have nodes of
// their own, and what is not understood.
func (b *builder) callLike(n *pg.Node, s *scope) *Expr {
	fn := func(name string, loc int32, args []*pg.Node) *Expr {
		return &Expr{Kind: ExprFunc, Name: name, Args: b.exprs(args, s), toks: b.call(b.at(loc))}
	}
	switch n := n.Node.(type) {
	case *pg.IsCoalesceExpr:
		return fn("coalesce", n.CoalesceExpr.Location, n.CoalesceExpr.Args)
	case *pg.IsMinMaxExpr:
		name := "least"
		if n.MinMaxExpr.Op == pg.IsGreatest {
			name = "greatest"
		}
		return fn(name, n.MinMaxExpr.Location, n.MinMaxExpr.Args)
	case *pg.IsSQLValueFunction:
		loc := n.SqlvalueFunction.Location
		return fn(b.word(b.at(loc)), loc, nil)
	case *pg.IsGroupingFunc:
		return fn("grouping", n.GroupingFunc.Location, n.GroupingFunc.Args)
	case *pg.IsGroupingSet:
		loc := n.GroupingSet.Location
		e := fn(b.text(b.span(b.at(loc), b.at(loc)+1)), loc, n.GroupingSet.Content)
		if i := b.at(loc); b.word(i) == "grouping" {
			e.Name, e.toks = "grouping sets", b.span(i, b.closing(i+2))
		} else if b.word(i) == "(" {
			e.Name, e.toks = "()", b.span(i, b.closing(i))
		}
		return e
	case *pg.IsMergeSupportFunc:
		return fn("merge_action", n.MergeSupportFunc.Location, nil)
	case *pg.IsNamedArgExpr:
		return b.expr(n.NamedArgExpr.Arg, s) // f(name => value) is given the value
	case *pg.IsSetToDefault:
		return &Expr{Kind: ExprOther, Name: "default", toks: b.one(n.SetToDefault.Location)}
	case *pg.IsCurrentOfExpr:
		return &Expr{Kind: ExprOther, Name: "current of", toks: b.currentOf(s.level.toks)}
	case *pg.IsList:
		return &Expr{Kind: ExprRow, Args: b.exprs(n.List.Items, s)}
	}
	return b.other(n, s)
}

// currentOf finds CURRENT OF cursor, for which the tree records no place.
func (b *builder) currentOf(level tokens) tokens {
	for i := level.lo; i+2 < level.hi; i++ {
		if b.word(i) == "where" && b.word(i+1) == "current" && b.word(i+2) == "of" {
			return tokens{i + 1, min(i+4, level.hi)}
		}
	}
	return tokens{}
}

// other keeps the expressions inside a node that is not understood. Such a
// node is a call in SQL/XML or SQL/JSON syntax, so its location, if it has
// one, is that of a name before a parenthesis.
func (b *builder) other(n *pg.Node, s *scope) *Expr {
	e := &Expr{Kind: ExprOther}
	pg.Walk(n, func(c *pg.Node) bool {
		switch c.Node.(type) {
		case *pg.IsColumnRef, *pg.IsAConst, *pg.IsParamRef, *pg.IsAExpr, *pg.IsBoolExpr, *pg.IsNullTest,
			*pg.IsFuncCall, *pg.IsTypeCast, *pg.IsSubLink, *pg.IsCaseExpr, *pg.IsCoalesceExpr, *pg.IsAIndirection,
			*pg.IsAArrayExpr, *pg.IsRowExpr, *pg.IsMinMaxExpr, *pg.IsSQLValueFunction:
			e.Args = append(e.Args, b.expr(c, s))
			return false
		}
		return true
	})
	if i := b.at(pg.Location(n)); i >= 0 && b.isWord(i) && b.word(i+1) == "(" {
		e.toks = b.call(i)
		e.Name = b.word(i)
	}
	return e
}

// source returns t as it stands in the source.
func (b *builder) source(t tokens) string {
	if r := b.rangeOf(t); r.Start >= 0 && r.End <= len(b.src.Text) {
		return b.src.Text[r.Start:r.End]
	}
	return ""
}

func (b *builder) span(lo, hi int) tokens {
	if lo < 0 {
		return tokens{}
	}
	return tokens{lo, min(hi, len(b.toks))}
}

func (b *builder) column(c *pg.ColumnRef, s *scope) *Expr {
	t := b.name(b.at(c.Location), len(c.Fields))
	last := c.Fields[len(c.Fields)-1]
	names := pg.Names(c.Fields)
	e := &Expr{Kind: ExprColumn, Name: names[len(names)-1], toks: t, Hole: b.hasHole(t)}
	if last.GetAStar() != nil {
		e.Kind = ExprStar
	}
	if len(names) > 1 {
		e.Qualifier = names[len(names)-2]
		schema := ""
		if len(names) > 2 {
			schema = names[len(names)-3]
		}
		e.Rel, e.Outer = s.qualified(schema, e.Qualifier)
	} else if e.Kind == ExprColumn {
		e.Rel, e.Outer = s.unqualified()
	}
	if e.Hole {
		// What the hole gives is not a name that can be compared.
		if b.hasHole(tokens{t.hi - 1, t.hi}) {
			e.Name = ""
		} else {
			e.Qualifier = ""
		}
	}
	return e
}

func (b *builder) constant(c *pg.AConst) *Expr {
	i := b.at(c.Location)
	e := &Expr{Kind: ExprConst}
	switch v := c.GetVal(); {
	case c.Isnull:
		e.ConstKind, e.Const = ConstNull, "null"
	case c.GetSval() != nil:
		e.ConstKind, e.Const = ConstString, c.GetSval().Sval
	case c.GetBsval() != nil:
		e.ConstKind, e.Const = ConstString, c.GetBsval().Bsval
	case c.GetFval() != nil:
		e.ConstKind, e.Const = ConstFloat, c.GetFval().Fval
		if !strings.ContainsAny(e.Const, ".eE") {
			e.ConstKind = ConstInt // too big for an int4
		}
	case c.GetBoolval() != nil:
		e.ConstKind, e.Const = ConstBool, strconv.FormatBool(c.GetBoolval().Boolval)
	case v != nil:
		e.ConstKind, e.Const = ConstInt, strconv.Itoa(int(c.GetIval().GetIval()))
	}
	if i < 0 {
		return e
	}
	hi := i + 1
	// Have: the parser folds signs into a number, whose location is the sign's.
	for hi < len(b.toks) && (e.ConstKind == ConstInt || e.ConstKind == ConstFloat) &&
		b.toks[hi-1].Kind != sqlscan.Number && (b.toks[hi-1].Kind == sqlscan.Op || b.word(hi-1) == "(") {
		hi++
	}
	// Strings on following lines continue the first.
	for b.toks[i].Kind == sqlscan.String && hi < len(b.toks) && b.toks[hi].Kind == sqlscan.String &&
		strings.Contains(b.sql[b.toks[hi-1].End:b.toks[hi].Start], "\n") {
		hi++
	}
	e.toks = tokens{i, hi}
	e.Hole = b.hasHole(e.toks)
	return e
}

func (b *builder) boolean(x *pg.BoolExpr, s *scope) *Expr {
	e := &Expr{Kind: ExprBool, Args: b.exprs(x.Args, s)}
	switch x.Boolop {
	case pg.AndExpr:
		e.Name = "and"
	case pg.OrExpr:
		e.Name = "or"
	default:
		e.Name = "not"
		t := b.one(x.Location)
		if len(e.Args) == 1 && e.Args[0].Name == "not in" && !t.empty() && t.lo >= e.Args[0].toks.lo {
			return e.Args[0] // x NOT IN (SELECT …) has its NOT in the operator
		}
		e.toks = t
	}
	return e
}

func (b *builder) aexpr(x *pg.AExpr, s *scope) *Expr {
	i := b.at(x.Location)
	name := ""
	if len(x.Name) > 0 {
		name = pg.Name(x.Name[len(x.Name)-1])
	}
	own := b.operator(i)
	if b.hasHole(own) {
		name = "" // the operator is not known
	}
	left := b.expr(x.Lexpr, s)
	switch x.Kind {
	case pg.AExprNullIf:
		return &Expr{Kind: ExprFunc, Name: "nullif", Args: []*Expr{left, b.expr(x.Rexpr, s)}, toks: b.call(i)}
	case pg.AExprIn:
		e := op(b.text(own), own, left)
		e.Args = append(e.Args, b.exprs(x.Rexpr.GetList().GetItems(), s)...)
		e.toks.hi = max(e.toks.hi, b.closing(own.hi))
		return e
	case pg.AExprBetween, pg.AExprNotBetween, pg.AExprBetweenSym, pg.AExprNotBetweenSym:
		e := op(b.text(own), own, left)
		e.Args = append(e.Args, b.exprs(x.Rexpr.GetList().GetItems(), s)...)
		return e
	case pg.AExprOpAny, pg.AExprOpAll:
		e := op(b.text(own), own, left, b.expr(x.Rexpr, s))
		e.toks.hi = max(e.toks.hi, b.closing(own.hi))
		return e
	case pg.AExprLike, pg.AExprILike, pg.AExprSimilar:
		e := op(b.text(own), own, left)
		// The pattern of SIMILAR TO, and one with ESCAPE, is wrapped in a
		// call that the text does not have.
		if f := x.Rexpr.GetFuncCall(); f != nil && f.Location == x.Location {
			e.Args = append(e.Args, b.exprs(f.Args, s)...)
		} else {
			e.Args = append(e.Args, b.expr(x.Rexpr, s))
		}
		return e
	case pg.AExprDistinct, pg.AExprNotDistinct:
		name = b.text(own)
	}
	return op(name, own, left, b.expr(x.Rexpr, s))
}

func (b *builder) caseExpr(x *pg.CaseExpr, s *scope) *Expr {
	i := b.at(x.Location)
	e := &Expr{Kind: ExprCase, toks: b.span(i, b.closing(i))}
	add := func(n *pg.Node) *Expr {
		a := b.expr(n, s)
		if a != nil {
			e.Args = append(e.Args, a)
		}
		return a
	}
	of := add(x.Arg)
	for _, w := range x.Args {
		c := branch{add(w.GetCaseWhen().GetExpr()), add(w.GetCaseWhen().GetResult())}
		if of != nil && c.when != nil {
			c.when = &Expr{Kind: ExprOp, Name: "=", Args: []*Expr{of, c.when}, Range: c.when.Range, toks: c.when.toks}
		}
		e.cases = append(e.cases, c)
	}
	if x.Defresult != nil {
		e.cases = append(e.cases, branch{then: add(x.Defresult)})
	}
	return e
}

func (b *builder) cast(x *pg.TypeCast, s *scope) *Expr {
	e := &Expr{Kind: ExprCast, Name: typeName(x.TypeName), Args: b.exprs([]*pg.Node{x.Arg}, s)}
	if b.hasHole(b.typeName(b.at(x.TypeName.GetLocation()))) {
		e.Name, e.Hole = "", true
	}
	i := b.at(x.Location)
	switch {
	case b.word(i) == "::":
		t := b.typeName(i + 1)
		e.toks = tokens{i, max(t.hi, i+1)}
	case i >= 0 && b.word(i+1) == "(" && b.word(i) == "cast":
		e.toks = b.span(i, b.closing(i+1))
	default: // type 'text', interval '1' day
		t := b.typeName(b.at(x.TypeName.GetLocation()))
		e.toks = t
		if len(e.Args) == 1 && !e.Args[0].toks.empty() {
			e.toks = union(t, tokens{e.Args[0].toks.lo, b.intervalFields(e.Args[0].toks.hi)})
		}
	}
	return e
}

// typeName returns a type's name as SQL spells it, without modifiers.
func typeName(t *pg.TypeName) string {
	names := pg.Names(t.GetNames())
	if len(names) > 1 && names[0] == "pg_catalog" {
		names = names[1:]
		if sql, ok := sqlTypes[names[0]]; ok {
			names[0] = sql
		}
	}
	name := strings.Join(names, ".")
	for range t.GetArrayBounds() {
		name += "[]"
	}
	return name
}

// sqlTypes maps the catalogue's names of types with a syntax of their own.
var sqlTypes = map[string]string{
	"bool": "boolean", "int2": "smallint", "int4": "integer", "int8": "bigint",
	"float4": "real", "float8": "double precision", "bpchar": "character",
}

// indirection is a subscript or a field of something that is not a bare name:
// arr[1], (row).field.
func (b *builder) indirection(x *pg.AIndirection, s *scope) *Expr {
	arg := b.expr(x.Arg, s)
	e := &Expr{Kind: ExprOther, Args: []*Expr{arg}}
	t := arg.toks
	if t.empty() {
		return e
	}
	for b.word(t.hi) == ")" && b.match[t.hi] == t.lo-1 {
		t = tokens{t.lo - 1, t.hi + 1}
	}
	for _, n := range x.Indirection {
		switch {
		case n.GetAIndices() != nil:
			e.Name += "[]"
			e.Args = append(e.Args, b.exprs([]*pg.Node{n.GetAIndices().Lidx, n.GetAIndices().Uidx}, s)...)
			t.hi = b.closing(t.hi)
		case n.GetAStar() != nil:
			e.Name += ".*"
			t.hi += 2
		default:
			e.Name += "." + pg.Name(n)
			t.hi += 2
		}
	}
	t.hi = min(t.hi, len(b.toks))
	e.toks = t
	return e
}

func (b *builder) sublink(x *pg.SubLink, s *scope) *Expr {
	i := b.at(x.Location)
	limit := i + 6 // NOT IN, = ANY, …
	open := b.opening(i, limit)
	own := b.span(i, i+1)
	if open >= 0 {
		own.hi = b.closing(open)
	}
	e := &Expr{Kind: ExprSub, toks: own}
	role := RoleScalar
	var left *Expr
	switch x.SubLinkType {
	case pg.SubLinkExists:
		role = RoleExists
	case pg.SubLinkAny, pg.SubLinkAll:
		role = RoleIn
		left = b.expr(x.Testexpr, s)
	}
	e.Level = b.query(x.Subselect, queryPlace{role: role, parent: s.level, outer: s, ctes: s.ctes, inside: own})
	if role != RoleIn {
		return e
	}
	// x IN (SELECT …): an operator whose right side is the subselect.
	opToks := b.operator(i)
	e.toks = tokens{open, own.hi}
	if open < 0 {
		e.toks = own
	}
	e.Range = b.rangeOf(e.toks)
	return op(b.text(opToks), opToks, left, e)
}
