// Package sqlscan knows SQL text before any parser sees it: tokens, the
// placeholder dialects of Go libraries, and texts of which some parts are
// unknown. It turns such a text into candidates that PostgreSQL's parser
// reads, and keeps the way back from each byte of a candidate to the byte of
// the text it came from.
//
// It does not know grammar (package pgquery does), what a statement means
// (package sqlmodel), or where in a Go file the text stands (package sqltext).
package sqlscan

// A Source is SQL text as a Go program builds it: the bytes that are known,
// and holes where the program puts something that is not known.
//
// A hole has no width: Hole.At is the offset in Text at which the unknown
// part stands. All byte ranges of this package and of sqlmodel are half-open
// offsets into Text.
type Source struct {
	Text  string
	Holes []Hole // ordered by At
}

// A Hole is an unknown part of a text.
type Hole struct {
	At   int
	Kind HoleKind
	Name string // for display: the Go expression, such as "table" or "cond()"
}

// HoleKind says what the Go side knows of a hole. Unknown is refined by the
// tokens around the hole (after FROM an identifier, after = a value).
type HoleKind uint8

const (
	HoleUnknown  HoleKind = iota // anything, also nothing at all
	HoleValue                    // one value: a number (%d) or a quoted literal
	HoleIdent                    // one identifier (pq.QuoteIdentifier, pgx.Identifier.Sanitize)
	HoleFragment                 // a run of SQL: conditions, a list, a clause, or nothing
)

// A Fragment says which part of a statement a text is: query builders take
// clauses, not statements.
type Fragment string

const (
	Statement    Fragment = "" // a whole statement, or several
	WhereClause  Fragment = "where"
	HavingClause Fragment = "having"
	JoinClause   Fragment = "join"
	SelectList   Fragment = "select"
	OrderClause  Fragment = "order"
	GroupClause  Fragment = "group"
	TableClause  Fragment = "table"
	ColumnName   Fragment = "column"
	SetClause    Fragment = "set"
	Expression   Fragment = "expr"
	OtherClause  Fragment = "other" // conflict, cte, lock: not parsed
)

// A Style is a set of placeholder forms that the library in use expands
// before the database sees the text. $1 is always a placeholder.
type Style uint16

const (
	StyleQuestion Style = 1 << iota // ? (and ?? or \? as an escaped question mark)
	StyleNamed                      // :name (sqlx, gorp); :: stays a cast
	StyleAt                         // @name, @p1 (pgx.NamedArgs, gorm, sqlserver)
	StyleBun                        // ?0, ?name, ?TableName, ?TableAlias, ?Columns (bun, go-pg)
	StyleDbx                        // {:name}, [[column]], {{table}}
	StyleSqlc                       // sqlc.arg(x), sqlc.narg(x), sqlc.slice(x), sqlc.embed(t)
	StyleUnknown                    // the library is not known: any form that reads as one
)
