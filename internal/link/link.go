// Package link answers, over all packages of a run, what no package can see
// alone: which loops, and which transactions, call an interface method whose
// implementation the caller does not import, and what that does. Each package
// says what it has (Package, as JSON in go vet's cached output); Resolve and
// ResolveCalls put it together.
//
// It does not analyse code: package linkage describes types, nplusone loops,
// txsideeffect transactions.
package link

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
)

// Category marks the diagnostics that hold a Package. A driver must not show
// them.
const Category = "link"

// A Package is what one package gives to the link step.
type Package struct {
	Loops      []Loop      `json:"loops,omitempty"`
	Interfaces []Interface `json:"interfaces,omitempty"`
	Types      []Type      `json:"types,omitempty"`
	Calls      []Call      `json:"calls,omitempty"`
}

// A Loop is a call in a loop over data that reaches interface methods without
// a visible implementation.
type Loop struct {
	Package  string               `json:"-"`    // its import path, for who reads the JSON
	Posn     string               `json:"posn"` // of the call: "file:line:column"
	End      string               `json:"end"`
	LoopPosn string               `json:"loop"` // of the loop
	Why      string               `json:"why"`  // it is one over data
	Line     int                  `json:"line"`
	Outer    int                  `json:"outer,omitempty"` // line of a loop over data around it
	Kind     uint8                `json:"kind"`            // as in package loops
	Unknown  []funceffects.Effect `json:"unknown"`         // what could not be resolved: Name is "path.Iface.Method"
}

// A Call is a call inside a transaction that reaches interface methods without a
// visible implementation.
type Call struct {
	Package string               `json:"-"`
	Posn    string               `json:"posn"`
	End     string               `json:"end"`
	TxPosn  string               `json:"tx"`     // where the transaction came to be open
	TxName  string               `json:"name"`   // as in messages: "the transaction begun at line 12"
	Remedy  string               `json:"remedy"` // for what goes past it
	Outer   bool                 `json:"outer"`  // nothing that the call uses was made from the transaction
	Retries bool                 `json:"retries,omitempty"`
	Unknown []funceffects.Effect `json:"unknown"`
}

// An Interface is a named interface. Methods hold name and signature, sorted.
type Interface struct {
	Name    string   `json:"name"` // "import/path.Iface"
	Methods []string `json:"methods"`
}

// A Type is a named type with methods that reach a database, or that reach
// interface methods themselves.
type Type struct {
	Name    string                          `json:"name"`    // as in messages: "(*pg.Store)"
	Methods []string                        `json:"methods"` // all of its method set, as in Interface
	Effects map[string][]funceffects.Effect `json:"effects"` // by method name
}

// Decode reads the JSON of a Package.
func Decode(s string) (*Package, error) {
	p := new(Package)
	if err := json.Unmarshal([]byte(s), p); err != nil {
		return nil, err
	}
	return p, nil
}

// A Found is a loop whose interface call was resolved.
type Found struct {
	Loop
	Effect funceffects.Effect // the round trip, its path from the call in the loop on
}

// Resolve returns the loops that reach a database through some implementation
// in the given packages, by place.
func Resolve(packages []*Package) []Found {
	r := newResolver(packages)
	var out []Found
	for _, p := range packages {
		for _, l := range p.Loops {
			if e, ok := r.reach(l.Unknown, funceffects.Effect.RoundTrip, 0); ok {
				out = append(out, Found{l, e})
			}
		}
	}
	slices.SortFunc(out, func(a, b Found) int { return cmp.Compare(a.Posn, b.Posn) })
	return slices.CompactFunc(out, func(a, b Found) bool { return a.Posn == b.Posn && a.LoopPosn == b.LoopPosn })
}

// A FoundCall is a call inside a transaction whose interface call was resolved.
type FoundCall struct {
	Call
	Effect funceffects.Effect // its path from the call inside the transaction on
}

