package querysites

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/models"
	"github.com/sqlvet/sqlvet/internal/sqltext"
)

// A finder holds the state of one package's search.
type finder struct {
	pass *analysis.Pass
	apis *apis.Catalogue
	prog *sqltext.Program // see program

	order func(a, b token.Pos) int // see gofiles.Order

	known     map[*types.Func][]apis.API // what is known of each function called
	finishers map[*types.Func]bool       // see finishes
	wrappers  map[*types.Func]*Wrapper   // of this package
	callers   map[*types.Func][]*ast.FuncDecl
	work      []*ast.FuncDecl // functions that hold a candidate
	globals   []ast.Expr      // package-level initial values that hold one
	texts     []*ast.FuncDecl // functions that hold SQL and return a string
	builders  []*ast.FuncDecl // functions that return a statement under construction
	names     []*ast.FuncDecl // see returnsConstant
	vars      bool            // exported variables may hold SQL
	sites     map[siteKey]*Site
	above     map[ast.Node]ast.Node            // see parents
	ends      map[*ast.CallExpr]bool           // the finishers of sites that are sent
	makers    map[*types.Package]*apis.Library // see oracle
	naming    func() map[string]models.Naming  // what the module's programs call tables
}

type siteKey struct {
	call *ast.CallExpr
	arg  int
}

// takesText reports whether some parameter may take a string: the cheap test
// before any lookup.
func takesText(fn *types.Func) bool {
	params := fn.Signature().Params()
	for i := range params.Len() {
		t := params.At(i).Type()
		if i == params.Len()-1 && fn.Signature().Variadic() {
			t = t.(*types.Slice).Elem()
		}
		switch u := t.Underlying().(type) {
		case *types.Basic:
			if u.Info()&types.IsString != 0 {
				return true
			}
		case *types.Interface:
			if u.NumMethods() == 0 {
				return true
			}
		}
	}
	return false
}

// lookup returns what is known of a function that takes SQL text: one entry
// for each such parameter.
func (f *finder) lookup(fn *types.Func) []apis.API {
	if known, ok := f.known[fn]; ok {
		return known
	}
	var out []apis.API
	w := f.wrapper(fn)
	switch api, ok := f.apis.Lookup(fn); {
	case ok && api.HasText() && api.Role == apis.SQLRewrite:
	case ok && api.HasText() && (api.Rule == "" || w == nil):
		out = append(out, api)
	case w != nil:
		// The body of a function is better evidence than its signature.
		for _, p := range w.Params {
			out = append(out, p.api(fn))
		}
	}
	f.known[fn] = out
	return out
}

// wrapper returns what the body of a function says of its parameters; nil if
// none of them is seen to reach a query.
func (f *finder) wrapper(fn *types.Func) *Wrapper {
	if fn.Pkg() == f.pass.Pkg {
		return f.wrappers[fn]
	}
	w := new(Wrapper)
	if f.pass.ImportObjectFact(fn, w) {
		return w
	}
	return nil
}

// api returns a wrapper's parameter in the catalogue's form.
func (p Param) api(fn *types.Func) apis.API {
	api := apis.Blank()
	api.Key = fn.FullName()
	api.Role, api.Fragment, api.Library, api.Rule, api.Named = p.Role, p.Fragment, p.Library, p.Rule, p.Named
	api.SQLArg, api.ArgsStart, api.DestArg = p.Index, p.Args, p.Dest
	return api
}

// search evaluates the texts of all candidates. A function that turns out to
// be a wrapper makes candidates of its callers.
func (f *finder) search() {
	if len(f.work) == 0 && len(f.globals) == 0 && len(f.texts) == 0 && len(f.builders) == 0 && !f.vars {
		return
	}
	f.program()
	for _, e := range f.globals {
		f.prog.WalkExpr(e, func(call *ast.CallExpr, at sqltext.At) { f.visit(nil, call, at) })
	}
	for len(f.work) > 0 {
		d := f.work[0]
		f.work = f.work[1:]
		f.prog.Walk(d, func(call *ast.CallExpr, at sqltext.At) { f.visit(d, call, at) })
		f.wrap(d)
	}
	f.dropParts()
}

