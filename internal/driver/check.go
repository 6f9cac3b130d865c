package driver

import (
	"bytes"
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/plain"
	"github.com/sqlvet/sqlvet/internal/report"
)

// verbOf returns the verb that asks for a mode; "" for the default.
func verbOf(m mode) string {
	switch m {
	case modeQueries:
		return "queries"
	case modeBaseline, modeSinceBaseline:
		return "baseline"
	}
	return ""
}

func (c *command) check(m mode, args []string) int {
	opts, toolFlags, err := c.parse(m, args)
	if errors.Is(err, flag.ErrHelp) {
		return c.verbHelp(verbOf(m), nil)
	} else if err != nil {
		return c.fail("%v", err)
	}
	dir, err := os.Getwd()
	if err != nil {
		return c.fail("%v", err)
	}
	// The vet tool checks them as well; here the message stands alone.
	if err := checkConfigs(dir, c.rules); err != nil {
		return c.fail("%v", err)
	}
	g, err := newGoCommand(c.stderr, append(toolFlags, opts.build...))
	if err != nil {
		return c.fail("%v", err)
	}
	if opts.diff {
		return c.diff(g, opts)
	}
	if opts.fix {
		// What cannot be analysed is reported below.
		if _, _, err := g.vet([]string{"-fix"}, opts.patterns, discard); err != nil {
			return c.fail("%v", err)
		}
	}
	col := newCollection(dir, opts.tests)
	if !everything(dir, opts.patterns) {
		if col.wantedPackages, err = g.list(opts.build, opts.patterns); err != nil {
			return c.fail("%v", err)
		}
	}
	if err := c.collect(g, opts, col); err != nil {
		return c.fail("%v", err)
	}
	col.link(c.rules)
	if m != modeQueries && opts.migrations {
		if err := col.addRisks(); err != nil {
			return c.fail("%v", err)
		}
	}
	col.finish()
	if m == modeBaseline {
		return c.writeBaseline(opts, col)
	}
	if err := c.hideOld(opts, col); err != nil {
		return c.fail("%v", err)
	}
	defer c.sayOld(dir)
	return c.print(opts, col)
}

// everything reports whether the patterns match all packages that could print
// findings: those of the one module that dir is the root of.
func everything(dir string, patterns []string) bool {
	if len(patterns) != 1 || patterns[0] != "./..." || os.Getenv("GOWORK") != "" {
		return false
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		return false
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.work")); err == nil {
			return false
		}
		up := filepath.Dir(dir)
		if up == dir {
			return true
		}
		dir = up
	}
}

// collect analyses the packages, those that can be if not all can.
func (c *command) collect(g *goCommand, opts *options, col *collection) error {
	bar := c.newProgress(g, opts)
	defer bar.stop()
	col.done = bar.done
	extra := []string{"-json", "-" + inventoryFlag}
	failures, ok, err := g.vet(extra, opts.patterns, col.read)
	if err != nil {
		return err
	}
	if ok {
		// Have: each package was analysed. What the tool wrote to standard
		// error all the same is shown.
		col.failures = append(col.failures, failures...)
		return nil
	}
	whole := false
	if overlay, remove, err := g.stands(opts.build, opts.patterns); err != nil {
		return err
	} else if overlay != "" {
		_, whole, err = g.vet(append(extra, "-overlay="+overlay), opts.patterns, col.read)
		if remove(); err != nil {
			return err
		}
	}
	col.partial = col.partial || !whole
	if len(col.packages) == 0 {
		// The go command gives up on all packages if it cannot load one.
		complete, broken, err := g.complete(opts.build, opts.patterns)
		if err == nil && broken > 0 && len(complete) > 0 {
			more, _, err := g.vet(extra, complete, col.read)
			if err != nil {
				return err
			}
			failures = append(failures, more...)
		}
	}
	if len(failures) == 0 {
		failures = append(failures, report.Failure{Message: "go vet failed without saying why"})
	}
	col.failures = append(col.failures, failures...)
	return nil
}

