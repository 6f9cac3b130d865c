package oneoff

import (
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/migrations"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// A ddl says what a statement does to a schema.
type ddl uint8

const (
	changesNothing ddl = iota
	madeName           // it changes a table whose name is made when the program runs: one of many
	ensures            // what is there stays as it is: done each time that the program starts
	changes            // that can be done once
	drops              // a table
	temporary          // it makes a temporary table
)

// statementsOf calls f with what each statement of a text does, and to which
// table or other object, in lower case; "" if its name is not known.
func statementsOf(src sqlscan.Source, f func(what ddl, object string)) {
	text := src.Text
	var words []string
	for i := 0; ; {
		tok, ok := sqlscan.Next(text, i)
		i = tok.End
		if ok && tok.Kind == sqlscan.Comment {
			continue
		}
		if word := ""; ok {
			if word = strings.Trim(strings.ToLower(tok.Text(text)), "`\""); word != ";" {
				words = append(words, word)
				continue
			}
		}
		f(statement(words))
		if words = words[:0]; !ok {
			return
		}
	}
}

// statement is statementsOf for one statement's tokens, in lower case and
// without quotes. Partitions come and go while the program works, and so do
// triggers that are switched off for a while and tables that are made of a
// query: they are no changes.
func statement(words []string) (ddl, string) {
	if len(words) < 3 {
		return changesNothing, ""
	}
	verb := words[0]
	has := func(list ...string) bool {
		return slices.ContainsFunc(words[1:], func(w string) bool { return slices.Contains(list, w) })
	}
	switch verb {
	case "insert", "update", "delete":
		// What was migrated is written down with it.
		if at := slices.IndexFunc(words, migrations.KeepsBooks); 0 < at && at <= 4 {
			return changes, words[at]
		}
		return changesNothing, ""
	case "create", "alter", "drop":
	default:
		return changesNothing, ""
	}
	at := slices.IndexFunc(words, func(w string) bool {
		return slices.Contains([]string{"table", "index", "type", "view", "function", "extension", "domain"}, w)
	})
	if slices.ContainsFunc(words[:min(len(words), 4)], func(w string) bool { return w == "temp" || w == "temporary" }) {
		return temporary, ""
	}
	if at < 0 || at > 4 {
		return changesNothing, ""
	}
	kind, rest := words[at], words[at+1:]
	object := objectName(kind, rest)
	what := changes
	switch {
	case verb == "drop" && kind == "table":
		return drops, object
	case verb == "drop" && kind != "index":
		return changesNothing, ""
	case verb == "alter":
		if kind != "table" && kind != "type" || !has("add", "drop", "alter", "rename") || has("partition", "trigger") {
			return changesNothing, ""
		}
	case kind == "table" && has("select", "execute", "partition"):
		return changesNothing, ""
	case has("if", "replace"):
		what = ensures
	}
	if object == "" {
		what = madeName
	}
	return what, object
}

// objectName returns the name that follows the kind of an object; of an index,
// that of its table. Have: a name that is a hole has no width.
func objectName(kind string, words []string) string {
	if kind == "index" {
		if on := slices.Index(words, "on"); on >= 0 {
			words = words[on+1:]
		}
	}
	for len(words) > 0 && slices.Contains([]string{"if", "not", "exists", "only", "concurrently"}, words[0]) {
		words = words[1:]
	}
	if len(words) == 0 || slices.Contains([]string{"(", ".", "add", "drop", "alter", "rename", "as", "cascade"}, words[0]) {
		return ""
	}
	if len(words) > 2 && words[1] == "." {
		return words[2]
	}
	return words[0]
}
