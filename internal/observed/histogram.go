package observed

import "math"

// A Histogram counts times, each to within 2 %.
type Histogram struct {
	first  int // the bucket of counts[0]
	counts []uint32
	total  int64
}

// growth is the ratio of one bucket's bound to that of the one before.
const growth = 1.04

var logGrowth = math.Log(growth)

// Add counts a time, in any unit above a millionth.
func (h *Histogram) Add(t float64) {
	b := int(math.Floor(math.Log(max(t, 1e-6)) / logGrowth))
	switch {
	case len(h.counts) == 0:
		h.first, h.counts = b, make([]uint32, 1, 8)
	case b < h.first:
		h.counts = append(make([]uint32, h.first-b), h.counts...)
		h.first = b
	}
	for b-h.first >= len(h.counts) {
		h.counts = append(h.counts, 0)
	}
	h.counts[b-h.first]++
	h.total++
}

// Merge adds what another one has counted.
func (h *Histogram) Merge(o *Histogram) {
	if o.total == 0 {
		return
	}
	if len(h.counts) == 0 {
		h.first = o.first
	}
	if o.first < h.first {
		h.counts = append(make([]uint32, h.first-o.first), h.counts...)
		h.first = o.first
	}
	for o.first+len(o.counts) > h.first+len(h.counts) {
		h.counts = append(h.counts, 0)
	}
	for i, n := range o.counts {
		h.counts[o.first+i-h.first] += n
	}
	h.total += o.total
}

// Quantile returns the time that a share q of the times are not above, 0 if
// there is none.
func (h *Histogram) Quantile(q float64) float64 {
	left := int64(math.Ceil(q * float64(h.total)))
	for i, n := range h.counts {
		if left -= int64(n); left <= 0 && n > 0 {
			return math.Exp((float64(h.first+i) + 0.5) * logGrowth)
		}
	}
	return 0
}
