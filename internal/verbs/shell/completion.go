// Package shell is the verbs that shells and manuals are made with: completion,
// man.
package shell

import (
	_ "embed"
	"regexp"
	"strings"
	"text/template"

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/cli"
)

//go:embed completion.tmpl
var completionText string

var completions = template.Must(template.New("completion").Funcs(template.FuncMap{
	"join":  func(list []string) string { return strings.Join(list, " ") },
	"bare":  func(flag string) string { return strings.TrimPrefix(flag, "-") },
	"quote": func(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" },
	"colon": func(s string) string { return strings.ReplaceAll(s, ":", `\:`) },
}).Parse(completionText))

// Shells are those with a template in completion.tmpl.
var Shells = []string{"bash", "zsh", "fish"}

// A completionVerb is a verb as the templates see it.
type completionVerb struct {
	Name, About  string
	Words, Flags []string
	Files        bool // files or packages may follow
}

// Completion prints the script that makes a shell complete sqlvet's command
// line.
func Completion(c *cli.Command, args []string) int {
	if len(args) != 1 || completions.Lookup(args[0]) == nil {
		return c.Fail("want sqlvet completion %s", strings.Join(Shells, "|"))
	}
	names := analyzers.Names(c.Rules)
	data := struct {
		Verbs   []completionVerb
		Rules   []string
		Flags   []cli.FlagDoc
		Names   []string // of the flags, and those of the rules
		Formats []string
	}{Rules: names, Flags: cli.FlagDocs()[1:], Formats: cli.KnownFormats()}
	for _, d := range data.Flags {
		data.Names = append(data.Names, d.Name())
	}
	for _, rule := range names {
		data.Names = append(data.Names, "-"+rule)
	}
	for _, v := range c.Verbs {
		words, flags := v.Words()
		switch v.Name {
		case "help":
			words = names
		case "completion":
			words = Shells
		}
		data.Verbs = append(data.Verbs, completionVerb{v.Name, v.About, words, flags, takesFiles.MatchString(v.Usage)})
	}
	if err := completions.ExecuteTemplate(c.Stdout, args[0], data); err != nil {
		return c.Fail("%v", err)
	}
	return cli.ExitClean
}

// takesFiles matches the usage of verbs that files or packages may follow.
var takesFiles = regexp.MustCompile(`packages|arguments|DIR\]|FILE`)
