package sqltext

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/models"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// noOracle knows nothing of other packages.
type noOracle struct{}

func (noOracle) Naming(string) (models.Naming, bool)    { return models.Naming{}, false }
func (noOracle) Library(*types.Func) *apis.Library      { return nil }
func (noOracle) Table(*types.Package) *models.Table     { return nil }
func (noOracle) LibraryAt(*types.Package) *apis.Library { return nil }

func (noOracle) Builds(types.Object) []ChainSummary  { return nil }
func (noOracle) Package(string) *types.Package       { return nil }
func (noOracle) Returns(*types.Func) []Summary       { return nil }
func (noOracle) Holds(*types.Var) []Summary          { return nil }
func (noOracle) Rewrites(fn *types.Func) (int, bool) { return 0, fn.Name() == "rebind" }
func (noOracle) Quotes(fn *types.Func) (sqlscan.HoleKind, bool) {
	return sqlscan.HoleIdent, fn.Name() == "quoteIdent"
}

// std reads the standard library from source, once for all tests.
var std = importer.ForCompiler(token.NewFileSet(), "source", nil)

// load type-checks one file and returns the package's program.
func load(t testing.TB, src string) (*Program, *ast.File, *token.FileSet) {
	return loadFile(t, "p.go", src, noOracle{})
}

func loadFile(t testing.TB, name, src string, o Oracle) (*Program, *ast.File, *token.FileSet) {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, src, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{
		Types: make(map[ast.Expr]types.TypeAndValue), Defs: make(map[*ast.Ident]types.Object),
		Uses: make(map[*ast.Ident]types.Object), Selections: make(map[*ast.SelectorExpr]*types.Selection),
		Implicits: make(map[ast.Node]types.Object), Instances: make(map[*ast.Ident]types.Instance),
	}
	pkg, err := (&types.Config{Importer: std}).Check("p", fset, []*ast.File{f}, info)
	if err != nil {
		t.Fatal(err)
	}
	return New(fset, []*ast.File{f}, pkg, info, o), f, fset
}

// sinks returns the texts that reach each call of sink, by function.
func sinks(p *Program, f *ast.File) map[string][]*Text {
	out := make(map[string][]*Text)
	for _, d := range f.Decls {
		d, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		p.Walk(d, func(call *ast.CallExpr, at At) {
			if id, ok := call.Fun.(*ast.Ident); ok && id.Name == "sink" {
				for _, t := range at.Text(call.Args[0]) {
					if !contains(out[d.Name.Name], t) {
						out[d.Name.Name] = append(out[d.Name.Name], t)
					}
				}
			}
		})
	}
	return out
}

func contains(ts []*Text, t *Text) bool {
	for _, u := range ts {
		if u.String() == t.String() {
			return true
		}
	}
	return false
}

const prelude = `package p
import ("fmt"; "strings"; "strconv"; "bytes"; "errors"; "regexp"; "text/template")
var _ = fmt.Sprint; var _ = strings.Join; var _ = strconv.Itoa; var _ bytes.Buffer; var _ = errors.New; var _ *regexp.Regexp; var _ *template.Template
func sink(s string) {}
func unknown() string { var b [4]byte; return string(b[:]) }
func rebind(s string) string { return s }
func quoteIdent(s string) string { return s }
func cond(i int) bool { return i > 0 }
`

