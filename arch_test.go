package sqlvet_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
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
		"internal/pgwords", "internal/sqlscan", "internal/pgquery", "internal/sqlmodel", "internal/sqlpattern", "internal/filetree", "internal/migrations", "internal/schema", "internal/sqlnames", "internal/stats", "internal/priors", "internal/indexadvice",
		"internal/docs", "internal/plain", "internal/plans", "internal/planner", "internal/indexsearch", "internal/snapshot",
		"internal/observed", "internal/pglog", "internal/statstatements", "internal/rank",
	}, true},
	// Go's side.
	{[]string{"internal/gofiles", "internal/golang", "internal/apis", "internal/config", "internal/inputs", "internal/models", "internal/sqltext"}, true},
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
		"internal/gocmd", "internal/cli", "internal/vettool", "internal/run", "internal/workload", "internal/planned", "internal/verbs/*", "internal/driver", "cmd/sqlvet", "internal/vettest", "internal/cmd/*"}, true},
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

type goPackage struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

// builds are the ways in which files of the module can be left out of a build.
var builds = [][]string{nil, {"CGO_ENABLED=0"}, {"GOOS=windows", "CGO_ENABLED=0"}, {"GOOS=darwin", "CGO_ENABLED=0"}, {"GOARCH=386", "CGO_ENABLED=0"}}

// listed returns the packages of the module with all that they import in
// any of the builds.
func listed(t *testing.T) []goPackage {
	byPath := make(map[string]*goPackage)
	var order []string
	for _, env := range builds {
		cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
		cmd.Env = append(os.Environ(), env...)
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("go list: %v", err)
		}
		for d := json.NewDecoder(strings.NewReader(string(out))); ; {
			var p goPackage
			if err := d.Decode(&p); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			known := byPath[p.ImportPath]
			if known == nil {
				known = &goPackage{ImportPath: p.ImportPath}
				byPath[p.ImportPath] = known
				order = append(order, p.ImportPath)
			}
			known.Imports = union(known.Imports, p.Imports)
			known.TestImports = union(known.TestImports, append(p.TestImports, p.XTestImports...))
		}
	}
	var list []goPackage
	for _, path := range order {
		list = append(list, *byPath[path])
	}
	return list
}

func union(a, b []string) []string {
	a = append(a, b...)
	slices.Sort(a)
	return slices.Compact(a)
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
	list := listed(t)
	if len(list) < 10 {
		t.Fatalf("go list knows only %d packages", len(list))
	}
	for _, p := range list {
		pkg := strings.TrimPrefix(p.ImportPath, module+"/")
		if p.ImportPath == module {
			continue // this test's
		}
		level, index := place(pkg)
		if level < 0 {
			t.Errorf("%s has no floor: add it to the table", pkg)
			continue
		}
		for _, imp := range p.Imports {
			if dep, ok := strings.CutPrefix(imp, module+"/"); ok {
				l, i := place(dep)
				if l < 0 || l > level || l == level && (!floors[level].peers || i >= index) {
					t.Errorf("%s imports %s, which is not below it", pkg, dep)
				}
				continue
			}
			checkForeign(t, pkg, imp, level)
		}
		for _, imp := range p.TestImports {
			checkTest(t, pkg, imp, level)
		}
	}
}

// forTests are what tests of lower floors may import besides: a harness, and a
// server to compare with.
var forTests = []string{"internal/vettest", "internal/pgserver", "internal/docs"}

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
