package nplusone

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/link"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/loops"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
)

// A verdict is what is concluded of one candidate.
type verdict struct {
	other    bool // the database is known to be none of PostgreSQL's kind
	report   bool
	category string
	certain  bool
	loop     *loops.Loop // the loop over data
	outer    *loops.Loop // a loop over data around it, nil if none
	why      string
	little   string // why it is of little use to know
	related  string // see checker.related
	// tx is the transaction that is open all the while, "" if none is.
	tx string
}

// judge decides on a candidate, flags considered. The effect that the verdict
// is about becomes its first.
func (c *checker) judge(cand candidate) verdict {
	v := c.subject(cand)
	if v.report && !v.certain && minimum == "certain" {
		v.report, v.why = false, "the confidence is only likely"
	}
	if v.report && !writes && cand.effects[0].Kind == funceffects.WriteDB {
		v.report, v.why = false, "it writes"
	}
	return v
}

// subject decides on the effects of a candidate one by one, and puts the one
// first that the candidate is reported for: what changes with the loop before
// what is the same each time, and a statement that always writes before the
// reading that goes before it.
func (c *checker) subject(cand candidate) verdict {
	best, at := verdict{}, -1
	for i, e := range cand.effects {
		if e.Name == funceffects.Prepared && i > 0 {
			continue // what is prepared is also run, and that says it
		}
		one := cand
		one.effects = cand.effects[i : i+1]
		v := c.decide(one)
		if at < 0 || v.rank(cand.effects[i]) > best.rank(cand.effects[at]) {
			best, at = v, i
		}
	}
	cand.effects[0], cand.effects[at] = cand.effects[at], cand.effects[0]
	return best
}

// rank orders the verdicts on the effects of one call.
func (v verdict) rank(e funceffects.Effect) int {
	switch {
	case !v.report:
		return 0
	case v.category == "hoist":
		return 1
	case v.category != "write" || e.Sometimes || !e.Changes():
		return 2
	}
	return 3
}

// onceARecursion keeps one of the findings that a recursion gives: the call of
// itself in a loop, which leads to the query, or else the query, which runs
// once per node.
func (c *checker) onceARecursion(verdicts []verdict) {
	leads := make(map[string]bool)   // places of queries that a call in a loop leads to
	queries := make(map[string]bool) // places of the other calls
	for i, cand := range c.calls {
		switch path := cand.effects[0].Path; {
		case !verdicts[i].report || !recursive(cand):
		case verdicts[i].loop.Kind != loops.Recursion && len(path) > 1:
			for _, s := range path[1:] {
				leads[s.At] = true
			}
		default:
			queries[c.at(cand.call)] = true
		}
	}
	for i, cand := range c.calls {
		path := cand.effects[0].Path
		if !verdicts[i].report || !recursive(cand) {
			continue
		}
		at := c.at(cand.call)
		if leads[at] && verdicts[i].loop.Kind == loops.Recursion {
			verdicts[i].report, verdicts[i].why = false, "the call in the loop that leads here is reported"
		}
		if verdicts[i].loop.Kind != loops.Recursion || len(path) < 2 {
			continue
		}
		for _, s := range path[1:] {
			if queries[s.At] {
				verdicts[i].report, verdicts[i].why = false, "leads to the query at "+s.At+", which runs once per node"
			}
		}
	}
}

// onceAQuery keeps one finding for each loop and statement: of several ways to
// the same one the first is enough.
func (c *checker) onceAQuery(verdicts []verdict) {
	type place struct {
		loop  ast.Node
		query string
	}
	first := make(map[place]bool)
	for i, cand := range c.calls {
		path := cand.effects[0].Path
		if !verdicts[i].report || len(path) == 0 {
			continue
		}
		p := place{verdicts[i].loop.Node, cand.effects[0].ID()}
		if first[p] {
			verdicts[i].report, verdicts[i].why = false, "leads to the query at "+path[len(path)-1].At+", which is reported for this loop already"
		}
		first[p] = true
	}
}

