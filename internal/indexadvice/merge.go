package indexadvice

import (
	"slices"
)

// arrange adds to a table's candidates those in which the free keys stand so
// that the index begins with what others ask for: (a), (a, b) and (b) become
// (b, a) where b alone is asked for more often.
func arrange(pool []candidate, asked map[string]int) []candidate {
	out := slices.Clone(pool)
	seen := make(map[string]bool)
	for _, c := range pool {
		seen[c.signature()] = true
	}
	for _, c := range pool {
		if len(c) != 1 || c[0].free < 2 {
			continue
		}
		x := *c[0]
		x.keys = slices.Clone(x.keys)
		free := x.keys[:x.free]
		var order []ikey
		for len(order) < len(free) {
			next := nextKeys(free, order, pool, asked)
			order = append(order, next...)
		}
		copy(x.keys, order)
		if n := (candidate{&x}); !seen[n.signature()] {
			seen[n.signature()] = true
			out = append(out, n)
		}
	}
	return out
}

// nextKeys returns the keys that follow order: those with which order becomes
// the key of the smallest other candidate, the most asked for first; one of
// its own if there is none.
func nextKeys(free, order []ikey, pool []candidate, asked map[string]int) []ikey {
	var best []ikey
	score := -1
	for _, c := range pool {
		d := c[0]
		if len(c) != 1 || d.free != len(d.keys) || d.method != "btree" || len(d.pred) > 0 || len(d.keys) >= len(free) {
			continue
		}
		if !within(order, d.keys) || !within(d.keys, free) {
			continue
		}
		var rest []ikey
		for _, k := range d.keys {
			if !within([]ikey{k}, order) {
				rest = append(rest, k)
			}
		}
		// Fewer keys first, so that longer prefixes can follow.
		if s := asked[c.signature()] + 1000*(maxKeys-len(rest)); len(rest) > 0 && s > score {
			best, score = rest, s
		}
	}
	if best != nil {
		return best
	}
	for _, k := range free {
		if !within([]ikey{k}, order) {
			return []ikey{k}
		}
	}
	return nil
}

// within reports whether all of a's keys are among b's.
func within(a, b []ikey) bool {
	for _, k := range a {
		if !slices.ContainsFunc(b, func(y ikey) bool { return y.text == k.text && y.opclass == k.opclass }) {
			return false
		}
	}
	return true
}

// frontOf reports whether d has all keys of c in front, and more.
func (c candidate) frontOf(d candidate) bool {
	return len(c) == 1 && len(d) == 1 && len(c[0].keys) < len(d[0].keys) && c[0].method == d[0].method && within(c[0].keys, d[0].keys[:len(c[0].keys)])
}

func (c candidate) signature() string {
	s := ""
	for _, x := range c {
		s += x.signature() + ";"
	}
	return s
}
