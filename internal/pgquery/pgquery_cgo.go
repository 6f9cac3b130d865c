//go:build cgo

package pgquery

import (
	"sync"

	pg "github.com/pganalyze/pg_query_go/v6"
	"github.com/pganalyze/pg_query_go/v6/parser"
)

// Module is the Go module of the parser in this binary.
const Module = "github.com/pganalyze/pg_query_go/v6"

type parserError = parser.Error

// parserMu keeps calls of the C library apart: while it parses it redirects
// the process's standard error to a pipe, and two calls at once can leave it
// redirected to a pipe that nobody reads.
var parserMu sync.Mutex

func parserParse(sql string) (*ParseResult, error) {
	parserMu.Lock()
	defer parserMu.Unlock()
	return pg.Parse(sql)
}

func parserFingerprint(sql string) (string, error) {
	parserMu.Lock()
	defer parserMu.Unlock()
	return pg.Fingerprint(sql)
}

func parserNormalize(sql string) (string, error) {
	parserMu.Lock()
	defer parserMu.Unlock()
	return pg.Normalize(sql)
}

func parserDeparse(tree *ParseResult) (string, error) {
	parserMu.Lock()
	defer parserMu.Unlock()
	return pg.Deparse(tree)
}