// dropParts drops the clauses and texts that are part of a statement: it is
// known where it is sent.
func (f *finder) dropParts() {
	isPart := func(s *Site) bool { return !s.Chain && (s.API.Fragment != "" || s.API.Role == apis.RawSQL) }
	whole := make(map[*ast.BasicLit]bool)
	for _, s := range f.sites {
		if isPart(s) {
			continue
		}
		for _, t := range s.Texts {
			for _, lit := range t.Literals() {
				whole[lit] = true
			}
		}
	}
	for k, s := range f.sites {
		if c := f.sites[siteKey{k.call, chainArg}]; c != nil && c != s && len(c.Texts) > 0 {
			delete(f.sites, k) // Have: the statement that the call sends has the text.
			continue
		}
		if !isPart(s) {
			continue
		}
		part := len(s.Texts) > 0
		for _, t := range s.Texts {
			lits := t.Literals()
			part = part && len(lits) > 0 && !slices.ContainsFunc(lits, func(l *ast.BasicLit) bool { return !whole[l] })
		}
		if part {
			delete(f.sites, k)
		}
	}
}

// program returns the package's source as package sqltext reads it.
func (f *finder) program() *sqltext.Program {
	if f.prog == nil {
		f.prog = sqltext.New(f.pass.Fset, f.pass.Files, f.pass.Pkg, f.pass.TypesInfo, f.oracle())
	}
	return f.prog
}

// visit records the texts that one call hands over.
func (f *finder) visit(d *ast.FuncDecl, call *ast.CallExpr, at sqltext.At) {
	fn := at.Callee(call)
	if fn != nil && f.finishes(fn) {
		ts := at.Statements(call)
		if sums := f.finished(fn); len(ts) == 0 && len(sums) > 0 {
			ts = at.Finished(call, sums)
		}
		f.recordChain(at.Decl(), call, fn, ts)
	}
	if fn != nil {
		f.executes(at, call, fn)
	}
	if fn == nil || !takesText(fn) {
		return
	}
	for _, api := range f.lookup(fn) {
		first, last := api.SQLArg, api.SQLArg
		if api.SQLVariadic == "each" {
			last = len(call.Args) - 1
		}
		for i := first; i <= last && i < len(call.Args); i++ {
			if !f.isText(call.Args[i]) || call.Ellipsis.IsValid() && i == len(call.Args)-1 && api.SQLVariadic != "" {
				continue
			}
			site := f.site(d, call, i, fn, api)
			for _, t := range f.fill(site, at) {
				site.add(t)
			}
		}
	}
}

// executes records the statement under construction that a call is given to
// send.
func (f *finder) executes(at sqltext.At, call *ast.CallExpr, fn *types.Func) {
	if _, ok := apis.LibraryOf(pkgPath(fn)); !ok {
		return
	}
	api, ok := f.apis.Lookup(fn)
	if !ok || !api.RoundTrip || api.QueryArg == apis.None || api.QueryArg >= len(call.Args) {
		return
	}
	if ts := at.Statement(call, call.Args[api.QueryArg]); len(ts) > 0 {
		f.recordChain(at.Decl(), call, fn, ts)
	}
}

// finishes reports whether a call of fn sends the statement under construction
// that it is called on.
func (f *finder) finishes(fn *types.Func) bool {
	if done, ok := f.finishers[fn]; ok {
		return done
	}
	done := false
	method := apis.StandsFor(fn)
	if lib := f.oracle().LibraryAt(method.Pkg()); lib != nil {
		e, _, known := lib.Effect(method)
		done = known && e.Finish != "" && e.Finish != "text"
	}
	if api, ok := f.apis.Lookup(fn); ok && api.QueryArg != apis.None && api.Rule == "" {
		done = done || api.RoundTrip
	}
	done = done || len(f.finished(fn)) > 0
	f.finishers[fn] = done
	return done
}

// handsOver reports whether an argument of a call is a statement under
// construction, or may be one: a handle to which conditions are added.
func (f *finder) handsOver(call *ast.CallExpr) bool {
	return slices.ContainsFunc(call.Args, func(a ast.Expr) bool {
		t := f.pass.TypesInfo.TypeOf(a)
		return t != nil && f.oracle().LibraryAt(packageOf(t)) != nil
	})
}

