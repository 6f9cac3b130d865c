package connpool

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/linkage"
	"github.com/sqlvet/sqlvet/internal/passes/loops"
	"github.com/sqlvet/sqlvet/internal/passes/oneoff"
	"github.com/sqlvet/sqlvet/internal/passes/reach"
	"github.com/sqlvet/sqlvet/internal/passes/rowspans"
	"github.com/sqlvet/sqlvet/internal/passes/settings"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
)

const name = "connpool"

//go:embed doc.go
var doc string

// Analyzer reports pools that are made or sized against their purpose.
var Analyzer = &analysis.Analyzer{
	Name:     name,
	Doc:      docs.Must(doc, name),
	URL:      docs.URL(name),
	Requires: []*analysis.Analyzer{settings.Analyzer, sqlparse.Analyzer, funceffects.Analyzer, loops.Analyzer, oneoff.Analyzer, reach.Analyzer, rowspans.Analyzer, suppress.Analyzer},
	Run:      run,
}

type checker struct {
	pass    *analysis.Pass
	pool    config.Pool
	apis    *apis.Catalogue
	effects *funceffects.Result
	loops   *loops.Result
	sql     *sqlparse.Result
	reach   *reach.Result
	callers map[*types.Func][]*ast.FuncDecl
}

func run(pass *analysis.Pass) (any, error) {
	reaches := apis.Reaches(pass.Pkg, 2)
	if !reaches && !linking {
		return nil, nil
	}
	set := pass.ResultOf[settings.Analyzer].(*settings.Result)
	c := &checker{
		pass:    pass,
		pool:    set.Pool,
		apis:    set.APIs,
		effects: pass.ResultOf[funceffects.Analyzer].(*funceffects.Result),
		loops:   pass.ResultOf[loops.Analyzer].(*loops.Result),
		sql:     pass.ResultOf[sqlparse.Analyzer].(*sqlparse.Result),
		reach:   pass.ResultOf[reach.Analyzer].(*reach.Result),
	}
	// Directives at those count as used, whoever asks.
	if told := c.told(); linking {
		if err := linkage.Report(pass, told); err != nil || !reaches {
			return nil, err
		}
	}
	c.held(pass.ResultOf[rowspans.Analyzer].(*rowspans.Result))
	for _, f := range pass.Files {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && d.Body != nil {
				c.function(d)
			}
		}
	}
	return nil, nil
}

func (c *checker) counts(n ast.Node) bool { return !oneoff.LeftOut(c.pass, name, n, false) }

// function looks for what a function opens, and for sizes of pools.
func (c *checker) function(d *ast.FuncDecl) {
	c.sizes(d)
	most, idle := make(map[golang.Path]*ast.CallExpr), make(map[golang.Path]*ast.CallExpr)
	ast.Inspect(d.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if len(n.Rhs) != 1 {
				break
			}
			call, ok := ast.Unparen(n.Rhs[0]).(*ast.CallExpr)
			if id, isID := n.Lhs[0].(*ast.Ident); ok && isID {
				v, ok := golang.Object(c.pass.TypesInfo, id).(*types.Var)
				if ok && (c.opens(call) || c.madeFor(d, call, v)) && c.stays(d, v) {
					c.opened(d, call)
				}
			}
		case *ast.CallExpr:
			fn := golang.Callee(c.pass.TypesInfo, n)
			recv := golang.Receiver(c.pass.TypesInfo, n)
			if fn == nil || recv == nil || len(n.Args) != 1 {
				break
			}
			p, exact := golang.PathOf(c.pass.TypesInfo, recv)
			switch key := apis.Key(fn); {
			case !exact:
			case key == "(*database/sql.DB).SetMaxOpenConns":
				most[p] = n
			case key == "(*database/sql.DB).SetMaxIdleConns":
				idle[p] = n
			}
		}
		return true
	})
	for p, call := range most {
		if c.pool.Pooler != "" && !c.elsewhere("(*database/sql.DB).SetConnMaxLifetime") && c.counts(call) {
			f := c.finding(call, "lifetime", "the connections of this pool last as long as the program, so that none goes to a pooler that is added or takes over, and all load stays on the old one; set SetConnMaxLifetime to some minutes")
			f.Severity = config.SeverityInfo
			suppress.Report(c.pass, f)
		}
		v := c.pass.TypesInfo.Types[call.Args[0]].Value
		c.more(v, idle[p])
		if idle[p] != nil || v == nil || !constant.Compare(v, token.GTR, constant.MakeInt64(2)) || c.elsewhere("(*database/sql.DB).SetMaxIdleConns") || !c.counts(call) {
			continue
		}
		f := c.finding(call, "idle", fmt.Sprintf("the pool may have %s connections and keeps two idle ones, which is the default: of a burst all others are closed, and opened again by the next; add SetMaxIdleConns(%s)", v, v))
		suppress.Report(c.pass, f)
	}
}

