package schema

import (
	"cmp"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/migrations"
	"github.com/sqlvet/sqlvet/internal/pgquery"
)

// A Risk is something that a migration does to a database in use.
type Risk struct {
	Place
	Path     string // of the file, absolute
	Category string // "locking-index", "concurrently", "foreign-key"
	Message  string
	Table    string
}

// Risks returns what the migrations of a directory's packages risk, in order
// of files and lines: those of the folder itself if it holds migrations. With
// newest only the last migration is judged: those before it have run. where
// names the files that were judged; "" if the directory has no migrations.
func Risks(dir string, opts Options, newest bool) (risks []Risk, where string, err error) {
	if opts.Off {
		return nil, "", nil
	}
	t, rel, err := stockOf(dir, opts)
	if err != nil {
		return nil, "", err
	}
	pick, mod := t.pick(rel, opts)
	if i := slices.IndexFunc(t.Candidates, func(c *candidate) bool { return c.Where == rel && c.fits() }); i >= 0 {
		pick = choice{taken: t.Candidates[i]}
	}
	if pick.taken == nil || !pick.taken.migrates() {
		return nil, "", nil
	}
	if opts.Files == nil {
		t.fill(pick.taken)
	}
	l := &linter{root: t.path(mod)}
	return l.run(pick.taken, mod, newest), pick.taken.Where, nil
}

// migrates reports whether the files are run one after the other, at
// different times.
func (c *candidate) migrates() bool {
	return c.Class == classFolder || c.Class > classFolder && len(c.inputs) != 1
}

// A linter judges statements as they are replayed.
type linter struct {
	r     *replayer
	in    *input
	risks []Risk

	begun      bool // BEGIN stands before the statement
	statements int  // of the file
	file       string
	texts      map[string]string // of the files, for comments in them
	order      map[string]int    // of the files
	root       string            // of their names
}

func (l *linter) run(c *candidate, mod string, newest bool) []Risk {
	last := -1
	for i, in := range c.inputs {
		if in.skipped == "" {
			last = i
		}
	}
	r := newReplayer()
	l.r, l.texts = r, make(map[string]string)
	l.order = make(map[string]int)
	for i, in := range c.inputs {
		if in.skipped != "" {
			continue
		}
		l.in, l.file, l.begun, l.statements = in, relativeTo(mod, in.rel), false, countStatements(in.up)
		l.texts[l.file], l.order[l.file] = in.text, i
		if i == last || !newest {
			r.watch = l.statement
		} else {
			r.watch = nil
		}
		r.file(Source{File: l.file, Format: in.format}, in.up)
	}
	l.foreignKeys(r.finish(), l.file, newest)
	slices.SortStableFunc(l.risks, func(a, b Risk) int {
		return cmp.Or(cmp.Compare(l.order[a.File], l.order[b.File]), cmp.Compare(a.Line, b.Line))
	})
	return l.risks
}

func countStatements(sql string) int {
	n := 0
	for split := newSplitter(sql); ; n++ {
		if _, ok := split.next(); !ok {
			return n
		}
	}
}

var ignored = regexp.MustCompile(`(?i)--\s*sqlvet:ignore\s+(?:\w+\s*,\s*)*migrations\b`)

// add notes a risk, unless a comment on the statement's line or the one above
// says that it is known.
func (l *linter) add(line int, category, table, format string, args ...any) {
	lines := strings.Split(l.texts[l.file], "\n")
	for n := line - 1; n <= line; n++ {
		if n >= 1 && n <= len(lines) && ignored.MatchString(lines[n-1]) {
			return
		}
	}
	l.risks = append(l.risks, Risk{Place{l.file, line}, filepath.Join(l.root, filepath.FromSlash(l.file)), category, fmt.Sprintf(format, args...), table})
}

