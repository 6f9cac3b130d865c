// Package doctor answers: what is a PostgreSQL server that is in use missing,
// which statement mends it, and what does that cost? Examine reads catalog and
// counters, in one read-only transaction, and Judge says what they mean, with
// the statements of a program if there are some.
//
// A check is a value: its question, its judgment, and the page of PostgreSQL's
// documentation that says why. Where the server cannot tell, because its
// counters are young, it is a standby, or the role may not see, a check says
// so and nothing else. No value of a row and no literal of a statement is read.
package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/indexadvice"
	"github.com/sqlvet/sqlvet/internal/pgserver"
	"github.com/sqlvet/sqlvet/internal/report"
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/snapshot"
	"github.com/sqlvet/sqlvet/internal/stats"
)

// A Check is one thing that is looked at.
type Check struct {
	Name  string
	Title string // what it reports: a verb phrase
	// Page is that of PostgreSQL's documentation that the judgment rests on,
	// below the version's folder.
	Page string
	// Needs says what the server must be, else the check is silent.
	Needs needs
	// Query returns one JSON object a row; "" if what all checks share is enough.
	// {statements} stands for the schema of pg_stat_statements.
	Query string
	judge func(d *Database, rows []json.RawMessage, o *outcome)
}

// needs is what the server must be for a check to be able to tell.
type needs struct {
	version    int  // the first one, such as 14
	primary    bool // a standby counts for itself only, and nothing can be mended there
	statements bool // pg_stat_statements is in the database
}

// A Finding is one thing that is wrong.
type Finding struct {
	Check    string            `json:"check"`
	Severity config.Severity   `json:"severity"`
	Object   string            `json:"object,omitempty"` // the table, index, setting or role
	Message  string            `json:"message"`
	Remedy   string            `json:"remedy"`           // SQL
	Cost     string            `json:"cost"`             // of the remedy
	Page     string            `json:"page"`             // URL
	Places   []report.Position `json:"places,omitempty"` // in the code

	text string // of the statement that it is about
}

// A Silence is a check that could not tell, and why.
type Silence struct {
	Check  string `json:"check"`
	Reason string `json:"reason"`
}

// A Document is what sqlvet doctor prints.
type Document struct {
	Version  int       `json:"version"`  // 1
	Server   string    `json:"server"`   // its version
	Database string    `json:"database"` // its name
	Standby  bool      `json:"standby,omitempty"`
	Since    time.Time `json:"since"` // when the counters began
	Checks   int       `json:"checks"`
	Findings []Finding `json:"findings"` // the gravest first
	Silent   []Silence `json:"silent"`
}

// A Code is what is known of a program that uses the database.
type Code struct {
	Statements []indexadvice.Statement
	Texts      []string          // of each statement
	Places     []report.Position // of each statement
	// Unread is what is known of texts that are no whole statement, of Unknown
	// queries.
	Unread  []string
	Unknown int
	Pool    config.Pool // of the settings
}

// A Database is what Examine read.
type Database struct {
	facts
	Version  int // as server_version_num has it
	Settings map[string]string
	Schema   *schema.Schema
	Stats    *stats.File
	tables   map[string]*table // by oid
	sorted   []*table          // by name
	// Age is for how long a server must have counted for a zero to mean
	// something.
	age      time.Duration
	rows     map[string][]json.RawMessage // by check
	refused  map[string]string            // by check
	plain    []indexadvice.Doubt          // against indexes, without code, once reviewed
	reviewed bool
}

// facts are those of which there is one a database.
type facts struct {
	Name       string    `json:"name"`
	Standby    bool      `json:"standby"`
	Now        time.Time `json:"now"`
	Since      time.Time `json:"since"`
	AllStats   bool      `json:"all_stats"`  // the role sees other roles' sessions and statements
	Standbys   int       `json:"standbys"`   // that stream from the server
	Statements string    `json:"statements"` // the schema of pg_stat_statements, "" without
	ReadTime   float64   `json:"read_time"`  // ms
	Reads      float64   `json:"reads"`      // blocks
	TempBytes  float64   `json:"temp_bytes"`
	TempFiles  float64   `json:"temp_files"`
}

// Have: stats_reset of pg_stat_database is null until it is asked for, or
// after a crash, which takes the counters; pg_stat_bgwriter's never is.
const factsQuery = `SELECT row_to_json(q) FROM (SELECT d.datname AS name, pg_is_in_recovery() AS standby, clock_timestamp() AS now,
		greatest(d.stats_reset, b.stats_reset) AS since, pg_has_role('pg_read_all_stats', 'USAGE') AS all_stats,
		(SELECT count(*) FROM pg_stat_replication) AS standbys,
		(SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements') AS statements,
		d.blk_read_time AS read_time, d.blks_read AS reads, d.temp_bytes, d.temp_files
	FROM pg_stat_database d, pg_stat_bgwriter b WHERE d.datname = current_database()) q`

// oldest is the oldest version whose catalog is known.
const oldest = 13

// Options say what is asked.
type Options struct {
	DSN string
	// Age is for how long a server must have counted for a zero to mean
	// something; 0 for what indexadvice takes.
	Age time.Duration
}

