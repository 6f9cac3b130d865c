package loops

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
)

// A verdict says what bounds a number of iterations, and why.
type verdict struct {
	bound Bound
	why   string
	count int64
	chain bool // see [Loop.Chain]
}

func constantly(n int64, what string) verdict {
	return verdict{bound: Constant, why: fmt.Sprintf("%s of %d", what, n), count: n}
}

// source returns what bounds the number of elements of e, or the number e
// itself if it is an integer.
func (u *unit) source(e ast.Expr) verdict { return u.sourceAt(e, 8) }

func (u *unit) sourceAt(e ast.Expr, depth int) verdict {
	e = ast.Unparen(e)
	t := u.Info.TypeOf(e)
	if n, ok := u.integer(e); ok {
		if n >= boundless {
			return verdict{bound: Data, why: "a number without a bound"}
		}
		return verdict{bound: Constant, why: fmt.Sprintf("the constant %d", n), count: n}
	}
	if u.Info.Types[e].Value != nil {
		return verdict{bound: Constant, why: "a constant string"}
	}
	if a, ok := under(t).(*types.Array); ok {
		return constantly(a.Len(), "an array")
	}
	if v, ok := u.byElement(t); ok && !u.oneHandle(e) {
		return v
	}
	if depth > 0 {
		switch x := e.(type) {
		case *ast.CompositeLit:
			return constantly(int64(len(x.Elts)), "a literal")
		case *ast.Ident:
			if obj := u.object(x); obj != nil {
				return u.sourceVar(obj, depth-1)
			}
		case *ast.SelectorExpr:
			if u.Info.Selections[x] == nil {
				if obj := u.object(x.Sel); obj != nil {
					return u.sourceVar(obj, depth-1)
				}
			} else if v, ok := u.sourceField(x, depth-1); ok {
				return v
			}
		case *ast.CallExpr:
			return u.sourceCall(x, depth-1)
		case *ast.SliceExpr:
			if v := u.sourceAt(x.X, depth-1); v.bound != Data {
				v.count = 0
				return v
			}
		case *ast.BinaryExpr:
			return u.sourceSum(x, depth-1)
		}
	}
	return byType(t)
}

// byElement knows collections by what they hold.
func (u *unit) byElement(t types.Type) (verdict, bool) {
	el := elem(t)
	if el == nil {
		return verdict{}, false
	}
	if u.handle(el) != noHandle {
		return verdict{bound: Handles, why: "database handles"}, true
	}
	if u.holdsHandle(el) || u.hidesHandle(el) {
		return verdict{bound: Handles, why: "values that hold a database handle each, and no data"}, true
	}
	if u.isCode(el) {
		return verdict{bound: Migrations, why: "functions that are given a database each"}, true
	}
	path, name := named(el)
	if _, ok := under(t).(*types.Chan); ok && path == "time" && name == "Time" {
		return verdict{bound: Poll, why: "ticks of a timer"}, true
	}
	return verdict{}, false
}

// oneHandle: what a variable holds is made in this declaration, by a loop that
// gives each of its values the same handle: records that know their database.
func (u *unit) oneHandle(e ast.Expr) bool {
	same := false
	for _, w := range u.writes[u.object(e)] {
		made := []ast.Expr{w.rhs}
		if call, ok := ast.Unparen(w.rhs).(*ast.CallExpr); ok && w.rhs != nil && u.builtin(call) == "append" {
			made = call.Args[1:]
		}
		loop := u.loopAround(w.at)
		for _, x := range made {
			if u.literalOf(x) == nil {
				continue
			}
			s, ok := under(u.Info.TypeOf(x)).(*types.Struct)
			if !ok || loop == nil {
				return false
			}
			for f := range s.Fields() {
				if u.handle(f.Type()) == noHandle {
					continue
				}
				root := u.rootObj(u.fieldOf(x, f.Name()))
				if same = root != nil && !local(root, loop); !same {
					return false
				}
			}
		}
	}
	return same
}

// isCode: the values of a type are code of the program that is given a
// database: a function, or a struct that has one. There are as many as somebody
// wrote. Migrations of a library's are known by their type.
func (r *Result) isCode(t types.Type) bool {
	if path, name := named(t); path != "" && !r.oursNamed(t) {
		if w := words(name); len(w) > 0 && (w[len(w)-1] == "migration" || w[len(w)-1] == "changeset") {
			return true
		}
	}
	if r.takesHandle(t) {
		return true
	}
	s, ok := under(t).(*types.Struct)
	if !ok {
		return false
	}
	for f := range s.Fields() {
		if r.takesHandle(f.Type()) {
			return true
		}
	}
	return false
}

// takesHandle: a function that has a parameter which is a database handle.
func (r *Result) takesHandle(t types.Type) bool {
	sig, ok := t.Underlying().(*types.Signature)
	if !ok {
		return false
	}
	for v := range sig.Results().Variables() {
		if r.handle(v.Type()) != noHandle {
			return false // it makes a query of it
		}
	}
	for v := range sig.Params().Variables() {
		if r.handle(v.Type()) != noHandle {
			return true
		}
	}
	return false
}

