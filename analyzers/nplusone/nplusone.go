package nplusone

import (
	_ "embed"
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/link"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/linkage"
	"github.com/sqlvet/sqlvet/internal/passes/loops"
	"github.com/sqlvet/sqlvet/internal/passes/oneoff"
	"github.com/sqlvet/sqlvet/internal/passes/querysites"
	"github.com/sqlvet/sqlvet/internal/passes/reach"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/passes/txspans"
)

const name = "nplusone"

//go:embed doc.go
var doc string

// Analyzer reports queries that run once per element of data.
var Analyzer = &analysis.Analyzer{
	Name:     name,
	Doc:      docs.Must(doc, name),
	URL:      docs.URL(name),
	Requires: []*analysis.Analyzer{funceffects.Analyzer, loops.Analyzer, oneoff.Analyzer, querysites.Analyzer, reach.Analyzer, sqlparse.Analyzer, txspans.Analyzer, suppress.Analyzer},
	Run:      run,
}

var (
	minimum string // the least confidence that is reported
	writes  bool
	tests   bool
	explain bool
)

func init() {
	Analyzer.Flags.StringVar(&minimum, "min", "likely", "least confidence that is reported: certain or likely")
	Analyzer.Flags.BoolVar(&writes, "writes", true, "report statements that write, too")
	Analyzer.Flags.BoolVar(&tests, "tests", false, "report loops in _test.go files, too")
	Analyzer.Flags.BoolVar(&explain, "explain", false, "say of each database call in a loop why it was reported or left alone")
}

// A candidate is a call in a loop that reaches the database.
type candidate struct {
	call *ast.CallExpr
	at   ast.Expr // where to point at: the call, or the function passed
	// effects are the round trips of one execution, most telling first.
	effects []funceffects.Effect
	loops   []*loops.Loop // that repeat it, innermost first
}

// checker holds one package's search.
type checker struct {
	pass    *analysis.Pass
	effects *funceffects.Result
	loops   *loops.Result
	spans   *txspans.Result
	file    *ast.File     // that is being searched
	spawned *ast.CallExpr // of the go statement visited last
	calls   []candidate
	begins  []candidate // calls in loops that begin a transaction
	left    []candidate // whose callees are not known here: for the link step
	reach   *reach.Result
	told    []link.Told // findings whose use the link step decides

	sites   *querysites.Result
	sql     *sqlparse.Result
	byCall  map[*ast.CallExpr][]*sqlparse.Query
	byPlace map[string][]*sqlparse.Query // as in the paths of effects
	verbs   map[types.Type]string        // of builders
}

func run(pass *analysis.Pass) (any, error) {
	c := &checker{
		pass:    pass,
		effects: pass.ResultOf[funceffects.Analyzer].(*funceffects.Result),
		loops:   pass.ResultOf[loops.Analyzer].(*loops.Result),
		sites:   pass.ResultOf[querysites.Analyzer].(*querysites.Result),
		sql:     pass.ResultOf[sqlparse.Analyzer].(*sqlparse.Result),
		spans:   pass.ResultOf[txspans.Analyzer].(*txspans.Result),
		reach:   pass.ResultOf[reach.Analyzer].(*reach.Result),
	}
	for _, f := range pass.Files {
		c.collect(f)
	}
	verdicts := make([]verdict, len(c.calls))
	for i, cand := range c.calls {
		verdicts[i] = c.judge(cand)
	}
	c.onceARecursion(verdicts)
	c.onceAQuery(verdicts)
	for i, cand := range c.calls {
		c.report(cand, verdicts[i])
	}
	// Directives at those count as used, whoever asks.
	if open := c.open(); linking {
		return nil, linkage.Report(pass, link.Package{Loops: open, Told: c.told})
	}
	return nil, nil
}

// collect finds the calls of a file that reach the database and are repeated.
func (c *checker) collect(f *ast.File) {
	c.file = f
	ast.Inspect(f, func(n ast.Node) bool {
		if g, ok := n.(*ast.GoStmt); ok {
			c.spawned = g.Call
		}
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		c.direct(call)
		c.eager(call)
		for _, p := range c.effects.Passed(call) {
			trips := c.withForm(nil, roundTrips(p.Effects))
			if len(trips) == 0 {
				continue
			}
			around := c.around(call)
			if l := c.loops.Callback(call, p.Arg, p.Times); l != nil {
				around = append([]*loops.Loop{l}, around...)
			} else if p.Times == 0 || p.Times == funceffects.Stored {
				continue
			}
			if len(around) > 0 && c.counts(call) {
				c.calls = append(c.calls, candidate{call, p.Arg, trips, around})
			}
		}
		return true
	})
}

