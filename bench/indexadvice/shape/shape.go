// Package shape answers: which relations, predicates and sort keys does a
// statement have, as far as the benchmark needs them?
//
// The baselines, the search for candidates, the filler and the binding of
// parameters ask it. It is not what sqlvet sees: the benchmark must be able to
// judge sqlvet without sharing its eyes. What it does not understand it leaves
// out; the planner has the last word on everything.
package shape

import (
	"fmt"

	pg "github.com/pganalyze/pg_query_go/v6"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/sqlvet/sqlvet/bench/indexadvice/catalog"
)

// A PredKind says what a predicate does with its column.
type PredKind int

const (
	Eq      PredKind = iota // column = value
	In                      // column IN (…), = ANY(…)
	Range                   // <, >, BETWEEN
	Like                    // LIKE
	ILike                   // ILIKE
	IsNull                  // IS NULL
	NotNull                 // IS NOT NULL
	Ne                      // <>, NOT IN, NOT LIKE
	Join                    // column = another relation's column
	JoinIn                  // column IN (SELECT …)
	Contain                 // @>, <@, &&, ?, …
	FTS                     // @@
	Bool                    // the column itself
	Regex                   // ~
	Row                     // (a, b) < (x, y)
	Other                   // an arm of OR that nothing is known of
)

// A Pred is one condition on one relation.
type Pred struct {
	Kind    PredKind
	Rel     *Rel
	Col     string   // plain column, or "" for an expression
	Op      string   // operator, "in", "not in" or "between"
	Const   bool     // compared with a literal
	Val     string   // that literal, as SQL
	Param   int32    // number of the parameter that it is compared with, or 0
	Or      int      // which OR it is an arm of; 0 = it must hold
	RowCols []string // columns of a Row
}

// A SortKey is a column of ORDER BY, GROUP BY or DISTINCT ON.
type SortKey struct {
	Rel  *Rel
	Col  string // "" for an expression
	Desc bool
}

// A Rel is a relation in a level's FROM, or a target of a change.
type Rel struct {
	Alias string
	Table *catalog.Table // nil for subselects, CTEs, functions
	Level *Level
	Preds []*Pred
	Used  map[string]bool // columns read, anywhere in the statement
	Star  bool            // all columns are read

	cols []string // of a derived relation
}

// A Level is one SELECT, UPDATE, DELETE or INSERT with its own names.
type Level struct {
	Rels     []*Rel
	Parent   *Level
	Sort     []SortKey
	Group    []SortKey
	Distinct []SortKey
}

// An Info is what is known of a statement.
type Info struct {
	Kind   string // select, insert, update, delete, or "" for everything else
	Levels []*Level
	Tables map[string]bool
	Cols   map[string]map[string]bool     // columns of each table that are named
	Names  map[string]bool                // last names of all column references, as dexter collects them
	Consts map[string]map[string][]string // literals that each table's columns are compared with
}

// Analyze reads one statement.
func Analyze(cat *catalog.Catalog, sql string) (info *Info, err error) {
	defer func() {
		// The parser's trees have many shapes; one that is not foreseen must
		// cost its statement only.
		if r := recover(); r != nil {
			info, err = nil, fmt.Errorf("shape: %v", r)
		}
	}()
	tree, err := pg.Parse(sql)
	if err != nil {
		return nil, err
	}
	a := &analyzer{cat: cat, info: &Info{
		Tables: map[string]bool{}, Cols: map[string]map[string]bool{}, Names: map[string]bool{}, Consts: map[string]map[string][]string{},
	}}
	for _, s := range tree.Stmts {
		a.stmt(s.Stmt, nil, ctes{})
	}
	Walk(tree.ProtoReflect(), func(m protoreflect.Message) bool {
		if c, ok := m.Interface().(*pg.ColumnRef); ok && len(c.Fields) > 0 {
			if s := c.Fields[len(c.Fields)-1].GetString_(); s != nil {
				a.info.Names[s.Sval] = true
			}
		}
		return true
	})
	return a.info, nil
}

// Walk visits the messages of a tree from the top; f says whether to go on below.
func Walk(m protoreflect.Message, f func(protoreflect.Message) bool) {
	if !f(m) {
		return
	}
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case fd.Kind() != protoreflect.MessageKind:
		case fd.IsList():
			for i := range v.List().Len() {
				Walk(v.List().Get(i).Message(), f)
			}
		default:
			Walk(v.Message(), f)
		}
		return true
	})
}

// Sortable reports whether the benchmark's own candidates may have the column
// as a B-tree key.
func Sortable(c *catalog.Column) bool {
	switch c.Base {
	case "json", "jsonb", "point", "box", "polygon", "xml", "tsvector", "tsquery", "hstore", "path", "line", "circle":
		return false
	}
	return c.Category != "A" && c.Category != "R"
}
