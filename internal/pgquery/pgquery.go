// Package pgquery parses SQL with PostgreSQL's own parser. It is the only
// package that imports the parser: libpg_query in C where there is cgo, the
// same code as WebAssembly where there is not. Both give the syntax trees of
// the same protobuf types and byte offsets.
//
// It does not say what a tree means (package sqlmodel does) and knows no
// placeholders but $n (package sqlscan rewrites the others).
package pgquery

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// An Error says why a text is not SQL, in the server's words, or why the
// parser was not asked.
type Error struct {
	Message string
	// Offset is the byte at which the server would point, the length of
	// the text for "at end of input", -1 if there is no place.
	Offset int
	// Refused is set if the text was never given to the parser, so that
	// nothing is known about it.
	Refused bool
}

func (e *Error) Error() string { return e.Message }

// Parse returns the syntax tree of sql, which may be several statements. All
// callers with the same text share one tree and must not change it.
func Parse(sql string) (*ParseResult, *Error) {
	e := parsed.entry(sql)
	e.once.Do(func() { e.tree, e.err = parse(sql) })
	return e.tree, e.err
}

// Grammar returns the version of PostgreSQL whose grammar the parser has, such
// as "17.4"; "" if it does not say.
func Grammar() string {
	tree, err := Parse("SELECT 1")
	if err != nil || tree.Version < 10000 {
		return ""
	}
	return fmt.Sprintf("%d.%d", tree.Version/10000, tree.Version%10000)
}

func parse(sql string) (*ParseResult, *Error) {
	if err := refuse(sql); err != nil {
		return nil, err
	}
	tree, err := guarded(func() (*ParseResult, error) { return parserParse(sql) })
	if err != nil {
		return nil, toError(sql, err)
	}
	return tree, nil
}

// Fingerprint returns the fingerprint that pg_stat_statements' readers use to
// tell statements apart: 16 hex digits, equal for statements that differ in
// constants, parameters and the length of IN lists.
func Fingerprint(sql string) (string, *Error) {
	return text(sql, parserFingerprint)
}

// Normalize returns sql with each constant replaced by a parameter.
func Normalize(sql string) (string, *Error) {
	return text(sql, parserNormalize)
}

func text(sql string, f func(string) (string, error)) (string, *Error) {
	if err := refuse(sql); err != nil {
		return "", err
	}
	out, err := guarded(func() (string, error) { return f(sql) })
	if err != nil {
		return "", toError(sql, err)
	}
	return out, nil
}

// refuse keeps from the parser what it cannot take: it reads C strings of
// valid UTF-8, and recurses over the tree on the thread's stack.
func refuse(sql string) *Error {
	if i := strings.IndexByte(sql, 0); i >= 0 {
		return &Error{Message: "text has a NUL byte", Offset: i, Refused: true}
	}
	if !utf8.ValidString(sql) {
		return &Error{Message: "text is not valid UTF-8", Offset: firstInvalid(sql), Refused: true}
	}
	if reason, bad := sqlscan.TooDeep(sql); bad {
		return &Error{Message: reason, Offset: -1, Refused: true}
	}
	return nil
}

func firstInvalid(s string) int {
	for i, r := range s {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(s[i:]); n == 1 {
				return i
			}
		}
	}
	return -1
}

// guarded turns a panic of the WebAssembly runtime (out of memory, a trap)
// into an error.
func guarded[T any](f func() (T, error)) (out T, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("parser failed: %v", r)
		}
	}()
	return f()
}

func toError(sql string, err error) *Error {
	var e *parserError
	if !errors.As(err, &e) {
		return &Error{Message: err.Error(), Offset: -1, Refused: true}
	}
	return &Error{Message: clip(e.Message), Offset: byteOffset(sql, e.Cursorpos)}
}

// clip shortens a message that quotes a token of the text's size.
func clip(s string) string {
	const limit = 200
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "…"
}

// byteOffset turns the parser's 1-based position in characters into bytes.
func byteOffset(sql string, char int) int {
	if char <= 0 {
		return -1
	}
	n := 0
	for i := range sql {
		n++
		if n == char {
			return i
		}
	}
	return len(sql)
}

// maxCached bounds the trees kept, for processes that live long (gopls).
const maxCached = 2048

// parsed holds one entry per distinct text.
var parsed cache

type cache struct {
	mu      sync.Mutex
	entries map[string]*entry
}

type entry struct {
	once sync.Once
	tree *ParseResult
	err  *Error
}

func (c *cache) entry(sql string) *entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.entries[sql]
	if e == nil {
		if c.entries == nil || len(c.entries) >= maxCached {
			c.entries = make(map[string]*entry)
		}
		e = new(entry)
		c.entries[strings.Clone(sql)] = e
	}
	return e
}
