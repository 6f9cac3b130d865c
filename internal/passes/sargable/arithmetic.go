package sargable

import (
	"fmt"
	"go/types"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// An operand is a value in arithmetic on a column whose type is known.
type operand struct {
	text  string
	date  bool // of type date; else a number
	param bool
	exact bool  // it keeps its meaning and type on the other side
	value int64 // of a constant
	known bool  // value is set
}

// moved rewrites x + 1 > v to x > v - 1. It is exact with integers and dates:
// those of the text, and those that Go binds.
func (c *Condition) moved(t term, s side) rewriting {
	e := t.expr
	if e.Kind != sqlmodel.ExprOp || len(e.Args) != 2 || e.Name != "+" && e.Name != "-" {
		return rewriting{}
	}
	x, k := e.Args[0], e.Args[1]
	minuend := false // k - x
	if x.Kind != sqlmodel.ExprColumn {
		x, k = k, x
		minuend = e.Name == "-"
	}
	if x.Kind != sqlmodel.ExprColumn {
		return rewriting{}
	}
	by, ok := c.operand(k)
	low, okLow := c.operand(s.low)
	if !ok || !okLow {
		return rewriting{}
	}
	column := c.source(x)
	if s.op == sqlmodel.OpBetween {
		high, ok := c.operand(s.high)
		if !ok || minuend {
			return rewriting{}
		}
		from, okFrom := move(e.Name, minuend, by, low)
		to, okTo := move(e.Name, minuend, by, high)
		if !okFrom || !okTo {
			return rewriting{}
		}
		text := column + " BETWEEN " + from + " AND " + to
		return rewriting{text: text, exact: by.exact && low.exact && high.exact && !c.repeats(text)}
	}
	op := s.op
	if minuend {
		op = flip[op]
	}
	value, ok := move(e.Name, minuend, by, low)
	if !ok {
		return rewriting{}
	}
	return rewriting{text: fmt.Sprintf("%s %s %s", column, opText[op], value), exact: by.exact && low.exact}
}

// move returns what a column is compared with after by has been moved to the
// side of v. It reports false if the types do not go together, or if an
// integer would overflow.
func move(op string, minuend bool, by, v operand) (string, bool) {
	left, right, back := v, by, "-"
	switch {
	case minuend:
		left, right = by, v // k - x > v: x < k - v
	case op == "-":
		back = "+"
	}
	if left.date && right.date || right.date && back == "-" || by.param && (by.date || v.date) {
		return "", false // no operator, or not one that PostgreSQL finds
	}
	if left.known && right.known {
		sum := left.value + right.value
		if back == "-" {
			sum = left.value - right.value
		}
		if small(left.value) && small(right.value) && !small(sum) {
			return "", false
		}
	}
	if left.date || right.date {
		left, right = left.besideDate(), right.besideDate()
	}
	return left.text + " " + back + " " + right.text, true
}

// besideDate returns a number as one that can be added to a date.
func (o operand) besideDate() operand {
	if o.param && !o.date {
		o.text = strings.NewReplacer("::bigint", "::integer", "AS bigint", "AS integer").Replace(o.text)
	}
	return o
}

// small reports whether PostgreSQL takes an integer literal for an int4.
func small(n int64) bool { return math.MinInt32 <= n && n <= math.MaxInt32 }

// operand returns an operand of moved arithmetic. A parameter gets its type
// spelled out, since it would be inferred from its new neighbour; its type is
// that of the Go value.
func (c *Condition) operand(e *sqlmodel.Expr) (operand, bool) {
	if e == nil || c.hasHole(e.Range) {
		return operand{}, false
	}
	text := c.source(e)
	switch e.Kind {
	case sqlmodel.ExprConst:
		switch e.ConstKind {
		case sqlmodel.ConstInt:
			n, err := strconv.ParseInt(e.Const, 10, 64)
			return operand{text: text, exact: true, value: n, known: err == nil}, err == nil
		case sqlmodel.ConstFloat:
			return operand{text: text}, true
		case sqlmodel.ConstString:
			_, err := time.Parse(time.DateOnly, e.Const)
			return operand{text: text + "::date", date: true, exact: true}, err == nil
		}
	case sqlmodel.ExprParam:
		typ := c.paramType(e)
		if typ == "" {
			return operand{}, false
		}
		if strings.HasPrefix(text, "$") {
			text += "::" + typ
		} else {
			text = "CAST(" + text + " AS " + typ + ")"
		}
		return operand{text: text, date: typ == "date", param: true, exact: true}, true
	default:
		if isDate(e) {
			return operand{text: text, date: true, exact: true}, true
		}
	}
	return operand{}, false
}

// paramType returns the SQL type of what Go binds to a placeholder, "" if it
// does not go with arithmetic or is not known.
func (c *Condition) paramType(e *sqlmodel.Expr) string {
	arg := c.text.query.BoundTo(e)
	if arg == nil {
		return ""
	}
	t := c.pass.TypesInfo.TypeOf(arg)
	if t == nil {
		return ""
	}
	if named, ok := types.Unalias(t).(*types.Named); ok {
		obj := named.Obj()
		if obj.Pkg() != nil && obj.Pkg().Path() == "time" {
			return map[string]string{"Time": "date"}[obj.Name()] // beside integers; a Duration may become an interval
		}
		if value, _, _ := types.LookupFieldOrMethod(t, true, obj.Pkg(), "Value"); value != nil {
			return "" // driver.Valuer
		}
	}
	if b, ok := t.Underlying().(*types.Basic); ok && b.Info()&types.IsInteger != 0 {
		return "bigint"
	}
	return ""
}
