// Package bring answers: how does a clone of a public repository become a
// workload, that is a schema.sql, a queries.sql and the size of its tables?
//
// It holds no schema and no query of anybody: a recipe names the files of the
// clone that hold them, and what to do with texts that are put together when
// the program runs. What the benchmark adds of its own (row counts, TPC-H's
// schema and data from its specification) lies in data/.
package bring

import "embed"

// A Recipe says where in a clone the parts of a workload are.
type Recipe struct {
	Name   string
	Repo   string // on GitHub, owner/name
	Commit string // the figures of docs/benchmarks.md were measured with this one
	Why    string // what the workload has that others lack
	Apart  bool   // only ever evaluated: no one looks at its statements to improve the advice

	Schema   []string // globs of SQL files, in the order in which they apply
	SchemaGo []string // globs of Go files that keep DDL in constant strings

	Queries   []string // globs of SQL files, with "-- name:" lines or one query a file
	GoQueries string   // package patterns: the texts that "sqlvet queries" finds there
	GoTexts   []string // globs of Go files: the statements among their constant strings, for functions that sqlvet does not know
	SkipGo    []string // folders of Go files whose queries no server of the application runs

	Edits   []Edit   // applied to each file and text that is read
	Expands []Expand // for query builders: the clauses that the application gives them
	Drops   []string // queries to leave out: names, or parts of their text
}

// An Edit replaces a part of a text, everywhere.
type Edit struct{ Old, New string }

// An Expand makes statements of a text with holes, as "sqlvet queries -json"
// prints it: what stands before Cut, followed by each of Tails.
type Expand struct {
	Name  string // prefix of the queries' names
	File  string // end of the path of the Go file
	Has   string // the text that is meant contains this
	Edits []Edit // holes to fill before the cut
	Cut   string
	Tails []string
}

// data holds a NAME.rows for each recipe, NAME.keys.sql where the filler must
// know more foreign keys than the schema declares, and for what no clone has:
// NAME.schema.sql and NAME.data.sql.
//
//go:embed data
var data embed.FS
