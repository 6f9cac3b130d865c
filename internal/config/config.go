// Package config answers what the user set in .sqlvet.yml: for one directory
// (Find, Load), and, as one hash, for every package that a run from one
// directory could analyse (Digest). It also holds the words that findings
// and settings share: confidence and severity.
//
// It does not know which rules exist: Config.Check takes their names.
package config

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/filetree"
)

// Name is the name of the configuration file.
const Name = ".sqlvet.yml"

// A Config is the content of one configuration file.
type Config struct {
	// Dialect is "postgres", "mysql" or "sqlite"; "" if it is to be found
	// out from what a package imports ("auto", "unknown" in the file).
	Dialect string
	// Schema says where the tables are described.
	Schema Schema
	// Stats says where the statistics of the database stand.
	Stats Stats
	// Tables are those whose size the user knows.
	Tables Tables
	// Pool says how the program runs beside its database server.
	Pool Pool
	// Rules holds the rules that the file names.
	Rules map[string]Setting
	// Generated asks for findings in generated files, too.
	Generated bool
	// Scope are the files with findings at all.
	Scope Scope
	// APIs is what is known of functions, the project's own entries first.
	APIs *apis.Catalogue

	apiSources []string // of own entries
	apiFiles   []string // those that are files, by absolute path

	path  string         // for errors, and the root of globs; "" if there is no file
	lines map[string]int // key, also "rules.NAME.severity" → its 1-based line
}

// A Schema says where the definitions of tables stand.
type Schema struct {
	Off   bool     // nothing is to be read
	Paths []string // absolute paths of files and directories, or globs; nil if they are to be found out

	root string // the directory that holds them; "" if they may be anywhere
}

// Stats say where the file of package stats stands.
type Stats struct {
	Off  bool   // none is to be read
	Path string // absolute; "" if it is to be found out
}

// Tables are the tables of whose rows something is known. Names are as
// written: with the schema in front or without.
type Tables struct {
	Small []string // too few rows for an index to matter
	Big   []string // so many rows that reading all of them is never right
	Wide  []string // with columns so large that reading all of them matters
	// Rows are the numbers of rows that the user gives, by table.
	Rows map[string]float64
}

// A Pool says how many copies of a program share how many connections.
type Pool struct {
	Replicas       int // copies that run at the same time; 0 if it is not known
	Surge          int // more of them while a new version replaces an old one
	MaxConnections int // the server's setting; 0 if it is not known
	Reserved       int // connections that others have: superusers, jobs, people
	// Pooler is "transaction" where a pooler, such as PgBouncer, gives each
	// transaction another connection of the server, "session" where it gives
	// each client one, "" without any.
	Pooler string
}

// PerTransaction reports whether each transaction may get another connection of
// the server.
func (p Pool) PerTransaction() bool { return p.Pooler == "transaction" }

// Copies is how many copies of the program there may be at a time.
func (p Pool) Copies() int { return p.Replicas + p.Surge }

// Free is how many connections the program has, 0 if that is not known.
func (p Pool) Free() int { return max(p.MaxConnections-p.Reserved, 0) }

// Has reports whether the list names the table: "users" in it stands for
// users in every schema. Case does not count.
func Has(list []string, table string) bool {
	_, last, qualified := strings.Cut(table, ".")
	return slices.ContainsFunc(list, func(name string) bool {
		return strings.EqualFold(name, table) || qualified && strings.EqualFold(name, last)
	})
}

// A Confidence says how sure a rule is of a finding.
type Confidence string

// The confidences.
const (
	Certain Confidence = "certain"
	Likely  Confidence = "likely"
)

// A Severity says what a finding is to a reader. Only errors and warnings
// make a run fail.
type Severity string

// The severities, the gravest first.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
	SeverityInfo    Severity = "info"
	SeverityHint    Severity = "hint"
)

// Fails reports whether a finding of this severity makes a run fail.
func (s Severity) Fails() bool { return s == SeverityError || s == SeverityWarning }

