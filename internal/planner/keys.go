//go:build unix

package planner

import (
	"strings"

	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// keysApart takes the foreign keys out of a CREATE TABLE: tables that refer to
// each other can only be made without them. ok is false if there are none.
func keysApart(st schema.ScriptStatement) (table schema.ScriptStatement, keys []schema.ScriptStatement, ok bool) {
	var toks []sqlscan.Token
	for tok, more := sqlscan.Next(st.Text, 0); more; tok, more = sqlscan.Next(st.Text, tok.End) {
		if tok.Kind != sqlscan.Comment {
			toks = append(toks, tok)
		}
	}
	is := func(i int, words ...string) bool {
		for n, w := range words {
			if i+n >= len(toks) || !toks[i+n].Is(st.Text, w) {
				return false
			}
		}
		return true
	}
	at := 1
	for is(at, "unlogged") {
		at++
	}
	if !is(0, "create") || !is(at, "table") {
		return st, nil, false
	}
	at++
	if is(at, "if", "not", "exists") {
		at += 3
	}
	name := at
	for at < len(toks) && !is(at, "(") {
		at++
	}
	if at == name || at+1 >= len(toks) {
		return st, nil, false
	}
	called := st.Text[toks[name].Start:toks[at-1].End]
	var kept []string
	open := at
	item := at + 1
	for depth := 0; at < len(toks); at++ {
		switch {
		case is(at, "("):
			depth++
		case is(at, ")"):
			depth--
		}
		if !(depth == 1 && is(at, ",") || depth == 0) {
			continue
		}
		text, key := withoutKey(st.Text, toks[item:at])
		if text != "" {
			kept = append(kept, text)
		}
		if key != "" {
			keys = append(keys, schema.ScriptStatement{Line: st.Line, Text: "ALTER TABLE " + called + " ADD " + key})
		}
		if item = at + 1; depth == 0 {
			break
		}
	}
	if len(keys) == 0 || at >= len(toks) {
		return st, nil, false
	}
	st.Text = st.Text[:toks[open].End] + strings.Join(kept, ", ") + st.Text[toks[at].Start:]
	return st, keys, true
}

// withoutKey takes the foreign key out of an element of a table: all of it, or
// the REFERENCES of a column.
func withoutKey(text string, toks []sqlscan.Token) (rest, key string) {
	if len(toks) == 0 {
		return "", ""
	}
	whole := text[toks[0].Start:toks[len(toks)-1].End]
	is := func(i int, word string) bool { return i < len(toks) && toks[i].Is(text, word) }
	if is(0, "foreign") || is(0, "constraint") && is(2, "foreign") {
		return "", whole
	}
	depth := 0
	for i := range toks {
		switch {
		case is(i, "("):
			depth++
		case is(i, ")"):
			depth--
		}
		if depth > 0 || !is(i, "references") {
			continue
		}
		end := i + 1
		for end < len(toks) && !ends(text, toks, end) {
			end++
		}
		from := i
		if i >= 2 && is(i-2, "constraint") {
			from = i - 2
		}
		rest = text[toks[0].Start:toks[from-1].End]
		if end < len(toks) {
			rest += " " + text[toks[end].Start:toks[len(toks)-1].End]
		}
		return rest, "FOREIGN KEY (" + toks[0].Text(text) + ") " + text[toks[i].Start:toks[end-1].End]
	}
	return whole, ""
}

// ends reports whether a token behind REFERENCES belongs to the next
// constraint of the column.
func ends(text string, toks []sqlscan.Token, i int) bool {
	for _, w := range []string{"constraint", "not", "null", "default", "check", "unique", "primary", "generated", "collate"} {
		if !toks[i].Is(text, w) {
			continue
		}
		after := func(word string) bool { return toks[i-1].Is(text, word) }
		switch w {
		case "null", "default":
			return !after("set") // ON DELETE SET NULL
		case "not":
			return i+1 >= len(toks) || !toks[i+1].Is(text, "deferrable")
		}
		return true
	}
	return false
}
