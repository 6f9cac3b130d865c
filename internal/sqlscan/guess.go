package sqlscan

import (
	"sort"
	"strconv"
	"strings"
)

// maxCandidates bounds how many readings of a source are tried, and
// maxCandidatesLong those of one longer than longText bytes.
const (
	maxCandidates     = 12
	maxCandidatesLong = 3
	longText          = 1 << 16
)

// inString stands for a hole inside a string constant.
const inString = "\uFFFC"

// A Guesser offers the readings of a source, the most plausible first. A
// parser's error leads from one to the next: the hole before the error was
// read wrong.
type Guesser struct {
	r       *rewriter
	slots   []slot
	prefix  string // of the wrapper
	tried   int
	seen    map[string]bool
	current Candidate
}

// A slot is a hole and what it may stand for.
type slot struct {
	hole    int
	options []option
	choice  int
}

// An option is a text that a hole may stand for. Have exact if it is one value
// or one name, so that nothing else of the statement depends on the hole.
type option struct {
	text  string
	exact bool
}

// NewGuesser prepares the readings of src, which is the part frag of a
// statement with the placeholders of style.
func NewGuesser(src Source, frag Fragment, style Style) *Guesser {
	src.Holes = validHoles(src)
	r := newRewriter(src, style)
	r.placeholders()
	g := &Guesser{r: r, seen: map[string]bool{}}
	if len(src.Text) > longText {
		g.tried = maxCandidates - maxCandidatesLong
	}
	if len(r.toks) == 0 || frag == OtherClause {
		g.tried = maxCandidates // nothing known: nothing to read
		return g
	}
	g.prefix = wrapper(frag, r)
	places := r.places()
	for h := range src.Holes {
		if r.taken[h] {
			continue
		}
		p := places[h]
		if p.first && g.prefix != "" {
			p.first, p.clause, p.prevWord = false, clauseOf[frag], wordBefore[frag]
		}
		g.slots = append(g.slots, slot{hole: h, options: r.options(h, p, frag)})
	}
	return g
}

// validHoles returns the holes in order and inside the text.
func validHoles(src Source) []Hole {
	holes := make([]Hole, 0, len(src.Holes))
	for _, h := range src.Holes {
		if h.At >= 0 && h.At <= len(src.Text) {
			holes = append(holes, h)
		}
	}
	sort.SliceStable(holes, func(i, j int) bool { return holes[i].At < holes[j].At })
	return holes
}

// Source returns the source with its holes in order.
func (g *Guesser) Source() Source { return g.r.src }

// First returns the most plausible candidate. It is not ok if the source is
// empty, is nothing but holes, or cannot be read as SQL by itself.
func (g *Guesser) First() (Candidate, bool) {
	if g.tried >= maxCandidates {
		return Candidate{}, false
	}
	c := g.make()
	g.seen[c.SQL] = true
	return c, true
}

// Next returns a candidate that reads differently what stands before the
// error at byte off of the last candidate.
func (g *Guesser) Next(off int) (Candidate, bool) {
	for g.tried < maxCandidates && g.advance(off) {
		if c := g.make(); !g.seen[c.SQL] {
			g.seen[c.SQL] = true
			return c, true
		}
	}
	return Candidate{}, false
}

// advance changes the choice of the hole nearest before off that has one
// left, or else of the nearest after it.
func (g *Guesser) advance(off int) bool {
	pos := g.positions()
	for i := len(g.slots) - 1; i >= 0; i-- {
		if pos[i] <= off && g.bump(i) {
			return true
		}
	}
	for i := range g.slots {
		if g.bump(i) {
			return true
		}
	}
	return false
}

// bump takes the next option of slot i and the first one of the slots behind
// it, whose error may have come from this one.
func (g *Guesser) bump(i int) bool {
	s := &g.slots[i]
	if s.choice+1 >= len(s.options) {
		return false
	}
	s.choice++
	return true
}

// positions returns where each slot begins in the last candidate.
func (g *Guesser) positions() []int {
	pos := make([]int, len(g.slots))
	spans, k := g.current.spans, 0
	for i, s := range g.slots {
		for k < len(spans) && spans[k].start < g.r.src.Holes[s.hole].At {
			k++
		}
		pos[i] = len(g.current.SQL)
		if k < len(spans) {
			pos[i] = spans[k].at
		}
	}
	return pos
}

