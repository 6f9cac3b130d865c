package sqltext

import (
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// bound returns text with its question marks replaced by what is bound to
// them: literals for Go constants, SQL for expressions and statements, a
// parameter for other values. Marks without an argument are parameters.
func (fr *frame) bound(lib *apis.Library, text *Text, args []operand) texts {
	out := texts{{when: text.when}}
	n := 0
	for _, run := range splitMarks(text, lib.Style()&sqlscan.StyleBun != 0) {
		if !run.mark {
			out = product(out, texts{run.text})
			continue
		}
		if run.name != "" {
			out = product(out, named(run, args))
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

// named is what stands for ?name: an argument by its number, a part of the
// statement, or the field of an argument.
func named(run run, args []operand) texts {
	if i, err := strconv.Atoi(run.name); err == nil {
		if i < len(args) {
			return args[i].texts
		}
	} else if stands, ok := standIns[run.name]; ok {
		return texts{{pieces: []piece{{text: "t", from: run.from, stands: stands}}}}
	}
	return texts{paramText(run.from)}
}

// standIns are the names that bun and go-pg know in a text.
var standIns = map[string]standIn{
	"TableAlias": ownTable, "TableName": ownName, "PKs": ownKeys, "TablePKs": ownTableKeys, "Columns": ownColumns,
	"TableColumns": ownTableColumns,
}

// An operand is a Go value as it stands in a statement.
type operand struct {
	boolean bool // of a boolean type
	texts   texts
	null    bool   // nil
	list    bool   // a slice or an array of values
	expr    bool   // SQL, not a value
	op      string // brings the operator it is compared with
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
	if ts, ok := fr.word(st, e); ok {
		return operand{texts: ts, expr: true}
	}
	if lit, ok := literal(tv); ok {
		return operand{texts: texts{known(lit, here)}, boolean: isBoolean(fr.typeOf(e))}
	}
	t := fr.typeOf(e)
	if !isString(t) {
		switch v := fr.eval(st, e).(type) {
		case texts:
			if len(v) > 0 && !isBuilder(t) && !isBytes(t) {
				return operand{texts: v, expr: true}
			}
		case chains:
			if len(v) > 0 {
				return operand{texts: fr.subselect(v, e), expr: true}
			}
		}
	}
	if fr.prog.building(t) != nil {
		return operand{texts: texts{fr.gap(fragmentHole, e)}, expr: true}
	}
	if isValueList(t) && isValueList(elemOf(t)) {
		return operand{texts: texts{fr.gap(fragmentHole, e)}, list: true} // rows of values
	}
	param := paramText(here)
	param.pieces[0].value = e
	return operand{texts: texts{param}, list: isValueList(t), boolean: isBoolean(t)}
}

func isBoolean(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsBoolean != 0
}

// word evaluates a value of one of a library's string types that are SQL:
// bun's Ident.
func (fr *frame) word(st *state, e ast.Expr) (texts, bool) {
	t := fr.typeOf(e)
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || !isString(t) {
		return nil, false
	}
	lib := fr.prog.oracle.LibraryAt(named.Obj().Pkg())
	if lib == nil {
		return nil, false
	}
	switch effect, _ := lib.Value(t); effect.Form {
	case "name":
		if ts, ok := fr.eval(st, e).(texts); ok {
			return identifiers(ts, e), true
		}
		return texts{fr.gap(sqlscan.HoleIdent, e)}, true
	case "text":
		return fr.texts(st, e), true
	}
	return nil, false
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
	name   string // what stands behind the mark
	from   origin
	before string // the known bytes before a mark
}

// splitMarks takes a text apart at the question marks that stand outside of
// quotes. Two of them are one that is escaped. named: a word behind one
// belongs to it, a backslash escapes one, and quotes mean nothing.
func splitMarks(t *Text, named bool) []run {
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
			case (c == '\'' || c == '"') && !named:
				quote = c
			case c == '?' && named && i > 0 && p.text[i-1] == '\\':
				cur = append(cur, piece{text: p.text[start : i-1], from: p.from.slice(start)})
				start = i
			case c == '?' && !named && i+1 < len(p.text) && p.text[i+1] == '?':
				cur = append(cur, piece{text: p.text[start : i+1], from: p.from.slice(start)})
				start = i + 2
				i++
			case c == '?':
				if i > start {
					cur = append(cur, piece{text: p.text[start:i], from: p.from.slice(start)})
				}
				flush()
				r := run{mark: true, from: p.from.slice(i), before: before.String() + p.text[:i]}
				if named {
					r.name = wordAt(p.text[i+1:])
				}
				out = append(out, r)
				i += len(r.name)
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

// wordAt returns the letters, digits and underscores that s begins with.
func wordAt(s string) string {
	i := 0
	for i < len(s) && (s[i] == '_' || '0' <= s[i] && s[i] <= '9' || 'a' <= s[i]|0x20 && s[i]|0x20 <= 'z') {
		i++
	}
	return s[:i]
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
