package txlife

import (
	"cmp"
	_ "embed"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/passes/txspans"
)

const name = "txlife"

//go:embed doc.go
var doc string

// Analyzer reports transactions that do not end as they should.
var Analyzer = &analysis.Analyzer{
	Name:     name,
	Doc:      docs.Must(doc, name),
	URL:      docs.URL(name),
	Requires: []*analysis.Analyzer{sqlparse.Analyzer, txspans.Analyzer, suppress.Analyzer},
	Run:      run,
}

func run(pass *analysis.Pass) (any, error) {
	sql := pass.ResultOf[sqlparse.Analyzer].(*sqlparse.Result)
	for _, s := range pass.ResultOf[txspans.Analyzer].(*txspans.Result).Spans() {
		if strings.HasSuffix(pass.Fset.Position(s.Func.Pos()).Filename, "_test.go") {
			continue
		}
		left := false
		for _, p := range s.Problems {
			if p.Fault == txspans.LeftOpen {
				if left {
					continue // one defer mends them all
				}
				left = true
			}
			report(pass, s, p)
		}
		for _, p := range s.AfterFailure() {
			if sql.DialectAt(p.Earlier.(*ast.CallExpr)) == sqlparse.Postgres {
				report(pass, s, p)
			}
		}
		for _, p := range slices.Concat(s.Shared(), s.Appends()) {
			report(pass, s, p)
		}
	}
	return nil, nil
}

func report(pass *analysis.Pass, s *txspans.Span, p txspans.Problem) {
	line := func(n ast.Node) int { return pass.Fset.Position(n.Pos()).Line }
	tx := "the transaction"
	if s.Name != "" {
		tx = s.Name
	}
	f := suppress.Finding{
		Pos: p.Node.Pos(), End: p.Node.End(), Rule: name, Also: []token.Pos{s.At.Pos()},
		Related: []analysis.RelatedInformation{{Pos: s.At.Pos(), End: s.At.End(), Message: "the transaction is begun here"}},
	}
	undo, commit := cmp.Or(s.Way(txspans.RollsBack), "its rollback"), cmp.Or(s.Way(txspans.Commits), "its commit")
	right := fmt.Sprintf("defer %s and return %s at the end", undo, commit)
	switch p.Fault {
	case txspans.LeftOpen:
		f.Category = "left-open"
		if p.Node == s.At {
			f.Message = fmt.Sprintf("the loop may go on with the transaction that is begun here still open, which keeps its connection and locks: roll back %s before, or give each iteration a function of its own with defer %s", tx, undo)
			break
		}
		f.Message = fmt.Sprintf("the transaction begun at line %d is neither committed nor rolled back on this return, which keeps its connection and locks: defer %s after the begin", line(s.At), undo)
	case txspans.CommitDropped:
		f.Category = "commit-error"
		f.Message = fmt.Sprintf("the error of %s is not looked at: if it fails, nothing of the transaction begun at line %d is kept; return it", callee(p.Node), line(s.At))
	case txspans.CommitDefers:
		f.Category = "defer-commit"
		f.Message = fmt.Sprintf("the transaction begun at line %d is committed by defer: also after a failure, and its error is lost; %s", line(s.At), right)
	case txspans.CommitLost:
		f.Category = "commit-error"
		f.Message = fmt.Sprintf("the error of %s goes nowhere, since the function's results are evaluated before its deferred calls: if it fails, nothing of the transaction begun at line %d is kept, and the caller is told that it is; name the result and assign to it, or %s", callee(p.Node), line(s.At), right)
	case txspans.CommitsFailure:
		f.Category = "commits-failure"
		f.Message = fmt.Sprintf("this return hands out an error that the deferred function does not look at, so that the transaction begun at line %d is committed after the failure: name the result and look at that, or %s", line(s.At), right)
	case txspans.AfterFailure:
		f.Category = "after-failure"
		what := fmt.Sprintf("the statement at line %d has failed", line(p.Earlier))
		if p.Earlier == p.Node {
			what = "this statement has failed in an iteration before"
		}
		f.Message = fmt.Sprintf("postgresql refuses this statement (25P02), since on a way to it %s in the same transaction, which must be rolled back first: avoid the failure (ON CONFLICT), or run what may fail in a savepoint", what)
	case txspans.CommitAgain:
		f.Category = "after-end"
		f.Message = fmt.Sprintf("%s has ended already%s: this commit fails, whatever came of the work; commit in one place", tx, at(pass, p.Earlier))
	case txspans.NeverCommitted:
		f.Category, f.Confidence = "never-committed", config.Likely // it may be tried on purpose
		f.Message = fmt.Sprintf("nothing commits the transaction begun at line %d, so that what it wrote at line %d is rolled back here although the function succeeds: return %s", line(s.At), line(p.Earlier), commit)
	case txspans.UsedAtOnce:
		f.Category, f.Confidence = "shared", config.Likely
		f.Message = fmt.Sprintf("a goroutine uses %s while something else uses or ends it: it is one connection, which takes one statement after the other; wait for the goroutine first, or use the transaction from one place", s)
	case txspans.RetryAppends:
		f.Category = "retry"
		f.Message = fmt.Sprintf("this function runs again if the transaction begun at line %d fails, and then adds to what the attempt before has left: begin with an empty value inside", line(s.At))
	case txspans.UsedAfterEnd:
		f.Category = "after-end"
		f.Message = fmt.Sprintf("%s is used after its end%s: the query fails; move it before, or use the pool", tx, at(pass, p.Earlier))
	}
	suppress.Report(pass, f)
}

// callee names what a call calls, as the source does.
func callee(n ast.Node) string {
	if call, ok := n.(*ast.CallExpr); ok {
		return types.ExprString(call.Fun)
	}
	return "its commit"
}

func at(pass *analysis.Pass, n ast.Node) string {
	if n == nil {
		return ""
	}
	return fmt.Sprintf(" at line %d", pass.Fset.Position(n.Pos()).Line)
}
