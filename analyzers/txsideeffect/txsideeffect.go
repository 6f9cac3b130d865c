package txsideeffect

import (
	_ "embed"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/link"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/linkage"
	"github.com/sqlvet/sqlvet/internal/passes/loops"
	"github.com/sqlvet/sqlvet/internal/passes/modules"
	"github.com/sqlvet/sqlvet/internal/passes/oneoff"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/passes/txspans"
)

const name = "txsideeffect"

//go:embed doc.go
var doc string

// Analyzer reports slow calls and outer handles inside transactions.
var Analyzer = &analysis.Analyzer{
	Name:     name,
	Doc:      docs.Must(doc, name),
	URL:      docs.URL(name),
	Requires: []*analysis.Analyzer{funceffects.Analyzer, loops.Analyzer, txspans.Analyzer, modules.Analyzer, suppress.Analyzer},
	Run:      run,
}

var (
	minimum string // the least confidence that is reported
	tests   bool
	longTx  bool
)

func init() {
	Analyzer.Flags.StringVar(&minimum, "min", "likely", "least confidence that is reported: certain or likely")
	Analyzer.Flags.BoolVar(&tests, "tests", false, "report transactions in _test.go files, too")
	Analyzer.Flags.BoolVar(&longTx, "longtx", true, "report queries per element of data inside a transaction")
}

// A finding is one event that must not be inside its transaction.
type finding struct {
	span     *txspans.Span
	event    txspans.Event
	category string
	certain  bool
	effect   funceffects.Effect
	loop     *loops.Loop // of long-tx
}

type checker struct {
	pass    *analysis.Pass
	effects *funceffects.Result
	loops   *loops.Result
	spans   *txspans.Result
	modules *modules.Result
	// open are the transactions that are open at an event.
	open map[ast.Node][]*txspans.Span
	left []link.Call // for the link step
}

func run(pass *analysis.Pass) (any, error) {
	c := &checker{
		pass:    pass,
		effects: pass.ResultOf[funceffects.Analyzer].(*funceffects.Result),
		loops:   pass.ResultOf[loops.Analyzer].(*loops.Result),
		spans:   pass.ResultOf[txspans.Analyzer].(*txspans.Result),
		modules: pass.ResultOf[modules.Analyzer].(*modules.Result),
		open:    make(map[ast.Node][]*txspans.Span),
	}
	found := make(map[ast.Node]finding)
	spans := c.spans.Spans()
	for _, s := range spans {
		for _, e := range s.Events {
			c.open[e.Node] = append(c.open[e.Node], s)
		}
	}
	for _, s := range spans {
		if !c.counts(s.Func) {
			continue
		}
		long := false
		for _, e := range s.Events {
			f, ok := c.judge(s, e)
			if !ok && linking {
				c.leave(s, e)
			}
			if !ok {
				suppress.Silent(pass, name, e.Node.Pos(), e.Node.End(), "silent: inside a transaction, "+harmless(e))
			}
			if !ok || f.category == "long-tx" && long {
				continue
			}
			long = long || f.category == "long-tx"
			// Of several transactions that are open the innermost counts.
			if old, ok := found[e.Node]; !ok || old.span.At.Pos() <= s.At.Pos() {
				found[e.Node] = f
			}
		}
	}
	list := make([]finding, 0, len(found))
	for _, f := range found {
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b finding) int { return int(a.event.Node.Pos() - b.event.Node.Pos()) })
	for _, f := range list {
		c.report(f)
	}
	return nil, linkage.Report(pass, link.Package{Calls: c.left})
}

// counts reports whether somebody waits for the locks of transactions in fn.
func (c *checker) counts(fn ast.Node) bool {
	for _, f := range c.pass.Files {
		if f.FileStart <= fn.Pos() && fn.Pos() < f.FileEnd {
			switch oneoff.Of(c.pass, f, fn.Pos()+1) {
			case oneoff.Migration:
				return false
			case oneoff.Testing:
				return tests
			}
		}
	}
	return true
}

// harmless says why an event is no finding.
func harmless(e txspans.Event) string {
	if e.Failing {
		return "but the way from here leads to a rollback"
	}
	return "and nothing slow or past the transaction, as far as is known"
}

// judge decides on one event.
func (c *checker) judge(s *txspans.Span, e txspans.Event) (finding, bool) {
	f := finding{span: s, event: e}
	if e.Failing {
		return f, false
	}
	call, ok := e.Node.(*ast.CallExpr)
	if !ok {
		f.category = "wait"
		return f, !e.Async && !s.Works()
	}
	if _, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok && !e.Async {
		return f, false // what it does are events of their own
	}
	if e.Locked {
		f.category = "wait"
		return f, true
	}
	es := c.effects.Callee(call)
	if e.Async {
		return c.async(f, call, es)
	}
	if c.judgedInside(s, call) {
		return c.long(f, call, roundTrips(es))
	}
	if f.effect, ok = slow(es); ok && (f.effect.Kind != funceffects.Wait || !s.Works()) {
		f.category = category(f.effect)
		f.certain = f.certainly() && f.category != "wait"
		return f, true
	}
	return c.query(f, call, es)
}

// query judges a call that goes to the database.
func (c *checker) query(f finding, call *ast.CallExpr, es []funceffects.Effect) (finding, bool) {
	trips, begins := roundTrips(es), false
	for _, e := range es {
		if e.Kind == funceffects.BeginTx && !e.Async && !e.Rare && !e.Failing {
			begins, f.effect = true, e
		}
	}
	if f.span.Single || c.usesOpen(f.span, call) {
		return c.long(f, call, trips)
	}
	switch {
	case begins && !f.effect.Cached:
		f.category = "nested-begin"
	case len(trips) > 0 && !trips[0].Cached && c.outer(call):
		f.category, f.effect = "outer-handle", trips[0]
	default:
		return f, false
	}
	f.certain = f.certainly()
	return f, true
}