// byType is the answer if only the type is known.
func byType(t types.Type) verdict {
	switch t := under(t).(type) {
	case *types.Slice:
		return verdict{bound: Data, why: "a slice"}
	case *types.Map:
		return verdict{bound: Data, why: "a map"}
	case *types.Chan:
		return verdict{bound: Worker, why: "what arrives on a channel"}
	case *types.Signature:
		return verdict{bound: Data, why: "an iterator"}
	case *types.Basic:
		if t.Info()&types.IsInteger != 0 {
			return verdict{bound: Data, why: "a number"}
		}
		return verdict{bound: Data, why: "a string"}
	}
	return verdict{}
}

// sourceVar returns what bounds the content of a variable.
func (u *unit) sourceVar(obj types.Object, depth int) verdict {
	if u.isGlobal(obj) {
		return u.sourceGlobal(obj)
	}
	if _, ok := under(obj.Type()).(*types.Chan); ok {
		return u.sourceChan(obj)
	}
	if u.mayBeGiven(obj) {
		return byType(obj.Type())
	}
	var (
		first  ast.Expr
		result verdict
	)
	for _, w := range u.writes[obj] {
		switch w.kind {
		case element:
			if _, ok := under(obj.Type()).(*types.Map); ok {
				if v, grows := u.grows(obj, w, depth); grows {
					v.why = "a map filled by " + v.why
					return v
				}
			}
			continue
		case ranged:
			if v, ok := u.elementOf(w, depth); ok {
				return v
			}
			return byType(obj.Type())
		case address:
			if x, ok := w.at.(*ast.UnaryExpr); ok {
				if _, ok := ast.Unparen(x.X).(*ast.IndexExpr); ok {
					continue // of an element
				}
			}
			return byType(obj.Type())
		case update:
			return byType(obj.Type())
		}
		if w.rhs == nil {
			if w.kind == define {
				continue // var x []T
			}
			return byType(obj.Type())
		}
		if call, ok := ast.Unparen(w.rhs).(*ast.CallExpr); ok && u.builtin(call) == "append" {
			if call.Ellipsis.IsValid() {
				return byType(obj.Type())
			}
			if v, grows := u.grows(obj, w, depth); grows {
				v.why = "a list filled by " + v.why
				return v
			}
			continue // a few more elements
		}
		v := u.sourceAt(w.rhs, depth)
		switch v.bound {
		case Data:
			return v
		case Unknown:
			return byType(obj.Type()) // one of several results
		}
		if first == nil {
			first, result = w.rhs, v
		} else {
			result.count = 0
		}
	}
	if first == nil {
		return byType(obj.Type())
	}
	return result
}

// mayBeGiven: a parameter, of which some branch at most assigns another value:
// if list == nil { list = []T{} }.
func (u *unit) mayBeGiven(obj types.Object) bool {
	given := false
	for _, w := range u.writes[obj] {
		for f := u.function(w.at); f != nil; f = u.function(f) {
			var ft *ast.FuncType
			switch f := f.(type) {
			case *ast.FuncDecl:
				ft = f.Type
			case *ast.FuncLit:
				ft = f.Type
			}
			if ft == nil || !local(obj, ft.Params) {
				continue
			}
			block, _ := u.parent[w.at].(*ast.BlockStmt)
			if w.kind != element && block != nil && u.parent[block] == f {
				return false // whatever is given
			}
			given = true
		}
	}
	return given
}

// grows reports whether a write to a variable is repeated with data, and what
// bounds that: a list that is filled once a batch has as many elements as there
// are batches.
func (u *unit) grows(obj types.Object, w write, depth int) (verdict, bool) {
	found := verdict{}
	for s := u.loopAround(w.at); s != nil; s = u.loopAround(s) {
		if local(obj, s) {
			return found, found.bound != Unknown // another one each time
		}
		if depth <= 0 {
			return verdict{bound: Data, why: "a loop"}, true
		}
		switch l := u.loop(s); l.Bound {
		case Constant:
		case Batch:
			if found.bound == Unknown {
				found = verdict{bound: Batch, why: "a loop that " + l.Why}
			}
		default:
			return verdict{bound: Data, why: fmt.Sprintf("the loop at line %d", l.Line)}, true
		}
	}
	if lit, ok := u.function(w.at).(*ast.FuncLit); ok && !local(obj, lit) {
		return verdict{bound: Data, why: "a function"}, true // how often it is called is not known here
	}
	return found, found.bound != Unknown
}

// elementOf returns what bounds an element of something that is ranged over:
// an element of a table of constants is constant itself.
func (u *unit) elementOf(w write, depth int) (verdict, bool) {
	if depth <= 0 {
		return verdict{}, false
	}
	v := u.sourceAt(w.rhs, depth)
	if v.bound == Constant {
		if part, ok := u.partOf(w.rhs, "", depth); ok {
			return part, true
		}
		return verdict{bound: Constant, why: "part of " + v.why}, true
	}
	return verdict{}, false
}

