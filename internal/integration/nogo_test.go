package integration

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"go/types"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/packages"

	"github.com/sqlvet/sqlvet/analyzers"
)

// nogo runs the analyzers as Bazel's nogo does: each package by itself, with
// the facts of its dependencies, but none of the standard library; pass.Module
// and pass.ReadFile are nil.
func (c corpus) nogo(t *testing.T) findings {
	t.Helper()
	config := &packages.Config{Mode: packages.LoadAllSyntax | packages.NeedModule, Dir: c.dir, Tests: true, Env: append(os.Environ(), "GOWORK=off")}
	roots, err := packages.Load(config, c.packages...)
	if err != nil {
		t.Fatal(err)
	}
	if packages.PrintErrors(roots) > 0 {
		t.Fatal("the corpus has errors")
	}
	n := &nogo{facts: make(map[factKey]analysis.Fact), all: make(findings), corpus: c, t: t}
	isRoot := make(map[*packages.Package]bool)
	for _, p := range roots {
		isRoot[p] = true
	}
	packages.Visit(roots, nil, func(p *packages.Package) {
		switch {
		case strings.HasSuffix(p.ID, ".test"): // the generated main
		case isRoot[p]:
			n.run(p, analyzers.All())
		case p.Module != nil: // not of the standard library
			n.run(p, withFacts(analyzers.All()))
		}
	})
	return n.all
}

type factKey struct {
	object any // a types.Object or a *types.Package
	fact   reflect.Type
}

type nogo struct {
	facts  map[factKey]analysis.Fact
	all    findings
	corpus corpus
	t      *testing.T
}

// withFacts returns the analyzers with facts among those required.
func withFacts(list []*analysis.Analyzer) []*analysis.Analyzer {
	var out []*analysis.Analyzer
	seen := make(map[*analysis.Analyzer]bool)
	var visit func(as []*analysis.Analyzer)
	visit = func(as []*analysis.Analyzer) {
		for _, a := range as {
			if !seen[a] {
				seen[a] = true
				visit(a.Requires)
				if len(a.FactTypes) > 0 {
					out = append(out, a)
				}
			}
		}
	}
	visit(list)
	return out
}

// run runs the analyzers and what they require on one package.
func (n *nogo) run(p *packages.Package, list []*analysis.Analyzer) {
	n.t.Helper()
	results := make(map[*analysis.Analyzer]any)
	wanted := make(map[*analysis.Analyzer]bool)
	for _, a := range list {
		wanted[a] = true
	}
	var visit func(a *analysis.Analyzer)
	visit = func(a *analysis.Analyzer) {
		if _, ok := results[a]; ok {
			return
		}
		for _, r := range a.Requires {
			visit(r)
		}
		result, err := a.Run(n.pass(p, a, results, wanted[a]))
		if err != nil {
			n.t.Errorf("%s: %s: %v", p.ID, a.Name, err)
		}
		results[a] = result
	}
	for _, a := range list {
		visit(a)
	}
}

func (n *nogo) pass(p *packages.Package, a *analysis.Analyzer, results map[*analysis.Analyzer]any, report bool) *analysis.Pass {
	return &analysis.Pass{
		Analyzer:   a,
		Fset:       p.Fset,
		Files:      p.Syntax,
		Pkg:        p.Types,
		TypesInfo:  p.TypesInfo,
		TypesSizes: p.TypesSizes,
		ResultOf:   results,
		Report: func(d analysis.Diagnostic) {
			if report {
				f := n.corpus.at(n.t, p.Fset.Position(d.Pos).String())
				f.rule, f.message = a.Name, strings.TrimSuffix(d.Message, " ["+a.Name+"]")
				n.all[f] = true
			}
		},
		ImportObjectFact:  func(o types.Object, f analysis.Fact) bool { return n.get(o, f) },
		ExportObjectFact:  func(o types.Object, f analysis.Fact) { n.put(o, f) },
		ImportPackageFact: func(o *types.Package, f analysis.Fact) bool { return n.get(o, f) },
		ExportPackageFact: func(f analysis.Fact) { n.put(p.Types, f) },
		AllObjectFacts:    func() []analysis.ObjectFact { return n.objectFacts(p.Types, a) },
		AllPackageFacts:   func() []analysis.PackageFact { n.t.Errorf("%s lists packages' facts", a.Name); return nil },
	}
}

func (n *nogo) get(object any, f analysis.Fact) bool {
	have, ok := n.facts[factKey{object, reflect.TypeOf(f)}]
	if ok {
		reflect.ValueOf(f).Elem().Set(reflect.ValueOf(have).Elem())
	}
	return ok
}

// objectFacts lists the analyzer's facts on objects of the package and of all
// that it imports, ordered by object.
func (n *nogo) objectFacts(pkg *types.Package, a *analysis.Analyzer) []analysis.ObjectFact {
	reachable := make(map[*types.Package]bool)
	var visit func(p *types.Package)
	visit = func(p *types.Package) {
		if !reachable[p] {
			reachable[p] = true
			for _, i := range p.Imports() {
				visit(i)
			}
		}
	}
	visit(pkg)
	own := make(map[reflect.Type]bool)
	for _, f := range a.FactTypes {
		own[reflect.TypeOf(f)] = true
	}
	var list []analysis.ObjectFact
	for k, f := range n.facts {
		if o, ok := k.object.(types.Object); ok && own[k.fact] && reachable[o.Pkg()] {
			list = append(list, analysis.ObjectFact{Object: o, Fact: f})
		}
	}
	slices.SortFunc(list, func(a, b analysis.ObjectFact) int {
		return strings.Compare(types.ObjectString(a.Object, nil), types.ObjectString(b.Object, nil))
	})
	return list
}

// put keeps a copy of the fact as it is after encoding, which is how it comes
// out of another process.
func (n *nogo) put(object any, f analysis.Fact) {
	var buf bytes.Buffer
	made := reflect.New(reflect.TypeOf(f).Elem()).Interface().(analysis.Fact)
	err := gob.NewEncoder(&buf).Encode(f)
	if err == nil {
		err = gob.NewDecoder(&buf).Decode(made)
	}
	if err != nil {
		n.t.Error(fmt.Errorf("fact %T of %v: %w", f, object, err))
		return
	}
	n.facts[factKey{object, reflect.TypeOf(f)}] = made
}
