package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/report"
)

// found returns a finding as sqlvet would print it.
func found(fingerprint, rule, function string, line int) report.Finding {
	f := finding(rule, "db/store.go", line)
	f.Fingerprint, f.Func, f.Package, f.Severity = fingerprint, function, "example.com/m/db", "warning"
	return f
}

// given sets the lists of projects and labels for a test.
func given(t *testing.T, project Project, lines ...string) {
	t.Helper()
	p, l := projectList, labelList
	t.Cleanup(func() { projectList, labelList = p, l })
	data, err := json.Marshal(project)
	if err != nil {
		t.Fatal(err)
	}
	projectList, labelList = data, []byte(labelHeader+"\n"+strings.Join(lines, "\n")+"\n")
}

// corpusOf makes a repository of which this build says after, and a base before.
func corpusOf(t *testing.T, before, after []report.Finding) (repos string, p Project) {
	t.Helper()
	repos = t.TempDir()
	h := newHistory(t, filepath.Join(repos, "own+er"))
	say := func(list []report.Finding) fake {
		return fake{Documents: map[string]report.Document{everything: {Version: 1, Findings: list, Stats: report.Stats{Packages: 3}}}}
	}
	said, err := json.Marshal(say(before))
	if err != nil {
		t.Fatal(err)
	}
	h.write("base.json", string(said))
	commit := h.commit("package db\n\nfunc F() {}\n", say(after))
	return repos, Project{Repo: "own/er", Commit: commit, Module: "example.com/m", Licence: "MIT", Libraries: []string{"pgx"}}
}

// base returns a copy of the test binary under the base's name.
func base(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), baseName)
	if err := os.WriteFile(name, data, 0o777); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestCheck(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the base is found by its name without .exe")
	}
	t.Setenv(fakeVariable, "1")
	repos, project := corpusOf(t,
		[]report.Finding{found("a", "nplusone", "F", 3), found("b", "nplusone", "F", 4), found("c", "selectstar", "G", 5)},
		[]report.Finding{found("a", "nplusone", "F", 3), found("d", "nplusone", "F", 9), found("e", "txlife", "H", 6), found("e", "txlife", "H", 6)})
	given(t, project,
		"own/er\ta\tnplusone\twarning\tuseful\tyes\tyes\tdb/store.go:F\t",
		"own/er\tc\tselectstar\twarning\tuseful\tyes\tyes\tdb/store.go:G\twide",
		"own/er\te\ttxlife\twarning\twrong\tno\tno\tdb/store.go:H\tno transaction",
		"else/where\tz\ttxlife\twarning\tuseful\tno\tyes\tx.go:F\t",
	)
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(labelFile)), 0o777); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	var out, notes bytes.Buffer
	err := checkCommand(context.Background(), []string{"-sqlvet", os.Args[0], "-base", base(t), "-repos", repos, "-write"}, &out, &notes)
	if !errors.Is(err, errRegression) || !strings.Contains(err.Error(), "1 useful lost, 1 wrong are back") {
		t.Errorf("error %v\n%s", err, notes.String())
	}
	for _, want := range []string{
		"own/er: 3 packages, 3 findings",
		"moved db/store.go:4", "gone db/store.go:5", "new db/store.go:6", "1 new, 1 gone, 1 moved",
		"lost, though useful: db/store.go:G [selectstar]", "back, though wrong (no transaction): db/store.go:6",
		"nplusone          1 useful    0 little use    0 wrong    0 unsure: 100 % right, 100 % useful",
		"txlife            0 useful    0 little use    1 wrong    0 unsure: 0 % right", "not read yet: 1",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	written, err := os.ReadFile(labelFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"own/er\tc\tselectstar\twarning\tuseful\tyes\tno\t", "own/er\te\ttxlife\twarning\twrong\tno\tyes\t",
		"else/where\tz\ttxlife\twarning\tuseful\tno\tyes\t", // of a project that was not run: as it was
	} {
		if !strings.Contains(string(written), want) {
			t.Errorf("no %q in\n%s", want, written)
		}
	}
	if _, err := labels(written); err != nil {
		t.Errorf("what is written cannot be read: %v", err)
	}
}