// ResolveCalls returns the calls inside transactions that come to an effect
// which is not wanted there, by place.
func ResolveCalls(packages []*Package, unwanted func(Call, funceffects.Effect) bool) []FoundCall {
	r := newResolver(packages)
	var out []FoundCall
	for _, p := range packages {
		for _, c := range p.Calls {
			if e, ok := r.reach(c.Unknown, func(e funceffects.Effect) bool { return unwanted(c, e) }, 0); ok {
				out = append(out, FoundCall{c, e})
			}
		}
	}
	slices.SortFunc(out, func(a, b FoundCall) int { return cmp.Compare(a.Posn, b.Posn) })
	return slices.CompactFunc(out, func(a, b FoundCall) bool { return a.Posn == b.Posn })
}

// maxDepth bounds how many interfaces lie between a loop and its query.
const maxDepth = 4

type resolver struct {
	interfaces map[string][]string // methods by name
	types      []Type
	implements map[string][]Type // by interface
}

func newResolver(packages []*Package) *resolver {
	r := &resolver{interfaces: make(map[string][]string), implements: make(map[string][]Type)}
	for _, p := range packages {
		for _, i := range p.Interfaces {
			r.interfaces[i.Name] = i.Methods
		}
		r.types = append(r.types, p.Types...)
	}
	slices.SortFunc(r.types, func(a, b Type) int { return cmp.Compare(a.Name, b.Name) })
	return r
}

// reach returns the nearest effect of a kind that some of the unknown ones come
// to.
func (r *resolver) reach(unknown []funceffects.Effect, kind func(funceffects.Effect) bool, depth int) (funceffects.Effect, bool) {
	var (
		best  funceffects.Effect
		found bool
	)
	for _, u := range unknown {
		i := strings.LastIndexByte(u.Name, '.')
		if i < 0 || depth >= maxDepth {
			continue
		}
		iface, method := u.Name[:i], u.Name[i+1:]
		for _, t := range r.implementations(iface) {
			e, ok := r.method(t, method, kind, depth)
			if !ok {
				continue
			}
			e = joined(u, e, iface, t.Name)
			if !found || e.Depth < best.Depth {
				best, found = e, true
			}
		}
	}
	return best, found
}

// method returns the effect of a kind that a method of t comes to.
func (r *resolver) method(t Type, name string, kind func(funceffects.Effect) bool, depth int) (funceffects.Effect, bool) {
	var unknown []funceffects.Effect
	for _, e := range t.Effects[name] {
		switch {
		case e.Async, e.Rare, e.Failing: // not each time, or nobody knows when
		case kind(e):
			return e, true
		case e.Kind == funceffects.Unknown:
			unknown = append(unknown, e)
		}
	}
	return r.reach(unknown, kind, depth+1)
}

// implementations returns the types whose method sets hold all methods of an
// interface.
func (r *resolver) implementations(iface string) []Type {
	if list, ok := r.implements[iface]; ok {
		return list
	}
	var list []Type
	methods := r.interfaces[iface]
	for _, t := range r.types {
		if len(methods) > 0 && containsAll(t.Methods, methods) {
			list = append(list, t)
		}
	}
	r.implements[iface] = list
	return list
}

// containsAll reports whether set holds all of subset; both are sorted.
func containsAll(set, subset []string) bool {
	for _, s := range subset {
		if _, ok := slices.BinarySearch(set, s); !ok {
			return false
		}
	}
	return true
}

// joined is the effect e of an implementation as seen from the call u.
func joined(u, e funceffects.Effect, iface, impl string) funceffects.Effect {
	e.Depth += u.Depth
	e.Cached = e.Cached || u.Cached
	e.Async = e.Async || u.Async
	e.Through = iface[strings.LastIndexByte(iface, '/')+1:] + ", implemented by " + impl
	const most = 5
	path := append(slices.Clone(u.Path), e.Path...)
	if len(path) > most {
		path = append(path[:2:2], path[len(path)-most+2:]...)
	}
	e.Path = path
	return e
}
