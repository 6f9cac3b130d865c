package gocmd

import (
	"fmt"
	"go/version"
	"runtime"
	"strings"
	"testing"
)

// TestTooOld checks versions beside the one that the test runs with, N.
func TestTooOld(t *testing.T) {
	var minor int
	if _, err := fmt.Sscanf(version.Lang(runtime.Version()), "go1.%d", &minor); err != nil {
		t.Skipf("%s is no release", runtime.Version())
	}
	next := fmt.Sprintf("go1.%d", minor+1)
	for _, test := range []struct {
		version string
		old     bool
	}{
		{next + ".3\n", true},
		{next + "rc1", true},
		{next, true},
		{fmt.Sprintf("go1.%d.99", minor), false},
		{fmt.Sprintf("go1.%d", minor-1), false},
		{"devel " + next, false},
		{"", false},
	} {
		err := TooOld(test.version)
		if (err != nil) != test.old {
			t.Errorf("%q: %v", test.version, err)
		}
		if want := "GOTOOLCHAIN=" + strings.TrimSpace(test.version) + " go install "; err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v does not say %s", test.version, err, want)
		}
	}

	line := func(wanted string) string {
		return "go: go.mod requires go >= " + wanted + " (running go 1.20.1; GOTOOLCHAIN=local)"
	}
	number := strings.TrimPrefix(next, "go")
	for in, want := range map[string]string{
		line(number):        "GOTOOLCHAIN=" + next + ".0 go install ",
		line(number + ".2"): "GOTOOLCHAIN=" + next + ".2 go install ",
		line("1.21"):        ": run sqlvet with GOTOOLCHAIN=go1.21.0",
	} {
		if got := withRemedy(in); !strings.HasPrefix(got, in) || !strings.Contains(got, want) {
			t.Errorf("%q became %q, which does not say %q", in, got, want)
		}
	}
	if other := "go: no such thing"; withRemedy(other) != other {
		t.Error("another line was changed")
	}
}
