package driver

import (
	_ "embed"
	"regexp"
	"strings"
	"text/template"

	"github.com/sqlvet/sqlvet/analyzers"
)

//go:embed completion.tmpl
var completionText string

var completions = template.Must(template.New("completion").Funcs(template.FuncMap{
	"join":  func(list []string) string { return strings.Join(list, " ") },
	"bare":  func(flag string) string { return strings.TrimPrefix(flag, "-") },
	"quote": func(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" },
	"colon": func(s string) string { return strings.ReplaceAll(s, ":", `\:`) },
}).Parse(completionText))

// shells are those with a template in completion.tmpl.
var shells = []string{"bash", "zsh", "fish"}

// A completionVerb is a verb as the templates see it.
type completionVerb struct {
	Name, About  string
	Words, Flags []string
	Files        bool // files or packages may follow
}

// completion prints the script that makes a shell complete sqlvet's command
// line.
func (c *command) completion(args []string) int {
	if len(args) != 1 || completions.Lookup(args[0]) == nil {
		return c.fail("want sqlvet completion %s", strings.Join(shells, "|"))
	}
	names := analyzers.Names(c.rules)
	data := struct {
		Verbs   []completionVerb
		Rules   []string
		Flags   []flagDoc
		Names   []string // of the flags, and those of the rules
		Formats []string
	}{Rules: names, Flags: flagDocs()[1:], Formats: knownFormats()}
	for _, d := range data.Flags {
		data.Names = append(data.Names, d.name())
	}
	for _, rule := range names {
		data.Names = append(data.Names, "-"+rule)
	}
	for _, v := range verbs() {
		words, flags := v.words()
		switch v.name {
		case "help":
			words = names
		case "completion":
			words = shells
		}
		data.Verbs = append(data.Verbs, completionVerb{v.name, v.about, words, flags, takesFiles.MatchString(v.usage)})
	}
	if err := completions.ExecuteTemplate(c.stdout, args[0], data); err != nil {
		return c.fail("%v", err)
	}
	return exitClean
}

// takesFiles matches the usage of verbs that files or packages may follow.
var takesFiles = regexp.MustCompile(`packages|arguments|DIR\]|FILE`)

// These are for the templates. Takes reports whether a value follows the flag.
func (d flagDoc) Name() string     { return d.name() }
func (d flagDoc) About() string    { return d.about }
func (d flagDoc) Values() []string { return d.values }
func (d flagDoc) Takes() bool      { return strings.Contains(d.form, " ") }
