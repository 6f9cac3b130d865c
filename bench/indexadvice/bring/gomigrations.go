package bring

import (
	"regexp"
	"strings"
)

var reDDL = regexp.MustCompile(`(?im)^\s*(create|alter|drop|comment)\s`)

// goMigrations returns the DDL of Go files that keep their migrations in
// strings, in the order of the files. Texts without DDL (data changes, error
// messages) are left out: on an empty database they do nothing.
func goMigrations(clone string, globs []string) (string, error) {
	folders, err := goFiles(clone, globs)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, files := range folders {
		list, err := goTexts(clone, files)
		if err != nil {
			return "", err
		}
		for _, t := range list {
			if reDDL.MatchString(t.text) {
				b.WriteString(strings.TrimRight(strings.TrimSpace(t.text), ";"))
				b.WriteString(";\n\n")
			}
		}
	}
	return b.String(), nil
}
