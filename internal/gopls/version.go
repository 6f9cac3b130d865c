// Package gopls answers how an editor gets sqlvet's findings through gopls. It
// builds a gopls that has sqlvet's analyzers inside (build.go, source.go),
// starts it for an editor (launch.go), and stands in front of the stock gopls
// as long as there is none (proxy*.go).
//
// It neither analyses (package plugin/gopls is what goes into gopls; the proxy
// asks the sqlvet command) nor speaks for gopls: what it does not know passes
// through as it came.
package gopls

import (
	"fmt"
	"go/version"
	"strings"
)

// A release is a gopls that was built and tried with sqlvet's analyzers.
type release struct {
	version string
	tools   string // the version of x/tools that it requires
	golang  string // the oldest Go that builds it
}

// releases lists the supported versions of gopls, best first. CI builds the
// analyzers with the x/tools of each, and the newest that its Go can build.
var releases = []release{
	{"v0.24.0", "v0.51.1-0.20261014163302-24a65270771e", "go1.27.0"},
	{"v0.23.0", "v0.47.1-0.20260707181000-a299dadba899", "go1.26.0"},
	{"v0.22.0", "v0.44.1-0.20260513175300-635ae9663724", "go1.26.0"},
}

// choose returns the version of gopls to build with the Go toolchain: the one
// wanted, or, if that is "", the best that the toolchain can build.
func choose(wanted, golang string) (string, error) {
	if !version.IsValid(golang) {
		// Development versions: "devel go1.28-…".
		if _, after, ok := strings.Cut(golang, "go"); ok {
			golang, _, _ = strings.Cut("go"+after, "-")
		}
	}
	for _, r := range releases {
		buildable := version.Compare(golang, r.golang) >= 0
		switch {
		case wanted == "" && buildable, wanted == r.version && buildable:
			return r.version, nil
		case wanted == r.version:
			return "", fmt.Errorf("gopls %s needs %s or newer, this is %s", r.version, r.golang, golang)
		}
	}
	if wanted == "" {
		return "", fmt.Errorf("no supported gopls can be built with %s", golang)
	}
	names := make([]string, len(releases))
	for i, r := range releases {
		names[i] = r.version
	}
	return "", fmt.Errorf("gopls %s is not supported; supported are %s", wanted, strings.Join(names, ", "))
}