func recursive(cand candidate) bool {
	return slices.ContainsFunc(cand.loops, func(l *loops.Loop) bool { return l.Kind == loops.Recursion })
}

// at is where a call stands, as in the paths of effects.
func (c *checker) at(call *ast.CallExpr) string {
	p := c.pass.Fset.Position(call.Lparen)
	return fmt.Sprintf("%s:%d", filepath.Base(p.Filename), p.Line)
}

// report reports a candidate, or explains why not.
func (c *checker) report(cand candidate, v verdict) {
	if v.report {
		if (v.category == "read" || v.category == "write") && c.beginsFor(cand, v.loop) {
			v.category = perTx
		}
		v.tx = c.transaction(cand, v)
		v.other = c.sql.DialectAt(cand.call).Foreign()
		v.little = c.little(cand, v)
		if v.little != "" && cand.effects[0].Cached {
			v.report, v.why = false, "a cache may have it, and it is of little use, since "+v.little
		}
	}
	if explain {
		c.explain(cand, v)
	}
	if !v.report {
		return
	}
	if cand.call == cand.at && len(cand.effects[0].Path) < 2 {
		v.related = c.related(cand.call)
	}
	f := suppress.Finding{
		Pos: cand.at.Pos(), End: cand.at.End(), Also: []token.Pos{cand.call.Lparen, v.loop.Pos()},
		Rule: name, Category: v.category, Message: message(cand.effects[0], v),
		Related: []analysis.RelatedInformation{{Pos: v.loop.Pos(), Message: "the loop: " + v.loop.Why}},
		Sent:    cand.effects[0].Sent(),
	}
	if !cand.effects[0].Cached {
		sqlparse.Behind(c.pass.Fset, &f, c.effects.Hides(cand.call))
	}
	if !v.certain {
		f.Confidence = config.Likely
	}
	if v.little != "" {
		f.Severity = config.SeverityInfo
	}
	if _, table, ok := strings.Cut(cand.effects[0].SQL, " "); ok && !strings.HasSuffix(table, "()") {
		f.Tables = []string{table}
	}
	if v.outer != nil {
		f.Related = append(f.Related, analysis.RelatedInformation{Pos: v.outer.Pos(), Message: "the loop around it: " + v.outer.Why})
	}
	suppress.Report(c.pass, f)
	if linking && v.little == "" {
		c.told = append(c.told, link.Told{
			Rule: name, Posn: c.pass.Fset.Position(f.Pos).String(), Func: c.reach.At(cand.call),
			Beside: c.beside(cand, v.loop),
		})
	}
}

// transaction names the transaction that is open while a loop runs.
func (c *checker) transaction(cand candidate, v verdict) string {
	if s := c.spans.Around(cand.call, v.loop.Node); s != nil {
		return s.String()
	}
	return ""
}

