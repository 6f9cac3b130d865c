package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/sqlvet/sqlvet/internal/plain"
	"github.com/sqlvet/sqlvet/internal/plans"
)

// An IndexDocument is what sqlvet index prints.
type IndexDocument struct {
	Version  int          `json:"version"` // 1
	Indexes  []Index      `json:"indexes"` // worth creating, the most useful first
	Doubts   []IndexDoubt `json:"doubts"`  // not needed, or lacking
	Failures []Failure    `json:"failures,omitempty"`
	// NoSchema are directories whose queries were left out, since no schema
	// was found for them.
	NoSchema []string `json:"no_schema,omitempty"`
}

// An Index is one worth creating.
type Index struct {
	Table      string     `json:"table"`
	Name       string     `json:"name"`
	SQL        string     `json:"sql"`
	Drop       string     `json:"drop"`                // takes it back
	Extension  string     `json:"extension,omitempty"` // must be there first
	Confidence int        `json:"confidence"`          // percent
	Benefit    float64    `json:"benefit"`             // sum of the shares of the queries' costs that it saves
	Serves     []IndexUse `json:"serves"`
	Inserts    int        `json:"inserts"` // statements that must maintain it
	Updates    int        `json:"updates"`
	Reasons    []string   `json:"reasons,omitempty"`
	Defined    string     `json:"defined,omitempty"` // the table's definition: "file:line"
	// Planner is the version of the PostgreSQL whose planner was asked, ""
	// if none was; Bytes is the size that the index would have.
	Planner string `json:"planner,omitempty"`
	Bytes   int64  `json:"bytes,omitempty"`
}

// An IndexUse is a query that an index serves.
type IndexUse struct {
	Pos        Position `json:"pos"`
	Saves      float64  `json:"saves"` // share of its cost
	ForeignKey bool     `json:"foreign_key,omitempty"`
	// Before and After are the planner's costs without and with the index, 0
	// if none was asked.
	Before float64 `json:"before,omitempty"`
	After  float64 `json:"after,omitempty"`
}

// An IndexDoubt is an index that may not be needed, or a foreign key without
// one.
type IndexDoubt struct {
	Kind    string   `json:"kind"` // duplicate, redundant, after-key, unused, unread, written, foreign-key
	Table   string   `json:"table"`
	Index   string   `json:"index,omitempty"`
	Columns []string `json:"columns,omitempty"` // of the foreign key; that is written
	Instead string   `json:"instead,omitempty"` // the index that serves as well
	Defined string   `json:"defined"`
	Unread  int      `json:"unread,omitempty"` // queries whose statement is not known
	// Since says for how long the server is known not to have read it.
	Since string `json:"since,omitempty"`
	// Planner is the version of the PostgreSQL that uses the index in no
	// plan, "" if none was asked.
	Planner string `json:"planner,omitempty"`
}

// WriteText writes the document for people.
func (d IndexDocument) WriteText(w io.Writer) error {
	var b strings.Builder
	for i, x := range d.Indexes {
		fmt.Fprintf(&b, "%d. %s;\n", i+1, x.SQL)
		if x.Planner != "" {
			fmt.Fprintf(&b, "\t%s; some %s\n", x.served(), plans.Bytes(float64(x.Bytes)))
		} else {
			fmt.Fprintf(&b, "\tconfidence %d %%, benefit %.2f; %s\n", x.Confidence, x.Benefit, x.served())
		}
		if x.Inserts+x.Updates > 0 {
			fmt.Fprintf(&b, "\twritten by %d INSERT and %d UPDATE\n", x.Inserts, x.Updates)
		}
		for _, r := range x.Reasons {
			fmt.Fprintf(&b, "\t%s\n", r)
		}
		if x.Extension != "" {
			fmt.Fprintf(&b, "\tneeds CREATE EXTENSION %s\n", x.Extension)
		}
	}
	if len(d.Indexes) == 0 {
		b.WriteString("no index is worth creating\n")
	}
	for i, x := range d.Doubts {
		if i == 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s: %s\n", x.Defined, x)
	}
	_, err := io.WriteString(w, plain.Lines(b.String()))
	return err
}

// maxServed bounds how many queries are listed for an index.
const maxServed = 5

func (x Index) served() string {
	var out []string
	for _, u := range x.Serves {
		s := fmt.Sprintf("%s −%.0f %%", u.Pos, 100*u.Saves)
		if u.Before > 0 {
			s = fmt.Sprintf("%s (cost %s → %s)", u.Pos, plans.Cost(u.Before), plans.Cost(u.After))
		}
		if u.ForeignKey {
			s += " (foreign key)"
		}
		out = append(out, s)
	}
	if n := len(out) - maxServed; n > 1 {
		out = append(out[:maxServed], fmt.Sprintf("and %d more", n))
	}
	return "serves " + strings.Join(out, ", ")
}

// String says what the doubt is.
func (x IndexDoubt) String() string {
	switch x.Kind {
	case "duplicate":
		return fmt.Sprintf("index %s of %s has the keys of %s", x.Index, x.Table, x.Instead)
	case "redundant":
		return fmt.Sprintf("index %s of %s is the front of %s", x.Index, x.Table, x.Instead)
	case "after-key":
		return fmt.Sprintf("index %s of %s goes on behind the key %s, which finds the row", x.Index, x.Table, x.Instead)
	case "unread":
		return fmt.Sprintf("index %s of %s: %s", x.Index, x.Table, x.idle())
	case "written":
		return fmt.Sprintf("index %s of %s holds %s, which an UPDATE sets to the time again and again: none of these updates is HOT, and each adds an entry to every index of the table; keep %s in a table of its own, or do without the index if what reads by it is rare", x.Index, x.Table, x.Columns[0], x.Columns[0])
	case "foreign-key":
		return fmt.Sprintf("foreign key (%s) of %s has no index: a DELETE of the row referred to reads the whole table", strings.Join(x.Columns, ", "), x.Table)
	}
	s := fmt.Sprintf("index %s of %s: no query that was read can use it", x.Index, x.Table)
	if x.Planner != "" {
		s += fmt.Sprintf(", and no plan of PostgreSQL %s does", x.Planner)
	}
	if x.Unread > 0 {
		s += fmt.Sprintf(" (of others the text is not known: %d)", x.Unread)
	}
	if x.Since != "" {
		return s + "; " + x.idle()
	}
	return s + "; ask pg_stat_user_indexes before dropping it"
}

// idle says that the server has not read the index.
func (x IndexDoubt) idle() string {
	return "by the statistics nothing has read it " + x.Since + "; replicas count for themselves"
}
