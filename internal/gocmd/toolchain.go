package gocmd

import (
	"fmt"
	"go/version"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
)

// install is the command that builds sqlvet anew. GOTOOLCHAIN must be said:
// without it the go command builds with the Go that sqlvet's own go.mod asks
// for, whatever the module at hand does.
const install = "GOTOOLCHAIN=%s go install github.com/sqlvet/sqlvet/cmd/sqlvet@latest"

// TooOld returns an error if this binary cannot read the code of a Go version
// ("go1.27.3"), nil also if the version is not known. The standard library is
// always in the go command's own language version, and go/types refuses those
// that are newer than what it was built with.
func TooOld(goVersion string) error {
	goVersion = strings.TrimSpace(goVersion)
	built, _, _ := strings.Cut(runtime.Version(), " ")
	if !version.IsValid(goVersion) || !version.IsValid(built) || version.Compare(version.Lang(goVersion), version.Lang(built)) <= 0 {
		return nil
	}
	return fmt.Errorf("this sqlvet was built with %s and cannot read the code of %s, the Go in use here: "+install, built, goVersion, goVersion)
}

// CallersGo is the version of the go command that called this process as its
// vet tool; "" if it does not say.
func CallersGo() string {
	if v := os.Getenv("GOVERSION"); v != "" {
		return v
	}
	data, _ := os.ReadFile(filepath.Join(os.Getenv("GOROOT"), "VERSION"))
	first, _, _ := strings.Cut(string(data), "\n")
	return first
}

var needsNewer = regexp.MustCompile(`requires go >= ([0-9][0-9a-z.]*) \(running go [^;]*; GOTOOLCHAIN=local\)$`)

// withRemedy adds to what the go command says of a module that asks for a
// newer Go, and that it may not fetch, what to do.
func withRemedy(line string) string {
	m := needsNewer.FindStringSubmatch(line)
	if m == nil {
		return line
	}
	wanted := "go" + m[1]
	if version.Lang(wanted) == wanted {
		wanted += ".0" // a language version is no release
	}
	if TooOld(wanted) == nil {
		return line + ": run sqlvet with GOTOOLCHAIN=" + wanted
	}
	return fmt.Sprintf("%s: "+install+", and run sqlvet with the same GOTOOLCHAIN", line, wanted)
}
