package report

import (
	"cmp"
	_ "embed"
	"html/template"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/plain"
)

var (
	//go:embed page/page.html
	pageHTML string
	//go:embed page/page.css
	pageCSS string
	//go:embed page/page.js
	pageJS string

	pageTemplate = template.Must(template.New("page").Parse(pageHTML))
)

// contextLines is how many lines the page shows before and after a finding's.
const contextLines = 3

// An htmlPage is what the template shows.
type htmlPage struct {
	*Report
	Total, Packages, Looked string
	Failures                []string
	Facets                  []facet
	Groups                  []htmlGroup
	CSS                     template.CSS
	JS                      template.JS
}

// A facet is a way to filter.
type facet struct {
	Name, Title string
	Values      []facetValue
}

type facetValue struct {
	Name, Short string
	Count       int
}

type htmlGroup struct {
	Name     string
	Findings []htmlFinding
}

type htmlFinding struct {
	Finding
	Kind      string // the category, if it says more than the rule
	Likely    bool
	TableList string // Tables, a line each
	Query     *marked
	PlanLines []planLine
	Lines     []htmlLine
	Fixes     []htmlFix
}

// marked is a text with a part that stands out.
type marked struct{ Before, Marked, After string }

// planLine is a node of a plan, or what is said of one.
type planLine struct {
	Text   string
	Guilty bool
}

func planLines(plan string) (out []planLine) {
	for line := range strings.Lines(plan) {
		text := strings.TrimRight(line, "\n")
		out = append(out, planLine{strings.TrimPrefix(text, "! "), strings.HasPrefix(text, "! ")})
		if last := &out[len(out)-1]; !last.Guilty {
			last.Text = strings.TrimPrefix(text, "  ")
		}
	}
	return out
}

type htmlLine struct {
	Number int
	Hit    bool // part of the finding
	marked
}

type htmlFix struct {
	Message string
	Lines   []diffLine
}

type diffLine struct{ Class, Text string }

// writeHTML prints one page that needs nothing else: no network, no files
// beside it. Without scripts it is readable, grouped by rule.
func writeHTML(w io.Writer, r *Report) error {
	p := htmlPage{
		Report: r, CSS: template.CSS(pageCSS), JS: template.JS(pageJS),
		Total: Count(len(r.Findings), "finding"), Packages: Count(r.Stats.Packages, "package"),
	}
	_, p.Looked, _ = strings.Cut(strings.TrimSuffix(Summary(nil, r.Stats, false), "\n"), "\n")
	for _, f := range r.Failures {
		p.Failures = append(p.Failures, failureText(f))
	}
	p.Facets = facets(r.Findings)
	var src sources
	byRule := make(map[string]*htmlGroup)
	for _, f := range r.Findings {
		g := byRule[f.Rule]
		if g == nil {
			g = &htmlGroup{Name: f.Rule}
			byRule[f.Rule] = g
		}
		g.Findings = append(g.Findings, newHTMLFinding(r, &src, f))
	}
	for _, g := range byRule {
		p.Groups = append(p.Groups, *g)
	}
	slices.SortFunc(p.Groups, func(a, b htmlGroup) int {
		return cmp.Or(len(b.Findings)-len(a.Findings), strings.Compare(a.Name, b.Name))
	})
	return writePage(w, pageTemplate, p)
}

// facets counts the findings by what a reader may want to see alone. A facet
// with one value says nothing.
func facets(findings []Finding) []facet {
	list := []struct {
		facet
		of func(Finding) []string
	}{
		{facet{Name: "severity", Title: "Severity"}, func(f Finding) []string { return []string{string(f.Severity)} }},
		{facet{Name: "rule", Title: "Rule"}, func(f Finding) []string { return []string{f.Rule} }},
		{facet{Name: "table", Title: "Table"}, func(f Finding) []string { return f.Tables }},
		{facet{Name: "package", Title: "Package"}, func(f Finding) []string { return []string{f.Package} }},
	}
	var out []facet
	for _, l := range list {
		counts := make(map[string]int)
		for _, f := range findings {
			for _, v := range l.of(f) {
				counts[v]++
			}
		}
		if len(counts) < 2 {
			continue
		}
		names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
			return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
		})
		common := ""
		if l.Name == "package" {
			common = commonFolder(names)
		}
		for _, n := range names {
			l.Values = append(l.Values, facetValue{n, cmp.Or(strings.TrimPrefix(n, common), n), counts[n]})
		}
		out = append(out, l.facet)
	}
	return out
}

// commonFolder returns the path, with a slash at its end, that all paths
// start with.
func commonFolder(paths []string) string {
	common := paths[0] + "/"
	for _, p := range paths {
		for !strings.HasPrefix(p+"/", common) {
			common = path.Dir(strings.TrimSuffix(common, "/")) + "/"
			if common == "./" || common == "//" {
				return ""
			}
		}
	}
	return common
}

