package sqltext

import (
	"go/ast"
	"go/types"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// standard evaluates the functions of the standard library that make text.
func (fr *frame) standard(st *state, fn *types.Func, call *ast.CallExpr, i int) (value, bool) {
	if fn.Pkg() == nil || i > 1 {
		return nil, false
	}
	arg := func(n int) texts {
		if n < len(call.Args) {
			return fr.texts(st, call.Args[n])
		}
		return texts{{}}
	}
	switch fn.Pkg().Path() {
	case "fmt":
		switch fn.Name() {
		case "Sprintf":
			return fr.format(st, call, 0), true
		case "Sprint", "Sprintln":
			return fr.print(st, call.Args, fn.Name() == "Sprintln"), true
		}
	case "strings", "bytes":
		return fr.stringsFunc(st, fn, call, arg)
	case "strconv":
		if isString(fn.Signature().Results().At(0).Type()) && strings.HasPrefix(fn.Name(), "Format") || fn.Name() == "Itoa" {
			if s, ok := fr.constantValue(call.Args[0]); ok && fn.Name() == "Itoa" {
				return texts{known(s, origin{pos: call.Pos(), end: call.End()})}, true
			}
			return texts{fr.gap(sqlscan.HoleValue, call)}, true
		}
	case "regexp":
		return fr.regexpFunc(st, fn, call, arg)
	case "text/template", "html/template":
		return fr.templateFunc(st, fn, call)
	case "embed":
		if fn.Name() == "ReadFile" && i == 0 {
			return fr.readEmbedded(call), true
		}
	}
	return nil, false
}

func (fr *frame) stringsFunc(st *state, fn *types.Func, call *ast.CallExpr, arg func(int) texts) (value, bool) {
	if recv := fn.Signature().Recv(); recv != nil {
		if isBuilder(recv.Type()) && fn.Name() == "String" {
			sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
			if !ok {
				return nil, false
			}
			if ts, ok := fr.eval(st, sel.X).(texts); ok {
				return ts, true
			}
		}
		if isReplacer(recv.Type()) && fn.Name() == "Replace" {
			return fr.replaced(st, call, arg(0))
		}
		return nil, false
	}
	each := func(f func(*Text) *Text) (value, bool) {
		in := arg(0)
		out := make(texts, len(in))
		for i, t := range in {
			out[i] = f(t)
		}
		return out, true
	}
	switch fn.Name() {
	case "ToLower":
		return each(func(t *Text) *Text { return t.mapped(strings.ToLower) })
	case "ToUpper":
		return each(func(t *Text) *Text { return t.mapped(strings.ToUpper) })
	case "TrimSpace":
		return each(func(t *Text) *Text { return trim(t, strings.TrimSpace) })
	case "Trim", "TrimRight", "TrimLeft", "TrimSuffix", "TrimPrefix":
		return fr.trims(fn.Name(), arg(0), arg(1)), true
	case "ReplaceAll", "Replace":
		if len(call.Args) == 4 {
			if n, ok := fr.constantValue(call.Args[3]); !ok || n != "-1" && n != "1" {
				return nil, false
			}
		}
		return replaceAll(arg(0), arg(1), arg(2)), true
	case "NewReplacer":
		return fr.pairsOf(st, call), true
	case "Join":
		ls, ok := fr.eval(st, call.Args[0]).(lists)
		if !ok {
			ls = lists{{open: true}}
		}
		return joined(ls, arg(1), exprName(call)), true
	case "Repeat":
		if n, ok := fr.constantValue(call.Args[1]); ok {
			if n, err := strconv.Atoi(n); err == nil && n >= 0 && n <= 64 {
				out := texts{{}}
				for range n {
					out = product(out, arg(0))
				}
				return out, true
			}
		}
		return texts{fr.gap(sqlscan.HoleFragment, call)}, true
	case "NewBufferString", "NewBuffer":
		return arg(0), true
	}
	return nil, false
}

// mapped returns t with its known bytes changed by f, which keeps the length
// of ASCII. No literal holds them as they are then.
func (t *Text) mapped(f func(string) string) *Text {
	ps := make([]piece, len(t.pieces))
	for i, p := range t.pieces {
		switch s := f(p.text); {
		case p.hole != nil:
		case len(s) != len(p.text):
			p = piece{hole: &hole{name: p.text}}
		default:
			p.text, p.from.shared = s, true
		}
		ps[i] = p
	}
	return &Text{pieces: ps, when: t.when}
}

// trim removes what cut removes from the outer known bytes of a text. A hole
// at an end stops it.
func trim(t *Text, cut func(string) string) *Text {
	ps := append([]piece(nil), t.pieces...)
	edge := func(i int, keepLeft bool) {
		if i < 0 || i >= len(ps) || ps[i].hole != nil {
			return
		}
		s := ps[i].text
		const guard = "\x01" // cut sees the inner end of the piece as text
		if keepLeft {
			s = strings.TrimPrefix(cut(guard+s), guard)
			ps[i].text = s
			return
		}
		s = strings.TrimSuffix(cut(s+guard), guard)
		ps[i].from = ps[i].from.slice(len(ps[i].text) - len(s))
		ps[i].text = s
	}
	edge(0, false)
	edge(len(ps)-1, true)
	return concat(&Text{pieces: ps, when: t.when})
}

func (fr *frame) trims(name string, in, cutset texts) value {
	set := ""
	if len(cutset) == 1 {
		s, ok := cutset[0].literal()
		if !ok {
			return in
		}
		set = s
	}
	out := make(texts, len(in))
	for i, t := range in {
		out[i] = trim(t, func(s string) string {
			switch name {
			case "Trim":
				return strings.Trim(s, set)
			case "TrimLeft":
				return strings.TrimLeft(s, set)
			case "TrimRight":
				return strings.TrimRight(s, set)
			case "TrimPrefix":
				return strings.TrimPrefix(s, set)
			}
			return strings.TrimSuffix(s, set)
		})
	}
	return out
}

// replaceAll replaces the occurrences of old that lie within known bytes.
func replaceAll(in, old, new texts) value {
	if len(old) != 1 {
		return nil
	}
	needle, ok := old[0].literal()
	if !ok || needle == "" {
		return nil
	}
	if needle == "?" && !allLiteral(new) {
		return in // Have: a placeholder gets another name, and is one.
	}
	var out texts
	for _, t := range in {
		for _, n := range new {
			out = append(out, t.replacePairs([]string{needle}, []*Text{n}))
		}
	}
	return limit(out, maxAlternatives)
}

// joined returns strings.Join. Behind the known elements of an open list more
// may follow.
func joined(ls lists, sep texts, name string) value {
	more := texts{holeText(hole{kind: sqlscan.HoleFragment, name: name, repeat: true})}
	var out texts
	for _, l := range ls {
		cur := texts{{when: l.when}}
		for i, e := range l.elems {
			if i > 0 {
				cur = product(cur, sep)
			}
			cur = product(cur, e)
		}
		if l.open {
			cur = product(cur, more)
		}
		out = union(out, cur)
	}
	return limit(out, maxElements)
}

// readEmbedded evaluates fs.ReadFile("name") on an embed.FS of the package.
func (fr *frame) readEmbedded(call *ast.CallExpr) value {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || len(call.Args) != 1 {
		return nil
	}
	name, ok := fr.constantValue(call.Args[0])
	if !ok {
		return nil
	}
	id, ok := ast.Unparen(sel.X).(*ast.Ident)
	if !ok {
		return nil
	}
	v, ok := fr.prog.info.Uses[id].(*types.Var)
	if !ok {
		return nil
	}
	if em, ok := fr.prog.embeds[v]; ok {
		if t, ok := fr.prog.embedded(em, name); ok {
			return texts{t.mark(true, false)}
		}
	}
	return nil
}

func allLiteral(ts texts) bool {
	return !slices.ContainsFunc(ts, func(t *Text) bool { _, ok := t.literal(); return !ok })
}

// regexpFunc evaluates what regular expressions do to a text. The value of a
// compiled expression is its text.
func (fr *frame) regexpFunc(st *state, fn *types.Func, call *ast.CallExpr, arg func(int) texts) (value, bool) {
	switch fn.Name() {
	case "MustCompile", "Compile":
		return arg(0), true
	case "ReplaceAllString", "ReplaceAllLiteralString", "ReplaceAllStringFunc":
		patterns, ok := fr.eval(st, receiver(call)).(texts)
		if !ok || len(patterns) != 1 {
			return nil, false
		}
		pattern, ok := patterns[0].literal()
		if !ok {
			return nil, false
		}
		re, err := syntax.Parse(pattern, syntax.Perl)
		if err != nil {
			return nil, false
		}
		in := arg(0)
		if re.Op == syntax.OpLiteral && string(re.Rune) == "?" {
			return in, true // Have: a placeholder gets another name, and is one.
		}
		if exp, err := regexp.Compile(pattern); err == nil && !slices.ContainsFunc(in, func(t *Text) bool { return matches(exp, t) }) {
			return in, true
		}
	}
	return nil, false
}

// matches reports whether an expression may find something in a text.
func matches(re *regexp.Regexp, t *Text) bool {
	s, ok := t.literal()
	return !ok || re.MatchString(s)
}

func isReplacer(t types.Type) bool { return isPointerTo(t, "strings", "Replacer") }

// pairsOf returns the arguments of strings.NewReplacer as a list, which is the
// value of a replacer here.
func (fr *frame) pairsOf(st *state, call *ast.CallExpr) value {
	if call.Ellipsis.IsValid() || len(call.Args)%2 != 0 {
		return nil
	}
	l := list{}
	for _, a := range call.Args {
		l.elems = append(l.elems, fr.texts(st, a))
	}
	return lists{l}
}

// replaced evaluates a replacer's Replace. Have: its pairs are tried in their
// order at each place, and what was put in is not looked at again.
func (fr *frame) replaced(st *state, call *ast.CallExpr, in texts) (value, bool) {
	pairs, ok := fr.eval(st, receiver(call)).(lists)
	if !ok || len(pairs) != 1 || pairs[0].open {
		return nil, false
	}
	var olds []string
	var news []*Text
	for i := 0; i+1 < len(pairs[0].elems); i += 2 {
		old, with := pairs[0].elems[i], pairs[0].elems[i+1]
		if len(old) != 1 || len(with) != 1 {
			return nil, false
		}
		s, ok := old[0].literal()
		if !ok || s == "" {
			return nil, false
		}
		olds, news = append(olds, s), append(news, with[0])
	}
	out := make(texts, len(in))
	for i, t := range in {
		out[i] = t.replacePairs(olds, news)
	}
	return out, true
}

// replacePairs puts the text of news in the place of what olds says, within
// known bytes.
func (t *Text) replacePairs(olds []string, news []*Text) *Text {
	var ps []piece
	when := t.when
	for _, p := range t.pieces {
		from := 0
		for at := 0; p.hole == nil && at < len(p.text); {
			i := slices.IndexFunc(olds, func(old string) bool { return strings.HasPrefix(p.text[at:], old) })
			if i < 0 {
				at++
				continue
			}
			ps = append(ps, piece{text: p.text[from:at], from: p.from.slice(from)})
			ps = append(ps, news[i].pieces...)
			when, _ = when.and(news[i].when)
			at += len(olds[i])
			from = at
		}
		if p.hole == nil {
			p = piece{text: p.text[from:], from: p.from.slice(from)}
		}
		ps = append(ps, p)
	}
	return concat(&Text{pieces: ps, when: when})
}

// isPointerTo reports whether t is a pointer to the named type.
func isPointerTo(t types.Type, path, name string) bool {
	ptr, ok := types.Unalias(t).(*types.Pointer)
	return ok && golang.IsNamed(ptr.Elem(), path, name)
}
