package link

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
)

// A Program is what the packages of a run say together.
type Program struct {
	loops      []Loop
	calls      []Call
	interfaces map[string][]string // methods by name
	types      []Type              // by name
	asks       []bool              // of types: a method goes to a database
	having     map[string][]int    // the types that have a method, by its identity
	implements map[string][]int    // types by interface
	functions  map[string]*function
	told       []Told
	dynamic    map[string]bool // names of the methods of interfaces
	dialects   map[string]bool // of all drivers
	pools      []Pool
	orders     []Order
	sized      bool
	serves     bool
}

// New puts packages together. A package may be among them more than once, as
// part of its tests.
func New(packages []*Package) *Program {
	p := &Program{
		interfaces: make(map[string][]string),
		having:     make(map[string][]int),
		implements: make(map[string][]int),
		functions:  make(map[string]*function),
		dynamic:    make(map[string]bool),
		dialects:   make(map[string]bool),
	}
	for _, one := range packages {
		p.lead(one)
		p.loops = append(p.loops, one.Loops...)
		p.calls = append(p.calls, one.Calls...)
		p.types = append(p.types, one.Types...)
		for _, i := range one.Interfaces {
			p.interfaces[i.Name] = i.Methods
		}
	}
	p.loops = once(p.loops, func(l Loop) string { return l.Posn + l.LoopPosn })
	p.calls = once(p.calls, func(c Call) string { return c.Posn })
	p.pools = once(p.pools, func(o Pool) string { return o.Posn })
	slices.SortStableFunc(p.types, func(a, b Type) int { return cmp.Compare(a.Name, b.Name) })
	for i, t := range p.types {
		p.asks = append(p.asks, asks(t))
		for _, m := range t.Methods {
			p.having[m] = append(p.having[m], i)
		}
	}
	return p
}

// once returns a list in the order of places, with one of each place.
func once[T any](list []T, place func(T) string) []T {
	slices.SortStableFunc(list, func(a, b T) int { return cmp.Compare(place(a), place(b)) })
	return slices.CompactFunc(list, func(a, b T) bool { return place(a) == place(b) })
}

// asks reports whether a method of a type goes to a database.
func asks(t Type) bool {
	for _, es := range t.Effects {
		if slices.ContainsFunc(es, func(e funceffects.Effect) bool { return e.Kind.Database() }) {
			return true
		}
	}
	return false
}

// Loops returns the loops that were left open, each once, by place.
func (p *Program) Loops() []Loop { return p.loops }

// Calls returns the calls in transactions that were left open, each once, by
// place.
func (p *Program) Calls() []Call { return p.calls }

// implementations returns the types whose method sets hold all methods of an
// interface.
func (p *Program) implementations(iface string) []int {
	list, ok := p.implements[iface]
	if ok {
		return list
	}
	for n, m := range p.interfaces[iface] {
		// Have: list holds the types that have all methods before m.
		having := p.having[m]
		if n > 0 {
			having = slices.DeleteFunc(list, func(t int) bool { _, ok := slices.BinarySearch(having, t); return !ok })
		} else {
			having = slices.Clone(having)
		}
		if list = having; len(list) == 0 {
			break
		}
	}
	p.implements[iface] = list
	return list
}

// Runs reports whether an implementation of a method that is called runs a function
// that it is given as a parameter inside a transaction.
func (p *Program) Runs(calls []funceffects.Effect, param int) bool {
	return slices.ContainsFunc(calls, func(u funceffects.Effect) bool {
		i := strings.LastIndexByte(u.Name, '.')
		return i >= 0 && slices.ContainsFunc(p.implementations(u.Name[:i]), func(t int) bool {
			return (len(u.Of) == 0 || slices.Contains(u.Of, p.types[t].ID)) && slices.Contains(p.types[t].Runs[u.Name[i+1:]], param)
		})
	})
}

// A Search answers what calls of interface methods come to, for effects of one
// kind. What it has found out it keeps.
type Search struct {
	program *Program
	wanted  func(funceffects.Effect) bool
	// beside: of an interface that some implementation asks a database for, the
	// others are that one's alternatives, and do nothing beside it.
	beside bool
	known  map[question]answer
}

// A question is what a method of an interface comes to through so many
// interfaces at most, its own included.
type question struct {
	method string // "import/path.Iface.Method"
	of     string // the types that the value may have, a line each, "" for any
	left   int
}

// ask is the question what an unknown call comes to.
func ask(u funceffects.Effect, left int) question {
	return question{u.Name, strings.Join(u.Of, "\n"), left}
}