// packageOf returns the package of the named type that t is or points to; nil
// if it is none.
func packageOf(t types.Type) *types.Package {
	if ptr, ok := types.Unalias(t).(*types.Pointer); ok {
		t = ptr.Elem()
	}
	if named, ok := types.Unalias(t).(*types.Named); ok {
		return named.Obj().Pkg()
	}
	return nil
}

// finished returns what a function of another package sends of the statements
// that it is handed.
func (f *finder) finished(fn *types.Func) []sqltext.ChainSummary {
	fact := new(Finishes)
	if fn.Pkg() == f.pass.Pkg || !f.pass.ImportObjectFact(fn, fact) {
		return nil
	}
	return fact.Chains
}

func pkgPath(fn *types.Func) string {
	if fn.Pkg() == nil {
		return ""
	}
	return fn.Pkg().Path()
}

// recordChain records the statements that a finisher sends.
func (f *finder) recordChain(d *ast.FuncDecl, call *ast.CallExpr, fn *types.Func, ts []*sqltext.Text) {
	if len(ts) == 0 {
		return
	}
	key := siteKey{call, chainArg}
	s := f.sites[key]
	if s == nil {
		api, ok := f.apis.Lookup(fn)
		if !ok {
			api = apis.Blank()
		}
		// Have: the text is the whole statement, whatever part of it the
		// finisher takes as text.
		api.Fragment, api.SQLArg, api.ArgsStart = "", apis.None, apis.None
		var arg ast.Expr = call.Fun
		if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
			arg = sel.Sel
		}
		s = &Site{Call: call, Arg: arg, Callee: fn, API: api, Chain: true, Func: d, within: f.pass.Pkg.Path()}
		f.sites[key] = s
	}
	f.ends[call] = true
	s.Sent = true
	for _, t := range ts {
		s.add(t)
	}
}

// chainArg stands in a siteKey for the statement that a call finishes.
const chainArg = -1

// isText reports whether an argument is a string, whatever its parameter is.
func (f *finder) isText(e ast.Expr) bool {
	t := f.pass.TypesInfo.TypeOf(e)
	if t == nil {
		return false
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

func (f *finder) site(d *ast.FuncDecl, call *ast.CallExpr, i int, fn *types.Func, api apis.API) *Site {
	key := siteKey{call, i}
	s := f.sites[key]
	if s == nil {
		s = &Site{Call: call, Arg: call.Args[i], Callee: fn, API: api, Wrapped: f.isWrapper(fn), Func: d}
		s.Sent = api.Sends() || f.sent(s)
		f.sites[key] = s
	}
	return s
}

func (f *finder) isWrapper(fn *types.Func) bool {
	w := f.wrapper(fn)
	return w != nil && len(w.Params) > 0
}

// add adds an alternative. One of which nothing is known gives way to others:
// a closure is first seen without arguments, then once for each of its calls.
func (s *Site) add(t *sqltext.Text) {
	opaque := func(t *sqltext.Text) bool { return t.HoleName() != "" || t.Assumed() }
	if t.Assumed() && !slices.ContainsFunc(s.opened, t.Equal) {
		s.opened = append(s.opened, t)
	}
	if opaque(t) && len(s.Texts) > 0 {
		return
	}
	s.Texts = slices.DeleteFunc(s.Texts, opaque)
	for _, u := range s.Texts {
		if u.Equal(t) {
			return
		}
	}
	s.Texts = append(s.Texts, t)
}

// likeSQL is a filter for what is worth following, not a judgement: texts
// that pass are read as SQL only where they reach a database call.
func likeSQL(s string) bool {
	if len(s) < len("select 1") {
		return false
	}
	up := strings.ToUpper(s)
	for _, w := range [...]string{"SELECT ", "SELECT\n", "INSERT INTO", "UPDATE ", "DELETE FROM", "WITH ", " FROM ", "WHERE ", "ORDER BY"} {
		if strings.Contains(up, w) {
			return true
		}
	}
	return false
}
