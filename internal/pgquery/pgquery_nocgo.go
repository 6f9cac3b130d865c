//go:build !cgo

package pgquery

import (
	pg "github.com/wasilibs/go-pgquery"
	"github.com/wasilibs/go-pgquery/parser"
)

// Module is the Go module of the parser in this binary.
const Module = "github.com/wasilibs/go-pgquery"

type parserError = parser.Error

// The WebAssembly runtime starts with the first call, which takes seconds.

func parserParse(sql string) (*ParseResult, error)    { return pg.Parse(sql) }
func parserFingerprint(sql string) (string, error)    { return pg.Fingerprint(sql) }
func parserNormalize(sql string) (string, error)      { return pg.Normalize(sql) }
func parserDeparse(tree *ParseResult) (string, error) { return pg.Deparse(tree) }
