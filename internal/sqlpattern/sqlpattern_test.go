package sqlpattern

import (
	"testing"

	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

const u = Unknown

func TestOf(t *testing.T) {
	tests := []struct {
		pattern string // as SQL; {} is a hole
		bound   Bound
		start   string
		shape   Shape
		wild    bool
	}{
		{pattern: `'abc%'`, start: "abc%", shape: Prefix},
		{pattern: `'abc'`, start: "abc", shape: Prefix},
		{pattern: `'%abc%'`, start: "%abc%", shape: Infix, wild: true},
		{pattern: `'%ab%'`, start: "%ab%", wild: true}, // no trigram
		{pattern: `'_bcd'`, start: "_bcd", shape: Infix, wild: true},
		{pattern: `'%'`, start: "%"},
		{pattern: `''`},
		{pattern: `$1`},
		{pattern: `$1 || '%'`, shape: Prefix},
		{pattern: `lower($1) || '%'`, shape: Prefix},
		{pattern: `'%' || $1 || '%'`, start: "%", shape: Infix, wild: true},
		{pattern: `concat('%', $1::text, '%')`, start: "%", shape: Infix, wild: true},
		{pattern: `format('%%%s', $1)`, start: "%", shape: Infix, wild: true},
		{pattern: `format('%s%%', $1)`, shape: Prefix},
		{pattern: `format('%1$s%%', $1)`},
		{pattern: `replace($1, 'a', 'b')`},
		{pattern: `{} || '%'`},
		{pattern: `'%{}%'`, start: "%", shape: Infix, wild: true},
		{pattern: `'{}%'`, shape: Prefix},
		{pattern: `$1`, bound: Bound{1: {u + "%"}}, shape: Prefix},
		{pattern: `$1`, bound: Bound{1: {"%" + u + "%"}}, start: "%", shape: Infix, wild: true},
		{pattern: `$2`, bound: Bound{1: {"%" + u + "%"}}},
		{pattern: `$1`, bound: Bound{1: {u}}},
		{pattern: `$1`, bound: Bound{1: {"a" + u, "ab" + u}}, start: "a", shape: Prefix},
		{pattern: `$1`, bound: Bound{1: {u, "%" + u + "%"}}, shape: Infix, wild: true},
		{pattern: `$1`, bound: Bound{1: {u, u + "%"}}},
		{pattern: `$1`, bound: Bound{1: {"", "%" + u + "%"}}, shape: Infix, wild: true},
		{pattern: `$1`, bound: Bound{1: {u + "%", "%" + u}}}, // one way or the other
		{pattern: `upper($1)`, bound: Bound{1: {"ab" + u + "%"}}, start: "AB", shape: Prefix},
		{pattern: `$1 || '%'`, bound: Bound{1: {"%" + u}}, start: "%", shape: Infix, wild: true},
		{pattern: `$1 || $2`, bound: Bound{1: {u, "a", "b", "c", "d"}, 2: {"1", "2", "3", "4"}}}, // too many
		{pattern: `5::text`},
	}
	for _, test := range tests {
		src := sqlscan.Source{}
		for i := 0; i < len(test.pattern); i++ {
			if test.pattern[i] == '{' {
				src.Holes = append(src.Holes, sqlscan.Hole{At: len("SELECT 1 FROM t WHERE a LIKE ") + len(src.Text), Name: "x"})
				i++
				continue
			}
			src.Text += test.pattern[i : i+1]
		}
		src.Text = "SELECT 1 FROM t WHERE a LIKE " + src.Text
		res := sqlmodel.Parse(src, sqlscan.Statement, 0)
		if res.Err != nil {
			t.Fatalf("%s: %v", test.pattern, res.Err)
		}
		k := Of(res.Statements[0].Levels[0].Predicates[0].Right, test.bound)
		if k.Start() != test.start || k.Shape() != test.shape || k.Wild() != test.wild {
			t.Errorf("%s with %v: start %q, shape %d, wild %v; want %q, %d, %v", test.pattern, test.bound,
				k.Start(), k.Shape(), k.Wild(), test.start, test.shape, test.wild)
		}
	}
}
