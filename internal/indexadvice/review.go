package indexadvice

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/sqlvet/sqlvet/internal/pgwords"
	"github.com/sqlvet/sqlvet/internal/priors"
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// A Doubt is an index of the schema that may not be needed, or a foreign key
// that lacks one.
type Doubt struct {
	Kind  DoubtKind
	Table *schema.Table
	// Index is nil for a foreign key, Key for an index.
	Index *schema.Index
	Key   *schema.ForeignKey
	// Instead is the index that serves as well; nil if there is none.
	Instead *schema.Index
	// Column is what is written, of Written.
	Column string
	// Idle is set if the statistics say that the server did not read the
	// index for long.
	Idle bool
}

// DoubtKind says what is wrong with an index.
type DoubtKind string

const (
	Duplicate   DoubtKind = "duplicate"   // another has the same keys
	Redundant   DoubtKind = "redundant"   // another begins with its keys
	AfterKey    DoubtKind = "after-key"   // its keys go on behind a unique key
	Unused      DoubtKind = "unused"      // no statement of the program could use it
	Unread      DoubtKind = "unread"      // the server has not read it since its counters began
	Written     DoubtKind = "written"     // it lies on a column that a heartbeat sets to the time
	BareForeign DoubtKind = "foreign-key" // a foreign key without an index
)

// Review returns the indexes of s that the statements do not need, and the
// foreign keys without one that they make PostgreSQL search. Unused is said of tables that the statements read
// and that no unread text may name, and of no index that a constraint needs;
// whether something else uses the index only statistics tell: they overrule what the
// statements say. What is said of one
// index holds if all the others that are doubted are gone.
func Review(s *schema.Schema, statements []Statement, unread []string, opts Options) []Doubt {
	c := newCatalog(s, opts)
	statements = slices.Clip(statements)
	for _, t := range s.Tables {
		if t.Kind == schema.MaterializedView {
			statements = append(statements, Statement{Model: parseOne(t.Query)}) // REFRESH runs it
		}
	}
	queries := c.queries(statements)
	readers := make(map[*table][]*query)
	for _, q := range queries {
		for t := range q.tables() {
			readers[t] = append(readers[t], q)
		}
	}
	searched := make(map[*schema.ForeignKey]bool) // by what the statements delete
	for _, q := range queries {
		searched[q.key] = true
	}
	named := c.named(unread)
	var out []Doubt
	for _, st := range s.Tables {
		t := c.table(st)
		if t == nil || t.Table != st || st.Uncertain {
			continue
		}
		found := t.needless()
		if !named.table(st) && len(readers[t]) > 0 {
			found = append(found, t.unused(found, readers[t], named)...)
		}
		found = append(found, t.unread(found)...)
		found = append(found, t.written(found)...)
		slices.SortStableFunc(found, func(a, b Doubt) int {
			return slices.Index(st.Indexes, a.Index) - slices.Index(st.Indexes, b.Index)
		})
		out = append(out, found...)
		for _, f := range st.ForeignKeys {
			if !t.known.Small() && searched[f] && !t.leads(f.Columns) {
				out = append(out, Doubt{Kind: BareForeign, Table: st, Key: f})
			}
		}
	}
	return out
}

// needless returns the indexes of t that others make needless.
func (t *table) needless() (out []Doubt) {
	for i, x := range t.indexes {
		if d, ok := t.doubt(i, x); ok {
			out = append(out, d)
		}
	}
	return out
}

// unused returns the indexes of t that none of its readers can use, apart from
// those that were found needless, those that are to serve instead, and those of
// whose columns speaks what was not read.
func (t *table) unused(needless []Doubt, readers []*query, unread naming) (out []Doubt) {
	rest := *t
	rest.indexes = slices.DeleteFunc(slices.Clone(t.indexes), func(x *index) bool {
		return slices.ContainsFunc(needless, func(d Doubt) bool { return d.Index == x.source })
	})
	for _, x := range slices.Clone(rest.indexes) {
		if !x.droppable() || rest.keepsForeign(x) || unread.columns(x) ||
			slices.ContainsFunc(needless, func(d Doubt) bool { return d.Instead == x.source }) ||
			slices.ContainsFunc(readers, func(q *query) bool { return q.mayUse(x) }) || t.read(x) {
			continue
		}
		out = append(out, Doubt{Kind: Unused, Table: t.Table, Index: x.source, Idle: t.idle(x)})
		rest.indexes = slices.DeleteFunc(rest.indexes, func(y *index) bool { return x == y })
	}
	return out
}