func newHTMLFinding(r *Report, src *sources, f Finding) htmlFinding {
	out := htmlFinding{Finding: f, Likely: f.Confidence == config.Likely, TableList: strings.Join(f.Tables, "\n")}
	if f.Category != f.Rule {
		out.Kind = f.Category
	}
	out.Query, out.PlanLines = query(f.SQL), planLines(f.Plan)
	out.Lines = src.excerpt(f.Pos, f.End)
	for _, fix := range f.Fixes {
		out.Fixes = append(out.Fixes, htmlFix{fix.Message, diff(src, fix)})
	}
	out.Pos.File = r.path(f.Pos.File)
	out.Related = slices.Clone(f.Related)
	for i := range out.Related {
		out.Related[i].Pos.File = r.path(out.Related[i].Pos.File)
	}
	return out
}

// writePage executes a template. What is put into a page is made fit to be shown
// with it as a whole.
func writePage(w io.Writer, page *template.Template, data any) error {
	var b strings.Builder
	if err := page.Execute(&b, data); err != nil {
		return err
	}
	_, err := io.WriteString(w, plain.Lines(b.String()))
	return err
}

// excerpt returns the lines around those from pos to end, which are marked. An
// end in another file is that of the line.
func (s *sources) excerpt(pos, end Position) (out []htmlLine) {
	file := s.file(pos.File)
	last := pos.Line
	if end.File == pos.File {
		last = max(last, end.Line)
	}
	for n := max(1, pos.Line-contextLines); n <= min(len(file.lines), last+contextLines); n++ {
		text := strings.TrimSuffix(file.lines[n-1], "\r")
		pos, end := pos, end
		if len(text) > longLine {
			text, pos, end = window(text, n, pos, end)
		}
		line := htmlLine{Number: n, Hit: pos.Line <= n && n <= last, marked: marked{Before: plain.Line(text)}}
		if line.Hit {
			from, to := len(text)-len(strings.TrimLeft(text, " \t")), len(text)
			if n == pos.Line && pos.Column > 0 {
				from = pos.Column - 1
			}
			if n == end.Line && end.Column > 0 && end != pos {
				to = end.Column - 1
			}
			line.marked = mark(text, from, to)
		}
		out = append(out, line)
	}
	return out
}

// mark cuts a text at two byte offsets, wherever they are.
func mark(text string, from, to int) marked {
	from = min(max(from, 0), len(text))
	to = min(max(to, from), len(text))
	return marked{plain.Lines(text[:from]), plain.Lines(text[from:to]), plain.Lines(text[to:])}
}

// query returns a query as it is shown: without the indentation of the Go
// code around it. A query that is at fault as a whole has no mark.
func query(sql *SQL) *marked {
	if sql == nil || strings.TrimSpace(sql.Text) == "" {
		return nil
	}
	m := mark(sql.Text, sql.Start, sql.End)
	if strings.TrimSpace(m.Before+m.After) == "" {
		m = marked{After: plain.Lines(sql.Text)}
	}
	indent := indentation(sql.Text)
	cut := func(s string) string { return strings.ReplaceAll(s, "\n"+indent, "\n") }
	m = marked{cut(m.Before), cut(m.Marked), cut(m.After)}
	if m.Before != "" {
		m.Before = strings.TrimLeft(m.Before, "\n")
	} else {
		m.After = strings.TrimLeft(m.After, "\n")
	}
	m.After = strings.TrimRight(m.After, " \t\n")
	return &m
}

// Dedented returns the text without the indentation of the Go code around it,
// and without blank lines at both ends.
func (s *SQL) Dedented() string {
	text := strings.ReplaceAll(s.Text, "\n"+indentation(s.Text), "\n")
	return strings.TrimRight(strings.TrimLeft(text, "\n"), " \t\n")
}

// indentation returns the white space that every line but the first starts
// with; blank lines do not count.
func indentation(text string) string {
	indent, first := "", true
	for i, line := range strings.Split(text, "\n") {
		if i == 0 || strings.TrimSpace(line) == "" {
			continue
		}
		own := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		if first {
			indent, first = own, false
		}
		for !strings.HasPrefix(own, indent) {
			indent = indent[:len(indent)-1]
		}
	}
	return indent
}

// diff returns the lines that a fix changes, before and after, without the
// indentation that they share.
func diff(src *sources, fix Fix) []diffLine {
	var out []diffLine
	for i, e := range fix.Edits {
		file := src.file(e.File)
		text := strings.Join(file.lines, "\n")
		if e.Start < 0 || e.Start > e.End || e.End > len(text) {
			continue // the file is another one by now
		}
		if i > 0 {
			out = append(out, diffLine{"", "…"})
		}
		from := strings.LastIndexByte(text[:e.Start], '\n') + 1
		to := e.End
		if n := strings.IndexByte(text[e.End:], '\n'); n >= 0 {
			to += n
		} else {
			to = len(text)
		}
		// Have: whole lines, but of long ones what is around the edit.
		from, to = max(from, e.Start-longLine), min(to, e.End+longLine)
		before, after := text[from:to], text[from:e.Start]+e.New+text[e.End:to]
		indent := indentation("\n" + before + "\n" + after)
		for _, side := range []struct{ class, sign, text string }{{"del", "- ", before}, {"add", "+ ", after}} {
			for line := range strings.SplitSeq(side.text, "\n") {
				out = append(out, diffLine{side.class, side.sign + plain.Line(strings.TrimPrefix(line, indent))})
			}
		}
	}
	return out
}
