// Package inventory answers what a package hands to databases: every call
// that the shared analyzers saw, what is known of its texts, and whether they
// parsed; and of each finding what a diagnostic has no room for. It travels as JSON in the message of one diagnostic a package,
// since that is the one channel through which go vet returns and caches more
// than facts. The sqlvet command sums it up, lists it and hides it.
//
// It judges nothing.
package inventory

import (
	"encoding/json"
	"go/token"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/passes/dbschema"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/querysites"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/sqlpattern"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
	"github.com/sqlvet/sqlvet/internal/sqltext"
)

// Name is the analyzer's name, under which go vet's JSON holds the inventory.
const Name = "sqlvetinventory"

// New returns an analyzer that reports the inventory after the rules have
// run. A driver must not show the diagnostic.
func New(rules []*analysis.Analyzer) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name:     Name,
		Doc:      "report what the package hands to databases, as JSON\n\nFor the sqlvet command only.",
		Requires: append([]*analysis.Analyzer{suppress.Analyzer, querysites.Analyzer, sqlparse.Analyzer, funceffects.Analyzer, dbschema.Analyzer}, rules...),
		Run:      run,
	}
}

// An Inventory is what one package hands to databases.
type Inventory struct {
	Senders []Sender `json:"senders,omitempty"` // calls that send what their functions are handed
	Sites   []Site   `json:"sites,omitempty"`   // texts by position, then builders by position
	Details []Detail `json:"details,omitempty"` // by position
	// Models are those that the package's schema is made of, where the module
	// has no migrations.
	Models []dbschema.Model `json:"models,omitempty"`
	// Silences are there only if the flag -sqlvetwhy is set, as are the
	// fields that say so.
	Silences []Silence `json:"silences,omitempty"`
}

// A Silence says why a rule reports nothing at a place.
type Silence struct {
	Rule   string `json:"rule"`
	Posn   string `json:"posn"`
	End    string `json:"end"`
	Reason string `json:"reason"`
}

// A Detail is what a finding's diagnostic does not say.
type Detail struct {
	Posn       string            `json:"posn"` // of the diagnostic, as Message and Rule
	Rule       string            `json:"rule"`
	Message    string            `json:"message"` // without the rule's name
	Confidence config.Confidence `json:"confidence,omitempty"`
	Severity   config.Severity   `json:"severity,omitempty"` // "" for the rule's
	Tables     []string          `json:"tables,omitempty"`
	SQL        *suppress.SQL     `json:"sql,omitempty"`
	Index      *suppress.Index   `json:"index,omitempty"`
	Sent       string            `json:"sent,omitempty"`
}

// Knowledge says how much of a site's texts is known.
type Knowledge string

// The values of Knowledge.
const (
	Known   Knowledge = "known"   // every byte of every text
	Holes   Knowledge = "holes"   // all but values, names or fragments
	Unknown Knowledge = "unknown" // nothing worth the name
)

// A Sender is a call that sends statements which functions of other packages
// begin: they stand there, with those of all callers.
type Sender struct {
	Name string `json:"name"` // see sqltext.ChainSummary
	Posn string `json:"posn"`
}

// A Site is one argument of one call that is SQL, or a call that sends what a
// builder has put together. The calls inside a wrapper that pass its parameter
// on are none: those of the wrapper are.
type Site struct {
	Posn      string    `json:"posn"` // of the argument, of a builder's finisher: "file:line:column"
	Call      string    `json:"call"` // the function called, as (*types.Func).FullName has it
	Clause    bool      `json:"clause,omitempty"`
	Knowledge Knowledge `json:"knowledge"`
	// Reason says why the text is not known, or not whole; "" if it is.
	Reason sqltext.Why `json:"reason,omitempty"`
	Texts  []Text      `json:"texts,omitempty"` // the alternatives
	// Place is "test" or "migration" if nobody waits for the call.
	Place string `json:"place,omitempty"`

	// With -sqlvetwhy: where the call's parentheses stand, what is known of
	// the function, and by what.
	// Passes is set for the calls inside a wrapper.
	Passes bool   `json:"passes,omitempty"`
	From   string `json:"from,omitempty"`
	To     string `json:"to,omitempty"`
	Role   string `json:"role,omitempty"`
	Known  string `json:"known,omitempty"`
}

