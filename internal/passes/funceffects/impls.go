package funceffects

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// implementations finds the methods that a call of an interface method may
// execute: those of this package, and those of imported packages that have a
// fact.
type implementations struct {
	g      *graph
	memo   map[implKey][]target
	byName map[string][]*types.Func // methods, made at the first question
	embeds []*types.Named           // types that may implement by what they embed
	opened map[types.Type]bool
}

type implKey struct {
	iface  types.Type
	method *types.Func
}

func newImplementations(g *graph) *implementations {
	return &implementations{g: g, memo: make(map[implKey][]target), opened: make(map[types.Type]bool)}
}

// of returns the implementations of method fn, called or named by sel, the
// method's name for the link step, and whether packages that this one does not
// import may well have others.
func (m *implementations) of(sel *ast.SelectorExpr, fn *types.Func) (list []target, name string, open bool) {
	iface, name := interfaceOf(m.g.info, sel, fn)
	if iface == nil {
		return nil, "", false
	}
	if tp, ok := types.Unalias(m.g.info.TypeOf(sel.X)).(*types.TypeParam); ok {
		if list := m.instantiated(tp, fn, name); len(list) > 0 {
			return list, name, false
		}
	}
	return m.behind(iface, fn), name, m.g.modules.Own && m.g.modules.Ours(declarer(iface, fn)) && m.open(iface)
}

// open reports whether the implementations of an interface are likely to be
// elsewhere: nothing but test doubles implements it in the package that
// declares it.
func (m *implementations) open(t types.Type) bool {
	if answer, ok := m.opened[t]; ok {
		return answer
	}
	answer := m.isOpen(t)
	m.opened[t] = answer
	return answer
}

func (m *implementations) isOpen(t types.Type) bool {
	iface, ok := t.Underlying().(*types.Interface)
	if !ok {
		return false
	}
	for i := range iface.NumMethods() {
		if !iface.Method(i).Exported() {
			return false // only its own package can implement it
		}
	}
	n, ok := t.(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return true
	}
	scope := n.Obj().Pkg().Scope()
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if ok && !tn.IsAlias() && !isDouble(name) && !wraps(tn.Type(), t) && m.implements(tn.Type(), iface) {
			return false
		}
	}
	return true
}

// count returns the number of types that implement an interface, without test
// doubles and decorators.
func (m *implementations) count(t types.Type) int {
	if t == nil {
		return 0
	}
	iface, ok := t.Underlying().(*types.Interface)
	if !ok {
		return 0
	}
	packages := map[*types.Package]bool{m.g.pass.Pkg: true}
	if n, ok := t.(*types.Named); ok && n.Obj().Pkg() != nil {
		packages[n.Obj().Pkg()] = true
	}
	for _, pkg := range m.g.pass.Pkg.Imports() {
		if m.g.modules.Ours(pkg) {
			packages[pkg] = true
		}
	}
	found := 0
	for pkg := range packages {
		scope := pkg.Scope()
		for _, name := range scope.Names() {
			tn, ok := scope.Lookup(name).(*types.TypeName)
			if ok && !tn.IsAlias() && !isDouble(name) && !wraps(tn.Type(), t) && m.implements(tn.Type(), iface) {
				found++
			}
		}
	}
	return found
}

// wraps reports whether values of t hold an implementation of the interface
// themselves: decorators.
func wraps(t, iface types.Type) bool {
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for i := range st.NumFields() {
		if types.Identical(st.Field(i).Type(), iface) {
			return true
		}
	}
	return false
}

// isDouble reports whether a type's name says that it stands in for another.
func isDouble(name string) bool {
	name = strings.ToLower(name)
	for _, s := range [...]string{"mock", "fake", "stub", "dummy", "noop", "nop", "memory", "inmem", "unimplemented"} {
		if strings.Contains(name, s) {
			return true
		}
	}
	return false
}

// interfaceOf returns the interface through which sel calls fn: the type of
// the operand, or of the field that it is embedded through.
func interfaceOf(info *types.Info, sel *ast.SelectorExpr, fn *types.Func) (types.Type, string) {
	t := fn.Signature().Recv().Type()
	if s := info.Selections[sel]; s != nil {
		t = holder(s.Recv(), fn, s.Index())
	}
	t = types.Unalias(t)
	if tp, ok := t.(*types.TypeParam); ok {
		t = types.Unalias(tp.Constraint())
	}
	return t, interfaceName(t, fn) + "." + fn.Name()
}

