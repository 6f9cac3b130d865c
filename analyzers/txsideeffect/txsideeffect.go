package txsideeffect

import (
	"cmp"
	_ "embed"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/link"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/linkage"
	"github.com/sqlvet/sqlvet/internal/passes/modules"
	"github.com/sqlvet/sqlvet/internal/passes/oneoff"
	"github.com/sqlvet/sqlvet/internal/passes/settings"
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
	Requires: []*analysis.Analyzer{settings.Analyzer, funceffects.Analyzer, oneoff.Analyzer, txspans.Analyzer, modules.Analyzer, suppress.Analyzer},
	Run:      run,
}

var (
	minimum string // the least confidence that is reported
	tests   bool
)

func init() {
	Analyzer.Flags.StringVar(&minimum, "min", "likely", "least confidence that is reported: certain or likely")
	Analyzer.Flags.BoolVar(&tests, "tests", false, "report transactions in _test.go files, too")
}

// A finding is one event that must not be inside its transaction.
type finding struct {
	span  *txspans.Span
	event txspans.Event
	// parts are what happens there, one a category: the most certain first, of
	// those the most harmful.
	parts []part
}

// A part is one effect of an event.
type part struct {
	category string
	certain  bool
	effect   funceffects.Effect
}

type checker struct {
	pass    *analysis.Pass
	apis    *apis.Catalogue
	effects *funceffects.Result
	spans   *txspans.Result
	modules *modules.Result
	// open are the transactions that are open at an event.
	open map[ast.Node][]*txspans.Span
	left []link.Call // for the link step
}

