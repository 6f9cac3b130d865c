// Package inventory answers what a package hands to databases: every call
// that the shared analyzers saw, what is known of its text, and whether it
// parsed. It travels as JSON in the message of one diagnostic a package,
// since that is the one channel through which go vet returns and caches more
// than facts. The sqlvet command sums it up, lists it and hides it.
//
// It judges nothing.
package inventory

import (
	"encoding/json"

	"golang.org/x/tools/go/analysis"
)

// Name is the analyzer's name, under which go vet's JSON holds the inventory.
const Name = "sqlvetinventory"

// Analyzer reports the inventory. A driver must not show the diagnostic.
var Analyzer = &analysis.Analyzer{
	Name: Name,
	Doc:  "report what the package hands to databases, as JSON\n\nFor the sqlvet command only.",
	Run:  run,
}

// An Inventory is what one package hands to databases.
type Inventory struct {
	Queries []Query `json:"queries,omitempty"` // one a call, by position
}

// Knowledge says how much of a text is known.
type Knowledge string

const (
	Known   Knowledge = "known"   // every byte
	Holes   Knowledge = "holes"   // all but values, names or fragments
	Unknown Knowledge = "unknown" // nothing
)

// A Query is one call that hands SQL to a database.
type Query struct {
	Posn      string    `json:"posn"` // of the text or the call: "file:line:column"
	Call      string    `json:"call"` // the function called, as (*types.Func).FullName has it
	Knowledge Knowledge `json:"knowledge"`
	Text      string    `json:"text,omitempty"`    // with ⟨…⟩ for holes
	Dialect   string    `json:"dialect,omitempty"` // "" if not known
	Parsed    bool      `json:"parsed,omitempty"`  // PostgreSQL's parser reads it
	Error     string    `json:"error,omitempty"`   // the parser's message if not
	// Normalized is the text with its constants replaced, Fingerprint what
	// statements that differ in constants only share; "" if not parsed.
	Normalized  string `json:"normalized,omitempty"`
	Fingerprint string `json:"fingerprint,omitempty"`
}

// Decode reads the message of a diagnostic of Analyzer.
func Decode(message string) (*Inventory, error) {
	inv := new(Inventory)
	if err := json.Unmarshal([]byte(message), inv); err != nil {
		return nil, err
	}
	return inv, nil
}

func run(pass *analysis.Pass) (any, error) {
	if len(pass.Files) == 0 {
		return nil, nil
	}
	data, err := json.Marshal(Inventory{Queries: queries(pass)})
	if err != nil {
		return nil, err
	}
	pass.Report(analysis.Diagnostic{Pos: pass.Files[0].Name.Pos(), Message: string(data)})
	return nil, nil
}
