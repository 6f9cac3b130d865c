package schema

import (
	"path/filepath"
	"regexp"
	"strings"

	"github.com/sqlvet/sqlvet/internal/diskcache"
)

// A Script is what a file gives a server to run, in the order of its
// statements.
type Script struct {
	File    string // as Schema.Sources names it
	Path    string // absolute
	Skipped string // why none of it is run, "" if it is
	// Statements do not hold what changes rows or opens and ends
	// transactions: they leave the tables as they are.
	Statements []ScriptStatement
	// Unread tells what of the file was not read, as Schema.Problems does.
	Unread []Problem
}

// A ScriptStatement is one statement without its semicolon.
type ScriptStatement struct {
	Line int // 1-based
	Text string
}

// Tables returns the tables that a statement changes, as Table.String writes
// them.
func (s ScriptStatement) Tables() (out []string) {
	tables, _ := tablesOfDDL(s.Text)
	for _, n := range tables {
		out = append(out, n.String())
	}
	return out
}

// Scripts returns what makes the schema that Load reads, in order, and a hash
// of it; nil if there is none to be found.
func Scripts(dir string, opts Options) (scripts []Script, digest string, err error) {
	if opts.Off {
		return nil, "", nil
	}
	t, rel, err := stockOf(dir, opts)
	if err != nil {
		return nil, "", err
	}
	pick, mod := t.pick(rel, opts)
	if pick.taken == nil {
		return nil, "", nil
	}
	if opts.Files == nil {
		t.fill(pick.taken)
	}
	for _, in := range pick.taken.inputs {
		s := Script{File: relativeTo(mod, in.rel), Path: filepath.Join(t.Top, filepath.FromSlash(in.rel)), Skipped: in.skipped}
		if in.skipped == "" {
			s.Statements = scriptStatements(in.up)
		}
		for _, n := range in.notes {
			p := Problem{Place: Place{s.File, n.line}, Message: n.message}
			for _, table := range n.tables {
				p.Tables = append(p.Tables, table.String())
			}
			s.Unread = append(s.Unread, p)
		}
		scripts = append(scripts, s)
	}
	return scripts, digestOf(scripts), nil
}

// ScriptOf returns the script that one text is.
func ScriptOf(file, sql string) ([]Script, string) {
	scripts := []Script{{File: file, Path: file, Statements: scriptStatements(sql)}}
	return scripts, digestOf(scripts)
}

func digestOf(scripts []Script) string { return diskcache.Key("scripts", scripts) }

func scriptStatements(sql string) (out []ScriptStatement) {
	for split := newSplitter(untemplated(sql)); ; {
		st, ok := split.next()
		if !ok {
			return out
		}
		if !leavesTables(&st) {
			out = append(out, ScriptStatement{Line: st.line, Text: withoutConcurrently(&st)})
		}
	}
}

// owned is a statement that says whom something belongs to.
var owned = regexp.MustCompile(`(?is)\sowner\s+to\s+\S+$`)

// leavesTables reports whether a statement changes rows, transactions, rights
// or nothing at all: what is planned is the same without it.
func leavesTables(st *statement) bool {
	switch st.words[0] {
	case "insert", "update", "delete", "copy", "analyze", "vacuum", "truncate", "lock", "notify", "reindex", "refresh", "cluster", "checkpoint",
		"begin", "commit", "end", "start", "savepoint", "release", "rollback", "abort", "comment", "security", "grant", "revoke":
		return true
	case "alter":
		return st.words[1] == "default" || owned.MatchString(st.text)
	}
	return false
}

// withoutConcurrently returns the text of a statement as it may run anywhere:
// nobody waits for these tables.
func withoutConcurrently(st *statement) string {
	for i, w := range st.words {
		if w != "concurrently" || i == 0 {
			continue
		}
		low := strings.ToLower(st.text)
		at := strings.Index(low, "concurrently")
		return st.text[:at] + st.text[at+len("concurrently"):]
	}
	return st.text
}
