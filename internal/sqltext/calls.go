package sqltext

import (
	"go/ast"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// result returns the i-th result of a call, or the value of any other
// expression for i = 0.
func (fr *frame) result(st *state, e ast.Expr, i int) value {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		if i != 0 {
			// The comma-ok form of a map lookup or assertion: its second
			// value is no text.
			return nil
		}
		return fr.eval(st, e)
	}
	if fr.isVerbatim(call) || fr.isBuilding(call) {
		return fr.eval(st, call.Args[0])
	}
	if v, ok := fr.built[call]; ok && i == 0 {
		return v
	}
	if s, ok := fr.step(call); ok {
		return fr.chained(st, s, i)
	}
	if s, ok := fr.stepBehind(st, call); ok {
		return fr.chained(st, s, i)
	}
	switch callee := typeutil.Callee(fr.prog.info, call).(type) {
	case *types.Builtin:
		return fr.builtin(st, callee.Name(), call)
	case *types.Func:
		if v, ok := fr.standard(st, callee.Origin(), call, i); ok {
			return v
		}
		return fr.function(st, callee.Origin(), call, i)
	}
	if i == 0 && fr.prog.building(fr.typeOf(call)) != nil {
		return fr.closureResult(st, call)
	}
	return nil
}

// closureResult returns the statement that a function held by a variable makes.
func (fr *frame) closureResult(st *state, call *ast.CallExpr) value {
	args := make([]value, len(call.Args))
	for i, a := range call.Args {
		args[i] = fr.field(st, a)
	}
	f, known := fr.eval(st, call.Fun).(function)
	if known {
		if v := fr.invoke(f, args); v != nil {
			return v
		}
	}
	for i, a := range call.Args {
		if cs, ok := args[i].(chains); ok && types.Identical(fr.typeOf(a), fr.typeOf(call)) {
			return cs.unsure(exprName(call.Fun))
		}
	}
	return nil
}

func (fr *frame) builtin(st *state, name string, call *ast.CallExpr) value {
	switch name {
	case "append":
		return fr.appended(st, call)
	case "make":
		if t := fr.typeOf(call); isPairs(t) {
			return maps{new(pairs)}
		}
		if len(call.Args) > 0 && (isStringSlice(fr.typeOf(call)) || fr.prog.building(fr.typeOf(call)) != nil) {
			// make([]string, 0, n) is an empty list; with a length the
			// elements are set one by one, which is not followed.
			if len(call.Args) > 1 {
				if n, ok := fr.constantValue(call.Args[1]); ok && n == "0" {
					return lists{{}}
				}
			}
		}
	case "new":
		if isBuilder(fr.typeOf(call)) {
			return texts{&Text{}}
		}
		if ptr, ok := types.Unalias(fr.typeOf(call)).(*types.Pointer); ok && isNamedStruct(ptr.Elem()) {
			return zero(ptr.Elem())
		}
	}
	return nil
}

func (fr *frame) appended(st *state, call *ast.CallExpr) value {
	lib := fr.prog.building(fr.typeOf(call))
	if len(call.Args) == 0 || !isStringSlice(fr.typeOf(call)) && lib == nil {
		return nil
	}
	old, ok := fr.eval(st, call.Args[0]).(lists)
	if !ok {
		if !isNil(fr.prog.info, call.Args[0]) {
			return nil
		}
		old = lists{{}}
	}
	var more lists
	if call.Ellipsis.IsValid() {
		more, ok = fr.eval(st, call.Args[1]).(lists)
		if !ok {
			more = lists{{open: true}}
		}
	} else {
		l := list{}
		for _, a := range call.Args[1:] {
			if lib != nil {
				l.elems = append(l.elems, fr.expression(st, lib, a))
				continue
			}
			l.elems = append(l.elems, fr.texts(st, a))
		}
		more = lists{l}
	}
	var out lists
	for _, a := range old {
		for _, b := range more {
			l := list{open: a.open || b.open}
			l.elems = append(append(l.elems, a.elems...), b.elems...)
			out = append(out, l)
		}
	}
	return joinLists(nil, out)
}

func isNil(info *types.Info, e ast.Expr) bool {
	tv, ok := info.Types[e]
	return ok && tv.IsNil()
}

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
			return texts{holeText(hole{kind: sqlscan.HoleValue, name: exprName(call)})}, true
		}
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
		return texts{holeText(hole{kind: sqlscan.HoleFragment, name: exprName(call)})}, true
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
	return &Text{pieces: ps}
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
	return concat(&Text{pieces: ps})
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
	var out texts
	for _, t := range in {
		for _, n := range new {
			out = append(out, replaceIn(t, needle, n))
		}
	}
	return limit(out, maxAlternatives)
}

func replaceIn(t *Text, needle string, with *Text) *Text {
	var ps []piece
	for _, p := range t.pieces {
		for p.hole == nil {
			i := strings.Index(p.text, needle)
			if i < 0 {
				break
			}
			ps = append(ps, piece{text: p.text[:i], from: p.from})
			ps = append(ps, with.pieces...)
			p = piece{text: p.text[i+len(needle):], from: p.from.slice(i + len(needle))}
		}
		ps = append(ps, p)
	}
	return concat(&Text{pieces: ps})
}

