// Package apis is the one catalogue of Go functions that touch a database:
// which of them send SQL, in which argument the text stands, which build a
// clause, begin or end a transaction, or call a function per row. It also
// lists the functions whose side effects or callbacks other rules ask for.
// The facts are data, one YAML file a library under data/, found by import
// path. Functions nobody listed are known by signature rules (rules.go).
//
// It does not look at code: package querysites finds the calls.
package apis

import "github.com/sqlvet/sqlvet/internal/sqlscan"

// A Role says what a call does.
type Role string

// The roles of the data files.
const (
	Query           Role = "query"            // sends SQL that returns rows
	QueryRow        Role = "query_row"        // sends SQL that returns at most one row
	Exec            Role = "exec"             // sends SQL, no rows come back
	Prepare         Role = "prepare"          // prepares SQL for later calls
	SendBatch       Role = "send_batch"       // sends what BatchQueue calls queued
	BatchQueue      Role = "batch_queue"      // queues SQL; no round trip
	Copy            Role = "copy"             // COPY or another bulk load
	RawSQL          Role = "raw_sql"          // gives SQL, whole or a clause, to a builder
	Builder         Role = "builder"          // builds a query without SQL text
	BuilderTerminal Role = "builder_terminal" // runs the built query
	Preload         Role = "preload"          // asks for eager loading of an association
	SQLRewrite      Role = "sql_rewrite"      // returns changed SQL text; no round trip
	Begin           Role = "begin"            // begins a transaction
	Commit          Role = "commit"           //
	Rollback        Role = "rollback"         //
	Savepoint       Role = "savepoint"        //
	TxClosure       Role = "tx_closure"       // runs the func argument FnArg inside a transaction
	TxBind          Role = "tx_bind"          // binds a statement or handle to a transaction
	ConnAcquire     Role = "conn_acquire"     // takes a connection or the underlying handle
	RowsIter        Role = "rows_iter"        // a step of reading rows
	ScanStruct      Role = "scan_struct"      // scans rows that were queried before
	Open            Role = "open"             // opens a database
	PoolConfig      Role = "pool_config"      //
	Migrate         Role = "migrate"          // runs migrations or DDL helpers
	Listen          Role = "listen"           // waits for notifications
	DryRun          Role = "dry_run"          // finishers below it do not run
	SideEffect      Role = "side_effect"      // does what Effect says, outside the database
	HOF             Role = "hof"              // calls the func argument FnArg, once per element unless Spawn, Once or Retries
	DataLoader      Role = "dataloader"       // collects keys and calls BatchFn once per batch
)

// None is the value of an argument position that does not exist.
const None = -1

