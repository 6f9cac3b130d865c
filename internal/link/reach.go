package link

import (
	"strings"

	"github.com/sqlvet/sqlvet/internal/passes/reach"
)

// A function is what all packages say of one.
type function struct {
	origin  reach.Origin
	escapes bool
	callers map[string]bool
}

// lead adds what a package says of who calls whom.
func (p *Program) lead(one *Package) {
	for id, f := range one.Functions {
		known := p.functions[id]
		if known == nil {
			known = &function{callers: make(map[string]bool)}
			p.functions[id] = known
		}
		known.origin = max(known.origin, f.Origin)
		known.escapes = known.escapes || f.Escapes
		for _, c := range f.Callers {
			known.callers[c] = true
		}
	}
	for _, i := range one.Interfaces {
		for _, m := range i.Methods {
			name, _, _ := strings.Cut(m, " ") // its identity is the rest
			p.dynamic[name[strings.LastIndexByte(name, '.')+1:]] = true
		}
	}
	for _, d := range one.Dialects {
		p.dialects[d] = true
	}
	p.told = append(p.told, one.Told...)
	p.pools = append(p.pools, one.Pools...)
	p.orders = append(p.orders, one.Orders...)
	p.sized, p.serves = p.sized || one.Sized, p.serves || one.Serves
}

// Pools returns the places that open a database, each once, by place.
func (p *Program) Pools() []Pool { return p.pools }

// Orders returns the pairs of tables that transactions lock one after the other,
// each once, by place.
func (p *Program) Orders() []Order {
	return once(p.orders, func(o Order) string { return o.Posn + " " + o.FirstPosn + " " + o.First + " " + o.Second })
}

// Sized reports whether the program limits a pool somewhere.
func (p *Program) Sized() bool { return p.sized }

// Serves reports whether the program answers requests.
func (p *Program) Serves() bool { return p.serves }

// Speaks reports whether the program has drivers of this dialect and no other.
func (p *Program) Speaks(dialect string) bool { return len(p.dialects) == 1 && p.dialects[dialect] }

// Told returns the findings of a rule whose use depends on what leads to them,
// each once, by place.
func (p *Program) Told(rule string) []Told {
	var list []Told
	for _, t := range p.told {
		if t.Rule == rule {
			list = append(list, t)
		}
	}
	return once(list, func(t Told) string { return t.Posn })
}

// Origin returns what alone leads to a function, over all packages of the run:
// Anywhere if something leads to it of which no package says what it is, or if
// nothing is seen to.
func (p *Program) Origin(id string) reach.Origin {
	all := reach.Anywhere
	seen := map[string]bool{id: true}
	for queue := []string{id}; len(queue) > 0; queue = queue[1:] {
		if o, ok := reach.OriginNamed(queue[0]); ok {
			if o == reach.Anywhere {
				return reach.Anywhere
			}
			all = max(all, o)
			continue
		}
		f := p.functions[queue[0]]
		switch {
		case f == nil, f.escapes, p.method(queue[0]):
			return reach.Anywhere
		case f.origin != reach.Anywhere:
			all = max(all, f.origin)
			continue
		case len(f.callers) == 0:
			return reach.Anywhere
		}
		for c := range f.callers {
			if !seen[c] {
				seen[c] = true
				queue = append(queue, c)
			}
		}
	}
	return all
}

// method reports whether an interface of the program may ask for a function.
func (p *Program) method(id string) bool {
	i := strings.LastIndexByte(id, '.')
	return strings.HasPrefix(id, "(") && p.dynamic[id[i+1:]]
}
