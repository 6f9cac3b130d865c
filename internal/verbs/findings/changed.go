package findings

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/internal/report"
	"github.com/sqlvet/sqlvet/internal/run"
)

// changes are the lines of the working tree that a revision does not have, by
// absolute path; a file with no list is new as a whole.
type changes map[string][]lines

// lines is a range of 1-based lines, both ends included.
type lines struct{ from, to int }

// changedSince asks git what has changed in dir's repository since the last
// commit that the revision and HEAD share, committed or not.
func changedSince(dir, revision string) (changes, error) {
	up, err := git(dir, "rev-parse", "--show-cdup")
	if err != nil {
		return nil, err
	}
	root := filepath.Join(dir, strings.TrimSpace(up))
	if _, err := git(dir, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}"); err != nil {
		return nil, fmt.Errorf("git does not know the revision %s (a shallow clone?)", revision)
	}
	// Lines that only the other branch has changed are not this one's. A
	// shallow clone may not know where they part: then the revision itself.
	if base, err := git(dir, "merge-base", revision, "HEAD"); err == nil {
		revision = strings.TrimSpace(base)
	}
	diff, err := git(root, "-c", "core.quotePath=false", "diff", "-U0", "--no-color", "--no-ext-diff", "--find-renames",
		"--src-prefix=a/", "--dst-prefix=b/", "--end-of-options", revision, "--")
	if err != nil {
		return nil, err
	}
	changed := make(changes)
	if err := changed.parse(root, diff); err != nil {
		return nil, err
	}
	others, err := git(root, "ls-files", "--others", "--exclude-standard", "-z")
	if err != nil {
		return nil, err
	}
	for name := range strings.SplitSeq(others, "\x00") {
		if name != "" {
			changed[filepath.Join(root, filepath.FromSlash(name))] = nil
		}
	}
	return changed, nil
}

// parse reads the output of git diff -U0.
func (c changes) parse(root, diff string) error {
	file, body := "", 0 // body counts the lines of a hunk that are still to come
	for line := range strings.Lines(diff) {
		line = strings.TrimSuffix(line, "\n")
		if body > 0 && line != "" && (line[0] == '+' || line[0] == '-') {
			body--
			continue
		}
		if name, ok := strings.CutPrefix(line, "+++ "); ok {
			name = strings.TrimSuffix(name, "\t") // git marks the end of a name with spaces
			if quoted, err := strconv.Unquote(name); err == nil {
				name = quoted
			}
			file = filepath.Join(root, filepath.FromSlash(strings.TrimPrefix(name, "b/")))
			continue
		}
		if !strings.HasPrefix(line, "@@ ") {
			continue
		}
		fields := strings.Fields(line) // "@@ -1,2 +3,4 @@ …"
		if len(fields) < 3 {
			return fmt.Errorf("git diff: cannot read %q", line)
		}
		_, removed, err1 := hunkRange(fields[1])
		from, added, err2 := hunkRange(fields[2])
		if err := errors.Join(err1, err2); err != nil {
			return fmt.Errorf("git diff: cannot read %q: %v", line, err)
		}
		body = removed + added
		if added > 0 {
			c[file] = append(c[file], lines{from, from + added - 1})
		}
	}
	return nil
}

// hunkRange reads "+3,4" or "-3": the first line, and how many.
func hunkRange(s string) (from, n int, err error) {
	start, count, several := strings.Cut(s[1:], ",")
	if from, err = strconv.Atoi(start); err != nil || !several {
		return from, 1, err
	}
	n, err = strconv.Atoi(count)
	return from, n, err
}

// touches reports whether a line of the finding, or of a place that it refers
// to, has changed.
func (c changes) touches(col *run.Collection, f report.Finding) bool {
	if c.has(col.Absolute(f.Pos.File), f.Pos.Line, max(f.Pos.Line, f.End.Line)) {
		return true
	}
	for _, r := range f.Related {
		if c.has(col.Absolute(r.Pos.File), r.Pos.Line, r.Pos.Line) {
			return true
		}
	}
	return false
}

func (c changes) has(file string, from, to int) bool {
	list, ok := c[file]
	if ok && list == nil {
		return true
	}
	for _, l := range list {
		if l.from <= to && from <= l.to {
			return true
		}
	}
	return false
}

// git returns the standard output of a git command.
func git(dir string, args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			return "", errors.New("no git command on PATH")
		}
		message, _, _ := strings.Cut(strings.TrimSpace(stderr.String()), "\n")
		return "", fmt.Errorf("git %s: %s", args[0], cmp.Or(message, err.Error()))
	}
	return string(out), nil
}
