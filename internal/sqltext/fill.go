package sqltext

import (
	"go/ast"
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// An Argument is what a library puts in the place of a question mark.
type Argument struct {
	Expr ast.Expr
	As   Filling
}

// A Filling says how a library writes an argument into its text.
type Filling uint8

const (
	Bound Filling = iota // not at all: the placeholder stays, for the database or for a literal
	Name                 // as an identifier, or several with dots between them
	Code                 // as SQL: an expression, a list, a query
)

// Fill returns the texts with the arguments that the library writes out in the
// place of their question marks. bun numbers and names placeholders (?0,
// ?name); the libraries that do not, escape a question mark by doubling it.
func (a At) Fill(ts []*Text, args []Argument, bun bool) []*Text {
	var out texts
	for _, t := range ts {
		f := filler{at: a, args: args, bun: bun, out: texts{{when: t.when}}}
		for _, p := range t.pieces {
			f.piece(p)
		}
		out = union(out, f.out)
	}
	return limit(out, maxElements)
}

type filler struct {
	at   At
	args []Argument
	bun  bool
	next int  // the argument of the next question mark
	lost bool // a hole stood before, which may hold question marks
	out  texts
}

func (f *filler) piece(p piece) {
	if p.hole != nil {
		f.lost = f.lost || p.hole.kind != sqlscan.HoleValue && p.hole.kind != sqlscan.HoleIdent
		f.put(&Text{pieces: []piece{p}})
		return
	}
	from := 0 // what stands before it is put out
	for i := 0; i < len(p.text); i++ {
		switch {
		case p.text[i] != '?' || i > 0 && p.text[i-1] == '\\':
			continue
		case !f.bun && strings.HasPrefix(p.text[i:], "??"):
			i++
			continue
		}
		end := i + 1
		if f.bun {
			for end < len(p.text) && isWordByte(p.text[end]) {
				end++
			}
		}
		if with := f.argument(p.text[i+1 : end]); with != nil {
			f.put(known(p.text[from:i], p.from.slice(from)))
			f.out = product(f.out, with)
			from = end
		}
		i = end - 1
	}
	f.put(known(p.text[from:], p.from.slice(from)))
}

func (f *filler) put(t *Text) { f.out = product(f.out, texts{t}) }

// argument returns what takes the place of a placeholder with a name, or
// without; nil if the placeholder stays.
func (f *filler) argument(name string) texts {
	n := f.next
	if name == "" {
		f.next++
	} else if i, err := strconv.Atoi(name); err == nil {
		n = i
	} else {
		return nil // a named argument, or a part of the model
	}
	switch {
	case f.lost && name == "":
		// Which argument it is, is not known: no value, unless all are.
		for _, a := range f.args {
			if a.As != Bound {
				return texts{holeText(hole{kind: sqlscan.HoleUnknown, name: "?"})}
			}
		}
		return nil
	case n >= len(f.args) || f.args[n].As == Bound:
		return nil
	case f.args[n].As == Name:
		return f.at.names(f.args[n].Expr)
	}
	return f.at.fr.texts(f.at.st, f.args[n].Expr)
}

// names returns the identifiers that a name may be, quoted.
func (a At) names(e ast.Expr) texts {
	var out texts
	for _, t := range a.fr.texts(a.st, e) {
		name, ok := t.literal()
		if !ok {
			return texts{a.fr.gap(sqlscan.HoleIdent, e)}
		}
		quoted := `"` + strings.ReplaceAll(strings.ReplaceAll(name, `"`, `""`), ".", `"."`) + `"`
		quoted = strings.ReplaceAll(quoted, `"*"`, "*")
		out = append(out, known(quoted, origin{pos: e.Pos(), end: e.End()}))
	}
	return out
}

func isWordByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
