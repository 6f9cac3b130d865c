// Package models answers which table a Go struct type stands for: its name,
// columns, primary key, soft delete and relations, by the rules of the library
// that the type is handed to. One file a library.
//
// It reads types and tags only. What a TableName method returns is asked of
// the caller, who has the source; which statement a call sends is for package
// sqltext, and whether a table really exists for package schema.
package models

import (
	"go/types"
	"reflect"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// A Model is a struct type as a table.
type Model struct {
	Type    *types.Named // nil for a struct type without a name
	Struct  *types.Struct
	Table   string // with its schema, if it names one
	Read    string // what SELECT and JOIN name in its place, a view; "" if nothing else
	Unsure  bool   // Table is what the usual rules say, and the program has or may have others
	Alias   string // the name that the library gives the table in its statements; "" for the table's own
	Columns []Column
	// First is the column that rows are ordered by where one is asked for, if
	// it is not the key's only one; "" for that.
	First string
	// SoftDelete is the column that is set where others delete a row; "" if
	// rows are deleted.
	SoftDelete string
	Relations  []Relation
	Info       *Table // of a generated package; nil if the type itself says all
	ownClauses bool   // of gorm: a column's type adds to each statement
}

// A Column is a field as a column.
type Column struct {
	Name  string // of the column
	Field string // of the struct's field
	Type  types.Type
	Key   bool // part of the primary key
	// Auto: the database gives the value when the field is zero.
	Auto bool
	// Counted: the database counts it, unless the key has other columns.
	Counted bool
	// Updated: the library writes the time of a change.
	Updated bool
	// Nullzero: a zero value is written as DEFAULT or NULL.
	Nullzero bool
	NotNull  bool
	ReadOnly bool
	Fixed    bool // left out when a row is changed
	// WriteOnly: not selected.
	WriteOnly bool
	// Created: the library writes the time of the row's making; Version: it
	// counts its changes, and asks that nobody else made one.
	Created, Version bool
	// Plain: a text whose length nothing is said of, so that it has the type that the
	// library gives to any.
	Plain bool
	// Unmigrated: what makes the table leaves it out.
	Unmigrated bool
	// Unsure: the program decides at run time which rules make the name.
	Unsure bool
	Tag    reflect.StructTag
}

// A Relation is a field that holds rows of another table.
type Relation struct {
	Field string
	Kind  Kind
	Type  types.Type // of the other model
	// Keys pairs the columns: those of this table with those of the other one.
	Own, Other []string
	Name       string   // what the library calls the other table in a join; "" for the field's name
	Where      []string // conditions that are part of the relation, as SQL
	// Poly is the column of the other table that has to be PolyValue, "" if that
	// is not known; "" if there is none.
	Poly, PolyValue string
	Through         string // the table between the two, of ManyToMany
	ThroughUnsure   bool   // as Unsure of a Model
	// Of that table: its alias, and its columns for Own and for Other.
	LinkAlias          string
	LinkOwn, LinkOther []string
}

// A Kind says how two tables belong together.
type Kind uint8

// The kinds of relations.
const (
	BelongsTo Kind = iota + 1
	HasOne
	HasMany
	ManyToMany
)

// A Namer answers what only the source tells.
type Namer interface {
	// TableName returns what a method without arguments, such as TableName,
	// returns, if that is one known string.
	TableName(fn *types.Func) (string, bool)
	// Table returns what a generated package says of its table; nil if it is not
	// known.
	Table(pkg *types.Package) *Table
	// Naming returns how the program has a library name tables and columns, by
	// the name of its rules; false if it says nothing about it.
	Naming(library string) (Naming, bool)
}

// Of returns the table that t stands for under a library's rules; nil if it
// stands for none or for one that is not known. t is a struct type, or a
// pointer to, slice of or map to one, any number of times.
func Of(naming string, t types.Type, names Namer) *Model {
	named := structType(t)
	if named == nil {
		return nil
	}
	read, ok := readers[naming]
	if !ok {
		return nil
	}
	m := read(named, names)
	if m == nil || m.Table == "" {
		return nil
	}
	m.Struct = named.Underlying().(*types.Struct)
	return m
}

// Columns returns the columns that rows scanned into t have, whether t stands
// for a table or not; nil if t is no struct, or pointer to or slice of one.
func Columns(naming string, t types.Type, names Namer) *Model {
	read, ok := columns[naming]
	for range 8 {
		switch u := types.Unalias(t).(type) {
		case *types.Pointer:
			t = u.Elem()
		case *types.Slice:
			t = u.Elem()
		}
	}
	st, isStruct := t.Underlying().(*types.Struct)
	if !ok || !isStruct || IsValue(t) {
		return nil
	}
	return &Model{Struct: st, Columns: read(st, names)}
}

// readers has the libraries by the name of their rules.
var readers = map[string]func(*types.Named, Namer) *Model{
	"bun":   bun,
	"ent":   ent,
	"gopg":  gopg,
	"goqu":  goqu,
	"gorm":  gorm,
	"gorm1": gorm1,
	"xorm":  xorm,
}

// columns has what reads the columns of a struct, by the same names.
var columns = map[string]func(*types.Struct, Namer) []Column{
	"gorm":  gormColumns,
	"gorm1": gormColumns,
}

// Column returns the column of a name, or of a field's name.
func (m *Model) Column(name string) (Column, bool) {
	for _, c := range m.Columns {
		if c.Name == name || c.Field == name {
			return c, true
		}
	}
	return Column{}, false
}

// Keys returns the names of the primary key's columns.
func (m *Model) Keys() []string {
	var out []string
	for _, c := range m.Columns {
		if c.Key {
			out = append(out, c.Name)
		}
	}
	return out
}

// Relation returns the relation that a field is.
func (m *Model) Relation(field string) (Relation, bool) {
	for _, r := range m.Relations {
		if r.Field == field {
			return r, true
		}
	}
	return Relation{}, false
}

// structType returns the named struct type behind pointers, slices and maps.
func structType(t types.Type) *types.Named {
	for range 8 {
		t = types.Unalias(t)
		switch u := t.(type) {
		case *types.Pointer:
			t = u.Elem()
		case *types.Slice:
			t = u.Elem()
		case *types.Array:
			t = u.Elem()
		case *types.Map:
			t = u.Elem()
		case *types.Named:
			switch u.Underlying().(type) {
			case *types.Struct:
				return u
			case *types.Slice, *types.Map:
				t = u.Underlying()
			default:
				return nil
			}
		default:
			return nil
		}
	}
	return nil
}

// method returns a method of a type or of a pointer to it.
func method(t types.Type, name string) *types.Func {
	obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(t), true, nil, name)
	fn, _ := obj.(*types.Func)
	return fn
}

// isNamed reports whether t, or what it points to, is the type of a package.
func isNamed(t types.Type, path, name string) bool {
	t = types.Unalias(t)
	if ptr, ok := t.(*types.Pointer); ok {
		t = types.Unalias(ptr.Elem())
	}
	n, ok := t.(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == path && n.Obj().Name() == name
}

// IsValue reports whether a struct type is one value of a column: a time, or
// a type that scans itself.
func IsValue(t types.Type) bool {
	return isNamed(t, "time", "Time") || method(golang.Deref(t), "Scan") != nil || method(golang.Deref(t), "Value") != nil
}