// more reports that a pool is to keep more idle connections than it may have.
func (c *checker) more(open constant.Value, call *ast.CallExpr) {
	if open == nil || call == nil {
		return
	}
	v := c.pass.TypesInfo.Types[call.Args[0]].Value
	if v == nil || !constant.Compare(open, token.GTR, constant.MakeInt64(0)) || !constant.Compare(v, token.GTR, open) || !c.counts(call) {
		return
	}
	f := c.finding(call, "idle", fmt.Sprintf("the pool may have %s connections, so that it never keeps %s: one of the two numbers is not what was meant", open, v))
	f.Severity = config.SeverityInfo
	suppress.Report(c.pass, f)
}

// elsewhere reports whether the package calls a function anywhere.
func (c *checker) elsewhere(key string) bool {
	for _, obj := range c.pass.TypesInfo.Uses {
		if fn, ok := obj.(*types.Func); ok && apis.Key(fn) == key {
			return true
		}
	}
	return false
}

// held reports calls that are slow while a connection of a pool is kept.
func (c *checker) held(rows *rowspans.Result) {
	for _, s := range rows.Spans() {
		if s.Held != rowspans.Conn && s.Kind != apis.PoolHandle || s.Held == rowspans.Conn && c.session(s) {
			continue
		}
		for _, call := range s.Events {
			e, ok := c.slow(call)
			if !ok || !c.counts(call) {
				continue
			}
			message, related := "this waits for %s by %s while the rows of the query at line %d keep a connection of the pool: read them into a slice and close them before", "the rows are opened here"
			switch s.Held {
			case rowspans.Conn:
				message, related = "this waits for %s by %s while the connection is taken that line %d asks the pool for: nobody else has it; give it back before, and take another one after", "the connection is taken here"
			case rowspans.Row:
				message, related = "this waits for %s by %s while the row of the query at line %d keeps a connection of the pool: scan it before", "the row is asked for here"
			}
			f := c.finding(call, "held", fmt.Sprintf(message, e.Delay(), e.Way(), c.line(s.Open)))
			f.Related = []analysis.RelatedInformation{{Pos: s.Open.Pos(), End: s.Open.End(), Message: related}}
			suppress.Report(c.pass, f)
			break
		}
	}
}

// session reports whether a statement leaves something in the session while a
// connection is taken: a lock, a setting, a temporary table. It is taken for that.
func (c *checker) session(s *rowspans.Span) bool {
	for _, q := range c.sql.Queries {
		if slices.Contains(s.Events, q.Call) && len(q.Model().Session()) > 0 {
			return true
		}
	}
	return false
}

// slow returns what a call waits for that is no database.
func (c *checker) slow(call *ast.CallExpr) (funceffects.Effect, bool) {
	for _, e := range c.effects.Callee(call) {
		if !e.Each() || e.Cached || e.Sometimes {
			continue
		}
		if d := e.Delay(); d.Longer() || d == funceffects.Queue {
			return e, true
		}
	}
	return funceffects.Effect{}, false
}

func (c *checker) finding(n ast.Node, category, message string) suppress.Finding {
	return suppress.Finding{Pos: n.Pos(), End: n.End(), Rule: name, Category: category, Message: message, Confidence: config.Likely}
}

func (c *checker) line(n ast.Node) int { return c.pass.Fset.Position(n.Pos()).Line }
