package report

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/sqlvet/sqlvet/internal/plain"
	"github.com/sqlvet/sqlvet/internal/sqlpattern"
)

// A Document is what sqlvet -json prints. Fields may be added, but none
// changes its meaning within a Version.
type Document struct {
	Version  int       `json:"version"` // 1
	Findings []Finding `json:"findings"`
	Hidden   int       `json:"hidden"`   // findings left out by -baseline and -new-from
	Failures []Failure `json:"failures"` // what could not be analysed
	Stats    Stats     `json:"stats"`
}

// QueryDocument is what sqlvet queries -json prints.
type QueryDocument struct {
	Version  int       `json:"version"` // 1
	Queries  []Query   `json:"queries"`
	Failures []Failure `json:"failures"`
	Stats    Stats     `json:"stats"`
}

// A Query is one SQL text that a call hands to a database or to a query
// builder; a call whose text has alternatives has several. A call of whose
// text nothing is known is a Query without text.
type Query struct {
	Pos       Position `json:"pos"`       // of the text's first byte; of the argument if no text is known
	CallPos   Position `json:"call_pos"`  // of the argument; of the call that sends it, where a function of another package does
	Call      string   `json:"call"`      // the function called
	Package   string   `json:"package"`   // the path of the package that calls
	Clause    bool     `json:"clause"`    // a part of a statement, for a query builder
	Knowledge string   `json:"knowledge"` // known, holes or unknown
	// Reason says why it is not known: caller, call, state, value, loop, model,
	// library, method or limit; "" if it is.
	Reason      string `json:"reason"`
	Text        string `json:"text"`    // {name} where a part is not known
	Dialect     string `json:"dialect"` // "" if not known
	Parsed      bool   `json:"parsed"`  // PostgreSQL's parser reads it
	Error       string `json:"error"`   // its message if not
	Normalized  string `json:"normalized"`
	Fingerprint string `json:"fingerprint"` // as of pg_query; like Normalized "" if not parsed, or a clause
	// Pattern is what is known of a statement with holes, with a mark of package sqlscan in the
	// place of each.
	Pattern string `json:"-"`
	// SQL is the statement as PostgreSQL gets it, "" if it is not known.
	SQL string `json:"-"`
	// AnyTable and AnyColumn are set if it reads a table, or compares a column,
	// whose name is not known.
	AnyTable  bool `json:"-"`
	AnyColumn bool `json:"-"`
	// Bound is what is known of its patterns' parameters.
	Bound sqlpattern.Bound `json:"-"`
	// Refused: the text was not given to a parser, as Error says.
	Refused bool `json:"-"`
	// Place is "test" or "migration" if nobody waits for the call.
	Place string `json:"-"`
}

// String returns the line that sqlvet queries prints: place, fingerprint, and
// the normalized text or what is known instead.
func (q Query) String() string {
	fingerprint, text := cmp.Or(q.Fingerprint, "-"), cmp.Or(q.Normalized, q.Text)
	if text == "" {
		text = "(text unknown, handed to " + q.Call + ")"
	}
	if q.Refused {
		text = "(not parsed: " + q.Error + ") " + text[:min(len(text), longLine)]
	}
	text = plain.Text(strings.Join(strings.Fields(text), " "))
	return fmt.Sprintf("%s: %s %s", q.Pos, fingerprint, text)
}

// WriteJSON prints a document.
func WriteJSON(w io.Writer, document any) error {
	e := json.NewEncoder(plain.JSON(w))
	e.SetEscapeHTML(false) // SQL is full of < and >
	e.SetIndent("", "\t")
	return e.Encode(document)
}