// A Text is one SQL text of a site.
type Text struct {
	Posn    string      `json:"posn"` // of its first byte
	Text    string      `json:"text"` // with {name} for holes
	Full    bool        `json:"full,omitempty"`
	Sender  string      `json:"sender,omitempty"`  // the name of the Sender that sends it; "" if the call does
	Assumed bool        `json:"assumed,omitempty"` // it begins with what callers give, of which nothing is known
	Reason  sqltext.Why `json:"reason,omitempty"`  // of the first part that is not known; "" if Full
	Dialect string      `json:"dialect,omitempty"` // "" if not known
	Parsed  bool        `json:"parsed,omitempty"`  // PostgreSQL's parser reads it
	Error   string      `json:"error,omitempty"`   // the parser's message if not
	Refused bool        `json:"refused,omitempty"` // it was not given to the parser: too large, too deep, no text
	// Normalized is the text with its constants replaced, Fingerprint what
	// statements that differ in constants only share; "" if not parsed.
	Normalized  string `json:"normalized,omitempty"`
	Fingerprint string `json:"fingerprint,omitempty"`
	// SQL is the statement as PostgreSQL would get it, "" if more than values
	// and names of it are not known.
	SQL string `json:"sql,omitempty"`
	// Pattern is what is known of a statement with holes, with a mark of package sqlscan in the
	// place of each.
	Pattern string `json:"pattern,omitempty"`
	// AnyTable is set if it has a relation whose name is not known, AnyColumn
	// if it compares or sorts by a column whose name is not.
	AnyTable  bool `json:"any_table,omitempty"`
	AnyColumn bool `json:"any_column,omitempty"`
	// Bound is what is known of its patterns' parameters.
	Bound sqlpattern.Bound `json:"bound,omitempty"`

	// With -sqlvetwhy: how the text is put together, and its tables.
	Pieces []Piece  `json:"pieces,omitempty"`
	Tables []string `json:"tables,omitempty"`
}

// A Piece is a part of a text: known bytes, or a hole.
type Piece struct {
	Text string      `json:"text,omitempty"`
	Hole string      `json:"hole,omitempty"` // the Go expression
	Posn string      `json:"posn,omitempty"` // where it stands; "" if nowhere
	Made bool        `json:"made,omitempty"` // the library writes it, not the program
	Why  sqltext.Why `json:"why,omitempty"`  // of a hole
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
	inv := Inventory{Sites: append(sites(pass), builds(pass)...), Details: details(pass), Silences: silences(pass)}
	for _, s := range pass.ResultOf[sqlparse.Analyzer].(*sqlparse.Result).Sites {
		if name := s.Sender(); name != "" {
			inv.Senders = append(inv.Senders, Sender{name, posn(pass, s.Arg.Pos())})
		}
	}
	if len(inv.Sites) > 0 {
		inv.Models = pass.ResultOf[dbschema.Analyzer].(*dbschema.Result).Models()
	}
	data, err := json.Marshal(inv)
	if err != nil {
		return nil, err
	}
	pass.Report(analysis.Diagnostic{Pos: pass.Files[0].Name.Pos(), Message: string(data)})
	return nil, nil
}

func sites(pass *analysis.Pass) []Site {
	result := pass.ResultOf[sqlparse.Analyzer].(*sqlparse.Result)
	queries := make(map[*querysites.Site][]*sqlparse.Query)
	for _, q := range result.Queries {
		queries[q.Site] = append(queries[q.Site], q)
	}
	var list []Site
	for _, s := range result.Sites {
		if s.Passes() && !suppress.Explains() {
			continue
		}
		site := Site{
			Passes:    s.Passes(),
			Posn:      posn(pass, s.Arg.Pos()),
			Call:      s.Callee.FullName(),
			Clause:    s.API.Fragment != "" && s.API.Fragment != "statement",
			Knowledge: knowledge(s),
		}
		if suppress.Explains() {
			site.From, site.To = posn(pass, s.Call.Lparen), posn(pass, s.Call.End())
			site.Role, site.Known = string(s.API.Role), knownBy(s)
		}
		for _, t := range s.Texts {
			if site.Reason = t.Why(); site.Reason != "" {
				break
			}
		}
		for _, q := range queries[s] {
			site.Texts = append(site.Texts, text(pass, q))
			site.Place = q.Place().String()
		}
		list = append(list, site)
	}
	return list
}