// A Setting is what the file says of one rule.
type Setting struct {
	On       bool
	Severity Severity   // "" for that of all rules, a warning
	Min      Confidence // the least that is reported; "" for Likely
	Scope    Scope
	Line     int // 1-based line in the file
}

// An Error is a fault of a configuration file.
type Error struct {
	Path    string
	Line    int // 1-based; 0 if the file as a whole is meant
	Message string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.Path, e.Message)
	}
	return fmt.Sprintf("%s:%d: %s", e.Path, e.Line, e.Message)
}

// Find returns the configuration for the Go files of dir, and the path of the
// file it came from. It looks in dir and the directories above, and takes the
// nearest file whole: files are not merged. The search ends after a directory
// that holds .git or go.work, so that one repository never gets settings of
// another; a go.mod does not end it, since a repository with several modules
// has one set of rules. Nor does a module of the module cache get those of
// what the cache lies in. Without a file the result is an empty Config and "".
func Find(dir string) (*Config, string, error) {
	for d := range filetree.Upwards(dir) {
		path := filepath.Join(d, Name)
		cfg, err := Load(path)
		switch {
		case err == nil:
			return cfg, path, nil
		case !errors.Is(err, fs.ErrNotExist):
			return nil, path, err
		}
	}
	return &Config{}, "", nil
}

// Load reads one configuration file. The error is an *Error if the content is
// at fault.
func Load(path string) (*Config, error) {
	data, err := filetree.Read(repository(path), path, maxSettings)
	if err != nil {
		return nil, err
	}
	return parse(path, data)
}

// Path returns the path of the file; "" if there is none.
func (c *Config) Path() string { return c.path }

// Line returns the 1-based line that sets a key, such as "rules.NAME.min"; 0 if
// none does.
func (c *Config) Line(key string) int { return c.lines[key] }

// APISources names where the project's own entries come from: files, as
// written, and "(inline)" for a library in this file.
func (c *Config) APISources() []string { return c.apiSources }

// Enabled reports whether the rule is on. A rule that the file does not name
// is.
func (c *Config) Enabled(rule string) bool {
	s, ok := c.Rules[rule]
	return !ok || s.On
}

// Asks reports whether the file says that a rule, or what a rule reports only
// where it is asked for ("RULE/CATEGORY"), is on.
func (c *Config) Asks(key string) bool { return c.Rules[key].On }

// Covers reports whether findings of the rule are wanted in a file at all.
func (c *Config) Covers(rule, file string) bool {
	return c.Enabled(rule) && c.Scope.covers(file) && c.Rules[rule].Scope.covers(file)
}

// Wants reports whether a finding of the rule in a file, of this confidence
// ("" for Certain), is to be shown.
func (c *Config) Wants(rule, file string, confidence Confidence) bool {
	return c.Covers(rule, file) && (c.Rules[rule].Min != Certain || confidence != Likely)
}

// Severity returns the severity of the rule's findings.
func (c *Config) Severity(rule string) Severity {
	return cmp.Or(c.Rules[rule].Severity, SeverityWarning)
}

// CheckFiles returns an *Error if the file names others that are not there.
// Only where files can be read is it a fault: some builds show an analyzer no
// more than one package.
func (c *Config) CheckFiles() error {
	if _, err := c.Schema.Files(); err != nil {
		return &Error{c.path, c.lines["schema"], "schema: " + err.Error()}
	}
	if c.Stats.Path != "" {
		if _, err := c.loadStats(c.Stats.Path); err != nil {
			return &Error{c.path, c.lines["stats"], "stats: " + err.Error()}
		}
	}
	return nil
}

// Check returns an *Error if the file names a rule that is not among known.
func (c *Config) Check(known []string) error {
	var first *Error
	for name, s := range c.Rules {
		if slices.Contains(known, name) || first != nil && first.Line < s.Line {
			continue
		}
		first = &Error{c.path, s.Line, fmt.Sprintf("unknown rule %q%s", name, Hint(name, known))}
	}
	if first != nil {
		return first
	}
	return nil
}
