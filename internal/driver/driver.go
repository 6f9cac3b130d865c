// Package driver is what the sqlvet command does: it speaks go vet's protocol
// when the go command calls it for one package (vettool.go, unit.go), and
// otherwise calls the go command with itself as the vet tool and shows what
// comes back (check.go, govet.go). The go command is scheduler and cache.
//
// It does not analyse (the analyzers do), and does not know how findings look
// (package report does).
package driver

import (
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/pgquery"
	"github.com/sqlvet/sqlvet/internal/plain"
)

// Exit codes of every command.
const (
	exitClean   = 0
	exitFinding = 1 // there are findings (with -diff: changes)
	exitFailed  = 2 // something could not be analysed, or the call was wrong
)

// A command is one run of sqlvet.
type command struct {
	rules          []analyzers.Rule
	stdout, stderr io.Writer // what is written to stderr is fit to be shown
}

// Main runs sqlvet on the arguments (without the program's name) with the
// given rules, and returns the exit code.
func Main(rules []analyzers.Rule, args []string) int {
	c := &command{rules, os.Stdout, plain.Writer(os.Stderr)}
	if isVetCall(args) {
		collectLess()
		return c.vetTool(args)
	}
	if v, ok := findVerb(args); ok {
		return v.run(c, args[1:])
	}
	collectLess()
	return c.check(modeCheck, args)
}

// collectLess has the garbage collector run seldom, unless the environment says
// how often: processes that end soon have little use of it. It was a fifth of a
// cold run. Up to a size at which the machine's memory counts more.
func collectLess() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(400)
		debug.SetMemoryLimit(2 << 30)
	}
}

// fail prints one line to standard error and returns exitFailed.
func (c *command) fail(format string, args ...any) int {
	fmt.Fprintf(c.stderr, "sqlvet: "+format+"\n", args...)
	return exitFailed
}

// stamped and stampedTime are the version and its commit's time (RFC 3339) that
// a release's linker flags set; module builds have theirs in the build
// information.
var stamped, stampedTime string

// buildVersion returns the version of this binary's module, "(devel)" if the
// build does not say.
func buildVersion() string {
	if stamped != "" {
		return stamped
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// version prints the module version that the go command built in, or the
// revision of a checkout.
func (c *command) version(args []string) int {
	if len(args) > 0 {
		return c.fail("version takes no arguments")
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return c.fail("this binary carries no build information")
	}
	fmt.Fprintf(c.stdout, "sqlvet %s %s", buildVersion(), info.GoVersion)
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision", "CGO_ENABLED":
			fmt.Fprintf(c.stdout, " %s=%s", strings.TrimPrefix(s.Key, "vcs."), s.Value)
		}
	}
	fmt.Fprintln(c.stdout)
	fmt.Fprintf(c.stdout, "parser %s, grammar of PostgreSQL %s\n", parserVersion(info), orDefault(pgquery.Grammar(), "unknown"))
	return exitClean
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
