package funceffects

import (
	"go/ast"
	"go/types"
	"reflect"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/passes/modules"
	"github.com/sqlvet/sqlvet/internal/passes/querysites"
	"github.com/sqlvet/sqlvet/internal/passes/settings"
)

// Analyzer computes the effects of a package's functions. Its result is a
// *Result.
var Analyzer = &analysis.Analyzer{
	Name:       "sqlveteffects",
	Doc:        "find out what calling a function may do\n\nThis analyzer reports nothing; the rules of sqlvet use its result.",
	URL:        "https://pkg.go.dev/github.com/sqlvet/sqlvet/internal/passes/funceffects",
	Requires:   []*analysis.Analyzer{settings.Analyzer, modules.Analyzer, querysites.Analyzer},
	Run:        run,
	ResultType: reflect.TypeFor[*Result](),
	FactTypes:  []analysis.Fact{new(Summary)},
}

// A Result answers what the calls of one package may do.
type Result struct {
	mu sync.Mutex // held by every exported method: rules run at the same time, and what is looked up is kept
	s  *solver
}

func run(pass *analysis.Pass) (any, error) {
	g := newGraph(pass, pass.ResultOf[querysites.Analyzer].(*querysites.Result))
	r := &Result{s: &solver{g: g}}
	if foreign(pass.Pkg.Path()) {
		return r, nil
	}
	g.build()
	g.solve()
	owners := g.fieldOwners()
	for _, n := range g.nodes {
		if n.fn == nil || g.decls[n.fn] != n || !n.fn.Exported() {
			continue // no other package can ask
		}
		sum := n.summary()
		for _, in := range r.s.setsOf(n) {
			in.v = nil
			sum.Sets = append(sum.Sets, in)
		}
		if g.modules.Own {
			sum.Fields = n.fieldFacts(owners)
			sum.Makes = g.makesFact(n.fn)
		}
		if !sum.empty() {
			pass.ExportObjectFact(n.fn, sum)
		}
	}
	r.exportHidden()
	return r, nil
}

// foreign reports whether a package is not analysed: the catalogue knows
// better than the source what its functions do.
func foreign(path string) bool {
	_, ok := apis.LibraryOf(path)
	return ok || apis.Standard(path)
}

// summary is what other packages learn of a function.
func (n *node) summary() *Summary {
	sum := &Summary{Effects: portable(n.effects), Yields: portable(n.yields), Queues: n.queues && n.sig.Recv() != nil}
	for _, p := range n.paramList() {
		if p.Times != Stored {
			sum.Params = append(sum.Params, p)
		}
	}
	return sum
}

// maxUnknown is how many interface methods a fact names: main functions call
// everything, and nobody asks what.
const maxUnknown = 8

// portable leaves out what nobody outside the package can use: unknown
// function values, all but the nearest interface methods, and inputs that are
// no parameters.
func portable(list effects) []Effect {
	i, _ := list.find(Effect{Kind: Unknown})
	unknown := slices.DeleteFunc(slices.Clone(list[i:]), func(e Effect) bool { return e.Name == "" })
	if len(unknown) > maxUnknown {
		slices.SortStableFunc(unknown, func(a, b Effect) int { return a.Depth - b.Depth })
		unknown = unknown[:maxUnknown]
		slices.SortFunc(unknown, func(a, b Effect) int { return strings.Compare(a.Name, b.Name) })
	}
	out := slices.Concat(list[:i:i], unknown)
	for i := range out {
		out[i].If = portableConds(out[i].If)
		out[i].Args, out[i].Text = out[i].Args.portable(), out[i].Text.portable()
		if out[i].Keeper.v != nil && out[i].Keeper.From == 0 {
			out[i].Rare = false
		}
		out[i].Keeper.v = nil
		if out[i].Handle.v = nil; out[i].Handle.From == 0 {
			out[i].Handle = Input{}
		}
	}
	return out
}

// Of returns what calling fn, of this package or an imported one, may do. The
// paths start inside fn.
func (r *Result) Of(fn *types.Func) []Effect {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.s.effectsOf(target{fn: fn.Origin()})
}

// Params returns the func parameters that fn calls or keeps, by index.
// Parameters of functions of other packages that are only kept are left out.
func (r *Result) Params(fn *types.Func) []Param {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.s.paramsOf(target{fn: fn.Origin()})
}

// Call returns what executing a call of this package once may do: what the
// callee does, and what the functions do that are passed to it, if it calls
// them. The paths start with the call itself; a literal that is called in
// place, or passed, is no step. Cached is also set if the body around the call
// has consulted a cache before. The call's own loop does not count as InLoop.
func (r *Result) Call(call *ast.CallExpr) []Effect {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.edge(r.s.g.calls[call])
}

// Implementers returns how many types implement the interface whose method is
// called, as far as this package sees: in itself, in the interface's package,
// and among its imports. Test doubles and types that wrap an implementation
// do not count. It is 0 for other calls.
func (r *Result) Implementers(call *ast.CallExpr) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.s.g.calls[call]
	if e == nil || e.iface == "" || e.callee == nil {
		return 0
	}
	sel, ok := golang.Unindex(ast.Unparen(call.Fun)).(*ast.SelectorExpr)
	if !ok {
		return 0
	}
	iface, _ := interfaceOf(r.s.g.info, sel, e.callee)
	return r.s.g.impls.count(iface)
}

// OneOfSeveral reports whether a call of a function value may be one of several
// functions that the program lists: more than one, or one with a name, and none
// that a loop around makes for each of its elements.
func (r *Result) OneOfSeveral(call *ast.CallExpr) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.s.g.calls[call]
	if e == nil || e.callee != nil {
		return false
	}
	n := 0
	for _, t := range e.targets {
		switch {
		case t.fn != nil:
			return true
		case t.lit != nil:
			if f := r.s.g.flowOf(e.in); f != nil && f.inLoop(t.lit.lit.Pos(), t.lit.lit.Pos()) && t.lit.outer.encloses(e.in) {
				return false
			}
			n++
		}
	}
	return n > 1
}

func (r *Result) edge(e *edge) []Effect {
	if e == nil {
		return nil
	}
	once := *e
	once.loop = Once
	var out effects
	r.s.apply(new(node), &once, visitor{
		effect: func(x Effect) { out.add(x) },
		called: func(*types.Var, Param) {},
		inside: true,
	})
	return out
}

// Arguments returns how the callee of a call calls the functions that are
// passed to it, by index of the parameter: those of the function, of all
// visible implementations of an interface method, or of the closure called.
func (r *Result) Arguments(call *ast.CallExpr) []Param {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.arguments(call)
}

func (r *Result) arguments(call *ast.CallExpr) []Param {
	e := r.s.g.calls[call]
	if e == nil {
		return nil
	}
	byIndex := make(map[int]Param)
	add := func(list []Param) {
		for _, p := range list {
			byIndex[p.Index] = byIndex[p.Index].join(p)
		}
	}
	add(e.calls)
	for _, t := range e.targets {
		add(r.s.paramsOf(t))
	}
	var out []Param
	for _, a := range e.args {
		if p, ok := byIndex[a.index]; ok {
			p.Index = a.index
			out = append(out, p)
		}
	}
	return out
}
