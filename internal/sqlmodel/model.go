// Package sqlmodel answers what rules ask of one SQL statement: its kind, the
// tables it reads, what it projects, which predicates stand on which columns,
// how it joins, sorts, groups, limits and locks. Each answer carries the byte
// range it came from. "Unknown" is a value: what the model did not understand
// is there to be seen, never left out in silence.
//
// It does not know Go (package sqltext does), schemas (package schema), or
// whether any of it is slow (the rules).
package sqlmodel

// A Range is a half-open byte range of the source text given to Parse. Holes
// have no width, so a range over a hole alone is empty. Both ends are -1 for
// what has no place in the text, such as the operator of a bare condition.
type Range struct{ Start, End int }

// Kind is the kind of a statement or of a query level.
type Kind uint8

const (
	Unknown Kind = iota
	Select
	Values
	Insert
	Update
	Delete
	Merge
	Utility // DDL, transaction control, COPY, …: Levels holds the queries inside, if any
)

// A Statement is one SQL statement.
type Statement struct {
	Range
	Kind Kind
	// Levels holds every query level of the statement, outer before inner,
	// then in order of appearance. Levels[0] is the statement's own. A set
	// operation is a level whose Arms are levels of their own. A Utility
	// statement without a query has no levels.
	Levels []*Level
	// Exact is false when a hole had to be guessed to be a run of SQL, so
	// clauses may exist that the model does not show.
	Exact bool
}

// Role says what its parent does with the rows of a level.
type Role uint8

const (
	RoleTop          Role = iota // the statement's own level: rows go to the client
	RoleCTE                      // WITH name AS (…)
	RoleFrom                     // a subselect in FROM, LATERAL included
	RoleArm                      // an arm of UNION, INTERSECT or EXCEPT
	RoleExists                   // EXISTS (…)
	RoleIn                       // x IN (…), x = ANY (…), x > ALL (…)
	RoleScalar                   // (…) as one value, also ARRAY(…)
	RoleInsertSource             // INSERT INTO t SELECT …
	RoleUtility                  // the query of CREATE VIEW, CREATE TABLE AS, COPY (…), DECLARE CURSOR, EXPLAIN, …
)

// A Level is one SELECT, VALUES, INSERT, UPDATE, DELETE or MERGE with its own
// name space. The level of a clause that a query builder puts somewhere
// (Parse with a Fragment) has the Kind Unknown, and no relation for what the
// builder will add.
type Level struct {
	Range
	Kind   Kind
	Role   Role
	Parent *Level // nil at the top
	Name   string // the name of a CTE, the alias of a subselect in FROM

	Target      *Relation // what INSERT, UPDATE, DELETE or MERGE writes; also the first of Relations
	Relations   []*Relation
	Projections []Projection // the target list of SELECT; RETURNING of the others
	Predicates  []Predicate  // conjuncts of WHERE, ON, HAVING and the like
	Conditions  []*Condition // the same with their connectives
	Sets        []Assignment // UPDATE SET, ON CONFLICT DO UPDATE SET, MERGE … UPDATE SET
	Columns     []string     // the column list of INSERT
	Rows        [][]*Expr    // the rows of VALUES, those of INSERT and MERGE included
	Arms        []*Level     // of a set operation, else nil
	SetOp       string       // "union", "union all", "intersect", …; "" if none

	Distinct    bool
	DistinctOn  []*Expr
	Group       []*Expr
	Sort        []SortKey
	Limit       *Expr  // nil if none
	Offset      *Expr  // nil if none
	Lock        string // "update", "no key update", "share", "key share"; "" if none
	SkipLocked  bool
	Conflict    []string // ON CONFLICT (columns); "" for an expression
	HasConflict bool
	Aggregates  bool // an aggregate function or GROUP BY at this level

	toks tokens
}

// Given returns the names of the columns that all rows of a level have one value
// in, as an equality says. The caller may add to it.
func (l *Level) Given() map[string]bool {
	given := make(map[string]bool)
	for _, p := range l.Predicates {
		if p.Op == OpEq && !p.Or && !p.Negated && p.Left != nil && p.Left.Kind == ExprColumn {
			given[p.Left.Name] = true
		}
	}
	return given
}

// RelationKind says what a name in FROM stands for.
type RelationKind uint8

const (
	RelUnknown  RelationKind = iota // a hole, or a form not understood
	RelTable                        // a base table or view by name (or a hole that stands for such a name)
	RelCTE                          // a WITH query of this or an outer level
	RelSubquery                     // ( SELECT … ) AS x
	RelFunction                     // generate_series(…), json_to_recordset(…), …
	RelValues                       // (VALUES …) AS x
)

// A Relation is an entry of FROM, USING or a statement's target. Its range is
// that of the name with its schema, of a function call, or of a subselect with
// its parentheses; the alias is not in it.
type Relation struct {
	Range
	Kind     RelationKind
	Schema   string  // "" if not given
	Name     string  // table, CTE or function name; "" for a subselect or when a hole gives it
	Alias    string  // "" if none
	Hole     bool    // the name is a hole
	Level    *Level  // the query of a CTE or subselect
	Args     []*Expr // the arguments of a function
	Lateral  bool
	Nullable bool // on the nullable side of an outer join
	// Join says how it was joined to what stands before it: "inner", "left",
	// "right", "full", "cross", "natural"; "" if first or after a comma.
	Join string
}

