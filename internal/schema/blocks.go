package schema

import (
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/pgquery"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// do notes a DO block: it is not replayed, and the tables that its DDL names
// may look different.
func (r *replayer) do(args []*pgquery.Node, st *statement) {
	for _, a := range args {
		if d := a.GetDefElem(); d.GetDefname() == "as" {
			r.block(pgquery.Name(d.GetArg()), st)
		}
	}
}

// block notes PL/pgSQL that runs.
func (r *replayer) block(body string, st *statement) {
	r.source.Blocks++
	tables, all := tablesOfDDL(body)
	if len(tables) > 0 {
		r.problem(st.line, tables, "do block not read: it may change %s", list(tables))
	} else if !all {
		r.problem(st.line, nil, "do block not read: it may change the schema")
	}
}

func list(names []name) string {
	var out []string
	for _, n := range names {
		out = append(out, n.String())
	}
	return strings.Join(out, ", ")
}

// createFunction remembers a function whose body has DDL, for when it is
// called.
func (r *replayer) createFunction(d *pgquery.CreateFunctionStmt, st *statement) {
	names := pgquery.Names(d.GetFuncname())
	for _, o := range d.GetOptions() {
		if o.GetDefElem().GetDefname() != "as" {
			continue
		}
		for _, s := range pgquery.Names(o.GetDefElem().GetArg().GetList().GetItems()) {
			tables, all := tablesOfDDL(s)
			var touched []string
			for _, t := range tables {
				touched = append(touched, t.String())
			}
			if !all {
				touched = append(touched, "")
			}
			r.procedures[names[len(names)-1]] = touched
		}
	}
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
		touched, ours := r.procedures[base]
		if !ours && (harmless[base] || strings.HasPrefix(base, "pg_") || names[0] == "pg_catalog") {
			return true
		}
		var tables []name
		for _, t := range touched {
			if t != "" {
				tables = append(tables, name{bare: t})
			}
		}
		for _, a := range f.GetArgs() {
			if k, ok := tableLiteral(a); ok && !ours && r.find(k) != nil {
				tables = append(tables, k)
			}
		}
		if len(tables) > 0 || len(touched) > 0 {
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
// something that it does not name: by EXECUTE, or types and schemas.
func tablesOfDDL(text string) (tables []name, all bool) {
	w := &ddlWords{text: text, toks: sqlscan.Significant(sqlscan.Scan(text)), all: true}
	for w.i < len(w.toks) {
		w.step()
	}
	return w.tables, w.all
}

// ddlWords reads DDL from tokens.
type ddlWords struct {
	text   string
	toks   []sqlscan.Token
	i      int
	tables []name
	all    bool
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
		kind := w.word(w.i)
		switch kind {
		case "table", "view":
			w.i++
			w.skip("if", "not", "exists", "only")
			w.name()
		case "index":
			w.index(word)
		case "type", "schema", "domain":
			w.all = false
		}
	}
}

// index reads the table of CREATE INDEX. What else is done to an index says
// nothing of its table.
func (w *ddlWords) index(verb string) {
	if verb != "create" {
		w.all = false
		return
	}
	for w.i < len(w.toks) && w.word(w.i) != "on" && w.word(w.i) != ";" {
		w.i++
	}
	if w.word(w.i) == "on" {
		w.i++
		w.skip("only")
		w.name()
	}
}

// name reads a table's name.
func (w *ddlWords) name() {
	part := func() (string, bool) {
		if w.i >= len(w.toks) {
			return "", false
		}
		t := w.toks[w.i]
		text := t.Text(w.text)
		switch t.Kind {
		case sqlscan.Ident:
			w.i++
			return strings.ToLower(text), true
		case sqlscan.Quoted:
			w.i++
			return strings.ReplaceAll(strings.Trim(text, `"`), `""`, `"`), true
		}
		return "", false
	}
	base, ok := part()
	if !ok {
		w.all = false // a placeholder of format, a variable
		return
	}
	n := name{bare: base}
	if w.word(w.i) == "." {
		w.i++
		if base, ok = part(); ok {
			n = name{n.bare, base}
		}
	}
	if !slices.Contains(w.tables, n) {
		w.tables = append(w.tables, n)
	}
}