var textTests = []struct {
	name string
	src  string // declares func f
	want string // alternatives, sorted, joined by " | "
}{
	{"literal", "func f() { sink(`SELECT 1`) }", "SELECT 1"},
	{"constant", "const q = `a` + `b`; func f() { sink(q + `c`) }", "abc"},
	{"typed constant", "type Q string; const q Q = `a`; func f() { sink(string(q)) }", "a"},
	{"variable", "func f() { q := `a`; q = q + `b`; sink(q) }", "ab"},
	{"later assignment", "func f() { q := `a`; sink(q); q = `b`; _ = q }", "a"},
	{"append assign", "func f() { q := `a`; q += `b`; sink(q) }", "ab"},
	{"if", "func f(i int) { q := `a`; if cond(i) { q += ` b` }; sink(q) }", "a | a b"},
	{"if else", "func f(i int) { var q string; if cond(i) { q = `a` } else { q = `b` }; sink(q) }", "a | b"},
	{"early return", "func f(i int) { q := `a`; if cond(i) { q = `b`; sink(`c`); return }; sink(q) }", "a | c"},
	{"switch", "func f(i int) { q := ``; switch i { case 1: q = `a`; case 2: q = `b`; default: return }; sink(q) }", "a | b"},
	{"switch no default", "func f(i int) { q := `z`; switch i { case 1: q = `a` }; sink(q) }", "a | z"},
	{"fallthrough", "func f(i int) { q := ``; switch i { case 1: q = `a`; fallthrough; default: q += `b` }; sink(q) }", "ab | b"},
	{"sprintf", "func f(t string, n int) { sink(fmt.Sprintf(`SELECT * FROM %s WHERE id = %d AND %% = %v`, t, n, 3)) }", "SELECT * FROM {t} WHERE id = {n} AND % = 3"},
	{"sprintf constant", "const tab = `users`; func f() { sink(fmt.Sprintf(`FROM %s LIMIT %d`, tab, 10)) }", "FROM users LIMIT 10"},
	{"sprintf index", "func f() { sink(fmt.Sprintf(`%[2]s %[1]s`, `a`, `b`)) }", "b a"},
	{"sprintf alternatives", "func f(i int) { o := `ASC`; if cond(i) { o = `DESC` }; sink(fmt.Sprintf(`ORDER BY x %s`, o)) }", "ORDER BY x ASC | ORDER BY x DESC"},
	{"sprint", "func f() { sink(fmt.Sprint(`a`, `b`, 1, 2)) }", "ab1 2"},
	{"join", "func f() { sink(strings.Join([]string{`a`, `b`}, `, `)) }", "a, b"},
	{"join appended", "func f(i int) { var w []string; w = append(w, `a`); if cond(i) { w = append(w, `b`) }; sink(strings.Join(w, ` AND `)) }", "a | a AND b"},
	{"join in loop", "func f(xs []int) { var w []string; for range xs { w = append(w, `?`) }; sink(`IN (` + strings.Join(w, `,`) + `)`) }", "IN ({strings.Join(w, `,`)})"},
	{"builder", "func f(i int) { var b strings.Builder; b.WriteString(`a`); b.WriteByte(' '); if cond(i) { fmt.Fprintf(&b, `b%d`, 1) }; sink(b.String()) }", "a  | a b1"},
	{"buffer", "func f() { b := bytes.NewBufferString(`a`); b.WriteString(`b`); sink(b.String()) }", "ab"},
	{"builder passed on", "func g(b *strings.Builder) {}; func f() { var b strings.Builder; b.WriteString(`a`); g(&b); sink(b.String()) }", "a{&b}"},
	{"builder loop", "func f(xs []int) { var b strings.Builder; b.WriteString(`a`); for range xs { b.WriteString(`,?`) }; b.WriteString(`)`); sink(b.String()) }", "a{…})"},
	{"loop", "func f(xs []int) { q := `IN (`; for i := range xs { if i > 0 { q += `,` }; q += `?` }; q += `)`; sink(q) }", "IN ({…})"},
	{"loop replaces", "func f(xs []int) { q := `a`; for range xs { q = `b` }; sink(q) }", "a | b"},
	{"loop body sees both", "func f(xs []int) { q := `a`; for range xs { sink(q); q = `b` } }", "a | b"},
	{"range of texts", "func f() { for _, q := range []string{`a`, `b`} { sink(q) } }", "a | b"},
	{"range of structs", "func f() { for _, c := range []struct{ n int; q string }{{1, `a`}, {2, `b`}} { sink(c.q) } }", "a | b"},
	{"break", "func f(i int) { q := `a`; for { if cond(i) { q = `b`; break }; q = `c` }; sink(q) }", "a | b | c"},
	{"trim", "func f() { sink(strings.TrimSpace(\"  a b \\n\")) }", "a b"},
	{"trim suffix", "func f(xs []int) { q := `VALUES `; for range xs { q += `(?),` }; sink(strings.TrimSuffix(q, `,`)) }", "VALUES {…}"},
	{"replace", "func f(x string) { sink(strings.ReplaceAll(`SELECT /*c*/ x`, `/*c*/`, x)) }", "SELECT {x} x"},
	{"marks", "var m = regexp.MustCompile(`[?]`); func f(n int) { sink(m.ReplaceAllStringFunc(`a = ? AND b = ?`, func(string) string { n++; return fmt.Sprint(n) })) }", "a = ? AND b = ?"},
	{"marks one by one", "func f(xs []int) { q := `a = ?`; for i := range xs { q = strings.Replace(q, `?`, fmt.Sprintf(`$%d`, i), 1) }; sink(q) }", "a = ?"},
	{"expression that finds nothing", "func f(x string) { re := regexp.MustCompile(`--.*`); sink(re.ReplaceAllString(`SELECT 1`, x)) }", "SELECT 1"},
	{"expression that may", "func f(x string) { re := regexp.MustCompile(`[0-9]`); sink(re.ReplaceAllString(`SELECT 1`, x)) }", "{re.ReplaceAllString(`SELECT 1`, x)}"},
	{"replacer", "func f(x string) { r := strings.NewReplacer(`{a}`, `{b}`, `{b}`, x); sink(r.Replace(`{b} {a}`)) }", "{x} {b}"},
	{"template", "var t = template.Must(template.New(`q`).Parse(`SELECT {{.C}} FROM t{{if .W}} WHERE {{.W}}{{end}}`)); func f(w string) { var b strings.Builder; t.Execute(&b, map[string]string{`C`: `id`, `W`: w}); sink(b.String()) }", "SELECT id FROM t | SELECT id FROM t WHERE {w}"},
	{"template of another", "func f(w string) { var b strings.Builder; other().Execute(&b, w); sink(b.String()) }; func other() *template.Template { return nil }", "{&b}"},
	{"part of several", "type base struct{ t string }; type one struct{ base }; type two struct{ base }; func g() (*one, two) { o := &one{}; o.t = `a`; return o, two{base{t: `b`}} }; func (b base) from() string { return `FROM ` + b.t }; func (o *one) f() { sink(o.t + ` ` + o.from()) }", "a FROM a"},
	{"part of any", "type base struct{ t string }; type one struct{ base }; type two struct{ base }; func g() (one, two) { return one{base: base{t: `a`}}, two{base{t: `b`}} }; func (b base) f() { sink(b.t) }", "a | b"},
	{"repeat", "func f(n int) { sink(`IN (` + strings.Repeat(`,?`, n) + `)`) }", "IN ({strings.Repeat(`,?`, n)})"},
	{"itoa", "func f(n int) { sink(`LIMIT ` + strconv.Itoa(n)) }", "LIMIT {strconv.Itoa(n)}"},
	{"package variable", "var q = `a`; func f() { sink(q) }", "a"},
	{"package variable set elsewhere", "var q = `a`; func g() { q = `b` }; func f() { sink(q) }", "a | b"},
	{"package variable lost", "var q = `a`; func g() { q = unknown() }; func f() { sink(q) }", "a | {string(b[:])}"},
	{"address taken", "var q = `a`; func g(p *string) {}; func h() { g(&q) }; func f() { sink(q) }", "{q}"},
	{"map", "var m = map[string]string{`x`: `a`, `y`: `b`}; func f() { sink(m[`y`]) }", "b"},
	{"map any key", "var m = map[string]string{`x`: `a`, `y`: `b`}; func f(k string) { sink(m[k]) }", "a | b"},
	{"struct of texts", "var q = struct{ Get, Del string }{Get: `a`, Del: `b`}; func f() { sink(q.Del) }", "b"},
	{"struct field", "type s struct { q string }; func mk() *s { return &s{q: `a`} }; func (x *s) f() { sink(x.q) }", "a"},
	{"list field", "type s struct { w []string }; func (x *s) add(i int) { x.w = append(x.w, fmt.Sprintf(`a = $%d`, i)) }; func (x *s) f() { sink(`WHERE ` + strings.Join(x.w, ` AND `)) }", "WHERE a = ${i}{strings.Join(x.w, ` AND `)} | WHERE {strings.Join(x.w, ` AND `)}"},
	{"helper", "func q(t string) string { return `SELECT * FROM ` + t }; func f() { sink(q(`users`)) }", "SELECT * FROM users"},
	{"helper error", "func q(i int) (string, error) { if cond(i) { return ``, errors.New(`x`) }; return `a`, nil }; func f(i int) { s, err := q(i); _ = err; sink(s) }", "a"},
	{"named result", "func q(i int) (s string) { s = `a`; if cond(i) { s += `b` }; return }; func f(i int) { sink(q(i)) }", "a | ab"},
	{"recursion", "func q(i int) string { if i > 0 { return q(i-1) + `x` }; return `a` }; func f(i int) { sink(q(i)) }", "a | {q(i - 1)}x"},
	{"method", "type s struct{}; func (s) cols() string { return `id, name` }; func f(x s) { sink(`SELECT ` + x.cols()) }", "SELECT id, name"},
	{"rewrite", "func f() { q := rebind(`SELECT ?`); sink(q) }", "SELECT ?"},
	{"quoted identifier", "func f(t string) { sink(`FROM ` + quoteIdent(t)) }", "FROM {quoteIdent(t)}"},
	{"closure variable", "func f() { q := `a`; func() { sink(q + `b`) }() }", "ab"},
	{"closure argument", "func f() { run := func(q string) { sink(q) }; run(`a`); run(`b`) }", "a | b | {q}"},
	{"closure assigns", "func f() { q := `a`; func() { q = `b` }(); sink(q) }", "a | b"},
	{"goto", "func f(i int) { q := `a`\nagain:\n\tsink(q)\n\tif cond(i) { goto again }\n}", "a"},
	{"shadow", "func f(i int) { q := `a`; if cond(i) { q := `b`; _ = q }; sink(q) }", "a"},
	{"variadic", "func all(qs ...string) { for _, q := range qs { sink(q) } }; func f() { all(`a`) }", ""},
	{"param", "func f(q string) { sink(q) }", "{q}"},
	{"guarded by length", "func f(i int) { var w []string; if cond(i) { w = append(w, `a`) }; q := `q`; if len(w) > 0 { q += ` WHERE ` + strings.Join(w, ` AND `) }; sink(q) }", "q | q WHERE a"},
	{"guarded by emptiness", "func f(i int) { o := ``; if cond(i) { o = `x` }; q := `q`; if o != `` && cond(i) { q += ` ORDER BY ` + o }; sink(q) }", "q | q ORDER BY x"},
	{"guarded by return", "func f(i int) { o := ``; if cond(i) { o = `x` }; if o == `` { return }; sink(o) }", "x"},
	{"comma ok", "var m = map[string]string{`x`: `a`, `y`: `b`}; func f(k string) { q, ok := m[k]; _ = ok; sink(q) }", "a | b"},
	{"conditions in order", "func f(i int) { q := `a`; if cond(i) { q += `b` }; if cond(i+1) { q += `c` }; sink(q) }", "a | ab | abc | ac"},
	{"two variables, one condition", "func f(i int, deep bool) { c, g := `a`, ``; if deep { c, g = `a, b`, ` GROUP BY b` }; sink(c + g) }", "a | a, b GROUP BY b"},
	{"one condition tested twice", "func f(deep bool) { q := `a`; if deep { q += ` b` }; q += ` c`; if !deep { q += ` d` } else { q += ` e` }; sink(q) }", "a b c e | a c d"},
	{"assigned in between", "func f(deep bool) { q := `a`; if deep { q += ` b` }; deep = unknown() != ``; if deep { q += ` c` }; sink(q) }", "a | a b | a b c | a c"},
	{"changed through its address", "func g(b *bool) {}; func f() { deep := len(unknown()) > 1; q := `a`; if deep { q += ` b` }; h(&deep); if deep { q += ` c` }; sink(q) }; func h(b *bool) { *b = !*b }", "a | a b | a b c | a c"},
	{"changed by a closure", "func f(deep bool) { q := `a`; if deep { q += ` b` }; func() { deep = !deep }(); if deep { q += ` c` }; sink(q) }", "a | a b | a b c | a c"},
	{"one value of two", "func f(kind string) { c := `due`; if kind == `paid` { c = `done` }; if kind == `void` { c += ` v` }; sink(c) }", "done | due | due v"},
	{"numbers", "func f(n int) { q := `a`; if n > 5 { q += ` b` }; if n < 3 { q += ` c` }; if n != 0 { q += ` d` }; sink(q) }", "a b d | a c | a c d | a d"},
	{"two switches", "func f(by int) { c := `id`; switch by { case 1: c = `a`; case 2, 3: c = `b` }; switch by { case 1: c += ` x`; case 2: c += ` y`; default: c += ` z` }; sink(c) }", "a x | b y | b z | id z"},
	{"length and emptiness", "func f(xs []string, s string) { q := `a`; if len(xs) == 0 { q += ` b` }; if len(xs) > 0 { q += ` c` }; if s != `` { q += ` d` }; if len(s) == 0 { q += ` e` }; sink(q) }", "a b d | a b e | a c d | a c e"},
	{"nil twice", "type o struct{ at *int }; func f(x o) { q := `a`; if x.at != nil { q += ` b` }; if x.at == nil { return }; sink(q) }", "a b"},
	{"field set in between", "type o struct{ deep bool }; func f(x *o) { q := `a`; if x.deep { q += ` b` }; x.deep = true; if x.deep { q += ` c` }; sink(q) }", "a b c | a c"},
	{"field that a function sets", "type o struct{ deep bool }; func (x *o) set() { x.deep = unknown() != `` }; func f(x *o) { q := `a`; if x.deep { q += ` b` }; x.set(); if x.deep { q += ` c` }; sink(q) }", "a | a b | a b c | a c"},
	{"field that a function reads", "type o struct{ deep bool }; func (x *o) get() string { return strconv.FormatBool(x.deep) }; func f(x *o) { q := `a`; if x.deep { q += ` b` }; x.get(); if x.deep { q += ` c` }; sink(q) }", "a | a b c"},
	{"flag", "func f(a, b int) { q, any := `q`, false; if cond(a) { q += ` a`; any = true }; if cond(b) { q += ` b`; any = true }; if any { q += ` c` }; sink(q) }", "q | q a b c | q a c | q b c"},
	{"arguments counted", "func f(a, b string) { q := `q`; var args []any; if a != `` { q += ` a`; args = append(args, a) }; if b != `` { q += ` b`; args = append(args, b) }; if len(args) > 0 { q += ` c` }; sink(q) }", "q | q a b c | q a c | q b c"},
	{"helpers given the same", "type o struct{ deep bool }; func cols(x o) string { if x.deep { return `a, b` }; return `a` }; func by(deep bool) string { if !deep { return `` }; return ` GROUP BY b` }; func f(x o) { sink(cols(x) + by(x.deep)) }", "a | a, b GROUP BY b"},
	{"helper given a constant", "func by(deep bool) string { if deep { return ` b` }; return ` c` }; func f() { sink(`a` + by(false)) }", "a c"},
	{"helper given a literal", "type o struct{ deep bool; at *int; n int }; func by(x *o) string { s := `a`; if x.deep { s += ` b` }; if x.at != nil { s += ` c` }; if x.n > 2 { s += ` d` }; return s }; func f(i int) { sink(by(&o{deep: true, n: i})) }", "a b | a b d"},
	{"asked twice", "type m struct{ by []string }; func (x m) deep() bool { return len(x.by) > 0 }; func f(x m) { c, g := `a`, ``; if x.deep() { c = `b` }; if len(x.by) != 0 { g = ` c` }; sink(c + g) }", "a | b c"},
	{"asked of the library", "func f(s string) { q := `a`; if strings.HasPrefix(s, `-`) { q += ` b` }; if !strings.HasPrefix(s, `-`) { q += ` c` }; sink(q) }", "a b | a c"},
	{"a part of both", "func f(a, b bool) { q := `q`; if a && b { q += ` ab` }; if a { q += ` a` }; if !b { q += ` nb` }; sink(q) }", "q | q a nb | q ab a | q nb"},
	{"rounds differ", "func f(xs []bool) { q := `z`; for _, x := range xs { if x { q = `a` }; if !x { sink(q) } } }", "a | z"},
	{"counted rounds", "func f(n int) { q := `z`; for i := 0; i < n; i++ { if i > 0 { q = `a` }; sink(q) } }", "a | z"},
	{"one of a list, twice", "func f() { for _, t := range []string{`a`, `b`} { sink(t + ` JOIN ` + t) } }", "a JOIN a | b JOIN b"},
	{"one of a map, twice", "var m = map[string]string{`x`: `a`, `y`: `b`}; func f(k string) { c, ok := m[k]; if !ok { return }; sink(c + ` > ? ORDER BY ` + c) }", "a > ? ORDER BY a | b > ? ORDER BY b"},
	{"fields of one literal", "type tab struct{ name, key string }; var x, y = tab{`a`, `b`}, &tab{name: `c`, key: `d`}; func (t *tab) f() { sink(t.name + ` ` + t.key) }", "a b | c d"},
	{"fields of two values", "type tab struct{ name, key string }; var x, y = tab{`a`, `b`}, tab{name: `c`, key: `d`}; func f(s, t tab) { sink(s.name + ` ` + t.key) }", "a b | a d | c b | c d"},
	{"the one type of an interface", "type src interface{ from(deep bool) string }; type tab struct{}; func (*tab) from(deep bool) string { if deep { return `FROM a, b` }; return `FROM a` }; func f(s src) { sink(s.from(false)) }", "FROM a"},
	{"two types of an interface", "type src interface{ from() string }; type tab struct{}; func (*tab) from() string { return `a` }; type view struct{}; func (view) from() string { return `b` }; func f(s src) { sink(s.from()) }", "{s.from()}"},
	{"kind of value", "func f(x any) { q := `z`; switch x.(type) { case int: q = `a`; case string: q = `b` }; switch x.(type) { case string: q += ` s`; default: q += ` o` }; sink(q) }", "a o | b s | z o"},
}

