package driver

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/sqlvet/sqlvet/internal/report"
)

// baselineFile is where sqlvet baseline keeps the old findings, in the
// working directory.
const baselineFile = ".sqlvet-baseline.json"

// baseline writes the findings of today to a file, or reports those that the
// file does not hold.
func (c *command) baseline(args []string) int {
	verb := ""
	if len(args) > 0 {
		verb, args = args[0], args[1:]
	}
	switch verb {
	case "write":
		return c.check(modeBaseline, args)
	case "check":
		return c.check(modeSinceBaseline, args)
	case "-h", "-help", "--help":
		return c.verbHelp("baseline", nil)
	}
	return c.fail("want sqlvet baseline write, or sqlvet baseline check")
}

// writeBaseline writes the findings to the file that -baseline names. What
// could not be analysed leaves the file as it is: findings there would come
// back as new ones.
func (c *command) writeBaseline(opts *options, col *collection) int {
	if len(col.failures) > 0 {
		c.failures(col.failures)
		return exitFailed
	}
	var buf strings.Builder
	if err := report.NewBaseline(col.findings).Write(&buf); err != nil {
		return c.fail("%v", err)
	}
	if err := os.WriteFile(opts.baseline, []byte(buf.String()), 0o666); err != nil {
		return c.fail("%v", err)
	}
	fmt.Fprintf(c.stdout, "wrote %s to %s\n", report.Count(len(col.findings), "finding"), opts.baseline)
	return exitClean
}

// hideOld leaves out what the baseline holds, and what stands on lines that
// have not changed since a revision.
func (c *command) hideOld(opts *options, col *collection) error {
	all := len(col.findings)
	if opts.baseline != "" {
		f, err := os.Open(opts.baseline)
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("no baseline %s: sqlvet baseline write makes one", opts.baseline)
		} else if err != nil {
			return err
		}
		defer f.Close()
		base, err := report.ReadBaseline(f)
		if err != nil {
			return fmt.Errorf("%s: %v", opts.baseline, err)
		}
		fresh, gone := base.Split(col.findings)
		col.findings = fresh
		// Of a part of the packages, or rules, nobody can tell.
		if gone > 0 && opts.mode == modeSinceBaseline && opts.everything {
			col.notes = append(col.notes, fmt.Sprintf("no longer there: %s of %s; sqlvet baseline write takes them off",
				report.Count(gone, "finding"), opts.baseline))
		}
	}
	if opts.newFrom != "" {
		changed, err := changedSince(col.dir, opts.newFrom)
		if err != nil {
			return err
		}
		var fresh []report.Finding
		for _, f := range col.findings {
			if changed.touches(col, f) {
				fresh = append(fresh, f)
			}
		}
		col.findings = fresh
	}
	col.hidden = all - len(col.findings)
	if col.hidden > 0 {
		col.notes = append(col.notes, fmt.Sprintf("not shown: %s (%s)", report.Count(col.hidden, "old finding"),
			strings.Join(nonEmpty(opts.baseline, since(opts.newFrom)), ", ")))
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

// baselineOf returns the file that a run in this mode uses; "" for none.
func baselineOf(m mode, flag string) string {
	if m == modeBaseline || m == modeSinceBaseline {
		return cmp.Or(flag, baselineFile)
	}
	return flag
}