type answer struct {
	effect funceffects.Effect // seen from the implementation's caller: without the step to it
	found  bool
}

// Search returns a search for the effects that wanted reports.
func (p *Program) Search(wanted func(funceffects.Effect) bool) *Search {
	return &Search{program: p, wanted: wanted, known: make(map[question]answer)}
}

// SearchBeside returns a search for effects that happen beside a query: not what
// another implementation does instead of it.
func (p *Program) SearchBeside(wanted func(funceffects.Effect) bool) *Search {
	return &Search{program: p, wanted: wanted, beside: true, known: make(map[question]answer)}
}

// maxDepth bounds how many interfaces lie between a place and the effect: the
// ways in between would say nothing any more.
const maxDepth = 4

// Reach returns the nearest wanted effect that some of the unknown ones come
// to and that the asker accepts, its path from the place of those on. What it
// depends on are the inputs of the interface's method, if that is called at the
// place itself, and else not known.
func (s *Search) Reach(unknown []funceffects.Effect, accept func(funceffects.Effect) bool) (funceffects.Effect, bool) {
	var best answer
	for _, u := range unknown {
		a := s.method(ask(u, maxDepth))
		if !a.found {
			continue
		}
		e := after(u, a.effect)
		e.Args = funceffects.Inputs{}
		if u.Depth == 1 {
			e.Args = a.effect.Args
		}
		if accept(e) {
			best = nearer(best, answer{e, true})
		}
	}
	return best.effect, best.found
}

func (s *Search) reach(unknown []funceffects.Effect, left int) (best answer) {
	for _, u := range unknown {
		if a := s.method(ask(u, left)); a.found {
			best = nearer(best, answer{after(u, a.effect), true})
		}
	}
	return best
}

func nearer(a, b answer) answer {
	if !a.found || b.found && b.effect.Depth < a.effect.Depth {
		return b
	}
	return a
}

// method returns what calling a method of an interface comes to. Each question
// is answered once, and leads to those with fewer interfaces left only.
func (s *Search) method(q question) answer {
	if a, ok := s.known[q]; ok || q.left == 0 {
		return a
	}
	var best answer
	if i := strings.LastIndexByte(q.method, '.'); i >= 0 {
		iface, name := q.method[:i], q.method[i+1:]
		of := strings.Split(q.of, "\n")
		list := s.program.implementations(iface)
		if len(list) == 0 {
			list = s.program.having[q.method] // a field, and the functions that packages put there
		}
		asks := s.beside && slices.ContainsFunc(list, func(i int) bool { return s.program.asks[i] })
		for _, i := range list {
			t := &s.program.types[i]
			if (q.of == "" || slices.Contains(of, t.ID)) && (!asks || s.program.asks[i]) {
				best = nearer(best, s.implementation(t, iface, name, q.left))
			}
		}
	}
	s.known[q] = best
	return best
}

// implementation returns what a method of t comes to.
func (s *Search) implementation(t *Type, iface, name string, left int) answer {
	var unknown []funceffects.Effect
	for _, e := range t.Effects[name] {
		switch {
		case !e.Each(): // nobody knows when
		case s.wanted(e):
			return answer{through(e, iface, t), true}
		case e.Kind == funceffects.Unknown:
			unknown = append(unknown, e)
		}
	}
	a := s.reach(unknown, left-1)
	if a.found {
		a.effect = through(a.effect, iface, t)
	}
	for embedded, methods := range t.Promoted {
		if slices.Contains(methods, name) {
			// Nothing is executed here: what the field holds says who does it.
			a = nearer(a, s.method(question{method: embedded + "." + name, left: left - 1}))
		}
	}
	return a
}

// through is an effect of an implementation of an interface.
func through(e funceffects.Effect, iface string, t *Type) funceffects.Effect {
	e.Through = funceffects.ShortInterface(iface) + ", implemented by " + t.Name
	return e
}

// after is the effect e of an implementation as seen from the call u.
func after(u, e funceffects.Effect) funceffects.Effect {
	e.Depth += u.Depth
	e.Cached = e.Cached || u.Cached
	e.Async = e.Async || u.Async
	e.Sometimes = e.Sometimes || u.Sometimes
	e.Args = u.Args // of what u's function is given
	const most = 5
	path := append(slices.Clone(u.Path), e.Path...)
	if len(path) > most {
		path = append(path[:2:2], path[len(path)-most+2:]...)
	}
	e.Path = path
	return e
}
