package sqltext

import (
	"go/constant"
	"go/token"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// A num is the number of a value of the running program: expressions with the
// same number have the same value. What is compared twice has one outcome as
// long as its number is the same. Nums are interned.
type num struct {
	numKey
	fields map[*types.Var]*num // of a struct literal: those that it gives
	elems  int                 // of another literal: how many elements it has, -1 if that is not known
}

type numKey struct {
	kind  numKind
	op    token.Token // of an operation
	x, y  *num
	obj   types.Object // the variable, field or function
	pos   token.Pos    // with epoch: where and when it comes to be
	epoch int32
	c     *cond  // of a choice: x where it holds, y where not
	text  string // of a constant, exactly
	val   constant.Kind
}

type numKind uint8

const (
	opaqueNum  numKind = iota // of which nothing else is known
	constNum                  // a constant
	nilNum                    // nil
	literalNum                // a composite literal, or a pointer to one
	fieldNum                  // the field of x; what x points to if obj is nil
	changedNum                // x with y in a field
	lostNum                   // x, of which the fields may have changed
	lenNum                    // the length of x
	opNum                     // an operation
	callNum                   // a call of a function that answers the same for the same arguments
	choiceNum                 // x or y
	moreNum                   // x with elements appended to it
)

// numbers has the nums and conds of a package.
type numbers struct {
	nums   map[numKey]*num
	conds  map[cond]*cond
	epochs map[epochKey]int32
	consts map[*num]constant.Value
}

type epochKey struct {
	in   int32
	pos  token.Pos
	pass int
}

func newNumbers() *numbers {
	return &numbers{nums: make(map[numKey]*num), conds: make(map[cond]*cond), epochs: make(map[epochKey]int32), consts: make(map[*num]constant.Value)}
}

// epoch returns the epoch in which what stands at pos is interpreted from
// within another: values that come to be there differ between epochs.
func (n *numbers) epoch(in int32, pos token.Pos, pass int) int32 {
	k := epochKey{in, pos, pass}
	e, ok := n.epochs[k]
	if !ok {
		e = int32(len(n.epochs) + 1)
		n.epochs[k] = e
	}
	return e
}

func (n *numbers) num(k numKey) *num {
	m, ok := n.nums[k]
	if !ok {
		m = &num{numKey: k, elems: -1}
		n.nums[k] = m
	}
	return m
}

func (n *numbers) opaque(epoch int32, pos token.Pos) *num {
	return n.num(numKey{kind: opaqueNum, epoch: epoch, pos: pos})
}

func (n *numbers) variable(v *types.Var) *num { return n.num(numKey{kind: opaqueNum, obj: v}) }

func (n *numbers) constant(v constant.Value) *num {
	m := n.num(numKey{kind: constNum, text: v.ExactString(), val: v.Kind()})
	if _, ok := n.consts[m]; !ok {
		n.consts[m] = v
	}
	return m
}

func (n *numbers) null() *num { return n.num(numKey{kind: nilNum}) }

// zero returns the number of the zero value of a type; nil if it has none that
// is known.
func (n *numbers) zero(t types.Type) *num {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsString != 0:
			return n.constant(constant.MakeString(""))
		case u.Info()&types.IsBoolean != 0:
			return n.constant(constant.MakeBool(false))
		case u.Info()&types.IsInteger != 0:
			return n.constant(constant.MakeInt64(0))
		}
	case *types.Pointer, *types.Slice, *types.Map, *types.Interface, *types.Signature, *types.Chan:
		return n.null()
	}
	return nil
}

// field returns the number of a field of x, or of what it points to.
func (n *numbers) field(x *num, f *types.Var, depth int) *num {
	switch x.kind {
	case literalNum:
		if m, ok := x.fields[f]; ok {
			return m
		}
		if st, ok := x.obj.(*types.TypeName); ok && x.fields != nil && hasField(st.Type(), f) {
			if z := n.zero(f.Type()); z != nil {
				return z
			}
			if isNamedStruct(f.Type()) {
				return n.literal(0, 0, f.Type(), map[*types.Var]*num{})
			}
		}
	case changedNum:
		if x.obj == f {
			return x.y
		}
		return n.field(x.x, f, depth)
	case fieldNum:
		if x.obj == nil {
			return n.field(x.x, f, depth)
		}
	case choiceNum:
		if depth < maxChoices {
			return n.choice(x.c, n.field(x.x, f, depth+1), n.field(x.y, f, depth+1))
		}
	}
	return n.num(numKey{kind: fieldNum, x: x, obj: f})
}