// decide walks outward from the call to the first loop over data in which the
// query is another one each time.
func (c *checker) decide(cand candidate) verdict {
	var first *verdict // what the innermost loop over data says
	for i, l := range cand.loops {
		switch l.Bound {
		case loops.Migrations, loops.Handles, loops.Tests, loops.Poll, loops.Worker:
			// What is around such a loop does not make it one over data.
			if first != nil {
				return *first
			}
			return silent(l, l.Why)
		case loops.Data:
		default:
			if first == nil {
				s := silent(l, l.Why)
				first = &s
			}
			continue
		}
		// Have: l runs once per element of data.
		if why := c.loops.Seldom(l, cand.call); why != "" {
			if first == nil {
				s := silent(l, why)
				first = &s
			}
			continue
		}
		if cand.at == cand.call && c.anotherTable(cand, l) {
			if first == nil {
				s := silent(l, "the statement names another table in each iteration")
				first = &s
			}
			continue
		}
		if cand.effects[0].Rare && c.loops.Keeps(l, cand.call, cand.effects[0].Keeper) {
			if first == nil {
				s := silent(l, "only now and then, to fill or to empty a buffer")
				first = &s
			}
			continue
		}
		if kept := c.remembered(cand, l); kept != "" {
			if first == nil {
				s := silent(l, "what was asked for once is kept in "+kept)
				first = &s
			}
			continue
		}
		if cand.effects[0].Failing || c.effects.AfterError(cand.call) {
			if first == nil {
				s := silent(l, "only after something else has failed")
				first = &s
			}
			continue
		}
		if c.ownState(cand, l) {
			if first == nil {
				s := silent(l, "only under a condition, and what is written does not depend on the element")
				first = &s
			}
			continue
		}
		if cand.at == cand.call && c.loops.OnElement(l, cand.call) && c.effects.Implementers(cand.call) > 1 {
			return silent(l, "each iteration may call another implementation")
		}
		if cand.at == cand.call && c.loops.CallsElement(l, cand.call) && c.effects.OneOfSeveral(cand.call) {
			if first == nil {
				s := silent(l, "each iteration calls another function")
				first = &s
			}
			continue
		}
		if in, ok := c.spared(cand, l); ok {
			if first == nil {
				s := silent(l, "only for what was not loaded before the loop, in argument "+in)
				first = &s
			}
			continue
		}
		v := c.dependence(cand, l)
		if v.report {
			v.outer = outerData(cand.loops[i+1:])
			return v
		}
		if first == nil || first.category == "" && v.category != "" {
			first = &v
		}
		if v.category == "handles" {
			return v
		}
	}
	if first.category == "hoist" {
		first.report = true
	}
	return *first
}

// remembered returns the map that keeps what the query gave, or the call of what
// keeps it, if it is asked only for what that lacks.
func (c *checker) remembered(cand candidate, l *loops.Loop) string {
	if by := c.effects.Memory(cand.call); by != nil && golang.Within(by, l.Node) {
		p, _ := golang.PathOf(c.pass.TypesInfo, golang.Receiver(c.pass.TypesInfo, by))
		if p.Root == nil || !(l.Pos() <= p.Root.Pos() && p.Root.Pos() < l.Node.End()) && !c.loops.Changes(l, golang.Receiver(c.pass.TypesInfo, by)) {
			return types.ExprString(by.Fun)
		}
	}
	if !cand.effects[0].Cached {
		return ""
	}
	return c.loops.Remembered(l, cand.call)
}

// ownState reports whether a function writes something of its own on some of its
// calls: a token that had to be refreshed, a state that has changed.
func (c *checker) ownState(cand candidate, l *loops.Loop) bool {
	e := cand.effects[0]
	return cand.at == cand.call && e.Kind == funceffects.WriteDB && e.Sometimes && len(e.Path) > 1 && e.Args.Known &&
		c.loops.InputsDepend(l, cand.call, e.Args) != loops.Depends
}

// spared reports whether the query is only for what something lacks that each
// iteration of a loop is given alike, and that was asked for before.
func (c *checker) spared(cand candidate, l *loops.Loop) (argument string, ok bool) {
	if cand.at != cand.call {
		return "", false
	}
	for _, in := range c.effects.Spared(cand.call, cand.effects[0]) {
		if c.loops.InputsDepend(l, cand.call, funceffects.Inputs{Known: true, List: []funceffects.Input{in}}) != loops.Depends {
			return in.String(), true
		}
	}
	return "", false
}

// perTx is the category of queries that each iteration begins a transaction
// for: two round trips more.
const perTx = "tx-per-iteration"

