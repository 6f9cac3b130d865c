package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/sqlvet/sqlvet/internal/config"
)

// example is a report with what is hard to print: names and texts with signs
// that a format gives a meaning to, a file outside of the repository, a
// finding over several lines, every severity.
func example(t *testing.T) *Report {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	t.Chdir(dir)
	write := func(name, content string) {
		if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("a b,c.go", "package a\n\nfunc (s *T[K]) F() {\n\tq(`世界 SELECT *`)\n\tq(`SELECT *`)\n}\n")
	write("z.go", "package a\n\nvar x = q(\n\t`a`,\n)\n")
	r := &Report{
		Findings: []Finding{
			{
				Rule: "selectstar", Category: "selectstar", Message: `100% of "a", <b> & c: d`, URL: "https://example.com/selectstar",
				Pos: Position{"a b,c.go", 4, 19}, End: Position{"a b,c.go", 4, 20},
				Related:  []Related{{Position{"z.go", 1, 1}, "here"}},
				Fixes:    []Fix{{"List the columns", []Edit{{"a b,c.go", 50, 51, "id, 名"}}}},
				Severity: config.SeverityWarning, Confidence: config.Certain, Package: "m/a", Tables: []string{"t"},
				SQL: &SQL{"世界 SELECT *", 14, 15},
			},
			{
				Rule: "selectstar", Category: "selectstar", Message: "again", URL: "https://example.com/selectstar",
				Pos: Position{"a b,c.go", 5, 12}, End: Position{"a b,c.go", 5, 13},
				Severity: config.SeverityError, Confidence: config.Likely, Package: "m/a",
			},
			{
				Rule: "nplusone", Category: "read", Message: "over lines", URL: "https://example.com/nplusone",
				Pos: Position{"z.go", 3, 9}, End: Position{"z.go", 5, 2},
				Severity: config.SeverityInfo, Confidence: config.Certain, Package: "m/a",
			},
			{
				Rule: "sqlvetignore", Category: "directive", Message: "far away",
				Pos: Position{"/abs/z.go", 7, 1}, End: Position{},
				Severity: config.SeverityHint, Confidence: config.Certain, Package: "m/b",
			},
		},
		Failures: []Failure{{Package: "m/c", Rule: "selectstar", Message: "does not compile:\n\tx"}},
		Rules: []Rule{
			{"nplusone", "report queries in loops", "PAGE", "https://example.com/nplusone"},
			{"selectstar", "report *", "PAGE", "https://example.com/selectstar"},
			{"sqlparse", "report SQL that does not parse", "", "https://example.com/sqlparse"},
		},
		Version: "v1.2.3",
		Prefix:  "sub/dir",
	}
	Fingerprints(r.Findings)
	return r
}

func print(t *testing.T, format string, r *Report) string {
	t.Helper()
	var buf bytes.Buffer
	if err := Write(&buf, format, r); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

func TestGitHub(t *testing.T) {
	want := `::warning file=sub/dir/a b%2Cc.go,line=4,col=19,endColumn=20,title=sqlvet selectstar::100%25 of "a", <b> & c: d%0Asub/dir/z.go:1:1: here%0Ahttps://example.com/selectstar
::error file=sub/dir/a b%2Cc.go,line=5,col=12,endColumn=13,title=sqlvet selectstar::again%0Ahttps://example.com/selectstar
::notice file=sub/dir/z.go,line=3,endLine=5,title=sqlvet nplusone::over lines%0Ahttps://example.com/nplusone
::notice file=/abs/z.go,line=7,col=1,title=sqlvet sqlvetignore::far away
::error title=sqlvet could not analyse all::package m/c: does not compile:%0A	x
`
	if got := print(t, "github", example(t)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestGitLab checks the fields that GitLab's schema of Code Quality reports
// requires, and that no two issues have one fingerprint.
func TestGitLab(t *testing.T) {
	var issues []struct {
		Description, Fingerprint, Severity string
		CheckName                          string `json:"check_name"`
		Location                           struct {
			Path  string
			Lines struct{ Begin, End int }
		}
	}
	if err := json.Unmarshal([]byte(print(t, "gitlab", example(t))), &issues); err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	seen := make(map[string]bool)
	for _, i := range issues {
		if seen[i.Fingerprint] || len(i.Fingerprint) != 32 {
			t.Errorf("fingerprint %q", i.Fingerprint)
		}
		seen[i.Fingerprint] = true
		fmt.Fprintf(&got, "%s %s %s %d-%d %s\n", i.Severity, i.CheckName, i.Location.Path, i.Location.Lines.Begin, i.Location.Lines.End, i.Description)
	}
	want := `major selectstar sub/dir/a b,c.go 4-4 100% of "a", <b> & c: d
critical selectstar sub/dir/a b,c.go 5-5 again
minor nplusone sub/dir/z.go 3-5 over lines
info sqlvetignore /abs/z.go 7-7 far away
`
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
	if got := print(t, "gitlab", &Report{}); got != "[]\n" {
		t.Errorf("without findings: %q", got)
	}
}

func TestRDJSONL(t *testing.T) {
	want := `{"message":"100% of \"a\", <b> & c: d","location":{"path":"sub/dir/a b,c.go","range":{"start":{"line":4,"column":19},"end":{"line":4,"column":20}}},"severity":"WARNING","source":{"name":"sqlvet","url":"https://github.com/sqlvet/sqlvet"},"code":{"value":"selectstar","url":"https://example.com/selectstar"},"suggestions":[{"range":{"start":{"line":4,"column":19},"end":{"line":4,"column":20}},"text":"id, 名"}],"related_locations":[{"message":"here","location":{"path":"sub/dir/z.go","range":{"start":{"line":1,"column":1}}}}]}
{"message":"again","location":{"path":"sub/dir/a b,c.go","range":{"start":{"line":5,"column":12},"end":{"line":5,"column":13}}},"severity":"ERROR","source":{"name":"sqlvet","url":"https://github.com/sqlvet/sqlvet"},"code":{"value":"selectstar","url":"https://example.com/selectstar"}}
{"message":"over lines","location":{"path":"sub/dir/z.go","range":{"start":{"line":3,"column":9},"end":{"line":5,"column":2}}},"severity":"INFO","source":{"name":"sqlvet","url":"https://github.com/sqlvet/sqlvet"},"code":{"value":"nplusone","url":"https://example.com/nplusone"}}
{"message":"far away","location":{"path":"/abs/z.go","range":{"start":{"line":7,"column":1}}},"severity":"INFO","source":{"name":"sqlvet","url":"https://github.com/sqlvet/sqlvet"},"code":{"value":"sqlvetignore"}}
{"message":"sqlvet could not analyse all: package m/c: does not compile:\n\tx","location":{"path":"sub/dir/go.mod","range":{"start":{"line":1}}},"severity":"ERROR","source":{"name":"sqlvet","url":"https://github.com/sqlvet/sqlvet"},"code":{}}
`
	if got := print(t, "rdjsonl", example(t)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	// A file that has changed since, and a fix of several places: no suggestion.
	r := example(t)
	r.Findings[0].Fixes = []Fix{{"Gone", []Edit{{"a b,c.go", 900, 901, "x"}}}, {"Two", []Edit{{"a b,c.go", 1, 2, "x"}, {"a b,c.go", 3, 4, "y"}}}}
	if got := print(t, "rdjsonl", r); strings.Contains(got, "suggestions") {
		t.Errorf("got\n%s", got)
	}
}

// outline prints the elements of an XML document with their attributes.
func outline(t *testing.T, document string) string {
	t.Helper()
	var b strings.Builder
	depth := 0
	for d := xml.NewDecoder(strings.NewReader(document)); ; {
		token, err := d.Token()
		if err == io.EOF {
			return b.String()
		} else if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			b.WriteString(strings.Repeat(" ", depth) + token.Name.Local)
			for _, a := range token.Attr {
				fmt.Fprintf(&b, " %s=%q", a.Name.Local, a.Value)
			}
			b.WriteString("\n")
			depth++
		case xml.EndElement:
			depth--
		}
	}
}

func TestCheckstyle(t *testing.T) {
	want := `checkstyle version="5.0"
 file name="sub/dir/a b,c.go"
  error line="4" column="19" severity="warning" message="100% of \"a\", <b> & c: d\nsub/dir/z.go:1:1: here" source="sqlvet.selectstar"
  error line="5" column="12" severity="error" message="again" source="sqlvet.selectstar"
 file name="sub/dir/z.go"
  error line="3" column="9" severity="info" message="over lines" source="sqlvet.nplusone"
 file name="/abs/z.go"
  error line="7" column="1" severity="info" message="far away" source="sqlvet.sqlvetignore"
`
	if got := outline(t, print(t, "checkstyle", example(t))); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestJUnit checks the numbers, and that findings that fail no run are no
// failures.
func TestJUnit(t *testing.T) {
	want := `testsuites name="sqlvet" tests="6" failures="2" errors="1"
 testsuite name="nplusone" tests="1" failures="0" errors="0"
  testcase name="sub/dir/z.go:3:9" classname="m/a"
   system-out
 testsuite name="selectstar" tests="2" failures="2" errors="0"
  testcase name="sub/dir/a b,c.go:4:19" classname="m/a"
   failure message="100% of \"a\", <b> & c: d" type="selectstar"
  testcase name="sub/dir/a b,c.go:5:12" classname="m/a"
   failure message="again" type="selectstar"
 testsuite name="sqlparse" tests="1" failures="0" errors="0"
  testcase name="no findings" classname="sqlvet.sqlparse"
 testsuite name="sqlvetignore" tests="1" failures="0" errors="0"
  testcase name="/abs/z.go:7:1" classname="m/b"
   system-out
 testsuite name="analysis" tests="1" failures="0" errors="1"
  testcase name="analyse" classname="m/c"
   error message="does not compile:\n\tx" type="analysis"
`
	if got := outline(t, print(t, "junit", example(t))); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestSARIF validates against the schema that OASIS published, which the
// library carries, and looks at what the schema does not: columns in code
// points, paths, levels.
func TestSARIF(t *testing.T) {
	for name, r := range map[string]*Report{"example": example(t), "empty": {Version: "v1"}} {
		out := print(t, "sarif", r)
		log, err := sarif.FromString(out)
		if err != nil {
			t.Fatal(err)
		}
		if err := log.Validate(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
		if name == "empty" {
			continue
		}
		run := log.Runs[0]
		if *run.Invocations[0].ExecutionSuccessful || len(run.Invocations[0].ToolExecutionNotifications) != 1 {
			t.Error("the failure is not told")
		}
		var got strings.Builder
		for _, res := range run.Results {
			place := res.Locations[0].PhysicalLocation
			fmt.Fprintf(&got, "%s %s %s %s", *res.RuleID, res.Level, *place.ArtifactLocation.URI, region(place.Region))
			for _, f := range res.Fixes {
				for _, c := range f.ArtifactChanges {
					for _, e := range c.Replacements {
						fmt.Fprintf(&got, " fix %s %s", region(e.DeletedRegion), *e.InsertedContent.Text)
					}
				}
			}
			got.WriteString("\n")
		}
		want := `selectstar warning sub/dir/a%20b,c.go 4:15-4:16 fix 4:15-4:16 id, 名
selectstar error sub/dir/a%20b,c.go 5:12-5:13
nplusone note sub/dir/z.go 3:9-5:2
sqlvetignore note file:///abs/z.go 7:1
`
		if got.String() != want {
			t.Errorf("got\n%s\nwant\n%s", got.String(), want)
		}
	}
}

func region(r *sarif.Region) string {
	if r.EndLine == nil {
		return fmt.Sprintf("%d:%d", *r.StartLine, *r.StartColumn)
	}
	return fmt.Sprintf("%d:%d-%d:%d", *r.StartLine, *r.StartColumn, *r.EndLine, *r.EndColumn)
}

// TestFingerprints checks what a finding is known again by.
func TestFingerprints(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	path := filepath.Join(dir, "f.go")
	// of returns the fingerprint of the finding on the line that holds "here".
	of := func(rule, source string, nth int) string {
		t.Helper()
		if err := os.WriteFile(path, []byte(source), 0o666); err != nil {
			t.Fatal(err)
		}
		var list []Finding
		for i, line := range strings.Split(source, "\n") {
			if strings.Contains(line, "here") {
				list = append(list, Finding{Rule: rule, Package: "m", Message: fmt.Sprint("line ", i), Pos: Position{path, i + 1, 1}})
			}
		}
		Fingerprints(list)
		return list[nth].Fingerprint
	}
	const source = "package p\n\nfunc f() {\n\tx := 1\n\there(x)\n}\n"
	base := of("r", source, 0)
	same := map[string]string{
		"lines above":          strings.Replace(source, "func f", "// C\n\nvar y int\n\nfunc f", 1),
		"lines in between":     strings.Replace(source, "x := 1", "x := 1\n\tx++", 1),
		"indentation":          strings.Replace(source, "\there(x)", "\t\there(x) ", 1),
		"a twin in another":    source + "\nfunc g() {\n\there(x)\n}\n",
		"a twin that comes on": strings.Replace(source, "here(x)", "here(x)\n\there(x)", 1),
	}
	for name, changed := range same {
		if of("r", changed, 0) != base {
			t.Errorf("%s: another fingerprint", name)
		}
	}
	other := map[string]string{
		"another line":        of("r", strings.Replace(source, "here(x)", "here(y)", 1), 0),
		"another function":    of("r", strings.Replace(source, "f()", "g()", 1), 0),
		"another rule":        of("s", source, 0),
		"a twin in another":   of("r", same["a twin in another"], 1),
		"the second of twins": of("r", same["a twin that comes on"], 1),
	}
	for name, fp := range other {
		if fp == base {
			t.Errorf("%s: the same fingerprint", name)
		}
	}
}
