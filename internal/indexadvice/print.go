package indexadvice

import (
	"regexp"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/pgwords"
	"github.com/sqlvet/sqlvet/internal/priors"
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// A key is what an index part holds: a column or an expression over columns
// of one relation.
type key struct {
	text string         // canonical SQL; keys are equal if their texts are
	col  *schema.Column // nil for an expression
	expr bool
	cast bool             // of a column: the value should be converted, and not each row's
	typ  string           // "" if not known
	of   []*schema.Column // that an expression is made of
}

// side returns the one relation that e is a column or immutable expression
// of. ok is false if there is none, or e could not be a part of an index.
func (b *block) side(l *sqlmodel.Level, e *sqlmodel.Expr) (side, bool) {
	u := b.use(l, e)
	if len(u.rels) != 1 || u.outer || u.unknown || u.volatile {
		return side{}, false
	}
	var r *rel
	for r = range u.rels {
	}
	if r.table == nil {
		if t, ok := b.a.resolve(l, e); ok && t.rel == r && e.Kind == sqlmodel.ExprColumn {
			return side{r, key{text: schema.Quote(e.Name)}}, true // of a subquery
		}
		return side{}, false
	}
	p := &printer{a: b.a}
	text := p.print(l, e, 20)
	if !p.immutable() {
		return side{}, false
	}
	return side{r, key{text: text, col: p.only, expr: p.only == nil, cast: p.only == nil && castOfColumn(e), typ: p.typ, of: p.of}}, true
}

func castOfColumn(e *sqlmodel.Expr) bool {
	return e.Kind == sqlmodel.ExprCast && len(e.Args) == 1 && e.Args[0].Kind == sqlmodel.ExprColumn
}

// print returns the canonical text of e and whether it could be a part of an
// index; "" if it has no canonical text.
func (a *analysis) print(l *sqlmodel.Level, e *sqlmodel.Expr) (string, bool) {
	p := &printer{a: a}
	text := p.print(l, e, 20)
	if p.failed {
		return "", false
	}
	return text, !p.stable
}

// A printer writes expressions in one canonical form: columns bare, operators
// bracketed, casts that change nothing left out.
type printer struct {
	a      *analysis
	failed bool // no canonical text
	stable bool // not immutable, or not known to be
	only   *schema.Column
	of     []*schema.Column // all that were met
	typ    string           // type of what was printed last, "" if not known
}

func (p *printer) immutable() bool { return !p.failed && !p.stable }

func (p *printer) fail() string {
	p.failed = true
	return ""
}

func (p *printer) print(l *sqlmodel.Level, e *sqlmodel.Expr, depth int) string {
	if e == nil || depth == 0 || e.Hole {
		return p.fail()
	}
	switch e.Kind {
	case sqlmodel.ExprColumn:
		return p.column(l, e, depth)
	case sqlmodel.ExprConst:
		p.typ, p.only = constType(e), nil
		return constant(e)
	case sqlmodel.ExprCast:
		return p.cast(l, e, depth)
	case sqlmodel.ExprFunc:
		return p.call(l, e, depth)
	case sqlmodel.ExprOp:
		return p.operator(l, e, depth)
	case sqlmodel.ExprArray:
		return "ARRAY[" + p.list(l, e.Args, depth) + "]"
	}
	return p.fail()
}

func (p *printer) column(l *sqlmodel.Level, e *sqlmodel.Expr, depth int) string {
	t, ok := p.a.resolve(l, e)
	switch {
	case !ok:
		return p.fail()
	case t.expr != nil:
		return p.print(t.level, t.expr, depth-1)
	case t.col == nil:
		return p.fail()
	}
	p.only, p.typ = t.col, t.col.Type
	p.of = append(p.of, t.col)
	return schema.Quote(t.col.Name)
}

func (p *printer) list(l *sqlmodel.Level, args []*sqlmodel.Expr, depth int) string {
	var out []string
	for _, x := range args {
		out = append(out, p.print(l, x, depth-1))
	}
	p.only, p.typ = nil, ""
	return strings.Join(out, ", ")
}

func constType(e *sqlmodel.Expr) string {
	switch e.ConstKind {
	case sqlmodel.ConstBool:
		return "boolean"
	case sqlmodel.ConstInt:
		return "integer"
	case sqlmodel.ConstFloat:
		return "numeric"
	}
	return ""
}

// constant writes a constant as SQL.
func constant(e *sqlmodel.Expr) string {
	switch e.ConstKind {
	case sqlmodel.ConstNull:
		return "NULL"
	case sqlmodel.ConstString:
		if strings.Contains(e.Const, `\`) {
			return `E'` + strings.NewReplacer(`'`, `''`, `\`, `\\`).Replace(e.Const) + `'`
		}
		return "'" + strings.ReplaceAll(e.Const, "'", "''") + "'"
	}
	return e.Const
}

// cast writes x::type. A cast of a constant is left out: the column decides.
func (p *printer) cast(l *sqlmodel.Level, e *sqlmodel.Expr, depth int) string {
	if len(e.Args) != 1 || e.Name == "" {
		return p.fail()
	}
	arg := e.Args[0]
	if arg.Kind == sqlmodel.ExprConst {
		s := p.print(l, arg, depth-1)
		p.typ = e.Name
		if t := priors.CanonicalType(e.Name); priors.IsTime(t) && arg.ConstKind == sqlmodel.ConstString && timeWord(arg.Const) {
			p.stable = true // 'now', 'today'
		}
		if priors.IsNumber(priors.CanonicalType(e.Name)) && arg.ConstKind == sqlmodel.ConstString && bareNumber.MatchString(arg.Const) {
			return arg.Const // '60000'::numeric is 60000
		}
		return s
	}
	s := p.print(l, arg, depth-1)
	from, to := p.a.cat.BaseType(p.typ), priors.CanonicalType(e.Name)
	p.typ = to
	if from == to || textual(from) && textual(to) {
		return s // the same bytes
	}
	if p.only == nil { // more than a column
		s = "(" + s + ")"
	}
	p.only = nil
	if !immutableCast(from, to) {
		p.stable = true
	}
	return s + "::" + to
}

var bareNumber = regexp.MustCompile(`^\d+(\.\d+)?$`)

func timeWord(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "now", "today", "tomorrow", "yesterday":
		return true
	}
	return false
}