// counts reports whether somebody waits for the code around a call.
func (c *checker) counts(call *ast.CallExpr) bool { return !oneoff.LeftOut(c.pass, name, call, tests) }

// direct judges what the callee itself does. What a function literal does that
// is passed to it is judged at the calls in the literal.
func (c *checker) direct(call *ast.CallExpr) {
	if _, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		return // the calls in it are in this loop as well
	}
	if streams(c.pass.TypesInfo, call) {
		return
	}
	if fn := typeutil.StaticCallee(c.pass.TypesInfo, call); fn != nil {
		if api, ok := c.loops.APIs.Lookup(fn); ok && api.Role == apis.Prepare {
			return // what is prepared is also run, and that says it
		}
	}
	callee := c.callee(call)
	trips, open := roundTrips(callee), unresolved(callee)
	begins := slices.ContainsFunc(callee, func(e funceffects.Effect) bool { return e.Kind == funceffects.BeginTx })
	if len(trips)+len(open) == 0 && !begins {
		return
	}
	around := c.around(call)
	if begins {
		c.begins = append(c.begins, candidate{call: call, loops: around})
	}
	if len(trips) > 0 {
		if trips = c.withForm(call, trips); len(trips) == 0 {
			if explain && len(around) > 0 {
				c.explain(candidate{call, call, roundTrips(callee), around}, silent(around[0], "the statement is about one object: there is none for many"))
			}
			return
		}
		trips = slices.Clone(trips)
		trips[0] = c.stated(call, trips[0])
	}
	switch {
	case len(around) == 0 || !c.counts(call):
	case len(trips) > 0:
		c.calls = append(c.calls, candidate{call, call, trips, around})
	case len(open) > 0:
		c.left = append(c.left, candidate{call, call, open, around})
	}
}

// callee returns the effects of a call's function. That a go statement runs it
// does not make them Async: the statement itself is repeated.
func (c *checker) callee(call *ast.CallExpr) []funceffects.Effect {
	es := c.effects.Callee(call)
	if call != c.spawned {
		return es
	}
	var alone []funceffects.Effect
	if fn := typeutil.StaticCallee(c.pass.TypesInfo, call); fn != nil {
		alone = c.effects.Of(fn)
	}
	es = slices.Clone(es)
	for i := range es {
		es[i].Async = slices.ContainsFunc(alone, func(e funceffects.Effect) bool {
			return e.Kind == es[i].Kind && e.Name == es[i].Name && e.Async
		})
	}
	return es
}

// around returns the loops that stand around a call in the source. A loop
// around the call of a closure is judged at that call.
func (c *checker) around(call *ast.CallExpr) []*loops.Loop {
	var out []*loops.Loop
	for _, l := range c.loops.Enclosing(call) {
		if l.Holds(call) {
			out = append(out, l)
		}
	}
	return out
}

// roundTrips returns the reads and writes among effects, without migrations,
// and without what a function leaves to a goroutine that it starts: when that
// queries, and how often, is not known.
func roundTrips(es []funceffects.Effect) []funceffects.Effect {
	var out []funceffects.Effect
	for _, e := range es {
		if e.RoundTrip() && !e.Async {
			out = append(out, e)
		}
	}
	// What happens each time says more than what happens now and then, and a
	// statement that runs more than one that is prepared.
	slices.SortStableFunc(out, func(a, b funceffects.Effect) int {
		seldom := func(e funceffects.Effect) int {
			switch {
			case e.Failing:
				return 3
			case e.Rare:
				return 2
			case e.Name == funceffects.Prepared:
				return 1
			}
			return 0
		}
		return seldom(a) - seldom(b)
	})
	return out
}

// unresolved returns the interface methods among effects.
func unresolved(es []funceffects.Effect) []funceffects.Effect {
	var out []funceffects.Effect
	for _, e := range es {
		if e.Kind == funceffects.Unknown && e.Name != "" && !e.Async && !e.Rare && !e.Failing {
			out = append(out, e)
		}
	}
	return out
}
