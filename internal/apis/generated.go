package apis

import (
	"go/constant"
	"go/types"
	"slices"
	"sort"
	"strings"
)

// A Generated type is one that a library's generator wrote into the user's
// module: it has no fixed path, and is known by what it is made of. The first
// of a data file's list that a type fits gives its role, the name that stands
// for the type in the rest of the chain section.
type Generated struct {
	Role string `yaml:"role"`
	// Holds is the type of one of its fields, behind pointers and slices: full
	// name, or another role of the same package. Embeds is the same of an
	// embedded field.
	Holds  string `yaml:"holds"`
	Embeds string `yaml:"embeds"`
	// Has and Lacks are methods that it declares, and does not.
	Has   []string `yaml:"has"`
	Lacks []string `yaml:"lacks"`
}

// GeneratorOf returns the library that may have generated code in pkg, whose
// source is at hand: pkg imports it. Whether a type or function of pkg was
// generated, its shape decides.
func GeneratorOf(pkg *types.Package) *Library {
	for _, p := range pkg.Imports() {
		if lib, ok := LibraryOf(p.Path()); ok && lib.Chain != nil && len(lib.Chain.Generated) > 0 {
			return lib
		}
	}
	return nil
}

// roleDepth bounds how far a role is told by the roles of its fields.
const roleDepth = 4

// role returns the role of a generated type; "" if it has none.
func (l *Library) role(t *types.Named, depth int) string {
	st, ok := t.Underlying().(*types.Struct)
	if !ok || depth > roleDepth || t.NumMethods() == 0 {
		return ""
	}
	for _, g := range l.Chain.Generated {
		if declares(t, g.Has, true) && declares(t, g.Lacks, false) &&
			(g.Holds == "" || l.holds(t, st, g.Holds, false, depth)) && (g.Embeds == "" || l.holds(t, st, g.Embeds, true, depth)) {
			return g.Role
		}
	}
	return ""
}

// declares reports whether t declares all of the methods, or none of them.
func declares(t *types.Named, names []string, all bool) bool {
	for _, name := range names {
		found := false
		for i := range t.NumMethods() {
			found = found || t.Method(i).Name() == name
		}
		if found != all {
			return false
		}
	}
	return true
}

func (l *Library) holds(t *types.Named, st *types.Struct, want string, embedded bool, depth int) bool {
	full := strings.ContainsAny(want, "./")
	for i := range st.NumFields() {
		f := st.Field(i)
		if embedded && !f.Embedded() {
			continue
		}
		n := namedOf(f.Type())
		if n == nil || n == t || n.Obj().Pkg() == nil {
			continue
		}
		if full {
			if n.Obj().Pkg().Path()+"."+n.Obj().Name() == want {
				return true
			}
		} else if n.Obj().Pkg() == t.Obj().Pkg() && l.role(n, depth+1) == want {
			return true
		}
	}
	return false
}

// namedOf returns the named type behind pointers and slices; nil if there is none.
func namedOf(t types.Type) *types.Named {
	for range 4 {
		switch u := types.Unalias(t).(type) {
		case *types.Pointer:
			t = u.Elem()
		case *types.Slice:
			t = u.Elem()
		case *types.Named:
			return u
		default:
			return nil
		}
	}
	return nil
}

// IsGenerated reports whether t is a type that the library's generator wrote.
func (l *Library) IsGenerated(t types.Type) bool {
	n := namedOf(t)
	return l.Chain != nil && n != nil && n.Obj().Pkg() != nil && !l.covers(n.Obj().Pkg().Path()) && l.role(n, 0) != ""
}

// HasGenerated reports whether a package is the library's generated code as a
// whole: it declares a type of the first role, or is the package of a table.
func (l *Library) HasGenerated(pkg *types.Package) bool {
	scope := pkg.Scope()
	if _, ok := constantOf(scope, l.Chain.TableConst); ok {
		return scope.Lookup(l.Chain.TableFunc) != nil
	}
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || tn.IsAlias() {
			continue
		}
		if n, ok := tn.Type().(*types.Named); ok && l.role(n, 0) == l.Chain.Generated[0].Role {
			return true
		}
	}
	return false
}

