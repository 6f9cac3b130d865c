package vettest

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/sqlvet/sqlvet/internal/docs"
)

// imports are the packages that an example may name without importing them.
var imports = map[string]string{
	"context":  "context",
	"errors":   "errors",
	"fmt":      "fmt",
	"http":     "net/http",
	"sql":      "database/sql",
	"sort":     "sort",
	"strings":  "strings",
	"time":     "time",
	"errgroup": "golang.org/x/sync/errgroup",
	"gorm":     "gorm.io/gorm",
	"pgx":      "github.com/jackc/pgx/v5",
	"pgxpool":  "github.com/jackc/pgx/v5/pgxpool",
	"pq":       "github.com/lib/pq",
	"sqlx":     "github.com/jmoiron/sqlx",
	"squirrel": "github.com/Masterminds/squirrel",
}

// Examples analyses the code blocks of a rule's page: each block below the
// heading Bad must give at least one finding, each below Good none. A block
// is a run of Go declarations; imports are added, and names that are declared
// and not used are overlooked.
func Examples(t *testing.T, a *analysis.Analyzer, page string) {
	t.Helper()
	if testing.Short() {
		t.Skip("loads the database libraries from source")
	}
	dir := module(t)
	overlay := make(map[string][]byte)
	bad := make(map[string]bool) // package path → must have findings
	var patterns []string
	for _, s := range docs.Sections(page) {
		if s.Heading != "Bad" && s.Heading != "Good" {
			continue
		}
		if len(s.Code) == 0 {
			t.Errorf("%s: no code below the heading %s", a.Name, s.Heading)
		}
		for i, code := range s.Code {
			name := fmt.Sprintf("%s%d", strings.ToLower(s.Heading), i+1)
			rel := "example/" + a.Name + "/" + name
			src, err := complete(name, code)
			if err != nil {
				t.Errorf("%s: %s: %v", a.Name, name, err)
				continue
			}
			overlay[filepath.Join(dir, filepath.FromSlash(rel), "x.go")] = src
			patterns = append(patterns, "./"+rel)
			bad["testdata/"+rel] = s.Heading == "Bad"
		}
	}
	if len(patterns) == 0 {
		t.Fatalf("%s: the page has no examples", a.Name)
	}
	for path, findings := range analyse(t, a, dir, overlay, patterns) {
		switch {
		case bad[path] && len(findings) == 0:
			t.Errorf("%s: no finding in the bad example", path)
		case !bad[path] && len(findings) > 0:
			t.Errorf("%s: finding in the good example: %s", path, findings[0])
		}
	}
}

// complete makes a Go file of a run of declarations.
func complete(name, code string) ([]byte, error) {
	f, err := parser.ParseFile(token.NewFileSet(), name, "package "+name+"\n"+code, 0)
	if err != nil {
		return nil, err
	}
	var paths []string
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok && imports[id.Name] != "" && slices.Contains(f.Unresolved, id) {
				paths = append(paths, imports[id.Name])
			}
		}
		return true
	})
	slices.Sort(paths)
	var b bytes.Buffer
	fmt.Fprintf(&b, "package %s\n\nimport (\n", name)
	for _, p := range slices.Compact(paths) {
		fmt.Fprintf(&b, "\t%q\n", p)
	}
	fmt.Fprintf(&b, ")\n\n%s", code)
	return format.Source(b.Bytes())
}

// analyse returns the findings of each package that exists only in overlay.
func analyse(t *testing.T, a *analysis.Analyzer, dir string, overlay map[string][]byte, patterns []string) map[string][]string {
	t.Helper()
	cfg := &packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
			packages.NeedTypes | packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedTypesInfo |
			packages.NeedDeps | packages.NeedModule,
		Dir:     dir,
		Env:     append(os.Environ(), "GO111MODULE=on", "GOPROXY=off", "GOWORK=off"),
		Overlay: overlay,
	}
	pkgs, err := packages.Load(cfg, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pkgs {
		if !forgiveUnused(t, p) {
			t.FailNow()
		}
	}
	graph, err := checker.Analyze([]*analysis.Analyzer{a}, pkgs, nil)
	if err != nil {
		t.Fatal(err)
	}
	findings := make(map[string][]string)
	for _, act := range graph.Roots {
		if act.Err != nil {
			t.Errorf("%s: %v", act.Package.PkgPath, act.Err)
			continue
		}
		list := []string{}
		for _, d := range act.Diagnostics {
			list = append(list, fmt.Sprintf("%s: %s", act.Package.Fset.Position(d.Pos), d.Message))
		}
		findings[act.Package.PkgPath] = list
	}
	return findings
}

// forgiveUnused reports whether the only faults of p are unused names, and
// takes those off.
func forgiveUnused(t *testing.T, p *packages.Package) bool {
	t.Helper()
	if len(p.Errors) == len(p.TypeErrors) && !slices.ContainsFunc(p.TypeErrors, func(e types.Error) bool { return !e.Soft }) {
		p.Errors, p.TypeErrors, p.IllTyped = nil, nil, false
		return true
	}
	for _, e := range p.Errors {
		t.Error(e)
	}
	return false
}
