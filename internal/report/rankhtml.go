package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/sqlvet/sqlvet/internal/observed"
	"github.com/sqlvet/sqlvet/internal/plain"
	"github.com/sqlvet/sqlvet/internal/plans"
)

var (
	//go:embed page/rank.html
	rankHTML string
	//go:embed page/rank.css
	rankCSS string
	//go:embed page/rank.js
	rankJS string

	rankTemplate = template.Must(template.New("rank").Parse(rankHTML))
)

// A rankPage is what the template shows.
type rankPage struct {
	*RankDocument
	Heading, Version string
	Lines            []rankLine // with a place, then without
	Queries, ByTable []rankBar
	Failed           []string
	CSS              template.CSS
	JS               template.JS
}

// A rankLine is a row with all that its details show.
type rankLine struct {
	RankRow
	Number                        int
	Name                          string // the place, or "no line"
	More                          int    // places beside the first
	TimeText, MeanText, P95Text   string
	CallsText, ShareText, MaxText string
	RowsText                      string
	Percent                       float64
	Sources                       []rankSource
	PlanLines                     []planLine
	Said                          []string // of loops
	Advice                        []string // indexes
	Sent                          string
	Seen                          []observed.Count
}

// A rankSource is an excerpt of the source at a place.
type rankSource struct {
	Pos   string
	Func  string
	Lines []htmlLine
}

// A rankBar is a bar of a chart.
type rankBar struct {
	Name, Text string
	Percent    float64 // of the longest one
	Target     string  // the row's anchor; "" if none
}

// maxBars is how many bars a chart has, maxSources how many places of a row
// are shown with their source, maxOthers how many statements without a place
// are: JSON has all.
const (
	maxOthers  = 200
	maxBars    = 12
	maxSources = 5
)

// WriteHTML prints one page that needs nothing else: no network, no files
// beside it. Without scripts it is readable, in the order of time.
func (d *RankDocument) WriteHTML(w io.Writer, version string) error {
	p := rankPage{RankDocument: d, Heading: d.heading(), Version: version, CSS: template.CSS(pageCSS + rankCSS), JS: template.JS(rankJS)}
	for _, f := range d.Failures {
		p.Failed = append(p.Failed, failureText(f))
	}
	var src sources
	longest := 0.0
	for _, list := range [][]RankRow{d.Rows, d.Others} {
		for _, r := range list {
			longest = max(longest, r.Time)
		}
	}
	for i, r := range d.Rows {
		p.Lines = append(p.Lines, newRankLine(&src, r, i+1, longest))
	}
	for i, r := range d.Others[:min(len(d.Others), maxOthers)] {
		p.Lines = append(p.Lines, newRankLine(&src, r, len(d.Rows)+i+1, longest))
	}
	for _, l := range p.Lines[:min(len(d.Rows), maxBars)] {
		p.Queries = append(p.Queries, rankBar{l.Name, l.TimeText + ", " + l.ShareText, l.Percent, fmt.Sprintf("#r%d", l.Number)})
	}
	for _, t := range d.Tables[:min(len(d.Tables), maxBars)] {
		p.ByTable = append(p.ByTable, rankBar{t.Name, Milliseconds(t.Time) + ", " + share(t.Share), 100 * t.Time / max(d.Tables[0].Time, 1e-9), ""})
	}
	return writePage(w, rankTemplate, p)
}

func newRankLine(src *sources, r RankRow, number int, longest float64) rankLine {
	l := rankLine{
		RankRow: r, Number: number, Name: "no line of the program", More: max(len(r.Places)-1, 0), Percent: 100 * r.Time / max(longest, 1e-9),
		TimeText: Milliseconds(r.Time), MeanText: Milliseconds(r.Mean), P95Text: "–", MaxText: "–", CallsText: plans.Number(float64(r.Calls)), ShareText: share(r.Share),
		PlanLines: planLines(r.Plan), Sent: strings.TrimSpace(r.Sample), RowsText: "–", Seen: r.Applications,
	}
	if r.P95 > 0 {
		l.P95Text = Milliseconds(r.P95)
	}
	if r.Max > 0 {
		l.MaxText = Milliseconds(r.Max)
	}
	if r.Rows != nil {
		l.RowsText = plans.Number(float64(*r.Rows))
	}
	for i, place := range r.Places {
		if i == 0 {
			l.Name = fmt.Sprintf("%s:%d", place.Pos.File, place.Pos.Line)
		}
		s := rankSource{Pos: place.Pos.String(), Func: place.Func}
		if i < maxSources {
			s.Lines = src.excerpt(place.Pos, place.End)
		}
		l.Sources = append(l.Sources, s)
	}
	for _, m := range r.Loops {
		l.Said = append(l.Said, m.String())
	}
	for _, x := range r.Indexes {
		l.Advice = append(l.Advice, plain.Text(x.String()))
	}
	return l
}
