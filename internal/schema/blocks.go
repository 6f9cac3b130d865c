package schema

import (
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/pgquery"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// do replays a DO block.
func (r *replayer) do(args []*pgquery.Node, st *statement) {
	for _, a := range args {
		d := a.GetDefElem()
		if d.GetDefname() != "as" {
			continue
		}
		body := pgquery.Name(d.GetArg())
		line := st.line + lineOf(st.text, strings.Index(st.text, body))
		b := r.runBlock(body, line, runs)
		if len(b.touched) > 0 || b.left {
			r.source.Blocks++
		}
		b.report("do block", st.line)
	}
}

// mayRun returns the tables that a text changes if it runs. It reports false
// if that could change something else, too.
func (r *replayer) mayRun(text string, open bool) (touched []name, all bool) {
	w := readDDL(text, open)
	all = w.all
	for _, n := range w.tables {
		if r.find(n) == nil {
			all = false
		} else {
			touched = append(touched, n)
		}
	}
	for _, t := range r.s.Tables {
		named := slices.ContainsFunc(w.prefixes, func(p string) bool { return strings.HasPrefix(t.Name, p) })
		for _, x := range t.Indexes {
			named = named || slices.Contains(w.indexes, x.Name) ||
				slices.ContainsFunc(w.indexPrefixes, func(p string) bool { return strings.HasPrefix(x.Name, p) })
		}
		if named || w.any {
			touched = append(touched, name{t.Schema, t.Name})
		}
	}
	return touched, all
}

// createFunction remembers the body of a function, for when it is called.
func (r *replayer) createFunction(d *pgquery.CreateFunctionStmt, st *statement) {
	names := pgquery.Names(d.GetFuncname())
	p := procedure{line: st.line}
	for _, o := range d.GetOptions() {
		switch o.GetDefElem().GetDefname() {
		case "as":
			if list := pgquery.Names(o.GetDefElem().GetArg().GetList().GetItems()); len(list) > 0 {
				p.body = list[0]
				p.line += lineOf(st.text, strings.Index(st.text, p.body))
			}
		case "language":
			p.sql = strings.EqualFold(pgquery.Name(o.GetDefElem().GetArg()), "sql")
		}
	}
	r.procedures[names[len(names)-1]] = p
}

// A procedure is a function of the schema.
type procedure struct {
	body string
	line int
	sql  bool // not PL/pgSQL
}

// call runs a function. Its arguments are not followed.
func (r *replayer) call(p procedure, base string, st *statement) {
	if r.depth > 3 {
		return // it calls itself
	}
	r.depth++
	defer func() { r.depth-- }()
	if p.sql {
		(&block{r: r}).ddl(p.body, p.line, runs)
		return
	}
	r.runBlock(p.body, p.line, runs).report("function "+Quote(base), st.line)
}

// calls looks at the functions that a statement runs: one of this schema may
// change it, one of an extension may change the tables that its arguments
// name.
func (r *replayer) calls(n *pgquery.Node, st *statement) {
	pgquery.Walk(n, func(n *pgquery.Node) bool {
		f := n.GetFuncCall()
		if f == nil {
			return true
		}
		names := pgquery.Names(f.GetFuncname())
		base := names[len(names)-1]
		if base == "set_config" {
			r.setConfig(f.GetArgs())
			return false
		}
		if p, ours := r.procedures[base]; ours {
			r.call(p, base, st)
			return true
		}
		if harmless[base] || strings.HasPrefix(base, "pg_") || names[0] == "pg_catalog" {
			return true
		}
		var tables []name
		for _, a := range f.GetArgs() {
			if k, ok := tableLiteral(a); ok && r.find(k) != nil {
				tables = append(tables, k)
			}
		}
		if len(tables) > 0 {
			r.problem(st.line, tables, "function %s not run: it may change the schema", Quote(base))
		}
		return true
	})
}

// harmless are functions that take names of tables and do not change them.
var harmless = words("setval nextval currval to_regclass format lower upper concat coalesce count")

// tableLiteral returns the table that a string argument names.
func tableLiteral(a *pgquery.Node) (name, bool) {
	if c := a.GetTypeCast(); c != nil {
		a = c.GetArg()
	}
	s := a.GetAConst().GetSval().GetSval()
	if s == "" || strings.ContainsAny(s, " \t\n'()") {
		return name{}, false
	}
	schema, base, ok := strings.Cut(s, ".")
	if !ok {
		schema, base = "", s
	}
	return name{strings.Trim(schema, `"`), strings.Trim(base, `"`)}, true
}

// setConfig follows pg_dump's way to set the search path.
func (r *replayer) setConfig(args []*pgquery.Node) {
	if len(args) < 2 || args[0].GetAConst().GetSval().GetSval() != "search_path" {
		return
	}
	var path []string
	for s := range strings.SplitSeq(args[1].GetAConst().GetSval().GetSval(), ",") {
		path = append(path, strings.Trim(strings.TrimSpace(s), `"`))
	}
	r.setPath(path)
}

// tablesOfDDL returns the tables that a text, which need not parse, names in
// statements that change tables. It reports false if the text may change
// something that it does not name.
func tablesOfDDL(text string) (tables []name, all bool) {
	w := readDDL(text, false)
	return w.tables, w.all
}

// readDDL reads what a text says that it changes.
func readDDL(text string, open bool) *ddlWords {
	w := &ddlWords{text: text, toks: sqlscan.Significant(sqlscan.Scan(text)), open: open, all: true}
	for w.i < len(w.toks) {
		w.step()
	}
	return w
}

// ddlWords reads DDL from tokens.
type ddlWords struct {
	text string
	toks []sqlscan.Token
	i    int
	open bool // the text goes on

	tables        []name
	prefixes      []string // of tables' names that go on with something unknown
	indexes       []string
	indexPrefixes []string
	any           bool // any table's columns may change
	all           bool // nothing else changes
}

func (w *ddlWords) word(at int) string {
	if at >= len(w.toks) {
		return ""
	}
	return strings.ToLower(w.toks[at].Text(w.text))
}

// skip moves over any of the words.
func (w *ddlWords) skip(words ...string) {
	for w.i < len(w.toks) && slices.Contains(words, w.word(w.i)) {
		w.i++
	}
}

func (w *ddlWords) step() {
	word := w.word(w.i)
	w.i++
	switch word {
	case "execute":
		// EXECUTE FUNCTION of a trigger runs no text.
		if next := w.word(w.i); next != "function" && next != "procedure" && next != "on" {
			w.all = false
		}
	case "create", "alter", "drop":
		w.skip("or", "replace", "unique", "unlogged", "foreign", "materialized")
		switch w.word(w.i) {
		case "table", "view":
			w.i++
			w.skip("if", "not", "exists", "only")
			w.table(word == "alter")
		case "index":
			w.index(word)
		case "type", "schema", "domain":
			w.all = false
		}
	}
}

// index reads the table of CREATE INDEX, and the name of another's.
func (w *ddlWords) index(verb string) {
	w.i++
	w.skip("concurrently", "if", "not", "exists")
	if verb != "create" {
		switch n, prefix, ok := w.name(); {
		case prefix:
			w.indexPrefixes = append(w.indexPrefixes, n.bare)
		case ok:
			w.indexes = append(w.indexes, n.bare)
		}
		return
	}
	for w.i < len(w.toks) && w.word(w.i) != "on" && w.word(w.i) != ";" {
		w.i++
	}
	if w.word(w.i) == "on" {
		w.i++
		w.skip("only")
		w.table(false)
	}
}

// table reads a table's name.
func (w *ddlWords) table(alter bool) {
	n, prefix, ok := w.name()
	switch {
	case !ok && !alter:
		w.all = false
	case !ok:
		// A placeholder of format, a variable. What follows tells whether
		// columns change.
		for at := w.i; at < len(w.toks) && w.word(at) != ";"; at++ {
			switch w.word(at) {
			case "add", "drop", "rename", "alter", "type":
				w.any, w.all = true, false
			}
		}
		w.all = w.all && !w.open
	case prefix:
		w.prefixes = append(w.prefixes, n.bare)
	case !slices.Contains(w.tables, n):
		w.tables = append(w.tables, n)
	}
}

// name reads a name. It is a prefix if something unknown goes on from it.
func (w *ddlWords) name() (n name, prefix, ok bool) {
	if n.bare, ok = w.part(); !ok {
		return n, false, false
	}
	if w.word(w.i) == "." {
		w.i++
		var base string
		if base, ok = w.part(); !ok {
			return n, false, false
		}
		n = name{n.bare, base}
	}
	end := w.toks[w.i-1].End
	prefix = w.i < len(w.toks) && w.toks[w.i].Start == end && w.text[end] == '%' || w.open && end == len(w.text)
	return n, prefix, true
}

// part reads one identifier.
func (w *ddlWords) part() (string, bool) {
	if w.i >= len(w.toks) {
		return "", false
	}
	t := w.toks[w.i]
	switch text := t.Text(w.text); t.Kind {
	case sqlscan.Ident:
		w.i++
		return strings.ToLower(text), true
	case sqlscan.Quoted:
		w.i++
		return strings.ReplaceAll(strings.Trim(text, `"`), `""`, `"`), true
	}
	return "", false
}
