package config

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestDocs checks docs/configuration.md and the README: their examples are
// valid, and each key is explained.
func TestDocs(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "sqlvet-apis.yaml", "module: example.com/x\n")
	explained := ""
	for _, name := range []string{"../../docs/configuration.md", "../../README.md", "../../docs/adding-a-library.md"} {
		page, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, block := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(page), -1) {
			if strings.HasPrefix(block[1], "- ") || strings.HasPrefix(block[1], "module:") {
				continue // a workflow, a library's file
			}
			n++
			if _, err := Load(write(t, dir, Name, block[1])); err != nil {
				t.Errorf("%s: %v\n%s", name, err, block[1])
			}
		}
		if n == 0 {
			t.Errorf("%s has no example", name)
		}
		if strings.HasSuffix(name, "configuration.md") {
			explained = string(page)
		}
	}
	for _, group := range [][]string{keys(fields), keys(tableFields), keys(poolFields), keys(ruleFields)} {
		for _, key := range group {
			if !strings.Contains(explained, "`"+key+"`") {
				t.Errorf("docs/configuration.md does not explain %s", key)
			}
		}
	}
}
