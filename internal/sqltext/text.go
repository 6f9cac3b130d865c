// Package sqltext turns a Go expression into the SQL text it evaluates to:
// bytes that are known, each mapped back to its place in the Go source, and
// holes for what is not known. Text is followed through constants, variables,
// concatenation, formatting, builders, branches, helper functions, struct
// fields, maps and embedded files.
//
// It knows Go, not SQL: what a text means is for sqlmodel, which calls hand
// text to a database is for package querysites. What it cannot follow becomes
// a hole, never a guess.
package sqltext

import (
	"go/ast"
	"go/token"
	"strings"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// A Text is one string that an expression may evaluate to. Texts are
// immutable; the empty Text is the empty string.
type Text struct {
	pieces []piece
	// opened is set if the text begins with what a caller hands over, of
	// which nothing is known here.
	opened *opening
	// besides is set for what a call sends besides the statement that it finishes.
	besides bool
	when    guard
	// sender is the call of another package that sends it, which is handed what
	// this one has begun: see ChainSummary; "" if it is sent here.
	sender string
}

// Besides reports whether a call sends the text besides the statement that it
// finishes: for a relation, or where a row was not there.
func (t *Text) Besides() bool { return t.besides }

// Sender says which call of another package sends the text, as
// ChainSummary.Sender does; "" if it is sent where it is found.
func (t *Text) Sender() string { return t.sender }

// Assumed reports whether the text is a statement that a caller began, in a
// way that is not known.
func (t *Text) Assumed() bool { return t.opened != nil }

// A piece is either a run of known bytes or a hole.
type piece struct {
	text   string
	hole   *hole // nil for known bytes
	from   origin
	bind   bool // a parameter, of which text is "?"
	stands standIn
	value  ast.Expr // what is bound to a parameter, nil if it is no expression
}

// An origin says where the bytes of a piece stand in the source. Either they
// are part of a literal or an embedded file, byte by byte, or all of them
// come from one expression (a constant of another package, say).
type origin struct {
	lit    *ast.BasicLit // bytes start at offset off of the literal's value
	file   *token.File   // the file of lit
	off    int
	base   token.Pos // embedded file: position of its byte off
	pos    token.Pos // otherwise: the range that all bytes share
	end    token.Pos
	shared bool // the literal is reached through a name that has other uses
	made   bool // a library writes the bytes, not the program
	format bool // the literal is a format: % stands for itself only as %%
}

// slice returns the origin of the bytes from n on.
func (o origin) slice(n int) origin {
	if o.lit != nil || o.base.IsValid() {
		o.off += n
	}
	return o
}

func (o origin) same(p origin) bool {
	return o.lit == p.lit && o.off == p.off && o.base == p.base && o.pos == p.pos
}

// at returns the position of the n-th byte.
func (o origin) at(n int) token.Pos {
	switch {
	case o.lit != nil:
		return litPos(o.file, o.lit, o.off+n)
	case o.base.IsValid():
		return o.base + token.Pos(o.off+n)
	}
	return o.pos
}

// after returns the position just behind the n-th byte.
func (o origin) after(n int) token.Pos {
	switch {
	case o.lit != nil:
		return litPos(o.file, o.lit, o.off+n+1)
	case o.base.IsValid():
		return o.base + token.Pos(o.off+n+1)
	}
	return o.end
}

// Source returns the text in the form that package sqlmodel reads.
func (t *Text) Source() sqlscan.Source {
	var (
		b     strings.Builder
		holes []sqlscan.Hole
	)
	for _, p := range t.pieces {
		if p.hole != nil {
			holes = append(holes, sqlscan.Hole{At: b.Len(), Kind: p.hole.kind, Name: p.hole.name})
			continue
		}
		b.WriteString(p.text)
	}
	return sqlscan.Source{Text: b.String(), Holes: holes}
}

// String shows the text with {name} for each hole.
func (t *Text) String() string {
	var b strings.Builder
	for _, p := range t.pieces {
		if p.hole != nil {
			b.WriteString("{" + p.hole.name + "}")
			continue
		}
		b.WriteString(p.text)
	}
	return b.String()
}

// A Piece is a run of known bytes or a hole, and where it comes from.
type Piece struct {
	Text string
	Hole string    // the Go expression that stands for a hole; "" for known bytes
	Pos  token.Pos // of the first byte in the source; not valid if it has no place
	Made bool      // a library writes it, not the program
	Why  Why       // the reason that a hole is one; "" for known bytes
}

// Pieces returns how the text is put together.
func (t *Text) Pieces() []Piece {
	list := make([]Piece, len(t.pieces))
	for i, p := range t.pieces {
		if p.hole != nil {
			list[i] = Piece{Hole: p.hole.name, Pos: p.from.pos, Why: p.hole.reason()}
			continue
		}
		list[i] = Piece{Text: p.text, Pos: p.from.at(0), Made: p.from.made}
	}
	return list
}

// Shown returns what String does, and where a range of the source stands in
// it. A hole at the start of the range is left out of it.
func (t *Text) Shown(start, end int) (text string, from, to int) {
	at, shift := 0, 0 // in the source; what the holes before add
	from, to = start, end
	for _, p := range t.pieces {
		if p.hole == nil {
			at += len(p.text)
			continue
		}
		shift = len(p.hole.name) + len("{}")
		if at <= start {
			from += shift
		}
		if at < end || at == start {
			to += shift
		}
	}
	return t.String(), from, max(from, to)
}

// Len returns the number of known bytes.
func (t *Text) Len() int {
	n := 0
	for _, p := range t.pieces {
		n += len(p.text)
	}
	return n
}

// Knowledge says how much of a text is known.
type Knowledge uint8

const (
	// Opaque: the text does not even start with something known.
	Opaque Knowledge = iota
	// Partial: it starts with known bytes and has holes.
	Partial
	// Full: every byte is known.
	Full
)

// Knowledge returns how much of the text is known.
func (t *Text) Knowledge() Knowledge {
	k := Full
	started := false
	for _, p := range t.pieces {
		switch {
		case p.hole == nil:
			started = started || strings.TrimSpace(p.text) != ""
		case !started:
			return Opaque
		default:
			k = Partial
		}
	}
	return k
}

// Param returns the index of the parameter that the whole text is, if the
// text is nothing but a parameter of the enclosing function.
func (t *Text) Param() (int, bool) {
	if len(t.pieces) == 1 && t.pieces[0].hole != nil && t.pieces[0].hole.param > 0 {
		return t.pieces[0].hole.param - 1, true
	}
	return 0, false
}

// Parts returns the indexes of the parameters that stand in the text beside
// something else.
func (t *Text) Parts() []int {
	if len(t.pieces) < 2 {
		return nil
	}
	var out []int
	for _, p := range t.pieces {
		if p.hole != nil && p.hole.param > 0 {
			out = append(out, p.hole.param-1)
		}
	}
	return out
}

// HoleName returns what the program calls the value, if the text is nothing
// but one hole.
func (t *Text) HoleName() string {
	if len(t.pieces) == 1 && t.pieces[0].hole != nil {
		return t.pieces[0].hole.name
	}
	return ""
}

// HoleAt returns the Go expression whose value stands in the hole at an offset of
// Source().Text; NoPos if there is no hole, or no expression of its own.
func (t *Text) HoleAt(off int) (pos, end token.Pos) {
	for _, p := range t.pieces {
		if p.hole != nil && off == 0 {
			return p.from.pos, p.from.end
		}
		off -= len(p.text)
	}
	return token.NoPos, token.NoPos
}

// Range returns the Go source range of the bytes from start to end of
// Source().Text. If they come from different places the range covers the
// first of them only. NoPos if the text has no known byte.
func (t *Text) Range(start, end int) (token.Pos, token.Pos) {
	off := 0
	for i, p := range t.pieces {
		n := len(p.text)
		if start >= off+n && !(start == off+n && t.lastKnown(i)) {
			off += n
			continue
		}
		if n == 0 {
			continue
		}
		first := min(start-off, n-1)
		pos := p.from.at(first)
		// Have: the range starts in p.
		if end <= off+n {
			return pos, max(pos, p.from.after(max(end-off, first+1)-1))
		}
		stop := p.from.after(n - 1)
		if e := t.endAfter(i, end-off-n, pos); e.IsValid() {
			stop = e
		}
		return pos, stop
	}
	return token.NoPos, token.NoPos
}

// lastKnown reports whether no known bytes follow piece i.
func (t *Text) lastKnown(i int) bool {
	for _, p := range t.pieces[i+1:] {
		if p.text != "" {
			return false
		}
	}
	return true
}

// endAfter returns the end position of the byte n bytes behind piece i, if
// that lies in the same run of source, behind pos and close to it.
func (t *Text) endAfter(i, n int, pos token.Pos) token.Pos {
	for _, p := range t.pieces[i+1:] {
		if n <= len(p.text) && n > 0 {
			e := p.from.after(n - 1)
			if e > pos && int(e-pos) < 1<<16 && !p.from.base.IsValid() {
				return e
			}
			return token.NoPos
		}
		n -= len(p.text)
	}
	return token.NoPos
}

// Editable returns a function that rewrites SQL text as it has to stand in
// the Go literal that holds all bytes from start to end. It reports false if
// no single literal holds them, if other code shares the literal, or if a
// hole stands between them.
func (t *Text) Editable(start, end int) (lit *ast.BasicLit, quote func(string) string, ok bool) {
	off := 0
	for _, p := range t.pieces {
		n := len(p.text)
		if p.hole == nil && start >= off && end <= off+n && n > 0 {
			if p.from.lit == nil || p.from.shared {
				return nil, nil, false
			}
			return p.from.lit, quoter(p.from.lit, p.from.format), true
		}
		if p.hole != nil && start < off && off < end {
			return nil, nil, false
		}
		off += n
	}
	return nil, nil, false
}

// concat returns the concatenation of texts.
func concat(ts ...*Text) *Text {
	var (
		ps   []piece
		when guard
	)
	for _, t := range ts {
		when, _ = when.and(t.when)
		for _, p := range t.pieces {
			if p.hole == nil && p.text == "" {
				continue
			}
			ps = append(ps, p)
		}
	}
	if len(ps) > maxPieces {
		ps = append(ps[:maxPieces:maxPieces], piece{hole: &hole{kind: fragmentHole, name: "…", repeat: true, why: WhyLimit}})
	}
	return &Text{pieces: ps, when: when}
}

// maxPieces bounds a text: s += s doubles it.
const maxPieces = 4096

// known returns a text whose bytes all come from o.
func known(s string, o origin) *Text {
	if s == "" {
		return &Text{}
	}
	return &Text{pieces: []piece{{text: s, from: o}}}
}

// equal reports whether two texts are the same bytes from the same places.
func equal(a, b *Text) bool {
	return len(a.pieces) == len(b.pieces) && hasPrefix(a, b)
}

// hasPrefix reports whether the pieces of t start with those of prefix.
func hasPrefix(t, prefix *Text) bool {
	if len(prefix.pieces) > len(t.pieces) {
		return false
	}
	for i, p := range prefix.pieces {
		if !samePiece(p, t.pieces[i]) {
			return false
		}
	}
	return true
}

func samePiece(p, q piece) bool {
	if p.hole != nil || q.hole != nil {
		return p.hole != nil && q.hole != nil && *p.hole == *q.hole
	}
	return p.text == q.text && p.from.same(q.from)
}

// literal returns the bytes of a text without holes.
func (t *Text) literal() (string, bool) {
	if t.Knowledge() != Full && len(t.pieces) > 0 {
		for _, p := range t.pieces {
			if p.hole != nil {
				return "", false
			}
		}
	}
	return t.Source().Text, true
}

// mark returns t with every literal marked as shared or as a format.
func (t *Text) mark(shared, format bool) *Text {
	ps := make([]piece, len(t.pieces))
	for i, p := range t.pieces {
		p.from.shared = p.from.shared || shared
		p.from.format = p.from.format || format
		ps[i] = p
	}
	return &Text{pieces: ps, when: t.when}
}

// Equal reports whether two texts are the same bytes from the same places.
func (t *Text) Equal(u *Text) bool { return equal(t, u) }

// A standIn is known bytes that the renderer of a statement replaces, since
// what is there depends on the whole of it.
type standIn uint8

const (
	ownTable        standIn = 1 + iota // the name or alias of the statement's own table
	ownKey                             // its primary key's column
	ownName                            // the name of the table, whatever its alias
	ownKeys                            // the primary key's columns
	ownTableKeys                       // the same behind the table's alias
	ownColumns                         // all columns
	ownTableColumns                    // the same behind the table's alias
)

// Literals returns the Go literals that bytes of the text stand in.
func (t *Text) Literals() []*ast.BasicLit {
	var out []*ast.BasicLit
	for _, p := range t.pieces {
		if p.from.lit != nil && (len(out) == 0 || out[len(out)-1] != p.from.lit) {
			out = append(out, p.from.lit)
		}
	}
	return out
}

// Written reports whether the program spells out the bytes from start to end:
// what a library adds to a statement is not.
func (t *Text) Written(start, end int) bool {
	off := 0
	for _, p := range t.pieces {
		n := len(p.text)
		if start < off+n && off < end && p.from.made {
			return false
		}
		off += n
	}
	return true
}

// Bound returns the Go expression that a statement built from calls binds to
// the parameter that begins at an offset of Source().Text; nil if none does.
func (t *Text) Bound(at int) ast.Expr {
	off := 0
	for _, p := range t.pieces {
		if p.bind && off == at {
			return p.value
		}
		off += len(p.text)
	}
	return nil
}
