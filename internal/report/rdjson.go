package report

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/sqlvet/sqlvet/internal/plain"
)

// rdPosition is 1-based; columns count bytes.
type rdPosition struct {
	Line   int `json:"line"`
	Column int `json:"column,omitempty"`
}

type rdRange struct {
	Start rdPosition  `json:"start"`
	End   *rdPosition `json:"end,omitempty"` // after the last byte
}

type rdLocation struct {
	Path  string  `json:"path"`
	Range rdRange `json:"range"`
}

type rdNamed struct {
	Name  string `json:"name,omitempty"`
	Value string `json:"value,omitempty"`
	URL   string `json:"url,omitempty"`
}

type rdRelated struct {
	Message  string     `json:"message"`
	Location rdLocation `json:"location"`
}

type rdSuggestion struct {
	Range rdRange `json:"range"`
	Text  string  `json:"text"`
}

type rdDiagnostic struct {
	Message     string         `json:"message"`
	Location    rdLocation     `json:"location"`
	Severity    string         `json:"severity"`
	Source      rdNamed        `json:"source"`
	Code        rdNamed        `json:"code"`
	Suggestions []rdSuggestion `json:"suggestions,omitempty"`
	Related     []rdRelated    `json:"related_locations,omitempty"`
}

// writeRDJSONL prints the Reviewdog Diagnostic Format, a diagnostic a line,
// which reviewdog shows at the changed lines of any code host.
// (github.com/reviewdog/reviewdog/tree/master/proto/rdf)
func writeRDJSONL(w io.Writer, r *Report) error {
	e := json.NewEncoder(plain.JSON(w))
	e.SetEscapeHTML(false)
	for _, f := range r.Findings {
		d := rdDiagnostic{
			Message:     f.Message,
			Location:    rdLocation{r.path(f.Pos.File), rdSpan(f.Pos, f.End)},
			Severity:    level(f.Severity, [3]string{"ERROR", "WARNING", "INFO"}),
			Source:      rdNamed{Name: "sqlvet", URL: "https://github.com/sqlvet/sqlvet"},
			Code:        rdNamed{Value: f.Rule, URL: f.URL},
			Suggestions: rdSuggestions(f),
		}
		for _, rel := range f.Related {
			d.Related = append(d.Related, rdRelated{rel.Message, rdLocation{r.path(rel.Pos.File), rdSpan(rel.Pos, Position{})}})
		}
		if err := e.Encode(d); err != nil {
			return err
		}
	}
	for _, f := range r.Failures {
		// A diagnostic needs a place: the module's file stands for the package.
		d := rdDiagnostic{
			Message:  "sqlvet could not analyse all: " + failureText(f),
			Location: rdLocation{r.path("go.mod"), rdRange{Start: rdPosition{Line: 1}}},
			Severity: "ERROR", Source: rdNamed{Name: "sqlvet", URL: "https://github.com/sqlvet/sqlvet"},
		}
		if err := e.Encode(d); err != nil {
			return err
		}
	}
	return nil
}

func rdSpan(pos, end Position) rdRange {
	span := rdRange{Start: rdPosition{pos.Line, pos.Column}}
	if end.Line > 0 {
		span.End = &rdPosition{end.Line, end.Column}
	}
	return span
}

// rdSuggestions returns the fixes that can be offered at a finding: those of
// one edit in its own file, since a suggestion is the change of one range.
func rdSuggestions(f Finding) []rdSuggestion {
	var list []rdSuggestion
	var text []byte
	for _, fix := range f.Fixes {
		if len(fix.Edits) != 1 || fix.Edits[0].File != f.Pos.File {
			continue
		}
		if text == nil {
			var err error
			if text, err = readSource(f.Pos.File); err != nil {
				return nil
			}
		}
		edit := fix.Edits[0]
		if edit.Start < 0 || edit.End < edit.Start || edit.End > len(text) {
			continue // the file has changed since it was analysed
		}
		end := rdOffset(text, edit.End)
		list = append(list, rdSuggestion{rdRange{rdOffset(text, edit.Start), &end}, edit.New})
	}
	return list
}

// rdOffset returns the position of a byte offset.
func rdOffset(text []byte, offset int) rdPosition {
	before := text[:offset]
	return rdPosition{1 + bytes.Count(before, []byte("\n")), offset - bytes.LastIndexByte(before, '\n')}
}
