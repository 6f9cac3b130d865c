package connpool

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"regexp"
	"strconv"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
)

// inText is how pgx takes the size of a pool from a connection string.
var inText = regexp.MustCompile(`\bpool_max_conns=([0-9]+)`)

// sizes compares the sizes of pools that a function sets with what the
// settings say of the server. Have: a pooler of transactions keeps the server's
// connections itself.
func (c *checker) sizes(d *ast.FuncDecl) {
	if c.pool.Replicas == 0 || c.pool.Free() == 0 || c.pool.PerTransaction() {
		return
	}
	ast.Inspect(d.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			fn := golang.Callee(c.pass.TypesInfo, n)
			switch {
			case fn == nil:
			case apis.Key(fn) == "(*database/sql.DB).SetMaxOpenConns" && len(n.Args) == 1:
				if size, ok := c.whole(n.Args[0]); ok {
					c.size(n, size)
				}
			default:
				c.textSize(fn, n)
			}
		case *ast.AssignStmt:
			for i, x := range n.Lhs {
				if len(n.Rhs) == len(n.Lhs) && c.maxConns(x) {
					if size, ok := c.whole(n.Rhs[i]); ok && size > 0 {
						c.size(n, size)
					}
				}
			}
		}
		return true
	})
}

// textSize looks for the size of a pool in the connection string that a call
// makes a pool, or its configuration, of.
func (c *checker) textSize(fn *types.Func, call *ast.CallExpr) {
	results := fn.Signature().Results()
	if results.Len() == 0 || !golang.IsNamed(results.At(0).Type(), pgxpool, "Pool") && !golang.IsNamed(results.At(0).Type(), pgxpool, "Config") {
		return
	}
	for _, arg := range call.Args {
		v := c.pass.TypesInfo.Types[arg].Value
		if v == nil || v.Kind() != constant.String {
			continue
		}
		if m := inText.FindStringSubmatch(constant.StringVal(v)); m != nil {
			if size, err := strconv.ParseInt(m[1], 10, 32); err == nil {
				c.size(arg, size)
			}
		}
	}
}

const pgxpool = "github.com/jackc/pgx/v5/pgxpool"

// maxConns reports whether an expression is the size of a pool of pgx's.
func (c *checker) maxConns(x ast.Expr) bool {
	sel, ok := ast.Unparen(x).(*ast.SelectorExpr)
	return ok && sel.Sel.Name == "MaxConns" && golang.IsNamed(c.pass.TypesInfo.TypeOf(sel.X), pgxpool, "Config")
}

func (c *checker) whole(x ast.Expr) (int64, bool) {
	v := c.pass.TypesInfo.Types[x].Value
	if v == nil {
		return 0, false
	}
	return constant.Int64Val(constant.ToInt(v))
}

// size judges the size of a pool, of which each copy of the program has one; 0
// is one without a bound.
func (c *checker) size(at ast.Node, size int64) {
	copies, free := int64(c.pool.Copies()), int64(c.pool.Free())
	if size > 0 && size*copies <= free || !c.counts(at) {
		return
	}
	who := fmt.Sprintf("%d replicas", c.pool.Replicas)
	if c.pool.Surge > 0 {
		who += fmt.Sprintf(" and %d more while a new version rolls out", c.pool.Surge)
	}
	has := fmt.Sprintf("the server has %d (max_connections %d, %d reserved)", free, c.pool.MaxConnections, c.pool.Reserved)
	remedy := fmt.Sprintf("at most %d each", free/copies)
	if free < copies {
		remedy = "put a pooler such as PgBouncer in between"
	}
	message := fmt.Sprintf("the pool may have %d connections in each of %s: %d, but %s: %s", size, who, size*copies, has, remedy)
	if size == 0 {
		message = fmt.Sprintf("the pool has no bound in any of %s, and %s: %s", who, has, remedy)
	}
	suppress.Report(c.pass, c.finding(at, "total", message))
}
