package cli

import (
	"regexp"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/report"
)

// KnownFormats lists the values of -format.
func KnownFormats() []string { return append([]string{"text", "json"}, report.Formats()...) }

// A Verb is a word that may stand first on the command line.
type Verb struct {
	Name  string
	Usage string // what follows the name: flags and arguments
	About string // one line for "sqlvet help": a verb phrase
	// run does the work on the arguments after the verb and returns the exit
	// code.
	Run func(c *Command, args []string) int
}

// FindVerb returns the verb that the arguments start with; -h, -help and
// -version are other names of verbs.
func (c *Command) FindVerb(args []string) (Verb, bool) {
	if len(args) == 0 {
		return Verb{}, false
	}
	name := args[0]
	switch name {
	case "-h", "-help", "--help":
		name = "help"
	case "-version", "--version":
		name = "version"
	}
	for _, v := range c.Verbs {
		if v.Name == name {
			return v, true
		}
	}
	return Verb{}, false
}

// A FlagDoc is a flag of the default command as help and the manual show it.
type FlagDoc struct {
	Form  string // "-c N"
	About string
	// values are what may follow; nil if anything or nothing may.
	Values []string
}

// FlagDocs lists the flags of the default command, but for the rules' own.
func FlagDocs() []FlagDoc {
	return []FlagDoc{
		{"-RULE, -RULE=false", "run only this rule, or all but this one (may be repeated)", nil},
		{"-fix", "apply the suggested fixes, then report what is left", nil},
		{"-diff", "print the suggested fixes as a diff instead", nil},
		{"-format FORMAT", strings.Join(KnownFormats(), ", "), KnownFormats()},
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

// Name returns the flag's name with its dash.
func (d FlagDoc) Name() string { return flagName.FindString(d.Form) }

// Takes reports whether a value follows the flag.
func (d FlagDoc) Takes() bool { return strings.Contains(d.Form, " ") }

var flagName = regexp.MustCompile(`-[A-Za-z][A-Za-z0-9.-]*`)

// Words returns what may stand after a verb: the words that its usage names,
// then the flags.
func (v Verb) Words() (words, flags []string) {
	for _, field := range strings.FieldsFunc(v.Usage, func(r rune) bool { return r == '[' || r == ']' || r == ' ' }) {
		switch {
		case field == "flags":
			for _, d := range FlagDocs()[1:] {
				flags = append(flags, d.Name())
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
