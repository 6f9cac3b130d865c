package reach

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
)

// A Function is what one package says of a function to who sees all packages.
type Function struct {
	// Origin is what alone leads to it; Anywhere if its callers decide.
	Origin Origin `json:"o,omitempty"`
	// Escapes: something that no package sees may call it.
	Escapes bool `json:"e,omitempty"`
	// Callers are the functions of the package that call it.
	Callers []string `json:"c,omitempty"`
}

// Functions returns what the package says: of its own functions, and of those
// of other packages that it calls or hands on. They go by their names, as
// (*types.Func).FullName writes them. Tests call nothing here: nobody waits for
// them.
func (r *Result) Functions() map[string]Function {
	r.once.Do(r.build)
	out := make(map[string]Function)
	for fn, n := range r.decls {
		if r.test(fn.Pos()) {
			continue
		}
		f := Function{Escapes: n.escapes}
		if n.decided {
			f.Origin = n.origin
		} else {
			f.call(n.callers)
		}
		out[n.id] = f
	}
	for id, from := range r.abroad {
		f := Function{}
		f.call(from)
		out[id] = f
	}
	return out
}

// test reports whether a place is in a test.
func (r *Result) test(pos token.Pos) bool {
	return strings.HasSuffix(r.pass.Fset.File(pos).Name(), "_test.go")
}

// At returns the name of the declared function that the code at a place belongs
// to: "" if what leads to the code is not what leads to the function.
func (r *Result) At(n ast.Node) string {
	r.once.Do(r.build)
	at := r.around(n.Pos())
	if at == nil {
		return ""
	}
	id, _ := at.name()
	return id
}

// call adds callers; what has no name is one that nobody sees, but for literals
// of which it is known what leads to them.
func (f *Function) call(list []*node) {
	names := make(map[string]bool)
	for _, n := range list {
		if n == nil {
			f.Escapes = true
			continue
		}
		id, ok := n.name()
		switch {
		case ok && id != "":
			names[id] = true
		case ok:
			names[origins[n.root().origin]] = true
		default:
			f.Escapes = true
		}
	}
	f.Callers = slices.Sorted(maps.Keys(names))
}

// origins stand for callers of which only is known what leads to them.
var origins = [...]string{Anywhere: "*", Start: "!start", Command: "!command", Once: "!once"}

// OriginNamed returns the origin that a caller's name stands for.
func OriginNamed(caller string) (Origin, bool) {
	i := slices.Index(origins[:], caller)
	return Origin(max(i, 0)), i >= 0
}

// root is the function that a literal runs in, if that is the only one.
func (n *node) root() *node {
	for range 20 {
		if n.id != "" || n.decided || n.escapes || len(n.callers) != 1 {
			break
		}
		n = n.callers[0]
	}
	return n
}

// name returns the name of a function, or of that which a literal runs in. ok is
// false if nothing is known of it; id is "" if only its origin is.
func (n *node) name() (id string, ok bool) {
	n = n.root()
	switch {
	case n.id != "":
		return n.id, true
	case n.decided:
		return "", n.origin != Anywhere
	}
	return "", false
}

// foreign notes a use of a function of another package.
func (w *walker) foreign(id *ast.Ident, fn *types.Func) {
	if fn.Pkg() == nil || fn.Pkg() == w.r.pass.Pkg || !w.r.ours(fn.Pkg()) || w.r.test(id.Pos()) {
		return
	}
	name := fn.FullName()
	expr, i := w.expression(id)
	if expr == nil {
		return
	}
	n := new(node)
	w.runs(n, expr, i)
	if n.escapes || len(n.callers) == 0 {
		w.r.abroad[name] = append(w.r.abroad[name], nil)
	}
	w.r.abroad[name] = append(w.r.abroad[name], n.callers...)
}
