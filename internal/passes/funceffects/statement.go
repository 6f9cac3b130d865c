package funceffects

import (
	"cmp"
	"strings"

	"github.com/sqlvet/sqlvet/internal/passes/querysites"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// A statement is what a cheap look at SQL text says of it: this runs for every
// dependency, so nothing is parsed.
type statement struct {
	verb  string // upper case; "" if not known
	table string // as written, without quotes, or the function of a SELECT without tables, "pg_notify()"; "" if not known
	write bool   // changes data or schema
}

func (s statement) String() string {
	if s.table == "" || s.verb == "" {
		return s.verb
	}
	return s.verb + " " + s.table
}

// control reports whether the statement does nothing but begin or end a
// transaction, or a part of one.
func (s statement) control() bool {
	switch s.verb {
	case "BEGIN", "START", "COMMIT", "ROLLBACK", "END", "SAVEPOINT", "RELEASE":
		return true
	}
	return false
}

// aboutOne reports whether the statement is about one object of the schema or the
// session: neither a query nor a change of rows, or a call of a function that
// acts on the session or the server. PostgreSQL keeps the prefix pg_ for its own.
// What the catalog says of objects is asked of one at a time as they are changed.
func (s statement) aboutOne() bool {
	if schema, _, ok := strings.Cut(strings.ToLower(s.table), "."); ok && (schema == "information_schema" || schema == "pg_catalog") {
		return true
	}
	if function, ok := strings.CutSuffix(s.table, "()"); ok {
		return strings.HasPrefix(function, "pg_") || function == "set_config"
	}
	return otherVerbs[s.verb] && s.verb != "TRUNCATE" || s.verb == "COPY" || s.verb == "SHOW"
}

// readVerbs begin statements that change nothing.
var readVerbs = map[string]bool{"SELECT": true, "VALUES": true, "TABLE": true, "SHOW": true, "EXPLAIN": true}

// tableWords stand before the table of a statement.
var tableWords = map[string]string{"SELECT": "from", "DELETE": "from", "INSERT": "into", "UPDATE": "update", "MERGE": "into", "COPY": "copy", "REPLACE": "into"}

// otherVerbs are the verbs without a table worth naming.
var otherVerbs = map[string]bool{
	"CREATE": true, "ALTER": true, "DROP": true, "TRUNCATE": true, "LOCK": true, "SET": true, "CALL": true, "NOTIFY": true,
	"REFRESH": true, "VACUUM": true, "ANALYZE": true, "GRANT": true, "REVOKE": true, "DO": true, "BEGIN": true, "COMMIT": true, "ROLLBACK": true,
	"SAVEPOINT": true, "RELEASE": true, "START": true, "END": true, "LISTEN": true, "UNLISTEN": true, "PRAGMA": true, "REINDEX": true, "COMMENT": true,
}

// siteStatement reads the texts of a query site. If they differ in their verb
// the statement is not known; one that may write counts as writing.
func siteStatement(s *querysites.Site) statement {
	var out statement
	for i, t := range s.Texts {
		src := t.Source()
		st := readStatement(src.Text, src.Holes)
		if t.Besides() {
			out.write = out.write || st.write
			continue
		}
		if i == 0 {
			out = st
			continue
		}
		if st.verb != out.verb {
			out.verb, out.table = "", ""
		}
		if st.table != out.table {
			out.table = ""
		}
		out.write = out.write || st.write
	}
	return out
}

// readStatement looks at the first words of a text, and past the common table
// expressions that it begins with.
func readStatement(text string, holes []sqlscan.Hole) statement {
	toks := sqlscan.Significant(sqlscan.Scan(text))
	for len(toks) > 0 && toks[0].Is(text, "(") {
		toks = toks[1:]
	}
	var out statement
	depth, with := 0, false
	for i, t := range toks {
		switch {
		case t.Is(text, "("):
			depth++
			continue
		case t.Is(text, ")"):
			depth--
			continue
		case t.Kind != sqlscan.Ident:
			continue
		}
		word := strings.ToUpper(t.Text(text))
		if depth > 0 {
			if with && i > 0 && toks[i-1].Is(text, "(") && (word == "INSERT" || word == "UPDATE" || word == "DELETE") {
				// A common table expression that writes says more than
				// the statement that reads it.
				out.verb, out.write = word, true
				out.table = tableAfter(text, toks[i:], tableWords[word], holes)
			}
			continue
		}
		if word == "WITH" && !with {
			with = true
			continue
		}
		if with && tableWords[word] == "" && word != "VALUES" {
			continue // the name of a common table expression
		}
		if !with && i > 0 {
			return out // begins with something else
		}
		if !readVerbs[word] && tableWords[word] == "" && !otherVerbs[word] {
			return out
		}
		if out.write && readVerbs[word] {
			return out
		}
		out.verb, out.write = word, !readVerbs[word]
		out.table = tableAfter(text, toks[i:], tableWords[word], holes)
		if out.table == "" && word == "SELECT" && !hasWord(text, toks[i:], "from") {
			out.table = cmp.Or(subselectTable(text, toks[i:], holes), calledFunction(text, toks[i:]))
		}
		return out
	}
	return out
}

// hasWord reports whether a word stands at the level where toks start.
func hasWord(text string, toks []sqlscan.Token, word string) bool {
	depth := 0
	for _, t := range toks {
		switch {
		case t.Is(text, "("):
			depth++
		case t.Is(text, ")"):
			depth--
		case depth == 0 && t.Is(text, word):
			return true
		}
	}
	return false
}

// subselectTable returns the table of the first subselect: SELECT EXISTS
// (SELECT 1 FROM users).
func subselectTable(text string, toks []sqlscan.Token, holes []sqlscan.Hole) string {
	for i, t := range toks {
		if i > 0 && t.Is(text, "select") && toks[i-1].Is(text, "(") {
			return tableAfter(text, toks[i:], "from", holes)
		}
	}
	return ""
}

// calledFunction returns the function that a SELECT without tables begins with
// a call of: SELECT pg_notify($1, $2).
func calledFunction(text string, toks []sqlscan.Token) string {
	if len(toks) < 3 || toks[1].Kind != sqlscan.Ident || !toks[2].Is(text, "(") || toks[1].Is(text, "exists") {
		return ""
	}
	return strings.ToLower(toks[1].Text(text)) + "()"
}

// tableAfter returns the name after the first word at the level where toks
// start; "" if it is not one name that the text holds whole.
func tableAfter(text string, toks []sqlscan.Token, word string, holes []sqlscan.Hole) string {
	if word == "" {
		return ""
	}
	depth := 0
	for i, t := range toks {
		switch {
		case t.Is(text, "("):
			depth++
		case t.Is(text, ")"):
			depth--
		case depth < 0:
			return ""
		case depth == 0 && t.Is(text, word):
			return nameAt(text, toks[i+1:], t.End, holes)
		}
	}
	return ""
}

// nameAt reads name, schema.name or ONLY name.
func nameAt(text string, toks []sqlscan.Token, from int, holes []sqlscan.Hole) string {
	if len(toks) > 0 && toks[0].Is(text, "only") {
		toks = toks[1:]
	}
	var name string
	end := from
	for i, t := range toks {
		if i%2 == 1 {
			if !t.Is(text, ".") {
				break
			}
			name += "."
		} else {
			switch t.Kind {
			case sqlscan.Ident:
				name += t.Text(text)
			case sqlscan.Quoted, sqlscan.Backquoted:
				name += strings.Trim(t.Text(text), "\"`")
			default:
				return ""
			}
		}
		end = t.End
	}
	for _, h := range holes {
		if from <= h.At && h.At <= end && name != "" {
			// A hole beside or in the name: FROM users_{suffix}.
			if h.At < end || h.At == end && (end == len(text) || text[end-1] == '_' || text[end-1] == '.') {
				return ""
			}
		}
	}
	return strings.TrimSuffix(name, ".")
}
