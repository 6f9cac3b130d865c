package driver

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/analyzers"
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
	mode   mode
	json   bool
	format string // "text", "json" or one of report.Formats
	ran    []report.Rule
	// migrations is set if the flags choose no rules: what migrations risk
	// is told beside all of them.
	migrations bool
	fix, diff  bool
	explain    bool
	context    int
	tests      bool
	baseline   string   // the file of old findings; "" for none
	newFrom    string   // a revision: what has not changed since is not shown; "" for none
	build      []string // flags of the go command
	// buildFlags tells build once the flags are parsed.
	buildFlags func() []string
	patterns   []string
	// everything: no rule, package or test is left out.
	everything bool
}

// buildFlags are the flags passed on to the go command.
var buildFlags = []string{"tags", "mod", "modfile"}

func (c *command) parse(m mode, args []string) (*options, []string, error) {
	fs := newFlagSet()
	opts := &options{mode: m}
	sel := c.addCheckFlags(fs, m, opts)
	patterns, err := parseFlags(fs, args)
	if err != nil {
		return nil, nil, err
	}
	if opts.json {
		opts.format = cmp.Or(opts.format, "json")
	}
	opts.format = cmp.Or(opts.format, "text")
	opts.baseline = baselineOf(m, opts.baseline)
	if err := opts.conflict(); err != nil {
		return nil, nil, err
	}
	if len(sel.chosen()) == 0 && len(c.rules) > 0 && m != modeQueries {
		return nil, nil, errors.New("the flags leave no rule to run")
	}
	opts.build = opts.buildFlags()
	for _, r := range sel.chosen() {
		opts.ran = append(opts.ran, reportRule(r))
	}
	opts.patterns = patterns
	if len(patterns) == 0 {
		opts.patterns = []string{"./..."}
	}
	if opts.migrations = len(opts.ran) == len(c.rules); opts.migrations {
		opts.ran = append(opts.ran, report.Rule{Name: migrationsRule, Title: migrationsTitle, Page: migrationsPage, URL: migrationsURL})
	}
	opts.everything = slices.Equal(opts.patterns, []string{"./..."}) && opts.migrations && opts.tests && opts.newFrom == ""
	toolFlags := sel.arguments(fs)
	if m != modeQueries {
		toolFlags = append(toolFlags, switches(sel.chosen(), "link")...)
		if opts.explain {
			toolFlags = append(toolFlags, switches(sel.chosen(), "explain")...)
		}
	}
	return opts, toolFlags, nil
}

// switches returns the flags that switch something on in each rule that has
// such a flag.
func switches(rules []analyzers.Rule, name string) (flags []string) {
	for _, r := range rules {
		if r.Flags.Lookup(name) != nil {
			flags = append(flags, "-"+r.Name+"."+name+"=true")
		}
	}
	return flags
}

// addCheckFlags adds the flags of a run in a mode.
func (c *command) addCheckFlags(fs *flag.FlagSet, m mode, opts *options) *selection {
	fs.BoolVar(&opts.json, "json", false, "as -format json")
	fs.BoolVar(&opts.tests, "tests", true, "include _test.go files")
	opts.buildFlags = addBuildFlags(fs)
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
	return sel
}

// conflict returns what is wrong with flags that do not go together.
func (o *options) conflict() error {
	switch {
	case !slices.Contains(knownFormats(), o.format):
		return fmt.Errorf("unknown format %q%s; formats are %s",
			o.format, config.Hint(o.format, knownFormats()), strings.Join(knownFormats(), ", "))
	case o.json && o.format != "json":
		return errors.New("-json and -format " + o.format + " cannot be used together")
	case o.format != "text" && o.diff:
		return errors.New("-json, or another -format, and -diff cannot be used together")
	case o.explain && (o.format != "text" || o.fix || o.diff):
		return errors.New("-explain cannot be used with -json, another -format, -fix or -diff")
	case o.diff && (o.baseline != "" || o.newFrom != ""):
		return errors.New("-diff shows all fixes: -baseline and -new-from cannot be used with it")
	case !o.tests && (o.fix || o.diff):
		return errors.New("-tests=false cannot be used with -fix or -diff: go vet fixes tests with their package")
	}
	return nil
}

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
