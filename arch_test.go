package sqlvet_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/sqlvet/sqlvet"

// A floor is a set of packages. A package imports packages of lower floors
// and, where peers is set, those that stand before it on its own.
type floor struct {
	packages []string // relative to the module; path.Match patterns
	peers    bool
}

// floors lists every package of the module from the bottom up.
var floors = []floor{
	// SQL and settings, no Go code.
	{[]string{
		"internal/pgserver",
		"internal/pgwords", "internal/sqlscan", "internal/pgquery", "internal/sqlmodel", "internal/sqlpattern", "internal/diskcache", "internal/filetree", "internal/migrations", "internal/schema", "internal/sqlnames", "internal/stats", "internal/priors", "internal/indexadvice",
		"internal/docs", "internal/plain", "internal/plans", "internal/planner", "internal/indexsearch", "internal/snapshot",
		"internal/observed", "internal/pglog", "internal/statstatements", "internal/rank",
	}, true},
	// Go's side.
	{[]string{"internal/gofiles", "internal/golang", "internal/models", "internal/naming", "internal/apis", "internal/config", "internal/inputs", "internal/sqltext"}, true},
	// Shared analyzers.
	{[]string{
		"internal/passes/settings", "internal/passes/modules", "internal/passes/suppress", "internal/passes/querysites", "internal/passes/dbschema", "internal/passes/oneoff", "analyzers/sqlparse",
		"internal/passes/sargable",
		"internal/passes/funceffects", "internal/passes/inventory", "internal/passes/reach", "internal/link", "internal/passes/linkage", "internal/passes/loops", "internal/passes/txspans", "internal/passes/rowspans",
	}, true},
	// Rules: they do not know each other.
	{[]string{"analyzers/*"}, false},
	// The registry.
	{[]string{"analyzers"}, false},
	// Ways to run and to print, and what tests share.
	{[]string{"internal/guest", "plugin", "plugin/*", "internal/report", "internal/doctor", "internal/gopls",
		"internal/gocmd", "internal/cli", "internal/vettool", "internal/run", "internal/workload", "internal/planned", "internal/verbs/*", "internal/driver", "cmd/sqlvet", "internal/vettest", "internal/pgserver/pgtest", "internal/cmd/*"}, true},
}

// onlyFor lists modules that some packages alone may import: a parser that
// can be replaced, and drivers whose dependencies no analyzer may have.
var onlyFor = []struct {
	module   string
	packages []string
}{
	{"github.com/pganalyze/pg_query_go", []string{"internal/pgquery"}},
	{"github.com/wasilibs/go-pgquery", []string{"internal/pgquery"}},
	{"golang.org/x/tools/go/analysis/unitchecker", []string{"internal/vettool"}},
	{"golang.org/x/tools/go/gcexportdata", []string{"internal/vettool"}},
	{"golang.org/x/tools/go/packages", []string{"internal/vettest"}},
	{"golang.org/x/term", []string{"internal/cli"}},
	{"github.com/schollz/progressbar", []string{"internal/cli", "internal/run", "internal/verbs/rank"}},
	{"github.com/owenrumney/go-sarif", []string{"internal/report"}}, // brings net/http with it
	{"github.com/jackc/pgx", []string{"internal/pgserver", "internal/planner", "internal/snapshot"}},
}

// oldTools lists the packages of x/tools that have been what they are for
// years: analyzers are also compiled into gopls, with the version that it
// pins.
var oldTools = []string{
	"golang.org/x/tools/go/analysis",
	"golang.org/x/tools/go/analysis/passes/inspect",
	"golang.org/x/tools/go/ast/inspector",
	"golang.org/x/tools/go/ast/astutil",
	"golang.org/x/tools/go/types/typeutil",
	"golang.org/x/tools/go/types/objectpath",
	"golang.org/x/tools/go/cfg",
	"golang.org/x/tools/go/ssa",
	"golang.org/x/tools/go/ssa/ssautil",
}

// A goPackage is a folder with Go files: those of tests and of any build tags,
// too.
type goPackage struct {
	dir     string // relative to the module
	imports []string
	tests   []string // what only its tests import
}

