package apis

import (
	"bytes"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// files returns every data file by its path below data/, without ".yaml".
func files(t testing.TB) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	err := fs.WalkDir(data, "data", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, ok := strings.CutSuffix(strings.TrimPrefix(path, "data/"), ".yaml")
		if !ok {
			t.Errorf("%s is not a .yaml file", path)
		}
		out[name], err = data.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestData holds every data file to the form that scan relies on, and to what
// an entry must be to make sense.
func TestData(t *testing.T) {
	seen := map[string]string{} // key → file
	entries := 0
	for path, text := range files(t) {
		lib, err := Decode(bytes.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if lib.Module != path {
			t.Errorf("%s: module is %q, must be the file's path", path, lib.Module)
		}
		if n := len(lib.entries); n > 0 && (lib.Version == "" || lib.Source == "") {
			t.Errorf("%s: %d entries, but no version or source that they were checked against", path, n)
		}
		scanned, err := scan(text)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if !slices.Equal(scanned.Keys(), lib.Keys()) {
			t.Errorf("%s: an entry is not on a line of its own: scan finds %d keys, yaml %d", path, len(scanned.Keys()), len(lib.Keys()))
		}
		for key, want := range lib.entries {
			entries++
			if got, _ := scanned.Entry(key); got != want {
				t.Errorf("%s: scan reads %+v, yaml %+v", key, got, want)
			}
			if other, dup := seen[key]; dup {
				t.Errorf("%s is in %s and in %s", key, path, other)
			}
			seen[key] = path
			checkEntry(t, path, want)
		}
	}
	if entries < 2600 {
		t.Errorf("%d entries: the catalogue has 2,628", entries)
	}
}

func checkEntry(t *testing.T, path string, a API) {
	t.Helper()
	if problem := a.problem(); problem != "" {
		t.Errorf("%s: %s: %s", path, a.Key, problem)
	}
	if lib := find(keyPackage(a.Key)); lib == nil || lib.Module != path {
		t.Errorf("%s: %s: the package's lookup does not lead to this file", path, a.Key)
	}
}

// keyPackage is the import path in a key.
func keyPackage(key string) string {
	if recv, _, ok := splitKey(key); ok {
		key = recv
	}
	return key[:strings.LastIndexByte(key, '.')]
}

func TestDecodeIsStrict(t *testing.T) {
	const good = "module: example.com/db\nplaceholders: [question]\nentries:\n  (*example.com/db.DB).Find: {role: query, sql_arg: 1, roundtrip: true}\n"
	lib, err := Decode(strings.NewReader(good))
	if err != nil {
		t.Fatal(err)
	}
	api, ok := lib.Entry("(*example.com/db.DB).Find")
	if !ok || api.SQLArg != 1 || api.DestArg != None || api.Library != "example.com/db" {
		t.Errorf("got %+v, %v", api, ok)
	}
	if lib.Style() != sqlscan.StyleQuestion {
		t.Errorf("style %v", lib.Style())
	}
	for name, change := range map[string][2]string{
		"unknown header field":  {"module:", "modul:"},
		"unknown field":         {"sql_arg", "sqlarg"},
		"position not a number": {"sql_arg: 1", "sql_arg: one"},
		"repeated key":          {"entries:\n", "entries:\n  (*example.com/db.DB).Find: {role: exec}\n"},
		"no role":               {"role: query, ", ""},
		"unknown role":          {"role: query", "role: qery"},
		"role's need":           {", roundtrip: true", ""},
		"key":                   {"(*example.com/db.DB).Find", "DB Find"},
		"placeholder form":      {"question", "questions"},
		"not a mapping":         {"{role: query, sql_arg: 1, roundtrip: true}", "query"},
	} {
		if _, err := Decode(strings.NewReader(strings.Replace(good, change[0], change[1], 1))); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
