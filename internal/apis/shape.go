package apis

import (
	"go/types"
	"slices"
	"strings"
	"unicode"
)

// This file knows types by their shape: what reads rows, what counts affected
// rows, what is a transaction. Names alone never decide.

// isAny reports whether t is the empty interface itself, or a driver.Value: a
// type Option any is no place for bind values.
func isAny(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Interface:
		return t.Empty()
	case *types.Named:
		return t.Obj().Name() == "Value" && t.Obj().Pkg() != nil && t.Obj().Pkg().Path() == "database/sql/driver"
	}
	return false
}

// isString reports whether t is string or a type of that kind.
func isString(t types.Type) bool {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return false
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

func isError(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

func isContext(t types.Type) bool {
	n := named(t)
	return n != nil && n.Obj().Name() == "Context" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "context"
}

// named returns the named type of t or *t; nil if there is none.
func named(t types.Type) *types.Named {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, _ := t.(*types.Named)
	return n
}

// TypeName returns "import/path.Name" of t or *t; "" if it has no name.
func TypeName(t types.Type) string {
	n := named(t)
	if n == nil || n.Obj().Pkg() == nil {
		return ""
	}
	return n.Obj().Pkg().Path() + "." + n.Obj().Name()
}

// method returns the exported method of t, or of *t; nil if there is none, or
// if it comes from a library that is not an SQL database.
func method(t types.Type, name string) *types.Func {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	fn, ok := obj.(*types.Func)
	if !ok || fn.Pkg() == nil {
		return nil
	}
	if lib, ok := LibraryOf(fn.Pkg().Path()); ok && lib.NoSignatureRules {
		return nil
	}
	return fn
}

// A rowKind says what a result type is to a query.
type rowKind uint8

const (
	notRows  rowKind = iota
	oneRow           // Scan, no Next
	manyRows         // Scan and Next
	affected         // RowsAffected
)

// result classifies the first result of a call. The type's name must speak of
// rows as well: a query builder may have Scan too.
func result(sig *types.Signature) rowKind {
	if sig.Results().Len() == 0 {
		return notRows
	}
	return kindOf(sig.Results().At(0).Type())
}

func kindOf(t types.Type) rowKind {
	n := named(t)
	if n == nil {
		return notRows
	}
	switch name := n.Obj().Name(); {
	case hasSuffixFold(name, "Rows"), hasSuffixFold(name, "Row"), hasSuffixFold(name, "Scanner"):
		scan := method(t, "Scan")
		if scan == nil || !isScan(scan.Signature()) {
			return notRows
		}
		if next := method(t, "Next"); next != nil {
			return manyRows
		}
		return oneRow
	case hasSuffixFold(name, "Result"), hasSuffixFold(name, "CommandTag"):
		if m := method(t, "RowsAffected"); m != nil && m.Signature().Params().Len() == 0 {
			return affected
		}
	}
	return notRows
}

// isScan: Scan(dest ...any) error.
func isScan(sig *types.Signature) bool {
	_, ok := variadicAny(sig)
	return ok && sig.Params().Len() == 1 && lastIsError(sig)
}

func hasSuffixFold(s, suffix string) bool {
	return len(s) >= len(suffix) && strings.EqualFold(s[len(s)-len(suffix):], suffix)
}

// variadicAny returns the position of a last parameter ...any.
func variadicAny(sig *types.Signature) (int, bool) {
	last := sig.Params().Len() - 1
	if !sig.Variadic() {
		return None, false
	}
	s, ok := sig.Params().At(last).Type().Underlying().(*types.Slice)
	return last, ok && isAny(s.Elem())
}

func lastIsError(sig *types.Signature) bool {
	n := sig.Results().Len()
	return n > 0 && isError(sig.Results().At(n-1).Type())
}

// IsHandle reports whether values of t send SQL: a method of t is one of
// those that R1.query, R1.exec and R1.prepare know by their result alone.
func IsHandle(t types.Type) bool {
	n := named(t)
	if n == nil {
		return false
	}
	for _, name := range [...]string{
		"Query", "QueryContext", "QueryRow", "QueryRowContext", "Exec", "ExecContext",
		"Queryx", "QueryxContext", "QueryRowx", "QueryRowxContext", "QueryCtx", "QueryRowCtx", "ExecCtx",
		"Prepare", "PrepareContext",
	} {
		fn := method(t, name)
		if fn == nil {
			continue
		}
		sig := fn.Signature()
		if at, ok := variadicAny(sig); ok && at > 0 && isString(sig.Params().At(at-1).Type()) && result(sig) != notRows {
			return true
		}
		if strings.HasPrefix(name, "Prepare") && isPrepared(sig) {
			return true
		}
	}
	return false
}

// isPrepared reports whether the first result is a prepared statement: a type
// so called whose methods send it, or pgx's description of one.
func isPrepared(sig *types.Signature) bool {
	if sig.Results().Len() == 0 {
		return false
	}
	t := sig.Results().At(0).Type()
	n := named(t)
	if n == nil {
		return false
	}
	if n.Obj().Name() == "StatementDescription" {
		obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "SQL")
		v, ok := obj.(*types.Var)
		return ok && isString(v.Type())
	}
	return isStmt(t)
}

// isStmt reports whether t is a prepared statement.
func isStmt(t types.Type) bool {
	n := named(t)
	if n == nil || !strings.Contains(n.Obj().Name(), "Stmt") && !strings.Contains(n.Obj().Name(), "Prepared") {
		return false
	}
	for _, name := range [...]string{"Exec", "ExecContext", "Query", "QueryContext", "QueryRow", "QueryRowContext", "QueryRowxContext", "ExecCtx"} {
		if fn := method(t, name); fn != nil && result(fn.Signature()) != notRows {
			return true
		}
	}
	return false
}

// IsTx reports whether t is a transaction by its shape: it has Commit and
// Rollback, each without arguments but a context. alsoHandle is true of types
// that are the plain database handle as well, such as *gorm.DB and what embeds
// one, or a store that begins a transaction which is a store: a value of them
// need not be a transaction.
func IsTx(t types.Type) (tx, alsoHandle bool) {
	n := named(t)
	if n == nil {
		return false, false
	}
	commit := method(t, "Commit")
	if !isEnd(commit) || !isEnd(method(t, "Rollback")) {
		return false, false
	}
	lib, ok := LibraryOf(commit.Pkg().Path())
	if !ok {
		return true, !Standard(commit.Pkg().Path()) && beginsItself(n)
	}
	if len(lib.TxSameAsDB) == 0 {
		return true, false
	}
	recv, _, _ := splitKey(Key(commit))
	return true, slices.Contains(lib.TxSameAsDB, recv)
}

// beginsItself reports whether a method of n returns another n and an error.
func beginsItself(n *types.Named) bool {
	set := types.NewMethodSet(types.NewPointer(n))
	if types.IsInterface(n) {
		set = types.NewMethodSet(n)
	}
	for sel := range set.Methods() {
		fn, ok := sel.Obj().(*types.Func)
		if !ok {
			continue
		}
		res := fn.Signature().Results()
		if res.Len() > 1 && lastIsError(fn.Signature()) && named(res.At(0).Type()) == n {
			return true
		}
	}
	return false
}

// IsContext reports whether t is context.Context, or a type with all of its
// methods: a context of the program's own.
func IsContext(t types.Type) bool {
	if isContext(t) {
		return true
	}
	if n := named(t); n == nil || n.Obj().Pkg() == nil {
		return false
	}
	for _, name := range [...]string{"Deadline", "Done", "Err", "Value"} {
		if method(t, name) == nil {
			return false
		}
	}
	return true
}

// ReturnsTx reports whether fn, whose body need not be known, begins a
// transaction by its types: it returns one and an error. Where the first result
// may be a plain handle as well, it must take options for a transaction, or
// hand out the plain transaction besides.
func ReturnsTx(fn *types.Func) bool {
	sig := fn.Signature()
	if sig.Results().Len() < 2 || !lastIsError(sig) {
		return false
	}
	tx, handle := IsTx(sig.Results().At(0).Type())
	if !tx || !handle {
		return tx
	}
	for v := range sig.Params().Variables() {
		if n := named(v.Type()); n != nil && n.Obj().Name() == "TxOptions" {
			return true
		}
	}
	for i := 1; i < sig.Results().Len(); i++ {
		if tx, handle := IsTx(sig.Results().At(i).Type()); tx && !handle {
			return true
		}
	}
	return false
}

// isEnd reports whether fn can be the Commit or Rollback of a transaction.
func isEnd(fn *types.Func) bool {
	if fn == nil {
		return false
	}
	sig := fn.Signature()
	switch sig.Params().Len() {
	case 0:
	case 1:
		if !isContext(sig.Params().At(0).Type()) {
			return false
		}
	default:
		return false
	}
	switch sig.Results().Len() {
	case 0:
		return true
	case 1:
		// The handle itself carries the error in gorm.
		r := sig.Results().At(0).Type()
		return isError(r) || sig.Recv() != nil && named(r) != nil && named(r) == named(sig.Recv().Type())
	}
	return false
}

// words splits a Go name at its capitals: "RunInTx" is run, in, tx.
func words(name string) []string {
	var out []string
	start := 0
	runes := []rune(name)
	for i := 1; i <= len(runes); i++ {
		// A word ends before a capital that follows a small letter, and
		// before the last capital of a run ("SQLTx" is sql, tx).
		if i == len(runes) ||
			unicode.IsUpper(runes[i]) && (!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			out = append(out, strings.ToLower(strings.Trim(string(runes[start:i]), "_")))
			start = i
		}
	}
	return out
}
