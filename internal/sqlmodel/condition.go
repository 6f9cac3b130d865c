package sqlmodel

// A Condition is a condition with its connectives, which Level.Predicates has
// taken apart. NOT is pushed down to the comparisons.
type Condition struct {
	// And, Or: Args are the operands. Else it is Predicate alone.
	And, Or bool
	// Case is set if it is a CASE, whose branches are the Args; Predicate is
	// the whole of it. Guard is set for what leads to a branch.
	Case, Guard bool
	Args        []*Condition
	Predicate   Predicate

	Place Place
	// Join says which join an ON or USING condition belongs to: "inner",
	// "left", "right", "full"; "" for other places.
	Join string
	// Nullable holds the relations that this join makes nullable: the
	// condition restricts the rows of these alone. Empty for an inner join.
	Nullable []*Relation
}

// condition builds the tree of e.
func (b *builder) condition(e *Expr, c cond) *Condition {
	if e.Kind == ExprCase {
		if t := b.cases(e, c); t != nil {
			return t
		}
	}
	if e.Kind != ExprBool || len(e.Args) == 0 {
		return &Condition{Predicate: b.predicate(e, c), Place: c.place}
	}
	if e.Name == "not" {
		c.negated = !c.negated
		t := b.condition(e.Args[0], c)
		if !t.And && !t.Or && !e.toks.empty() {
			t.Predicate.Range = e.Range
		}
		return t
	}
	t := &Condition{Place: c.place}
	if (e.Name == "or") != c.negated {
		t.Or, c.or = true, true
	} else {
		t.And = true
	}
	for _, a := range e.Args {
		t.Args = append(t.Args, b.condition(a, c))
	}
	return t
}

// cases builds the tree of a CASE that is a condition: its branches, each with
// what leads to it. Nil if a part of it is not known.
func (b *builder) cases(e *Expr, c cond) *Condition {
	t := &Condition{Or: true, Case: true, Place: c.place, Predicate: b.predicate(e, c)}
	inner := c
	inner.or = true
	var before []*Condition // the whens that do not hold
	for _, x := range e.cases {
		if x.then == nil || x.when == nil && x != e.cases[len(e.cases)-1] {
			return nil
		}
		arm := &Condition{And: true, Place: c.place, Args: append([]*Condition{}, before...)}
		if x.when != nil {
			when := b.condition(x.when, cond{place: c.place, or: true})
			not := b.condition(x.when, cond{place: c.place, or: true, negated: true})
			when.Guard, not.Guard = true, true
			arm.Args = append(arm.Args, when)
			before = append(before, not)
		}
		switch {
		case x.then.Kind == ExprConst && x.then.ConstKind == ConstNull, x.then.isBool(c.negated):
			continue // no row by this branch
		case !x.then.isBool(!c.negated):
			arm.Args = append(arm.Args, b.condition(x.then, inner))
		}
		t.Args = append(t.Args, arm)
	}
	if len(t.Args) == 0 {
		return nil
	}
	return t
}

// isBool reports whether e is the constant value.
func (e *Expr) isBool(value bool) bool {
	return e.Kind == ExprConst && e.ConstKind == ConstBool && (e.Const == "true") == value
}

// predicates appends the leaves of t.
func (t *Condition) predicates(to []Predicate) []Predicate {
	if !t.And && !t.Or || t.Case {
		return append(to, t.Predicate)
	}
	for _, a := range t.Args {
		to = a.predicates(to)
	}
	return to
}

// Conjuncts returns the conditions that all hold: t's parts if it is a
// conjunction, in order.
func (t *Condition) Conjuncts() []*Condition {
	if !t.And {
		return []*Condition{t}
	}
	var out []*Condition
	for _, a := range t.Args {
		out = append(out, a.Conjuncts()...)
	}
	return out
}

// restrict adds the condition t to l.
func (l *Level) restrict(t *Condition) {
	l.Conditions = append(l.Conditions, t)
	l.Predicates = t.predicates(l.Predicates)
}