// Examine reads what there is to know. Errors do not show the connection
// string.
func Examine(ctx context.Context, o Options) (*Database, error) {
	s, err := pgserver.Open(ctx, o.DSN, "sqlvet doctor")
	if err != nil {
		return nil, err
	}
	d := &Database{Version: s.Version, age: o.Age, rows: make(map[string][]json.RawMessage), refused: make(map[string]string)}
	if d.age == 0 {
		d.age = indexadvice.LongCounted
	}
	if d.major() < oldest {
		s.Close()
		return nil, fmt.Errorf("the server of -dsn is PostgreSQL %d, want %d or newer", d.major(), oldest)
	}
	d.read(s)
	if err := s.Close(); err != nil {
		return nil, err
	}
	return d, nil
}

func (d *Database) major() int { return d.Version / 10000 }

// read asks for everything, so that no transaction is open while code is
// analysed.
func (d *Database) read(s *pgserver.Session) {
	list := objects[facts](s.Rows(factsQuery))
	if len(list) == 0 {
		return // s says why
	}
	d.facts = list[0]
	d.Settings = make(map[string]string)
	for _, r := range s.Rows("SELECT name, setting FROM pg_settings") {
		d.Settings[r[0]] = r[1]
	}
	d.sorted = objects[*table](s.Rows(tablesQuery))
	d.tables = make(map[string]*table)
	for _, t := range d.sorted {
		d.tables[t.OID] = t
	}
	d.Schema = schema.Parse("catalog", ddl(s))
	d.Stats, _ = snapshot.Read(s, false)
	if d.Stats != nil {
		d.Stats.Since = &d.facts.Since
	}
	for _, c := range Checks {
		if c.Query == "" || d.lacks(c) != "" {
			continue
		}
		rows, refused := s.Try(strings.ReplaceAll(c.Query, "{statements}", d.Statements))
		d.refused[c.Name] = refused
		for _, r := range rows {
			d.rows[c.Name] = append(d.rows[c.Name], json.RawMessage(r[0]))
		}
	}
}

// objects reads rows of one JSON object each.
func objects[T any](rows [][]string) (out []T) {
	for _, r := range rows {
		out = append(out, object[T](json.RawMessage(r[0])))
	}
	return out
}

// object reads a JSON object, of which the fields that are null are left zero.
func object[T any](row json.RawMessage) (x T) {
	// Have: the server wrote it, of columns that the query casts to what T says.
	_ = json.Unmarshal(row, &x)
	return x
}

// lacks says why a check cannot tell; "" if it may.
func (d *Database) lacks(c Check) string {
	switch {
	case d.major() < c.Needs.version:
		return fmt.Sprintf("PostgreSQL %d does not tell, %d does", d.major(), c.Needs.version)
	case c.Needs.primary && d.Standby:
		return "this is a standby: ask the primary"
	case c.Needs.statements && d.Statements == "":
		return "pg_stat_statements is not in the database"
	}
	return ""
}

// An outcome collects what a check says.
type outcome struct {
	check Check
	doc   *Document
	pages string // URL of the version's documentation
}

func (o *outcome) add(f Finding) {
	f.Check, f.Page = o.check.Name, o.pages+o.check.Page
	o.doc.Findings = append(o.doc.Findings, f)
}

func (o *outcome) silent(format string, args ...any) {
	o.doc.Silent = append(o.doc.Silent, Silence{o.check.Name, fmt.Sprintf(format, args...)})
}

// severities lists them, the gravest first.
var severities = []config.Severity{config.SeverityError, config.SeverityWarning, config.SeverityInfo}

// Judge says what is wrong. The code is nil if none was looked at.
func (d *Database) Judge(code *Code) *Document {
	doc := &Document{
		Version: 1, Server: fmt.Sprintf("%d.%d", d.major(), d.Version%10000), Database: d.Name, Standby: d.Standby, Since: d.Since.UTC().Truncate(time.Second),
		Checks: len(Checks) + len(codeChecks), Findings: []Finding{}, Silent: []Silence{},
	}
	o := &outcome{doc: doc, pages: fmt.Sprintf("https://www.postgresql.org/docs/%d/", d.major())}
	for _, o.check = range Checks {
		why := d.lacks(o.check)
		if why == "" && d.refused[o.check.Name] != "" {
			why = "the server says: " + d.refused[o.check.Name]
		}
		if why != "" {
			o.silent("%s", why)
			continue
		}
		o.check.judge(d, d.rows[o.check.Name], o)
	}
	if d.Standby {
		code = nil // what is said of code rests on the primary's counters
	}
	for _, c := range codeChecks {
		if o.check = c.Check; code != nil {
			c.judge(d, code, o)
		}
	}
	if code != nil {
		code.locate(doc.Findings)
		doc.Findings = slices.DeleteFunc(doc.Findings, func(f Finding) bool {
			return f.Check == unusedIndex && slices.ContainsFunc(doc.Findings, func(g Finding) bool { return g.Check == codeIndex && g.Remedy == f.Remedy })
		})
		for i := range doc.Findings {
			if f := &doc.Findings[i]; f.Check == unusedIndex {
				f.Severity = config.SeverityInfo
				f.Message += "; that the code has a use for it is not ruled out"
			}
		}
	}
	slices.SortStableFunc(doc.Findings, func(a, b Finding) int {
		return slices.Index(severities, a.Severity) - slices.Index(severities, b.Severity)
	})
	return doc
}
