// Package funceffects answers what calling a function may do: read or write
// the database, begin a transaction, and (by the catalogue) reach the network,
// mail, queues, files, sleep or wait; through which steps; and which of its
// function parameters it calls, how often. The answers travel between
// packages as facts.
//
// It works on syntax and types alone, never on SSA: facts are computed for
// every dependency of a package. It reports nothing, and does not know loops
// (package loops does) or transactions (package txspans).
//
// The axioms are the catalogue's functions (package apis) and a few shapes of
// generated clients (remote.go). The packages of catalogued libraries and of
// the standard library are not analysed. Everything else follows from bodies:
// a function may do what the functions that it calls may do, literals and
// method values that they call on its behalf included.
package funceffects

import (
	"slices"
	"strings"
)

// A Kind is one thing that a call may do.
type Kind uint8

// The kinds of effects.
const (
	ReadDB  Kind = iota // a round trip that reads
	WriteDB             // a round trip that writes (INSERT, UPDATE, DELETE, DDL), or of unknown verb by Exec
	BeginTx             // begins a transaction
	Network             // HTTP, RPC, cloud and chat APIs: Name of the Effect says which, as in the catalogue
	Mail
	Publish
	File
	Exec
	Sleep
	Wait
	CPU     // computes for a tenth of a second and more on purpose: password hashes
	Unknown // calls something that cannot be seen: an interface without visible implementation, a func value
)

var kindNames = [...]string{"ReadDB", "WriteDB", "BeginTx", "Network", "Mail", "Publish", "File", "Exec", "Sleep", "Wait", "CPU", "Unknown"}

func (k Kind) String() string { return kindNames[k] }

// Database reports whether effects of this kind are queries: round trips that
// read or write.
func (k Kind) Database() bool { return k == ReadDB || k == WriteDB }

// remote reports whether effects of this kind reach another process over the
// network.
func (k Kind) remote() bool { return k <= Publish }

// A Step is one call on the way to an effect. At is "file.go:12", as text:
// positions of other packages do not survive in facts.
type Step struct {
	Func string // short name of the function called: "(*Repo).User", "db.QueryRowContext"
	At   string
}

// An Effect is one thing that calling a function may do, with one witness. Its
// JSON leaves out what is not set: that is most, and the link step reads much.
type Effect struct {
	Kind Kind `json:",omitzero"`
	// Name refines the kind: the catalogue's effect ("http"), Migration for
	// WriteDB by a migration, Prepared for ReadDB that prepares only, Object for
	// a statement about no rows, the interface method of Unknown as
	// "import/path.Iface.Method", "" for an unknown function value.
	Name string `json:",omitzero"`
	Path []Step // at most 5 steps, the call that has the effect last; the middle is left out if longer
	// Depth is the number of steps, those left out of Path included.
	Depth int `json:",omitzero"`
	// SQL is the verb and the table of the statement, "SELECT users", if
	// known; of an ORM call the verb and the Go type of the model.
	SQL  string `json:",omitzero"`
	When        // it happens
	// Batch: the function takes a slice and needs one round trip for all of it.
	Batch bool `json:",omitzero"`
	// InLoop: the function, or one on the way, does it once per element or
	// row of a loop of its own.
	InLoop bool `json:",omitzero"`
	// Library is the import path prefix of the database library at the end.
	Library string `json:",omitzero"`
	// Through names the interface method whose implementation was resolved
	// on the way, "" if every call is static.
	Through string `json:",omitzero"`
	// Args are what the values of the statement, its text included, depend on;
	// Text what its text alone, and with it the table, depends on. Of a query,
	// of a begin and of what is Unknown only.
	Args Inputs `json:",omitzero"`
	Text Inputs `json:",omitzero"`
	// If are conditions on what the function is given, all of which hold when
	// it happens; there may be others that are not known.
	If []Cond `json:",omitempty"`
	// Keeper holds the state that says when, of what is Rare: the receiver or
	// a parameter. From is 0 if it is the package's, or a context's.
	Keeper Input `json:",omitzero"`
	// Foreign: what does it is a library's own code, not a call that this
	// module makes.
	Foreign bool `json:",omitzero"`
	// Handle is the database handle that the statement goes through; its From
	// may be Global, Begun or Context. Of what is Unknown it is the value whose
	// method is called, until the type of that is known: then it is one Of those,
	// as golang.TypeText writes them.
	Handle Input    `json:",omitzero"`
	Of     []string `json:",omitempty"`
	// Source is where the statement is decided, "file.go:12", if that is not
	// the call at the end of Path: two statements through one executor are two.
	Source string `json:",omitzero"`
}

