package funceffects_test

import (
	"bytes"
	"encoding/gob"
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/vettest"
)

// Test compares facts with the "// want" comments, and the effects of each
// call with the "// effects:" comment of its line: effects are joined by
// "; ", calls of one line by " | ". A line without the comment has no call
// with effects.
func Test(t *testing.T) {
	var packed countingWriter
	facts := 0
	for _, r := range vettest.Run(t, funceffects.Analyzer, "funceffects/...") {
		if r.Err != nil {
			t.Fatal(r.Err)
		}
		compare(t, r)
		enc := gob.NewEncoder(&packed) // as a driver does: one a package
		for _, f := range r.Action.AllObjectFacts() {
			if f.Object.Pkg() == r.Action.Package.Types {
				checkFact(t, f)
				if err := enc.Encode(f.Fact); err != nil {
					t.Fatal(err)
				}
				facts++
			}
		}
	}
	// Facts are read by every dependent package: they must stay small.
	if int(packed)/facts > 170 {
		t.Errorf("%d facts have %d bytes: %d each", facts, packed, int(packed)/facts)
	}
	t.Logf("%d facts, %d bytes each", facts, int(packed)/facts)
}

type countingWriter int

func (w *countingWriter) Write(p []byte) (int, error) {
	*w += countingWriter(len(p))
	return len(p), nil
}

func compare(t *testing.T, r *analysistest.Result) {
	t.Helper()
	fset := r.Action.Package.Fset
	res := r.Action.Result.(*funceffects.Result)
	got := make(map[token.Position][]string)
	for _, f := range r.Action.Package.Syntax {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			var list []string
			for _, e := range res.Call(call) {
				list = append(list, e.String())
			}
			if len(list) > 0 {
				at := line(fset, call.Lparen)
				if lit, ok := call.Fun.(*ast.FuncLit); ok {
					at = line(fset, lit.Pos())
				}
				got[at] = append(got[at], strings.Join(list, "; "))
			}
			return true
		})
	}
	for _, f := range r.Action.Package.Syntax {
		for _, g := range f.Comments {
			for _, c := range g.List {
				want, ok := strings.CutPrefix(c.Text, "// effects: ")
				if !ok {
					continue
				}
				at := line(fset, c.Pos())
				list := got[at]
				slices.Sort(list)
				wants := strings.Split(want, " | ")
				slices.Sort(wants)
				if !slices.Equal(list, wants) {
					t.Errorf("%v:\n got %q\nwant %q", at, list, wants)
				}
				delete(got, at)
			}
		}
	}
	for at, list := range got {
		t.Errorf("%v: unexpected effects %q", at, list)
	}
}

// TestQuestions asks what facts do not show: how the callee of a call calls
// the functions passed to it.
func TestQuestions(t *testing.T) {
	args := map[string]string{ // function around the call → index and times
		"Uses": "1 per element", "Values": "1 per element", "Sorts": "1 per element", "MethodValue": "1 per element",
		"Group": "0 once async", "Collects": "0 once", "RetriedTx": "1 once", "GormTx": "0 once in tx", "OnceOnly": "0 once cached",
		"Stores": "", "Registers": "",
	}
	for _, r := range vettest.Run(t, funceffects.Analyzer, "funceffects/callbacks") {
		res := r.Action.Result.(*funceffects.Result)
		for _, f := range r.Action.Package.Syntax {
			for _, d := range f.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if !ok {
					continue
				}
				want, asked := args[fn.Name.Name]
				got := ""
				ast.Inspect(fn, func(n ast.Node) bool {
					if call, ok := n.(*ast.CallExpr); ok {
						for _, p := range res.Arguments(call) {
							if got == "" && p.Times != funceffects.Stored {
								got = strconv.Itoa(p.Index) + " " + p.String()
							}
						}
					}
					return true
				})
				if asked && got != want {
					t.Errorf("%s: arguments %q, want %q", fn.Name.Name, got, want)
				}
				delete(args, fn.Name.Name)
			}
		}
		own := r.Action.Package.Types.Scope()
		each := own.Lookup("Each").(*types.Func)
		if list := res.Params(each); len(list) != 1 || list[0] != (funceffects.Param{Index: 1, Times: funceffects.PerElement}) {
			t.Errorf("Params(Each) = %v", list)
		}
		wraps := own.Lookup("Wraps").(*types.Func)
		if list := res.Params(wraps); len(list) != 1 || list[0].Times != funceffects.Stored {
			t.Errorf("Params(Wraps) = %v", list)
		}
		defers := own.Lookup("Defers").(*types.Func)
		list := res.Of(defers)
		if len(list) != 1 || list[0].Kind != funceffects.ReadDB || list[0].Library != "database/sql" || list[0].Depth != 2 ||
			!strings.HasPrefix(list[0].Path[0].At, "callbacks.go:") {
			t.Errorf("Of(Defers) = %+v", list)
		}
	}
	for name := range args {
		t.Errorf("no function %s", name)
	}
}

