package main

import (
	"path"
	"slices"

	"github.com/sqlvet/sqlvet/internal/report"
)

// Where a finding meets a case, from the best to the least exact.
const (
	atCall  = "call"    // at the call
	inLoop  = "loop"    // between the loop's first line and the call
	byOther = "related" // elsewhere, naming the loop as a related place
)

// ofRule returns the findings of one rule.
func ofRule(findings []report.Finding, rule string) []report.Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f report.Finding) bool { return f.Rule != rule })
}

// meets says where a finding of the case's rule meets the case, "" if it does
// not. Files are relative to the repository.
func meets(c Case, f report.Finding) string {
	here := f.Pos.File == c.LoopFile
	switch line := f.Pos.Line; {
	case here && c.CallLine <= line && line <= c.CallEndLine:
		return atCall
	case here && line == c.LoopLine:
		return inLoop
	case c.Rule != "nplusone":
		// What else lies between Begin and the call is another matter.
		return ""
	case here && c.LoopLine < line && line < c.CallLine:
		return inLoop
	}
	for _, r := range f.Related {
		// The line itself: steps of a path from another loop can lie inside.
		if r.Pos.File == c.LoopFile && r.Pos.Line == c.LoopLine {
			return byOther
		}
	}
	return ""
}

// A before is what the commit with the bug says of a case.
type before struct {
	where    string           // how the best findings meet the case; "" for a miss
	met      []report.Finding // these
	function string           // the function around the loop; "" if none is
	call     string           // the text of the call's first line
	others   []string         // texts of the function's lines that are another matter
}

// judgeBad compares findings of the case's rule in the commit with the bug.
// file is the case's.
func judgeBad(c Case, findings []report.Finding, file *source) before {
	b := before{function: file.function(c.LoopLine), call: file.line(c.CallLine)}
	for _, where := range []string{atCall, inLoop, byOther} {
		for _, f := range findings {
			if meets(c, f) == where {
				b.where = where
				b.met = append(b.met, f)
			}
		}
		if b.where != "" {
			break
		}
	}
	b.others = others(c, b, findings, file)
	return b
}

// others returns the texts of lines of the case's function that a finding may
// stand at after the fix: lines outside the loop as far as the call, reported
// or not, and in it those that were reported beside the case.
func others(c Case, b before, findings []report.Finding, file *source) []string {
	first, last, ok := file.lookup(b.function)
	if !ok {
		return nil
	}
	beside := make(map[int]bool)
	for _, f := range findings {
		if f.Pos.File == c.LoopFile && !slices.ContainsFunc(b.met, func(m report.Finding) bool { return m.Pos == f.Pos }) {
			beside[f.Pos.Line] = true
		}
	}
	var list []string
	for line := first; line <= last; line++ {
		outside := line < c.LoopLine || line > c.CallEndLine
		// The call's own text elsewhere is no excuse, unless it was reported.
		if beside[line] || outside && file.line(line) != b.call {
			list = append(list, file.line(line))
		}
	}
	return list
}

// judgeFix returns the findings of the case's rule that are left at its place
// after the fix: in the same function, but for lines that are another matter.
// If the function is gone, those at a line of its package with the
// call's text. files returns the package's files by name; a fix may move
// functions.
func judgeFix(c Case, b before, findings []report.Finding, files map[string]*source) []report.Finding {
	dir := path.Dir(c.LoopFile)
	findings = slices.DeleteFunc(slices.Clone(findings), func(f report.Finding) bool {
		return files[f.Pos.File] == nil || path.Dir(f.Pos.File) != dir
	})
	name, first, last, ok := find(b.function, c.LoopFile, files)
	others := slices.Clone(b.others)
	var left []report.Finding
	for _, f := range findings {
		text := files[f.Pos.File].line(f.Pos.Line)
		if !ok {
			if text == b.call {
				left = append(left, f)
			}
			continue
		}
		if f.Pos.File != name || f.Pos.Line < first || f.Pos.Line > last {
			continue
		}
		if i := slices.Index(others, text); i >= 0 {
			others = slices.Delete(others, i, i+1)
			continue
		}
		left = append(left, f)
	}
	return left
}

// find returns where a function is, first looking into one file.
func find(function, prefer string, files map[string]*source) (name string, first, last int, ok bool) {
	if function == "" {
		return "", 0, 0, false
	}
	names := []string{prefer}
	for name := range files {
		if name != prefer {
			names = append(names, name)
		}
	}
	slices.Sort(names[1:])
	for _, name := range names {
		if s := files[name]; s != nil {
			if first, last, ok := s.lookup(function); ok {
				return name, first, last, true
			}
		}
	}
	return "", 0, 0, false
}

// judgeNegative returns the findings that should not be there: from the
// loop's line to the last line of the call.
func judgeNegative(n Negative, findings []report.Finding, file *source) []report.Finding {
	end := file.callEnd(n.CallLine)
	return slices.DeleteFunc(slices.Clone(findings), func(f report.Finding) bool {
		return f.Pos.File != n.File || f.Pos.Line < n.Line || f.Pos.Line > end
	})
}
