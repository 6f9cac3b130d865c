// Package cli is what a call of sqlvet is made of: the streams, flags, verbs
// and exit codes, the help on them, and the version of this binary.
package cli

import (
	"cmp"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/pgquery"
)

// Exit codes of every command.
const (
	ExitClean   = 0
	ExitFinding = 1 // there are findings (with -diff: changes)
	ExitFailed  = 2 // something could not be analysed, or the call was wrong
)

// A Command is one run of sqlvet.
type Command struct {
	Rules          []analyzers.Rule
	Verbs          []Verb    // what may stand first on the command line
	Stdout, Stderr io.Writer // what is written to stderr is fit to be shown
}

// Fail prints one line to standard error and returns ExitFailed.
func (c *Command) Fail(format string, args ...any) int {
	fmt.Fprintf(c.Stderr, "sqlvet: "+format+"\n", args...)
	return ExitFailed
}

// Stamped and StampedTime are the version and its commit's time (RFC 3339) that
// a release's linker flags set; module builds have theirs in the build
// information.
var Stamped, StampedTime string

// BuildVersion returns the version of this binary's module, "(devel)" if the
// build does not say.
func BuildVersion() string {
	if Stamped != "" {
		return Stamped
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// Version prints the module version that the go command built in, or the
// revision of a checkout.
func (c *Command) Version(args []string) int {
	if len(args) > 0 {
		return c.Fail("version takes no arguments")
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return c.Fail("this binary carries no build information")
	}
	fmt.Fprintf(c.Stdout, "sqlvet %s %s", BuildVersion(), info.GoVersion)
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision", "CGO_ENABLED":
			fmt.Fprintf(c.Stdout, " %s=%s", strings.TrimPrefix(s.Key, "vcs."), s.Value)
		}
	}
	fmt.Fprintln(c.Stdout)
	fmt.Fprintf(c.Stdout, "parser %s, grammar of PostgreSQL %s\n", parserVersion(info), cmp.Or(pgquery.Grammar(), "unknown"))
	return ExitClean
}

// parserVersion names the module that parses in this binary, and its version.
func parserVersion(info *debug.BuildInfo) string {
	for _, dep := range info.Deps {
		if dep.Path == pgquery.Module {
			return dep.Path + " " + dep.Version
		}
	}
	return pgquery.Module // in tests
}