// read reports whether the server is known to have read an index.
func (t *table) read(x *index) bool {
	n, ok := t.known.Scans(x.source)
	return ok && n > 0
}

// idle reports whether the server has not read an index for long. A table of
// few rows is read without any.
func (t *table) idle(x *index) bool {
	_, basis := t.known.Rows()
	n, ok := t.known.Scans(x.source)
	return ok && n == 0 && basis == priors.Measured && !t.known.Small() && t.known.Counted() >= t.cat.long
}

// unread returns the indexes of t that the server has not read, apart from
// those of which something was found.
func (t *table) unread(found []Doubt) (out []Doubt) {
	for _, x := range t.indexes {
		if x.droppable() && t.idle(x) && !t.keepsForeign(x) && !slices.ContainsFunc(found, func(d Doubt) bool { return d.Index == x.source || d.Instead == x.source }) {
			out = append(out, Doubt{Kind: Unread, Table: t.Table, Index: x.source, Idle: true})
		}
	}
	return out
}

// written returns the indexes of t that each heartbeat writes: while one of them holds
// the time that it sets, none of its updates is HOT, and each adds an entry to every
// index of the table.
func (t *table) written(found []Doubt) (out []Doubt) {
	for _, x := range t.Indexes {
		if x.Unique || x.Invalid || x.Method == "brin" || slices.ContainsFunc(found, func(d Doubt) bool { return d.Index == x }) {
			continue
		}
		for _, k := range x.Keys {
			if t.beats[k.Column] {
				out = append(out, Doubt{Kind: Written, Table: t.Table, Index: x, Column: k.Column})
				break
			}
		}
	}
	return out
}

// beat returns the column that a statement sets to the time, if it is a heartbeat: it
// changes little else, of one row, and no state, whose change is an event.
func (t *table) beat(l *sqlmodel.Level) string {
	if l.Kind != sqlmodel.Update || len(l.Sets) > 2 || len(l.Relations) != 1 || !t.UniqueBy(l.Given()) {
		return ""
	}
	beat := ""
	for _, set := range l.Sets {
		switch {
		case set.Value != nil && set.Value.Kind == sqlmodel.ExprFunc && pgwords.Clock(set.Value.Name):
			beat = cmp.Or(beat, set.Column)
		case t.state(set.Column):
			return ""
		}
	}
	return beat
}

// state reports whether a column says how things stand with a row: it has few
// values, or rows are looked for by it.
func (t *table) state(column string) bool {
	c := t.Column(column)
	return c == nil || t.known.Class(c) == priors.Low || slices.ContainsFunc(t.Indexes, func(x *schema.Index) bool {
		return slices.ContainsFunc(x.Keys, func(k schema.Key) bool { return k.Column == column })
	})
}

// LongCounted is for how long a server must have counted: what is run once a
// month has been run by then.
const LongCounted = 35 * 24 * time.Hour

// A naming is what texts that were not read may speak of.
type naming struct {
	tables map[string]bool // and other words of texts that name one
	parts  map[string]bool // words of texts that name no table: conditions that builders are given
	all    bool            // one of them is not known at all
}

// named returns what texts may name: by its own name, and a table by that of a
// partition or of a view that reads it.
func (c *catalog) named(texts []string) naming {
	n := naming{tables: make(map[string]bool), parts: make(map[string]bool)}
	wordsOf := func(text string) []string {
		return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r != '_' && r != '$' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	}
	known := make(map[string]bool)
	for _, t := range c.schema.Tables {
		known[strings.ToLower(t.Name)] = true
	}
	for _, text := range texts {
		list := wordsOf(hole.ReplaceAllString(text, " "))
		to := n.parts
		if slices.ContainsFunc(list, func(w string) bool { return known[w] }) {
			to = n.tables
		}
		for _, w := range list {
			to[w] = true
		}
		n.all = n.all || len(list) == 0
	}
	// Views come after what they read, and are asked before it.
	for _, t := range slices.Backward(c.schema.Tables) {
		if n.table(t) {
			for _, w := range wordsOf(t.Query + " " + t.PartitionOf) {
				n.tables[w] = true
			}
		}
	}
	return n
}

