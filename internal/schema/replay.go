package schema

import (
	"fmt"
	"strings"

	"github.com/sqlvet/sqlvet/internal/pgquery"
)

// Parse returns the schema that one SQL text makes of an empty database.
// Problems name the file by the given name.
func Parse(file, sql string) *Schema {
	r := newReplayer()
	r.file(Source{File: file, Format: "sql"}, sql)
	return r.finish()
}

// A name is that of a table, index or type. The schema "public" is "".
type name struct{ schema, bare string }

func (n name) String() string {
	if n.schema == "" {
		return Quote(n.bare)
	}
	return Quote(n.schema) + "." + Quote(n.bare)
}

// norm returns the name under which a schema is kept.
func norm(schema string) string {
	if schema == "public" {
		return ""
	}
	return schema
}

// A replayer is a Schema that is being made.
type replayer struct {
	s      *Schema
	source *Source
	path   []string // search_path; never empty

	tables  map[name]*Table
	bare    map[string][]*Table // tables by name without schema
	indexes map[name]*Table     // the table of each index
	// constraints counts the constraints of each name in a schema.
	constraints map[name]int
	types       map[name]*Type
	schemas     map[string]bool
	children    map[*Table][]*Table // partitions and inheriting tables
	readers     map[*Table][]*Table // views that read a table
	temporary   map[name]bool       // temporary tables, which are no part of the schema
	procedures  map[string]procedure
	// tolerant is set while statements run that may have run before: that
	// something exists, or does not, is then no problem.
	tolerant bool
	depth    int // of functions that call functions
	// watch, if set, sees each statement before it is replayed; nil stands
	// for one that needs no parsing.
	watch func(*statement, *pgquery.Node)
	// unread is set if something was left out whose effect is not known.
	unread bool
}

func newReplayer() *replayer {
	return &replayer{
		s:           &Schema{},
		path:        []string{""},
		tables:      make(map[name]*Table),
		bare:        make(map[string][]*Table),
		indexes:     make(map[name]*Table),
		constraints: make(map[name]int),
		types:       make(map[name]*Type),
		schemas:     map[string]bool{"": true},
		children:    make(map[*Table][]*Table),
		readers:     make(map[*Table][]*Table),
		temporary:   make(map[name]bool),
		procedures:  make(map[string]procedure),
	}
}

// file replays the statements of one file.
func (r *replayer) file(src Source, sql string) {
	r.source = &src
	r.path = []string{""}
	clear(r.temporary)
	for split := newSplitter(untemplated(sql)); ; {
		st, ok := split.next()
		if !ok {
			break
		}
		src.Statements++
		if changesNothing(&st) {
			if r.watch != nil {
				r.watch(&st, nil)
			}
			continue
		}
		r.statement(&st)
	}
	r.s.Sources = append(r.s.Sources, src)
}

// changesNothing reports whether a statement needs no parsing to be known to
// leave the schema as it is.
func changesNothing(st *statement) bool {
	switch st.words[0] {
	case "insert", "update", "delete", "copy", "grant", "revoke", "analyze", "vacuum", "truncate", "lock",
		"begin", "commit", "end", "start", "savepoint", "release", "notify", "reindex", "refresh", "cluster", "security":
		return true
	case "create":
		switch st.words[1] {
		case "policy", "role", "user", "sequence", "aggregate", "cast", "event", "publication", "subscription", "statistics", "language":
			return true
		}
	case "alter":
		switch st.words[1] {
		case "sequence", "default", "role", "user", "policy", "trigger", "function", "procedure", "database", "publication", "system", "owner", "operator", "aggregate", "event":
			return true
		}
	case "drop":
		switch st.words[1] {
		case "trigger", "policy", "role", "user", "sequence", "aggregate", "cast", "event", "publication", "operator", "rule", "statistics":
			return true
		}
	}
	return false
}

// statement parses and replays one statement.
func (r *replayer) statement(st *statement) {
	tree, err := pgquery.Once(st.text)
	if err != nil {
		touched, _ := tablesOfDDL(st.text)
		r.tolerant = false // this is another fault
		r.problem(st.line+lineOf(st.text, err.Offset), touched, "%s", err.Message)
		r.unread = true
		return
	}
	for _, raw := range tree.GetStmts() {
		if r.watch != nil && r.depth == 0 {
			r.watch(st, raw.GetStmt())
		}
		r.node(raw.GetStmt(), st)
	}
}

