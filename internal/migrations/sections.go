package migrations

import (
	"regexp"
	"strings"
)

// Three tools keep both directions in one file, below a line that says which
// follows.

var mark = regexp.MustCompile(`(?i)^\s*--\s*(?:\+goose|\+migrate|migrate:)\s*(up|down|no transaction)\b(.*)`)

func arrangeSections(files []*File) {
	byVersion(files)
	for _, in := range files {
		in.section()
	}
}

// section keeps the lines of a file's up section and blanks the others.
func (in *File) section() {
	var b strings.Builder
	up, seen := false, false
	for line := range strings.Lines(in.Text) {
		if m := mark.FindStringSubmatch(line); m != nil {
			switch strings.ToLower(m[1]) {
			case "up":
				up, seen = true, true
				rest := strings.ToLower(m[2])
				in.NoTransaction = in.NoTransaction || strings.Contains(rest, "notransaction") || strings.Contains(rest, "transaction:false")
			case "down":
				up = false
			case "no transaction":
				in.NoTransaction = true
			}
		}
		if up {
			b.WriteString(line)
		} else if strings.HasSuffix(line, "\n") {
			b.WriteByte('\n')
		}
	}
	in.Up = b.String()
	if !seen && strings.HasSuffix(strings.ToLower(in.Name), ".sql") {
		in.Skipped = "no up section"
	}
}