func TestTexts(t *testing.T) {
	for _, tt := range textTests {
		t.Run(tt.name, func(t *testing.T) {
			p, f, _ := load(t, prelude+tt.src)
			var got []string
			for _, x := range sinks(p, f)["f"] {
				got = append(got, x.String())
			}
			sort.Strings(got)
			if s := strings.Join(got, " | "); s != tt.want {
				t.Errorf("got  %q\nwant %q", s, tt.want)
			}
		})
	}
}

// TestManyConditions checks that no condition is lost when there are more
// combinations than are followed.
func TestManyConditions(t *testing.T) {
	src := "func f(i int) { q := `SELECT 1`\n"
	for c := 'a'; c < 'm'; c++ {
		src += "if cond(i) { q += ` AND " + string(c) + "` }\n"
	}
	p, f, _ := load(t, prelude+src+"sink(q) }")
	ts := sinks(p, f)["f"]
	if len(ts) > maxAlternatives {
		t.Errorf("%d alternatives", len(ts))
	}
	all := ""
	for _, x := range ts {
		all += x.String()
	}
	for c := 'a'; c < 'm'; c++ {
		if !strings.Contains(all, " AND "+string(c)) {
			t.Errorf("condition %c is lost", c)
		}
	}
}

// TestBounded checks that code which multiplies texts or passes is read in
// reasonable time.
func TestBounded(t *testing.T) {
	across := "var q string\n" // each variable takes from the next, in each of the branches
	const vars = 60
	for v := range vars {
		across += fmt.Sprintf("v%d := `x`\n", v)
	}
	for range vars {
		across += "if len(v0) > 3 {\n"
		for v := range vars {
			across += fmt.Sprintf("v%d += v%d\n", v, (v+1)%vars)
		}
		across += "}\n"
	}
	for name, body := range map[string]string{
		"doubled":           "q := `x`\n" + strings.Repeat("q += q\n", 64) + "sink(q)\n",
		"loops":             "q := `x`\n" + strings.Repeat("for range 3 {\n q += `a`\n", 40) + "sink(q)\n" + strings.Repeat("}\n", 40),
		"loops in closures": "q := `x`\n" + strings.Repeat("func() { for range 3 {\n q += `a`\n", 30) + "sink(q)\n" + strings.Repeat("} }()\n", 30),
		"across":            across + "sink(q + v0)\n",
	} {
		p, f, _ := load(t, prelude+"func f() {"+body+"}")
		done := make(chan int, 1)
		go func() { done <- len(sinks(p, f)["f"]) }()
		select {
		case n := <-done:
			if n == 0 {
				t.Errorf("%s: no text", name)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("%s: took more than 20 s", name)
		}
	}
}

// TestRange checks that each byte maps back to its place in the source. The
// marker is the text that must stand at the range's place.
func TestRange(t *testing.T) {
	tests := []struct {
		name, src, find, want string
	}{
		{"raw", "func f() { sink(`SELECT * FROM t`) }", "*", "*"},
		{"interpreted", `func f() { sink("SELECT \t\"a\" * FROM t") }`, "*", "*"},
		{"unicode escape", `func f() { sink("\u00e9\xff\101 * x") }`, "*", "*"},
		{"unicode", `func f() { sink("é * x") }`, "*", "*"},
		{"escaped", `func f() { sink("a \"b\" c") }`, `"b"`, `\"b\"`},
		{"second operand", "func f() { sink(`SELECT ` + `* FROM t`) }", "*", "*"},
		{"variable", "func f() { q := `SELECT * FROM t`; sink(q) }", "* FROM", "* FROM"},
		{"constant", "const q = `SELECT * FROM t`; func f() { sink(q) }", "*", "*"},
		{"behind a hole", "func f(x string) { sink(`SELECT ` + x + ` lower(y)`) }", "lower(y)", "lower(y)"},
		{"format", "func f(x string) { sink(fmt.Sprintf(`%%d %s lower(y)`, x)) }", "lower(y)", "lower(y)"},
		{"format argument", "func f() { sink(fmt.Sprintf(`SELECT %s x`, `lower(y)`)) }", "lower(y)", "lower(y)"},
		{"trimmed", "func f() { sink(strings.TrimSpace(`  lower(y) `)) }", "lower(y)", "lower(y)"},
		{"replaced", "func f() { sink(strings.ReplaceAll(`a X lower(y)`, `X`, `bbb`)) }", "lower(y)", "lower(y)"},
		{"across literals", "func f() { sink(`a lower(` + `y) b`) }", "lower(y)", "lower(` + `y)"},
		{"lines", "func f() { sink(`a\nb\n  lower(y)`) }", "lower(y)", "lower(y)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, crlf := range []bool{false, true} {
				src := prelude + tt.src
				if crlf {
					src = strings.ReplaceAll(src, "\n", "\r\n")
				}
				p, f, fset := load(t, src)
				x := sinks(p, f)["f"][0]
				off := strings.Index(x.Source().Text, tt.find)
				if off < 0 {
					t.Fatalf("%q is not in %q", tt.find, x.Source().Text)
				}
				pos, end := x.Range(off, off+len(tt.find))
				if got := src[fset.Position(pos).Offset:fset.Position(end).Offset]; got != tt.want {
					t.Errorf("crlf=%v: got %q, want %q", crlf, got, tt.want)
				}
			}
		})
	}
}

