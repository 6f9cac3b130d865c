package sessionstate

import (
	"cmp"
	_ "embed"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/settings"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/passes/txspans"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

const name = "sessionstate"

//go:embed doc.go
var doc string

// Analyzer reports session state that is asked of a pool.
var Analyzer = &analysis.Analyzer{
	Name:     name,
	Doc:      docs.Must(doc, name),
	URL:      docs.URL(name),
	Requires: []*analysis.Analyzer{settings.Analyzer, sqlparse.Analyzer, funceffects.Analyzer, txspans.Analyzer, suppress.Analyzer},
	Run:      run,
}

func run(pass *analysis.Pass) (any, error) {
	sql := pass.ResultOf[sqlparse.Analyzer].(*sqlparse.Result)
	effects := pass.ResultOf[funceffects.Analyzer].(*funceffects.Result)
	pooled := pass.ResultOf[settings.Analyzer].(*settings.Result).Pool.PerTransaction()
	type once struct {
		in    *ast.FuncDecl
		state sqlmodel.State
	}
	told := make(map[once]bool)
	roots := &roots{pass: pass}
	given := make(map[string]*sqlparse.Query) // statements of functions that are handed the handle, by place
	for _, q := range sql.Queries {
		if !q.Sends() || q.Dialect.Foreign() {
			continue
		}
		s, ok := state(q.Model())
		// Have: no other database has these locks, or LISTEN.
		if !ok || q.Dialect != sqlparse.Postgres && s.State != sqlmodel.StateLock && s.State != sqlmodel.StateListen || told[once{q.Func, s.State}] || s.State == sqlmodel.StateEnd && told[once{q.Func, sqlmodel.StateTransaction}] {
			continue
		}
		pool := through(effects, q.Call, apis.PoolHandle) || roots.has(effects, q.Call)
		if !pool && !(pooled && isLost(s) && through(effects, q.Call, apis.ConnHandle)) || q.LeftOut(pass, name, false) || pool && poolOfOne(pass) {
			if p := pass.Fset.Position(q.Call.Pos()); !pool && q.Dialect == sqlparse.Postgres {
				given[fmt.Sprintf("%s:%d", filepath.Base(p.Filename), p.Line)] = q
			}
			continue
		}
		// Have: one connection of a pool gets it, and whoever comes next another.
		told[once{q.Func, s.State}] = true
		category, message := describe(s)
		if !pool {
			message = behindPooler(s)
		}
		suppress.Report(pass, q.Finding(name, category, s.Range, message))
	}
	if len(given) > 0 && !poolOfOne(pass) {
		handed(pass, effects, given)
	}
	return nil, nil
}

// handed reports the calls that hand a pool to a function of the package which sends
// one of the statements through what it is handed.
func handed(pass *analysis.Pass, effects *funceffects.Result, given map[string]*sqlparse.Query) {
	for _, f := range pass.Files {
		for n := range ast.Preorder(f) {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				continue
			}
			for _, e := range effects.Callee(call) {
				q := given[e.Sent()]
				_, param := e.Handle.Param()
				if q == nil || e.Depth < 2 || !param || e.Handle.Fields != "" || effects.KindOf(call, e) != apis.PoolHandle || q.LeftOut(pass, name, false) {
					continue
				}
				s, _ := state(q.Model())
				category, message := describe(s)
				suppress.Report(pass, suppress.Finding{
					Pos: call.Pos(), End: call.End(), Rule: name, Category: category, Message: fmt.Sprintf("this hands a pool to %s: %s", e.Way(), message),
					SQL: q.Whole(), Also: []token.Pos{q.Call.Pos()},
					Related: []analysis.RelatedInformation{{Pos: q.Call.Pos(), End: q.Call.End(), Message: "the statement"}},
				})
				break
			}
		}
	}
}

// state returns what a text leaves in its session, if it does nothing else that
// could want it.
func state(m *sqlmodel.Result) (sqlmodel.SessionState, bool) {
	list := m.Session()
	if len(list) == 0 || len(list) < len(m.Statements) {
		return sqlmodel.SessionState{}, false
	}
	for _, s := range list {
		if s.State == sqlmodel.StateUnlock || s.State == sqlmodel.StateEnd && len(list) > 1 {
			return sqlmodel.SessionState{}, false
		}
	}
	return list[0], true
}

// through reports whether a call sends its statement through a handle of a
// kind.
func through(effects *funceffects.Result, call *ast.CallExpr, kind apis.Handle) bool {
	for _, e := range effects.Callee(call) {
		if e.Kind.Database() && effects.KindOf(call, e) == kind {
			return true
		}
	}
	// BEGIN and COMMIT as text are no queries.
	return effects.KindOf(call, funceffects.Effect{Depth: 1}) == kind
}