// Prepared is the name of the effect of preparing a statement: a round trip that
// asks for nothing.
const Prepared = "prepare"

// Object is the name of the effect of a statement about one object of the schema
// or the session, of which there is no form for many: DDL, LISTEN, an advisory
// lock.
const Object = "object"

// Migration is the name of the effect of changing the schema, or of the table
// that remembers which changes were made.
const Migration = "migrate"

// maxPath is the greatest number of steps in a Path.
const maxPath = 5

// prepend returns e as seen by a caller, s being the step from there.
func (e Effect) prepend(s Step) Effect {
	path := make([]Step, 0, maxPath)
	path = append(path, s)
	if len(e.Path) == maxPath {
		// The way in and the way out say more than the middle.
		path = append(path, e.Path[:2]...)
		path = append(path, e.Path[3:]...)
	} else {
		path = append(path, e.Path...)
	}
	e.Path, e.Depth = path, e.Depth+1
	return e
}

// compare orders effects of one kind and name by how much they say: what
// happens for certain, at once and by static calls comes first, then the
// shortest way; the rest only makes the order total.
func (e Effect) compare(f Effect) int {
	if c := e.weigh(f); c != 0 {
		return c
	}
	if c := slices.CompareFunc(e.Path, f.Path, compareSteps); c != 0 {
		return c
	}
	return strings.Compare(e.SQL+"\x00"+e.Through+"\x00"+e.Library, f.SQL+"\x00"+f.Through+"\x00"+f.Library)
}

// weigh is compare without what only makes the order total.
func (e Effect) weigh(f Effect) int {
	if c := e.When.compare(f.When); c != 0 {
		return c
	}
	for _, c := range [...]int{
		flag(e.Foreign) - flag(f.Foreign), flag(e.Batch) - flag(f.Batch), flag(e.InLoop) - flag(f.InLoop), flag(e.Through != "") - flag(f.Through != ""),
	} {
		if c != 0 {
			return c
		}
	}
	return e.Depth - f.Depth
}

