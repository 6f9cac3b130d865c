package neversent

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/passes/settings"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
)

const name = "neversent"

//go:embed doc.go
var doc string

// Analyzer reports statements that are built and not sent.
var Analyzer = &analysis.Analyzer{
	Name:     name,
	Doc:      docs.Must(doc, name),
	URL:      docs.URL(name),
	Requires: []*analysis.Analyzer{settings.Analyzer, suppress.Analyzer},
	Run:      run,
}

type checker struct {
	pass *analysis.Pass
	apis *apis.Catalogue
}

func run(pass *analysis.Pass) (any, error) {
	c := &checker{pass, pass.ResultOf[settings.Analyzer].(*settings.Result).APIs}
	for _, f := range pass.Files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if sel := pass.TypesInfo.Selections[n]; sel != nil && sel.Kind() == types.FieldVal {
					c.read(n)
				}
			case *ast.ExprStmt:
				c.dropped(n)
			case *ast.FuncDecl:
				if n.Body != nil {
					c.kept(n.Body)
					c.waits(n.Body)
				}
			}
			return true
		})
	}
	return nil, nil
}

// read judges a field of what a chain returns: the error, or the rows affected.
func (c *checker) read(x *ast.SelectorExpr) {
	call, ok := ast.Unparen(x.X).(*ast.CallExpr)
	if !ok {
		return
	}
	if !c.result(x) {
		return
	}
	api, ok := c.unsent(call)
	if !ok || !c.says(call) && !c.fresh(call) {
		return
	}
	c.report(x, "error", fmt.Sprintf("nothing sends the statement whose %s is read: %s only builds it; %s", x.Sel.Name, callee(call), remedy(api)))
}

// result reports whether a selector reads what sending a statement leaves in it:
// the error, or the number of rows.
func (c *checker) result(x *ast.SelectorExpr) bool {
	if sel := c.pass.TypesInfo.Selections[x]; sel == nil || sel.Kind() != types.FieldVal {
		return false
	}
	t := c.pass.TypesInfo.TypeOf(x)
	b, ok := t.Underlying().(*types.Basic)
	return golang.IsError(t) || ok && b.Kind() == types.Int64
}

// dropped judges a chain that is a statement of its own.
func (c *checker) dropped(s *ast.ExprStmt) {
	call, ok := ast.Unparen(s.X).(*ast.CallExpr)
	if !ok {
		return
	}
	api, ok := c.unsent(call)
	if !ok || !(api.Role == apis.RawSQL && api.Fragment == "") && !c.fresh(call) {
		return
	}
	c.report(call, "dropped", fmt.Sprintf("the statement that this builds is dropped: %s does not send it; %s", callee(call), remedy(api)))
}

func (c *checker) report(n ast.Node, category, message string) {
	suppress.Report(c.pass, suppress.Finding{Pos: n.Pos(), End: n.End(), Rule: name, Category: category, Message: message})
}

// unsent returns the entry of a chain's last call, if that builds, and no call
// of the chain goes to the database or is unknown.
func (c *checker) unsent(call *ast.CallExpr) (apis.API, bool) {
	var last apis.API
	for first := true; ; first = false {
		fn := golang.Callee(c.pass.TypesInfo, call)
		api, ok := c.apis.Lookup(fn)
		if !ok || api.Rule != "" || api.RoundTrip || api.Role != apis.RawSQL && api.Role != apis.Builder {
			return last, false
		}
		if first {
			last = api
		}
		next, ok := receiver(call)
		if !ok {
			return last, true
		}
		call = next
	}
}

// fresh reports whether a chain makes its builder itself: it begins with a function
// of a package, or a method that returns another type than it has, or it has a
// method that makes a session. What a method adds to one it then returns alone.
func (c *checker) fresh(call *ast.CallExpr) bool {
	for last := call; ; {
		fn := golang.Callee(c.pass.TypesInfo, call)
		if fn == nil || fn.Pkg() == nil || fn.Signature().Results().Len() != 1 {
			return false
		}
		if lib, ok := apis.LibraryOf(fn.Pkg().Path()); ok && lib.Chain != nil && call != last && slices.Contains(lib.Chain.Sessions, fn.Name()) {
			return true
		}
		next, ok := receiver(call)
		if !ok {
			recv := fn.Signature().Recv()
			return recv == nil || golang.Named(recv.Type()) != golang.Named(fn.Signature().Results().At(0).Type())
		}
		call = next
	}
}

// says reports whether a chain is given a part of a statement.
func (c *checker) says(call *ast.CallExpr) bool {
	for ok := true; ok; call, ok = receiver(call) {
		if api, _ := c.apis.Lookup(golang.Callee(c.pass.TypesInfo, call)); api.Role == apis.RawSQL {
			return true
		}
	}
	return false
}

// receiver returns the call whose result a method is called on.
func receiver(call *ast.CallExpr) (*ast.CallExpr, bool) {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return nil, false
	}
	next, ok := ast.Unparen(sel.X).(*ast.CallExpr)
	return next, ok
}

// callee names the last call of a chain.
func callee(call *ast.CallExpr) string {
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		return sel.Sel.Name
	}
	return types.ExprString(call.Fun)
}

// remedy says what to write instead.
func remedy(api apis.API) string {
	if api.Role == apis.RawSQL && api.Fragment == "" {
		return "use Exec, or end the chain with the call that reads its rows"
	}
	return "end the chain with the call that runs it"
}