func TestRead(t *testing.T) {
	t.Setenv(fakeVariable, "1")
	repos, project := corpusOf(t, nil, []report.Finding{
		found("a", "nplusone", "F", 3), found("b", "nplusone", "F", 1), found("c", "nplusone", "F", 2), found("d", "txlife", "F", 3)})
	given(t, project, "own/er\ta\tnplusone\twarning\tuseful\tyes\tyes\tdb/store.go:F\t")
	var out, notes bytes.Buffer
	if err := readCommand(context.Background(), []string{"-sqlvet", os.Args[0], "-repos", repos, "-n", "1"}, &out, &notes); err != nil {
		t.Fatalf("%v\n%s", err, notes.String())
	}
	if n := strings.Count(out.String(), "\nown/er\t"); n != 2 {
		t.Errorf("%d findings to read, want one of each rule\n%s", n, out.String())
	}
	if strings.Contains(out.String(), "own/er\ta\t") {
		t.Errorf("one that has a label is to be read\n%s", out.String())
	}
	for _, want := range []string{"own/er\td\ttxlife\twarning\t?\tyes\tyes\tdb/store.go:F\t", "#>     3  func F() {}"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

// TestLists: the lists of this repository can be read, and each label is of a
// project that is listed.
func TestLists(t *testing.T) {
	list, err := projects(0, nil)
	if err != nil {
		t.Fatal(err)
	}
	of := make(map[string]Project)
	for _, p := range list {
		if _, twice := of[p.Repo]; twice {
			t.Errorf("%s is listed twice", p.Repo)
		}
		of[p.Repo] = p
	}
	given, err := labels(labelList)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range given {
		if p, ok := of[l.repo]; !ok {
			t.Errorf("a label is of %s, which is not listed", l.repo)
		} else if l.first && p.Tuned {
			t.Errorf("%s %s: a first reading of a project that was mended on", l.repo, l.fingerprint)
		}
	}
}

// TestThirds: every project is in one third.
func TestThirds(t *testing.T) {
	all, err := projects(0, nil)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for third := 1; third <= 3; third++ {
		list, err := projects(third, nil)
		if err != nil {
			t.Fatal(err)
		}
		n += len(list)
	}
	if n != len(all) {
		t.Errorf("%d in thirds, %d in all", n, len(all))
	}
}

func TestBadLists(t *testing.T) {
	good := "o/n\ta\tnplusone\twarning\tuseful\tyes\tyes\tf.go:F\t"
	for text, want := range map[string]string{
		"repo\tfingerprint\n":                                             "the columns are not",
		labelHeader + "\n" + good + "\n" + good + "\n":                    "labels.tsv:3: a second label",
		labelHeader + "\n" + strings.Replace(good, "useful", "good", 1):   `verdict "good"`,
		labelHeader + "\n" + strings.Replace(good, "\tyes\t", "\t1\t", 1): `"1" is neither`,
		labelHeader + "\no/n\ta":                                          "2 columns",
	} {
		if _, err := labels([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
	bad := Project{Repo: "own/er", Commit: "main", Module: "example.com/m", Licence: "MIT", Libraries: []string{"pgx"}}
	given(t, bad)
	if _, err := projects(0, nil); err == nil || !strings.Contains(err.Error(), `commit "main"`) {
		t.Errorf("a commit that is none: %v", err)
	}
	bad.Commit, bad.ModuleDir = strings.Repeat("0", 40), "../out"
	given(t, bad)
	if _, err := projects(0, nil); err == nil || !strings.Contains(err.Error(), "no directory") {
		t.Errorf("a directory outside: %v", err)
	}
}

func TestDispatch(t *testing.T) {
	for _, args := range [][]string{nil, {"no-such"}, {"table", "x"}, {"check", "x"}, {"check", "-third", "4"}, {"check", "-only", "no/such"}} {
		if err := dispatch(context.Background(), args, new(bytes.Buffer), new(bytes.Buffer)); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
}

// TestTable: docs/benchmarks.md shows what the labels say.
func TestTable(t *testing.T) {
	var table bytes.Buffer
	if err := tableCommand(context.Background(), nil, &table, nil); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.FromSlash("../../../docs/benchmarks.md"))
	if err != nil {
		t.Fatal(err)
	}
	if table.Len() == 0 || !strings.Contains(strings.ReplaceAll(string(page), "\r\n", "\n"), table.String()) {
		t.Errorf("go run ./internal/cmd/corpus table prints another table than docs/benchmarks.md has:\n%s", table.String())
	}
}