// An API is what the catalogue knows of one function. Argument positions are
// call-site positions, 0-based, the receiver not counted; [None] if there is
// none. The yaml names are those of the data files and of user files.
type API struct {
	// Key is (*types.Func).FullName() of the origin without type parameters.
	// For a signature rule it names the function that was looked up.
	Key  string `yaml:"-"`
	Role Role   `yaml:"role"`
	Stmt string `yaml:"stmt"` // the verbs an ORM call emits, joined by | or +: "select", "insert|update"; "" if the text says it
	// Result refines a BuilderTerminal: "query", "query_row" or "exec"; "" if
	// the catalogue does not say.
	Result string `yaml:"result"`

	// SQLArg is the argument that is, or starts, SQL text. Its parameter may
	// be of an interface type: then only a string argument is text.
	SQLArg    int `yaml:"sql_arg"`
	ArgsStart int `yaml:"args_start"` // the first bind argument
	// SQLVariadic is "first" if only element 0 of the variadic SQLArg is
	// SQL, "each" if all of them are; "" if SQLArg is not variadic.
	SQLVariadic string `yaml:"sql_variadic"`
	// Fragment names the clause that the text is; "" is a whole statement.
	Fragment    string `yaml:"fragment"`
	Named       bool   `yaml:"named"`        // binds by name from one struct or map
	DestArg     int    `yaml:"dest_arg"`     // where rows are scanned to, or the model that is written
	QueryArg    int    `yaml:"query_arg"`    // a query as a builder's value, not text
	ExecutorArg int    `yaml:"executor_arg"` // the database handle, for free functions

	FnArg    int `yaml:"fn_arg"`    // the func argument of TxClosure and HOF
	TxParam  int `yaml:"tx_param"`  // the parameter of FnArg that is the transaction
	CtxParam int `yaml:"ctx_param"` // the parameter of FnArg that is a context which may carry the transaction
	RowFn    int `yaml:"row_fn"`    // a func argument called once per row: a loop body
	BatchFn  int `yaml:"batch_fn"`  // a func argument called once per batch

	RoundTrip bool   `yaml:"roundtrip"` // the call itself goes to the database
	InPlace   bool   `yaml:"in_place"`  // Begin: the receiver itself becomes the transaction
	Spawn     bool   `yaml:"spawn"`     // HOF: calls FnArg once per call, maybe concurrently
	Once      bool   `yaml:"once"`      // HOF: calls FnArg at most once
	Joins     bool   `yaml:"joins"`     // Begin, TxClosure: goes on in the transaction that the receiver, or the context, has already
	Retries   bool   `yaml:"retries"`   // may call FnArg again after a failure
	Effect    string `yaml:"effect"`    // SideEffect: http, email, queue, file_write, sleep, cpu, …
	// EachRow: Preload: the finisher asks again for each record it loads, and
	// not once for all of them.
	EachRow bool `yaml:"each_row"`
	// Closes says what becomes of the rows that the function reads or is given:
	// CloseAlways, CloseFailed, CloseNever; "" where that is for its role to say.
	Closes   string `yaml:"closes"`
	Optional bool   `yaml:"optional"` // of a database that is not relational or not transactional (MongoDB, ClickHouse)
	Notes    string `yaml:"notes"`

	// SigRule is the signature rule that finds an entry without the list; ""
	// if none does.
	SigRule string `yaml:"sig_rule"`
	// Rule is the id of the signature rule that answered; "" for an entry.
	Rule string `yaml:"-"`
	// Library is the import path prefix of the entry's library; "" for a
	// signature rule.
	Library string `yaml:"-"`

	own *Library // that of an entry of the project's own
}

// The values of API.Closes.
const (
	CloseAlways = "always" // they are closed when it returns
	CloseFailed = "failed" // they are closed if it returns an error
	CloseNever  = "never"  // it reads what is there, they stay open
)

// Blank returns an API without argument positions.
func Blank() API {
	return API{
		SQLArg: None, ArgsStart: None, DestArg: None, QueryArg: None, ExecutorArg: None,
		FnArg: None, TxParam: None, CtxParam: None, RowFn: None, BatchFn: None,
	}
}

// Placeholders returns the placeholder forms that SQL text of this call may
// hold besides $1. Call sites of a library that passes text through to an
// unknown driver get [sqlscan.StyleUnknown].
func (a API) Placeholders() sqlscan.Style {
	if a.Rule != "" {
		if a.Named {
			return sqlscan.StyleNamed
		}
		return unknownStyle
	}
	lib, listed := LibraryOf(a.Library)
	style := unknownStyle // a function that passes text on to one of the project's own entries
	switch {
	case a.own != nil && len(a.own.Placeholders) == 0:
		// A driver that nobody named decides.
	case a.own != nil:
		style = a.own.Style()
	case listed:
		style = lib.Style()
	}
	if a.Named {
		style = style&^sqlscan.StyleUnknown | sqlscan.StyleNamed
	}
	return style
}

// unknownStyle is that of a driver that is not known.
const unknownStyle = sqlscan.StyleUnknown

// Fills reports whether what DestArg names is only written to: rows are read into it,
// and nothing that it holds is sent.
func (a API) Fills() bool { return a.Stmt == "" || a.Stmt == "select" }

// HasText reports whether a call of a hands SQL text over.
func (a API) HasText() bool { return a.SQLArg != None }

// Sends reports whether SQL text given to a reaches the database by this very
// call, or by the batch that it is queued for. A builder's text does not.
func (a API) Sends() bool {
	switch a.Role {
	case Query, QueryRow, Exec, Prepare, BatchQueue, Copy:
		return a.HasText()
	}
	return false
}
