package apis

import (
	"go/types"
	"slices"
	"strings"
)

// implemented returns the entry of an interface method of the library which fn,
// a method of a type of the library, implements: what a Publisher does, each
// of the library's publishers does. Only side effects: how a database type
// takes its text is its own affair.
func (l *Library) implemented(fn *types.Func) (API, bool) {
	recv := fn.Signature().Recv()
	if recv == nil || types.IsInterface(recv.Type()) || !fn.Exported() {
		return API{}, false
	}
	for _, key := range l.methods(fn.Name()) {
		iface, _, _ := splitKey(key)
		dot := strings.LastIndexByte(iface, '.')
		it := interfaceIn(fn.Pkg(), iface[:dot], iface[dot+1:])
		if it == nil || !types.Implements(recv.Type(), it) {
			continue
		}
		if api, ok := l.Entry(key); ok && api.Role == SideEffect {
			return api, true
		}
	}
	return API{}, false
}

// methods returns the keys of methods of that name whose receiver is no
// pointer, in order.
func (l *Library) methods(name string) []string {
	var keys []string
	add := func(key string) {
		if strings.HasSuffix(key, ")."+name) && !strings.HasPrefix(key, "(*") {
			keys = append(keys, key)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	// Have: a key is in one of the two.
	for key := range l.entries {
		add(key)
	}
	for key := range l.lines {
		add(key)
	}
	slices.Sort(keys)
	return keys
}

// interfaceIn returns the interface type of that name in the package of path,
// which is pkg or one that it imports; nil if there is none.
func interfaceIn(pkg *types.Package, path, name string) *types.Interface {
	if pkg.Path() != path {
		found := false
		for _, p := range pkg.Imports() {
			if p.Path() == path {
				pkg, found = p, true
				break
			}
		}
		if !found {
			return nil
		}
	}
	tn, ok := pkg.Scope().Lookup(name).(*types.TypeName)
	if !ok {
		return nil
	}
	it, _ := tn.Type().Underlying().(*types.Interface)
	return it
}