// statement looks at a statement before it is replayed; n is nil for those
// that are not parsed.
func (l *linter) statement(st *statement, n *pgquery.Node) {
	switch {
	case st.is("begin") || st.is("start", "transaction"):
		l.begun = true
	case st.is("commit") || st.is("end") || st.is("rollback"):
		l.begun = false
	case n == nil:
	case n.GetIndexStmt() != nil:
		l.index(n.GetIndexStmt(), st)
	case n.GetDropStmt() != nil && n.GetDropStmt().GetConcurrent():
		l.concurrently("DROP INDEX CONCURRENTLY", st)
	}
}

func (l *linter) index(d *pgquery.IndexStmt, st *statement) {
	if d.GetConcurrent() {
		l.concurrently("CREATE INDEX CONCURRENTLY", st)
		return
	}
	t := l.r.find(written(d.GetRelation()))
	if t == nil || t.File == l.file || t.PartitionBy != "" || t.Kind == ForeignTable {
		return // new tables are empty, partitioned ones cannot do it
	}
	if d.GetIfNotExists() && l.r.indexes[name{t.Schema, d.GetIdxname()}] != nil {
		return
	}
	l.add(st.line, "locking-index", t.String(), "creating an index on %s blocks its writes until it is built: use CREATE INDEX CONCURRENTLY%s", t, l.outside())
}

// outside says how a file asks its tool for no transaction.
func (l *linter) outside() string {
	if l.in.noTransaction {
		return ""
	}
	switch t := l.in.tool; {
	case t == nil:
	case t.Outside != "":
		return ", with " + t.Outside
	case t.OwnFile:
		return ", in a file of its own"
	}
	return ""
}

// concurrently judges a statement that PostgreSQL refuses in a transaction.
func (l *linter) concurrently(what string, st *statement) {
	why := ""
	switch {
	case l.begun:
		why = "after BEGIN"
	case l.in.noTransaction || l.in.tool == nil:
	case l.in.tool.Wraps == migrations.Each || l.in.tool.Wraps == migrations.Always:
		why = l.in.tool.Name + " runs each migration in a transaction"
	case l.in.tool.Wraps == migrations.Several && l.statements > 1:
		why = l.in.tool.Name + " sends a file as one query, which is a transaction if it has several statements"
	}
	if why != "" {
		l.add(st.line, "concurrently", "", "%s cannot run in a transaction: %s%s", what, why, l.remedy())
	}
}

func (l *linter) remedy() string {
	if o := l.outside(); o != "" && !l.begun {
		return strings.Replace(strings.Replace(o, ", with ", "; write ", 1), ", in ", "; put it in ", 1)
	}
	return ""
}

// foreignKeys reports the foreign keys of a file, of all with newest unset,
// that no index of the final schema serves.
func (l *linter) foreignKeys(s *Schema, file string, newest bool) {
	for _, t := range s.Tables {
		if t.Uncertain || t.PartitionOf != "" {
			continue
		}
		for _, f := range t.ForeignKeys {
			if newest && f.File != file || t.Leads(f.Columns) {
				continue
			}
			l.file = f.File
			l.add(f.Line, "foreign-key", t.String(), "no index of %s begins with %s: each delete or change of key in %s reads all of %s",
				t, strings.Join(f.Columns, ", "), name{f.RefSchema, f.RefTable}, t)
		}
	}
}

// Leads reports whether an index on all rows of the table begins with the
// columns, in any order.
func (t *Table) Leads(columns []string) bool {
	return slices.ContainsFunc(t.Indexes, func(x *Index) bool {
		if x.Invalid || x.Method != "btree" && (x.Method != "hash" || len(columns) != 1) || len(x.Keys) < len(columns) {
			return false
		}
		if x.Predicate != "" && !onlyNotNull(x.Predicate, columns) {
			return false
		}
		return sameSet(x.Keys[:len(columns)], columns)
	})
}

// onlyNotNull reports whether a predicate leaves out no row that a foreign key
// on the columns could have.
func onlyNotNull(predicate string, columns []string) bool {
	return slices.ContainsFunc(columns, func(c string) bool { return predicate == Quote(c)+" IS NOT NULL" })
}
