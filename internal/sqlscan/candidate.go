package sqlscan

import (
	"sort"
	"strings"
)

// SpanKind says where a byte of a candidate comes from.
type SpanKind uint8

const (
	SpanText    SpanKind = iota // copied from the source
	SpanParam                   // stands for a placeholder of the source
	SpanHole                    // stands for a hole
	SpanWrapper                 // of the statement around a clause; nowhere in the source
)

// A Candidate is one reading of a source: SQL without holes and with no
// placeholder but $n.
type Candidate struct {
	SQL string
	// Exact is false when a hole was guessed to be a run of SQL, so that the
	// real statement may have clauses this one lacks.
	Exact bool
	// Loose holds the offsets in SQL of the holes that were guessed so.
	Loose []int
	spans []span // without gaps, ordered
}

// A span is a run of bytes of the candidate: [at, next span's at).
type span struct {
	at         int
	start, end int // in the source; -1 for a wrapper
	kind       SpanKind
	hole       int // index in Source.Holes; -1 if none
}

// find returns the span of byte off of the candidate, or nil outside it. An
// offset at the very end belongs to the last span.
func (c *Candidate) find(off int) *span {
	if off < 0 || off > len(c.SQL) {
		return nil
	}
	i := sort.Search(len(c.spans), func(i int) bool { return c.spans[i].at > off }) - 1
	if i < 0 {
		return nil
	}
	return &c.spans[i]
}

// Map returns the source offset of byte off of the candidate, -1 for a
// wrapper's byte and for an offset outside it. A byte that stands for a
// placeholder or a hole maps to its start.
func (c *Candidate) Map(off int) int {
	s := c.find(off)
	if s == nil || s.start < 0 {
		return -1
	}
	if s.kind == SpanText {
		return min(s.start+off-s.at, s.end)
	}
	return s.start
}

// Range returns the source range of c.SQL[start:end]. Have ok only if both
// ends lie in the source.
func (c *Candidate) Range(start, end int) (from, to int, ok bool) {
	if start >= end {
		at := c.Map(start)
		return at, at, at >= 0
	}
	a, b := c.find(start), c.find(end-1)
	if a == nil || b == nil || a.start < 0 || b.start < 0 {
		return 0, 0, false
	}
	from, to = c.Map(start), b.end
	if b.kind == SpanText {
		to = c.Map(end-1) + 1
	}
	return from, max(from, to), true
}

// Kind says where byte off of the candidate comes from.
func (c *Candidate) Kind(off int) SpanKind {
	if s := c.find(off); s != nil {
		return s.kind
	}
	return SpanWrapper
}

// HoleIn reports whether a hole gives some of the bytes c.SQL[start:end], and
// the index of the first one.
func (c *Candidate) HoleIn(start, end int) (hole int, ok bool) {
	i := sort.Search(len(c.spans), func(i int) bool { return c.spans[i].at > start }) - 1
	for i = max(i, 0); i < len(c.spans) && c.spans[i].at < end; i++ {
		if c.spans[i].kind == SpanHole {
			return c.spans[i].hole, true
		}
	}
	return -1, false
}

// An edit replaces [start, end) of a source text.
type edit struct {
	start, end int
	text       string
	kind       SpanKind
	hole       int
	loose      bool // text is a guess at a run of SQL
}

// build puts prefix before text and applies edits, which must be ordered, to
// it. An edit that begins inside the one before it is left out.
func build(text, prefix string, edits []edit) Candidate {
	var b strings.Builder
	var c Candidate
	put := func(s string, sp span) {
		if s == "" {
			return
		}
		sp.at = b.Len()
		c.spans = append(c.spans, sp)
		b.WriteString(s)
	}
	put(prefix, span{start: -1, end: -1, kind: SpanWrapper, hole: -1})
	pos := 0
	for _, e := range edits {
		if e.start < pos {
			continue // swallowed by the edit before it
		}
		put(text[pos:e.start], span{start: pos, end: e.start, hole: -1})
		if e.loose {
			c.Loose = append(c.Loose, b.Len())
		}
		put(e.text, span{start: e.start, end: e.end, kind: e.kind, hole: e.hole})
		pos = e.end
	}
	put(text[pos:], span{start: pos, end: len(text), hole: -1})
	c.SQL = b.String()
	return c
}

// The marks of a Pattern.
const (
	AnyPart = "\uFFFC"          // a value, a name, or a part of one
	AnyRun  = AnyPart + AnyPart // a run of SQL, or nothing
)

// Pattern returns the candidate with a mark in the place of each hole, and in
// the place of a guessed run of SQL.
func (c *Candidate) Pattern() string {
	var b strings.Builder
	loose := c.Loose
	mark := func(upTo int) {
		for len(loose) > 0 && loose[0] <= upTo {
			b.WriteString(" " + AnyRun + " ")
			loose = loose[1:]
		}
	}
	for i, s := range c.spans {
		end := len(c.SQL)
		if i+1 < len(c.spans) {
			end = c.spans[i+1].at
		}
		run := len(loose) > 0 && loose[0] == s.at
		mark(s.at)
		switch {
		case s.kind == SpanHole && run: // marked
		case s.kind == SpanHole:
			b.WriteString(AnyPart)
		default:
			b.WriteString(c.SQL[s.at:end])
		}
	}
	mark(len(c.SQL))
	return b.String()
}
