package priors

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
)

//go:embed words.txt
var wordsText string

// vocabulary holds a pattern for each set of words.txt.
var vocabulary = readWords(wordsText)

func readWords(text string) map[string]*regexp.Regexp {
	forms := map[string][2]string{"whole": {"^", "$"}, "part": {"(^|_)", "($|_)"}, "end": {"(^|_)", "$"}, "suffix": {"", "$"}}
	patterns := make(map[string][]string)
	set := ""
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0 || fields[0][0] == '#':
		case fields[0][0] == '[':
			set = strings.Trim(fields[0], "[]")
		default:
			form, ok := forms[fields[0]]
			if !ok {
				panic("words.txt: " + fields[0] + " is no place in a name")
			}
			patterns[set] = append(patterns[set], form[0]+"("+strings.Join(fields[1:], "|")+")"+form[1])
		}
	}
	out := make(map[string]*regexp.Regexp)
	for set, list := range patterns {
		out[set] = regexp.MustCompile("(?i)" + strings.Join(list, "|"))
	}
	return out
}

// says reports whether a name is in a set.
func says(set, name string) bool { return vocabulary[set].MatchString(name) }

// saysValue reports whether a literal is in a set, or is a name that ends in a
// word of it: 'instance_admin' is an admin. What is said of it with "not" it is
// not.
func saysValue(set, literal string) bool {
	value := strings.ToLower(strings.Trim(literal, "'"))
	if says(set, value) {
		return true
	}
	parts := strings.FieldsFunc(value, func(r rune) bool { return r == '_' || r == '-' || r == '.' || r == ' ' || r == ':' })
	return len(parts) > 1 && says(set, parts[len(parts)-1]) &&
		!slices.ContainsFunc(parts, func(p string) bool { return slices.Contains([]string{"not", "non", "no", "never", "un"}, p) })
}
