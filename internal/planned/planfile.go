//go:build unix

package planned

import (
	"archive/tar"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/filetree"
	"github.com/sqlvet/sqlvet/internal/plans"
)

// PlansFile is the name of the file that holds plans.
const PlansFile = "sqlvet.plans.json"

// A PlanFile holds the plans of a program's statements.
type PlanFile struct {
	Version    int         `json:"version"` // 1
	Statements []planEntry `json:"statements"`
}

// A planEntry is the plan of one statement of a file.
type planEntry struct {
	File string  `json:"file"` // slash-separated
	SQL  string  `json:"sql"`  // in one line
	Cost float64 `json:"cost"`
	Plan string  `json:"plan"` // as plans.Node.Shape
}

// Entries describes the statements that were planned, each text of a file
// once.
func Entries(list []*explainer) *PlanFile {
	out := &PlanFile{Version: 1, Statements: []planEntry{}}
	for _, e := range list {
		for _, j := range e.jobs {
			out.Statements = append(out.Statements, e.entry(j))
		}
	}
	slices.SortFunc(out.Statements, func(a, b planEntry) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.SQL, b.SQL), cmp.Compare(a.Cost, b.Cost))
	})
	out.Statements = slices.CompactFunc(out.Statements, func(a, b planEntry) bool { return a.File == b.File && a.SQL == b.SQL })
	return out
}

func (e *explainer) entry(j *job) planEntry {
	return planEntry{
		File: filepath.ToSlash(e.Queries[j.number].Pos.File), SQL: strings.Join(strings.Fields(e.Texts[j.number]), " "),
		Cost: j.plan.Cost, Plan: j.plan.Shape(),
	}
}

// ReadPlans reads a file of plans.
func ReadPlans(path string) (*PlanFile, error) {
	data, err := filetree.Read(filetree.Given(path), path, filetree.MaxText)
	if err != nil {
		return nil, err
	}
	f := new(PlanFile)
	if err := json.Unmarshal(data, f); err != nil || f.Version != 1 || f.Statements == nil {
		return nil, fmt.Errorf("%s holds no plans of version 1: sqlvet explain -record writes it", path)
	}
	return f, nil
}

// Write replaces a file of plans.
func (f *PlanFile) Write(path string) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "\t")
	if err := enc.Encode(f); err != nil {
		return err
	}
	return filetree.Write(path, b.Bytes())
}

// What makes a plan worse than it was.
const (
	worseTimes = 1.5
	worseCost  = 100 // units of cost
)

// Compare reports the statements that cost more than they did. A statement
// that is new in its file is held against the one that has gone from there, if
// there is one of each.
func Compare(list []*explainer, old *PlanFile, when string) {
	type place struct{ file, sql string }
	was := make(map[place]planEntry)
	gone := make(map[string][]planEntry) // by file
	for _, o := range old.Statements {
		was[place{o.File, o.SQL}] = o
		gone[o.File] = append(gone[o.File], o)
	}
	now := Entries(list)
	fresh := make(map[string]int)
	for _, n := range now.Statements {
		if _, ok := was[place{n.File, n.SQL}]; !ok {
			fresh[n.File]++
		}
		gone[n.File] = slices.DeleteFunc(gone[n.File], func(o planEntry) bool { return o.SQL == n.SQL })
	}
	for _, e := range list {
		for _, j := range e.jobs {
			n := e.entry(j)
			o, ok := was[place{n.File, n.SQL}]
			if !ok && fresh[n.File] == 1 && len(gone[n.File]) == 1 {
				o, ok = gone[n.File][0], true
			}
			if !ok || n.Cost < worseTimes*o.Cost || n.Cost-o.Cost < worseCost {
				continue
			}
			message := fmt.Sprintf("the plan costs %s, %s it cost %s", plans.Cost(n.Cost), when, plans.Cost(o.Cost))
			if n.Plan != o.Plan {
				message += ": it was " + o.Plan
			}
			e.add(j.number, plans.Fault{Kind: plans.Worse, Message: message, Remedied: true}, config.Certain, plans.Tree(j.plan, nil))
		}
	}
}

// PlansAt returns the plans of a revision: its files are laid out in a
// temporary folder, and sqlvet is run there with the given arguments.
func PlansAt(dir, revision string, args []string) (_ *PlanFile, err error) {
	if strings.HasPrefix(revision, "-") {
		return nil, fmt.Errorf("%q is no revision", revision)
	}
	git := func(args ...string) ([]byte, error) {
		cmd := exec.Command("git", args...)
		cmd.Dir = dir
		out, err := cmd.Output()
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			first, _, _ := strings.Cut(strings.TrimSpace(string(exit.Stderr)), "\n")
			err = errors.New("git: " + first)
		}
		return out, err
	}
	prefix, err := git("rev-parse", "--show-prefix")
	if err != nil {
		return nil, err
	}
	top, err := git("rev-parse", "--show-toplevel")
	if err != nil {
		return nil, err
	}
	dir = strings.TrimSpace(string(top)) // what is below the working directory is not the whole
	archive, err := git("archive", "--format=tar", revision)
	if err != nil {
		return nil, err
	}
	temp, err := os.MkdirTemp("", "sqlvet-diff-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	if err := unpack(temp, archive); err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	file := filepath.Join(temp, PlansFile)
	cmd := exec.Command(self, append([]string{"explain", "-record", "-plans", file}, args...)...)
	cmd.Dir = filepath.Join(temp, filepath.FromSlash(strings.TrimSpace(string(prefix))))
	out, err := cmd.CombinedOutput()
	if _, missing := os.Stat(file); missing != nil {
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		return nil, fmt.Errorf("the plans of %s are not known: %s", revision, cmp.Or(lines[len(lines)-1], fmt.Sprint(err)))
	}
	return ReadPlans(file)
}

// unpack lays out the files of an archive. What would lie outside is left out,
// and so are links.
func unpack(dir string, archive []byte) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for r := tar.NewReader(bytes.NewReader(archive)); ; {
		h, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case !filepath.IsLocal(h.Name):
		case h.Typeflag == tar.TypeDir:
			err = root.MkdirAll(h.Name, 0o777)
		case h.Typeflag == tar.TypeReg:
			if err = root.MkdirAll(filepath.Dir(h.Name), 0o777); err != nil {
				return err
			}
			var f *os.File
			if f, err = root.Create(h.Name); err == nil {
				_, err = io.Copy(f, r)
				err = errors.Join(err, f.Close())
			}
		}
		if err != nil {
			return err
		}
	}
}
