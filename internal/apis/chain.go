package apis

import (
	"go/types"
	"slices"
	"strings"
	"sync"
)

// A Chain is what a data file says of the statements that its library builds
// from calls: which types hold a statement under construction, and what each
// method, function and value adds to it.
//
// Names are relative to the library's module: "SelectBuilder" or, in the
// package below it, "clause.Eq".
type Chain struct {
	// InPlace: a method changes its receiver; else it returns a changed copy.
	InPlace bool `yaml:"in_place"`
	// Naming names how struct types become tables (package models); "" if
	// the library has no models.
	Naming string `yaml:"naming"`
	// Types are the types of statements under construction, with the verb
	// that they stand for: "" if a finisher decides, "unknown" for an
	// interface that statements, conditions and expressions implement.
	Types map[string]string `yaml:"types"`
	// Handles are those of Types that are also the plain database handle or
	// an empty start: a value of which nothing is known has no clauses yet.
	Handles []string `yaml:"handles"`
	// Calls has the methods and functions: ".Where" is a method of any of
	// Types, "*.And" of any of Values, "SelectBuilder.Where" of one type,
	// "Select" a function.
	Calls map[string]Effect `yaml:"calls"`
	// Values has the types of which a value is a part of a statement:
	// squirrel's Eq, gorm's clause.OrderByColumn, bun's Ident.
	Values map[string]Effect `yaml:"values"`
	// Group says which conditions stand in brackets: each, all for each and
	// all of them where there are several, or compound for
	// those with an AND or OR of their own beside others.
	Group string `yaml:"group"`
	// BoolIs: a map compares booleans by IS.
	BoolIs bool `yaml:"bool_is"`
	// ByKey: a number in the place of a condition is the primary key's value.
	ByKey bool `yaml:"by_key"`
	// Names says how the keys of maps stand in a statement: quoted, or own for
	// quoted and behind the statement's own table; "" for as they are.
	Names string `yaml:"names"`
	// Copies are those of Types whose methods return another statement where
	// InPlace is set: an engine that makes sessions.
	Copies []string `yaml:"copies"`
	// Sessions are the methods of a handle whose result is another statement than
	// its receiver's, whatever that is.
	Sessions []string `yaml:"sessions"`
	// WantsWhere: an UPDATE or DELETE without a condition is refused, not sent.
	WantsWhere bool `yaml:"wants_where"`
	// Resets: a finisher leaves the statement that it is called on empty.
	Resets bool `yaml:"resets"`
	// Subselects says that an argument that is itself a chain stands in
	// brackets already.
	Subselects bool `yaml:"subselects"`
	// Generated are the types that the library's generator writes. Calls names
	// their methods by role, "query.Where", and by a part of the name that
	// differs, "create.Set{field}"; "func:{field}EQ" is a generated function
	// that returns a function over one of Types. TableConst and TableFunc are
	// declared by a generated package that is about one table.
	Generated  []Generated `yaml:"generated"`
	TableConst string      `yaml:"table_const"`
	TableFunc  string      `yaml:"table_func"`

	once     sync.Once
	byPrefix map[string][]string // see patterns
}

