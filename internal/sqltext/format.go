package sqltext

import (
	"go/ast"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// A verb is one formatting directive, or the text before one.
type verb struct {
	start, end int // in the format; the directive itself
	letter     byte
	arg        int  // index of its argument, -1 if the directive is malformed
	plain      bool // no flags, width or precision
}

// verbs splits a format the way package fmt does.
func verbs(format string) []verb {
	var (
		out []verb
		arg int
	)
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			continue
		}
		v := verb{start: i, plain: true}
		i++
		for i < len(format) {
			c := format[i]
			switch {
			case c == '[':
				j := strings.IndexByte(format[i:], ']')
				n := -1
				if j > 0 {
					n, _ = strconv.Atoi(format[i+1 : i+j])
				}
				if n <= 0 {
					return out // malformed: the rest is left as it stands
				}
				arg = n - 1
				i += j + 1
				continue
			case c == '*':
				arg++
				v.plain = false
				i++
				continue
			case strings.IndexByte("+-# 0123456789.", c) >= 0:
				v.plain = false
				i++
				continue
			}
			break
		}
		if i >= len(format) {
			return out
		}
		v.letter, v.end = format[i], i+1
		if v.letter != '%' {
			v.arg = arg
			arg++
		}
		out = append(out, v)
	}
	return out
}

// format evaluates fmt.Sprintf and its kind; n is the index of the format.
func (fr *frame) format(st *state, call *ast.CallExpr, n int) texts {
	if n >= len(call.Args) {
		return texts{fr.gap(unknownHole, call)}
	}
	var out texts
	for _, f := range fr.texts(st, call.Args[n]) {
		s, ok := f.literal()
		if !ok {
			out = append(out, fr.formatHoles(f, len(call.Args) > n+1)...)
			continue
		}
		out = append(out, fr.expandFormat(st, f.mark(false, true), s, call, n)...)
	}
	return limit(out, maxAlternatives)
}

// formatHoles is the result of a format that is itself not fully known: its
// directives become holes. Of a parameter that is given more than its text, the
// result is not that text: its directives are filled in.
func (fr *frame) formatHoles(f *Text, given bool) texts {
	var ps []piece
	for _, p := range f.pieces {
		if p.hole != nil {
			ps = append(ps, p)
			if given && p.hole.param != 0 {
				ps = append(ps, piece{hole: &hole{name: "…"}})
			}
			continue
		}
		last := 0
		for _, v := range verbs(p.text) {
			ps = append(ps, sub(p, last, v.start))
			if v.letter == '%' {
				ps = append(ps, sub(p, v.start, v.start+1))
			} else {
				ps = append(ps, piece{hole: &hole{name: p.text[v.start:v.end]}})
			}
			last = v.end
		}
		ps = append(ps, sub(p, last, len(p.text)))
	}
	return texts{concat(&Text{pieces: ps, when: f.when})}
}

func sub(p piece, from, to int) piece {
	return piece{text: p.text[from:to], from: p.from.slice(from)}
}

// cut returns the bytes from start to end of a text without holes.
func cut(t *Text, start, end int) *Text {
	var ps []piece
	off := 0
	for _, p := range t.pieces {
		n := len(p.text)
		if lo, hi := max(start-off, 0), min(end-off, n); lo < hi {
			ps = append(ps, sub(p, lo, hi))
		}
		off += n
	}
	return concat(&Text{pieces: ps, when: t.when})
}

func (fr *frame) expandFormat(st *state, f *Text, s string, call *ast.CallExpr, n int) texts {
	out := texts{{}}
	last := 0
	for _, v := range verbs(s) {
		out = product(out, texts{cut(f, last, v.start)})
		last = v.end
		if v.letter == '%' {
			out = product(out, texts{cut(f, v.start, v.start+1)})
			continue
		}
		i := n + 1 + v.arg
		if i >= len(call.Args) || call.Ellipsis.IsValid() {
			out = product(out, texts{holeText(hole{name: s[v.start:v.end]})})
			continue
		}
		out = product(out, fr.formatted(st, call.Args[i], v))
	}
	return product(out, texts{cut(f, last, len(s))})
}

// formatted evaluates one argument under its directive.
func (fr *frame) formatted(st *state, arg ast.Expr, v verb) texts {
	t := fr.typeOf(arg)
	switch v.letter {
	case 's', 'v':
		if !v.plain {
			break
		}
		if isString(t) && !hasStringMethod(t) {
			return fr.texts(st, arg)
		}
		if s, ok := fr.constantValue(arg); ok {
			return texts{known(s, origin{pos: arg.Pos(), end: arg.End()})}
		}
		return texts{fr.hole(arg)}
	case 'd':
		// Have: a String method does not matter here.
		if s, ok := fr.constantInt(arg); ok && v.plain {
			return texts{known(s, origin{pos: arg.Pos(), end: arg.End()})}
		}
		return texts{fr.gap(sqlscan.HoleValue, arg)}
	case 'q':
		// Go's quoting is that of a quoted identifier, escapes apart.
		if ts := fr.texts(st, arg); len(ts) == 1 {
			if s, ok := ts[0].literal(); ok && isString(t) {
				return texts{known(strconv.Quote(s), origin{pos: arg.Pos(), end: arg.End()})}
			}
		}
		return texts{fr.gap(sqlscan.HoleIdent, arg)}
	case 't', 'x', 'X', 'f', 'g', 'e', 'b', 'o', 'c', 'U', 'F', 'G':
		return texts{fr.gap(sqlscan.HoleValue, arg)}
	}
	return texts{fr.gap(unknownHole, arg)}
}

