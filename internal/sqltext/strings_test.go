package sqltext

import (
	"go/ast"
	"strings"
	"testing"
)

// TestStrings checks what an expression is known to be where it stands: the
// argument of ask.
func TestStrings(t *testing.T) {
	const head = `package p
import ("fmt"; "strings")
type null struct { String string; Valid bool }
type filter struct { q string }
const wild = "%"
var _, _ = fmt.Sprint, strings.Join
func ask(any) {}
func like(q string) string { if q == "" { return "" }; return wild + q + wild }
`
	tests := []struct{ body, want string }{
		{`func f(q string) { ask(q + "%") }`, "{q}%"},
		{`func f(q string) { q = "%" + strings.ToLower(q) + "%"; ask(q) }`, "%{q}%"},
		{`func f(q string) { if q != "" { q = "%" + q + "%" }; ask(q) }`, "%{q}% | {q}"},
		{`func f(q string) { ask(fmt.Sprintf("%%%s%%", q)) }`, "%{q}%"},
		{`func f(q string) { ask(like(q)) }`, "%{q}%"},
		{`func f(q []string) { ask(strings.Join(q, "%") + "%") }`, `{strings.Join(q, "%")}%`},
		{`func f(q string) { p := q + wild; func() { ask(p) }() }`, "{q}%"},
		{`func f(q string) { search := func(p string) { ask(p) }; search(q + "%") }`, "{p} | {q}%"},
		{`func f(q string) { for i := range 3 { _ = i; ask("%" + q) } }`, "%{q}"},
		{`func f(q string) { p := "%" + q; ask(&p) }`, "%{q}"},
		{`func f(q string) { ask(null{String: q + "%", Valid: true}) }`, "{q}%"},
		{`func f(x filter) { ask(x.q) }`, "{x.q}"},
		{`func f(n int) { ask(n) }`, "{n}"},
		{`func f() { ask(strings.ToUpper("äb%")) }`, "ÄB%"},
		{`var _ = func() int { ask("%x"); return 0 }()`, "%x"},
	}
	for _, test := range tests {
		p, f, _ := load(t, head+test.body)
		var decl *ast.FuncDecl
		var arg ast.Expr
		for _, d := range f.Decls {
			ast.Inspect(d, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					if id, ok := call.Fun.(*ast.Ident); ok && id.Name == "ask" {
						decl, _ = d.(*ast.FuncDecl)
						arg = call.Args[0]
					}
				}
				return true
			})
		}
		var got []string
		for _, s := range p.Strings(decl, arg) {
			got = append(got, s.String())
		}
		if s := strings.Join(got, " | "); s != test.want {
			t.Errorf("%s: %q, want %q", test.body, s, test.want)
		}
	}
}