// holder returns the interface that a method of t belongs to which is found
// there by an index as types.Selection has it: t itself, or a field that is
// embedded.
func holder(t types.Type, fn *types.Func, index []int) types.Type {
	for _, i := range index[:len(index)-1] {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok {
			break
		}
		t = st.Field(i).Type()
	}
	if !types.IsInterface(t) {
		t = fn.Signature().Recv().Type()
	}
	return t
}

// interfaceName names an interface that has the method fn for the link step:
// "import/path.Iface", with its type arguments if those are known.
func interfaceName(t types.Type, fn *types.Func) string {
	switch name := apis.TypeName(t); {
	case name == "":
		return fn.Pkg().Path() + ".interface"
	case golang.HasTypeParam(t):
		return name
	}
	return golang.TypeText(t)
}

// ShortInterface cuts the folders off the name of an interface, or of a method
// of one, for readers, and the parameters of a generic one that is no instance.
func ShortInterface(name string) string {
	base, args, generic := strings.Cut(name, "[")
	base = base[strings.LastIndexByte(base, '/')+1:]
	if own, method, _ := strings.Cut(args, "]"); strings.HasPrefix(own, "$") {
		base += method
	} else if generic {
		base += "[" + args[strings.LastIndexByte(args, '/')+1:]
	}
	return base
}

// Promoter returns the interface from which t has a method, one that it embeds,
// itself or by a struct that it embeds: its name as in Effect, and the package
// that declares it, nil if the method has a body. Where fn stands in t, index
// says as types.Selection does.
func Promoter(t types.Type, fn *types.Func, index []int) (name string, pkg *types.Package) {
	if !golang.IsInterfaceMethod(fn) || fn.Pkg() == nil {
		return "", nil
	}
	iface := types.Unalias(holder(t, fn, index))
	return interfaceName(iface, fn), declarer(iface, fn)
}

func (m *implementations) find(t types.Type, fn *types.Func, name string) []target {
	iface, ok := t.Underlying().(*types.Interface)
	if !ok {
		return nil
	}
	m.index()
	through := ShortInterface(name)
	var out []target
	seen := make(map[*types.Func]bool)
	add := func(f *types.Func) {
		if !seen[f] {
			seen[f] = true
			out = append(out, target{fn: f, through: through})
		}
	}
	named := m.byName[fn.Name()]
	slices.SortFunc(named, func(a, b *types.Func) int { return strings.Compare(a.FullName(), b.FullName()) })
	for _, f := range named {
		if m.implements(f.Signature().Recv().Type(), iface) {
			add(f)
		}
	}
	if fn.Pkg() != m.g.pass.Pkg && m.g.summary(fn) != nil {
		add(fn) // hidden implementations beside the interface
	}
	for _, n := range m.embeds {
		obj, index, _ := types.LookupFieldOrMethod(types.NewPointer(n), true, fn.Pkg(), fn.Name())
		f, ok := obj.(*types.Func)
		if !ok || len(index) == 1 || !m.implements(types.NewPointer(n), iface) {
			continue
		}
		if golang.IsInterfaceMethod(f) {
			for _, behind := range m.behind(types.Unalias(holder(n, f, index)), f) {
				add(behind.fn)
			}
		} else if f = f.Origin(); m.known(f) {
			add(f)
		}
	}
	return out
}

// behind returns the implementations of an interface that a type embeds, and
// that it has method fn from. While they are looked for there are none: a type
// may embed what it implements.
func (m *implementations) behind(iface types.Type, fn *types.Func) []target {
	key := implKey{iface, fn}
	list, ok := m.memo[key]
	if !ok {
		m.memo[key] = nil
		list = m.find(iface, fn, interfaceName(iface, fn)+"."+fn.Name())
		m.memo[key] = list
	}
	return list
}

// declarer returns the package of an interface that has the method fn.
func declarer(iface types.Type, fn *types.Func) *types.Package {
	if n, ok := iface.(*types.Named); ok {
		return n.Obj().Pkg()
	}
	return fn.Pkg()
}