func compareSteps(a, b Step) int {
	if c := strings.Compare(a.At, b.At); c != 0 {
		return c
	}
	return strings.Compare(a.Func, b.Func)
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// RoundTrip reports whether the effect is a query of the program's own work, not
// of a migration.
func (e Effect) RoundTrip() bool { return e.Kind.Database() && e.Name != Migration }

// Changes reports whether the effect is a statement that changes rows of a
// table, as far as is known: SET and LOCK do not.
func (e Effect) Changes() bool {
	verb, _, _ := strings.Cut(e.SQL, " ")
	return e.Kind == WriteDB && (verb == "" || tableWords[verb] != "")
}

// Statement names the statement for readers, as far as it is known: "the query
// SELECT users".
func (e Effect) Statement() string {
	switch {
	case e.SQL != "":
		return "the query " + e.SQL
	case e.Kind == WriteDB:
		return "a statement that writes"
	}
	return "a query"
}

// Sent returns the call that has the effect, "file.go:12", "" if it is the
// call that was asked about.
func (e Effect) Sent() string {
	if len(e.Path) < 2 {
		return ""
	}
	return e.Path[len(e.Path)-1].At
}

// Way names the calls on the way for readers: "load -> db.Query (repo.go:31)", an
// ellipsis where steps are left out. It is "" if there is no step.
func (e Effect) Way() string {
	if len(e.Path) == 0 {
		return ""
	}
	var steps []string
	for i, s := range e.Path {
		switch {
		case i == len(e.Path)-1 && e.Depth > len(e.Path):
			steps = append(steps, "…")
		case i > 0 && sameFunc(e.Path[i-1].Func, s.Func):
			steps = steps[:len(steps)-1] // a method, and what it only stands for
		}
		steps = append(steps, s.Func)
	}
	return strings.Join(steps, " -> ") + " (" + e.Path[len(e.Path)-1].At + ")"
}

// sameFunc reports whether two steps in a row are one method: of a pointer, and
// of the embedded value or interface that it stands for.
func sameFunc(a, b string) bool {
	bare := strings.NewReplacer("(*", "", ")", "")
	return a != b && bare.Replace(a) == bare.Replace(b)
}

// String writes an effect with its way: "ReadDB[SELECT users] via load → db.Query".
func (e Effect) String() string {
	var b strings.Builder
	b.WriteString(e.Kind.String())
	if e.Name != "" {
		b.WriteString("(" + e.Name + ")")
	}
	if e.SQL != "" {
		b.WriteString("[" + e.SQL + "]")
	}
	for _, f := range [...]struct {
		set  bool
		name string
	}{{e.Cached, "cached"}, {e.Batch, "batch"}, {e.InLoop, "in loop"}, {e.Rare, "rare"}, {e.Failing, "failing"}, {e.Async, "async"}} {
		if f.set {
			b.WriteString(" " + f.name)
		}
	}
	if e.Through != "" {
		b.WriteString(" through " + e.Through)
	}
	for i, s := range e.Path {
		if i == 0 {
			b.WriteString(" via ")
		} else {
			b.WriteString(" → ")
		}
		b.WriteString(s.Func)
	}
	return b.String()
}

// Statement identity: ID is the place that tells the statement from others.
func (e Effect) ID() string {
	if e.Source != "" || len(e.Path) == 0 {
		return e.Source
	}
	return e.Path[len(e.Path)-1].At
}

// effects is a set of effects, ordered by kind, name and how much they say. Of
// one kind and name there are several only if they depend on different things.
type effects []Effect

// maxAlike is the greatest number of effects of one kind and name: what is
// beyond depends on anything.
const maxAlike = 3

func (s effects) find(e Effect) (int, bool) {
	return slices.BinarySearchFunc(s, e, func(a, b Effect) int {
		if c := int(a.Kind) - int(b.Kind); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	})
}

// dominates reports whether f says nothing that e does not say: e is at least
// as telling, and depends on all that f depends on. Of two that say the same
// each dominates the other: the first that was found stays, so that a cycle of
// calls comes to rest.
func (e Effect) dominates(f Effect) bool {
	if !e.Args.covers(f.Args) || !includes(f.If, e.If) || e.Kind == Unknown && !e.anyOf(f) {
		return false
	}
	return e.weigh(f) <= 0
}

// includes reports whether all conditions of sub hold where those of set do.
func includes(set, sub []Cond) bool {
	for _, c := range sub {
		if !slices.ContainsFunc(set, func(d Cond) bool { return d.implies(c) }) {
			return false
		}
	}
	return true
}

// add puts e into the set and reports whether the set changed.
func (s *effects) add(e Effect) bool {
	from, _ := s.find(e)
	to := from
	for to < len(*s) && (*s)[to].Kind == e.Kind && (*s)[to].Name == e.Name {
		if (*s)[to].dominates(e) {
			return false
		}
		to++
	}
	alike := slices.DeleteFunc(slices.Clone((*s)[from:to]), e.dominates)
	i, _ := slices.BinarySearchFunc(alike, e, Effect.compare)
	alike = slices.Insert(alike, i, e)
	most := maxAlike
	if e.Kind == Unknown {
		most = 1
	}
	for last := most - 1; len(alike) > most; alike = alike[:len(alike)-1] {
		alike[last].blend(alike[len(alike)-1])
	}
	*s = slices.Replace(*s, from, to, alike...)
	return true
}

// anyOf reports whether e may be a call of all methods that f may be one of.
func (e Effect) anyOf(f Effect) bool {
	if e.Handle != (Input{}) && e.Handle != f.Handle {
		return false
	}
	return len(e.Of) == 0 || len(f.Of) > 0 && !slices.ContainsFunc(f.Of, func(t string) bool { return !slices.Contains(e.Of, t) })
}

// blend makes e stand for f as well.
func (e *Effect) blend(f Effect) {
	e.Args, e.If = Inputs{}, meetAll(e.If, f.If)
	if e.Kind != Unknown {
		return
	}
	if e.Handle != f.Handle {
		e.Handle = Input{}
	}
	if e.Of = slices.Concat(e.Of, f.Of); len(f.Of) == 0 || len(e.Of) == len(f.Of) || len(e.Of) > maxIs {
		e.Of = nil
	}
	slices.Sort(e.Of)
	e.Of = slices.Compact(e.Of)
}

// blur gives up what the effects depend on.
func (s effects) blur() {
	for i := range s {
		s[i].Args, s[i].Text, s[i].If = Inputs{}, Inputs{}, nil
	}
}

// Times says how often a function calls one of its func parameters.
type Times uint8

// The ways to call a parameter.
const (
	Once       Times = iota + 1 // at most once, or again only after a failure
	PerElement                  // once per element of data: a slice, map, tree, cursor
	PerRow                      // once per row of a result
	PerBatch                    // once per batch of elements
	Stored                      // kept for later: not called by this call
	Polled                      // again and again, as time or other goroutines drive it
)

var timesNames = [...]string{"", "once", "per element", "per row", "per batch", "stored", "polled"}

func (t Times) String() string { return timesNames[t] }

// rank orders the ways to call: a parameter that is called in two ways is
// called in the one of higher rank.
func (t Times) rank() int {
	return [...]int{Stored: 1, Once: 2, Polled: 3, PerBatch: 4, PerRow: 5, PerElement: 6}[t]
}

// within is how often something happens that happens t times each time that
// something else happens outer times.
func (t Times) within(outer Times) Times {
	if t == Stored || outer == Stored {
		return Stored
	}
	if outer.rank() > t.rank() {
		return outer
	}
	return t
}

// A Param says that a function calls its parameter at Index.
type Param struct {
	Index  int
	Times  Times
	InTx   bool // inside a transaction that the function began
	Async  bool // in a goroutine of its own
	Cached bool // only after a cache was consulted
	// Kept: only for what a memory lacks, which has it from then on and outlives the
	// call. Keeper holds it, as that of an effect.
	Kept   bool
	Keeper Input
	// Field is "Type.Name" of a func field that is called instead of a
	// parameter; Index is then 0.
	Field string
}

// join is a parameter that is called as p says and as q says.
func (p Param) join(q Param) Param {
	switch {
	case p.Times == 0 || p.Times == Stored:
		q.Index = p.Index
		if q.Times == 0 {
			return p
		}
		return q
	case q.Times == 0 || q.Times == Stored:
		return p
	}
	if q.Times.rank() > p.Times.rank() {
		p.Times = q.Times
	}
	p.InTx = p.InTx || q.InTx
	p.Async = p.Async && q.Async
	p.Cached = p.Cached && q.Cached
	p.Kept = p.Kept && q.Kept && p.Keeper == q.Keeper
	return p
}

// within is p called by something that is itself called as outer says.
func (p Param) within(outer Param) Param {
	in := Param{
		Index: p.Index, Times: p.Times.within(outer.Times),
		InTx: p.InTx || outer.InTx, Async: p.Async || outer.Async, Cached: p.Cached || outer.Cached,
		Kept: p.Kept, Keeper: p.Keeper,
	}
	if outer.Kept {
		in.Kept, in.Keeper = true, outer.Keeper
	}
	return in
}

func (p Param) String() string {
	s := p.Times.String()
	for _, f := range [...]struct {
		set  bool
		name string
	}{{p.InTx, "in tx"}, {p.Async, "async"}, {p.Cached, "cached"}} {
		if f.set {
			s += " " + f.name
		}
	}
	return s
}
