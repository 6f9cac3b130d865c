package report

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/plain"
)

// writeGitHub prints workflow commands, which GitHub Actions shows beside the
// changed lines.
// (docs.github.com/actions/reference/workflow-commands-for-github-actions)
func writeGitHub(w io.Writer, r *Report) error {
	var b strings.Builder
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "::%s file=%s,line=%d", level(f.Severity, [3]string{"error", "warning", "notice"}),
			commandProperty(r.path(f.Pos.File)), f.Pos.Line)
		switch {
		case f.End.Line > f.Pos.Line: // columns only go with one line
			fmt.Fprintf(&b, ",endLine=%d", f.End.Line)
		case f.End.Column > f.Pos.Column:
			fmt.Fprintf(&b, ",col=%d,endColumn=%d", f.Pos.Column, f.End.Column)
		case f.Pos.Column > 0:
			fmt.Fprintf(&b, ",col=%d", f.Pos.Column)
		}
		fmt.Fprintf(&b, ",title=%s::%s\n", commandProperty("sqlvet "+f.Rule), commandData(withURL(r.text(f), f)))
	}
	for _, f := range r.Failures {
		fmt.Fprintf(&b, "::error title=sqlvet could not analyse all::%s\n", commandData(failureText(f)))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func withURL(text string, f Finding) string { return strings.TrimSuffix(text+"\n"+f.URL, "\n") }

// commandData escapes the text of a workflow command.
func commandData(s string) string {
	return strings.NewReplacer("%", "%25", "\n", "%0A").Replace(plain.Lines(s))
}

// commandProperty escapes a value of a workflow command.
func commandProperty(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(commandData(s))
}

func failureText(f Failure) string {
	if f.Package == "" {
		return f.Message
	}
	return "package " + f.Package + ": " + f.Message
}

// writeGitLab prints a Code Quality report, which GitLab shows in merge
// requests. (docs.gitlab.com/ci/testing/code_quality)
func writeGitLab(w io.Writer, r *Report) error {
	type lines struct {
		Begin int `json:"begin"`
		End   int `json:"end"`
	}
	type location struct {
		Path  string `json:"path"`
		Lines lines  `json:"lines"`
	}
	type issue struct {
		Description string   `json:"description"`
		CheckName   string   `json:"check_name"`
		Fingerprint string   `json:"fingerprint"`
		Severity    string   `json:"severity"`
		Location    location `json:"location"`
	}
	severities := map[config.Severity]string{
		config.SeverityError: "critical", config.SeverityWarning: "major",
		config.SeverityInfo: "minor", config.SeverityHint: "info",
	}
	issues := []issue{}
	for _, f := range r.Findings {
		issues = append(issues, issue{
			f.Message, f.Rule, f.Fingerprint, severities[f.Severity],
			location{r.path(f.Pos.File), lines{f.Pos.Line, max(f.Pos.Line, f.End.Line)}},
		})
	}
	e := json.NewEncoder(plain.JSON(w))
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(issues)
}

// writeCheckstyle prints what Checkstyle does, which Jenkins, SonarQube and
// others read.
func writeCheckstyle(w io.Writer, r *Report) error {
	type problem struct {
		Line     int    `xml:"line,attr"`
		Column   int    `xml:"column,attr,omitempty"`
		Severity string `xml:"severity,attr"`
		Message  string `xml:"message,attr"`
		Source   string `xml:"source,attr"`
	}
	type file struct {
		Name   string    `xml:"name,attr"`
		Errors []problem `xml:"error"`
	}
	type checkstyle struct {
		XMLName xml.Name `xml:"checkstyle"`
		Version string   `xml:"version,attr"`
		Files   []file   `xml:"file"`
	}
	out := checkstyle{Version: "5.0"}
	for _, f := range r.Findings {
		// Have: findings are sorted by file.
		if n := len(out.Files); n == 0 || out.Files[n-1].Name != r.path(f.Pos.File) {
			out.Files = append(out.Files, file{Name: r.path(f.Pos.File)})
		}
		last := &out.Files[len(out.Files)-1]
		last.Errors = append(last.Errors, problem{
			f.Pos.Line, f.Pos.Column, level(f.Severity, [3]string{"error", "warning", "info"}), r.text(f), "sqlvet." + f.Rule,
		})
	}
	return writeXML(w, out)
}

// writeJUnit prints a test report: a suite for each rule, and in it a case
// for each finding, or one that passed.
func writeJUnit(w io.Writer, r *Report) error {
	type failure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
	type testcase struct {
		Name      string   `xml:"name,attr"`
		Classname string   `xml:"classname,attr"`
		Failure   *failure `xml:"failure"`
		Error     *failure `xml:"error"`
		Output    string   `xml:"system-out,omitempty"`
	}
	type suite struct {
		Name     string     `xml:"name,attr"`
		Tests    int        `xml:"tests,attr"`
		Failures int        `xml:"failures,attr"`
		Errors   int        `xml:"errors,attr"`
		Cases    []testcase `xml:"testcase"`
	}
	type suites struct {
		XMLName  xml.Name `xml:"testsuites"`
		Name     string   `xml:"name,attr"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Errors   int      `xml:"errors,attr"`
		Suites   []suite  `xml:"testsuite"`
	}
	byRule := make(map[string]*suite)
	order := make([]*suite, 0, len(r.Rules)+1)
	suiteOf := func(name string) *suite {
		if byRule[name] == nil {
			byRule[name] = &suite{Name: name}
			order = append(order, byRule[name])
		}
		return byRule[name]
	}
	for _, rule := range r.Rules {
		suiteOf(rule.Name)
	}
	for _, f := range r.Findings {
		s := suiteOf(f.Rule)
		pos := f.Pos
		pos.File = r.path(pos.File)
		text := pos.String() + ": " + withURL(r.text(f), f)
		c := testcase{Name: pos.String(), Classname: f.Package}
		if f.Severity.Fails() {
			c.Failure = &failure{f.Message, f.Category, text}
			s.Failures++
		} else {
			c.Output = text
		}
		s.Cases = append(s.Cases, c)
	}
	for _, f := range r.Failures {
		s := suiteOf("analysis")
		s.Errors++
		s.Cases = append(s.Cases, testcase{Name: "analyse", Classname: f.Package, Error: &failure{f.Message, "analysis", failureText(f)}})
	}
	all := suites{Name: "sqlvet"}
	for _, s := range order {
		if len(s.Cases) == 0 {
			s.Cases = append(s.Cases, testcase{Name: "no findings", Classname: "sqlvet." + s.Name})
		}
		s.Tests = len(s.Cases)
		all.Suites = append(all.Suites, *s)
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
	}
	return writeXML(w, all)
}

func writeXML(w io.Writer, document any) error {
	data, err := xml.MarshalIndent(document, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(plain.XML(w), "%s%s\n", xml.Header, data)
	return err
}