// instantiated returns the methods of the types that this package gives for a
// type parameter.
func (m *implementations) instantiated(tp *types.TypeParam, fn *types.Func, name string) []target {
	var out []target
	seen := make(map[*types.Func]bool)
	for id, inst := range m.g.info.Instances {
		if tp.Index() >= inst.TypeArgs.Len() || !declares(m.g.info.Uses[id], tp) {
			continue
		}
		obj, _, _ := types.LookupFieldOrMethod(inst.TypeArgs.At(tp.Index()), true, fn.Pkg(), fn.Name())
		f, ok := obj.(*types.Func)
		if !ok || golang.IsInterfaceMethod(f) || seen[f.Origin()] {
			continue
		}
		f = f.Origin()
		seen[f] = true
		if m.known(f) {
			out = append(out, target{fn: f, through: ShortInterface(name)})
		}
	}
	slices.SortFunc(out, func(a, b target) int { return strings.Compare(a.fn.FullName(), b.fn.FullName()) })
	return out
}

// declares reports whether a generic function, or a method of a generic type,
// has the type parameter.
func declares(obj types.Object, tp *types.TypeParam) bool {
	switch obj := obj.(type) {
	case *types.Func:
		list := obj.Signature().TypeParams()
		return tp.Index() < list.Len() && list.At(tp.Index()) == tp
	case *types.TypeName:
		n, ok := obj.Type().(*types.Named)
		for i := 0; ok && i < n.Origin().NumMethods(); i++ {
			list := n.Origin().Method(i).Signature().RecvTypeParams()
			if tp.Index() < list.Len() && list.At(tp.Index()) == tp {
				return true
			}
		}
	}
	return false
}

// known reports whether a look at the body of f says, or may say, anything.
func (m *implementations) known(f *types.Func) bool {
	return m.g.decls[f] != nil || m.g.prims.of(f) != nil || m.g.summary(f) != nil
}

// implements reports whether recv, or a pointer to it, implements the interface; a
// generic type does if an instance of it does.
func (m *implementations) implements(recv types.Type, iface *types.Interface) bool {
	n := golang.Named(recv)
	return n != nil && !types.IsInterface(n) && golang.Implementing(n, iface) != nil
}

// index lists the methods and types once, at the first interface call.
func (m *implementations) index() {
	if m.byName != nil {
		return
	}
	m.byName = make(map[string][]*types.Func)
	packages := map[*types.Package]bool{m.g.pass.Pkg: true}
	for fn := range m.g.decls {
		if fn.Signature().Recv() != nil {
			m.byName[fn.Name()] = append(m.byName[fn.Name()], fn)
		}
	}
	for _, f := range allFacts(m.g.pass) {
		fn, ok := f.Object.(*types.Func)
		if !ok || fn.Pkg() == m.g.pass.Pkg || fn.Signature().Recv() == nil || golang.IsInterfaceMethod(fn) {
			continue
		}
		m.byName[fn.Name()] = append(m.byName[fn.Name()], fn)
		packages[fn.Pkg()] = true
	}
	for pkg := range packages {
		if !m.g.modules.Ours(pkg) {
			continue // a scope is decoded only where it is looked into
		}
		scope := pkg.Scope()
		for _, name := range scope.Names() {
			tn, ok := scope.Lookup(name).(*types.TypeName)
			if !ok || tn.IsAlias() {
				continue
			}
			if n, ok := tn.Type().(*types.Named); ok && embeds(n) {
				m.embeds = append(m.embeds, n)
			}
		}
	}
	slices.SortFunc(m.embeds, func(a, b *types.Named) int { return strings.Compare(apis.TypeName(a), apis.TypeName(b)) })
}

// embeds reports whether a struct embeds something that has methods.
func embeds(n *types.Named) bool {
	st, ok := n.Underlying().(*types.Struct)
	if !ok || n.TypeParams().Len() > 0 {
		return false
	}
	for i := range st.NumFields() {
		if f := st.Field(i); f.Embedded() && golang.Named(f.Type()) != nil {
			return true
		}
	}
	return false
}

func allFacts(pass *analysis.Pass) []analysis.ObjectFact { return pass.AllObjectFacts() }