func hasStringMethod(t types.Type) bool {
	for _, name := range []string{"String", "Error", "Format"} {
		if obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name); obj != nil {
			if _, ok := obj.(*types.Func); ok {
				return true
			}
		}
	}
	return false
}

// print evaluates fmt.Sprint: operands are separated by spaces where neither
// side is a string.
func (fr *frame) print(st *state, args []ast.Expr, line bool) texts {
	out := texts{{}}
	for i, a := range args {
		here := origin{pos: a.Pos(), end: a.End()}
		if i > 0 && (line || !isString(fr.typeOf(args[i-1])) && !isString(fr.typeOf(a))) {
			out = product(out, texts{known(" ", here)})
		}
		out = product(out, fr.formatted(st, a, verb{letter: 'v', plain: true}))
	}
	if line && len(args) > 0 {
		last := args[len(args)-1]
		out = product(out, texts{known("\n", origin{pos: last.End(), end: last.End()})})
	}
	return out
}

// effects applies what a call does to local builders, and forgets variables
// whose address it takes.
func (fr *frame) effects(st *state, call *ast.CallExpr) {
	fn, _ := typeutil.Callee(fr.prog.info, call).(*types.Func)
	if fn != nil && fn.Pkg() != nil {
		if fr.writesBuilder(st, fn, call) {
			return
		}
		if fn.Pkg().Path() == "fmt" && strings.HasPrefix(fn.Name(), "Fprint") && len(call.Args) > 0 {
			if v := fr.builderVar(call.Args[0]); v != nil {
				var more texts
				switch fn.Name() {
				case "Fprintf":
					more = fr.format(st, call, 1)
				default:
					more = fr.print(st, call.Args[1:], fn.Name() == "Fprintln")
				}
				fr.write(st, v, more)
				return
			}
		}
		if to, more := fr.executed(st, fn, call); more != nil {
			if v := fr.builderVar(to); v != nil {
				fr.write(st, v, more)
				return
			}
		}
	}
	if _, ok := fr.step(call); ok {
		return // Have: touch does it when the statement has what it is given.
	}
	for i, a := range call.Args {
		if fr.pointed(st, a) == nil || !fr.throughPointer(st, call, i) {
			fr.escape(st, a)
		}
	}
	fr.handOver(st, call)
}

// escape applies what an unknown function may do to an argument.
func (fr *frame) escape(st *state, a ast.Expr) {
	if v := fr.builderVar(a); v != nil {
		fr.write(st, v, texts{fr.gap(sqlscan.HoleFragment, a)})
		return
	}
	if u, ok := ast.Unparen(a).(*ast.UnaryExpr); ok {
		fr.forget(st, u.X)
	}
}

// builderVar returns the local variable if e is a builder or its address.
func (fr *frame) builderVar(e ast.Expr) *types.Var {
	e = ast.Unparen(e)
	if u, ok := e.(*ast.UnaryExpr); ok {
		e = ast.Unparen(u.X)
	}
	id, ok := e.(*ast.Ident)
	if !ok {
		return nil
	}
	v, ok := fr.prog.info.Uses[id].(*types.Var)
	if !ok || !isBuilder(v.Type()) {
		return nil
	}
	return v
}

// write appends to a builder. One whose start is not known begins with a hole.
func (fr *frame) write(st *state, v *types.Var, more texts) {
	old, ok := st.vars[v].(texts)
	if !ok {
		old = texts{holeText(hole{kind: sqlscan.HoleFragment, name: v.Name()})}
	}
	st.vars[v] = product(old, more)
}

func (fr *frame) writesBuilder(st *state, fn *types.Func, call *ast.CallExpr) bool {
	recv := fn.Signature().Recv()
	if recv == nil || !isBuilder(recv.Type()) {
		return false
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	v := fr.builderVar(sel.X)
	if v == nil {
		return false
	}
	switch fn.Name() {
	case "WriteString", "Write":
		fr.write(st, v, fr.texts(st, call.Args[0]))
	case "WriteByte", "WriteRune":
		more := texts{fr.gap(unknownHole, call.Args[0])}
		if tv := fr.prog.info.Types[call.Args[0]]; tv.Value != nil {
			if n, err := strconv.ParseInt(tv.Value.ExactString(), 10, 32); err == nil {
				more = texts{known(string(rune(n)), origin{pos: call.Args[0].Pos(), end: call.Args[0].End()})}
			}
		}
		fr.write(st, v, more)
	case "Reset":
		st.vars[v] = texts{&Text{}}
	case "Truncate", "ReadFrom", "ReadString":
		delete(st.vars, v)
	}
	return true
}
