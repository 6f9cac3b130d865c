// Package link answers, over all packages of a run, what no package can see
// alone: what the call of an interface method does whose implementation the
// caller does not import. Each package says what it has (Package, in
// go vet's cached output); a Program puts it together, and rules ask it
// (Search) about the places that they left open.
//
// It does not analyse code: package linkage describes types, nplusone loops,
// txsideeffect transactions. What is a finding, the rules say.
package link

import (
	"compress/flate"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/reach"
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
	// Functions are those of the package, and of others that it calls, by name.
	Functions map[string]reach.Function `json:"functions,omitempty"`
	// Dialects are those that the package's imports imply.
	Dialects []string `json:"dialects,omitempty"`
	// Pools are databases that it opens and that need a limit; Sized is set if it
	// limits one, Serves if it answers requests.
	Pools  []Pool `json:"pools,omitempty"`
	Sized  bool   `json:"sized,omitempty"`
	Serves bool   `json:"serves,omitempty"`
	// Told are the findings whose use depends on what leads to them.
	Told []Told `json:"told,omitempty"`
	// Orders are the pairs of tables that its transactions lock one after the other.
	Orders []Order `json:"orders,omitempty"`
}

// An Order is two tables of which a transaction locks rows, one after the other.
type Order struct {
	Package   string   `json:"-"`
	Func      string   `json:"func"` // as in messages
	First     string   `json:"first"`
	Second    string   `json:"second"`
	FirstLine int      `json:"line"`
	FirstPosn string   `json:"from"` // of the call that locks the first
	Posn      string   `json:"posn"` // of the call that locks the second
	End       string   `json:"end"`
	Before    []string `json:"before,omitempty"` // tables locked before both
	Dialect   string   `json:"dialect,omitempty"`
}

// Guarded reports whether two transactions lock something else before, for which
// one waits for the other.
func (o Order) Guarded(p Order) bool {
	return slices.ContainsFunc(o.Before, func(t string) bool { return slices.Contains(p.Before, t) })
}

// In says which package it is that gave this part.
func (p *Package) In(path string) {
	for i := range p.Loops {
		p.Loops[i].Package = path
	}
	for i := range p.Calls {
		p.Calls[i].Package = path
	}
	for i := range p.Told {
		p.Told[i].Package = path
	}
	for i := range p.Pools {
		p.Pools[i].Package = path
	}
	for i := range p.Orders {
		p.Orders[i].Package = path
	}
}

// A Pool is a place that opens one.
type Pool struct {
	Package string `json:"-"`
	Posn    string `json:"posn"`
	End     string `json:"end"`
	Func    string `json:"func"` // that it is in, as in Functions
	// Alone: all that has it is seen, and does not limit it.
	Alone bool `json:"alone,omitempty"`
}

// Told is a finding that a rule has reported as one that somebody waits for.
type Told struct {
	Package string `json:"-"`
	Rule    string `json:"rule"`
	Posn    string `json:"posn"`
	Func    string `json:"func"` // as in Functions; "" if not known
	// Beside is what runs whenever the finding's call does, and could not be
	// resolved.
	Beside []funceffects.Effect `json:"beside,omitempty"`
}

