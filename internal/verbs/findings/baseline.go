package findings

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/filetree"
	"github.com/sqlvet/sqlvet/internal/report"
	"github.com/sqlvet/sqlvet/internal/run"
)

// Baseline writes the findings of today to a file, or reports those that the
// file does not hold.
func Baseline(c *cli.Command, args []string) int {
	verb := ""
	if len(args) > 0 {
		verb, args = args[0], args[1:]
	}
	switch verb {
	case "write":
		return Check(c, run.ModeBaseline, args)
	case "check":
		return Check(c, run.ModeSinceBaseline, args)
	case "-h", "-help", "--help":
		return c.VerbHelp("baseline", nil)
	}
	return c.Fail("want sqlvet baseline write, or sqlvet baseline check")
}

// writeBaseline writes the findings to the file that -baseline names. What
// could not be analysed leaves the file as it is: findings there would come
// back as new ones.
func writeBaseline(c *cli.Command, opts *run.Options, col *run.Collection) int {
	if len(col.Failures) > 0 {
		run.Failures(c, col.Failures)
		return cli.ExitFailed
	}
	var buf strings.Builder
	if err := report.NewBaseline(col.Findings).Write(&buf); err != nil {
		return c.Fail("%v", err)
	}
	if err := filetree.Write(opts.Baseline, []byte(buf.String())); err != nil {
		return c.Fail("%v", err)
	}
	fmt.Fprintf(c.Stdout, "wrote %s to %s\n", report.Count(len(col.Findings), "finding"), opts.Baseline)
	return cli.ExitClean
}

// hideOld leaves out what the baseline holds, and what stands on lines that
// have not changed since a revision.
func hideOld(c *cli.Command, opts *run.Options, col *run.Collection) error {
	all := len(col.Findings)
	if opts.Baseline != "" {
		f, err := filetree.Open(filetree.Given(opts.Baseline), opts.Baseline, filetree.MaxText)
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("no baseline %s: sqlvet baseline write makes one", opts.Baseline)
		} else if err != nil {
			return err
		}
		defer f.Close()
		base, err := report.ReadBaseline(f)
		if err != nil {
			return fmt.Errorf("%s: %v", opts.Baseline, err)
		}
		fresh, gone := base.Split(col.Findings)
		col.Findings = fresh
		// Of a part of the packages, or rules, nobody can tell.
		if gone > 0 && opts.Mode == run.ModeSinceBaseline && opts.Everything {
			col.Notes = append(col.Notes, fmt.Sprintf("no longer there: %s of %s; sqlvet baseline write takes them off",
				report.Count(gone, "finding"), opts.Baseline))
		}
	}
	if opts.NewFrom != "" {
		changed, err := changedSince(col.Dir, opts.NewFrom)
		if err != nil {
			return err
		}
		var fresh []report.Finding
		for _, f := range col.Findings {
			if changed.touches(col, f) {
				fresh = append(fresh, f)
			}
		}
		col.Findings = fresh
	}
	col.Hidden = all - len(col.Findings)
	if col.Hidden > 0 {
		col.Notes = append(col.Notes, fmt.Sprintf("not shown: %s (%s)", report.Count(col.Hidden, "old finding"),
			strings.Join(nonEmpty(opts.Baseline, since(opts.NewFrom)), ", ")))
	}
	return nil
}

func since(revision string) string {
	if revision == "" {
		return ""
	}
	return "before " + revision
}

func nonEmpty(list ...string) (out []string) {
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}
