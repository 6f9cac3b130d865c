// Package apis is the one catalogue of Go functions that touch a database:
// which of them send SQL, in which argument the text stands, which build a
// clause, begin or end a transaction, or call a function per row. The facts
// are data, one YAML file a library under data/, found by import path.
// Functions nobody listed are known by signature rules.
//
// It does not look at code: package querysites finds the calls.
package apis

// A Role says what a call does.
type Role string

const (
	Query    Role = "query"
	QueryRow Role = "query_row"
	Exec     Role = "exec"
	Prepare  Role = "prepare"
	Begin    Role = "begin"
	Commit   Role = "commit"
	Rollback Role = "rollback"
	// The remaining roles are spelled as in the data files (builder,
	// builder_terminal, tx_closure, …).
)

// An API is what the catalogue knows of one function. Argument positions are
// call-site positions, 0-based, the receiver not counted; -1 is none.
type API struct {
	Key       string // (*types.Func).FullName() of the origin, type parameters removed
	Role      Role
	SQLArg    int // the argument that is, or starts, SQL text
	ArgsStart int // the first bind argument
	DestArg   int // where rows are scanned to
	RoundTrip bool
	// Fragment names the clause that the text is; "" is a whole statement.
	Fragment string
	// SQLVariadic is "first" if only element 0 of the variadic SQLArg is
	// SQL, "each" if all of them are; "" if SQLArg is not variadic.
	SQLVariadic string
	Star        string // "implicit": selects * unless told otherwise
	Library     string // import path prefix of the data file; "" for a signature rule
	Rule        string // id of the signature rule that matched, "" for an entry
}
