package apis

import (
	"bytes"
	"io/fs"
	"regexp"
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

var (
	keyForm   = regexp.MustCompile(`^(\(\*?[^()\[\]\s]+\.[A-Za-z_]\w*\)|[^()\[\]\s]+)\.[A-Za-z_]\w*$`)
	roles     = []Role{Query, QueryRow, Exec, Prepare, SendBatch, BatchQueue, Copy, RawSQL, Builder, BuilderTerminal, Preload, SQLRewrite, Begin, Commit, Rollback, Savepoint, TxClosure, TxBind, ConnAcquire, RowsIter, ScanStruct, Open, PoolConfig, Migrate, Listen, DryRun, SideEffect, HOF, DataLoader}
	fragments = []string{"", "where", "having", "join", "select", "order", "group", "table", "column", "set", "expr", "conflict", "cte", "lock"}
)

func checkEntry(t *testing.T, path string, a API) {
	t.Helper()
	bad := func(format string, args ...any) {
		t.Helper()
		t.Errorf("%s: %s: "+format, append([]any{path, a.Key}, args...)...)
	}
	if !keyForm.MatchString(a.Key) {
		bad("key is not a full name without type parameters")
	}
	if lib := find(keyPackage(a.Key)); lib == nil || lib.Module != path {
		bad("the package's lookup does not lead to this file")
	}
	if !slices.Contains(roles, a.Role) {
		bad("role %q", a.Role)
	}
	if !slices.Contains(fragments, a.Fragment) {
		bad("fragment %q", a.Fragment)
	}
	if !slices.Contains([]string{"", "first", "each"}, a.SQLVariadic) || !slices.Contains([]string{"", "implicit", "columns"}, a.Star) {
		bad("sql_variadic %q, star %q", a.SQLVariadic, a.Star)
	}
	for _, pos := range []int{a.SQLArg, a.ArgsStart, a.DestArg, a.QueryArg, a.ExecutorArg, a.FnArg, a.TxParam, a.CtxParam, a.RowFn, a.BatchFn} {
		if pos < None || pos > 9 {
			bad("argument position %d", pos)
		}
	}
	switch a.Role {
	case RawSQL:
		if a.SQLArg == None {
			bad("raw_sql without sql_arg")
		}
	case SideEffect:
		if a.Effect == "" {
			bad("side_effect without effect")
		}
	case HOF:
		if a.FnArg == None {
			bad("hof without fn_arg")
		}
	case Query, QueryRow, Exec, BuilderTerminal, Commit:
		if !a.RoundTrip {
			bad("%s without roundtrip", a.Role)
		}
	case TxClosure:
		if a.FnArg == None {
			bad("tx_closure without fn_arg")
		}
	}
	if a.SQLArg == None && (a.SQLVariadic != "" || a.Fragment != "") {
		bad("tells about SQL text, but has no sql_arg")
	}
	if a.SQLArg != None && a.ArgsStart != None && a.SQLArg >= a.ArgsStart && a.SQLVariadic == "" {
		bad("sql_arg %d after args_start %d", a.SQLArg, a.ArgsStart)
	}
	if a.SQLArg != None && a.SQLArg == a.DestArg {
		bad("sql_arg is dest_arg")
	}
	if a.TxParam != None && a.FnArg == None {
		bad("tx_param without fn_arg")
	}
	if (a.Role == SideEffect) != (a.Effect != "") {
		bad("effect %q of a %s", a.Effect, a.Role)
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
	const good = "module: example.com/db\nplaceholders: [question]\nentries:\n  (*example.com/db.DB).Find: {role: query, sql_arg: 1}\n"
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
		"placeholder form":      {"question", "questions"},
		"not a mapping":         {"{role: query, sql_arg: 1}", "query"},
	} {
		if _, err := Decode(strings.NewReader(strings.Replace(good, change[0], change[1], 1))); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