func hasField(t types.Type, f *types.Var) bool {
	st := structOf(t)
	for i := 0; st != nil && i < st.NumFields(); i++ {
		if st.Field(i) == f {
			return true
		}
	}
	return false
}

// literal returns the number of a struct literal, which gives some fields.
func (n *numbers) literal(epoch int32, pos token.Pos, t types.Type, fields map[*types.Var]*num) *num {
	named, _ := types.Unalias(t).(*types.Named)
	k := numKey{kind: literalNum, epoch: epoch, pos: pos}
	if named != nil {
		k.obj = named.Obj()
	}
	m := n.num(k)
	m.fields = fields
	return m
}

// maxChoices bounds the choices within choices that are told apart.
const maxChoices = 4

func (n *numbers) choice(c *cond, x, y *num) *num {
	switch {
	case x == y || c == condTrue:
		return x
	case c == condFalse:
		return y
	}
	return n.num(numKey{kind: choiceNum, c: c, x: x, y: y})
}

// length returns the number of the length of x; text says that it is a string.
func (n *numbers) length(x *num, text bool, depth int) *num {
	switch {
	case x.kind == nilNum:
		return n.constant(constant.MakeInt64(0))
	case x.kind == constNum && n.consts[x].Kind() == constant.String:
		return n.constant(constant.MakeInt64(int64(len(constant.StringVal(n.consts[x])))))
	case x.kind == literalNum && x.elems >= 0:
		return n.constant(constant.MakeInt64(int64(x.elems)))
	case x.kind == choiceNum && depth < maxChoices:
		return n.choice(x.c, n.length(x.x, text, depth+1), n.length(x.y, text, depth+1))
	}
	k := numKey{kind: lenNum, x: x}
	if text {
		k.op = token.STRING
	}
	return n.num(k)
}

func (n *numbers) cond(c cond) *cond {
	if c.val != nil {
		// Have: equal constants may be different values.
		c.val = n.consts[n.constant(c.val)]
	}
	p, ok := n.conds[c]
	if !ok {
		p = &c
		n.conds[c] = p
	}
	return p
}

func (n *numbers) both(x, y *cond) *cond {
	switch {
	case x == condFalse || y == condFalse:
		return condFalse
	case x == condTrue || x == y:
		return y
	case y == condTrue:
		return x
	}
	return n.cond(cond{op: both, x: x, y: y})
}

func (n *numbers) either(x, y *cond) *cond {
	switch {
	case x == condTrue || y == condTrue:
		return condTrue
	case x == condFalse || x == y:
		return y
	case y == condFalse:
		return x
	}
	return n.cond(cond{op: either, x: x, y: y})
}

func (n *numbers) not(c *cond) *cond {
	switch c.op {
	case always:
		return condFalse
	case never:
		return condTrue
	case both:
		return n.either(n.not(c.x), n.not(c.y))
	case either:
		return n.both(n.not(c.x), n.not(c.y))
	}
	return n.comparison(c.subject, golang.Opposite[c.cmp], c.val)
}

// conj returns that all of a guard holds.
func (n *numbers) conj(g guard) *cond {
	out := condTrue
	for _, c := range g {
		out = n.both(out, c)
	}
	return out
}

