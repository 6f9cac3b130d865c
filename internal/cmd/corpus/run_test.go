package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sqlvet/sqlvet/internal/report"
)

// fakeVariable set in the environment turns the test binary into a sqlvet that
// prints what the commit's fake.json says.
const fakeVariable = "SQLVET_CASES_FAKE"

// baseName is the name of a copy of the test binary that prints what base.json
// says instead.
const baseName = "base-sqlvet"

// A fake is what fake.json holds.
type fake struct {
	Documents map[string]report.Document // by pattern
	Stderr    string                     // printed if there is no document
	Sleep     time.Duration
	Untidy    bool // nothing without -mod=mod
}

func TestMain(m *testing.M) {
	if os.Getenv(fakeVariable) != "" {
		os.Exit(fakeMain(os.Args[1:]))
	}
	os.Exit(m.Run())
}

func fakeMain(args []string) int {
	if args[0] == "help" {
		return map[bool]int{true: 0, false: 2}[args[1] == "nplusone"]
	}
	if !slices.Contains(args, "-json") {
		return 2
	}
	left, _ := filepath.Glob("*/left.go")
	tests, _ := filepath.Glob("*/*_test.go")
	if len(left)+len(tests) > 0 {
		fmt.Fprintln(os.Stderr, "a file of an earlier run or a test is analysed")
		return 2
	}
	name := "fake.json"
	if filepath.Base(os.Args[0]) == baseName {
		name = "base.json"
	}
	data, err := os.ReadFile(name)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	var f fake
	if err := json.Unmarshal(data, &f); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	time.Sleep(f.Sleep)
	if f.Untidy && !slices.Contains(args, "-mod=mod") {
		fmt.Fprintln(os.Stderr, "go: downloading example.com/x v1.0.0\ngo: updates to go.mod needed")
		return 2
	}
	doc, ok := f.Documents[args[len(args)-1]]
	if !ok {
		fmt.Fprintln(os.Stderr, f.Stderr)
		return 2
	}
	json.NewEncoder(os.Stdout).Encode(doc)
	return 1
}

// document returns what sqlvet prints for findings in db/store.go.
func document(lines ...int) report.Document {
	doc := report.Document{Version: 1, Stats: report.Stats{Packages: 1}}
	for _, line := range lines {
		doc.Findings = append(doc.Findings, finding("nplusone", filepath.Join("db", "store.go"), line))
	}
	return doc
}

// A history is a repository with a commit for each step.
type history struct {
	t   *testing.T
	dir string
}

func newHistory(t *testing.T, dir string) history {
	h := history{t, dir}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	h.git("init", "--quiet")
	return h
}

