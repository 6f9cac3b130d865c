package gopls

import "testing"

func TestChoose(t *testing.T) {
	tests := []struct {
		wanted, golang string
		want           string // or the error
	}{
		{"", "go1.26.0", "v0.23.0"},
		{"", "go1.26.8", "v0.23.0"},
		{"", "go1.27.0", "v0.24.0"},
		{"", "go1.27rc1", "v0.23.0"}, // a candidate is older than the release
		{"", "devel go1.28-3fd0b0c", "v0.24.0"},
		{"v0.22.0", "go1.26.0", "v0.22.0"},
		{"v0.22.0", "go1.27.1", "v0.22.0"},
		{"v0.24.0", "go1.26.8", "gopls v0.24.0 needs go1.27.0 or newer, this is go1.26.8"},
		{"v0.18.0", "go1.26.8", "gopls v0.18.0 is not supported; supported are v0.24.0, v0.23.0, v0.22.0"},
		{"", "go1.25.3", "no supported gopls can be built with go1.25.3"},
	}
	for _, test := range tests {
		got, err := choose(test.wanted, test.golang)
		if err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("choose(%q, %q) = %s, want %s", test.wanted, test.golang, got, test.want)
		}
	}
}
