package driver

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/report"
)

// knownFormats lists the values of -format.
func knownFormats() []string { return append([]string{"text", "json"}, report.Formats()...) }

// reportRule returns what a report says of a rule.
func reportRule(r analyzers.Rule) report.Rule {
	title, page, _ := strings.Cut(r.Doc, "\n")
	return report.Rule{Name: r.Name, Title: title, Page: docs.Text(strings.TrimSpace(page)), URL: docs.URL(r.Name)}
}

// repositoryPrefix returns the slash-separated path of dir below the root of
// its repository; "" if it is the root, or there is no repository.
func repositoryPrefix(dir string) string {
	for root := dir; ; root = filepath.Dir(root) {
		if _, err := os.Lstat(filepath.Join(root, ".git")); err == nil {
			rel, err := filepath.Rel(root, dir)
			if err != nil || rel == "." {
				return ""
			}
			return filepath.ToSlash(rel)
		}
		if root == filepath.Dir(root) {
			return ""
		}
	}
}
