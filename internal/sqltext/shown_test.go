package sqltext

import "testing"

// TestShown checks that a range of the source is the same range of what is
// shown.
func TestShown(t *testing.T) {
	piece := func(s string) *Text { return known(s, origin{}) }
	text := concat(holeText(hole{name: "a"}), piece("SELECT "), holeText(hole{name: "cols"}), piece(" FROM t"), holeText(hole{name: "where"}))
	const shown = "{a}SELECT {cols} FROM t{where}"
	tests := []struct {
		start, end int // in "SELECT  FROM t"
		want       string
	}{
		{0, 6, "SELECT"},
		{0, 14, "SELECT {cols} FROM t"},
		{7, 12, " FROM"},
		{13, 14, "t"},
		{7, 7, ""},
		{6, 6, ""},
	}
	for _, test := range tests {
		s, from, to := text.Shown(test.start, test.end)
		if s != shown || s[from:to] != test.want {
			t.Errorf("%d-%d: %q in %q, want %q", test.start, test.end, s[from:to], s, test.want)
		}
	}
}
