package observed

import (
	"math"
	"testing"
)

func TestHistogram(t *testing.T) {
	var a, b Histogram
	for i := 1; i <= 1000; i++ {
		// Half of the times in each: in thousandths, and above 1.
		h := &a
		if i%2 == 0 {
			h = &b
		}
		h.Add(float64(i) / 100)
	}
	a.Merge(&b)
	for _, q := range []float64{0.01, 0.05, 0.5, 0.95, 1} {
		want := q * 10
		if got := a.Quantile(q); math.Abs(got-want)/want > 0.045 {
			t.Errorf("quantile %g: %g, want %g", q, got, want)
		}
	}
	if got := new(Histogram).Quantile(0.95); got != 0 {
		t.Errorf("of nothing: %g", got)
	}
}
