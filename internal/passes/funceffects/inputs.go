package funceffects

import (
	"go/types"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// An Input is one thing that a function is given: its receiver or a
// parameter, or a field of one.
type Input struct {
	// From is 1 for the receiver and 2+i for parameter i; 0 for none.
	From int `json:",omitzero"`
	// Fields are those on the way from there, "cfg.n"; "" for the whole.
	Fields string `json:",omitzero"`

	// v is the variable while its package is analysed: a literal's effects
	// also depend on what the body around it is given, with From 0.
	v *types.Var
}

// The places that are neither receiver nor parameter, of [Effect.Handle].
const (
	Nowhere = 0  // not known
	Global  = -1 // a package variable
	Begun   = -2 // a transaction that the function begins
	Context = -3 // taken out of a context
	Opened  = -4 // a database that the function opens
)

const receiver = 1

// Receiver reports whether the input is the receiver, or a part of it.
func (in Input) Receiver() bool { return in.From == receiver }

// Param returns the index of the parameter that the input is, or is a part of;
// ok is false for the receiver.
func (in Input) Param() (index int, ok bool) { return in.From - 2, in.From >= 2 }

// TypeIn returns the type of the input, given that of what it is a part of.
func (in Input) TypeIn(t types.Type) types.Type { return golang.TypeAt(t, in.Fields) }

func (in Input) String() string {
	name := ""
	switch {
	case in.From >= 2:
		name = string(rune('0' + in.From - 2))
	case in.From == receiver:
		name = "r"
	case in.From == Global:
		name = "global"
	case in.From == Begun:
		name = "begun"
	case in.From == Context:
		name = "context"
	case in.From == Opened:
		name = "opened"
	case in.v != nil:
		name = in.v.Name()
	}
	return strings.TrimSuffix(name+"."+in.Fields, ".")
}

// covers reports whether what depends on j depends on in as well.
func (in Input) covers(j Input) bool {
	return in.From == j.From && in.v == j.v &&
		(in.Fields == j.Fields || in.Fields == "" || strings.HasPrefix(j.Fields, in.Fields+"."))
}

// Inputs are what something depends on: the values or the text of a statement.
type Inputs struct {
	// Known: List is all of it, as far as the function is given something.
	// Otherwise it may depend on anything.
	Known bool `json:",omitzero"`
	// State: it also depends on something that no caller gives, and that may
	// be another one next time: a package variable, the clock, what a query
	// returned.
	State bool    `json:",omitzero"`
	List  []Input `json:",omitzero"` // ordered; none covers another

	remote bool // of State: what another process answered that is no database
}

// Constant reports whether it is the same each time, whatever the function is
// given.
func (s Inputs) Constant() bool { return s.Known && !s.State && len(s.List) == 0 }

// sameEntry: what depends on nothing but the receiver is looked for under the
// same key each time.
func (s Inputs) sameEntry() bool {
	return s.Known && !slices.ContainsFunc(s.List, func(in Input) bool { return !in.Receiver() })
}

func (s Inputs) String() string {
	if !s.Known {
		return "?"
	}
	var list []string
	for _, in := range s.List {
		list = append(list, in.String())
	}
	if s.State {
		list = append(list, "state")
	}
	return strings.Join(list, ",")
}

// maxInputs bounds List: who depends on more depends on everything.
const maxInputs = 8

func (s *Inputs) add(in Input) {
	if !s.Known {
		return
	}
	for _, old := range s.List {
		if old.covers(in) {
			return
		}
	}
	s.List = slices.DeleteFunc(s.List, in.covers)
	i, _ := slices.BinarySearchFunc(s.List, in, func(a, b Input) int {
		if c := a.From - b.From; c != 0 {
			return c
		}
		if a.v != b.v && a.v != nil && b.v != nil {
			return int(a.v.Pos() - b.v.Pos())
		}
		return strings.Compare(a.Fields, b.Fields)
	})
	s.List = slices.Insert(s.List, i, in)
	if len(s.List) > maxInputs {
		*s = Inputs{}
	}
}

func (s *Inputs) join(t Inputs) {
	if !t.Known {
		*s = Inputs{}
		return
	}
	for _, in := range t.List {
		s.add(in)
	}
	s.State, s.remote = s.State || t.State, s.remote || t.remote
}

// covers reports whether everything that t depends on, s depends on.
func (s Inputs) covers(t Inputs) bool {
	if !s.Known || !t.Known {
		return !s.Known
	}
	for _, in := range t.List {
		if !slices.ContainsFunc(s.List, func(x Input) bool { return x.covers(in) }) {
			return false
		}
	}
	return true
}

// portable leaves out what only this package knows.
func (s Inputs) portable() Inputs {
	list := make([]Input, 0, len(s.List))
	for _, in := range s.List {
		if in.From == 0 {
			return Inputs{}
		}
		in.v = nil
		list = append(list, in)
	}
	s.List = list
	if len(list) == 0 {
		s.List = nil
	}
	return s
}

// input returns variable v, or a part of it, as a body sees it.
func (n *node) input(v *types.Var, fields string) Input {
	in := Input{Fields: fields, v: v}
	if v == n.sig.Recv() {
		in.From = receiver
	}
	for i := range n.sig.Params().Len() {
		if n.sig.Params().At(i) == v {
			in.From = 2 + i
		}
	}
	return in
}

// maxFields bounds the fields of an input.
const maxFields = 3

func cutFields(fields string) string {
	for i, n := 0, 0; i < len(fields); i++ {
		if fields[i] == '.' {
			if n++; n == maxFields {
				return fields[:i]
			}
		}
	}
	return fields
}

func below(fields, at string) string {
	if len(fields) <= len(at) {
		return ""
	}
	return strings.TrimPrefix(fields[len(at):], ".")
}
