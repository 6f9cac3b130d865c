package funceffects_test

import (
	"bytes"
	"encoding/gob"
	"go/ast"
	"go/token"
	"reflect"
	"slices"
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
	total, facts := 0, 0
	for _, r := range vettest.Run(t, funceffects.Analyzer, "funceffects/...") {
		if r.Err != nil {
			t.Fatal(r.Err)
		}
		compare(t, r)
		for _, f := range r.Action.AllObjectFacts() {
			if f.Object.Pkg() == r.Action.Package.Types {
				total += checkFact(t, f)
				facts++
			}
		}
	}
	// Facts are read by every dependent package: they must stay small.
	if total/facts > 600 {
		t.Errorf("%d facts have %d bytes: %d each", facts, total, total/facts)
	}
	t.Logf("%d facts, %d bytes each", facts, total/facts)
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

func line(fset *token.FileSet, pos token.Pos) token.Position {
	p := fset.Position(pos)
	return token.Position{Filename: p.Filename, Line: p.Line}
}

// checkFact returns the size of a fact after ten identical encodings and a
// lossless round trip.
func checkFact(t *testing.T, f analysis.ObjectFact) int {
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
	return len(first)
}