// Covers reports whether a package is part of the library itself.
func (l *Library) Covers(pkg *types.Package) bool { return l.covers(pkg.Path()) }

func (l *Library) covers(path string) bool {
	return path == l.Module || strings.HasPrefix(path, l.Module+"/")
}

// generated returns what a call of a generated function or method does.
func (l *Library) generated(fn *types.Func) (e Effect, verb string, ok bool) {
	if recv := fn.Signature().Recv(); recv != nil {
		n := namedOf(recv.Type())
		if n == nil {
			return Effect{}, "", false
		}
		role := l.role(n, 0)
		if role == "" {
			return Effect{}, "", false
		}
		verb = l.Chain.Types[role]
		if e, ok = l.Chain.Calls[role+"."+fn.Name()]; ok {
			return e, verb, true
		}
		e, ok = l.pattern(role+".", fn.Name(), func(string, string) (string, bool) { return "", true })
		return e, verb, ok
	}
	res := fn.Signature().Results()
	if res.Len() != 1 || !l.isFunction(res.At(0).Type()) {
		return Effect{}, "", false
	}
	// A function that makes a condition, an order or an aggregate.
	scope := fn.Pkg().Scope()
	constant := func(kind, word string) (string, bool) {
		return constantOf(scope, strings.ToUpper(kind[:1])+kind[1:]+word)
	}
	if _, field := constant("field", fn.Name()); !field {
		if e, ok = l.Chain.Calls["func:"+fn.Name()]; ok && l.HasGenerated(fn.Pkg()) {
			return e, "", true
		}
	}
	e, ok = l.pattern("func:", fn.Name(), constant)
	return e, "", ok
}

// pattern finds the entry of a name with a part that differs: {field} is what
// stands behind Field in a constant of the package, {edge} behind Edge.
func (l *Library) pattern(prefix, name string, known func(kind, word string) (string, bool)) (Effect, bool) {
	for _, p := range l.Chain.patterns(prefix) {
		before, rest, _ := strings.Cut(p, "{")
		kind, after, _ := strings.Cut(rest, "}")
		word, ok := strings.CutPrefix(name, before)
		if word, ok2 := strings.CutSuffix(word, after); ok && ok2 && word != "" {
			if value, ok := known(kind, word); ok {
				e := l.Chain.Calls[prefix+p]
				e.Word, e.Name = word, value
				return e, true
			}
		}
	}
	return Effect{}, false
}

// patterns returns the keys that have a part that differs, those with the
// longest fixed part first, without their prefix. A field's own name comes
// before all: CheckIn is the field of that name, and not Check with In.
func (c *Chain) patterns(prefix string) []string {
	c.once.Do(func() {
		c.byPrefix = make(map[string][]string)
		for key := range c.Calls {
			i := strings.IndexByte(key, '{')
			if i < 0 {
				continue
			}
			j := strings.LastIndexAny(key[:i], ".:") + 1
			c.byPrefix[key[:j]] = append(c.byPrefix[key[:j]], key[j:])
		}
		for _, ps := range c.byPrefix {
			sort.Strings(ps)
			slices.SortStableFunc(ps, func(a, b string) int { return fixed(b) - fixed(a) })
		}
	})
	return c.byPrefix[prefix]
}

func fixed(p string) int {
	if p == "{field}" {
		return 1 << 10
	}
	return len(p)
}

func constantOf(scope *types.Scope, name string) (string, bool) {
	c, ok := scope.Lookup(name).(*types.Const)
	if !ok || c.Val().Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(c.Val()), true
}

// isFunction reports whether t is a function over one of the library's own
// statements.
func (l *Library) isFunction(t types.Type) bool {
	sig, ok := t.Underlying().(*types.Signature)
	if !ok || sig.Params().Len() != 1 {
		return false
	}
	n := namedOf(sig.Params().At(0).Type())
	return n != nil && n.Obj().Pkg() != nil && l.covers(n.Obj().Pkg().Path())
}
