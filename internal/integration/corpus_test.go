package integration

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A found is one finding in the form that every driver can give.
type found struct {
	file    string // relative to the module
	line    int    // 1-based
	column  int    // 1-based, in bytes
	rule    string
	message string
}

func (f found) String() string {
	return fmt.Sprintf("%s:%d:%d: %s [%s]", f.file, f.line, f.column, f.message, f.rule)
}

type findings map[found]bool

// A corpus is a module that all drivers analyse.
type corpus struct {
	dir      string
	packages []string
	files    []string // of these packages, tests included; absolute
}

func corpora(t *testing.T) []corpus {
	t.Helper()
	var list []corpus
	for _, name := range []string{"examples/shop", "testdata/src"} {
		c := corpus{dir: filepath.Join(repository(t), filepath.FromSlash(name))}
		// golangci-lint says nothing of any package if one does not compile,
		// and functions without a body do type-check.
		out, err := command(t, c.dir, "go", "list", "-e", "-export", "-json=Dir,ImportPath,Error,GoFiles,TestGoFiles,XTestGoFiles", "./...").Output()
		if err != nil {
			t.Fatal(err)
		}
		for d := json.NewDecoder(bytes.NewReader(out)); ; {
			var p struct {
				Dir, ImportPath                    string
				Error                              *struct{ Err string }
				GoFiles, TestGoFiles, XTestGoFiles []string
			}
			if err := d.Decode(&p); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			if p.Error != nil {
				t.Logf("%s is left out: %s", p.ImportPath, p.Error.Err)
				continue
			}
			c.packages = append(c.packages, p.ImportPath)
			for _, f := range slices.Concat(p.GoFiles, p.TestGoFiles, p.XTestGoFiles) {
				c.files = append(c.files, filepath.Join(p.Dir, f))
			}
		}
		list = append(list, c)
	}
	return list
}

// TestCorpus expects the same findings of every driver. What go vet finds is
// the measure, since it alone shows what the analyzers report, unchanged.
//
// Four differences are meant. "sqlvet ./..." has more of nplusone: what the
// link step joins from all packages; and fewer of missingindex, where packages
// want much the same index. In programs that know Go files only, a finding in
// an embedded .sql file stands at the call, with its place in the message. And
// nogo does not say which module a package is of, so that it is not known there
// how a value behind an interface was made: docs/bazel.md.
func TestCorpus(t *testing.T) {
	total := 0
	for _, c := range corpora(t) {
		name := filepath.Base(c.dir)
		raw, moved := c.vettool(t)
		total += len(raw)
		t.Run(name+"/standalone", func(t *testing.T) {
			have := c.standalone(t)
			for f := range have {
				if !raw[f] && f.rule == "nplusone" {
					t.Logf("by the link step: %s", f)
					delete(have, f)
				}
			}
			same(t, have, withoutRivals(raw, have))
		})
		t.Run(name+"/golangci-lint", func(t *testing.T) { same(t, c.golangci(t), moved) })
		t.Run(name+"/gopls", func(t *testing.T) { same(t, c.gopls(t), moved) })
		t.Run(name+"/proxy", func(t *testing.T) { same(t, c.proxy(t, raw), raw) })
		t.Run(name+"/nogo", func(t *testing.T) {
			have := c.nogo(t)
			for f := range have {
				if !raw[f] && f.rule == "nplusone" && strings.Contains(f.message, " through ") {
					t.Logf("by how little is known: %s", f)
					delete(have, f)
				}
			}
			same(t, have, raw)
		})
	}
	if total < 500 {
		t.Errorf("only %d findings in all: the corpus is not what it was", total)
	}
}

var wanted = regexp.MustCompile(`^no index of (\S+) `)

// withoutRivals leaves out what asks for an index of a table of which one other
// finding is kept.
func withoutRivals(all, kept findings) findings {
	tables := make(map[string]bool)
	for f := range kept {
		if m := wanted.FindStringSubmatch(f.message); m != nil {
			tables[m[1]] = true
		}
	}
	out := make(findings)
	for f := range all {
		if m := wanted.FindStringSubmatch(f.message); m == nil || kept[f] || !tables[m[1]] {
			out[f] = true
		}
	}
	return out
}

func same(t *testing.T, have, want findings) {
	t.Helper()
	for _, f := range sorted(have) {
		if !want[f] {
			t.Errorf("not by go vet: %s", f)
		}
	}
	for _, f := range sorted(want) {
		if !have[f] {
			t.Errorf("by go vet only: %s", f)
		}
	}
}

func sorted(fs findings) []found {
	return slices.SortedFunc(maps.Keys(fs), func(a, b found) int { return strings.Compare(a.String(), b.String()) })
}

func (c corpus) relative(path string) string {
	if rel, err := filepath.Rel(c.dir, path); err == nil {
		return rel
	}
	return path
}

// at reads "file:line:column".
func (c corpus) at(t *testing.T, posn string) found {
	t.Helper()
	parts := strings.Split(posn, ":")
	if len(parts) < 3 {
		t.Fatalf("%q is no position", posn)
	}
	n := len(parts)
	line, err1 := strconv.Atoi(parts[n-2])
	column, err2 := strconv.Atoi(parts[n-1])
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return found{file: c.relative(strings.Join(parts[:n-2], ":")), line: line, column: column}
}

