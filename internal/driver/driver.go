// Package driver is the sqlvet command: it lists the verbs, and hands each call
// to what answers it. The go command's calls go to package vettool, a verb to
// its package below verbs, all other arguments are packages to be checked.
package driver

import (
	"os"
	"runtime/debug"

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/plain"
	"github.com/sqlvet/sqlvet/internal/run"
	"github.com/sqlvet/sqlvet/internal/verbs/findings"
	"github.com/sqlvet/sqlvet/internal/vettool"
)

// Main runs sqlvet on the arguments (without the program's name) with the
// given rules, and returns the exit code.
func Main(rules []analyzers.Rule, args []string) int {
	c := &cli.Command{Rules: rules, Verbs: verbs(), Stdout: os.Stdout, Stderr: plain.Writer(os.Stderr)}
	if vettool.IsVetCall(args) {
		collectLess()
		return vettool.Answer(c, args)
	}
	if v, ok := c.FindVerb(args); ok {
		return v.Run(c, args[1:])
	}
	collectLess()
	return findings.Check(c, run.ModeCheck, args)
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
