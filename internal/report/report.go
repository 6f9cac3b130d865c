// Package report answers how findings look: as text with the source below
// (Text), as JSON (Document), and in the forms that other programs read
// (Formats). It also gives a finding the name by which it is known again when
// lines have moved (Fingerprints).
//
// It does not know where findings come from.
package report

import (
	"cmp"
	"fmt"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/plain"
)

// InternalError is the category of a diagnostic that says that a rule failed.
const InternalError = "internal-error"

// A Position is a place in a file. //line comments may leave out any part of
// it: what is not known is empty or 0.
type Position struct {
	File   string `json:"file"`   // relative to the working directory if that is shorter
	Line   int    `json:"line"`   // 1-based
	Column int    `json:"column"` // 1-based, in bytes
}

// String shows the position as token.Position does.
func (p Position) String() string {
	return token.Position{Filename: plain.Text(p.File), Line: p.Line, Column: p.Column}.String()
}

// ParsePosition reads every form that token.Position is printed in:
// "file:line:column", each part of which may be missing, and "-" for none.
func ParsePosition(s string) Position {
	if s == "-" {
		return Position{}
	}
	rest, last, ok := cutLast(s)
	if !ok {
		return Position{File: s}
	}
	if file, line, ok := cutLast(rest); ok {
		return Position{file, line, last}
	}
	return Position{File: rest, Line: last}
}

// cutLast takes a number at the end of s off it, and the colon before.
func cutLast(s string) (string, int, bool) {
	i := strings.LastIndexByte(s, ':')
	n, err := strconv.ParseUint(s[i+1:], 10, 31)
	return s[:max(i, 0)], int(n), err == nil
}

// Relative returns p with its file relative to dir if that is shorter.
func (p Position) Relative(dir string) Position {
	if rel, err := filepath.Rel(dir, p.File); err == nil && len(rel) < len(p.File) {
		p.File = rel
	}
	return p
}

// A Finding is one thing that a rule reports.
type Finding struct {
	Rule     string    `json:"rule"`
	Category string    `json:"category"` // what kind of the rule's findings; the rule's name if it has one kind
	Message  string    `json:"message"`  // without the rule's name
	URL      string    `json:"url"`      // the rule's page
	Pos      Position  `json:"pos"`
	End      Position  `json:"end"` // after the last byte
	Related  []Related `json:"related,omitempty"`
	Fixes    []Fix     `json:"fixes,omitempty"` // alternatives; -fix takes the first

	Severity   config.Severity   `json:"severity"`
	Confidence config.Confidence `json:"confidence"`
	Package    string            `json:"package"`          // its path
	Func       string            `json:"func,omitempty"`   // the declaration around: F, T.Method or a variable; "" if there is none
	Tables     []string          `json:"tables,omitempty"` // that it is about, if they are known
	SQL        *SQL              `json:"sql,omitempty"`    // that is at fault, if it is known
	// Plan is PostgreSQL's, as a tree with marks at the nodes that are at
	// fault; "" if the finding is about none.
	Plan string `json:"plan,omitempty"`
	// Sent is the call that sends the query, as "file.go:12", if that is not at
	// Pos; "" if it is, or is not known.
	Sent string `json:"-"`
	// Fingerprint is the same as long as the line says the same, wherever in
	// its declaration the line stands.
	Fingerprint string `json:"fingerprint"`
}

// A SQL is a query with the part of it that is at fault.
type SQL struct {
	Text  string `json:"text"`  // with {name} where a part is not known
	Start int    `json:"start"` // byte offset into Text, 0-based
	End   int    `json:"end"`   // byte offset after the last byte
}

// Related is a place that a finding refers to.
type Related struct {
	Pos     Position `json:"pos"`
	Message string   `json:"message"`
}

// A Fix is a change of the source that mends a finding.
type Fix struct {
	Message string `json:"message"`
	Edits   []Edit `json:"edits"`
}

// An Edit replaces a part of a file.
type Edit struct {
	File  string `json:"file"`
	Start int    `json:"start"` // byte offset, 0-based
	End   int    `json:"end"`   // byte offset after the last byte replaced
	New   string `json:"new"`
}

// Shown makes the texts of a finding fit to be shown. SQL and the names of
// files are data to some formats: the others do the same to them.
func (f *Finding) Shown() {
	f.Message = plain.Text(f.Message)
	f.Tables = slices.Clone(f.Tables)
	for i := range f.Tables {
		f.Tables[i] = plain.Text(f.Tables[i])
	}
	for i := range f.Related {
		f.Related[i].Message = plain.Text(f.Related[i].Message)
	}
	for i := range f.Fixes {
		f.Fixes[i].Message = plain.Text(f.Fixes[i].Message)
	}
}

