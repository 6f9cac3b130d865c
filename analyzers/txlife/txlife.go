package txlife

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"

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
	Requires: []*analysis.Analyzer{txspans.Analyzer, suppress.Analyzer},
	Run:      run,
}

func run(pass *analysis.Pass) (any, error) {
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
	}
	return nil, nil
}

func report(pass *analysis.Pass, s *txspans.Span, p txspans.Problem) {
	line := func(n ast.Node) int { return pass.Fset.Position(n.Pos()).Line }
	tx := "the transaction"
	if s.Tx != nil {
		tx = s.Tx.Name()
	}
	f := suppress.Finding{
		Pos: p.Node.Pos(), End: p.Node.End(), Rule: name, Also: []token.Pos{s.At.Pos()},
		Related: []analysis.RelatedInformation{{Pos: s.At.Pos(), End: s.At.End(), Message: "the transaction is begun here"}},
	}
	switch p.Fault {
	case txspans.LeftOpen:
		f.Category = "left-open"
		if p.Node == s.At {
			f.Message = fmt.Sprintf("the loop may go on with the transaction that is begun here still open, which keeps its connection and locks: roll back %s before, or give each iteration a function of its own with defer %s.Rollback()", tx, tx)
			break
		}
		f.Message = fmt.Sprintf("the transaction begun at line %d is neither committed nor rolled back on this return, which keeps its connection and locks: defer %s.Rollback() after the begin", line(s.At), tx)
	case txspans.CommitDropped:
		f.Category = "commit-error"
		f.Message = fmt.Sprintf("the error of %s.Commit is not looked at: if it fails, nothing of the transaction begun at line %d is kept; return it", tx, line(s.At))
	case txspans.CommitDefers:
		f.Category = "defer-commit"
		f.Message = fmt.Sprintf("the transaction begun at line %d is committed by defer: also after a failure, and its error is lost; defer %s.Rollback() and return %s.Commit() at the end", line(s.At), tx, tx)
	case txspans.UsedAfterEnd:
		f.Category = "after-end"
		f.Message = fmt.Sprintf("%s is used after its end%s: the query fails; move it before, or use the pool", tx, at(pass, p.Earlier))
	}
	suppress.Report(pass, f)
}

func at(pass *analysis.Pass, n ast.Node) string {
	if n == nil {
		return ""
	}
	return fmt.Sprintf(" at line %d", pass.Fset.Position(n.Pos()).Line)
}
