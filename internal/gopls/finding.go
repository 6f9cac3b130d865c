package gopls

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/sqlvet/sqlvet/internal/filetree"
	"github.com/sqlvet/sqlvet/internal/report"
)

// A finding is one of sqlvet's, with positions in lines and bytes: whether
// columns are bytes or UTF-16 units is for the client to say.
type finding struct {
	rule, category, message, url string

	path    string // absolute
	span    span
	related []place
	fixes   []fix
}

type place struct {
	path    string
	span    span
	message string
}

type fix struct {
	title string
	edits []edit
}

type edit struct {
	path string
	span span
	text string
}

// A span is a range of one file.
type span struct{ start, end point }

// A point is a place in a line.
type point struct {
	line int    // 0-based
	head string // what stands before it on the line
}

func (p point) position(inBytes bool) position {
	if inBytes {
		return position{p.line, len(p.head)}
	}
	n := 0
	for _, r := range p.head {
		n++
		if r >= 0x10000 {
			n++ // two UTF-16 units
		}
	}
	return position{p.line, n}
}

func (s span) textRange(inBytes bool) textRange {
	return textRange{s.start.position(inBytes), s.end.position(inBytes)}
}

// diagnostic returns the finding as it goes to the client.
func (f *finding) diagnostic(inBytes bool) diagnostic {
	d := diagnostic{
		Range:    f.span.textRange(inBytes),
		Severity: severityWarning,
		Code:     f.category,
		Link:     &href{f.url},
		Source:   f.rule,
		Message:  f.message,
	}
	for _, r := range f.related {
		d.Related = append(d.Related, relatedInformation{
			Location: location{fileURI(r.path), r.span.textRange(inBytes)},
			Message:  r.message,
		})
	}
	return d
}

// actions returns the fixes that the client asked for. Those of files with
// unsaved changes are left out: they are for what was saved.
func (p *proxy) actions(params *codeActionParams) []codeAction {
	path := filePath(params.TextDocument.URI)
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []codeAction
	all := codeAction{Title: "Apply all fixes of sqlvet", Kind: sourceFixAll}
	var spans []textRange
	for _, f := range p.findings(path) {
		for i, fix := range f.fixes {
			edits, ok := p.edits(fix)
			if !ok {
				continue
			}
			if d := f.diagnostic(p.bytes); params.wants(quickFix) && d.Range.touches(params.Range) {
				list = append(list, codeAction{fix.title, quickFix, []diagnostic{d}, workspaceEdit{edits}})
			}
			if i > 0 || len(edits) != 1 || overlaps(edits, &spans) {
				continue // an alternative, not of this file alone, or in the way of another
			}
			if all.Edit.Changes == nil {
				all.Edit.Changes = make(map[string][]textEdit)
			}
			for uri, es := range edits {
				all.Edit.Changes[uri] = append(all.Edit.Changes[uri], es...)
			}
		}
	}
	if params.wants(sourceFixAll) && all.Edit.Changes != nil {
		list = append(list, all)
	}
	return list
}

// edits returns the edits of the fix by document; false if one of them has
// unsaved changes. The caller holds mu.
func (p *proxy) edits(f fix) (map[string][]textEdit, bool) {
	edits := make(map[string][]textEdit)
	for _, e := range f.edits {
		uri := fileURI(e.path)
		if d := p.docs[e.path]; d != nil {
			if d.dirty {
				return nil, false
			}
			uri = d.uri
		}
		edits[uri] = append(edits[uri], textEdit{e.span.textRange(p.bytes), e.text})
	}
	return edits, len(edits) > 0
}

// overlaps reports whether one of the edits touches one of spans, to which it
// adds those that do not.
func overlaps(edits map[string][]textEdit, spans *[]textRange) bool {
	for _, list := range edits {
		for _, e := range list {
			if slices.ContainsFunc(*spans, e.Range.touches) {
				return true
			}
		}
		for _, e := range list {
			*spans = append(*spans, e.Range)
		}
	}
	return false
}

// analyse runs this program on the package in dir. Nil if it cannot be
// analysed: gopls says why, most often an error of types.
func analyse(exe, dir string) []finding {
	cmd := exec.Command(exe, "-json", ".")
	cmd.Dir = dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.Run() // the exit code says whether there are findings
	var doc report.Document
	if err := json.Unmarshal(stdout.Bytes(), &doc); err != nil {
		fmt.Fprintf(os.Stderr, "sqlvet: analysing %s: %s\n", dir, last(stderr.String(), 1000))
		return nil
	}
	files := make(texts)
	var list []finding
	for _, f := range doc.Findings {
		list = append(list, files.finding(dir, f))
	}
	return list
}

// texts holds the files that findings are in, as lines.
type texts map[string][][]byte

// finding resolves the positions of a finding that a run in dir reported.
func (t texts) finding(dir string, f report.Finding) finding {
	path := absolute(dir, f.Pos.File)
	out := finding{
		rule: f.Rule, category: f.Category, message: f.Message, url: f.URL,
		path: path, span: t.span(path, f.Pos, f.End),
	}
	for _, r := range f.Related {
		path := absolute(dir, r.Pos.File)
		out.related = append(out.related, place{path, t.span(path, r.Pos, r.Pos), r.Message})
	}
	for _, x := range f.Fixes {
		made := fix{title: x.Message}
		for _, e := range x.Edits {
			path := absolute(dir, e.File)
			made.edits = append(made.edits, edit{path, span{t.offset(path, e.Start), t.offset(path, e.End)}, e.New})
		}
		out.fixes = append(out.fixes, made)
	}
	return out
}

func absolute(dir, file string) string {
	if filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(dir, file)
}

func (t texts) lines(path string) [][]byte {
	lines, ok := t[path]
	if !ok {
		data, _ := filetree.Read("", path, filetree.MaxText) // gone: no lines
		lines = bytes.SplitAfter(data, []byte("\n"))
		t[path] = lines
	}
	return lines
}

// span returns the range between two positions of a report, of which the end
// may be missing.
func (t texts) span(path string, pos, end report.Position) span {
	s := span{start: t.point(path, pos)}
	if s.end = s.start; end.Line >= pos.Line {
		s.end = t.point(path, end)
	}
	return s
}

func (t texts) point(path string, pos report.Position) point {
	lines := t.lines(path)
	line, column := max(pos.Line-1, 0), max(pos.Column-1, 0)
	if line >= len(lines) {
		return point{line: line}
	}
	return point{line, head(lines[line], column)}
}

// offset returns the point at a byte offset of the file.
func (t texts) offset(path string, offset int) point {
	lines := t.lines(path)
	for i, line := range lines {
		if offset < len(line) || i == len(lines)-1 {
			return point{i, head(line, offset)}
		}
		offset -= len(line)
	}
	return point{}
}

// head returns the first n bytes of the line, without its end.
func head(line []byte, n int) string {
	return string(bytes.TrimRight(line[:min(n, len(line))], "\r\n"))
}
