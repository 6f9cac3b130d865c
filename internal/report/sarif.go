package report

import (
	"encoding/json"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"unicode/utf8"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/sqlvet/sqlvet/internal/plain"
)

// writeSARIF prints a SARIF 2.1.0 log, which GitHub code scanning and editors
// read.
func writeSARIF(w io.Writer, r *Report) error {
	s := &sarifWriter{report: r}
	run := sarif.NewRunWithInformationURI("sqlvet", "https://github.com/sqlvet/sqlvet")
	run.WithColumnKind("unicodeCodePoints")
	driver := run.Tool.Driver
	driver.Version = new(r.Version)
	driver.FullName = new("sqlvet " + r.Version)
	index := make(map[string]int)
	for i, rule := range r.Rules {
		index[rule.Name] = i
		driver.Rules = append(driver.Rules, sarifRule(rule))
	}
	for _, f := range r.Findings {
		result := s.result(f)
		if i, ok := index[f.Rule]; ok {
			result.WithRuleIndex(i)
		}
		run.AddResult(result)
	}
	done := sarif.NewInvocation()
	success := len(r.Failures) == 0
	done.ExecutionSuccessful = &success
	for _, f := range r.Failures {
		note := sarif.NewNotification()
		note.Level = sarif.LevelError
		note.Message = sarif.NewTextMessage(failureText(f))
		done.ToolExecutionNotifications = append(done.ToolExecutionNotifications, note)
	}
	run.AddInvocation(done)
	e := json.NewEncoder(plain.JSON(w))
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(sarif.NewReport().AddRun(run))
}

func sarifRule(rule Rule) *sarif.ReportingDescriptor {
	d := sarif.NewRule(rule.Name)
	d.Name = new(rule.Name)
	d.HelpURI = new(rule.URL)
	d.ShortDescription = &sarif.MultiformatMessageString{Text: new(rule.Title)}
	d.FullDescription = &sarif.MultiformatMessageString{Text: new(rule.Title)}
	if rule.Page != "" {
		d.Help = &sarif.MultiformatMessageString{Text: new(rule.Page)}
	}
	d.DefaultConfiguration = sarif.NewReportingConfiguration()
	d.Properties = sarif.NewPropertyBag().WithTags([]string{"performance", "database"})
	return d
}

// A sarifWriter turns findings into results.
type sarifWriter struct {
	report *Report
	src    sources
}

func (s *sarifWriter) result(f Finding) *sarif.Result {
	result := sarif.NewRuleResult(f.Rule).
		WithLevel(level(f.Severity, [3]string{sarif.LevelError, sarif.LevelWarning, sarif.LevelNote})).
		WithMessage(sarif.NewTextMessage(f.Message)).
		// GitHub knows a result again by the first of these.
		WithPartialFingerprints(map[string]string{"primaryLocationLineHash": f.Fingerprint + ":1", "sqlvet/v1": f.Fingerprint})
	at := s.location(f.Pos, f.End, "")
	if f.Func != "" {
		at.LogicalLocations = append(at.LogicalLocations, &sarif.LogicalLocation{
			FullyQualifiedName: new(f.Package + "." + f.Func), Index: -1, ParentIndex: -1,
		})
	}
	result.AddLocation(at)
	for i, rel := range f.Related {
		loc := s.location(rel.Pos, rel.Pos, rel.Message)
		loc.ID = i + 1
		result.AddRelatedLocation(loc)
	}
	for _, fix := range f.Fixes {
		result.AddFixe(s.fix(fix))
	}
	bag := sarif.NewPropertyBag().Add("category", f.Category).Add("confidence", string(f.Confidence))
	if len(f.Tables) > 0 {
		bag.Add("tables", f.Tables)
	}
	if f.SQL != nil {
		bag.Add("sql", f.SQL.Text)
	}
	return result.WithProperties(bag)
}

func (s *sarifWriter) location(from, to Position, message string) *sarif.Location {
	place := sarif.NewPhysicalLocation()
	place.ArtifactLocation = s.artifact(from.File)
	if from.Line > 0 {
		region := sarif.NewRegion()
		region.StartLine = new(from.Line)
		if from.Column > 0 {
			region.StartColumn = new(s.column(from))
		}
		if to.File == from.File && to.Line >= from.Line && to.Column > 0 && to != from {
			region.EndLine, region.EndColumn = new(to.Line), new(s.column(to))
		}
		place.Region = region
	}
	loc := sarif.NewLocationWithPhysicalLocation(place)
	if message != "" {
		loc.Message = sarif.NewTextMessage(message)
	}
	return loc
}

func (s *sarifWriter) artifact(file string) *sarif.ArtifactLocation {
	name := s.report.path(file)
	u := url.URL{Path: name}
	a := sarif.NewArtifactLocation()
	if filepath.IsAbs(file) {
		u.Scheme = "file"
	} else {
		a.URIBaseID = new("%SRCROOT%")
	}
	a.URI = new(u.String())
	return a
}

// fix has one change a file.
func (s *sarifWriter) fix(fix Fix) *sarif.Fix {
	out := sarif.NewFix()
	out.Description = sarif.NewTextMessage(fix.Message)
	var files []string
	for _, e := range fix.Edits {
		if !slices.Contains(files, e.File) {
			files = append(files, e.File)
		}
	}
	for _, file := range files {
		change := sarif.NewArtifactChange()
		change.ArtifactLocation = s.artifact(file)
		for _, e := range fix.Edits {
			if e.File != file {
				continue
			}
			from, to := s.src.file(file).position(e.Start), s.src.file(file).position(e.End)
			from.File, to.File = file, file
			region := sarif.NewRegion()
			region.StartLine, region.StartColumn = new(from.Line), new(s.column(from))
			region.EndLine, region.EndColumn = new(to.Line), new(s.column(to))
			replacement := sarif.NewReplacement()
			replacement.DeletedRegion = region
			replacement.InsertedContent = &sarif.ArtifactContent{Text: new(e.New)}
			change.Replacements = append(change.Replacements, replacement)
		}
		out.ArtifactChanges = append(out.ArtifactChanges, change)
	}
	return out
}

// column returns the 1-based column of a place in code points.
func (s *sarifWriter) column(p Position) int {
	lines := s.src.file(p.File).lines
	if p.Line < 1 || p.Line > len(lines) {
		return max(p.Column, 1)
	}
	line := lines[p.Line-1]
	return utf8.RuneCountInString(line[:min(max(p.Column-1, 0), len(line))]) + 1
}