// An Effect says what a call does to a statement under construction, or what
// a value contributes to one.
type Effect struct {
	// Clause is the part of the statement that changes: with, prefix, options,
	// distinct, select, omit, table, join, where, group, having, order, limit,
	// offset, lock, suffix, columns, values, set, conflict, returning, union,
	// model, relation, raw or any word that a finisher asks for; "" if nothing changes.
	Clause string `yaml:"clause"`
	// Form says how the arguments from Arg on are to be read:
	//
	//	text    SQL text, with the arguments behind it bound to placeholders
	//	texts   each one is SQL text
	//	names   each one is the name of a column
	//	name    the name of a table or column
	//	term    a name, or an expression where it cannot be one
	//	cond    text, or a value that is a condition
	//	conds   each one is a condition
	//	value   a value
	//	pair    a column and its value
	//	column  a column and its value, of a new row
	//	map     columns with their values
	//	row     the values of one row
	//	rows    each one is a row: a map, a struct, or a list of values
	//	table   the name of a table, or a model
	//	bean    conditions: the fields of a struct that are not zero
	//	bean set the same as the values of a row
	//	limits  LIMIT, and OFFSET behind it
	//	tables  each one is the name of a table, or a statement
	//	selects each one is the name of a column, an expression, or a struct for all of its columns
	//	model   a value of a model's type, a pointer to one, a slice of them
	//	chain   a statement, and its alias
	//	self    nothing: the statement selects from what it was
	//	apply   a function of the statement to a statement
	//	options each one is a function of the statement, or what it would add
	//	group   how a condition is joined, and a function that gives more of them
	//	relation the path of a relation, and a function of its statement
	//	cte     a name, and the statement that it stands for; Op is text if the name is written as it is
	//	key     the names of columns that the model's row is found by; its primary key if there are none
	//	orders  each one is the name of a column, with a direction behind it
	//	named   the name of a column, and SQL text for its value
	//	expr    as Expr says
	//	option  the text behind the name of an option of queries
	//	field   what a generated method's name says of a field, or the first argument;
	//	        Op is how the column changes
	//	tag     nothing; Op is what the clause says
	//	bulk    statements that each write a row, which become one
	//	joined  each one is a value that holds clauses of the statement
	//	flag    nothing
	Form string `yaml:"form"`
	Arg  int    `yaml:"arg"` // the first argument that Form is about
	// Mode is "replace" or "clear" for what the clause had, "or" or "not" for
	// how a condition is joined, "new" or "copy" for a statement that is
	// another one than the receiver: without its clauses, or with them; "late"
	// for what is added when the statement is sent; "of whole" for what is joined to
	// the whole of a statement, which becomes a table if it is sorted or cut off.
	Mode string `yaml:"mode"`
	// Before and After stand around what the arguments give.
	Before string `yaml:"before"`
	After  string `yaml:"after"`
	// Expr is the SQL of an expression: {0} is an argument as a value, {0:text}
	// as SQL text with the arguments behind it bound, {0:name} as a name, {*}
	// {own:=} the field's column compared with the argument and {0:column =} so an argument with the next,
	// all of them with a separator, {recv} the receiver, {recv:bare} without brackets, {0:is} an argument
	// behind =, IS or IN and {0:isnot} behind their opposites, {0:eq} and {0:noteq} the same with booleans
	// as values, {0:set} a map as assignments, {0:table} as a table, {1:or x} x if there is no such argument,
	// {all} receiver and arguments with a separator, empty ones left out, {*:some} what is not known of the
	// arguments, {0:pick|1=a|2=b} a or b as the argument is 1 or 2. Beside Clause it is what is added.
	Expr string `yaml:"expr"`
	// Op joins a column with its value in the forms map and cond: "=", "<>", "<", "like".
	Op string `yaml:"op"`
	// Ops are the operators by the names that they have as keys of a map.
	Ops map[string]string `yaml:"ops"`
	// Verb is that of the statement that begins here.
	Verb string `yaml:"verb"`
	// Finish says that the call sends the statement, and as what: select, one,
	// first, last, count, exists, pluck, insert, update, delete, save, raw, or
	// "text" if it returns the text.
	Finish string `yaml:"finish"`
	// Inline says that the arguments from this one on are one more condition
	// of a finisher; 0 if none are.
	Inline int `yaml:"inline"`
	// Also is what a finisher adds besides.
	Also *Effect `yaml:"also"`
	// Dest is 1 + the argument of a finisher that names the model if nothing
	// else did.
	Dest int `yaml:"dest"`
	// Word is what the part of a generated name is that differs, Name the
	// value of the constant that it names: "Title", "title".
	Word string `yaml:"-"`
	Name string `yaml:"-"`
}

// Data reports whether a call's arguments are values or a model alone: no text,
// no name and no condition.
func (e Effect) Data() bool {
	switch e.Form {
	case "value", "row", "rows", "bean", "bean set", "limits", "model":
		return true
	}
	return false
}