// usesOpen reports whether a call uses a transaction that is open, or may.
func (c *checker) usesOpen(s *txspans.Span, call *ast.CallExpr) bool {
	return s.Implicit || slices.ContainsFunc(c.open[call], func(s *txspans.Span) bool { return s.Uses(call) })
}

// asks reports whether an effect is a query, and not just its preparation.
func asks(e funceffects.Effect) bool { return e.RoundTrip() && e.Name != funceffects.Prepared }

// roundTrips returns the queries among effects that happen each time, at once.
func roundTrips(es []funceffects.Effect) []funceffects.Effect {
	var out []funceffects.Effect
	for _, e := range es {
		if asks(e) && !e.Async && !e.Rare && !e.Failing {
			out = append(out, e)
		}
	}
	return out
}

// outer reports whether a call is of a database whose transactions count.
func (c *checker) outer(call *ast.CallExpr) bool {
	fn, ok := typeutil.Callee(c.pass.TypesInfo, call).(*types.Func)
	if !ok {
		return true
	}
	api, ok := c.loops.APIs.Lookup(fn)
	return !ok || !api.Optional
}

// long judges a query of the transaction itself: one for each element of data
// holds its locks for as many round trips.
func (c *checker) long(f finding, call *ast.CallExpr, trips []funceffects.Effect) (finding, bool) {
	if !longTx || len(trips) == 0 || trips[0].Batch {
		return f, false
	}
	for _, l := range c.loops.Enclosing(call) {
		if l.Bound != loops.Data || l.Async || l.Kind == loops.Resolver || l.Kind == loops.Hook {
			continue
		}
		if l.Node.Pos() < f.span.Func.Pos() || f.span.Func.End() < l.Node.End() || !c.inside(f.span, l) {
			continue
		}
		f.category, f.effect, f.loop = "long-tx", trips[0], l
		return f, true
	}
	return f, false
}

// inside reports whether a loop runs inside the transaction, and not the
// transaction inside the loop.
func (c *checker) inside(s *txspans.Span, l *loops.Loop) bool {
	return s.Origin != txspans.Begun || s.At.Pos() < l.Node.Pos()
}

// async judges what a goroutine does that is started inside the transaction.
func (c *checker) async(f finding, call *ast.CallExpr, es []funceffects.Effect) (finding, bool) {
	for _, e := range es {
		switch e.Kind {
		case funceffects.Mail, funceffects.Publish:
		case funceffects.Network:
			if e.Name == "cache" || e.Name == "dns" || e.Name == "search" {
				continue
			}
		default:
			continue
		}
		if e.Cached || e.Rare || e.Failing {
			continue
		}
		f.category, f.effect = "async", e
		return f, true
	}
	return f, false
}

// judgedInside reports whether a call hands the transaction to a function of
// this module, which is likely to be of this run, whose parameter says so: it
// is judged there.
func (c *checker) judgedInside(s *txspans.Span, call *ast.CallExpr) bool {
	fn := typeutil.StaticCallee(c.pass.TypesInfo, call)
	if fn == nil || !c.modules.Ours(fn.Pkg()) {
		return false
	}
	params := fn.Signature().Params()
	for i := range params.Len() {
		if i < len(call.Args) && c.spans.HandsTx(params.At(i).Type()) && s.Uses(call.Args[i]) {
			return true
		}
	}
	return false
}

// slow returns the worst effect that must not happen in a transaction.
func slow(es []funceffects.Effect) (funceffects.Effect, bool) {
	var best funceffects.Effect
	rank := 0
	for _, e := range es {
		if e.Async || e.Cached || e.Rare || e.Failing {
			continue
		}
		if r := badness(e); r > rank {
			best, rank = e, r
		}
	}
	return best, rank > 0
}

// badness orders effects: first what a rollback cannot take back, then what
// is slow.
func badness(e funceffects.Effect) int {
	switch e.Kind {
	case funceffects.Mail:
		return 9
	case funceffects.Publish:
		return 8
	case funceffects.Network:
		switch e.Name {
		case "cache":
			return 0
		case "dns", "net", "connect":
			return 5
		}
		return 7
	case funceffects.Exec:
		return 6
	case funceffects.File:
		return 3
	case funceffects.Sleep:
		return 4
	case funceffects.Wait:
		// What a function waits for far inside is its own affair: a lock
		// around its cache, its workers.
		if e.Depth <= 2 {
			return 2
		}
	}
	return 0
}

// category names an effect's kind.
func category(e funceffects.Effect) string {
	switch e.Kind {
	case funceffects.Mail:
		return "mail"
	case funceffects.Publish:
		return "publish"
	case funceffects.Exec:
		return "exec"
	case funceffects.File:
		return "file"
	case funceffects.Sleep:
		return "sleep"
	case funceffects.Wait:
		return "wait"
	}
	switch e.Name {
	case "rpc", "cloud", "net", "dns", "connect":
		return "rpc"
	}
	return "http"
}

// certainly reports whether nothing on the way is a guess.
func (f finding) certainly() bool {
	return f.span.Origin != txspans.Parameter && f.effect.Through == "" && !f.effect.Cached
}

// report reports a finding unless the flags leave it out.
func (c *checker) report(f finding) {
	if minimum == "certain" && !f.certain {
		return
	}
	pos := f.event.Node.Pos()
	suppress.Report(c.pass, suppress.Finding{
		Pos: pos, End: f.event.Node.End(), Rule: name, Category: f.category,
		Also:    []token.Pos{f.span.At.Pos()},
		Message: c.message(f), Related: c.related(f), Fixes: c.fixes(f),
	})
}
