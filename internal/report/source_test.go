package report

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestForeignSource: a //line comment can name any file. What is outside of the
// repository, or no text that somebody wrote, is not shown in any form.
func TestForeignSource(t *testing.T) {
	top := t.TempDir()
	repo := filepath.Join(top, "repo")
	for name, text := range map[string]string{"repo/.git/HEAD": "", "repo/in.y": "own line\n", "secret": "foreign line\n"} {
		path := filepath.Join(top, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(repo)
	names := []string{"in.y", filepath.Join(top, "secret"), "../secret", os.DevNull, "."}
	if os.Symlink("../secret", "link.y") == nil {
		names = append(names, "link.y")
	}
	for i, name := range names {
		at := Position{name, 1, 1}
		f := Finding{Rule: "r", Message: "m", Pos: at, End: at, Fixes: []Fix{{"n", []Edit{{name, 0, 1, "x"}}}}}
		outputs := make(map[string]string)
		var b bytes.Buffer
		(&Text{Out: &b}).Finding(f)
		outputs["text"] = b.String()
		for _, format := range Formats() {
			b.Reset()
			if err := Write(&b, format, &Report{Findings: []Finding{f}}); err != nil {
				t.Fatal(err)
			}
			outputs[format] = b.String()
		}
		for format, out := range outputs {
			if strings.Contains(out, "foreign line") {
				t.Errorf("%s shows a line of %s", format, name)
			}
			if shown := strings.Contains(out, "own line"); i == 0 && !shown && (format == "text" || format == "html") {
				t.Errorf("%s does not show a line of %s", format, name)
			}
		}
	}
}