// Effect returns what a call of fn does to a statement that lib builds. verb
// is that of the type that the method belongs to.
func (l *Library) Effect(fn *types.Func) (e Effect, verb string, ok bool) {
	if l.Chain == nil || fn.Pkg() == nil {
		return Effect{}, "", false
	}
	if !l.covers(fn.Pkg().Path()) {
		return l.generated(fn)
	}
	recv := fn.Signature().Recv()
	if recv == nil {
		e, ok = l.Chain.Calls[l.relative(fn.Pkg().Path(), fn.Name())]
		return e, "", ok
	}
	name := l.NameOf(recv.Type())
	verb, builder := l.Chain.Types[name]
	if e, ok = l.Chain.Calls[name+"."+fn.Name()]; ok {
		return e, verb, true
	}
	if !builder {
		if _, value := l.Chain.Values[name]; value {
			e, ok = l.Chain.Calls["*."+fn.Name()]
		}
		return e, "", ok
	}
	e, ok = l.Chain.Calls["."+fn.Name()]
	return e, verb, ok
}

// StandsFor returns the method of a library that a call of fn reaches: fn
// itself, or, if fn belongs to an interface of the program that a handle of
// the library implements, that handle's method.
func StandsFor(fn *types.Func) *types.Func {
	recv := fn.Signature().Recv()
	if recv == nil {
		return fn
	}
	iface, ok := recv.Type().Underlying().(*types.Interface)
	if !ok || fn.Pkg() == nil {
		return fn
	}
	if lib, ok := LibraryOf(fn.Pkg().Path()); ok && lib.Chain != nil {
		return fn
	}
	lib, pkg := madeBy(iface)
	if lib == nil {
		return fn
	}
	for _, name := range lib.Chain.Handles {
		tn, ok := pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok || types.IsInterface(tn.Type()) {
			continue
		}
		if ptr := types.NewPointer(tn.Type()); types.Implements(ptr, iface) {
			if obj, _, _ := types.LookupFieldOrMethod(ptr, true, fn.Pkg(), fn.Name()); obj != nil {
				if m, ok := obj.(*types.Func); ok {
					return m
				}
			}
		}
	}
	return fn
}

// madeBy returns the library of which a method of an interface returns a
// statement under construction, and the package of its type; nil if there is
// none.
func madeBy(iface *types.Interface) (*Library, *types.Package) {
	for i := range iface.NumMethods() {
		res := iface.Method(i).Signature().Results()
		if res.Len() != 1 {
			continue
		}
		t := types.Unalias(res.At(0).Type())
		if ptr, ok := t.(*types.Pointer); ok {
			t = types.Unalias(ptr.Elem())
		}
		named, ok := t.(*types.Named)
		if !ok || named.Obj().Pkg() == nil {
			continue
		}
		if lib, ok := LibraryOf(named.Obj().Pkg().Path()); ok {
			if _, _, ok := lib.Builder(named); ok {
				return lib, named.Obj().Pkg()
			}
		}
	}
	return nil, nil
}

// Builder reports whether t is the type of a statement that lib builds, with
// the verb it stands for, and whether a value of which nothing is known has no
// clauses yet.
func (l *Library) Builder(t types.Type) (verb string, handle, ok bool) {
	if l.Chain == nil {
		return "", false, false
	}
	name := l.NameOf(t)
	verb, ok = l.Chain.Types[name]
	return verb, ok && slices.Contains(l.Chain.Handles, name), ok
}

// Value returns what a literal of type t is in a statement.
func (l *Library) Value(t types.Type) (Effect, bool) {
	if l.Chain == nil {
		return Effect{}, false
	}
	e, ok := l.Chain.Values[l.NameOf(t)]
	return e, ok
}

// NameOf returns the name of a named type or a pointer to one, relative to
// the library's module; "" for other types.
func (l *Library) NameOf(t types.Type) string {
	t = types.Unalias(t)
	if ptr, ok := t.(*types.Pointer); ok {
		t = types.Unalias(ptr.Elem())
	}
	named, ok := t.(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return ""
	}
	if !l.covers(named.Obj().Pkg().Path()) {
		if l.Chain == nil || len(l.Chain.Generated) == 0 {
			return ""
		}
		return l.role(named, 0)
	}
	return l.relative(named.Obj().Pkg().Path(), named.Obj().Name())
}

func (l *Library) relative(path, name string) string {
	sub := strings.Trim(strings.TrimPrefix(path, l.Module), "/")
	if sub == "" {
		return name
	}
	return sub + "." + name
}

// IsExpression reports whether t is one of the types whose values are
// conditions or other expressions.
func (l *Library) IsExpression(t types.Type) bool {
	e, ok := l.Value(t)
	return ok && e.Expr != "" && e.Clause == ""
}