func TestEditable(t *testing.T) {
	tests := []struct {
		name, src, find string
		ok              bool
		spelled         string // of a"b%`
	}{
		{"raw", "func f() { sink(`SELECT * x`) }", "*", true, "a\"b%`+\"`\"+`"},
		{"interpreted", `func f() { sink("SELECT * x") }`, "*", true, "a\\\"b%`"},
		{"format", `func f(x string) { sink(fmt.Sprintf("SELECT * %s", x)) }`, "*", true, "a\\\"b%%`"},
		{"shared constant", "const q = `SELECT * x`; func f() { sink(q) }; func g() { sink(q) }", "*", false, ""},
		{"constant used once", "const q = `SELECT * x`; func f() { sink(q) }", "*", true, "a\"b%`+\"`\"+`"},
		{"across literals", "func f() { sink(`a ` + `b`) }", "a b", false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, f, _ := load(t, prelude+tt.src)
			x := sinks(p, f)["f"][0]
			off := strings.Index(x.Source().Text, tt.find)
			_, quote, ok := x.Editable(off, off+len(tt.find))
			if ok != tt.ok {
				t.Fatalf("ok = %v", ok)
			}
			if ok && quote("a\"b%`") != tt.spelled {
				t.Errorf("spelled %q, want %q", quote("a\"b%`"), tt.spelled)
			}
		})
	}
}

