package migrations

import (
	"regexp"
	"strings"
)

// A Migration is one that is to be written.
type Migration struct {
	Version  string
	Title    string // what it does; its name is made of it
	Up, Down string // each ends with a line break

	style style
}

// A Text is a file that is to be written, its name with slashes.
type Text struct{ Name, Text string }

// A style is how the names of a folder's files are written.
type style struct {
	// separator stands between version and name, direction before "up" and
	// "down".
	separator, direction string
}

var (
	afterVersion = regexp.MustCompile(`^\d+([_.-])`)
	upName       = regexp.MustCompile(`(?i)([._-])up\.sql$`)
)

// Write returns the files of a migration, their names written as those of the
// folder's files are.
func (t *Tool) Write(m Migration, names []string) []Text {
	m.style = style{separator: "_", direction: usual(upName, names, ".")}
	for _, n := range names {
		if s := afterVersion.FindStringSubmatch(n); s != nil && Versioned(n) {
			m.style.separator = s[1]
		}
	}
	return t.write(m)
}

// usual returns the text that an expression finds in most names: one that it fits
// may only be called so.
func usual(re *regexp.Regexp, names []string, most string) string {
	times := make(map[string]int)
	for _, n := range names {
		if s := re.FindStringSubmatch(n); s != nil {
			if times[s[1]]++; times[s[1]] >= times[most] {
				most = s[1]
			}
		}
	}
	return most
}

// unfit is what a tool may not take in a file's name: bun has the narrowest.
var unfit = regexp.MustCompile(`[^a-z0-9_]+`)

func (m Migration) name() string {
	return strings.TrimLeft(unfit.ReplaceAllString(strings.ToLower(m.Title), "_"), "_")
}

func (m Migration) base() string { return m.Version + m.style.separator + m.name() }