// partOf returns what bounds the collections in the elements of a literal of
// this function, of one field of them or, if that is "", of themselves: those
// that are not constant may grow.
func (u *unit) partOf(e ast.Expr, field string, depth int) (verdict, bool) {
	lit := u.literalOf(e)
	if lit == nil {
		return verdict{}, false
	}
	for _, elt := range lit.Elts {
		if kv, ok := elt.(*ast.KeyValueExpr); ok {
			elt = kv.Value
		}
		if field != "" {
			elt = u.fieldOf(elt, field)
		}
		if elt == nil || !isCollection(u.Info.TypeOf(elt)) {
			continue
		}
		if v := u.sourceAt(elt, depth); v.bound != Constant && v.bound != Unknown {
			return v, true
		}
	}
	return verdict{}, false
}

// literalOf returns the composite literal that e is, or that a variable holds
// which is written once.
func (u *unit) literalOf(e ast.Expr) *ast.CompositeLit {
	e = ast.Unparen(e)
	if obj := u.object(e); obj != nil {
		if ws := u.writes[obj]; len(ws) == 1 && ws[0].kind == define && ws[0].rhs != nil {
			e = ast.Unparen(ws[0].rhs)
		}
	}
	if x, ok := e.(*ast.UnaryExpr); ok && x.Op == token.AND {
		e = ast.Unparen(x.X)
	}
	lit, _ := e.(*ast.CompositeLit)
	return lit
}

// fieldOf returns the value that a struct literal gives to a field; nil if it
// has none.
func (u *unit) fieldOf(e ast.Expr, field string) ast.Expr {
	lit := u.literalOf(e)
	if lit == nil {
		return nil
	}
	s, ok := under(u.Info.TypeOf(lit)).(*types.Struct)
	if !ok {
		return nil
	}
	for i, elt := range lit.Elts {
		if kv, ok := elt.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok && id.Name == field {
				return kv.Value
			}
		} else if i < s.NumFields() && s.Field(i).Name() == field {
			return elt
		}
	}
	return nil
}

// sourceField: a field of an element of a table of constants.
func (u *unit) sourceField(x *ast.SelectorExpr, depth int) (verdict, bool) {
	obj := u.rootObj(x)
	if obj == nil {
		return verdict{}, false
	}
	if u.isGlobal(obj) {
		if v := u.sourceGlobal(obj); v.bound == Constant {
			return verdict{bound: Constant, why: "part of " + v.why}, true
		}
		return verdict{}, false
	}
	ws := u.writes[obj]
	if v, ok := u.sourceOwnField(x, obj, depth); ok {
		return v, true
	}
	if len(ws) == 1 && ws[0].kind == ranged {
		if part, ok := u.partOf(ws[0].rhs, x.Sel.Name, depth); ok {
			return part, true
		}
		return u.elementOf(ws[0], depth)
	}
	return verdict{}, false
}

// sourceOwnField: a field of a local variable that its literal alone sets, or the
// function of this package that makes it:
// elements of the field may be written, and the other fields.
func (u *unit) sourceOwnField(x *ast.SelectorExpr, obj types.Object, depth int) (verdict, bool) {
	_, path, exact := u.fieldPath(x)
	if !exact || path != x.Sel.Name || depth <= 0 {
		return verdict{}, false
	}
	var value, made ast.Expr
	for _, w := range u.writes[obj] {
		var written ast.Expr
		switch w.kind {
		case define:
			if w.rhs == nil || made != nil {
				return verdict{}, false
			}
			value, made = u.fieldOf(w.rhs, path), w.rhs
			continue
		case element:
			written = w.lhs
		case address:
			written = w.at.(*ast.UnaryExpr).X
		default:
			return verdict{}, false
		}
		if _, p, exact := u.fieldPath(written); exact && overlap(p, path) {
			return verdict{}, false
		}
	}
	if made == nil || u.handsOn(obj) {
		return verdict{}, false
	}
	if value == nil {
		return u.returnedField(made, path, depth-1)
	}
	v := u.sourceAt(value, depth-1)
	return v, v.bound == Constant
}

// handsOn: the variable is given to a function, or has methods called, that may
// change it.
func (u *unit) handsOn(obj types.Object) bool {
	for _, id := range u.idents[obj] {
		switch p := u.parent[id].(type) {
		case *ast.CallExpr:
			return true
		case *ast.SelectorExpr:
			if s := u.Info.Selections[p]; s != nil && s.Kind() == types.MethodVal {
				return true
			}
		}
	}
	return false
}

// sourceSum: a number computed from others grows with data if one of them
// does.
func (u *unit) sourceSum(x *ast.BinaryExpr, depth int) verdict {
	l, r := u.sourceAt(x.X, depth), u.sourceAt(x.Y, depth)
	if l.bound == Constant {
		r.count = 0
		return r
	}
	l.count = 0
	return l
}
