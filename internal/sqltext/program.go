package sqltext

import (
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/gofiles"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/models"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// An Oracle answers what cannot be read from the package's own source.
type Oracle interface {
	// Returns gives the texts that an imported function returns.
	Returns(fn *types.Func) []Summary
	// Holds gives the texts that an imported package-level variable holds.
	Holds(v *types.Var) []Summary
	// Rewrites reports whether a function returns its i-th argument as SQL
	// that differs only in its placeholders (sqlx.Rebind, sqlx.In).
	Rewrites(fn *types.Func) (i int, ok bool)
	// Quotes reports whether a function makes one SQL token of its argument:
	// an identifier or a value.
	Quotes(fn *types.Func) (sqlscan.HoleKind, bool)
	// Library returns the library that a function belongs to if it builds
	// statements from calls, LibraryAt that of a package; nil if there is none.
	Library(fn *types.Func) *apis.Library
	LibraryAt(pkg *types.Package) *apis.Library
	// Builds gives the statements under construction that an imported
	// function returns, or an imported package-level variable holds.
	Builds(obj types.Object) []ChainSummary
	// Table returns what a generated package says of its table; nil
	// if it is not known.
	Table(pkg *types.Package) *models.Table
	// Naming returns how the program has a library name its tables; false if it
	// says nothing about it.
	Naming(library string) (models.Naming, bool)
	// Package returns a package that this one imports, directly or not; nil if
	// it imports none of that path.
	Package(path string) *types.Package
}

// A Program is the source of one package as far as texts depend on it.
type Program struct {
	fset   *token.FileSet
	info   *types.Info
	pkg    *types.Package
	files  []*ast.File
	oracle Oracle

	decls  map[*types.Func]*ast.FuncDecl
	consts map[*types.Const]ast.Expr
	sets   map[*types.Var][]setting
	embeds map[*types.Var]embed
	owners map[*ast.CompositeLit]*types.Named // the values that literals are embedded in
	uses   map[types.Object]int
	// defined has the local variables that are no parameters, with what they
	// are declared with; nil for nothing.
	defined map[*types.Var]ast.Expr
	// touches has the calls on what a field holds, where methods change their
	// receiver.
	touches map[*types.Var][]*ast.CallExpr

	stands   map[*types.Func]*types.Func // see standsFor
	only     map[*types.Func]*types.Func // see callee
	asks     map[*types.Func]bool        // see asksCaller
	inTest   bool                        // a test file beside others is being indexed
	active   map[any]bool                // functions and variables being evaluated: recursion ends in a hole
	nums     *numbers
	wild     map[*types.Var]bool       // variables that a function within theirs may change, or whoever has their address
	writes   map[writeKey]bool         // see mayWrite
	assigned map[ast.Stmt][]*types.Var // see assignedIn
	budget   int                       // statements that may still be interpreted in helper functions
	read     map[string]*Text
}

// A setting is one assignment to a package-level variable or a struct field.
type setting struct {
	rhs    ast.Expr          // nil if what is assigned is not an expression of its own
	result int               // index of the result, if rhs is a call with several
	owner  *types.Named      // of the whole value that gets it; nil if that is not known
	lit    *ast.CompositeLit // the struct literal that gives it; nil for an assignment
}

// An embed is a //go:embed directive.
type embed struct {
	dir      string
	patterns []string
}

// inlineBudget bounds the work that goes into reading helper functions, in
// statements for each package.
const inlineBudget = 80000

// Exhausted reports whether some helper functions were not read, since others
// took all the work that a package may make.
func (p *Program) Exhausted() bool { return p.budget <= 0 }

// New indexes a package. The files must be those that info was made from.
func New(fset *token.FileSet, files []*ast.File, pkg *types.Package, info *types.Info, oracle Oracle) *Program {
	p := &Program{
		fset: fset, info: info, pkg: pkg, files: files, oracle: oracle,
		decls:    make(map[*types.Func]*ast.FuncDecl),
		consts:   make(map[*types.Const]ast.Expr),
		sets:     make(map[*types.Var][]setting),
		embeds:   make(map[*types.Var]embed),
		owners:   make(map[*ast.CompositeLit]*types.Named),
		uses:     make(map[types.Object]int),
		defined:  make(map[*types.Var]ast.Expr),
		touches:  make(map[*types.Var][]*ast.CallExpr),
		active:   make(map[any]bool),
		stands:   make(map[*types.Func]*types.Func),
		asks:     make(map[*types.Func]bool),
		only:     make(map[*types.Func]*types.Func),
		nums:     newNumbers(),
		wild:     make(map[*types.Var]bool),
		writes:   make(map[writeKey]bool),
		assigned: make(map[ast.Stmt][]*types.Var),
		budget:   inlineBudget,
		read:     make(map[string]*Text),
	}
	for _, obj := range info.Uses {
		switch obj.(type) {
		case *types.Const, *types.Var:
			p.uses[obj]++
		}
	}
	tests := func(f *ast.File) bool { return p.isTest(f.Package) }
	all := !slices.ContainsFunc(files, func(f *ast.File) bool { return !tests(f) })
	for _, f := range files {
		// What tests give a variable or field says nothing of the program.
		p.inTest = tests(f) && !all
		p.index(f)
	}
	p.inTest = false
	return p
}

// isTest reports whether pos stands in a file of tests.
func (p *Program) isTest(pos token.Pos) bool {
	return strings.HasSuffix(p.fset.Position(pos).Filename, "_test.go")
}

func (p *Program) index(f *ast.File) {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if fn, ok := p.info.Defs[d.Name].(*types.Func); ok {
				p.decls[fn] = d
			}
		case *ast.GenDecl:
			p.indexEmbeds(f, d)
		}
	}
	p.indexWild(f, nil)
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			p.indexSpec(n)
		case *ast.AssignStmt:
			p.indexAssign(n)
		case *ast.CompositeLit:
			p.indexComposite(n)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				if v := p.settable(n.X); v != nil && isString(v.Type()) {
					p.set(v, nil, 0, nil) // whoever has the address may assign
				}
			}
		case *ast.CallExpr:
			p.indexTouch(n)
		case *ast.RangeStmt:
			for _, e := range []ast.Expr{n.Key, n.Value} {
				p.define(e, n.X)
				if v := p.settable(e); v != nil {
					p.set(v, nil, 0, nil)
				}
			}
		}
		return true
	})
}