func textual(typ string) bool { return typ == "text" || typ == "varchar" }

// immutableCast reports whether PostgreSQL marks the cast immutable.
func immutableCast(from, to string) bool {
	switch {
	case from == "timestamptz", from == "timetz", strings.HasSuffix(from, "[]"), from == "":
		return false // depends on the time zone, or on the element's output
	case from == "timestamp":
		return to == "date" || to == "time"
	case priors.IsText(from):
		return priors.IsNumber(to) || priors.IsText(to) || to == "uuid" || to == "boolean" || to == "jsonb"
	case priors.IsNumber(from):
		return priors.IsNumber(to) || priors.IsText(to) && from != "money" || to == "boolean"
	case from == "uuid", from == "boolean":
		return priors.IsText(to) || priors.IsNumber(to)
	case from == "jsonb":
		return priors.IsNumber(to) || to == "boolean" || priors.IsText(to)
	}
	return false
}

// grammar holds what is written as a call and is none: immutable as its arguments
// are, and of their type.
var grammar = []string{"coalesce", "nullif", "greatest", "least"}

func (p *printer) call(l *sqlmodel.Level, e *sqlmodel.Expr, depth int) string {
	if e.Aggregate || len(e.More) > 0 || e.Name == "" {
		return p.fail()
	}
	var args, types []string
	for _, x := range e.Args {
		args = append(args, p.print(l, x, depth-1))
		types = append(types, p.a.cat.BaseType(p.typ))
	}
	p.only, p.typ = nil, ""
	volatility, result := pgwords.Call(e.Name, types)
	ok := volatility == pgwords.Immutable
	p.typ = result
	switch {
	case slices.Contains(grammar, e.Name) && len(types) > 0:
		ok, p.typ = true, types[0]
	case (e.Name == "to_tsvector" || e.Name == "timezone") && len(e.Args) > 0:
		// The configuration, or the zone, must be named.
		ok = ok && slices.Contains([]sqlmodel.ExprKind{sqlmodel.ExprConst, sqlmodel.ExprCast}, e.Args[0].Kind)
	}
	if !ok {
		p.stable = true
	}
	if keywordCalls[e.Name] || strings.ContainsAny(e.Name, `."`) {
		return p.fail()
	}
	return e.Name + "(" + strings.Join(args, ", ") + ")"
}

// keywordCalls are functions with a syntax of their own, which is not printed.
var keywordCalls = map[string]bool{
	"extract": true, "overlay": true, "position": true, "xmlparse": true, "xmlserialize": true, "normalize": true,
	"current_date": true, "current_time": true, "current_timestamp": true, "localtime": true, "localtimestamp": true,
	"current_user": true, "session_user": true, "grouping": true,
}

// operators that are immutable on the types that columns have, with the type
// of their result; "" for that of the operands.
var immutableOps = map[string]string{
	"+": "", "-": "", "*": "", "/": "", "%": "", "||": "", "->": "jsonb", "->>": "text", "#>": "jsonb", "#>>": "text",
	"=": "boolean", "<>": "boolean", "<": "boolean", "<=": "boolean", ">": "boolean", ">=": "boolean",
	"is null": "boolean", "is not null": "boolean", "is true": "boolean", "is false": "boolean",
	"is not true": "boolean", "is not false": "boolean", "&": "", "|": "", "#": "",
}

func (p *printer) operator(l *sqlmodel.Level, e *sqlmodel.Expr, depth int) string {
	typ, ok := immutableOps[e.Name]
	if !ok || len(e.Args) == 0 || len(e.Args) > 2 {
		return p.fail()
	}
	var args, types []string
	for _, x := range e.Args {
		s := p.print(l, x, depth-1)
		if x.Kind == sqlmodel.ExprOp {
			s = "(" + s + ")"
		}
		args = append(args, s)
		types = append(types, p.a.cat.BaseType(p.typ))
	}
	p.only = nil
	p.typ = typ
	if typ == "" {
		p.typ = types[0]
	}
	for _, t := range types {
		if priors.IsTime(t) || t == "interval" {
			p.stable = p.stable || typ != "boolean" // timestamptz + interval
		}
		if e.Name == "||" && !priors.IsText(t) && t != "" {
			p.stable = true
		}
	}
	op := strings.ToUpper(e.Name)
	switch {
	case len(args) == 1 && strings.HasPrefix(e.Name, "is "):
		return args[0] + " " + op
	case len(args) == 1:
		return op + args[0]
	}
	return args[0] + " " + op + " " + args[1]
}
