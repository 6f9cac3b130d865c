package schema

import (
	"regexp"
	"strings"
)

// action is one of a Go template on one line, in double quotes maybe.
var action = regexp.MustCompile(`"\{\{[^{}\n]*\}\}"|\{\{[^{}\n]*\}\}`)

var (
	// control are the actions that stand for no value.
	control    = regexp.MustCompile(`^"?\{\{-?\s*(if|else|end|range|with|define|block|template|break|continue|/\*)|:=`)
	actionWord = regexp.MustCompile(`[A-Za-z0-9_]+`)
)

// untemplated puts a name in the place of each action of a Go template that
// stands where a name may: the same one for the same action, and none for that
// of a schema, since those of the program may find it by the search path.
// Nothing else of the text moves. What a condition or a loop encloses it leaves as it is.
func untemplated(sql string) string {
	if !strings.Contains(sql, "{{") {
		return sql
	}
	var b strings.Builder
	last := 0
	for _, at := range action.FindAllStringIndex(sql, -1) {
		text := sql[at[0]:at[1]]
		if control.MatchString(text) || at[0] > 0 && isNamePart(sql[at[0]-1]) || at[1] < len(sql) && isNamePart(sql[at[1]]) {
			continue
		}
		name := "x_" + strings.ToLower(strings.Join(actionWord.FindAllString(text, -1), "_"))
		b.WriteString(sql[last:at[0]])
		last = at[1]
		if last < len(sql) && sql[last] == '.' {
			name = ""
			last++
		}
		b.WriteString(name)
		b.WriteString(strings.Repeat(" ", max(last-at[0]-len(name), 0)))
	}
	b.WriteString(sql[last:])
	return b.String()
}

// isNamePart reports whether a byte beside an action makes one name of both.
func isNamePart(c byte) bool {
	return c == '_' || c == '"' || c == '\'' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