func (p *Program) set(v *types.Var, rhs ast.Expr, result int, owner *types.Named) {
	if p.inTest {
		return
	}
	p.sets[v.Origin()] = append(p.sets[v.Origin()], setting{rhs: rhs, result: result, owner: owner})
}

// indexSpec records constants, and package-level variables with their initial
// values.
func (p *Program) indexSpec(s *ast.ValueSpec) {
	for i, name := range s.Names {
		p.define(name, valueOf(s.Values, len(s.Names), i))
	}
	for i, name := range s.Names {
		switch obj := p.info.Defs[name].(type) {
		case *types.Const:
			if i < len(s.Values) {
				p.consts[obj] = s.Values[i]
			}
		case *types.Var:
			if obj.Parent() != p.pkg.Scope() {
				continue
			}
			switch {
			case len(s.Values) == len(s.Names):
				p.set(obj, s.Values[i], 0, nil)
			case len(s.Values) == 1:
				p.set(obj, s.Values[0], i, nil)
			}
		}
	}
}

func (p *Program) indexAssign(s *ast.AssignStmt) {
	for i, lhs := range s.Lhs {
		p.define(lhs, valueOf(s.Rhs, len(s.Lhs), i))
		v := p.settable(lhs)
		switch {
		case v == nil:
		case s.Tok != token.ASSIGN && s.Tok != token.DEFINE:
			p.set(v, nil, 0, nil)
		case len(s.Rhs) == len(s.Lhs):
			p.set(v, s.Rhs[i], 0, p.ownerOf(lhs))
		default:
			p.set(v, s.Rhs[0], i, p.ownerOf(lhs))
		}
	}
}

// settable returns the package-level variable or the field that e denotes, or
// nil.
func (p *Program) settable(e ast.Expr) *types.Var {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return p.settable(e.X)
	case *ast.Ident:
		if v, ok := p.info.Uses[e].(*types.Var); ok && p.packageLevel(v) {
			return v
		}
	case *ast.SelectorExpr:
		if v, ok := p.info.Uses[e.Sel].(*types.Var); ok && (v.IsField() || p.packageLevel(v)) {
			return v
		}
	}
	return nil
}

func (p *Program) packageLevel(v *types.Var) bool {
	return v.Pkg() != nil && v.Parent() == v.Pkg().Scope()
}