// Sort orders findings by place, then by rule and message, and drops doubles:
// the same files are analysed again as part of a package's tests.
func Sort(findings []Finding) []Finding {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.Pos.File, b.Pos.File),
			cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Column, b.Pos.Column),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.CompactFunc(findings, func(a, b Finding) bool {
		return a.Pos == b.Pos && a.Rule == b.Rule && a.Message == b.Message
	})
}

// Stats says how much was looked at: what no finding was found in.
type Stats struct {
	Packages int `json:"packages"` // analysed, tests included
	Calls    int `json:"calls"`    // calls that hand a statement to a database
	Known    int `json:"known"`    // of these, with every byte of the text known
	Holes    int `json:"holes"`    // with the text known but for holes
	Unknown  int `json:"unknown"`  // with no text known
	Parsed   int `json:"parsed"`   // with a text, or an alternative of it, that PostgreSQL's parser reads
	Clauses  int `json:"clauses"`  // calls that hand a part of a statement to a query builder
	// Reasons counts the calls that are not known in full by the reason of the
	// first part that is not; see Query.
	Reasons map[string]int `json:"reasons,omitempty"`
	// Refused counts the texts that no parser was given: too large, too deep,
	// or no UTF-8. sqlvet queries names them.
	Refused int `json:"refused,omitempty"`
}

// Failure says what could not be analysed.
type Failure struct {
	Package string `json:"package,omitempty"` // "" if it is not one package's
	Rule    string `json:"rule,omitempty"`    // "" if it is not one rule's
	Message string `json:"message"`
}

// Summary says in words what was found, if that was asked for, and what was
// looked at.
func Summary(findings []Finding, s Stats, checked bool) string {
	var b strings.Builder
	if checked {
		b.WriteString(foundByRule(findings) + " in ")
	}
	b.WriteString(Count(s.Packages, "package") + "\n")
	if s.Calls+s.Clauses == 0 {
		b.WriteString("no database call was seen, so there was no SQL to check\n")
		return b.String()
	}
	fmt.Fprintf(&b, "%s seen; SQL text fully known in %d, with holes in %d, unknown in %d; %d parsed",
		Count(s.Calls, "database call"), s.Known, s.Holes, s.Unknown, s.Parsed)
	if s.Clauses > 0 {
		fmt.Fprintf(&b, "; %s in query builders", Count(s.Clauses, "clause"))
	}
	if s.Refused > 0 {
		fmt.Fprintf(&b, "; %s too large or too deep to parse (sqlvet queries names them)", Count(s.Refused, "text"))
	}
	b.WriteString("\n")
	if len(s.Reasons) > 0 {
		b.WriteString("not known: " + reasons(s.Reasons) + "\n")
	}
	return b.String()
}

// reasons returns "what callers give 12, what functions return 3".
func reasons(counts map[string]int) string {
	keys := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	for i, k := range keys {
		keys[i] = fmt.Sprintf("%s %d", ReasonWords(k), counts[k])
	}
	return strings.Join(keys, ", ")
}

// ReasonWords says in words what is not known of a text for a reason of Query.
func ReasonWords(reason string) string { return cmp.Or(reasonWords[reason], reason) }

var reasonWords = map[string]string{
	"caller":  "what a caller gives",
	"call":    "what a function makes of it",
	"state":   "what a field, an element or a package's variable holds",
	"value":   "what is put together at run time",
	"loop":    "what a loop adds",
	"model":   "the type behind an interface",
	"library": "what the library decides when it runs",
	"method":  "what a library's method does",
	"limit":   "what was too much to follow",
}

// foundByRule returns "3 findings (selectstar 2, nonsargable 1)".
func foundByRule(findings []Finding) string {
	byRule := make(map[string]int)
	var rules []string
	for _, f := range findings {
		if byRule[f.Rule] == 0 {
			rules = append(rules, f.Rule)
		}
		byRule[f.Rule]++
	}
	slices.SortFunc(rules, func(a, b string) int {
		return cmp.Or(cmp.Compare(byRule[b], byRule[a]), cmp.Compare(a, b))
	})
	parts := make([]string, len(rules))
	for i, rule := range rules {
		parts[i] = fmt.Sprintf("%s %d", rule, byRule[rule])
	}
	total := Count(len(findings), "finding")
	if len(parts) == 0 {
		return total
	}
	return total + " (" + strings.Join(parts, ", ") + ")"
}

// Count returns "1 thing" or "2 things".
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// Some names a few of the directories.
func Some(dirs []string) string {
	const shown = 3
	if n := len(dirs) - shown; n > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(dirs[:shown], ", "), n)
	}
	return strings.Join(dirs, ", ")
}
