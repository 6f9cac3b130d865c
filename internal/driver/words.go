package driver

import (
	"regexp"
	"slices"
	"strings"
)

// A flagDoc is a flag of the default command as help and the manual show it.
type flagDoc struct {
	form  string // "-c N"
	about string
	// values are what may follow; nil if anything or nothing may.
	values []string
}

// flagDocs lists the flags of the default command, but for the rules' own.
func flagDocs() []flagDoc {
	return []flagDoc{
		{"-RULE, -RULE=false", "run only this rule, or all but this one (may be repeated)", nil},
		{"-fix", "apply the suggested fixes, then report what is left", nil},
		{"-diff", "print the suggested fixes as a diff instead", nil},
		{"-format FORMAT", strings.Join(knownFormats(), ", "), knownFormats()},
		{"-json", `as -format json (see "go doc github.com/sqlvet/sqlvet/internal/report.Document")`, nil},
		{"-baseline FILE", `leave out the findings in FILE, which "sqlvet baseline write" wrote`, nil},
		{"-new-from REV", "leave out findings on lines that git knows unchanged since REV", nil},
		{"-c N", "show N more source lines around each finding; -1 for none at all", nil},
		{"-explain", "say of each database call in a loop why it is reported or not", nil},
		{"-tests=false", "leave out findings in _test.go files", nil},
		{"-generated", "report findings in generated files, too", nil},
		{"-tags LIST", "build tags, as for go build", nil},
		{"-mod MODE", "as for go build", nil},
		{"-modfile FILE", "as for go build", nil},
	}
}

// name returns the flag's name with its dash.
func (d flagDoc) name() string { return flagName.FindString(d.form) }

var flagName = regexp.MustCompile(`-[A-Za-z][A-Za-z0-9.-]*`)

// words returns what may stand after a verb: the words that its usage names,
// then the flags.
func (v verb) words() (words, flags []string) {
	for _, field := range strings.FieldsFunc(v.usage, func(r rune) bool { return r == '[' || r == ']' || r == ' ' }) {
		switch {
		case field == "flags":
			for _, d := range flagDocs()[1:] {
				flags = append(flags, d.name())
			}
		case strings.HasPrefix(field, "-"):
			flags = append(flags, flagName.FindString(field))
		case field == "packages" || field == "arguments" || strings.ToUpper(field) == field:
			// a placeholder, or the | between words
		default:
			words = append(words, strings.Split(field, "|")...)
		}
	}
	return words, slices.Compact(flags)
}
