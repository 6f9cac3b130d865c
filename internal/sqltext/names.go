package sqltext

import (
	"go/ast"
	"strings"
	"unicode"
)

// names evaluates the name of a column or table.
func (fr *frame) names(st *state, e ast.Expr) texts {
	if !isString(fr.typeOf(e)) {
		switch v := fr.eval(st, e).(type) {
		case texts:
			return v
		case chains:
			return fr.subselect(v, e)
		}
		return texts{fr.gap(fragmentHole, e)}
	}
	return identifiers(fr.texts(st, e), e)
}

// terms evaluates the name of a column, or an expression: a text of more than
// one word is no name.
func (fr *frame) terms(st *state, e ast.Expr) texts {
	if !isString(fr.typeOf(e)) {
		return fr.names(st, e)
	}
	var out texts
	for _, t := range fr.texts(st, e) {
		if s, ok := t.literal(); ok && !strings.ContainsFunc(s, notInName) {
			out = append(out, identifiers(texts{t}, e)...)
			continue
		}
		out = append(out, t)
	}
	return out
}

// notInName reports whether a character cannot stand in a name that gorm
// quotes: utils.IsValidDBNameChar.
func notInName(c rune) bool {
	return !unicode.IsLetter(c) && !unicode.IsNumber(c) && !strings.ContainsRune(".*_$@", c)
}

// identifiers returns texts as names of columns or tables.
func identifiers(ts texts, e ast.Expr) texts {
	var out texts
	for _, t := range ts {
		if s, ok := t.literal(); ok {
			from := origin{pos: e.Pos(), end: e.End()}
			if len(s) > 2 && (s[0] == '`' || s[0] == '"') && s[len(s)-1] == s[0] {
				s = s[1 : len(s)-1] // quoted by the program
			}
			if len(t.pieces) == 1 && quoteName(s) == s {
				out = append(out, t)
				continue
			}
			out = append(out, known(quoteName(s), from).under(t.when))
			continue
		}
		out = append(out, identHole(t).under(t.when))
	}
	return out
}

// quoted returns names as identifiers.
func quoted(ts texts, at ast.Expr) texts {
	var out texts
	for _, t := range ts {
		if s, ok := t.literal(); ok && quoteName(s) != s {
			t = known(quoteName(s), origin{pos: at.Pos(), end: at.End()}).under(t.when)
		}
		out = append(out, t)
	}
	return out
}

// ordered returns names with a direction behind them as sort keys.
func ordered(ts texts, at ast.Expr) texts {
	var out texts
	for _, t := range ts {
		if s, ok := t.literal(); ok {
			if name, dir, _ := strings.Cut(s, " "); quoteName(name) != name {
				t = known(strings.TrimSpace(quoteName(name)+" "+dir), origin{pos: at.Pos(), end: at.End()}).under(t.when)
			}
		}
		out = append(out, t)
	}
	return out
}
