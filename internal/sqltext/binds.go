package sqltext

import (
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// bound returns text with its question marks replaced by what is bound to
// them: literals for Go constants, SQL for expressions and statements, a
// parameter for other values. Marks without an argument are parameters.
func (fr *frame) bound(st *state, text *Text, args []operand) texts {
	out := texts{{}}
	n := 0
	for _, run := range splitMarks(text) {
		if !run.mark {
			out = product(out, texts{run.text})
			continue
		}
		val := texts{paramText(run.from)}
		if n < len(args) {
			val = args[n].texts
			if args[n].list && endsInWord(run.before, "in") {
				val = product(product(texts{known("(", run.from)}, val), texts{known(")", run.from)})
			}
		}
		n++
		out = product(out, val)
	}
	return out
}

// An operand is a Go value as it stands in a statement.
type operand struct {
	texts texts
	null  bool // nil
	list  bool // a slice or an array of values
	expr  bool // SQL, not a value
}

// paramText is a parameter.
func paramText(at origin) *Text { return &Text{pieces: []piece{{text: "?", from: at, bind: true}}} }

// operand evaluates a Go expression as a value of a statement.
func (fr *frame) operand(st *state, e ast.Expr) operand {
	here := origin{pos: e.Pos(), end: e.End()}
	tv := fr.prog.info.Types[e]
	if tv.IsNil() {
		return operand{texts: texts{known("NULL", here)}, null: true}
	}
	if lit, ok := literal(tv); ok {
		return operand{texts: texts{known(lit, here)}}
	}
	t := fr.typeOf(e)
	if !isString(t) {
		switch v := fr.eval(st, e).(type) {
		case texts:
			if len(v) > 0 && !isBuilder(t) && !isBytes(t) {
				return operand{texts: v, expr: true}
			}
		case chains:
			return operand{texts: fr.subselect(v, e), expr: true}
		}
	}
	param := paramText(here)
	param.pieces[0].value = e
	return operand{texts: texts{param}, list: isValueList(t)}
}

func (fr *frame) operands(st *state, args []ast.Expr) []operand {
	out := make([]operand, len(args))
	for i, a := range args {
		out[i] = fr.operand(st, a)
	}
	return out
}

// literal returns a Go constant as an SQL literal.
func literal(tv types.TypeAndValue) (string, bool) {
	if tv.Value == nil {
		return "", false
	}
	switch tv.Value.Kind() {
	case constant.String:
		return "'" + strings.ReplaceAll(constant.StringVal(tv.Value), "'", "''") + "'", true
	case constant.Bool:
		return strings.ToUpper(tv.Value.String()), true
	case constant.Int:
		return tv.Value.ExactString(), true
	case constant.Float:
		if f, ok := constant.Float64Val(tv.Value); ok {
			return strconv.FormatFloat(f, 'f', -1, 64), true
		}
	}
	return "", false
}

// isValueList reports whether a library expands a value of type t to a list:
// a slice or array, not of bytes, that is no driver.Valuer.
func isValueList(t types.Type) bool {
	var elem types.Type
	switch u := t.Underlying().(type) {
	case *types.Slice:
		elem = u.Elem()
	case *types.Array:
		elem = u.Elem()
	default:
		return false
	}
	if b, ok := elem.Underlying().(*types.Basic); ok && b.Kind() == types.Uint8 {
		return false
	}
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "Value")
	_, valuer := obj.(*types.Func)
	return !valuer
}

// A run is a part of a text: known bytes and holes, or one question mark.
type run struct {
	text   *Text
	mark   bool
	from   origin
	before string // the known bytes before a mark
}

// splitMarks takes a text apart at the question marks that stand outside of
// quotes. Two of them are one that is escaped.
func splitMarks(t *Text) []run {
	var (
		out    []run
		cur    []piece
		quote  byte
		before strings.Builder
	)
	flush := func() {
		if len(cur) > 0 {
			out = append(out, run{text: &Text{pieces: cur}})
			cur = nil
		}
	}
	for _, p := range t.pieces {
		if p.hole != nil || p.bind || p.stands != 0 {
			cur = append(cur, p)
			before.WriteString(" x")
			continue
		}
		start := 0
		for i := 0; i < len(p.text); i++ {
			c := p.text[i]
			switch {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '\'' || c == '"':
				quote = c
			case c == '?' && i+1 < len(p.text) && p.text[i+1] == '?':
				cur = append(cur, piece{text: p.text[start : i+1], from: p.from.slice(start)})
				start = i + 2
				i++
			case c == '?':
				if i > start {
					cur = append(cur, piece{text: p.text[start:i], from: p.from.slice(start)})
				}
				flush()
				out = append(out, run{mark: true, from: p.from.slice(i), before: before.String() + p.text[:i]})
				start = i + 1
			}
		}
		if start < len(p.text) {
			cur = append(cur, piece{text: p.text[start:], from: p.from.slice(start)})
		}
		before.WriteString(p.text)
	}
	flush()
	return out
}

// endsInWord reports whether text ends in a word, with spaces behind it.
func endsInWord(text, word string) bool {
	text = strings.TrimRight(text, " \t\r\n")
	if len(text) < len(word) || !strings.EqualFold(text[len(text)-len(word):], word) {
		return false
	}
	rest := text[:len(text)-len(word)]
	return rest == "" || strings.ContainsRune(" \t\r\n)", rune(rest[len(rest)-1]))
}

// Marks reports whether the text has parameters that the library writes as
// question marks before it numbers them.
func (t *Text) Marks() bool {
	return slices.ContainsFunc(t.pieces, func(p piece) bool { return p.bind })
}

// quoteName returns a name as an identifier of a statement, in quotes only
// where it needs them. Its parts are joined by dots.
func quoteName(name string) string {
	parts := strings.Split(name, ".")
	for i, p := range parts {
		if p != "*" {
			parts[i] = sqlscan.QuoteIdent(p)
		}
	}
	return strings.Join(parts, ".")
}