func (n naming) table(t *schema.Table) bool { return n.all || n.tables[strings.ToLower(t.Name)] }

// columns reports whether a column of the index, or of its predicate, may be meant by
// a text that does not say of which table it is.
func (n naming) columns(x *index) bool {
	named := func(column string) bool { return n.parts[strings.ToLower(column)] }
	return slices.ContainsFunc(x.keys, func(k ikey) bool { return slices.ContainsFunc(k.reads(x), named) }) ||
		slices.ContainsFunc(x.pred, func(t *term) bool { return t.key.col != nil && named(t.key.col.Name) })
}

// hole is a part of a text that is not known.
var hole = regexp.MustCompile(`\{[^{}]*\}`)

// keepsForeign reports whether x is the only index that a foreign key has, or of
// several columns the only one that begins with one of them.
func (t *table) keepsForeign(x *index) bool {
	rest := *t
	rest.indexes = slices.DeleteFunc(slices.Clone(t.indexes), func(y *index) bool { return x == y })
	return slices.ContainsFunc(t.ForeignKeys, func(f *schema.ForeignKey) bool {
		return t.leads(f.Columns) && !rest.leads(f.Columns) || t.begins(f.Columns) && !rest.begins(f.Columns)
	})
}

// begins reports whether an index begins with one of the columns.
func (t *table) begins(columns []string) bool {
	return slices.ContainsFunc(t.indexes, func(x *index) bool {
		return x.findsAll() && x.keys[0].col != nil && slices.Contains(columns, x.keys[0].col.Name)
	})
}

// findsAll reports whether every row stands in the index that has a value of
// its first key.
func (x *index) findsAll() bool {
	return len(x.keys) > 0 && (len(x.pred) == 0 || len(x.pred) == 1 && x.pred[0].kind == termNotNull && x.pred[0].key.text == x.keys[0].text)
}

// droppable reports whether nothing but speed depends on the index.
func (x *index) droppable() bool {
	return x.source != nil && !x.parts && !x.unique && !x.source.Primary && !x.source.Constraint
}

// doubt compares the index x, the i-th, with the table's others.
func (t *table) doubt(i int, x *index) (Doubt, bool) {
	if !x.droppable() || x.method != "btree" {
		return Doubt{}, false
	}
	for j, y := range t.indexes {
		if i == j || y.parts || y.method != "btree" || y.where() != x.where() {
			continue
		}
		n := common(x.keys, y.keys)
		switch {
		case n == len(x.keys) && n == len(y.keys) && covers(y.include, x.include):
			if y.droppable() && j > i {
				continue // the other one is named
			}
			return Doubt{Kind: Duplicate, Table: t.Table, Index: x.source, Instead: y.source}, true
		case n == len(x.keys) && covers(append(names(y.keys), y.include...), x.include):
			return Doubt{Kind: Redundant, Table: t.Table, Index: x.source, Instead: y.source}, true
		case y.unique && n == len(y.keys) && len(x.include) == 0 && len(y.pred) == 0:
			return Doubt{Kind: AfterKey, Table: t.Table, Index: x.source, Instead: y.source}, true
		}
	}
	return Doubt{}, false
}

// common returns how many leading keys a and b share.
func common(a, b []ikey) int {
	n := 0
	for n < len(a) && n < len(b) && a[n].String() == b[n].String() && !strings.HasPrefix(a[n].text, "?") {
		n++
	}
	return n
}

func names(keys []ikey) []string {
	var out []string
	for _, k := range keys {
		if k.col != nil {
			out = append(out, k.col.Name)
		}
	}
	return out
}

func covers(have, want []string) bool {
	for _, w := range want {
		if !slices.Contains(have, w) {
			return false
		}
	}
	return true
}

// leads reports whether an index of all rows begins with the columns, in any
// order, or a unique key of some of them finds the row.
func (t *table) leads(columns []string) bool {
	for _, x := range t.indexes {
		if x.unique && len(x.pred) == 0 && len(names(x.keys)) == len(x.keys) && covers(columns, names(x.keys)) {
			return true
		}
		if x.method != "btree" && (x.method != "gist" || len(columns) > 1) || len(x.keys) < len(columns) {
			continue
		}
		if x.findsAll() && covers(names(x.keys[:len(columns)]), columns) {
			return true
		}
	}
	return false
}
