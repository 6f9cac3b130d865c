package lockorder

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/link"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/linkage"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/passes/txspans"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// This file compares the orders in which transactions lock rows of two tables.

// linking is set by the sqlvet command, the one driver that sees all packages
// at once.
var linking bool

func init() { linkage.Flag(Analyzer, &linking) }

// whole stands among tables for what is locked whole: by a key that the program
// chooses (an advisory lock), or a table.
const whole = "*"

// A step is a call in a transaction with what it does to tables.
type step struct {
	event txspans.Event
	call  *ast.CallExpr
	// locks are tables of which it locks rows that are there already, or whole;
	// adds those that it adds rows to, which nobody else sees.
	locks, adds []string
}

// An order is one of two tables in a function, with its places.
type order struct {
	link.Order
	first, second *ast.CallExpr
}

// orders lists the pairs of tables that transactions of the package lock one after
// the other.
func (c *checker) orders(spans []*txspans.Span) (list []order) {
	handed := make(map[ast.Node]*txspans.Span)
	for _, s := range spans {
		if s.Origin == txspans.Parameter || s.Origin == txspans.Handed {
			handed[s.Func] = s
		}
	}
	for _, s := range spans {
		steps := c.steps(s, handed, 3)
		for j, b := range steps {
			if len(b.locks) == 0 || j == 0 {
				continue
			}
			earlier := s.Earlier(b.event)
			var before []step
			for _, a := range steps[:j] {
				if earlier(a.event) {
					before = append(before, a)
				}
			}
			list = append(list, c.pairs(s, before, b)...)
		}
	}
	return list
}

// pairs lists the tables that were locked before those of a step, and may be so
// for the first time in both cases.
func (c *checker) pairs(s *txspans.Span, before []step, b step) (list []order) {
	var held, added []string
	dialect := c.sql.DialectAt(b.call)
	for _, a := range before {
		for _, first := range a.locks {
			if slices.Contains(held, first) || slices.Contains(added, first) || first == whole {
				continue
			}
			for _, second := range b.locks {
				if second == whole || second == first || slices.Contains(added, second) || slices.ContainsFunc(before, func(x step) bool { return slices.Contains(x.locks, second) || slices.Contains(x.adds, second) }) {
					continue
				}
				fset := c.pass.Fset
				list = append(list, order{link.Order{
					First: first, Second: second, Before: slices.Clone(held), Func: c.around(b.call).Name.Name, Dialect: string(dialect), FirstLine: c.line(a.call),
					Posn: fset.Position(b.call.Pos()).String(), End: fset.Position(b.call.End()).String(), FirstPosn: fset.Position(a.call.Pos()).String(),
				}, a.call, b.call})
			}
		}
		held, added = append(held, a.locks...), append(added, a.adds...)
	}
	return list
}

// steps lists what a transaction does to tables, in the order of the source, into
// functions of the package that are handed it as deep as that.
func (c *checker) steps(s *txspans.Span, handed map[ast.Node]*txspans.Span, depth int) (list []step) {
	for _, e := range s.Events {
		call, ok := e.Node.(*ast.CallExpr)
		if !ok || e.Async || e.Failing || !s.Uses(call) || !c.counts(call) || c.sql.DialectAt(call) == sqlparse.SQLite {
			continue
		}
		st := step{event: e, call: call}
		if d := c.declared(call); d != nil && handed[d] != nil && depth > 0 {
			inner := handed[d]
			for _, x := range c.steps(inner, handed, depth-1) {
				st.locks, st.adds = append(st.locks, x.locks...), append(st.adds, x.adds...)
			}
		} else {
			c.touched(s, &st)
		}
		if len(st.locks)+len(st.adds) > 0 {
			list = append(list, st)
		}
	}
	slices.SortStableFunc(list, func(a, b step) int { return int(a.call.Pos() - b.call.Pos()) })
	return list
}

// declared returns the declaration of the function that a call calls, if it is of
// this package.
func (c *checker) declared(call *ast.CallExpr) *ast.FuncDecl {
	return c.decls[golang.Callee(c.pass.TypesInfo, call)]
}

// touched notes what a call does to tables by the statements that it comes to.
func (c *checker) touched(s *txspans.Span, st *step) {
	for _, e := range c.effects.Callee(st.call) {
		if s.Past(st.call, e) || !e.Kind.Database() {
			continue
		}
		if e.Name == funceffects.Object {
			st.locks = append(st.locks, whole)
			continue
		}
		if q := c.sent(st.call, e); q != nil {
			locks, adds := tables(q)
			st.locks, st.adds = append(st.locks, locks...), append(st.adds, adds...)
			continue
		}
		if !e.RoundTrip() || !e.Each() {
			continue
		}
		switch verb, table, _ := strings.Cut(strings.ToLower(e.SQL), " "); verb {
		case "update", "delete":
			st.locks = append(st.locks, table)
		case "insert":
			st.adds = append(st.adds, table)
		}
	}
}