// lineOf returns how many lines of text end before offset off.
func lineOf(text string, off int) int {
	return strings.Count(text[:min(max(off, 0), len(text))], "\n")
}

// problem notes a statement that could not be replayed as it stands. Its
// tables become Uncertain.
func (r *replayer) problem(line int, tables []name, format string, args ...any) {
	if r.tolerant {
		return
	}
	p := Problem{Place: Place{r.source.File, line}, Message: fmt.Sprintf(format, args...)}
	for _, n := range tables {
		p.Tables = append(p.Tables, n.String())
		r.doubt(n)
	}
	r.s.Problems = append(r.s.Problems, p)
}

// doubt marks a table, and what depends on its columns, as Uncertain.
func (r *replayer) doubt(n name) {
	if t := r.find(n); t != nil {
		r.doubtTable(t)
	}
}

func (r *replayer) doubtTable(t *Table) {
	if t.Uncertain {
		return
	}
	t.Uncertain = true
	for _, c := range r.children[t] {
		r.doubtTable(c)
	}
	for _, v := range r.readers[t] {
		r.doubtTable(v)
	}
}

// find returns the table that a name means: by the search path, then the only
// one of that name, since a role or a connection may set another path.
func (r *replayer) find(n name) *Table {
	if n.schema != "" {
		return r.tables[name{norm(n.schema), n.bare}]
	}
	for _, s := range r.path {
		if t := r.tables[name{s, n.bare}]; t != nil {
			return t
		}
	}
	if list := r.bare[n.bare]; len(list) == 1 {
		return list[0]
	}
	return nil
}

func written(rv *pgquery.RangeVar) name { return name{rv.GetSchemaname(), rv.GetRelname()} }

// table returns the table of a statement, and notes a problem if there is
// none: unless it may be missing, or is a temporary one.
func (r *replayer) table(rv *pgquery.RangeVar, missingOK bool, line int) *Table {
	n := written(rv)
	t := r.find(n)
	if t == nil && !missingOK && !r.isTemporary(n) {
		r.problem(line, []name{n}, "table %s does not exist", n)
	}
	return t
}

func (r *replayer) isTemporary(n name) bool {
	return n.schema == "pg_temp" || r.temporary[name{bare: n.bare}]
}

// newName returns the name under which CREATE puts a relation.
func (r *replayer) newName(rv *pgquery.RangeVar) name {
	if s := rv.GetSchemaname(); s != "" {
		return name{norm(s), rv.GetRelname()}
	}
	return name{r.path[0], rv.GetRelname()}
}

// addTable registers a table under its name, which must be free.
func (r *replayer) addTable(t *Table) {
	k := name{t.Schema, t.Name}
	r.tables[k] = t
	r.bare[t.Name] = append(r.bare[t.Name], t)
	r.s.Tables = append(r.s.Tables, t)
}

// finish returns the schema.
func (r *replayer) finish() *Schema {
	for _, t := range r.s.Tables {
		for _, f := range t.ForeignKeys {
			r.resolve(f)
		}
	}
	r.s.Complete = len(r.s.Problems) == 0 && !r.unread
	return r.s
}

// resolve completes the columns that a foreign key refers to: those of the
// primary key if none were written.
func (r *replayer) resolve(f *ForeignKey) {
	ref := r.tables[name{f.RefSchema, f.RefTable}]
	if ref == nil {
		if ref = r.find(name{bare: f.RefTable}); ref == nil || f.RefSchema != "" {
			return
		}
		f.RefSchema = ref.Schema
	}
	if len(f.RefColumns) > 0 || ref.Primary == nil {
		return
	}
	for _, k := range ref.Primary.Keys {
		f.RefColumns = append(f.RefColumns, k.Column)
	}
}

func remove[T comparable](list []T, x T) []T {
	out := list[:0:0]
	for _, y := range list {
		if y != x {
			out = append(out, y)
		}
	}
	return out
}