// poolOfOne reports whether the package gives a pool one connection.
func poolOfOne(pass *analysis.Pass) bool {
	found := false
	for _, f := range pass.Files {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 1 {
				return !found
			}
			if fn := golang.Callee(pass.TypesInfo, call); fn != nil && apis.Key(fn) == "(*database/sql.DB).SetMaxOpenConns" {
				v := pass.TypesInfo.Types[call.Args[0]].Value
				found = found || v != nil && constant.Compare(v, token.EQL, constant.MakeInt64(1))
			}
			return !found
		})
	}
	return found
}

// describe says what goes wrong, and what to do.
func describe(s sqlmodel.SessionState) (category, message string) {
	const keep = "take a connection of the pool and keep it (db.Conn, pool.Acquire)"
	switch s.State {
	case sqlmodel.StateLock:
		return "lock", fmt.Sprintf("the lock of %s belongs to the one connection that the pool takes for this statement: the unlock may go through another, which does not own it; %s, or use the form with _xact_ in a transaction", s.Name, keep)
	case sqlmodel.StateLocal:
		return "local", fmt.Sprintf("SET LOCAL %s ends with this statement, since the pool runs it outside of a transaction: run it in the transaction that it is for", s.Name)
	case sqlmodel.StateSetting:
		if s.Name == "TRANSACTION" {
			return "local", "SET TRANSACTION does nothing here, since the pool runs it outside of a transaction: run it as the first statement of the transaction, or begin that with its options"
		}
		return "setting", fmt.Sprintf("the setting of %s stays in the one connection that the pool takes for this statement: the next statement may go through another, and somebody else's through this one; set it in the connection string or when a connection is made, or use SET LOCAL in a transaction", cmp.Or(s.Name, "the session"))
	case sqlmodel.StateTransaction:
		return "begin", "BEGIN opens a transaction in the one connection that the pool takes for this statement: the next statements may go through others, and this one stays open; use the pool's own Begin"
	case sqlmodel.StateEnd:
		return "begin", "this ends the transaction of whichever connection the pool takes for it: use the pool's own Begin, and Commit or Rollback of what it returns"
	case sqlmodel.StateTable:
		return "temp-table", fmt.Sprintf("the temporary table %s exists in the one connection that the pool takes for this statement: the next may go through another; %s, or make it in a transaction", s.Name, keep)
	case sqlmodel.StateListen:
		return "listen", fmt.Sprintf("LISTEN %s is heard by the one connection that the pool takes for this statement, and nobody waits there; %s, and wait on that", s.Name, keep)
	}
	return "prepared", fmt.Sprintf("%s exists in the one connection that the pool takes for this statement: the next may go through another; %s", s.Name, keep)
}

// reported are the settings that a server tells its client of, by which
// PgBouncer gives a client the same in any connection (track_extra_parameters
// adds to them).
var reported = []string{"client_encoding", "datestyle", "timezone", "standard_conforming_strings", "application_name", "intervalstyle"}

// isLost reports whether a pooler of transactions loses what a statement leaves
// in its session. A transaction keeps its connection of the server.
func isLost(s sqlmodel.SessionState) bool {
	switch s.State {
	case sqlmodel.StateLock, sqlmodel.StateTable, sqlmodel.StateListen:
		return true
	case sqlmodel.StateSetting:
		return s.Name != "TRANSACTION" && !slices.Contains(reported, strings.ToLower(s.Name))
	case sqlmodel.StateLocal, sqlmodel.StateTransaction, sqlmodel.StateEnd:
		return false
	}
	return true // what is prepared
}

// behindPooler says what goes wrong with a connection to a pooler.
func behindPooler(s sqlmodel.SessionState) string {
	const next = "the pooler may run the next statement of this connection through another of the server, "
	switch s.State {
	case sqlmodel.StateLock:
		return fmt.Sprintf(next+"which does not own the lock of %s: use the form with _xact_ in a transaction, or connect to the server itself", s.Name)
	case sqlmodel.StateSetting:
		return fmt.Sprintf(next+"which lacks the setting of %s, and somebody else's through this one, which has it: use SET LOCAL in a transaction", cmp.Or(s.Name, "the session"))
	case sqlmodel.StateListen:
		return fmt.Sprintf(next+"and nobody hears LISTEN %s: connect to the server itself for it", s.Name)
	case sqlmodel.StateTable:
		return fmt.Sprintf(next+"which lacks the temporary table %s: make and use it in one transaction", s.Name)
	}
	return fmt.Sprintf(next+"which lacks %s: use it in one transaction, or connect to the server itself", s.Name)
}
