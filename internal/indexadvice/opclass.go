package indexadvice

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/sqlvet/sqlvet/internal/priors"
)

// opclasses.txt is what the catalog of a server says: opclasses.sql makes it.
//
//go:embed opclasses.txt
var opclassText string

// An opclass is an operator class: what an index with it answers.
type opclass struct {
	method, name string
	typ          string // of the key: "text", "anyarray"
	byDefault    bool
	ops          []string // operators with the key on their left
	orders       []string // those whose result it gives rows in the order of
}

// operators is what PostgreSQL's catalog says of operators and indexes.
type operators struct {
	classes []*opclass
	// turned holds, by operator and type, the operator that says the same with
	// its sides changed, the side of that type on the left.
	turned map[[2]string]string
	// calls holds, by function and type, that the planner makes operators of
	// a call.
	calls map[[2]string]bool
}

var knownOperators = sync.OnceValue(func() *operators {
	o := &operators{turned: make(map[[2]string]string), calls: make(map[[2]string]bool)}
	for line := range strings.Lines(opclassText) {
		part := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		what := strings.Fields(part[0])
		switch what[0] {
		case "class":
			o.classes = append(o.classes, &opclass{
				method: what[1], name: what[2], typ: priors.CanonicalType(part[1]), byDefault: part[2] != "",
				ops: strings.Fields(part[3]), orders: strings.Fields(part[4]),
			})
		case "commutator":
			for typ := range strings.SplitSeq(part[1], ",") {
				o.turned[[2]string{what[1], priors.CanonicalType(typ)}] = what[2]
			}
		case "function":
			for typ := range strings.SplitSeq(part[1], ",") {
				o.calls[[2]string{what[1], priors.CanonicalType(typ)}] = true
			}
		}
	}
	return o
})

// families returns the names under which operator classes know a type: its
// own, and what it is a kind of.
func (c *catalog) families(typ string) []string {
	base := c.BaseType(typ)
	out := []string{base}
	t := c.Type(base)
	switch {
	case strings.HasSuffix(base, "[]"):
		out = append(out, "anyarray")
	case strings.HasSuffix(base, "multirange"):
		out = append(out, "anymultirange")
	case strings.HasSuffix(base, "range"), t != nil && t.Kind == "range":
		out = append(out, "anyrange")
	case c.Enum(base) != nil:
		out = append(out, "anyenum")
	case base == "varchar":
		out = append(out, "text")
	case base == "cidr":
		out = append(out, "inet")
	}
	return out
}

// class returns the operator class of a key, nil if it is not known.
func (x *index) class(k ikey) *opclass {
	return x.table.cat.class(x.method, k.opclass, k.typ)
}

// class returns an operator class, that of the type if name is empty; nil if
// there is none that is known.
func (c *catalog) class(method, name, typ string) *opclass {
	name = priors.LastName(name)
	for _, f := range c.families(typ) {
		for _, class := range knownOperators().classes {
			if class.method == method && (name == "" && class.byDefault && class.typ == f || name != "" && class.name == name) {
				return class
			}
		}
	}
	return nil
}

// turn returns the operator that says the same as op with its sides changed,
// for a type that is on the left then; "" if there is none that is known.
func (c *catalog) turn(op, typ string) string {
	for _, f := range c.families(typ) {
		if t := knownOperators().turned[[2]string{op, f}]; t != "" {
			return t
		}
	}
	return ""
}

// calls reports whether the planner makes operators of a call of a function
// with an argument of a type.
func (c *catalog) calls(function, typ string) bool {
	return slices.ContainsFunc(c.families(typ), func(f string) bool {
		return knownOperators().calls[[2]string{priors.LastName(function), f}]
	})
}

// answers reports whether some index of another kind than a B-tree can look
// for an operator with a key of the type on its left.
func (c *catalog) answers(op, typ string) bool {
	families := c.families(typ)
	return slices.ContainsFunc(knownOperators().classes, func(class *opclass) bool {
		return class.method != "btree" && class.method != "brin" && slices.Contains(families, class.typ) && slices.Contains(class.ops, op)
	})
}

// operator is what a condition asks of its key as an operator class names it;
// "" if that is none.
func (t *term) operator() string {
	switch t.kind {
	case termEq:
		return "="
	case termNe:
		return "<>"
	case termRange:
		if t.op == "between" {
			return ">="
		}
	}
	return t.op
}
