package rowsopen

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/oneoff"
	"github.com/sqlvet/sqlvet/internal/passes/rowspans"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/passes/txspans"
)

const name = "rowsopen"

//go:embed doc.go
var doc string

// Analyzer reports rows of a query that stay open.
var Analyzer = &analysis.Analyzer{
	Name:     name,
	Doc:      docs.Must(doc, name),
	URL:      docs.URL(name),
	Requires: []*analysis.Analyzer{sqlparse.Analyzer, funceffects.Analyzer, oneoff.Analyzer, rowspans.Analyzer, txspans.Analyzer, suppress.Analyzer},
	Run:      run,
}

type checker struct {
	pass    *analysis.Pass
	effects *funceffects.Result
	rows    *rowspans.Result
	txs     *txspans.Result
	sql     *sqlparse.Result
}

func run(pass *analysis.Pass) (any, error) {
	c := &checker{
		pass:    pass,
		effects: pass.ResultOf[funceffects.Analyzer].(*funceffects.Result),
		rows:    pass.ResultOf[rowspans.Analyzer].(*rowspans.Result),
		txs:     pass.ResultOf[txspans.Analyzer].(*txspans.Result),
		sql:     pass.ResultOf[sqlparse.Analyzer].(*sqlparse.Result),
	}
	for _, s := range c.rows.Spans() {
		if oneoff.LeftOut(pass, name, s.Open, false) {
			continue
		}
		tx := c.transaction(s)
		for _, p := range s.Problems {
			c.problem(s, tx, p)
		}
		c.meanwhile(s, tx)
	}
	return nil, nil
}

// transaction returns the transaction that a query goes through, if the function
// around it has one; nil if none is known.
func (c *checker) transaction(s *rowspans.Span) *txspans.Span {
	for _, t := range c.txs.Spans() {
		if golang.Within(s.Open, t.Func) && t.UsesHandle(s.Open) {
			return t
		}
	}
	return nil
}

// problem reports a fault in how rows are closed.
func (c *checker) problem(s *rowspans.Span, tx *txspans.Span, p rowspans.Problem) {
	line := c.line(p.Node)
	f := c.finding(s, s.Open)
	if s.Held == rowspans.Row && p.Fault != rowspans.Dropped {
		return // what scans it may be out of sight
	}
	held := "so that its connection does not return to the pool"
	switch one := tx != nil || s.Kind.One(); p.Fault {
	case rowspans.Dropped:
		f.Category = "dropped"
		if one {
			held = "and its connection answers no other statement until then"
		}
		f.Message = fmt.Sprintf("nothing can close the rows of this query, %s: use Exec, or read them", held)
		switch s.Held {
		case rowspans.Conn:
			f.Message = "nothing can give this connection back to the pool: keep it in a variable, and defer what releases it"
		case rowspans.Batch:
			f.Message = fmt.Sprintf("nothing can close the results of this batch, %s, and its errors are lost: call Close on what this returns", held)
		}
	case rowspans.LeftOpen:
		if one || c.endsProcess(s) {
			return // the end of the transaction closes them
		}
		f.Category = "leak"
		f.Message = fmt.Sprintf("%s is still open %s, %s: defer %s.Close() after the check of the query's error", s.Rows.Name(), where(p.Node, line), held, s.Rows.Name())
		switch s.Held {
		case rowspans.Conn:
			f.Message = fmt.Sprintf("the connection is still taken %s, %s: defer what gives it back, after the check of the error", where(p.Node, line), held)
		case rowspans.Batch:
			f.Message = fmt.Sprintf("the results of this batch are still open %s, %s: defer %s.Close()", where(p.Node, line), held, s.Rows.Name())
		}
		f.Related = append(f.Related, analysis.RelatedInformation{Pos: p.Node.Pos(), Message: "it is left open here"})
	case rowspans.Piled:
		f.Category = "defer-in-loop"
		how := "not closed"
		if p.Deferred {
			how = "closed only when the function returns"
		}
		f.Message = fmt.Sprintf("the loop comes back to this query while the rows of the time before are open, %s: each time takes another connection; read and close them in a function of their own", how)
		if s.Held == rowspans.Conn {
			f.Message = fmt.Sprintf("the loop takes another connection each time, and those before are %s: the pool runs out; take and release it in a function of its own", strings.Replace(how, "closed", "given back", 1))
		}
	case rowspans.ErrUnread:
		told, ok := tells(c.pass.TypesInfo, s.Func)
		if !ok {
			return // nobody has them
		}
		f = c.finding(s, p.Node)
		f.Category, f.Severity = "rows-err", config.SeverityInfo
		f.Message = fmt.Sprintf("nobody asks %s.Err() after this loop: if the connection breaks in the middle, the rows read so far are taken for all; %s", s.Rows.Name(), told)
	}
	suppress.Report(c.pass, f)
}