// print shows what was collected and returns the exit code.
func (c *command) print(opts *options, col *collection) int {
	findings := col.findings
	queries := col.queries
	slices.SortStableFunc(queries, func(a, b report.Query) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Column, b.Pos.Column))
	})
	stats := col.stats
	if opts.mode == modeQueries {
		findings = nil // not asked for
	}
	var err error
	switch {
	case opts.format == "json" && opts.mode == modeQueries:
		err = report.WriteJSON(c.stdout, report.QueryDocument{Version: 1, Queries: orEmpty(queries), Failures: orEmpty(col.failures), Stats: stats})
	case opts.format == "json":
		err = report.WriteJSON(c.stdout, report.Document{
			Version: 1, Findings: orEmpty(findings), Hidden: col.hidden, Failures: orEmpty(col.failures), Stats: stats,
		})
	case opts.mode == modeQueries:
		for _, q := range queries {
			fmt.Fprintln(c.stdout, q)
		}
	case opts.explain:
		for _, f := range report.Sort(col.verdicts) {
			fmt.Fprintf(c.stdout, "%s: %s\n", f.Pos, plain.Text(f.Message))
		}
	case opts.format != "text":
		err = report.Write(c.stdout, opts.format, &report.Report{
			Findings: findings, Hidden: col.hidden, Failures: col.failures, Stats: stats, Rules: opts.ran,
			Version: buildVersion(), Prefix: repositoryPrefix(col.dir),
		})
	default:
		text := &report.Text{Out: c.stdout, Color: colored(c.stdout), Context: opts.context}
		for _, f := range findings {
			text.Finding(f)
		}
	}
	if err != nil {
		return c.fail("%v", err)
	}
	c.failures(col.failures)
	for _, note := range col.notes {
		fmt.Fprintf(c.stderr, "sqlvet: %s\n", note)
	}
	if len(col.packages) > 0 && opts.format == "text" {
		for line := range strings.Lines(report.Summary(findings, stats, opts.mode != modeQueries)) {
			fmt.Fprintf(c.stderr, "sqlvet: %s", line)
		}
	}
	switch {
	case len(col.failures) > 0:
		return exitFailed
	case slices.ContainsFunc(findings, func(f report.Finding) bool { return f.Severity.Fails() }):
		return exitFinding
	}
	return exitClean
}

// failures prints what could not be analysed to standard error: one line
// where the go command needs one.
func (c *command) failures(list []report.Failure) {
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
		fmt.Fprintf(c.stderr, "sqlvet: %s\n", message)
	}
}

// diff prints the fixes as a diff.
func (c *command) diff(g *goCommand, opts *options) int {
	dir, err := os.Getwd()
	if err != nil {
		return c.fail("%v", err)
	}
	var out bytes.Buffer
	failures, ok, err := g.vet([]string{"-fix", "-diff"}, opts.patterns, func(r io.Reader) error {
		_, err := out.ReadFrom(r)
		return err
	})
	if err != nil {
		return c.fail("%v", err)
	}
	for line := range strings.Lines(out.String()) {
		io.WriteString(c.stdout, relativeHeader(line, dir))
	}
	c.failures(failures)
	switch {
	case len(failures) > 0:
		return exitFailed
	case out.Len() > 0:
		return exitFinding
	case !ok:
		return c.fail("go vet failed without saying why")
	}
	fmt.Fprintln(c.stderr, "sqlvet: no finding here has a fix to suggest")
	return exitClean
}

// relativeHeader makes the file name of a diff's header line relative to dir.
// Other lines that look like one name no file below dir.
func relativeHeader(line, dir string) string {
	for _, mark := range []string{"--- ", "+++ "} {
		if rest, ok := strings.CutPrefix(line, mark+dir+string(os.PathSeparator)); ok {
			return mark + rest
		}
	}
	return line
}

func discard(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}

// orEmpty returns list, but never nil: JSON readers want [] and not null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