func run(pass *analysis.Pass) (any, error) {
	c := &checker{
		pass:    pass,
		apis:    pass.ResultOf[settings.Analyzer].(*settings.Result).APIs,
		effects: pass.ResultOf[funceffects.Analyzer].(*funceffects.Result),
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
		if !c.counts(s) {
			continue
		}
		add := func(e txspans.Event, parts []part) {
			// Of several transactions that are open the innermost counts.
			if old, ok := found[e.Node]; len(parts) > 0 && (!ok || old.span.Func.Pos() < s.Func.Pos() || old.span.Func == s.Func && old.span.At.Pos() <= s.At.Pos()) {
				found[e.Node] = finding{s, e, parts}
			}
		}
		for _, e := range s.Events {
			parts := c.judge(s, e)
			if len(parts) == 0 {
				if linking {
					c.leave(s, e)
				}
				suppress.Silent(pass, name, e.Node.Pos(), e.Node.End(), "silent: inside a transaction, "+harmless(e))
			}
			add(e, parts)
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
	if linking {
		c.leaveWithin()
	}
	return nil, linkage.Report(pass, link.Package{Calls: c.left})
}

// counts reports whether somebody waits for the locks of a transaction.
func (c *checker) counts(s *txspans.Span) bool {
	place, how := c.pass.ResultOf[oneoff.Analyzer].(*oneoff.Result).Of(s.Func.Pos() + 1)
	if place == oneoff.Production || place == oneoff.Testing && tests {
		return true
	}
	for _, e := range s.Events {
		suppress.Silent(c.pass, name, e.Node.Pos(), e.Node.End(), oneoff.Silence(place, how))
	}
	return false
}

// harmless says why an event is no finding.
func harmless(e txspans.Event) string {
	if e.Failing {
		return "but the way from here leads to a rollback"
	}
	return "and nothing slow or past the transaction, as far as is known"
}

// judge decides on one event.
func (c *checker) judge(s *txspans.Span, e txspans.Event) []part {
	if e.Failing || e.Ends {
		return nil
	}
	call, ok := e.Node.(*ast.CallExpr)
	if !ok {
		if e.Async || s.Origin == txspans.Handed || c.ownWork(s) {
			return nil
		}
		return []part{{category: "wait"}}
	}
	if _, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		return nil // what it does are events of their own
	}
	var parts []part
	es := c.effects.Callee(call)
	switch {
	case e.Async:
		parts = c.async(s, es)
	case c.judgedInside(s, call):
	default:
		// What a function does that may be handed a plain handle is told where
		// it is handed the transaction.
		if s.Origin != txspans.Handed {
			parts = c.slow(s, es)
		}
		if q, ok := c.query(s, call, es); ok {
			parts = append(parts, q)
		}
	}
	slices.SortStableFunc(parts, part.compare)
	return parts
}

// compare orders parts: what is certain first, then what can be followed, then
// what does most harm.
func (p part) compare(q part) int {
	return cmp.Or(flag(q.certain)-flag(p.certain), flag(q.near())-flag(p.near()), q.harm()-p.harm())
}

// near reports whether the way to an effect is short enough to be read at a
// glance: of far ones each step adds a doubt.
func (p part) near() bool { return p.effect.Depth <= 4 }

// harm orders parts: first what a rollback cannot take back, then what is slow. What
// goes past the transaction is a wrong answer, and a deadlock when the pool runs dry.
func (p part) harm() int {
	switch p.category {
	case "nested-begin", "outer-handle":
		return int(funceffects.Process)
	}
	return int(p.effect.Delay())
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// query judges a call that goes to the database.
func (c *checker) query(s *txspans.Span, call *ast.CallExpr, es []funceffects.Effect) (part, bool) {
	if s.Single || s.Implicit {
		return part{}, false
	}
	handle, context, carried := false, false, true
	for _, o := range c.open[call] {
		handle = handle || o.Implicit || o.UsesHandle(call)
		context = context || o.Uses(call)
		carried = carried && (o.Carried || !o.Uses(call))
	}
	if handle {
		es = slices.DeleteFunc(slices.Clone(es), func(e funceffects.Effect) bool {
			return slices.ContainsFunc(c.open[call], func(o *txspans.Span) bool { return o.Implicit || !o.Past(call, e) })
		})
		context = false
	}
	// A begin that looks into the context finds the transaction there; one that
	// does not begins another, whatever context it is given.
	if e, ok := begins(es, context); ok {
		return part{"nested-begin", certainly(s, e), e}, true
	}
	trips := roundTrips(es)
	if context {
		// What goes through a pool of its own does not look into the context.
		trips = slices.DeleteFunc(trips, func(e funceffects.Effect) bool {
			return !carried || e.Through != "" || c.effects.KindOf(call, e) != apis.PoolHandle
		})
	}
	if len(trips) == 0 || !c.outer(call) {
		return part{}, false
	}
	return part{"outer-handle", certainly(s, trips[0]) && !s.MayJoin, trips[0]}, !trips[0].Cached
}

// begins returns the effect of beginning another transaction, if one of several
// is sure to. joined: a context that carries the open one is passed on.
func begins(es []funceffects.Effect, joined bool) (funceffects.Effect, bool) {
	for _, e := range es {
		if e.Kind == funceffects.BeginTx && !e.Async && !e.Rare && !e.Failing && !e.Cached && !(joined && e.Name == funceffects.Joining) {
			return e, true
		}
	}
	return funceffects.Effect{}, false
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
	api, ok := c.apis.Lookup(fn)
	return !ok || !api.Optional
}

// async judges what a goroutine does that is started inside the transaction.
func (c *checker) async(s *txspans.Span, es []funceffects.Effect) []part {
	for _, e := range es {
		switch e.Kind {
		case funceffects.Mail, funceffects.Publish:
		case funceffects.Network:
			if e.Delay() <= funceffects.Store || e.Name == "dns" || e.Name == "search" {
				continue
			}
		default:
			continue
		}
		if e.Cached || e.Rare || e.Failing || s.Origin == txspans.Handed {
			continue
		}
		return []part{{category: "async", effect: e}}
	}
	return nil
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

// slow returns the effects that must not happen in a transaction: of each
// category the worst.
func (c *checker) slow(s *txspans.Span, es []funceffects.Effect) []part {
	var out []part
	for _, e := range es {
		if e.Async || e.Cached || e.Rare || e.Failing || e.Delay() == funceffects.NoDelay || e.Kind == funceffects.Wait && c.ownWork(s) {
			continue
		}
		p := part{category(e), certainly(s, e) && e.Kind != funceffects.Wait, e}
		i := slices.IndexFunc(out, func(q part) bool { return q.category == p.category })
		switch {
		case i < 0:
			out = append(out, p)
		case p.compare(out[i]) < 0:
			out[i] = p
		}
	}
	return out
}

// ownWork reports whether what a transaction waits for is its own work: of a goroutine
// that uses it, or of those that the function starts meanwhile, if none is known to do
// anything slow.
func (c *checker) ownWork(s *txspans.Span) bool {
	if s.Works() {
		return true
	}
	started := false
	for _, e := range s.Events {
		call, ok := e.Node.(*ast.CallExpr)
		if !e.Async || !ok {
			continue
		}
		started = true
		for _, x := range c.effects.Callee(call) {
			if x.Delay() > funceffects.Goroutine || x.RoundTrip() || x.Kind == funceffects.BeginTx {
				return false
			}
		}
	}
	return started
}

// category names what an effect waits for.
func category(e funceffects.Effect) string { return categories[e.Delay()] }

var categories = map[funceffects.Delay]string{
	funceffects.MailServer: "mail", funceffects.Queue: "publish", funceffects.Web: "http", funceffects.Service: "rpc",
	funceffects.Line: "rpc", funceffects.Store: "cache", funceffects.Process: "exec", funceffects.Disk: "file",
	funceffects.Clock: "sleep", funceffects.Processor: "cpu", funceffects.Goroutine: "wait",
}

// certainly reports whether nothing on the way to an effect is a guess.
func certainly(s *txspans.Span, e funceffects.Effect) bool {
	return s.Origin != txspans.Parameter && s.Origin != txspans.Handed && e.Through == "" && !e.Cached
}

// report reports a finding unless the flags leave it out.
func (c *checker) report(f finding) {
	if minimum == "certain" {
		f.parts = slices.DeleteFunc(f.parts, func(p part) bool { return !p.certain })
	}
	if len(f.parts) == 0 {
		return
	}
	out := suppress.Finding{
		Pos: f.event.Node.Pos(), End: f.event.Node.End(), Rule: name, Category: f.parts[0].category,
		Also:    []token.Pos{f.span.At.Pos()},
		Message: c.message(f), Related: c.related(f), Fixes: c.fixes(f),
	}
	if !f.parts[0].certain {
		out.Confidence = config.Likely
	}
	suppress.Report(c.pass, out)
}