func (g *Guesser) make() Candidate {
	g.tried++
	exact := true
	edits := append([]edit(nil), g.r.edits...)
	for _, s := range g.slots {
		o := s.options[s.choice]
		at := g.r.src.Holes[s.hole].At
		exact = exact && o.exact
		edits = append(edits, edit{at, at, o.text, SpanHole, s.hole, !o.exact})
	}
	sort.SliceStable(edits, func(i, j int) bool {
		if edits[i].start != edits[j].start {
			return edits[i].start < edits[j].start
		}
		return edits[i].end < edits[j].end // a hole stands before what replaces text behind it
	})
	g.current = build(g.r.src.Text, g.prefix, edits)
	g.current.Exact = exact
	return g.current
}

// options lists what hole h can stand for, the most plausible first.
func (r *rewriter) options(h int, p place, frag Fragment) []option {
	hole := r.src.Holes[h]
	if p.inside >= 0 {
		return r.optionsInside(h, p)
	}
	if r.inComment(hole.At) {
		return []option{{"", true}}
	}
	o := optionList{value: r.newParam(), name: r.holeName(h), fragment: hole.Kind == HoleFragment}
	if glued := r.glued(hole, p); glued {
		o.raw(r.gluedName(h, p), true)
		o.add("", false)
	}
	switch hole.Kind {
	case HoleValue:
		o.asValue(p)
	case HoleIdent:
		o.add(o.name, true)
	}
	o.byPlace(p)
	o.add("", false)
	o.add(o.value, false)
	o.add(o.name, false)
	o.add("TRUE", false)
	o.add("=", false)
	o.add(",", false)
	return o.list
}

func (r *rewriter) inComment(at int) bool {
	i := sort.Search(len(r.comments), func(i int) bool { return r.comments[i].End >= at })
	if i == len(r.comments) || r.comments[i].Start >= at {
		return false
	}
	// A hole at the end of a line comment is still in it.
	return at < r.comments[i].End || r.src.Text[r.comments[i].Start] == '-'
}

// optionsInside is for a hole in the middle of a token.
func (r *rewriter) optionsInside(h int, p place) []option {
	switch t := r.toks[p.inside]; t.Kind {
	case String:
		return []option{{inString, true}}
	case Ident, Quoted, Backquoted:
		return []option{{strings.TrimPrefix(r.holeName(h), "_"), true}}
	}
	return []option{{"", true}}
}

// holeName is the identifier that stands for hole h; holes of one Go
// expression share it.
func (r *rewriter) holeName(h int) string {
	first := h
	for i := 0; i < h && r.src.Holes[h].Name != ""; i++ {
		if r.src.Holes[i].Name == r.src.Holes[h].Name {
			first = i
			break
		}
	}
	return "_hole" + strconv.Itoa(first)
}

// glued reports whether the hole is, first of all, a part of the identifier
// that it touches.
func (r *rewriter) glued(hole Hole, p place) bool {
	left := p.glueLeft && p.prev >= 0 && r.isName(p.prev)
	right := p.glueRight && p.next < len(r.toks) && r.isName(p.next)
	switch {
	case hole.Kind == HoleFragment:
		return false
	case right:
		return true
	case left:
		text := r.text(p.prev)
		return hole.Kind != HoleUnknown || text[len(text)-1] == '_'
	}
	return false
}

func (r *rewriter) isName(i int) bool {
	return r.toks[i].Kind == Ident && !keywords[lower(r.text(i))]
}

func (r *rewriter) gluedName(h int, p place) string {
	name := r.holeName(h)
	if p.glueLeft && p.prev >= 0 && r.isName(p.prev) {
		return name[1:]
	}
	return name + "_"
}

// optionList collects distinct options.
type optionList struct {
	list        []option
	value, name string
	fragment    bool // nothing but an empty hole in a list is exact
}

func (o *optionList) raw(text string, exact bool) {
	for _, have := range o.list {
		if have.text == text {
			return
		}
	}
	o.list = append(o.list, option{text, exact})
}

// add adds text with spaces around it, so that it stays a token of its own.
func (o *optionList) add(text string, exact bool) {
	if text != "" {
		text = " " + text + " "
	}
	o.raw(text, exact && !o.fragment)
}

func (o *optionList) asValue(p place) {
	if p.clause == "values" && p.prevWord == "values" || p.prevWord == "in" {
		o.add("("+o.value+")", true)
	}
	o.add(o.value, true)
	o.add("1", true)
	o.add(o.name, true)
}