// allPackages reads the imports of all Go files, of the nested modules as well.
func allPackages(t *testing.T) []goPackage {
	byDir := make(map[string]*goPackage)
	err := filepath.WalkDir(".", func(name string, e fs.DirEntry, err error) error {
		switch base := filepath.Base(name); {
		case err != nil:
			return err
		case e.IsDir() && name != "." && (base == "testdata" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")):
			return fs.SkipDir
		case e.IsDir() || filepath.Ext(name) != ".go":
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(name))
		p := byDir[dir]
		if p == nil {
			p = &goPackage{dir: dir}
			byDir[dir] = p
		}
		list := &p.imports
		if strings.HasSuffix(name, "_test.go") {
			list = &p.tests
		}
		for _, spec := range f.Imports {
			if imp, err := strconv.Unquote(spec.Path.Value); err == nil && !slices.Contains(*list, imp) {
				*list = append(*list, imp)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var list []goPackage
	for _, dir := range slices.Sorted(maps.Keys(byDir)) {
		list = append(list, *byDir[dir])
	}
	return list
}

// place returns a package's floor and its place on it, -1 if it has none.
func place(pkg string) (level, index int) {
	for level, f := range floors {
		for index, pattern := range f.packages {
			if ok, _ := path.Match(pattern, pkg); ok {
				return level, index
			}
		}
	}
	return -1, -1
}

func TestFloors(t *testing.T) {
	list := allPackages(t)
	if len(list) < 10 {
		t.Fatalf("there are only %d packages", len(list))
	}
	nested := nestedModules(t)
	for _, p := range list {
		if p.dir == "." {
			continue // this test's
		}
		if i := slices.IndexFunc(nested, func(m string) bool { return inModule(p.dir, m) }); i >= 0 {
			checkNested(t, p, nested[i])
			continue
		}
		level, index := place(p.dir)
		if level < 0 {
			t.Errorf("%s has no floor: add it to the table", p.dir)
			continue
		}
		for _, imp := range p.imports {
			if dep, ok := strings.CutPrefix(imp, module+"/"); ok {
				l, i := place(dep)
				if l < 0 || l > level || l == level && (!floors[level].peers || i >= index) {
					t.Errorf("%s imports %s, which is not below it", p.dir, dep)
				}
				continue
			}
			checkForeign(t, p.dir, imp, level)
		}
		for _, imp := range p.tests {
			checkTest(t, p.dir, imp, level)
		}
	}
}

// nestedModules lists the folders with a go.mod of their own.
func nestedModules(t *testing.T) (list []string) {
	err := filepath.WalkDir(".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && e.Name() == "testdata":
			return fs.SkipDir
		case e.Name() == "go.mod" && name != "go.mod":
			list = append(list, filepath.ToSlash(filepath.Dir(name)))
		}
		return nil
	})
	if err != nil || len(list) == 0 {
		t.Fatalf("no nested modules: %v", err)
	}
	return list
}

func inModule(pkg, mod string) bool { return pkg == mod || strings.HasPrefix(pkg, mod+"/") }

// checkNested: a nested module stands above all floors and beside the others;
// examples are what users have, and know nothing of sqlvet but what tests use.
func checkNested(t *testing.T, p goPackage, mod string) {
	for _, imp := range append(p.imports, p.tests...) {
		dep, ok := strings.CutPrefix(imp, module+"/")
		if !ok || inModule(dep, mod) {
			continue
		}
		if l, _ := place(dep); l < 0 || strings.HasPrefix(mod, "examples/") && !slices.Contains(forTests, dep) {
			t.Errorf("%s, of another module, imports %s", p.dir, dep)
		}
	}
}

// forTests are what tests of lower floors may import besides: a harness, and a
// server to compare with.
var forTests = []string{"internal/vettest", "internal/pgserver", "internal/pgserver/pgtest", "internal/docs"}

// checkTest: a test may look down, and at what its package is used by on the
// same floor, but rules do not know each other's tests either.
func checkTest(t *testing.T, pkg, imp string, level int) {
	dep, ok := strings.CutPrefix(imp, module+"/")
	if !ok || slices.Contains(forTests, dep) || dep == pkg {
		return
	}
	if l, _ := place(dep); l > level || l == level && !floors[level].peers {
		t.Errorf("a test of %s imports %s, which is not below it", pkg, dep)
	}
}

// TestFloorsTable: docs/architecture.md shows the floors as they are.
func TestFloorsTable(t *testing.T) {
	text, err := os.ReadFile("docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile(`(?m)^\| (\d), [^|]*\|(.*)\|$`).FindAllStringSubmatch(string(text), -1)
	if len(rows) != len(floors) {
		t.Fatalf("%d rows, %d floors", len(rows), len(floors))
	}
	for i, row := range rows {
		var shown []string
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(row[2], -1) {
			dir, names, braces := strings.Cut(m[1], "{")
			if !braces {
				shown = append(shown, m[1])
				continue
			}
			for name := range strings.SplitSeq(strings.TrimSuffix(names, "}"), ",") {
				shown = append(shown, dir+name)
			}
		}
		have, want := slices.Sorted(slices.Values(shown)), slices.Sorted(slices.Values(floors[i].packages))
		if !slices.Equal(have, want) {
			t.Errorf("floor %d: the table shows\n%v\nand it is\n%v", i, have, want)
		}
	}
}

func checkForeign(t *testing.T, pkg, imp string, level int) {
	for _, o := range onlyFor {
		if (imp == o.module || strings.HasPrefix(imp, o.module+"/")) && !slices.Contains(o.packages, pkg) {
			t.Errorf("%s imports %s, which only %v may", pkg, imp, o.packages)
		}
	}
	driver := level == len(floors)-1
	if strings.HasPrefix(imp, "golang.org/x/tools/") && !driver && !slices.Contains(oldTools, imp) {
		t.Errorf("%s imports %s, which gopls may have in another shape", pkg, imp)
	}
}

// TestNoDriver: what is compiled into gopls and golangci-lint, and started once
// a package by go vet, holds no driver of a database.
func TestNoDriver(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "./analyzers/...", "./plugin/...", "./internal/guest").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	deps := strings.Fields(string(out))
	if !slices.Contains(deps, module+"/internal/schema") {
		t.Fatal("go list does not name what the analyzers need")
	}
	for _, dep := range deps {
		if strings.HasPrefix(dep, "github.com/jackc/") || dep == module+"/internal/pgserver" {
			t.Errorf("the analyzers depend on %s", dep)
		}
	}
}