// A Projection is one entry of a target list or RETURNING list.
type Projection struct {
	Range     // of the expression, alias excluded; for a star that of "*" alone
	Expr      *Expr
	Alias     string
	Star      bool      // * or t.*
	Qualifier string    // t of t.*
	Rel       *Relation // what t of t.* resolves to; nil for * and if unknown
}

// Place says in which clause a predicate stands.
type Place uint8

const (
	PlaceWhere Place = iota
	PlaceOn          // JOIN … ON, USING, MERGE … ON
	PlaceHaving
	PlaceConflict // ON CONFLICT … WHERE
	PlaceWhen     // MERGE … WHEN … AND
)

// Op is the comparison of a predicate.
type Op uint8

const (
	OpOther Op = iota // an operator without a constant here: see Predicate.OpText
	OpEq              // =, IS NOT DISTINCT FROM excluded
	OpNe              // <>, !=
	OpLt
	OpLe
	OpGt
	OpGe
	OpLike
	OpILike
	OpNotLike
	OpNotILike
	OpSimilar // SIMILAR TO
	OpRegex   // ~, ~*, !~, !~*
	OpIn      // x IN (list) or x IN (SELECT …) or x = ANY (…)
	OpNotIn   // x NOT IN (…) or x <> ALL (…)
	OpBetween // Right and High are the bounds
	OpNotBetween
	OpIsNull
	OpIsNotNull
	OpExists // EXISTS (…); Left is the sublink
	OpBool   // a bare boolean expression: a column, a function call, a hole
)

// A Predicate is one condition. Conjunctions are taken apart; the arms of a
// disjunction are each a predicate with Or set.
type Predicate struct {
	Range
	Place   Place
	Op      Op
	OpText  string // as written: "=", "@>", "->>", "like"
	OpRange Range  // of the operator; of USING where OpText is "using"
	Left    *Expr
	Right   *Expr   // nil for null tests, bare booleans and lists
	High    *Expr   // the upper bound of BETWEEN
	List    []*Expr // the elements of an IN list
	Or      bool    // one arm of an OR
	// Negated is set under a NOT that could not be folded into Op, and for
	// an operator that negates Op: !~, NOT SIMILAR TO.
	Negated bool
}

// ExprKind is the kind of an expression.
type ExprKind uint8

const (
	ExprOther  ExprKind = iota // not understood; Args holds what is inside
	ExprColumn                 // Qualifier, Name, Rel
	ExprParam                  // $1 or a rewritten placeholder
	ExprConst                  // Const, ConstKind
	ExprFunc                   // Name (lower case, pg_catalog dropped), Args
	ExprCast                   // Name is the type, Args[0] the operand
	ExprOp                     // Name is the operator, Args one or two operands
	ExprBool                   // Name is "and", "or", "not"
	ExprSub                    // a subselect: Level
	ExprCase
	ExprArray // ARRAY[…]
	ExprRow   // ROW(…), (a, b)
	ExprStar  // * or t.* as an argument: count(*)
	ExprHole  // a hole that stands for a whole expression
)

// ConstKind is the kind of a constant.
type ConstKind uint8

const (
	ConstNone ConstKind = iota
	ConstNull
	ConstBool
	ConstInt
	ConstFloat
	ConstString
)

// An Expr is an expression, as much of it as rules ask for.
type Expr struct {
	Range
	Kind      ExprKind
	Name      string
	Qualifier string
	Const     string // the value of a constant, unquoted
	ConstKind ConstKind
	Args      []*Expr
	Level     *Level // of a subselect
	// Rel is the relation that a column belongs to: known when it is
	// qualified, or when its level has only one relation. Nil if unknown,
	// and for the name of an output column in ORDER BY.
	Rel       *Relation
	Outer     bool // a column of an outer level (correlated)
	Aggregate bool // an aggregate or window function call
	// Hole is set if a hole gives a part of the name or the constant, where
	// Const has U+FFFC in its place.
	Hole bool
	// Number is that of a parameter as PostgreSQL gets it: 1 for $1.
	Number int
	// More holds what stands in a call outside its arguments: FILTER, OVER,
	// WITHIN GROUP, ORDER BY.
	More []*Expr

	toks  tokens // all of it
	own   tokens // of an operator: its own
	cases []branch
}

// A branch is one of CASE: what holds if when does, and no when of those
// before it. The last may have none: ELSE.
type branch struct{ when, then *Expr }

// A SortKey is one entry of ORDER BY.
type SortKey struct {
	Expr  *Expr
	Desc  bool
	Nulls string // "first", "last" or ""
}

// An Assignment is one column of SET.
type Assignment struct {
	Column string
	Value  *Expr
	Range
}