// A Loop is a call in a loop over data that reaches interface methods without
// a visible implementation.
type Loop struct {
	Package  string `json:"-"`    // its import path, for who reads the JSON
	Posn     string `json:"posn"` // of the call: "file:line:column"
	End      string `json:"end"`
	LoopPosn string `json:"loop"` // of the loop
	Why      string `json:"why"`  // it is one over data
	Line     int    `json:"line"`
	Outer    int    `json:"outer,omitempty"`  // line of a loop over data around it
	Begins   bool   `json:"begins,omitempty"` // each iteration begins a transaction for the call
	Little   string `json:"little,omitempty"` // why it is of little use to know
	Func     string `json:"func,omitempty"`   // the function that the loop is in, as in Functions
	Tx       string `json:"tx,omitempty"`     // the transaction that is open all the while, as in messages
	// Changes are the inputs that are another value in each iteration, by
	// their number in funceffects.Input.From.
	Changes []int                `json:"changes,omitempty"`
	Kind    uint8                `json:"kind"`    // as in package loops
	Unknown []funceffects.Effect `json:"unknown"` // what could not be resolved: Name is "path.Iface.Method"
	// Beside is what else runs in each iteration and could not be resolved.
	Beside []funceffects.Effect `json:"beside,omitempty"`
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
	Unknown []funceffects.Effect `json:"unknown,omitempty"`
	// Effect is what the call is known to do, where that is known.
	Effect *funceffects.Effect `json:"effect,omitempty"`
	// Within are calls of interface methods that are given the function around the
	// call as their parameter Param: it runs in a transaction if they run that in one.
	Within []funceffects.Effect `json:"within,omitempty"`
	Param  int                  `json:"param,omitempty"`
}

// An Interface is a named interface. Methods are what identifies each of its
// methods, sorted.
type Interface struct {
	Name    string   `json:"name"` // "import/path.Iface"
	Methods []string `json:"methods"`
}

// A Type is a named type with methods that reach a database, or that reach
// interface methods themselves; or a function that a package puts into a field,
// "import/path.Type.Field": its one method, by that name.
type Type struct {
	Name    string                          `json:"name"`              // as in messages: "(*pg.Store)"
	ID      string                          `json:"id"`                // as golang.TypeText writes it
	Methods []string                        `json:"methods"`           // all of its method set, as in Interface
	Effects map[string][]funceffects.Effect `json:"effects,omitempty"` // by method name
	// Promoted are the names of the methods that it has from interfaces which
	// it embeds, by the name of the interface.
	Promoted map[string][]string `json:"promoted,omitempty"`
	// Runs are the parameters that a method calls inside a transaction which it has
	// begun, by the method's name.
	Runs map[string][]int `json:"runs,omitempty"`
}

// Encode writes a Package as text: its JSON, which says the same names again
// and again, compressed.
func Encode(p *Package) (string, error) {
	var b strings.Builder
	text := base64.NewEncoder(base64.RawStdEncoding, &b)
	packed, err := flate.NewWriter(text, flate.DefaultCompression)
	if err != nil {
		return "", err
	}
	if err := errors.Join(json.NewEncoder(packed).Encode(p), packed.Close(), text.Close()); err != nil {
		return "", err
	}
	return b.String(), nil
}

// Decode reads what Encode wrote.
func Decode(s string) (*Package, error) {
	p := new(Package)
	packed := flate.NewReader(base64.NewDecoder(base64.RawStdEncoding, strings.NewReader(s)))
	if err := json.NewDecoder(packed).Decode(p); err != nil {
		return nil, err
	}
	return p, nil
}

// A Finding is what a rule makes of a place that the link step has resolved.
type Finding struct {
	Package   string // the import path of the package that the place is in
	Posn, End string // "file:line:column"
	From, Why string // the related place, and what it is
	Category  string
	Message   string
	Sent      string          // the call that sends the query, as in the paths of effects; "" if not known
	Severity  config.Severity // at most; "" for the rule's
	// Lowers: there is a finding of the rule at Posn already. It gets the severity,
	// and its message the end Message.
	Lowers bool
	// Callers: it is so as far as all callers are known, and a package that was
	// not analysed may have others.
	Callers bool
	// Silent: the rule's flags leave it out.
	Silent bool
	// Verdict is what -explain says of the place, "" if nothing.
	Verdict string
}

// Line makes of a place, "dir/file.go:line:column", what steps have and readers
// need: "file.go:line".
func Line(posn string) string {
	posn = posn[strings.LastIndexAny(posn, `/\`)+1:]
	if i := strings.LastIndexByte(posn, ':'); i > 0 {
		return posn[:i]
	}
	return posn
}
