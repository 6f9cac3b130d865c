package funceffects

import "slices"

// maxRounds bounds how often, on average, the bodies of a cycle of calls are
// looked at again. What is not at rest then depends on anything.
const maxRounds = 40

// settle computes all components, callees first: in a cycle a body is looked at
// again when one that it calls has changed.
func (s *solver) settle() {
	for _, group := range s.components {
		if len(group) == 1 && !slices.Contains(s.needs(group[0]), group[0]) {
			s.update(group[0])
			continue
		}
		callers := make(map[*node][]*node)
		queue := slices.Clone(group)
		slices.Reverse(queue)
		waiting := make(map[*node]bool)
		for _, n := range group {
			waiting[n] = true
			for _, m := range s.needs(n) {
				if m.component == n.component && !slices.Contains(callers[m], n) {
					callers[m] = append(callers[m], n)
				}
			}
		}
		for left := maxRounds * len(group); len(queue) > 0; left-- {
			n := queue[0]
			queue = queue[1:]
			waiting[n] = false
			if !s.update(n) {
				continue
			}
			if left <= 0 {
				for _, n := range group {
					n.effects.blur()
				}
				break
			}
			for _, m := range callers[n] {
				if !waiting[m] {
					waiting[m] = true
					queue = append(queue, m)
				}
			}
		}
	}
}
