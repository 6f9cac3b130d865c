package indexadvice

import (
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/priors"
)

// arms returns an index for each arm of a disjunction; nil if an arm has none.
func (r *rel) arms(o *orTerm) candidate {
	var out candidate
	for _, arm := range o.arms {
		p := r.parts(arm)
		var x *index
		switch {
		case len(p.equal) > 0:
			x = p.build(ruleArm, false, p.equal[:1])
		case len(p.many) > 0:
			x = p.build(ruleArm, false, p.many[:1])
		case len(p.ranges) > 0:
			x = p.build(ruleArm, false, nil, p.rangeKeys(p.ranges[0])...)
		case len(p.rare) > 0:
			x = p.build(ruleArm, true, nil, p.keyOfRare()...)
		}
		if x == nil {
			return nil
		}
		if !slices.ContainsFunc(out, func(y *index) bool { return y.signature() == x.signature() }) && !r.has(x) {
			out = append(out, x)
		}
	}
	return out
}

// has reports whether the table has an index that begins with x's keys, or a
// BRIN index for the one range that x is for.
func (r *rel) has(x *index) bool {
	for _, y := range r.table.indexes {
		if y.method == "brin" && x.free == 0 && len(x.keys) == 1 && slices.ContainsFunc(y.keys, func(k ikey) bool { return k.text == x.keys[0].text }) {
			return true
		}
		if y.method == "btree" && len(y.pred) == 0 && len(y.keys) >= len(x.keys) {
			same := len(x.pred) == 0
			for i, k := range x.keys {
				same = same && y.keys[i].text == k.text && y.keys[i].opclass == k.opclass
			}
			if same {
				return true
			}
		}
	}
	return false
}

// joins returns the indexes by which r is found from another relation's row.
func (r *rel) joins(p *parts) []*index {
	var out []*index
	for _, e := range r.block.edges {
		for _, s := range []side{e.a, e.b} {
			if s.rel != r || !r.table.cat.btree(s.key.typ) || s.key.col != nil && r.table.known.Class(s.key.col) == priors.Low {
				continue
			}
			t := &term{kind: termEq, key: s.key}
			out = append(out, p.build(ruleJoin, false, []*term{t}))
			if len(p.equal) > 0 {
				out = append(out, p.build(ruleJoin, false, []*term{t, p.equal[0]}))
			}
			if len(p.ranges) > 0 {
				out = append(out, p.build(ruleJoin, false, []*term{t}, p.rangeKeys(p.ranges[0])...))
			}
		}
	}
	return out
}

// contained returns the GIN and GiST indexes for containment and patterns.
func (r *rel) contained() []*index {
	var out []*index
	for _, t := range r.terms {
		x := &index{table: r.table, method: "gin", rule: ruleContain, keys: []ikey{{key: t.key}}}
		typ := r.table.cat.BaseType(t.key.typ)
		switch {
		case t.optional:
			continue // the planner does not see it
		case t.kind == termPattern:
			x.rule = ruleTrigram
			x.keys[0].opclass = "gin_trgm_ops"
		case t.kind != termContain:
			continue
		case typ == "jsonb":
			if (t.op == "@>" || t.op == "@?" || t.op == "@@") && !r.asksKeys(t.key) {
				x.keys[0].opclass = "jsonb_path_ops"
			}
		case strings.HasSuffix(typ, "[]") && (t.op == "@>" || t.op == "&&"):
		case priors.IsText(typ) && x.holds(ikey{key: t.key, opclass: "gin_trgm_ops"}, t):
			x.rule = ruleTrigram
			x.keys[0].opclass = "gin_trgm_ops"
		case typ == "" || strings.HasSuffix(typ, "[]"):
			continue
		case x.class(x.keys[0]).has(t):
		case x.of("gist").class(x.keys[0]).has(t):
			x.method = "gist"
		default:
			continue
		}
		out = append(out, x)
	}
	return out
}

// of returns x as an index of another kind.
func (x *index) of(method string) *index {
	y := *x
	y.method = method
	return &y
}

// asksKeys reports whether a condition asks for keys of the jsonb column,
// which jsonb_path_ops does not hold.
func (r *rel) asksKeys(k key) bool {
	return slices.ContainsFunc(r.terms, func(t *term) bool {
		return t.kind == termContain && t.key.text == k.text && strings.HasPrefix(t.op, "?")
	})
}
