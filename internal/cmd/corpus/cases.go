package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"strings"
)

// defaultRule is the rule of a line that names none: negatives are loops.
const defaultRule = "nplusone"

// testSuffix ends the names of tests, which are not analysed.
const testSuffix = "_test.go"

// A Case is one line of the list of bugs: a place that a commit mended.
type Case struct {
	ID               string `json:"id"`
	Repo             string `json:"repo"` // owner/name
	Rule             string `json:"rule"`
	BadCommit        string `json:"bad_commit"`
	FixCommit        string `json:"fix_commit"`
	ModuleDir        string `json:"module_dir"`  // relative to the repository; "" and "." are its root
	PackageDir       string `json:"package_dir"` // relative to ModuleDir
	LoopFile         string `json:"loop_file"`   // relative to the repository
	LoopLine         int    `json:"loop_line"`   // 1-based; where the transaction begins, for txsideeffect
	CallLine         int    `json:"call_line"`
	CallEndLine      int    `json:"call_end_line"` // the line of the call's last byte
	Depth            int    `json:"depth"`         // function hops from the call to the query
	ThroughInterface bool   `json:"through_interface"`
	Path             string `json:"path"` // the hops
	Why              string `json:"why"`
}

// A Negative is one line of the other list: a place that looks like a bug and
// is none.
type Negative struct {
	ID         string `json:"id"`
	Repo       string `json:"repo"`
	Rule       string `json:"rule"`
	Commit     string `json:"commit"`
	Kind       string `json:"kind"`
	ModuleDir  string `json:"module_dir"`
	PackageDir string `json:"package_dir"`
	File       string `json:"file"`
	Line       int    `json:"line"` // of the loop
	CallLine   int    `json:"call_line"`
	Why        string `json:"why"`
}

func (c Case) check() error {
	switch {
	case c.ID == "" || !strings.Contains(c.Repo, "/") || c.BadCommit == "" || c.FixCommit == "" || c.LoopFile == "":
		return errors.New("id, repo (owner/name), bad_commit, fix_commit and loop_file are needed")
	case strings.HasSuffix(c.LoopFile, testSuffix):
		return fmt.Errorf("%s: tests are not analysed", c.ID)
	case c.LoopLine < 1 || c.CallLine < c.LoopLine || c.CallEndLine < c.CallLine:
		return fmt.Errorf("%s: lines must satisfy 1 ≤ loop_line ≤ call_line ≤ call_end_line", c.ID)
	}
	return nil
}

func (n Negative) check() error {
	switch {
	case n.ID == "" || !strings.Contains(n.Repo, "/") || n.Commit == "" || n.File == "":
		return errors.New("id, repo (owner/name), commit and file are needed")
	case strings.HasSuffix(n.File, testSuffix):
		return fmt.Errorf("%s: tests are not analysed", n.ID)
	case n.Line < 1 || n.CallLine < n.Line:
		return fmt.Errorf("%s: lines must satisfy 1 ≤ line ≤ call_line", n.ID)
	}
	return nil
}

// readCases reads a list of bugs, JSON values one a line, and fills in what
// may be left out.
func readCases(name string) ([]Case, error) {
	list, err := readLines[Case](name)
	for i := range list {
		c := &list[i]
		c.ModuleDir, c.PackageDir = directory(c.ModuleDir), directory(c.PackageDir)
		if c.Rule == "" {
			c.Rule = defaultRule
		}
	}
	return list, err
}

// readNegatives does the same for a list of places that are right.
func readNegatives(name string) ([]Negative, error) {
	list, err := readLines[Negative](name)
	for i := range list {
		n := &list[i]
		n.ModuleDir, n.PackageDir = directory(n.ModuleDir), directory(n.PackageDir)
		if n.Rule == "" {
			n.Rule = defaultRule
		}
	}
	return list, err
}

// directory returns a slash-separated directory in the form the go command
// takes for a package: "." or "./a/b".
func directory(dir string) string {
	dir = path.Clean(dir)
	if dir == "." {
		return dir
	}
	return "./" + dir
}

func readLines[T interface{ check() error }](name string) ([]T, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return parseLines[T](name, data)
}

// parseLines reads JSON values, one a line; empty lines are skipped.
func parseLines[T interface{ check() error }](name string, data []byte) ([]T, error) {
	var list []T
	n := 0
	for line := range bytes.Lines(data) {
		if n++; len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var v T
		if err := json.Unmarshal(line, &v); err != nil {
			return nil, fmt.Errorf("%s:%d: %v", name, n, err)
		}
		if err := v.check(); err != nil {
			return nil, fmt.Errorf("%s:%d: %v", name, n, err)
		}
		list = append(list, v)
	}
	return list, nil
}
