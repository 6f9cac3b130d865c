package run

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/report"
	"github.com/sqlvet/sqlvet/internal/vettool"
)

// BaselineFile is where sqlvet baseline keeps the old findings, in the
// working directory.
const BaselineFile = ".sqlvet-baseline.json"

// baselineOf returns the file that a run in this mode uses; "" for none.
func baselineOf(m Mode, flag string) string {
	if m == ModeBaseline || m == ModeSinceBaseline {
		return cmp.Or(flag, BaselineFile)
	}
	return flag
}

// reportRule returns what a report says of a rule.
func reportRule(r analyzers.Rule) report.Rule {
	title, page, _ := strings.Cut(r.Doc, "\n")
	return report.Rule{Name: r.Name, Title: title, Page: docs.Text(strings.TrimSpace(page)), URL: docs.URL(r.Name)}
}

// A Mode is what a run prints.
type Mode uint8

const (
	ModeCheck         Mode = iota // findings
	ModeQueries                   // SQL texts
	ModeBaseline                  // a file of the findings
	ModeSinceBaseline             // findings that the file does not hold
)

// Options are the flags of a run that the vet tool does not get.
type Options struct {
	Mode   Mode
	JSON   bool
	Format string // "text", "json" or one of report.Formats
	Ran    []report.Rule
	// migrations is set if the flags choose no rules: what migrations risk
	// is told beside all of them.
	Migrations bool
	Fix, Diff  bool
	explain    bool
	Context    int
	Tests      bool
	Baseline   string   // the file of old findings; "" for none
	NewFrom    string   // a revision: what has not changed since is not shown; "" for none
	Build      []string // flags of the go command
	// buildFlags tells build once the flags are parsed.
	BuildFlags func() []string
	Patterns   []string
	// everything: no rule, package or test is left out.
	Everything bool
}

// Parse returns what args ask for, and the flags that the vet tool gets.
func Parse(c *cli.Command, m Mode, args []string) (*Options, []string, error) {
	fs := cli.NewFlagSet()
	opts := &Options{Mode: m}
	sel := AddCheckFlags(c, fs, m, opts)
	patterns, err := cli.ParseFlags(fs, args)
	if err != nil {
		return nil, nil, err
	}
	if opts.JSON {
		opts.Format = cmp.Or(opts.Format, "json")
	}
	opts.Format = cmp.Or(opts.Format, "text")
	opts.Baseline = baselineOf(m, opts.Baseline)
	if err := opts.Conflict(); err != nil {
		return nil, nil, err
	}
	if len(sel.Chosen()) == 0 && len(c.Rules) > 0 && m != ModeQueries {
		return nil, nil, errors.New("the flags leave no rule to run")
	}
	opts.Build = opts.BuildFlags()
	for _, r := range sel.Chosen() {
		opts.Ran = append(opts.Ran, reportRule(r))
	}
	opts.Patterns = patterns
	if len(patterns) == 0 {
		opts.Patterns = []string{"./..."}
	}
	if opts.Migrations = len(opts.Ran) == len(c.Rules); opts.Migrations {
		opts.Ran = append(opts.Ran, report.Rule{Name: migrationsRule, Title: migrationsTitle, Page: migrationsPage, URL: migrationsURL})
	}
	opts.Everything = slices.Equal(opts.Patterns, []string{"./..."}) && opts.Migrations && opts.Tests && opts.NewFrom == ""
	toolFlags := sel.Arguments(fs)
	if m != ModeQueries {
		toolFlags = append(toolFlags, Switches(sel.Chosen(), "link")...)
		if opts.explain {
			toolFlags = append(toolFlags, Switches(sel.Chosen(), "explain")...)
		}
	}
	return opts, toolFlags, nil
}

// AddCheckFlags adds the flags of a run in a mode.
func AddCheckFlags(c *cli.Command, fs *flag.FlagSet, m Mode, opts *Options) *vettool.Selection {
	fs.BoolVar(&opts.JSON, "json", false, "as -format json")
	fs.BoolVar(&opts.Tests, "tests", true, "include _test.go files")
	opts.BuildFlags = cli.AddBuildFlags(fs)
	sel := vettool.AddSelection(fs, c.Rules)
	if m != ModeQueries {
		fs.StringVar(&opts.Baseline, "baseline", "", "file of old findings (see sqlvet baseline)")
	}
	if m == ModeCheck || m == ModeSinceBaseline {
		fs.StringVar(&opts.NewFrom, "new-from", "", "git revision: only findings on lines changed since")
		fs.StringVar(&opts.Format, "format", "", "how to print: "+strings.Join(cli.KnownFormats(), ", "))
		fs.IntVar(&opts.Context, "c", 0, "lines of context")
	}
	if m == ModeCheck {
		fs.BoolVar(&opts.Fix, "fix", false, "apply the suggested fixes")
		fs.BoolVar(&opts.Diff, "diff", false, "print the suggested fixes as a diff")
		fs.BoolVar(&opts.explain, "explain", false, "say of each database call in a loop why it is reported or not")
	}
	return sel
}

// Conflict returns what is wrong with flags that do not go together.
func (o *Options) Conflict() error {
	switch {
	case !slices.Contains(cli.KnownFormats(), o.Format):
		return fmt.Errorf("unknown format %q%s; formats are %s",
			o.Format, config.Hint(o.Format, cli.KnownFormats()), strings.Join(cli.KnownFormats(), ", "))
	case o.JSON && o.Format != "json":
		return errors.New("-json and -format " + o.Format + " cannot be used together")
	case o.Format != "text" && o.Diff:
		return errors.New("-json, or another -format, and -diff cannot be used together")
	case o.explain && (o.Format != "text" || o.Fix || o.Diff):
		return errors.New("-explain cannot be used with -json, another -format, -fix or -diff")
	case o.Diff && (o.Baseline != "" || o.NewFrom != ""):
		return errors.New("-diff shows all fixes: -baseline and -new-from cannot be used with it")
	case !o.Tests && (o.Fix || o.Diff):
		return errors.New("-tests=false cannot be used with -fix or -diff: go vet fixes tests with their package")
	}
	return nil
}
