package sqlmodel

// A Condition is a condition with its connectives, which Level.Predicates has
// taken apart. NOT is pushed down to the comparisons.
type Condition struct {
	// And, Or: Args are the operands. Else it is Predicate alone.
	And, Or   bool
	Args      []*Condition
	Predicate Predicate

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

// predicates appends the leaves of t.
func (t *Condition) predicates(to []Predicate) []Predicate {
	if !t.And && !t.Or {
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
