package loops_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/loops"
	"github.com/sqlvet/sqlvet/internal/vettest"
)

// callbacks are what the functions of the test packages do with their func
// arguments.
type callbacks map[string]funceffects.Param

func (c callbacks) Params(fn *types.Func) []funceffects.Param {
	if p, ok := c[fn.Name()]; ok {
		return []funceffects.Param{p}
	}
	return nil
}

// Of knows the one function of the test packages that waits.
func (c callbacks) Of(fn *types.Func) []funceffects.Effect {
	if fn.Name() == "sleep" {
		return []funceffects.Effect{{Kind: funceffects.Sleep}}
	}
	return nil
}

var known = callbacks{
	"each":       {Index: 1, Times: funceffects.PerElement},
	"eachBatch":  {Index: 2, Times: funceffects.PerBatch},
	"withRetry":  {Index: 0, Times: funceffects.Once},
	"onShutdown": {Index: 0, Times: funceffects.Stored},
}

// analyzer's result maps lines to what the comments there should say.
var analyzer = &analysis.Analyzer{
	Name:       "loopstest",
	Doc:        "the loops around database calls",
	Run:        run,
	ResultType: reflect.TypeFor[map[token.Position]string](),
}

func run(pass *analysis.Pass) (any, error) {
	return expectations(pass, loops.New(loops.Package{Fset: pass.Fset, Files: pass.Files, Types: pass.Pkg, Info: pass.TypesInfo}, known)), nil
}

// composed asks the analyzer's own result, with the effects that package
// funceffects finds.
var composed = &analysis.Analyzer{
	Name:     "loopscomposed",
	Doc:      "the loops around database calls, by the analyzer",
	Requires: []*analysis.Analyzer{loops.Analyzer},
	Run: func(pass *analysis.Pass) (any, error) {
		return expectations(pass, pass.ResultOf[loops.Analyzer].(*loops.Result)), nil
	},
	ResultType: reflect.TypeFor[map[token.Position]string](),
}

func expectations(pass *analysis.Pass, r *loops.Result) map[token.Position]string {
	got := make(map[token.Position]string)
	add := func(pos token.Pos, text string) {
		p := pass.Fset.Position(pos)
		got[token.Position{Filename: p.Filename, Line: p.Line}] = text
	}
	for _, f := range pass.Files {
		ast.Inspect(f, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				fn, _ := typeutil.Callee(pass.TypesInfo, call).(*types.Func)
				if api, ok := apis.Lookup(fn); ok && api.RoundTrip {
					add(call.Lparen, "// loop: "+describe(r, call))
				}
				for _, a := range call.Args {
					if !named(pass.TypesInfo, a) {
						continue
					}
					if l := r.Callback(call, a, 0); l != nil {
						add(a.Pos(), "// callback: "+list([]*loops.Loop{l}))
					}
				}
			}
			return true
		})
	}
	return got
}

// named reports whether e is a function by its name.
func named(info *types.Info, e ast.Expr) bool {
	var id *ast.Ident
	switch e := e.(type) {
	case *ast.Ident:
		id = e
	case *ast.SelectorExpr:
		id = e.Sel
	default:
		return false
	}
	_, ok := info.Uses[id].(*types.Func)
	return ok
}

// describe writes the loops and the dependencies.
func describe(r *loops.Result, call *ast.CallExpr) string {
	found := r.Enclosing(call)
	if len(found) == 0 {
		return "none"
	}
	var deps []string
	for _, l := range found {
		deps = append(deps, r.DependsOnIteration(l, call).String())
	}
	return list(found) + " | " + strings.Join(deps, "; ")
}

func list(found []*loops.Loop) string {
	var words []string
	for _, l := range found {
		s := fmt.Sprintf("%v %v", l.Kind, l.Bound)
		if l.Async {
			s += " async"
		}
		words = append(words, s)
	}
	return strings.Join(words, "; ")
}

// TestLoops compares each database call, and each callback that is a named
// function, with the comment on its line.
func TestLoops(t *testing.T) {
	for _, r := range vettest.Run(t, analyzer, "loops/app", "loops/graph/...") {
		if r.Err != nil {
			t.Fatal(r.Err)
		}
		compare(t, r)
	}
}

// TestAnalyzer: the same, with what funceffects knows of the packages' own
// functions.
func TestAnalyzer(t *testing.T) {
	for _, r := range vettest.Run(t, composed, "loops/graph/...", "loops/own") {
		if r.Err != nil {
			t.Fatal(r.Err)
		}
		compare(t, r)
	}
}

// says matches the comments that expect something.
var says = regexp.MustCompile("^// (loop|callback|receiver|depends): ")

func compare(t *testing.T, r *analysistest.Result) {
	fset := r.Action.Package.Fset
	got := r.Action.Result.(map[token.Position]string)
	for _, f := range r.Action.Package.Syntax {
		for _, g := range f.Comments {
			for _, c := range g.List {
				if !says.MatchString(c.Text) {
					continue
				}
				p := fset.Position(c.Pos())
				at := token.Position{Filename: p.Filename, Line: p.Line}
				if got[at] != c.Text {
					t.Errorf("%v:\n got %s\nwant %s", at, got[at], c.Text)
				}
				delete(got, at)
			}
		}
	}
	for at, text := range got {
		t.Errorf("%v: unexpected %s", at, text)
	}
}

// TestNames demands the same loops when nothing is called by a telling name.
func TestNames(t *testing.T) {
	plain, neutral := vettest.Names(t, analyzer, []string{
		// The functions of known.
		"each", "eachBatch", "withRetry", "onShutdown", "sleep",
		// What gqlgen generates is known by its names, and gorm's hook.
		"ResolverRoot", "Post", "PostResolver", "Query", "QueryResolver", "AfterFind",
	}, "loops/app", "loops/graph/...")
	for path, act := range plain {
		got := neutral[path].Result.(map[token.Position]string)
		for at, text := range act.Result.(map[token.Position]string) {
			if got[at] != text {
				t.Errorf("%v:\n with names %s\n   without %s", at, text, got[at])
			}
		}
	}
}