func (h history) git(args ...string) string {
	h.t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"}, args...)...)
	cmd.Dir = h.dir
	cmd.Env = environment()
	out, err := cmd.CombinedOutput()
	if err != nil {
		h.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// commit commits the module in a state with what the fake sqlvet says of it.
func (h history) commit(text string, f fake) string {
	h.t.Helper()
	said, err := json.Marshal(f)
	if err != nil {
		h.t.Fatal(err)
	}
	for name, text := range map[string]string{
		"go.mod": "module example.com/m\n", "db/store.go": text, "fake.json": string(said), ".gitattributes": "*.bin filter=lfs\n",
		"web/web.go": "package web\n", "db/store_test.go": "package store\n",
	} {
		h.write(name, text)
	}
	h.git("add", "-A")
	h.git("commit", "--quiet", "--allow-empty", "-m", "a state")
	return h.git("rev-parse", "HEAD")
}

func (h history) write(name, text string) {
	h.t.Helper()
	name = filepath.Join(h.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		h.t.Fatal(err)
	}
}

// tree returns the names and times of what lies in a directory.
func tree(t *testing.T, dir string) map[string]time.Time {
	t.Helper()
	all := make(map[string]time.Time)
	err := filepath.Walk(dir, func(name string, info os.FileInfo, err error) error {
		if err == nil {
			all[name] = info.ModTime()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func writeLines[T any](t *testing.T, list []T) string {
	t.Helper()
	var b bytes.Buffer
	for _, v := range list {
		if err := json.NewEncoder(&b).Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	name := filepath.Join(t.TempDir(), "list.jsonl")
	if err := os.WriteFile(name, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	return name
}

// runFake runs the command with the fake sqlvet.
func runFake(t *testing.T, cases []Case, negatives []Negative, args ...string) *Results {
	t.Helper()
	t.Setenv(fakeVariable, "1")
	args = append([]string{"-sqlvet", os.Args[0], "-json", "-cases", writeLines(t, cases), "-negatives", writeLines(t, negatives)}, args...)
	var stdout, notes bytes.Buffer
	if err := casesCommand(context.Background(), args, &stdout, &notes); err != nil {
		t.Fatalf("%v\n%s", err, notes.String())
	}
	var res Results
	if err := json.Unmarshal(stdout.Bytes(), &res); err != nil {
		t.Fatalf("%v\n%s", err, stdout.String())
	}
	return &res
}

func TestRun(t *testing.T) {
	repos := t.TempDir()
	h := newHistory(t, filepath.Join(repos, "own+er", "repo"))
	loop, call, other := place(t, store, "// loop"), place(t, store, "s.user("), place(t, store, "s.group(id)")
	mended := strings.Replace(store, "s.user(", "s.known(", 1)
	pkg, all := "./db", everything
	failing := func(pkg, message string, lines ...int) report.Document {
		doc := document(lines...)
		doc.Failures = []report.Failure{{Package: pkg, Message: message}}
		return doc
	}
	commits := make(map[string]string)
	for _, state := range []struct {
		name, text string
		documents  map[string]report.Document
		stderr     string
		sleep      time.Duration
		untidy     bool
	}{
		{name: "found", text: store, documents: map[string]report.Document{pkg: document(call, other), all: document(call, other)}},
		{name: "unseen", text: store, documents: map[string]report.Document{pkg: document(other), all: document(other)}},
		{name: "linked", text: store, documents: map[string]report.Document{pkg: document(), all: document(call)}},
		{name: "mended", text: mended, documents: map[string]report.Document{pkg: document(other), all: document(other)}},
		{name: "kept", text: mended, documents: map[string]report.Document{pkg: document(call), all: document(call)}},
		{name: "linked kept", text: mended, documents: map[string]report.Document{pkg: document(), all: document(call)}},
		{name: "no module", text: store, stderr: "module proxy says 403"},
		{name: "untidy", text: store, documents: map[string]report.Document{pkg: document(call)}, untidy: true},
		{name: "broken", text: store, documents: map[string]report.Document{pkg: failing("example.com/m/db", "does not compile")}},
		{name: "broken but found", text: store, documents: map[string]report.Document{pkg: failing("example.com/m/db", "tests do not compile", call)}},
		{name: "broken elsewhere", text: store, documents: map[string]report.Document{pkg: failing("example.com/m/web", "does not compile")}},
		{name: "nothing", text: store, documents: map[string]report.Document{pkg: {Version: 1}}},
		{name: "slow", text: store, sleep: time.Minute},
	} {
		commits[state.name] = h.commit(state.text, fake{state.documents, state.stderr, state.sleep, state.untidy})
	}
	kase := func(name, bad, fix string, through bool) Case {
		commit := func(name string) string {
			if c := commits[name]; c != "" {
				return c
			}
			return name
		}
		return Case{
			ID: name, Repo: "own/er", BadCommit: commit(bad), FixCommit: commit(fix), PackageDir: "db", LoopFile: "db/store.go",
			LoopLine: loop, CallLine: call, CallEndLine: call, ThroughInterface: through,
		}
	}
	missing := strings.Repeat("0", 40)
	cases := []Case{
		kase("hit", "found", "mended", false),
		kase("still", "found", "kept", false),
		kase("miss", "unseen", "mended", false),
		kase("through interface", "linked", "mended", true),
		kase("through interface, kept", "linked", "linked kept", true),
		kase("not through interface", "linked", "mended", false),
		kase("no fix commit", "found", missing, false),
		kase("no module", "no module", "mended", false),
		kase("untidy", "untidy", "mended", false),
		kase("broken", "broken", "mended", false),
		kase("broken but found", "broken but found", "mended", false),
		kase("broken elsewhere", "broken elsewhere", "mended", false),
		kase("fix broken", "found", "broken", false),
		kase("nothing", "nothing", "mended", false),
		kase("slow", "slow", "mended", false),
		{ID: "no repository", Repo: "own/other", BadCommit: missing, FixCommit: missing, LoopFile: "db/store.go", LoopLine: 1, CallLine: 1, CallEndLine: 1},
	}
	negatives := []Negative{
		{ID: "silent", Repo: "own/er", Commit: commits["mended"], PackageDir: "db", File: "db/store.go", Line: loop, CallLine: call},
		{ID: "wrong", Repo: "own/er", Commit: commits["found"], PackageDir: "db", File: "db/store.go", Line: loop, CallLine: call},
		{ID: "broken", Repo: "own/er", Commit: commits["broken"], PackageDir: "db", File: "db/store.go", Line: loop, CallLine: call},
	}
	given := tree(t, repos)
	work := t.TempDir()
	res := runFake(t, cases, negatives, "-repos", repos, "-work", work, "-timeout", "5s")
	if !maps.Equal(given, tree(t, repos)) {
		t.Error("the given repository was written to")
	}
	if left, _ := os.ReadDir(work); len(left) > 0 {
		t.Errorf("%s is left in -work", left[0].Name())
	}

	want := map[string]struct{ verdict, place, fix, reason string }{
		"hit":                     {Hit, atCall, Silent, ""},
		"still":                   {Still, atCall, Reported, ""},
		"miss":                    {Miss, "", Silent, ""},
		"through interface":       {Hit, atCall, Silent, ""},
		"through interface, kept": {Still, atCall, Reported, ""},
		"not through interface":   {Miss, "", Silent, ""},
		"no fix commit":           {NotRun, "", "", "no such commit"},
		"no module":               {NotRun, "", "", "403"},
		"untidy":                  {Hit, atCall, Silent, ""},
		"broken":                  {NotRun, "", "", "does not compile"},
		"broken but found":        {Hit, atCall, Silent, ""},
		"broken elsewhere":        {Miss, "", Silent, ""},
		"fix broken":              {Hit, atCall, NotRun, "does not compile"},
		"nothing":                 {NotRun, "", "", "no package was analysed"},
		"slow":                    {NotRun, "", "", "timeout"},
		"no repository":           {NotRun, "", "", "no such repository"},
	}
	for i, r := range res.Cases {
		w := want[r.ID]
		if r.ID != cases[i].ID || r.Verdict != w.verdict || r.Place != w.place || r.Fix != w.fix || !strings.Contains(r.Reason, w.reason) || (w.reason == "") != (r.Reason == "") {
			t.Errorf("%s: got %+v, want %+v", cases[i].ID, r, w)
		}
		if r.Linked != strings.HasPrefix(r.ID, "through") {
			t.Errorf("%s: linked %v", r.ID, r.Linked)
		}
	}
	for i, want := range []string{Silent, Reported, NotRun} {
		if r := res.Negatives[i]; r.Verdict != want {
			t.Errorf("negative %s: got %+v, want %s", r.ID, r, want)
		}
	}
	totals := Totals{
		Reported:        Share{7, 10, 70},
		Direct:          Share{5, 8, 62.5},
		Interface:       Share{2, 2, 100},
		SilentAfterFix:  Share{4, 6, 100 * 4.0 / 6},
		SilentNegatives: Share{1, 2, 50},
		NotRun:          8,
	}
	if res.Totals != totals {
		t.Errorf("totals %+v, want %+v", res.Totals, totals)
	}
}

// TestReuse: a kept work tree serves again, also when the repository's state
// changed and something lies about in it; a directory that is not ours is
// left alone.
func TestReuse(t *testing.T) {
	repos := t.TempDir()
	h := newHistory(t, filepath.Join(repos, "own", "er"))
	call := place(t, store, "s.user(")
	found := h.commit(store, fake{Documents: map[string]report.Document{"./db": document(call)}})
	mended := h.commit(store+"\n", fake{Documents: map[string]report.Document{"./db": document()}})
	cases := []Case{{
		ID: "one", Repo: "own/er", BadCommit: found, FixCommit: mended, PackageDir: "./db", LoopFile: "db/store.go",
		LoopLine: call - 1, CallLine: call, CallEndLine: call,
	}}
	work := t.TempDir()
	scratch := filepath.Join(work, "own+er")
	for range 2 {
		res := runFake(t, cases, nil, "-repos", repos, "-work", work, "-keep")
		if r := res.Cases[0]; r.Verdict != Hit || r.Fix != Silent {
			t.Fatalf("got %+v", r)
		}
		// The next run finds another document and a file too many.
		for name, text := range map[string]string{"fake.json": "{}", "db/left.go": "syntax error"} {
			if err := os.WriteFile(filepath.Join(scratch, filepath.FromSlash(name)), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.RemoveAll(scratch); err != nil {
		t.Fatal(err)
	}
	precious := filepath.Join(scratch, "precious")
	if err := os.MkdirAll(precious, 0o777); err != nil {
		t.Fatal(err)
	}
	res := runFake(t, cases, nil, "-repos", repos, "-work", work)
	if r := res.Cases[0]; r.Verdict != NotRun || !strings.Contains(r.Reason, "in the way") {
		t.Errorf("got %+v", r)
	}
	if _, err := os.Stat(precious); err != nil {
		t.Error(err)
	}
}

// TestClaim: two runs do not share a directory at a time.
func TestClaim(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no lock there")
	}
	work := t.TempDir()
	s := &scratch{keep: true}
	first, second := &opened{dir: work}, &opened{dir: work}
	if err := s.claim(first); err != nil {
		t.Fatal(err)
	}
	if err := s.claim(second); err == nil {
		t.Error("claimed twice")
	}
	first.close()
	if err := s.claim(second); err != nil {
		t.Fatalf("not released: %v", err)
	}
	second.close()
}

// TestMissingObject: snapshots of repositories leave out large files.
func TestMissingObject(t *testing.T) {
	repos := t.TempDir()
	h := newHistory(t, filepath.Join(repos, "own+er"))
	call := place(t, store, "s.user(")
	h.write("large.png", "large")
	h.write("db/part.go", "package store\n")
	found := h.commit(store, fake{Documents: map[string]report.Document{"./db": document(call)}})
	h.write("large.png", "larger")
	mended := h.commit(store+"\n", fake{Documents: map[string]report.Document{"./db": document()}})
	for _, object := range []string{found + ":large.png", mended + ":large.png"} {
		id := h.git("rev-parse", object)
		if err := os.Remove(filepath.Join(h.dir, ".git", "objects", id[:2], id[2:])); err != nil {
			t.Fatal(err)
		}
	}
	cases := []Case{{
		ID: "one", Repo: "own/er", BadCommit: found, FixCommit: mended, PackageDir: "./db", LoopFile: "db/store.go",
		LoopLine: call - 1, CallLine: call, CallEndLine: call,
	}}
	if r := runFake(t, cases, nil, "-repos", repos).Cases[0]; r.Verdict != Hit || r.Fix != Silent {
		t.Errorf("got %+v", r)
	}
}

var spaces = regexp.MustCompile(` +`) // those that align columns

// TestPrint: the table holds every case, the reasons, and the totals.
func TestPrint(t *testing.T) {
	res := &Results{
		Cases: []CaseResult{
			{ID: "a", Repo: "o/n", Verdict: Hit, Place: atCall, Linked: true, Fix: Silent, Depth: 3, Interface: true, Seconds: 12.3, Findings: []string{"f.go:1:1: slow"}},
			{ID: "b", Repo: "o/n", Verdict: Still, Place: inLoop, Fix: Reported, Left: []string{"f.go:2:1: slow"}},
			{ID: "c", Repo: "o/n", Verdict: NotRun, Reason: "no such commit"},
			{ID: "d", Repo: "o/n", Verdict: Miss, Fix: Silent, Findings: []string{"f.go:9:1: near"}},
		},
		Negatives: []NegativeResult{{ID: "n", Repo: "o/n", Kind: "retry", Verdict: Reported, Findings: []string{"f.go:3:1: wrong"}}},
	}
	res.sum()
	for _, verbose := range []bool{false, true} {
		var b strings.Builder
		res.print(&b, verbose)
		text := spaces.ReplaceAllString(b.String(), " ")
		for _, part := range []string{
			"\na o/n hit call, linked 3 yes 12\nb o/n still-reported-after-fix loop 0 0\n",
			"after the fix: f.go:2:1: slow", "no such commit", "f.go:3:1: wrong",
			"commit with the bug: 2 of 3 (66.7 %)", "silent after the fix: 1 of 2 (50.0 %)", "negatives silent: 0 of 1 (0.0 %)", "not run: 1\n",
		} {
			if !strings.Contains(text, part) {
				t.Errorf("verbose %v: no %q in\n%s", verbose, part, b.String())
			}
		}
		for _, part := range []string{"f.go:1:1: slow", "in the file: f.go:9:1: near"} {
			if strings.Contains(text, part) != verbose {
				t.Errorf("verbose %v: %q is wrong in\n%s", verbose, part, b.String())
			}
		}
	}
}

func TestArguments(t *testing.T) {
	list := writeLines(t, []Case{{ID: "a", Repo: "o/n", Rule: "selectstar", BadCommit: "1", FixCommit: "2", LoopFile: "f.go", LoopLine: 1, CallLine: 1, CallEndLine: 1}})
	for _, test := range []struct {
		args []string
		want string
	}{
		{nil, "are needed"},
		{[]string{"-repos", "."}, "are needed"},
		{[]string{"-repos", ".", "-cases", "no-such-file"}, "no-such-file"},
		{[]string{"-repos", ".", "-cases", list}, `no case of rule "nplusone"`},
		{[]string{"-repos", ".", "-cases", list, "-rule", "selectstar", "-id", "a,b"}, `no case "b"`},
		{[]string{"-repos", ".", "-cases", list, "-rule", "all", "-sqlvet", "./no-such-binary"}, "no-such-binary"},
	} {
		var stdout, notes bytes.Buffer
		err := casesCommand(context.Background(), test.args, &stdout, &notes)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: error %v, want %q", test.args, err, test.want)
		}
	}
}
