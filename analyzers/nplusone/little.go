package nplusone

import (
	"fmt"
	"go/ast"
	"iter"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/link"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/loops"
	"github.com/sqlvet/sqlvet/internal/passes/reach"
)

// This file says why a finding that is right is of little use.

// little says why a finding is of little use, "" if it is not: what only the
// start of the program or a command leads to, or a list of the configuration
// drives, keeps nobody waiting; where each iteration waits for another machine,
// the query is the smaller part; a transaction for each element whose failure
// is told by itself is meant so.
func (c *checker) little(cand candidate, v verdict) string {
	if slices.ContainsFunc(cand.loops, func(l *loops.Loop) bool {
		switch l.Bound {
		case loops.Worker, loops.Poll, loops.Drain, loops.Unknown:
			return true // it goes on after the start
		}
		return false
	}) {
		return ""
	}
	if v.category == perTx && c.loops.KeepsFailures(v.loop, cand.call) {
		return "each element succeeds or fails by itself, as a transaction for each lets it"
	}
	if o := c.reach.Of(cand.call.Pos()); o != reach.Anywhere {
		return onlyThen(o)
	}
	if c.inProcess(cand) {
		return inProgram
	}
	for e := range c.alongside(cand, v.loop) {
		if slower(asOften(e, cand.effects[0])) && !instead(cand.effects[0].Through, e) {
			return waits(e)
		}
	}
	if v.tx == "" {
		if why := writesAlone(cand.effects[0], v.outer != nil, v.category != perTx && inMemory(v.loop.Kind)); why != "" {
			return why
		}
	}
	if v.outer == nil && !cand.effects[0].Batch {
		return c.loops.Few(v.loop)
	}
	return ""
}

// writesAlone says why it is of little use that rows are written one by one
// outside of a transaction, where no locks wait for the rest; "" if it is not.
// No row is deleted twice, so that all deletes together are at most as many as
// the inserts were, unless an outer loop (nested) sends them in vain. A function
// that sends one statement (plain) for each element of a list at hand is called
// where there are few: of 108 such loops that were read in 15 projects, 10 were
// worth mending, and of 32 in transactions or other loops 12 were.
func writesAlone(e funceffects.Effect, nested, plain bool) string {
	switch verb, _, _ := strings.Cut(e.SQL, " "); {
	case verb == "UPDATE" && many(e).RowsAlone: // there is no form for many
		return "the library updates rows that get values of their own one by one"
	case verb == "DELETE" && !nested:
		return "each row is deleted only once"
	case e.Kind == funceffects.WriteDB && e.Depth > 1 && !e.Batch && plain && !nested:
		return "its function is made for one row, and no transaction waits for the rest"
	}
	return ""
}

// inMemory reports whether a loop goes through what the program holds, not through
// a result that is read meanwhile, or what arrives.
func inMemory(k loops.Kind) bool { return k == loops.Range || k == loops.RangeMap }

// littleOf says why a finding in a function is of little use, as far as only all
// packages tell; "" if it is not. beside is what each iteration calls besides of
// which no package alone knows what it does.
func littleOf(p *link.Program, slow *link.Search, fn string, beside []funceffects.Effect) (why string, callers bool) {
	if p.Speaks(string(sqlparse.SQLite)) {
		return inProgram, false
	}
	for _, u := range beside {
		if e, ok := slow.Reach([]funceffects.Effect{u}, func(e funceffects.Effect) bool { return slower(asOften(e, u)) }); ok {
			return waits(e), false
		}
	}
	if o := p.Origin(fn); o != reach.Anywhere {
		return onlyThen(o), true
	}
	return "", false
}

// inProgram says why nobody waits for SQLite.
const inProgram = "SQLite answers in the program itself, without a round trip"

// onlyThen says why nobody waits for what an origin alone leads to.
func onlyThen(o reach.Origin) string { return "it runs only " + o.String() }

// inProcess reports whether the statement is known to be SQLite's.
func (c *checker) inProcess(cand candidate) bool {
	texts := c.texts(cand.call)
	if path := cand.effects[0].Path; len(path) > 1 {
		texts = c.byPlace[path[len(path)-1].At] // of this package
	}
	return len(texts) > 0 && !slices.ContainsFunc(texts, func(q *sqlparse.Query) bool { return q.Dialect != sqlparse.SQLite })
}

// asOften is an effect as seen by who waits for a query: that a cache may have
// it, too, makes no difference.
func asOften(e, query funceffects.Effect) funceffects.Effect {
	e.Cached = e.Cached && !query.Cached
	return e
}

// instead reports whether an effect is what another implementation of the
// interface does that a query goes through: then it happens instead of it.
func instead(through string, e funceffects.Effect) bool {
	return e.Through != "" && interfaceOf(e.Through) == interfaceOf(through)
}

// interfaceOf returns the interface of an Effect's Through: "repo.Users" of
// "repo.Users.Get" and of "repo.Users, implemented by (*pg.Users)".
func interfaceOf(through string) string {
	if iface, _, ok := strings.Cut(through, ", "); ok {
		return iface
	}
	return through[:max(strings.LastIndexByte(through, '.'), 0)]
}

// slower reports whether an effect takes longer than a statement does, and
// happens whenever its function is called, as far as is known. What a function
// sleeps is its own, for its retries.
func slower(e funceffects.Effect) bool {
	return e.When == (funceffects.When{}) && len(e.If) == 0 && e.Delay().Longer() && (e.Kind != funceffects.Sleep || e.Depth <= 1) && e.Name != "connect"
}

// waits says that the query is the smaller part of what an iteration waits for.
func waits(e funceffects.Effect) string {
	s := fmt.Sprintf("each iteration waits for %s as well, which takes longer", e.Delay())
	if e.Through != "" {
		s += " (" + e.Way() + " through " + e.Through + ")"
	}
	return s
}

// alongside yields what each iteration of a loop that comes to a call does: the
// effects of the calls in its body, without those in branches and functions that
// the call is not in.
func (c *checker) alongside(cand candidate, l *loops.Loop) iter.Seq[funceffects.Effect] {
	return func(yield func(funceffects.Effect) bool) {
		branches := make(map[ast.Node]bool)
		more := true
		ast.Inspect(l.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.IfStmt:
				branches[n.Body], branches[n.Else] = true, n.Else != nil
			case *ast.CaseClause, *ast.CommClause, *ast.FuncLit:
				branches[n] = true
			}
			if !more || n == nil || branches[n] && !golang.Within(cand.call, n) {
				return false
			}
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			for _, e := range c.effects.Callee(call) {
				if more = more && yield(e); !more {
					break
				}
			}
			return more
		})
	}
}

// beside returns what each iteration of a loop calls of which it is not known
// here what it does.
func (c *checker) beside(cand candidate, l *loops.Loop) (list []funceffects.Effect) {
	for e := range c.alongside(cand, l) {
		if e.Kind == funceffects.Unknown && e.Name != "" && asOften(e, cand.effects[0]).When == (funceffects.When{}) {
			list = append(list, funceffects.Effect{Kind: e.Kind, Name: e.Name, Of: e.Of, When: e.When, Path: e.Path, Depth: e.Depth})
		}
	}
	return list
}
