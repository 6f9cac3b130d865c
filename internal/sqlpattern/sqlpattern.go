// Package sqlpattern answers what is known of the pattern of a LIKE: whether
// it fixes how the value starts, or asks for something inside it. A pattern
// is put together from literals, concatenation and functions in SQL, and from
// what the program binds to the parameters.
//
// It knows no Go: whoever asks says what is bound. Which index would serve a
// pattern is for package indexadvice and the rules.
package sqlpattern

import (
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// Unknown stands in a text for a part that is not known.
const Unknown = "\uFFFC"

// Bound is what the program binds to parameters, by number: the texts that
// each may have, with Unknown for parts of them. Numbers and booleans stand as
// SQL writes them.
type Bound map[int][]string

// Values returns the texts that a parameter may have if each is known to its
// end, nil otherwise.
func (b Bound) Values(number int) []string {
	if slices.ContainsFunc(b[number], func(s string) bool { return strings.Contains(s, Unknown) }) {
		return nil
	}
	return b[number]
}

// Known holds the texts that a pattern may have, at least one. The text that
// is Unknown alone says nothing.
type Known []string

// A Shape says which kind of index serves a pattern.
type Shape uint8

const (
	Other  Shape = iota // not known, or none
	Prefix              // 'abc%': it fixes how the value starts
	Infix               // '%abc%', with enough letters for trigrams
)

// maxTexts bounds the alternatives of one pattern.
const maxTexts = 16

// Of returns what is known of the pattern e.
func Of(e *sqlmodel.Expr, bound Bound) Known {
	out := Known(texts(e, bound))
	if slices.ContainsFunc(out, func(s string) bool { return s == opaque }) {
		return Known{Unknown}
	}
	return out
}

// opaque stands for what is no text for certain: SQL that is not known may
// hold operators and wildcards. It ends the evaluation.
const opaque = "\x00" // no text of PostgreSQL's holds it

func texts(e *sqlmodel.Expr, bound Bound) []string {
	if e == nil {
		return []string{Unknown}
	}
	switch e.Kind {
	case sqlmodel.ExprHole:
		return []string{opaque}
	case sqlmodel.ExprConst:
		if e.ConstKind == sqlmodel.ConstString {
			return []string{e.Const} // Have: holes in it are Unknown already.
		}
	case sqlmodel.ExprCast:
		if len(e.Args) == 1 {
			return texts(e.Args[0], bound)
		}
	case sqlmodel.ExprOp:
		if e.Name == "||" && len(e.Args) == 2 {
			return concat(e.Args, bound)
		}
	case sqlmodel.ExprFunc:
		return call(e, bound)
	case sqlmodel.ExprParam:
		if list := bound[e.Number]; len(list) > 0 {
			return list
		}
	}
	return []string{Unknown}
}

func call(e *sqlmodel.Expr, bound Bound) []string {
	if len(e.Args) == 0 {
		return []string{Unknown}
	}
	switch e.Name {
	case "concat":
		return concat(e.Args, bound)
	case "lower":
		return mapped(texts(e.Args[0], bound), strings.ToLower)
	case "upper":
		return mapped(texts(e.Args[0], bound), strings.ToUpper)
	case "format":
		return formatted(e.Args, bound)
	}
	return []string{Unknown}
}

func mapped(list []string, f func(string) string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = f(s)
	}
	return out
}

func concat(args []*sqlmodel.Expr, bound Bound) []string {
	out := []string{""}
	for _, a := range args {
		out = product(out, texts(a, bound))
	}
	return out
}

// product returns each text of a with each of b behind it.
func product(a, b []string) []string {
	if len(a)*len(b) > maxTexts {
		return []string{Unknown}
	}
	var out []string
	for _, s := range a {
		for _, t := range b {
			if s == opaque || t == opaque {
				return []string{opaque}
			}
			out = append(out, s+t)
		}
	}
	return out
}

// formatted evaluates format('%%%s%%', x) for the directives %s and %%.
func formatted(args []*sqlmodel.Expr, bound Bound) []string {
	format := texts(args[0], bound)
	if len(format) != 1 || strings.Contains(format[0], Unknown) {
		return []string{Unknown}
	}
	out := []string{""}
	next := 1
	for s := format[0]; s != ""; {
		before, after, found := strings.Cut(s, "%")
		out = product(out, []string{before})
		if !found {
			break
		}
		switch {
		case strings.HasPrefix(after, "%"):
			out = product(out, []string{"%"})
		case strings.HasPrefix(after, "s") && next < len(args):
			out = product(out, texts(args[next], bound))
			next++
		default: // a position, a width, an identifier
			return product(out, []string{Unknown})
		}
		s = after[1:]
	}
	return out
}

// Start returns the text that every alternative starts with, "" if that is
// not known.
func (k Known) Start() string {
	start := ""
	for i, s := range k {
		s, _, _ = strings.Cut(s, Unknown)
		if i == 0 {
			start = s
		}
		n := 0
		for n < len(start) && n < len(s) && start[n] == s[n] {
			n++
		}
		start = start[:n]
	}
	return start
}

// Wild reports whether the pattern is known to start with a wildcard and to
// ask for something behind it ('%' alone matches anything), in one alternative
// at least and with no other start in the others.
func (k Known) Wild() bool {
	return k.some(func(s string) bool {
		return s != "" && strings.ContainsRune("%_", rune(s[0])) && strings.Trim(s, "%") != ""
	})
}

// Shape returns the shape of the pattern, Other if its alternatives have
// different ones. One that is not known does not speak against trigrams, which
// serve patterns of each form.
func (k Known) Shape() Shape {
	switch {
	case k.some(func(s string) bool { return shape(s) == Infix }):
		return Infix
	case len(k) > 0 && !slices.ContainsFunc(k, func(s string) bool { return shape(s) != Prefix }):
		return Prefix
	}
	return Other
}

// some reports whether an alternative is what f says, and none fixes the start
// of the value.
func (k Known) some(f func(string) bool) bool {
	return slices.ContainsFunc(k, f) && !slices.ContainsFunc(k, func(s string) bool { return shape(s) == Prefix })
}

func shape(s string) Shape {
	i := strings.IndexAny(s, `%_\`+Unknown)
	switch {
	case i < 0 && s != "":
		return Prefix // without wildcards it is an equality
	case i > 0:
		return Prefix
	case i < 0:
		return Other
	case strings.HasPrefix(s, Unknown):
		// A value with a wildcard behind it.
		if len(s) > len(Unknown) && strings.HasSuffix(s, "%") {
			return Prefix
		}
		return Other
	case strings.Contains(s, Unknown), Runs(s, `%_\`):
		return Infix
	}
	return Other
}

// Runs reports whether s has three letters in a row that are none of special:
// a trigram.
func Runs(s, special string) bool {
	n := 0
	for _, c := range s {
		if strings.ContainsRune(special, c) {
			n = 0
			continue
		}
		if n++; n == 3 {
			return true
		}
	}
	return false
}
