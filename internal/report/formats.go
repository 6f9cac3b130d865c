package report

import (
	"io"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/config"
)

// A Report is what one run has to say.
type Report struct {
	Findings []Finding // sorted, with fingerprints
	Failures []Failure
	Hidden   int // findings left out by -baseline and -new-from
	Stats    Stats
	Rules    []Rule // that ran
	Version  string // of sqlvet
	// About says what was found and looked at; "" for what Findings and Stats
	// say.
	About string
	// Prefix is the slash-separated path of the working directory below the
	// root of the repository: "" for the root itself. Services that show
	// findings beside the source know files by their paths from there.
	Prefix string
}

// A Rule is what a report says of one.
type Rule struct {
	Name  string
	Title string // a verb phrase
	Page  string // as text
	URL   string
}

// formats writes a report in each form that other programs, or people with a
// browser, read.
var formats = map[string]func(w io.Writer, r *Report) error{
	"checkstyle": writeCheckstyle,
	"github":     writeGitHub,
	"gitlab":     writeGitLab,
	"html":       writeHTML,
	"junit":      writeJUnit,
	"rdjsonl":    writeRDJSONL,
	"sarif":      writeSARIF,
}

// Formats lists the names that Write knows.
func Formats() []string { return slices.Sorted(maps.Keys(formats)) }

// Write prints a report in one of Formats.
func Write(w io.Writer, format string, r *Report) error { return formats[format](w, r) }

// path returns the slash-separated path of a finding's file from the root of
// the repository; one outside of it stays as it is.
func (r *Report) path(file string) string {
	if filepath.IsAbs(file) {
		return filepath.ToSlash(file)
	}
	return path.Join(r.Prefix, filepath.ToSlash(file))
}

// text is the message with the places that it refers to, one a line.
func (r *Report) text(f Finding) string {
	var b strings.Builder
	b.WriteString(f.Message)
	for _, rel := range f.Related {
		rel.Pos.File = r.path(rel.Pos.File)
		b.WriteString("\n" + rel.Pos.String() + ": " + rel.Message)
	}
	return b.String()
}

// level maps a severity to one of three words, for errors, warnings and the
// rest.
func level(s config.Severity, words [3]string) string {
	switch s {
	case config.SeverityError:
		return words[0]
	case config.SeverityWarning:
		return words[1]
	}
	return words[2]
}