// comparison compares a number with a constant, in the form that those of the
// same meaning have.
func (n *numbers) comparison(x *num, cmp token.Token, val constant.Value) *cond {
	if val != nil && val.Kind() == constant.Bool && cmp == token.NEQ {
		cmp, val = token.EQL, constant.MakeBool(!constant.BoolVal(val))
	}
	if x.kind == lenNum && val != nil && val.Kind() == constant.Int {
		// Have: no length is below zero.
		at, exact := constant.Int64Val(val)
		some := cmp == token.GTR && at == 0 || cmp == token.GEQ && at == 1 || cmp == token.NEQ && at == 0
		none := cmp == token.LEQ && at == 0 || cmp == token.LSS && at == 1 || cmp == token.EQL && at == 0
		if exact && (some || none) {
			cmp, val = token.NEQ, constant.MakeInt64(0)
			if none {
				cmp = token.EQL
			}
			if x.op == token.STRING {
				x, val = x.x, constant.MakeString("")
			}
		}
	}
	return n.cond(cond{op: compares, subject: x, cmp: cmp, val: val})
}

// compare compares two numbers.
func (n *numbers) compare(x *num, cmp token.Token, y *num, depth int) *cond {
	if x.kind == constNum || x.kind == nilNum {
		if y.kind != constNum && y.kind != nilNum {
			return n.compare(y, golang.Mirrored[cmp], x, depth)
		}
	}
	truth := func(b bool) *cond {
		if b {
			return condTrue
		}
		return condFalse
	}
	switch {
	case x == y && (cmp == token.EQL || cmp == token.NEQ):
		return truth(cmp == token.EQL)
	case x.kind == constNum && y.kind == constNum && n.consts[x].Kind() == n.consts[y].Kind():
		if n.consts[x].Kind() != constant.Bool || cmp == token.EQL || cmp == token.NEQ {
			return truth(constant.Compare(n.consts[x], cmp, n.consts[y]))
		}
	case x.kind == choiceNum && depth < maxChoices:
		return n.either(n.both(x.c, n.compare(x.x, cmp, y, depth+1)), n.both(n.not(x.c), n.compare(x.y, cmp, y, depth+1)))
	case y.kind == choiceNum && depth < maxChoices:
		return n.compare(y, golang.Mirrored[cmp], x, depth)
	case y.kind == nilNum:
		switch x.kind {
		case literalNum, moreNum:
			return truth(cmp == token.NEQ)
		case changedNum, lostNum:
			return n.compare(x.x, cmp, y, depth)
		}
		return n.comparison(x, cmp, nil)
	case y.kind == constNum:
		if x.kind == lenNum && x.x.kind == moreNum && n.consts[y].ExactString() == "0" {
			switch cmp {
			case token.GTR, token.NEQ:
				return condTrue
			case token.EQL, token.LEQ:
				return condFalse
			}
		}
		return n.comparison(x, cmp, n.consts[y])
	}
	yes := constant.MakeBool(true)
	switch cmp {
	case token.NEQ:
		return n.not(n.compare(x, token.EQL, y, depth))
	case token.EQL:
		return n.comparison(n.num(numKey{kind: opNum, op: cmp, x: x, y: y}), token.EQL, yes)
	case token.GEQ, token.LEQ:
		return n.not(n.compare(x, golang.Opposite[cmp], y, depth))
	case token.GTR:
		x, y = y, x
	}
	return n.comparison(n.num(numKey{kind: opNum, op: token.LSS, x: x, y: y}), token.EQL, yes)
}

// holds returns that a number of boolean type is true.
func (n *numbers) holds(x *num, depth int) *cond {
	if depth > maxChoices {
		return n.comparison(x, token.EQL, constant.MakeBool(true))
	}
	switch x.kind {
	case constNum:
		if c := n.consts[x]; c.Kind() == constant.Bool && constant.BoolVal(c) {
			return condTrue
		}
		return condFalse
	case choiceNum:
		return n.either(n.both(x.c, n.holds(x.x, depth+1)), n.both(n.not(x.c), n.holds(x.y, depth+1)))
	case opNum:
		switch x.op {
		case token.NOT:
			return n.not(n.holds(x.x, depth))
		case token.LAND:
			return n.both(n.holds(x.x, depth+1), n.holds(x.y, depth+1))
		case token.LOR:
			return n.either(n.holds(x.x, depth+1), n.holds(x.y, depth+1))
		}
		if _, ok := golang.Opposite[x.op]; ok {
			return n.compare(x.x, x.op, x.y, 0)
		}
	}
	return n.comparison(x, token.EQL, constant.MakeBool(true))
}