func where(n ast.Node, line int) string {
	if _, ok := n.(*ast.ReturnStmt); ok {
		return fmt.Sprintf("at the return at line %d", line)
	}
	return "when the function ends"
}

// endsProcess: with main the process ends.
func (c *checker) endsProcess(s *rowspans.Span) bool {
	d, ok := s.Func.(*ast.FuncDecl)
	return ok && d.Recv == nil && d.Name.Name == "main" && c.pass.Pkg.Name() == "main"
}

// tells returns how a function can tell its caller that it has read a part only; ok is
// false if it returns nothing.
func tells(info *types.Info, fn ast.Node) (how string, ok bool) {
	var t types.Type
	switch fn := fn.(type) {
	case *ast.FuncDecl:
		t = info.Defs[fn.Name].Type()
	case *ast.FuncLit:
		t = info.TypeOf(fn)
	}
	sig, ok := t.(*types.Signature)
	if !ok || sig.Results().Len() == 0 {
		return "", false
	}
	if golang.IsError(sig.Results().At(sig.Results().Len() - 1).Type()) {
		return "return it", true
	}
	return "log it, and return an error beside what was read", true
}

// meanwhile reports the first statement that runs while the rows are open.
func (c *checker) meanwhile(s *rowspans.Span, tx *txspans.Span) {
	for _, call := range s.Events {
		if s.Held == rowspans.Conn || call == s.Open {
			continue // the next time around: the pass tells
		}
		for _, e := range c.effects.Callee(call) {
			if !e.RoundTrip() && e.Kind != funceffects.BeginTx || !e.Each() {
				continue
			}
			if c.beside(s, tx, call, e) {
				return
			}
		}
	}
}

// beside judges one statement beside open rows.
func (c *checker) beside(s *rowspans.Span, tx *txspans.Span, call *ast.CallExpr, e funceffects.Effect) bool {
	p, known := c.effects.HandleAt(call, e)
	same := known && s.Handle.Root != nil && p == s.Handle
	busy := same && s.Kind.One() || tx != nil && tx.UsesHandle(call) && !tx.Past(call, e)
	if !busy && (tx != nil || !same) {
		return false
	}
	rows := fmt.Sprintf("the rows of the query at line %d are open", c.line(s.Open))
	switch s.Held {
	case rowspans.Row:
		rows = fmt.Sprintf("the row of the query at line %d is not scanned", c.line(s.Open))
	case rowspans.Batch:
		rows = fmt.Sprintf("the results of the batch at line %d are open", c.line(s.Open))
	}
	mend := "read them to the end and close them before"
	if s.Held == rowspans.Row {
		mend = "scan it before"
	}
	what := e.Statement()
	if e.Kind == funceffects.BeginTx {
		what = "a transaction"
	}
	if e.Depth > 1 {
		what += " by " + e.Way()
	}
	f := c.finding(s, call)
	f.Related = append(f.Related, analysis.RelatedInformation{Pos: s.Open.Pos(), End: s.Open.End(), Message: "the rows are opened here"})
	sqlite := c.sql.DialectAt(s.Open) == sqlparse.SQLite
	switch {
	case busy:
		if sqlite {
			return false
		}
		f.Category = "busy"
		f.Message = fmt.Sprintf("%s goes through the connection on which %s: the driver answers \"conn busy\"; %s", what, rows, mend)
	case s.Kind == apis.PoolHandle:
		f.Category, f.Confidence = "second-connection", config.Likely
		if s.Held != rowspans.Row {
			mend = "read the rows into a slice and close them before"
		}
		f.Message = fmt.Sprintf("%s takes a second connection while %s, which keeps the first: a pool of n stops when n requests are here; %s", what, rows, mend)
	default:
		// Have: one handle, and what it is, is not known. Both are faults.
		if sqlite {
			return false
		}
		f.Category, f.Confidence = "second-connection", config.Likely
		f.Message = fmt.Sprintf("%s goes through the same handle while %s: a transaction answers \"conn busy\", and a pool takes a second connection, so that one of n stops when n requests are here; %s", what, rows, mend)
	}
	suppress.Report(c.pass, f)
	return true
}

func (c *checker) finding(s *rowspans.Span, n ast.Node) suppress.Finding {
	return suppress.Finding{Pos: n.Pos(), End: n.End(), Rule: name, Also: []token.Pos{s.Open.Pos()}}
}

func (c *checker) line(n ast.Node) int { return c.pass.Fset.Position(n.Pos()).Line }
