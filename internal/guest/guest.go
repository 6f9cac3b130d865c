// Package guest adapts analyzers to programs that run other people's
// analyzers besides: golangci-lint and gopls. It answers what such a program
// would do wrong with a diagnostic of ours, and says it in another way.
//
// It decides nothing about findings.
package guest

import (
	"fmt"
	"go/token"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/passes/suppress"
)

// A Host says what the program does.
type Host struct {
	Nolint    bool // applies //nolint itself, and blames comments that match nothing
	NoRelated bool // makes findings of their own of related places
	ShowsRule bool // prints the analyzer's name beside each message
}

// Analyzers returns the analyzers and all that they require, made anew: no
// variable of the process changes.
//
// No host knows files other than Go's: a finding in an embedded .sql file is
// reported at the call that sends the text, with the place in its message.
func (h Host) Analyzers(list []*analysis.Analyzer) []*analysis.Analyzer {
	made := make(map[*analysis.Analyzer]*analysis.Analyzer)
	var copied func(a *analysis.Analyzer) *analysis.Analyzer
	copied = func(a *analysis.Analyzer) *analysis.Analyzer {
		if c, ok := made[a]; ok {
			return c
		}
		c := *a
		c.Requires = make([]*analysis.Analyzer, len(a.Requires))
		for i, r := range a.Requires {
			c.Requires[i] = copied(r)
		}
		c.Run = func(pass *analysis.Pass) (any, error) { return h.run(a, c.Requires, pass) }
		made[a] = &c
		return &c
	}
	out := make([]*analysis.Analyzer, len(list))
	for i, a := range list {
		out[i] = copied(a)
	}
	return out
}

// run runs the analyzer a on the pass of its copy, whose requirements are
// copies too, in the order of a's.
func (h Host) run(a *analysis.Analyzer, requires []*analysis.Analyzer, pass *analysis.Pass) (any, error) {
	p := *pass
	p.Analyzer = a
	p.ResultOf = make(map[*analysis.Analyzer]any, len(requires))
	for i, r := range requires {
		p.ResultOf[a.Requires[i]] = pass.ResultOf[r]
	}
	p.Report = func(d analysis.Diagnostic) {
		if d, ok := h.adapt(pass, a.Name, d); ok {
			pass.Report(d)
		}
	}
	result, err := a.Run(&p)
	if s, ok := result.(*suppress.Result); ok && h.Nolint {
		s.DropNolint()
	}
	return result, err
}

// adapt returns d as the host can show it; false if it cannot.
func (h Host) adapt(pass *analysis.Pass, rule string, d analysis.Diagnostic) (analysis.Diagnostic, bool) {
	own := func(pos token.Pos) bool {
		// What cmd/cgo made of a file has any name, but says which file that is.
		return strings.HasSuffix(pass.Fset.PositionFor(pos, false).Filename, ".go") ||
			strings.HasSuffix(pass.Fset.Position(pos).Filename, ".go")
	}
	var related []analysis.RelatedInformation
	for _, r := range d.Related {
		if own(r.Pos) {
			related = append(related, r)
		}
	}
	d.Related = related
	if !own(d.Pos) {
		if len(related) == 0 {
			return d, false
		}
		at := pass.Fset.Position(d.Pos)
		d.Message = fmt.Sprintf("%s:%d:%d: %s", filepath.Base(at.Filename), at.Line, at.Column, d.Message)
		d.Pos, d.End, d.Related = related[0].Pos, related[0].End, related[1:]
	}
	var fixes []analysis.SuggestedFix
	for _, fix := range d.SuggestedFixes {
		whole := true
		for _, e := range fix.TextEdits {
			whole = whole && own(e.Pos)
		}
		if whole {
			fixes = append(fixes, fix)
		}
	}
	d.SuggestedFixes = fixes
	if h.NoRelated {
		d.Related = nil
	}
	if h.ShowsRule {
		d.Message = strings.TrimSuffix(d.Message, " ["+rule+"]")
	}
	return d, true
}
