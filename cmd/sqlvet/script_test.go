package main

import (
	"flag"
	"fmt"
	"go/ast"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/driver"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/pgserver"
)

// The scripts run two commands: sqlvet, which is this command, and toyvet,
// which is the same with two rules that do what the script's sources tell
// them, so that the command's contract is tested apart from what the real
// rules find.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"sqlvet": main,
		"toyvet": func() { os.Exit(driver.Main([]analyzers.Rule{{Analyzer: crash}, {Analyzer: toy}}, os.Args[1:])) },
	})
}

var update = flag.Bool("update", false, "rewrite the scripts' expected outputs")

func TestScripts(t *testing.T) {
	env := goEnv(t, "GOCACHE", "GOMODCACHE")
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Vars = append(e.Vars, env...)
			e.Vars = append(e.Vars, "XDG_CACHE_HOME="+filepath.Join(e.WorkDir, ".cache"), "GOPROXY=off", "GOFLAGS=", "GOTOOLCHAIN=local", "NO_COLOR=", "TERM=xterm")
			for _, name := range []string{"sqlvet", "toyvet"} {
				tool, err := lookPath(e.Getenv("PATH"), name)
				if err != nil {
					return err
				}
				e.Setenv(strings.ToUpper(name), tool) // go vet searches no PATH
			}
			// The configuration is searched up to the root of the
			// repository: here the script's own.
			return os.Mkdir(filepath.Join(e.WorkDir, ".git"), 0o777)
		},
		Condition: func(name string) (bool, error) {
			if name != "postgres" {
				return false, fmt.Errorf("unknown condition %s", name)
			}
			_, err := pgserver.Find("")
			return err == nil, nil
		},
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// lookPath returns the path of a command of the scripts.
func lookPath(path, name string) (string, error) {
	for _, dir := range filepath.SplitList(path) {
		if file, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return file, nil
		}
	}
	return "", exec.ErrNotFound
}

// goEnv returns the go command's settings as environment entries: the scripts
// run with another HOME.
func goEnv(t *testing.T, names ...string) []string {
	out, err := exec.Command("go", append([]string{"env"}, names...)...).Output()
	if err != nil {
		t.Fatalf("go env: %v", err)
	}
	values := strings.Split(strings.TrimSpace(string(out)), "\n")
	for i, name := range names {
		values[i] = name + "=" + values[i]
	}
	return values
}

// toy reports calls of functions named bad, with a fix that calls good
// instead; calls in functions that a fact says are bad, too.
var toy = &analysis.Analyzer{
	Name:      "toy",
	Doc:       "report calls of bad\n\n# What it reports\n\nCalls of functions named bad.",
	Requires:  []*analysis.Analyzer{suppress.Analyzer},
	FactTypes: []analysis.Fact{new(isBad)},
	Run: func(pass *analysis.Pass) (any, error) {
		for _, f := range pass.Files {
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == "Bad" {
					pass.ExportObjectFact(pass.TypesInfo.Defs[fn.Name], new(isBad))
				}
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					toyCall(pass, call)
				}
				return true
			})
		}
		return nil, nil
	},
}

type isBad struct{}

func (*isBad) AFact() {}

func toyCall(pass *analysis.Pass, call *ast.CallExpr) {
	id, ok := call.Fun.(*ast.Ident)
	if sel, isSel := call.Fun.(*ast.SelectorExpr); isSel {
		id, ok = sel.Sel, pass.ImportObjectFact(pass.TypesInfo.Uses[sel.Sel], new(isBad))
	} else if ok {
		ok = id.Name == "bad"
	}
	if !ok {
		return
	}
	def := pass.TypesInfo.Uses[id].Pos()
	suppress.Report(pass, suppress.Finding{
		Rule: "toy", Pos: id.Pos(), End: id.End(), Also: []token.Pos{call.Rparen},
		Message: "call of " + id.Name,
		Related: []analysis.RelatedInformation{{Pos: def, Message: "declared here"}},
		Fixes: []analysis.SuggestedFix{{
			Message:   "Call good instead",
			TextEdits: []analysis.TextEdit{{Pos: id.Pos(), End: id.End(), NewText: []byte("good")}},
		}},
	})
}

// crash panics on functions named Crash, and what it requires on functions
// named CrashShared.
var crash = &analysis.Analyzer{
	Name: "crash",
	Doc:  "panic on functions named Crash",
	Requires: []*analysis.Analyzer{suppress.Analyzer, {
		Name:       "crashshared",
		Doc:        "panic on functions named CrashShared",
		ResultType: reflect.TypeFor[int](),
		Run: func(pass *analysis.Pass) (any, error) {
			if pass.Pkg.Scope().Lookup("CrashShared") != nil {
				panic("neither can I")
			}
			return 0, nil
		},
	}},
	Run: func(pass *analysis.Pass) (any, error) {
		if pass.Pkg.Scope().Lookup("Crash") != nil {
			panic("cannot stand it")
		}
		return nil, nil
	},
}
