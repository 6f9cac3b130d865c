package funceffects

import (
	"strconv"
	"strings"
)

// A Summary is the fact of what calling a function may do. Functions that do
// nothing of interest and call none of their parameters have no fact.
type Summary struct {
	Effects []Effect // ordered by kind and name, one each
	Params  []Param  // ordered by index: those that are called, not those that are only stored
	// Yields is what calling the function that it returns may do: an
	// iterator, a handler, a wrapped function.
	Yields []Effect
	// Fields are the func fields that the function calls, of types of its
	// package.
	Fields []Param
	// Sets are the fields of parameters that the function assigns to, if it
	// writes to a database.
	Sets []Input
	// Makes is what the first result and its fields are made of.
	Makes []Made
	// Queues: a method that hands work to another goroutine.
	Queues bool
}

// AFact marks Summary as a fact.
func (*Summary) AFact() {}

func (s *Summary) String() string {
	var parts []string
	for _, e := range s.Effects {
		parts = append(parts, e.String())
	}
	for _, p := range s.Params {
		parts = append(parts, "calls "+strconv.Itoa(p.Index)+" "+p.String())
	}
	for _, e := range s.Yields {
		parts = append(parts, "yields "+e.String())
	}
	for _, f := range s.Fields {
		parts = append(parts, "calls "+f.Field+" "+f.String())
	}
	for _, m := range s.Makes {
		parts = append(parts, "makes "+m.String())
	}
	if s.Queues {
		parts = append(parts, "queues")
	}
	return strings.Join(parts, "; ")
}

func (s *Summary) empty() bool {
	return len(s.Effects) == 0 && len(s.Params) == 0 && len(s.Yields) == 0 && !s.Queues && len(s.Fields)+len(s.Makes) == 0
}
