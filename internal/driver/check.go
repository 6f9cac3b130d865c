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

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/analyzers/nplusone"
	"github.com/sqlvet/sqlvet/analyzers/txsideeffect"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/report"
)

// A mode is what a run prints.
type mode uint8

const (
	modeCheck         mode = iota // findings
	modeQueries                   // SQL texts
	modeBaseline                  // a file of the findings
	modeSinceBaseline             // findings that the file does not hold
)

// options are the flags of a run that the vet tool does not get.
type options struct {
	mode      mode
	format    string // "text", "json" or one of report.Formats
	ran       []report.Rule
	fix, diff bool
	explain   bool
	context   int
	tests     bool
	baseline  string   // the file of old findings; "" for none
	newFrom   string   // a revision: what has not changed since is not shown; "" for none
	build     []string // flags of the go command
	patterns  []string
	// everything: no rule, package or test is left out.
	everything bool
}

// buildFlags are the flags passed on to the go command.
var buildFlags = []string{"tags", "mod", "modfile"}

func (c *command) check(m mode, args []string) int {
	opts, toolFlags, err := c.parse(m, args)
	if errors.Is(err, flag.ErrHelp) {
		return c.help(nil)
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
	if err := col.link(); err != nil {
		return c.fail("%v", err)
	}
	if err := col.linkCalls(); err != nil {
		return c.fail("%v", err)
	}
	col.finish()
	if m == modeBaseline {
		return c.writeBaseline(opts, col)
	}
	if err := c.hideOld(opts, col); err != nil {
		return c.fail("%v", err)
	}
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

func (c *command) parse(m mode, args []string) (*options, []string, error) {
	fs := newFlagSet()
	opts := &options{mode: m}
	asJSON := fs.Bool("json", false, "as -format json")
	fs.BoolVar(&opts.tests, "tests", true, "include _test.go files")
	build := addBuildFlags(fs)
	sel := addSelection(fs, c.rules)
	if m != modeQueries {
		fs.StringVar(&opts.baseline, "baseline", "", "file of old findings (see sqlvet baseline)")
	}
	if m == modeCheck || m == modeSinceBaseline {
		fs.StringVar(&opts.newFrom, "new-from", "", "git revision: only findings on lines changed since")
		fs.StringVar(&opts.format, "format", "", "how to print: "+strings.Join(knownFormats(), ", "))
		fs.IntVar(&opts.context, "c", 0, "lines of context")
	}
	if m == modeCheck {
		fs.BoolVar(&opts.fix, "fix", false, "apply the suggested fixes")
		fs.BoolVar(&opts.diff, "diff", false, "print the suggested fixes as a diff")
		fs.BoolVar(&opts.explain, "explain", false, "say of each database call in a loop why it is reported or not")
	}
	patterns, err := parseFlags(fs, args)
	if err != nil {
		return nil, nil, err
	}
	if *asJSON {
		opts.format = cmp.Or(opts.format, "json")
		if opts.format != "json" {
			return nil, nil, errors.New("-json and -format " + opts.format + " cannot be used together")
		}
	}
	opts.format = cmp.Or(opts.format, "text")
	switch {
	case !slices.Contains(knownFormats(), opts.format):
		return nil, nil, fmt.Errorf("unknown format %q%s; formats are %s",
			opts.format, config.Hint(opts.format, knownFormats()), strings.Join(knownFormats(), ", "))
	case opts.format != "text" && opts.diff:
		return nil, nil, errors.New("-json, or another -format, and -diff cannot be used together")
	case opts.explain && (opts.format != "text" || opts.fix || opts.diff):
		return nil, nil, errors.New("-explain cannot be used with -json, another -format, -fix or -diff")
	}
	opts.baseline = baselineOf(m, opts.baseline)
	if opts.diff && (opts.baseline != "" || opts.newFrom != "") {
		return nil, nil, errors.New("-diff shows all fixes: -baseline and -new-from cannot be used with it")
	}
	if !opts.tests && (opts.fix || opts.diff) {
		return nil, nil, errors.New("-tests=false cannot be used with -fix or -diff: go vet fixes tests with their package")
	}
	if len(sel.chosen()) == 0 && len(c.rules) > 0 && m != modeQueries {
		return nil, nil, errors.New("the flags leave no rule to run")
	}
	opts.build = build()
	for _, r := range sel.chosen() {
		opts.ran = append(opts.ran, reportRule(r))
	}
	opts.patterns = patterns
	if len(patterns) == 0 {
		opts.patterns = []string{"./..."}
	}
	opts.everything = slices.Equal(opts.patterns, []string{"./..."}) && len(opts.ran) == len(c.rules) && opts.tests && opts.newFrom == ""
	toolFlags := sel.arguments(fs)
	if m != modeQueries && slices.ContainsFunc(sel.chosen(), isNplusone) {
		toolFlags = append(toolFlags, "-"+nplusone.Analyzer.Name+".link=true")
		if opts.explain {
			toolFlags = append(toolFlags, "-"+nplusone.Analyzer.Name+".explain=true")
		}
	}
	if m == modeCheck && slices.ContainsFunc(sel.chosen(), isTxsideeffect) {
		toolFlags = append(toolFlags, "-"+txsideeffect.Analyzer.Name+".link=true")
	}
	return opts, toolFlags, nil
}

func isTxsideeffect(r analyzers.Rule) bool { return r.Analyzer == txsideeffect.Analyzer }

// addBuildFlags adds the flags that are passed on to the go command, and
// returns what tells them once they are parsed.
func addBuildFlags(fs *flag.FlagSet) func() []string {
	values := make(map[string]*string)
	for _, name := range buildFlags {
		values[name] = fs.String(name, "", "as for go build")
	}
	return func() (list []string) {
		for _, name := range buildFlags {
			if *values[name] != "" {
				list = append(list, "-"+name+"="+*values[name])
			}
		}
		return list
	}
}

func isNplusone(r analyzers.Rule) bool { return r.Analyzer == nplusone.Analyzer }

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
	if len(col.packages) == 0 {
		// The go command gives up on all packages if it cannot load one.
		whole, broken, err := g.complete(opts.build, opts.patterns)
		if err == nil && broken > 0 && len(whole) > 0 {
			more, _, err := g.vet(extra, whole, col.read)
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
			fmt.Fprintf(c.stdout, "%s: %s\n", f.Pos, f.Message)
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