// indexComposite records the fields that a struct literal sets.
func (p *Program) indexComposite(lit *ast.CompositeLit) {
	tv, ok := p.info.Types[lit]
	if !ok {
		return
	}
	st := structOf(tv.Type)
	if st == nil {
		return
	}
	owner := p.owners[lit]
	if owner == nil {
		owner = golang.Named(tv.Type)
	}
	for i, e := range lit.Elts {
		var field *types.Var
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok {
				field, _ = p.info.Uses[id].(*types.Var)
			}
			e = kv.Value
		} else if i < st.NumFields() {
			field = st.Field(i)
		}
		if field == nil {
			continue
		}
		if !p.inTest {
			p.sets[field.Origin()] = append(p.sets[field.Origin()], setting{rhs: e, owner: owner, lit: lit})
		}
		if inner := compositeOf(e); inner != nil && field.Embedded() {
			p.owners[inner] = owner // Have: it is looked at later.
		}
	}
}

// compositeOf returns the composite literal that e is or points to; nil if it is
// none.
func compositeOf(e ast.Expr) *ast.CompositeLit {
	e = ast.Unparen(e)
	if u, ok := e.(*ast.UnaryExpr); ok && u.Op == token.AND {
		e = ast.Unparen(u.X)
	}
	lit, _ := e.(*ast.CompositeLit)
	return lit
}

// ownerOf returns the type of the whole value whose field a selector denotes:
// of x.embedded.f, that of x. It is nil for anything else.
func (p *Program) ownerOf(e ast.Expr) *types.Named {
	sel, ok := ast.Unparen(e).(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	return golang.Named(p.info.TypeOf(p.whole(sel.X)))
}

// whole returns the value that e is an embedded part of: x for x.embedded.
func (p *Program) whole(e ast.Expr) ast.Expr {
	for {
		sel, ok := ast.Unparen(e).(*ast.SelectorExpr)
		if !ok {
			return e
		}
		if f, ok := p.info.Uses[sel.Sel].(*types.Var); !ok || !f.Embedded() {
			return e
		}
		e = sel.X
	}
}

func (p *Program) indexEmbeds(f *ast.File, d *ast.GenDecl) {
	if d.Tok != token.VAR {
		return
	}
	for _, s := range d.Specs {
		s, ok := s.(*ast.ValueSpec)
		if !ok || len(s.Names) != 1 {
			continue
		}
		doc := s.Doc
		if doc == nil {
			doc = d.Doc
		}
		if doc == nil {
			continue
		}
		var patterns []string
		for _, c := range doc.List {
			if args, ok := strings.CutPrefix(c.Text, "//go:embed "); ok {
				patterns = append(patterns, strings.Fields(args)...)
			}
		}
		v, ok := p.info.Defs[s.Names[0]].(*types.Var)
		if ok && len(patterns) > 0 {
			dir := filepath.Dir(gofiles.Name(p.fset, f))
			p.embeds[v] = embed{dir: dir, patterns: patterns}
		}
	}
}

// embedded returns the text of an embedded file. The file becomes part of the
// file set, so that positions in it can be reported.
//
// The go command hashes embedded files into the package's build, so a vet
// result that depends on one is not replayed after the file changes.
func (p *Program) embedded(e embed, name string) (*Text, bool) {
	if path.Ext(name) != ".sql" || strings.ContainsAny(name, "*?[") {
		return nil, false
	}
	file := filepath.Join(e.dir, filepath.FromSlash(name))
	if t, ok := p.read[file]; ok {
		return t, t != nil
	}
	p.read[file] = nil
	data, err := os.ReadFile(file)
	if err != nil || len(data) > 4<<20 {
		return nil, false
	}
	tf := p.fset.AddFile(file, -1, len(data))
	tf.SetLinesForContent(data)
	t := known(string(data), origin{base: token.Pos(tf.Base())})
	p.read[file] = t
	return t, true
}

// fileOf returns the token file that holds pos.
func (p *Program) fileOf(pos token.Pos) *token.File { return p.fset.File(pos) }

func structOf(t types.Type) *types.Struct {
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	st, _ := t.Underlying().(*types.Struct)
	return st
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

func isBytes(t types.Type) bool {
	s, ok := t.Underlying().(*types.Slice)
	if !ok {
		return false
	}
	b, ok := s.Elem().Underlying().(*types.Basic)
	return ok && b.Kind() == types.Uint8
}

func isStringSlice(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Slice:
		return isString(t.Elem())
	case *types.Array:
		return isString(t.Elem())
	}
	return false
}

// isBuilder reports whether t is strings.Builder or bytes.Buffer, or a
// pointer to one.
func isBuilder(t types.Type) bool {
	if ptr, ok := types.Unalias(t).(*types.Pointer); ok {
		t = ptr.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return false
	}
	switch named.Obj().Pkg().Path() + "." + named.Obj().Name() {
	case "strings.Builder", "bytes.Buffer":
		return true
	}
	return false
}
