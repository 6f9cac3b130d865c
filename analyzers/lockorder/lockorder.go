package lockorder

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/linkage"
	"github.com/sqlvet/sqlvet/internal/passes/loops"
	"github.com/sqlvet/sqlvet/internal/passes/oneoff"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/passes/txspans"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

const name = "lockorder"

//go:embed doc.go
var doc string

// Analyzer reports rows that are locked in the order of a Go map.
var Analyzer = &analysis.Analyzer{
	Name:     name,
	Doc:      docs.Must(doc, name),
	URL:      docs.URL(name),
	Requires: []*analysis.Analyzer{sqlparse.Analyzer, funceffects.Analyzer, loops.Analyzer, oneoff.Analyzer, txspans.Analyzer, suppress.Analyzer},
	Run:      run,
}

type checker struct {
	pass    *analysis.Pass
	effects *funceffects.Result
	loops   *loops.Result
	sql     *sqlparse.Result
	decls   map[*types.Func]*ast.FuncDecl
	done    map[*ast.CallExpr]bool
	asked   map[*ast.FuncDecl]bool // of which it is being found out what they return
}

func run(pass *analysis.Pass) (any, error) {
	c := &checker{
		pass:    pass,
		effects: pass.ResultOf[funceffects.Analyzer].(*funceffects.Result),
		loops:   pass.ResultOf[loops.Analyzer].(*loops.Result),
		sql:     pass.ResultOf[sqlparse.Analyzer].(*sqlparse.Result),
		decls:   make(map[*types.Func]*ast.FuncDecl),
		done:    make(map[*ast.CallExpr]bool),
		asked:   make(map[*ast.FuncDecl]bool),
	}
	for _, f := range pass.Files {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && d.Body != nil {
				if fn, ok := pass.TypesInfo.Defs[d.Name].(*types.Func); ok {
					c.decls[fn] = d
				}
			}
		}
	}
	spans := pass.ResultOf[txspans.Analyzer].(*txspans.Result).Spans()
	for _, s := range spans {
		for _, e := range s.Events {
			if call, ok := e.Node.(*ast.CallExpr); ok && !e.Async && !e.Failing && s.Uses(call) {
				c.inLoop(s, call)
			}
		}
	}
	for _, q := range c.sql.Queries {
		if q.API.Role == apis.BatchQueue {
			c.queued(q)
		} else if q.Sends() {
			c.upsert(q)
			c.claims(q)
		}
	}
	list := c.orders(spans)
	if linking {
		return nil, linkage.Report(pass, c.told(list))
	}
	c.compare(list)
	return nil, nil
}

// counts reports whether others may run at the same time as a place.
func (c *checker) counts(n ast.Node) bool { return !oneoff.LeftOut(c.pass, name, n, false) }

// inLoop judges a call inside a transaction.
func (c *checker) inLoop(s *txspans.Span, call *ast.CallExpr) {
	for _, l := range c.loops.Enclosing(call) {
		begun := s.Origin == txspans.Begun && s.At.Pos() > l.Node.Pos()
		if begun || s.Func.Pos() < l.Node.Pos() != (l.Node.End() <= s.Func.End()) || !c.unordered(l) {
			continue
		}
		if l.Node.Pos() < s.Func.Pos() {
			return // each iteration has a transaction of its own
		}
		for _, e := range c.effects.Callee(call) {
			if !e.Each() || !c.lockingEffect(call, e) || c.loops.InputsDepend(l, call, e.Args) != loops.Depends {
				continue
			}
			c.report(l, call, what(e), s.String())
			return
		}
	}
}

func what(e funceffects.Effect) string {
	if e.Depth > 1 {
		return e.Statement() + " by " + e.Way()
	}
	return e.Statement()
}

// lockingEffect reports whether an effect locks rows that are there already.
func (c *checker) lockingEffect(call *ast.CallExpr, e funceffects.Effect) bool {
	verb, _, _ := strings.Cut(e.SQL, " ")
	switch {
	case !e.RoundTrip():
		return false
	case verb == "UPDATE" || verb == "DELETE":
		return true
	}
	// Have: an INSERT, a SELECT, or something unknown. The text tells.
	at := e.ID()
	for _, q := range c.sql.Queries {
		if (q.Call == call || c.at(q.Call) == at) && q.Sends() && locks(q) {
			return true
		}
	}
	return false
}

func (c *checker) at(n ast.Node) string {
	p := c.pass.Fset.Position(n.Pos())
	return fmt.Sprintf("%s:%d", filepath.Base(p.Filename), p.Line)
}

// locks reports whether a query is an upsert that updates, or a read FOR UPDATE.
func locks(q *sqlparse.Query) bool {
	for _, s := range q.Model().Statements {
		for _, l := range s.Levels {
			if l.Lock == "update" || l.Lock == "no key update" || upserts(l) {
				return true
			}
		}
	}
	return false
}

// sorted reports whether the server puts the rows of a level in order.
func sorted(l *sqlmodel.Level) bool { return l.Kind == sqlmodel.Select && len(l.Sort) > 0 }

func upserts(l *sqlmodel.Level) bool {
	return l.Kind == sqlmodel.Insert && l.HasConflict && len(l.Sets) > 0
}

