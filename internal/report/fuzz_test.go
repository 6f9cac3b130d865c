package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/plain"
)

// FuzzWrite: whatever a finding says, each format is a document of its kind,
// and holds nothing that steers a terminal or a runner.
func FuzzWrite(f *testing.F) {
	f.Add("a.go", 3, 5, "query reads t", "SELECT * FROM t", "line", "x")
	f.Add("/dev/null", 0, 0, "\x1b]0;x\a\n::error::y", "a\u202eb\u0085", "\r\n##vso[x]", "]]>&<")
	f.Add("a:b:7", -1, 1<<30, "%0A::", "\xff\x00", "‮", "\\u001b")
	f.Fuzz(func(t *testing.T, file string, line, column int, message, sql, related, fix string) {
		at := Position{file, line, column}
		if p := ParsePosition(at.String()); p.Line < 0 || p.Column < 0 {
			t.Errorf("%q is %v", at, p)
		}
		finding := Finding{Rule: "r", Category: "r", Message: message, Pos: at, End: at, Package: "p",
			Related: []Related{{at, related}}, Fixes: []Fix{{fix, []Edit{{file, column, line, fix}}}}, Tables: []string{sql}, SQL: &SQL{sql, 0, len(sql)}, Plan: sql}
		finding.Shown()
		r := &Report{Findings: []Finding{finding}, Failures: []Failure{{"p", "r", message}}, Rules: []Rule{{Name: "r"}}}
		outputs := make(map[string]string)
		var b bytes.Buffer
		(&Text{Out: &b, ReadFile: func(string) ([]byte, error) { return []byte(sql), nil }}).Finding(finding)
		outputs["text"] = b.String()
		b.Reset()
		if err := WriteJSON(&b, r); err != nil {
			t.Fatal(err)
		}
		outputs["json"] = b.String()
		for _, format := range Formats() {
			b.Reset()
			if err := Write(&b, format, r); err != nil {
				t.Fatalf("%s: %v", format, err)
			}
			outputs[format] = b.String()
		}
		for format, out := range outputs {
			// By this, encoders of JSON and XML say what no text can hold.
			out = strings.ReplaceAll(out, "\uFFFD", "?")
			switch {
			case format == "github":
				for l := range strings.Lines(out) {
					if !strings.HasPrefix(l, "::") || plain.Text(l[:len(l)-1]) != l[:len(l)-1] {
						t.Errorf("github: %q", l)
					}
				}
			case plain.Lines(out) != out:
				clean := plain.Lines(out)
				i := 0
				for out[i] == clean[i] {
					i++
				}
				t.Errorf("%s: %q", format, out[max(0, i-30):min(len(out), i+30)])
			}
			switch format {
			case "json", "sarif", "gitlab":
				if !json.Valid([]byte(out)) {
					t.Errorf("%s: %q", format, out)
				}
			case "rdjsonl":
				for l := range strings.Lines(out) {
					if !json.Valid([]byte(l)) {
						t.Errorf("rdjsonl: %q", l)
					}
				}
			case "checkstyle", "junit":
				for d := xml.NewDecoder(strings.NewReader(out)); ; {
					if _, err := d.Token(); errors.Is(err, io.EOF) {
						break
					} else if err != nil {
						t.Errorf("%s: %v: %q", format, err, out)
						break
					}
				}
			}
		}
	})
}
