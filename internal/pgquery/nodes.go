package pgquery

import pg "github.com/pganalyze/pg_query_go/v6"

// The types of the syntax tree build with and without cgo.
type ParseResult = pg.ParseResult