// beginsFor reports whether each iteration of a loop begins a transaction for
// the call: the call does it itself, or gets what was begun, or stands in what
// is run in it. One that is begun only on the way out of the loop, or after a
// failure, is none.
func (c *checker) beginsFor(cand candidate, l *loops.Loop) bool {
	for _, b := range c.begins {
		i := slices.IndexFunc(b.loops, func(m *loops.Loop) bool { return m.Node == l.Node })
		if i < 0 || b.loops[i].Bound == loops.FirstHit || c.loops.Seldom(l, b.call) != "" {
			continue
		}
		if b.call == cand.call && !inBegun(cand.effects[0]) {
			continue
		}
		if golang.Within(cand.call, b.call) || c.loops.Gets(cand.call, b.call) {
			return true
		}
	}
	return false
}

// inBegun reports whether an effect's statement may go through a transaction
// that its function begins: not through a handle that the function is given.
func inBegun(e funceffects.Effect) bool {
	switch e.Handle.From {
	case funceffects.Begun, funceffects.Context, funceffects.Nowhere:
		return true
	}
	return false
}

func silent(l *loops.Loop, why string) verdict { return verdict{loop: l, why: why} }

// dependence asks whether the query is another one in each iteration of l.
func (c *checker) dependence(cand candidate, l *loops.Loop) verdict {
	e := cand.effects[0]
	v := verdict{loop: l, why: l.Why, category: "read"}
	if e.Kind == funceffects.WriteDB {
		v.category = "write"
	}
	if l.Kind == loops.Resolver {
		v.category = "resolver"
	}
	v.certain = !e.Cached && !l.Async && e.Through == ""
	if e.Handle.From == funceffects.Opened && len(e.Path) > 1 {
		v.category, v.why = "handles", "each call opens a database of its own"
		return v
	}
	if cand.at != cand.call {
		v.report = true // the element is the argument of the function passed
		return v
	}
	depends := c.loops.DependsOnIteration(l, cand.call)
	each := depends == loops.Depends // each iteration gives the call something else
	if each {
		depends = c.loops.InputsDepend(l, cand.call, e.Args)
	}
	switch depends {
	case loops.Depends:
		v.report = true
	case loops.HandleDepends:
		v.category, v.why = "handles", "each iteration asks another database"
	case loops.Invariant:
		v.why = "nothing that the query is given changes with the loop"
		if e.Kind == funceffects.WriteDB {
			v.report = true // each one writes, whatever it is given
			return v
		}
		v.category, v.certain = "", false
		if !c.writesIn(l) && !e.Cached {
			v.category = "hoist"
		}
	default:
		if each && e.Kind == funceffects.WriteDB && !e.Cached {
			v.report = true
			return v
		}
		v.category, v.why = "", "it is not known whether the query changes with the loop"
	}
	return v
}

// writesIn reports whether something in a loop writes: then the same query may
// give another result each time.
func (c *checker) writesIn(l *loops.Loop) bool {
	for _, cand := range c.calls {
		if l.Holds(cand.call) {
			for _, e := range cand.effects {
				if e.Kind == funceffects.WriteDB {
					return true
				}
			}
		}
	}
	return false
}

// outerData returns the nearest loop over data among those around another.
func outerData(around []*loops.Loop) *loops.Loop {
	for _, l := range around {
		if l.Bound == loops.Data && l.Kind != loops.Recursion {
			return l
		}
	}
	return nil
}

// explain reports the verdict itself, for sqlvet -explain.
func (c *checker) explain(cand candidate, v verdict) {
	what := "left alone"
	if v.report {
		what = "reported"
	}
	c.pass.Report(analysis.Diagnostic{
		Pos: cand.at.Pos(), End: cand.at.End(), Category: suppress.VerdictCategory,
		Message: explanation(what, cand.effects[0], v.loop, v.why),
	})
}

// explanation says what is done about a query in a loop. The reason is the
// loop itself, or why, if that is something else.
func explanation(what string, e funceffects.Effect, l *loops.Loop, why string) string {
	s := fmt.Sprintf("%s: %s in the loop at line %d (%s)", what, e.Statement(), l.Line, l.Why)
	if why != l.Why {
		s += ": " + why
	}
	return s
}