// vettool returns what go vet finds, as it is and with findings outside of Go
// files moved.
func (c corpus) vettool(t *testing.T) (raw, moved findings) {
	t.Helper()
	cmd := command(t, c.dir, "go", "vet", "-json", "-vettool="+sqlvetBinary(t))
	cmd.Args = append(cmd.Args, c.packages...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	raw, moved = make(findings), make(findings)
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var tree map[string]map[string]json.RawMessage
		if err := d.Decode(&tree); errors.Is(err, io.EOF) {
			return raw, moved
		} else if err != nil {
			t.Fatal(err)
		}
		for _, byRule := range tree {
			for rule, data := range byRule {
				var list []struct {
					Posn, Message string
					Related       []struct{ Posn string }
				}
				if err := json.Unmarshal(data, &list); err != nil {
					t.Fatalf("%s: %s", rule, data)
				}
				for _, d := range list {
					f := c.at(t, d.Posn)
					f.rule, f.message = rule, strings.TrimSuffix(d.Message, " ["+rule+"]")
					raw[f] = true
					if !strings.HasSuffix(f.file, ".go") {
						call := c.at(t, d.Related[0].Posn)
						call.rule = rule
						call.message = fmt.Sprintf("%s:%d:%d: %s", filepath.Base(f.file), f.line, f.column, f.message)
						f = call
					}
					moved[f] = true
				}
			}
		}
	}
}

func (c corpus) standalone(t *testing.T) findings {
	t.Helper()
	cmd := command(t, c.dir, sqlvetBinary(t), "-json")
	cmd.Args = append(cmd.Args, c.packages...)
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	var doc struct {
		Findings []struct {
			Rule, Message string
			Pos           struct {
				File         string
				Line, Column int
			}
		}
		Failures []json.RawMessage
	}
	if err := json.Unmarshal(out, &doc); err != nil {
		t.Fatal(err)
	}
	for _, f := range doc.Failures {
		t.Errorf("failure: %s", f)
	}
	all := make(findings)
	for _, f := range doc.Findings {
		all[found{f.Pos.File, f.Pos.Line, f.Pos.Column, f.Rule, f.Message}] = true
	}
	return all
}

func (c corpus) golangci(t *testing.T) findings {
	t.Helper()
	config := filepath.Join(t.TempDir(), "golangci.yml")
	write(t, filepath.Dir(config), "golangci.yml", golangciConfig+
		"  exclusions: { generated: disable }\nissues: { uniq-by-line: false, max-issues-per-linter: 0, max-same-issues: 0 }\n")
	// It takes directories, not import paths.
	args := []string{"run", "-c", config, "--output.json.path=stdout", "--show-stats=false", "--path-mode=abs"}
	for _, path := range c.files {
		if dir := "./" + filepath.Dir(c.relative(path)); !slices.Contains(args, dir) {
			args = append(args, dir)
		}
	}
	out, code := golangci(t, c.dir, t.TempDir(), args...)
	if code != 1 {
		t.Fatalf("exit code %d\n%s", code, out)
	}
	var doc struct {
		Issues []struct {
			Text string
			Pos  struct {
				Filename     string
				Line, Column int
			}
		}
	}
	if err := json.NewDecoder(strings.NewReader(out)).Decode(&doc); err != nil {
		t.Fatal(err)
	}
	all := make(findings)
	for _, i := range doc.Issues {
		rule, message, _ := strings.Cut(i.Text, ": ")
		all[found{c.relative(i.Pos.Filename), i.Pos.Line, i.Pos.Column, rule, message}] = true
	}
	return all
}

// add adds those of the diagnostics that are sqlvet's.
func (c corpus) add(t *testing.T, all findings, path string, list []lspDiagnostic) {
	t.Helper()
	text := ""
	for _, d := range list {
		if !strings.Contains(" "+rules+" ", " "+d.Source+" ") {
			continue
		}
		if text == "" {
			text = read(t, path)
		}
		at := offsetOf(text, d.Range.Start)
		column := at - strings.LastIndex(text[:at], "\n")
		all[found{c.relative(path), d.Range.Start.Line + 1, column, d.Source, d.Message}] = true
	}
}

// gopls asks sqlvet's gopls for the diagnostics of each file.
func (c corpus) gopls(t *testing.T) findings {
	t.Helper()
	cl := connect(t, c.dir, map[string]any{"pullDiagnostics": true}, []string{"GOPLSCACHE=" + t.TempDir()}, goplsBinary(t))
	all := make(findings)
	for _, path := range c.files {
		uri := cl.open(c.relative(path))
		raw := cl.request("textDocument/diagnostic", map[string]any{"textDocument": map[string]any{"uri": uri}})
		var report struct{ Items []lspDiagnostic }
		if err := json.Unmarshal(raw, &report); err != nil {
			t.Fatalf("%s: %s", path, raw)
		}
		c.add(t, all, path, report.Items)
		cl.notify("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": uri}})
	}
	return all
}

// proxy opens a file of each package and waits for what is wanted; then it
// gives the proxy time to say more than that.
func (c corpus) proxy(t *testing.T, want findings) findings {
	t.Helper()
	w := ways[1]
	cl := connect(t, c.dir, nil, w.env(t), w.exe(t), w.args...)
	dirs := make(map[string]bool)
	for _, path := range c.files {
		if dir := filepath.Dir(path); !dirs[dir] {
			dirs[dir] = true
			cl.open(c.relative(path))
		}
	}
	cl.mu.Lock()
	defer cl.mu.Unlock()
	var all findings
	collect := func() bool {
		all = make(findings)
		for uri, p := range cl.files {
			c.add(t, all, strings.TrimPrefix(uri, "file://"), p.diagnostics)
		}
		return len(all) >= len(want)
	}
	cl.awaitFor(5*time.Minute, collect)
	cl.awaitFor(5*time.Second, func() bool { collect(); return false })
	return all
}