func line(fset *token.FileSet, pos token.Pos) token.Position {
	p := fset.Position(pos)
	return token.Position{Filename: p.Filename, Line: p.Line}
}

// checkFact encodes a fact ten times, which must give the same bytes, and back.
func checkFact(t *testing.T, f analysis.ObjectFact) {
	t.Helper()
	var first []byte
	for range 10 {
		var b bytes.Buffer
		if err := gob.NewEncoder(&b).Encode(f.Fact); err != nil {
			t.Fatalf("%v: %v", f.Object, err)
		}
		if first == nil {
			first = b.Bytes()
		} else if !bytes.Equal(first, b.Bytes()) {
			t.Errorf("%v: encodings differ", f.Object)
		}
	}
	back := new(funceffects.Summary)
	if err := gob.NewDecoder(bytes.NewReader(first)).Decode(back); err != nil {
		t.Fatalf("%v: %v", f.Object, err)
	}
	if !reflect.DeepEqual(f.Fact, back) {
		t.Errorf("%v: %v became %v", f.Object, f.Fact, back)
	}
}

// TestPassed: functions in variables count where they are repeated; literals
// in place never do.
func TestPassed(t *testing.T) {
	want := map[string]string{ // function around the calls → times of what is passed
		"InVariable": "per element", "InLiteral": "",
	}
	for _, r := range vettest.Run(t, funceffects.Analyzer, "funceffects/wrapped") {
		res := r.Action.Result.(*funceffects.Result)
		for _, f := range r.Action.Package.Syntax {
			for _, d := range f.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if !ok {
					continue
				}
				times, asked := want[fn.Name.Name]
				if !asked {
					continue
				}
				delete(want, fn.Name.Name)
				got := ""
				ast.Inspect(fn, func(n ast.Node) bool {
					if call, ok := n.(*ast.CallExpr); ok {
						for _, p := range res.Passed(call) {
							got += p.Times.String()
						}
					}
					return true
				})
				if got != times {
					t.Errorf("%s: passed %q, want %q", fn.Name.Name, got, times)
				}
			}
		}
	}
	for name := range want {
		t.Errorf("no function %s", name)
	}
}

// TestInputs compares what the statement of each function depends on with the
// comment "asks:" above it. "source here" is the line that ends in "// here".
func TestInputs(t *testing.T) {
	asked := 0
	for _, r := range vettest.Run(t, funceffects.Analyzer, "effectinputs") {
		res := r.Action.Result.(*funceffects.Result)
		fset := r.Action.Package.Fset
		for _, f := range r.Action.Package.Syntax {
			for _, d := range f.Decls {
				decl, ok := d.(*ast.FuncDecl)
				if !ok || decl.Doc == nil {
					continue
				}
				_, want, ok := strings.Cut(decl.Doc.Text(), "asks: ")
				if !ok {
					continue
				}
				asked++
				list := res.Of(r.Action.Package.TypesInfo.Defs[decl.Name].(*types.Func))
				if i := slices.IndexFunc(list, func(e funceffects.Effect) bool { return e.Kind.Database() }); i >= 0 {
					list = list[i:]
				}
				if len(list) == 0 {
					t.Errorf("%s: no effects", decl.Name.Name)
					continue
				}
				e := list[0]
				got := "values " + e.Args.String() + " text " + e.Text.String() + " handle " + e.Handle.String()
				for _, g := range f.Comments {
					if strings.HasSuffix(e.Source, ":"+strconv.Itoa(fset.Position(g.Pos()).Line)) && g.Text() == "here\n" {
						got += " source here"
					}
				}
				if want = strings.TrimSpace(want); got != want {
					t.Errorf("%s:\n got %q\nwant %q", decl.Name.Name, got, want)
				}
			}
		}
	}
	if asked < 9 {
		t.Errorf("only %d functions say what they ask", asked)
	}
}