// queued judges a statement that is queued for a batch, which is one transaction.
func (c *checker) queued(q *sqlparse.Query) {
	changes := locks(q)
	for _, s := range q.Model().Statements {
		changes = changes || s.Kind == sqlmodel.Update || s.Kind == sqlmodel.Delete
	}
	if !changes {
		return
	}
	for _, l := range c.loops.Enclosing(q.Call) {
		if c.unordered(l) && c.loops.DependsOnIteration(l, q.Call) == loops.Depends {
			c.report(l, q.Call, "the statement that is queued", "one batch, which is one transaction")
			return
		}
	}
}

// upsert judges one statement that writes many rows.
func (c *checker) upsert(q *sqlparse.Query) {
	if c.done[q.Call] || q.Func == nil || q.Dialect == sqlparse.SQLite {
		return
	}
	found := false
	for _, s := range q.Model().Statements {
		found = found || len(s.Levels) > 0 && upserts(s.Levels[0]) && !slices.ContainsFunc(s.Levels[1:], sorted)
	}
	if !found {
		return
	}
	args := q.Args
	if q.Chain {
		args = append(args[:len(args):len(args)], q.Records()...)
	}
	for i := range len(args) + 1 {
		var from ast.Node
		if i < len(args) {
			from = c.unorderedList(q.Func, args[i], args[i].Pos())
		} else if q.Chain {
			from = c.grown(q.Func, q.Call)
		}
		if from == nil || !c.counts(q.Call) {
			continue
		}
		c.done[q.Call] = true
		f := c.finding(q.Call, from)
		f.Category = "upsert"
		f.Message = fmt.Sprintf("the rows of this upsert are locked in the order of a map (line %d), another one each time: two runs that give the same rows deadlock%s; sort the rows by their key before", c.line(from), deadlock(q.Dialect))
		f.Tables, f.SQL = q.Tables(), q.Whole()
		suppress.Report(c.pass, f)
		return
	}
}

// claims judges a statement that locks the first rows of an order, as workers do
// that take their next job: each waits for the one before, and then gets nothing
// or what that has left.
func (c *checker) claims(q *sqlparse.Query) {
	if q.Dialect.Foreign() || strings.Contains(strings.ToLower(q.Text.Source().Text), "nowait") {
		return
	}
	for _, s := range q.Model().Statements {
		for _, l := range s.Levels {
			if !s.Exact || l.Lock != "update" && l.Lock != "no key update" || l.SkipLocked || l.Limit == nil || len(l.Sort) == 0 || asksForOne(l) || c.chunk(q, l) || !c.counts(q.Call) {
				continue
			}
			f := q.Finding(name, "claim", l.Limit.Range, "workers that run this wait for each other, since all of them want the first rows, and find them taken when their turn comes: add SKIP LOCKED to FOR UPDATE")
			f.Confidence = config.Likely
			suppress.Report(c.pass, f)
		}
	}
}

// chunk reports whether a statement takes so many rows as are written in the source,
// more than one, and nothing of the package does so again and again: that is a part
// of some work, not the next of those that workers share.
func (c *checker) chunk(q *sqlparse.Query, l *sqlmodel.Level) bool {
	return l.Limit.Kind == sqlmodel.ExprConst && !l.Limit.Hole && l.Limit.Const != "1" && !c.repeated(q.Call, 3)
}

// repeated reports whether a call stands in a loop, or in a function of the package
// that is called in one, as many calls away.
func (c *checker) repeated(call *ast.CallExpr, depth int) bool {
	if len(c.loops.Enclosing(call)) > 0 {
		return true
	}
	d := c.around(call)
	if d == nil || depth == 0 {
		return false
	}
	for _, f := range c.pass.Files {
		for n := range ast.Preorder(f) {
			caller, ok := n.(*ast.CallExpr)
			if ok && c.declared(caller) == d && c.repeated(caller, depth-1) {
				return true
			}
		}
	}
	return false
}

// asksForOne reports whether a condition names what is asked for by a value of
// the program, so that others ask for something else.
func asksForOne(l *sqlmodel.Level) bool {
	return slices.ContainsFunc(l.Predicates, func(p sqlmodel.Predicate) bool {
		return (p.Op == sqlmodel.OpEq || p.Op == sqlmodel.OpIn) && p.Right != nil && p.Right.Kind != sqlmodel.ExprConst
	})
}

func (c *checker) report(l *loops.Loop, call *ast.CallExpr, what, inside string) {
	if c.done[call] || !c.counts(call) || c.sql.DialectAt(call) == sqlparse.SQLite {
		return // Have: SQLite has one writer at a time.
	}
	c.done[call] = true
	f := c.finding(call, l.Node)
	f.Category = "map-order"
	f.Message = fmt.Sprintf("%s locks rows in the order of a map (the loop at line %d), another one each time, inside %s: two runs that write the same rows deadlock%s; loop over the sorted keys", what, l.Line, inside, deadlock(c.sql.DialectAt(call)))
	suppress.Report(c.pass, f)
}

func (c *checker) finding(at, from ast.Node) suppress.Finding {
	return suppress.Finding{
		Pos: at.Pos(), End: at.End(), Rule: name, Also: []token.Pos{from.Pos()},
		Related: []analysis.RelatedInformation{{Pos: from.Pos(), Message: "the order comes from here"}},
	}
}

func (c *checker) line(n ast.Node) int { return c.pass.Fset.Position(n.Pos()).Line }
