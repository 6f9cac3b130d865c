package run

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/plain"
	"github.com/sqlvet/sqlvet/internal/report"
)

// Print shows what was collected and returns the exit code.
func Print(c *cli.Command, opts *Options, col *Collection) int {
	findings := col.Findings
	queries := col.Queries
	slices.SortStableFunc(queries, func(a, b report.Query) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Column, b.Pos.Column))
	})
	stats := col.Stats
	if opts.Mode == ModeQueries {
		findings = nil // not asked for
	}
	var err error
	switch {
	case opts.Format == "json" && opts.Mode == ModeQueries:
		err = report.WriteJSON(c.Stdout, report.QueryDocument{Version: 1, Queries: OrEmpty(queries), Failures: OrEmpty(col.Failures), Stats: stats})
	case opts.Format == "json":
		err = report.WriteJSON(c.Stdout, report.Document{
			Version: 1, Findings: OrEmpty(findings), Hidden: col.Hidden, Failures: OrEmpty(col.Failures), Stats: stats,
		})
	case opts.Mode == ModeQueries:
		for _, q := range queries {
			fmt.Fprintln(c.Stdout, q)
		}
	case opts.explain:
		for _, f := range report.Sort(col.Verdicts) {
			fmt.Fprintf(c.Stdout, "%s: %s\n", f.Pos, plain.Text(f.Message))
		}
	case opts.Format != "text":
		err = report.Write(c.Stdout, opts.Format, &report.Report{
			Findings: findings, Hidden: col.Hidden, Failures: col.Failures, Stats: stats, Rules: opts.Ran,
			Version: cli.BuildVersion(), Prefix: repositoryPrefix(col.Dir),
		})
	default:
		text := &report.Text{Out: c.Stdout, Color: cli.Colored(c.Stdout), Context: opts.Context}
		for _, f := range findings {
			text.Finding(f)
		}
	}
	if err != nil {
		return c.Fail("%v", err)
	}
	Failures(c, col.Failures)
	for _, note := range col.Notes {
		fmt.Fprintf(c.Stderr, "sqlvet: %s\n", note)
	}
	if len(col.Packages) > 0 && opts.Format == "text" {
		for line := range strings.Lines(report.Summary(findings, stats, opts.Mode != ModeQueries)) {
			fmt.Fprintf(c.Stderr, "sqlvet: %s", line)
		}
	}
	switch {
	case len(col.Failures) > 0:
		return cli.ExitFailed
	case slices.ContainsFunc(findings, func(f report.Finding) bool { return f.Severity.Fails() }):
		return cli.ExitFinding
	}
	return cli.ExitClean
}

// Failures prints what could not be analysed to standard error: one line
// where the go command needs one.
func Failures(c *cli.Command, list []report.Failure) {
	seen := make(map[report.Failure]bool)
	for _, f := range list {
		if seen[f] {
			continue
		}
		seen[f] = true
		message := f.Message
		if f.Package != "" {
			sep := " "
			if strings.Contains(message, "\n") {
				sep = "\n"
				message = "\t" + strings.ReplaceAll(message, "\n", "\n\t")
			}
			message = "package " + f.Package + ":" + sep + message
		}
		fmt.Fprintf(c.Stderr, "sqlvet: %s\n", message)
	}
}

// OrEmpty returns list, but never nil: JSON readers want [] and not null.
func OrEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// repositoryPrefix returns the slash-separated path of dir below the root of
// its repository; "" if it is the root, or there is no repository.
func repositoryPrefix(dir string) string {
	for root := dir; ; root = filepath.Dir(root) {
		if _, err := os.Lstat(filepath.Join(root, ".git")); err == nil {
			rel, err := filepath.Rel(root, dir)
			if err != nil || rel == "." {
				return ""
			}
			return filepath.ToSlash(rel)
		}
		if root == filepath.Dir(root) {
			return ""
		}
	}
}