func TestEmbed(t *testing.T) {
	dir := t.TempDir()
	sql := "-- first\nSELECT *\nFROM t\n"
	if err := os.WriteFile(filepath.Join(dir, "q.sql"), []byte(sql), 0o600); err != nil {
		t.Fatal(err)
	}
	src := "package p\nimport \"embed\"\nfunc sink(s string) {}\n" +
		"//go:embed q.sql\nvar q string\n//go:embed q.sql\nvar fs embed.FS\n" +
		"func f() { sink(q) }\nfunc g() { b, _ := fs.ReadFile(`q.sql`); sink(string(b)) }\n"
	p, f, fset := loadFile(t, filepath.Join(dir, "p.go"), src, noOracle{})
	got := sinks(p, f)
	for _, fn := range []string{"f", "g"} {
		if len(got[fn]) != 1 || got[fn][0].String() != sql {
			t.Fatalf("%s: got %q", fn, got[fn])
		}
		pos, _ := got[fn][0].Range(strings.Index(sql, "*"), strings.Index(sql, "*")+1)
		if p := fset.Position(pos); filepath.Base(p.Filename) != "q.sql" || p.Line != 2 || p.Column != 8 {
			t.Errorf("%s: * is at %v", fn, p)
		}
	}
}

// TestSummary checks that texts survive the way through a fact.
func TestSummary(t *testing.T) {
	p, f, _ := load(t, prelude+"func Q(t string, n int) string { return fmt.Sprintf(`SELECT * FROM %s LIMIT %d`, t, n) }")
	var fn *types.Func
	for _, d := range f.Decls {
		if d, ok := d.(*ast.FuncDecl); ok && d.Name.Name == "Q" {
			fn = p.info.Defs[d.Name].(*types.Func)
		}
	}
	sums := p.Returns(fn)
	if len(sums) != 1 {
		t.Fatalf("got %d summaries", len(sums))
	}
	users := texts{known("users", origin{})}
	got := expand(sums, func(i int) texts { return users }, f.Name)
	if len(got) != 1 || got[0].String() != "SELECT * FROM users LIMIT {n}" {
		t.Errorf("got %v", got)
	}
}
