package sqlscan

import (
	"strings"
	"testing"
)

var fuzzFragments = []Fragment{Statement, WhereClause, HavingClause, JoinClause, SelectList, OrderClause,
	GroupClause, TableClause, ColumnName, SetClause, Expression, OtherClause}

// fuzzSource makes holes of the bytes of marks: the high bits of each are the
// distance from the hole before it, the low two its kind.
func fuzzSource(text string, marks []byte) Source {
	src := Source{Text: text}
	at := 0
	for i, m := range marks {
		if i == 50 {
			break
		}
		at += int(m >> 2)
		if at > len(text) {
			at = len(text)
		}
		src.Holes = append(src.Holes, Hole{At: at, Kind: HoleKind(m & 3), Name: string(rune('a' + m%5))})
	}
	return src
}

func FuzzCandidates(f *testing.F) {
	for _, s := range []string{
		"SELECT * FROM t WHERE a = ? AND b IN (?) AND c ?? 'x'",
		"UPDATE t SET a = :a, b = @b WHERE c::int = $1 AND d[1:2] = '{}'",
		"INSERT INTO `t` (a) VALUES ($$x$$, E'\\'', \"q\") -- ?\n/* :x */",
		"SELECT ?TableColumns FROM ?TableName AS ?TableAlias WHERE ?TableAlias.id = ?0",
		"SELECT sqlc.embed(t), [[a]] FROM {{t}} WHERE b = {:b} AND x = sqlc.arg(x)",
		"FROM", "'", "$", "?", "((((", "\x00\xff",
	} {
		f.Add(s, []byte{0x20, 0x31, 0x42}, uint8(0), uint16(StyleQuestion))
		f.Add(s, []byte{}, uint8(1), uint16(StyleUnknown))
		f.Add(s, []byte{0, 0, 0xff}, uint8(4), uint16(0x7f))
	}
	f.Fuzz(func(t *testing.T, text string, marks []byte, frag uint8, style uint16) {
		src := fuzzSource(text, marks)
		g := NewGuesser(src, fuzzFragments[int(frag)%len(fuzzFragments)], Style(style))
		n := 0
		for c, ok := g.First(); ok; c, ok = g.Next(len(c.SQL) * n / 12) {
			if n++; n > maxCandidates {
				t.Fatal("too many candidates")
			}
			checkCandidate(t, src, c)
		}
		if c, ok := NewGuesser(Source{Text: text}, Statement, 0).First(); ok {
			if !c.Exact || c.SQL != text && !strings.ContainsAny(text, "$`") {
				t.Errorf("%q without holes and placeholders reads as %q (exact %v)", text, c.SQL, c.Exact)
			}
		}
	})
}

// checkCandidate checks that c maps back to src in order, and that the bytes
// it copied are the source's.
func checkCandidate(t *testing.T, src Source, c Candidate) {
	last := 0
	for i := 0; i <= len(c.SQL); i++ {
		at := c.Map(i)
		if at < -1 || at > len(src.Text) {
			t.Fatalf("%q: byte %d maps to %d of %d", c.SQL, i, at, len(src.Text))
		}
		if at < 0 {
			continue
		}
		if at < last {
			t.Fatalf("%q: byte %d maps to %d, the one before to %d", c.SQL, i, at, last)
		}
		last = at
		if i < len(c.SQL) && c.Kind(i) == SpanText && at < len(src.Text) && c.SQL[i] != src.Text[at] &&
			c.SQL[i] != '"' && c.SQL[i] != '?' {
			t.Fatalf("%q: byte %d is %q, of the source %q", c.SQL, i, c.SQL[i], src.Text[at])
		}
	}
	for _, tok := range Scan(c.SQL) {
		if from, to, ok := c.Range(tok.Start, tok.End); ok && (from > to || from < 0 || to > len(src.Text)) {
			t.Fatalf("%q: token [%d,%d) maps to [%d,%d)", c.SQL, tok.Start, tok.End, from, to)
		}
	}
	for _, off := range c.Loose {
		if off < 0 || off > len(c.SQL) {
			t.Fatalf("%q: loose at %d", c.SQL, off)
		}
	}
}

// FuzzScan checks that tokens are in order, not empty, and leave out nothing
// but white space.
func FuzzScan(f *testing.F) {
	for _, s := range []string{"SELECT 'a' || $1 /* x */ -- y", "$a$", "U&\"", "1.e+", "::=:", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		pos := 0
		toks := Scan(text)
		for _, tok := range toks {
			if tok.Start < pos || tok.End <= tok.Start || tok.End > len(text) {
				t.Fatalf("%q: token [%d,%d) after %d", text, tok.Start, tok.End, pos)
			}
			if strings.Trim(text[pos:tok.Start], " \t\r\n\v\f") != "" {
				t.Fatalf("%q: %q belongs to no token", text, text[pos:tok.Start])
			}
			pos = tok.End
		}
		for i, m := range Brackets(text, toks) {
			if m >= 0 && Brackets(text, toks)[m] != i {
				t.Fatalf("%q: brackets %d and %d", text, i, m)
			}
		}
		TooDeep(text)
	})
}