// joined returns strings.Join. Behind the known elements of an open list more
// may follow.
func joined(ls lists, sep texts, name string) value {
	more := texts{holeText(hole{kind: sqlscan.HoleFragment, name: name, repeat: true})}
	var out texts
	for _, l := range ls {
		cur := texts{{}}
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

// function evaluates a call of any other function.
func (fr *frame) function(st *state, fn *types.Func, call *ast.CallExpr, i int) value {
	p := fr.prog
	if n, ok := p.oracle.Rewrites(fn); ok {
		if i == 0 && n < len(call.Args) {
			return fr.eval(st, call.Args[n])
		}
		return nil
	}
	if i >= fn.Signature().Results().Len() {
		return nil
	}
	if t := fn.Signature().Results().At(i).Type(); !isString(t) {
		if p.building(t) == nil && !isPairs(t) && !isStringSlice(t) && !p.carries(t) {
			return nil
		}
		if decl, ok := p.decls[fn]; ok {
			return fr.inline(st, fn, decl, call, i)
		}
		if sums := p.oracle.Builds(fn); i == 0 && len(sums) > 0 {
			if cs, ok := fr.expandChains(st, sums, call); ok {
				return cs
			}
		}
		if sums := p.oracle.Returns(fn); i == 0 && len(sums) > 0 {
			return expand(sums, nil, call)
		}
		return nil
	}
	if kind, ok := p.oracle.Quotes(fn); ok {
		return texts{holeText(hole{kind: kind, name: exprName(call)})}
	}
	if decl, ok := p.decls[fn]; ok {
		if v := fr.inline(st, fn, decl, call, i); v != nil {
			return v
		}
	} else if i == 0 {
		if sums := p.oracle.Returns(fn); len(sums) > 0 {
			args := func(n int) texts {
				if n < len(call.Args) && !call.Ellipsis.IsValid() {
					return fr.texts(st, call.Args[n])
				}
				return texts{holeText(hole{name: exprName(call)})}
			}
			return expand(sums, args, call)
		}
	}
	return texts{holeText(hole{kind: kindOf(fn.Signature().Results().At(i).Type()), name: exprName(call)})}
}

// inline evaluates a call of a function of this package by interpreting its
// body with the arguments of the call.
func (fr *frame) inline(st *state, fn *types.Func, decl *ast.FuncDecl, call *ast.CallExpr, i int) value {
	p := fr.prog
	if decl.Body == nil || fr.depth >= maxDepth || p.active[fn] || p.budget <= 0 {
		return nil
	}
	in := newState()
	fr.bindParams(st, in, decl.Type, call)
	fr.bindReceiver(st, in, decl, call)
	return fr.body(in, fn, decl, i, fr.instantiated(call))
}

// body interprets the body of a function of this package and returns its i-th
// result.
func (fr *frame) body(in *state, fn *types.Func, decl *ast.FuncDecl, i int, targs map[*types.TypeParam]types.Type) value {
	p := fr.prog
	p.active[fn] = true
	defer delete(p.active, fn)
	var (
		out  value
		lost bool
		text = isString(fn.Signature().Results().At(i).Type())
	)
	sub := &frame{prog: p, root: fr.root, targs: targs, depth: fr.depth + 1}
	sub.returns = func(st *state, results []ast.Expr) {
		var v value
		switch {
		case len(results) > i && len(results) == fn.Signature().Results().Len():
			if text {
				v = sub.texts(st, results[i])
			} else if v = sub.eval(st, results[i]); isNil(p.info, results[i]) && len(results) > 1 {
				return // beside an error
			}
		case len(results) == 1:
			v = sub.result(st, results[0], i)
		case len(results) == 0:
			v = st.vars[fn.Signature().Results().At(i)]
		}
		switch {
		case v == nil:
			lost = true
		case out == nil:
			out = v
		default:
			if out = join(out, v); out == nil {
				lost = true
			}
		}
	}
	in.results(fn.Signature())
	sub.block(in, decl.Body)
	if lost || out == nil || p.budget < 0 {
		return nil
	}
	if ts, ok := out.(texts); ok && text {
		return limit(dropEmpty(ts), maxElements)
	}
	return out
}

// inlineResult returns the first result of a function without arguments.
func (fr *frame) inlineResult(fn *types.Func, decl *ast.FuncDecl) value {
	return fr.body(newState(), fn, decl, 0, nil)
}

// bindReceiver gives a method the statement under construction that it is
// called on, or the struct that carries one. It returns the receiver's
// variable; nil if it has none.
func (fr *frame) bindReceiver(st, in *state, decl *ast.FuncDecl, call *ast.CallExpr) *types.Var {
	x := receiver(call)
	if x == nil || decl.Recv == nil || len(decl.Recv.List) == 0 || len(decl.Recv.List[0].Names) == 0 {
		return nil
	}
	v, ok := fr.prog.info.Defs[decl.Recv.List[0].Names[0]].(*types.Var)
	if ok && (fr.prog.building(v.Type()) != nil || fr.prog.carries(v.Type())) {
		if val := fr.eval(st, x); val != nil {
			in.vars[v] = val
		}
	}
	return v
}

// dropEmpty removes the empty string from alternatives that have others: it
// is what functions return beside an error.
func dropEmpty(ts texts) texts {
	if len(ts) < 2 {
		return ts
	}
	var out texts
	for _, t := range ts {
		if len(t.pieces) > 0 {
			out = append(out, t)
		}
	}
	return out
}
