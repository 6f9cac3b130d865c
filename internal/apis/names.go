package apis

import (
	"slices"
	"strings"
)

// This file knows what names hint at. A hint is only ever asked for beside a
// shape.

// A hint is what the name of a string parameter says of it.
type hint uint8

const (
	unclear   hint = iota // no name, or one like s or cmd
	textName              // query, sqlStr, stmt
	otherName             // url, format, where, …: not a whole statement
)

// paramName reads the name of parameter i.
func (c candidate) paramName(i int) hint {
	name := strings.ToLower(c.params.At(i).Name())
	switch name {
	case "", "_":
		return unclear
	case "q", "qry", "qstr":
		return textName
	}
	has := func(part string) bool { return strings.Contains(name, part) }
	ends := func(part string) bool { return strings.HasSuffix(name, part) }
	switch {
	case slices.ContainsFunc([]string{"name", "id", "key", "tag", "label", "type", "path", "file"}, ends):
		return otherName // queryName, stmtID
	case slices.ContainsFunc([]string{"sql", "query", "stmt", "statement"}, has):
		return textName
	case slices.ContainsFunc([]string{
		"where", "cond", "filter", "clause", "suffix", "prefix", "order", "table", "column", "field",
		"url", "uri", "route", "endpoint", "format", "fmt", "pattern", "template", "tmpl", "msg", "message",
		"host", "addr", "event", "topic", "cypher", "cql", "script",
	}, has):
		return otherName
	}
	return unclear
}

func hasAnyPrefix(s string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}

// isTxName reports whether a function's name says that it runs something in a
// transaction: WithTx, RunInTransaction, Atomic, not SignTx.
func isTxName(name string) bool {
	w := words(name)
	if len(w) > 1 && w[0] == "must" {
		w = w[1:]
	}
	switch w[0] {
	case "with", "in", "inside", "within", "run", "do", "exec", "execute", "perform", "use", "wrap", "begin", "start", "new",
		"call", "invoke", "try", "retry", "retryable", "read", "write", "serializable", "nested",
		"tx", "transaction", "transact", "transactional", "transactionally", "atomic", "atomically", "unit":
	default:
		return false
	}
	for _, word := range w {
		switch word {
		case "tx", "txn", "transaction", "transact", "transactional", "transactionally", "atomic", "atomically":
			return true
		}
	}
	return strings.Contains(strings.Join(w, ""), "unitofwork")
}

// isHookName: functions that store a closure for the end of a transaction.
func isHookName(name string) bool {
	return slices.ContainsFunc([]string{"OnCommit", "AfterCommit", "OnRollback", "AfterRollback", "Hook"}, func(s string) bool { return strings.Contains(name, s) })
}