// knownBy says what tells sqlvet that a function takes SQL.
func knownBy(s *querysites.Site) string {
	switch {
	case s.Wrapped && s.API.Library != "":
		return "a wrapper: it passes its argument on to " + s.API.Library
	case s.Wrapped:
		return "a wrapper: it passes its argument on to a database call"
	case s.API.IsOwn():
		return "an entry of the project's own: " + s.API.Key
	case s.API.Rule != "":
		return "its signature (rule " + s.API.Rule + ")"
	}
	return "the catalogue: " + s.API.Key
}

func silences(pass *analysis.Pass) []Silence {
	var list []Silence
	for _, s := range pass.ResultOf[suppress.Analyzer].(*suppress.Result).Silences() {
		end := s.End
		if !end.IsValid() {
			end = s.Pos
		}
		list = append(list, Silence{s.Rule, posn(pass, s.Pos), posn(pass, end), s.Reason})
	}
	return list
}

func details(pass *analysis.Pass) []Detail {
	var list []Detail
	for _, f := range pass.ResultOf[suppress.Analyzer].(*suppress.Result).Reported() {
		if f.SQL == nil {
			f.SQL = callsText(pass, f)
		}
		list = append(list, Detail{posn(pass, f.Pos), f.Rule, f.Message, f.Confidence, f.Severity, f.Tables, f.SQL, f.Index, f.Sent})
	}
	return list
}

// callsText returns the text of the call that a finding is about, if it is a
// call that hands over one text.
func callsText(pass *analysis.Pass, f suppress.Finding) *suppress.SQL {
	var text *suppress.SQL
	for _, q := range pass.ResultOf[sqlparse.Analyzer].(*sqlparse.Result).Queries {
		if f.Pos <= q.Call.Pos() && q.Call.End() <= f.End {
			if text != nil {
				return nil // alternatives, or several calls
			}
			text = q.Whole()
		}
	}
	return text
}

func knowledge(s *querysites.Site) Knowledge {
	k := Unknown
	full := len(s.Texts) > 0
	for _, t := range s.Texts {
		switch t.Knowledge() {
		case sqltext.Full:
			k = Holes
		case sqltext.Partial:
			k, full = Holes, false
		default:
			full = false
		}
	}
	if full {
		return Known
	}
	return k
}

func text(pass *analysis.Pass, q *sqlparse.Query) Text {
	pos, _ := q.Text.Range(0, 1)
	if !pos.IsValid() {
		pos = q.Arg.Pos()
	}
	t := Text{
		Posn:    posn(pass, pos),
		Text:    q.Text.String(),
		Full:    q.Text.Knowledge() == sqltext.Full,
		Sender:  q.Text.Sender(),
		Assumed: q.Text.Assumed(),
		Reason:  q.Text.Why(),
		Dialect: string(q.Dialect),
	}
	model := q.Model()
	if model.Err != nil {
		t.Error, t.Refused = model.Err.Message, model.Err.Refused
	} else if len(model.Statements) > 0 {
		t.Parsed = true
	}
	if suppress.Explains() {
		t.Tables = q.Tables()
		for _, p := range q.Text.Pieces() {
			piece := Piece{Text: p.Text, Hole: p.Hole, Made: p.Made, Why: p.Why}
			if p.Pos.IsValid() {
				piece.Posn = posn(pass, p.Pos)
			}
			t.Pieces = append(t.Pieces, piece)
		}
	}
	// A clause is parsed as part of a statement that is not the program's.
	if q.Fragment() == sqlscan.Statement {
		t.Normalized = model.Normalized()
		t.Fingerprint = model.Fingerprint()
		if !t.Full {
			t.Pattern = model.Pattern()
		}
		if t.Parsed && model.Exact && (q.Dialect == sqlparse.Postgres || q.Dialect == "") {
			t.SQL, t.Bound = model.SQL, q.Bound()
			for _, st := range model.Statements {
				tables, columns := st.Open()
				t.AnyTable, t.AnyColumn = t.AnyTable || tables, t.AnyColumn || columns
			}
		}
	}
	return t
}

// posn writes a place as the drivers do: in the file that the user has, if
// cgo or another generator says so.
func posn(pass *analysis.Pass, pos token.Pos) string { return pass.Fset.Position(pos).String() }