// sent returns the query whose text an effect of a call sends, if it is known here.
func (c *checker) sent(call *ast.CallExpr, e funceffects.Effect) *sqlparse.Query {
	at := e.ID()
	for _, q := range c.sql.Queries {
		if (q.Call == call || c.at(q.Call) == at) && q.Sends() {
			return q
		}
	}
	return nil
}

// tables lists the tables of whose rows a query locks some, and those that it
// adds to.
func tables(q *sqlparse.Query) (locks, adds []string) {
	for _, s := range q.Model().Statements {
		for _, l := range s.Levels {
			var rel *sqlmodel.Relation
			switch {
			case l.Kind == sqlmodel.Update || l.Kind == sqlmodel.Delete || upserts(l):
				rel = l.Target
			case l.Kind == sqlmodel.Insert && l.Target != nil && l.Target.Kind == sqlmodel.RelTable:
				adds = append(adds, strings.ToLower(l.Target.Name))
			case (l.Lock == "update" || l.Lock == "no key update") && !l.SkipLocked && len(l.Relations) == 1:
				rel = l.Relations[0]
			}
			if rel != nil && rel.Kind == sqlmodel.RelTable && rel.Name != "" {
				locks = append(locks, strings.ToLower(rel.Name))
			}
		}
	}
	return locks, adds
}

// compare reports the orders of this package that another contradicts.
func (c *checker) compare(list []order) {
	plain := make([]link.Order, len(list))
	for i, o := range list {
		plain[i] = o.Order
	}
	for _, p := range opposite(plain) {
		f := c.finding(list[p.here].second, list[p.other].second)
		f.Related[0].Message = "the other order"
		f.Category, f.Confidence = "opposite", config.Likely
		f.Message = p.message(plain)
		suppress.Report(c.pass, f)
	}
}

// told describes the orders for the link step.
func (c *checker) told(list []order) (p link.Package) {
	for _, o := range list {
		f := c.finding(o.second, o.first)
		f.Category, f.Confidence = "opposite", config.Likely
		if suppress.Admits(c.pass, f) {
			p.Orders = append(p.Orders, o.Order)
		}
	}
	return p
}

// Link reports the orders that another contradicts when all packages are known.
func Link(p *link.Program) (found []link.Finding) {
	list := p.Orders()
	for _, o := range opposite(list) {
		here := list[o.here]
		found = append(found, link.Finding{
			Package: here.Package, Posn: here.Posn, End: here.End, From: list[o.other].Posn, Why: "the other order",
			Category: "opposite", Message: o.message(list),
		})
	}
	return found
}

// A pair is two orders, by their index, that contradict each other.
type pair struct{ here, other int }

// opposite returns the orders that another contradicts: of two tables those of the
// direction that fewer functions have, each once, and of all if as many have the one as the other.
func opposite(list []link.Order) (out []pair) {
	byTables := make(map[[2]string][]int)
	for i, o := range list {
		byTables[[2]string{o.First, o.Second}] = append(byTables[[2]string{o.First, o.Second}], i)
	}
	for i, o := range list {
		same, other := byTables[[2]string{o.First, o.Second}], byTables[[2]string{o.Second, o.First}]
		if functions(list, same) > functions(list, other) || slices.ContainsFunc(out, func(p pair) bool { return list[p.here].Posn == o.Posn }) {
			continue
		}
		for _, j := range other {
			if !o.Guarded(list[j]) && (o.Package != list[j].Package || o.Func != list[j].Func) {
				out = append(out, pair{i, j})
				break
			}
		}
	}
	return out
}

func functions(list []link.Order, of []int) int {
	names := make(map[string]bool)
	for _, i := range of {
		names[list[i].Package+"."+list[i].Func] = true
	}
	return len(names)
}

func (p pair) message(list []link.Order) string {
	o, other := list[p.here], list[p.other]
	return fmt.Sprintf("this locks rows of %s after rows of %s (line %d), and %s locks them the other way round (%s): of two that run at once each waits for the rows of the other, and one fails%s; lock them in one order, or first the row that both belong to with SELECT … FOR UPDATE",
		o.Second, o.First, o.FirstLine, other.Func, link.Line(other.Posn), deadlock(sqlparse.Dialect(o.Dialect)))
}

// deadlock is the error of a transaction that the database ends since two wait for
// each other, as a parenthesis; "" if it is not known.
func deadlock(d sqlparse.Dialect) string {
	switch d {
	case sqlparse.Postgres:
		return " (40P01)"
	case sqlparse.MySQL:
		return " (error 1213)"
	}
	return ""
}
