package apis

import (
	"go/types"
	"slices"
)

// A Handle says what a value that statements go through stands for.
type Handle uint8

// The handles.
const (
	AnyHandle  Handle = iota // not known: it may be either
	PoolHandle               // takes another connection for each statement
	ConnHandle               // is one connection
	TxHandle                 // is a transaction, and so one connection
)

// One reports whether all statements go through one connection.
func (h Handle) One() bool { return h == ConnHandle || h == TxHandle }

// HandleOf returns what values of t are for statements, by the libraries' data
// and the shape of a transaction.
func HandleOf(t types.Type) Handle {
	n := named(t)
	if n == nil || n.Obj().Pkg() == nil {
		return AnyHandle
	}
	if lib, ok := LibraryOf(n.Obj().Pkg().Path()); ok {
		switch name := TypeName(t); {
		case slices.Contains(lib.Pools, name):
			return PoolHandle
		case slices.Contains(lib.Conns, name):
			return ConnHandle
		}
	}
	if tx, handle := IsTx(t); tx && !handle {
		return TxHandle
	}
	return AnyHandle
}

// IsRows reports whether values of t are the rows of a query that are read one
// by one and keep their connection until the last is read or they are closed.
func IsRows(t types.Type) bool {
	n := named(t)
	if n == nil || kindOf(t) != manyRows {
		return false
	}
	next, end := method(t, "Next"), method(t, "Close")
	return end != nil && end.Signature().Params().Len() == 0 &&
		next.Signature().Params().Len() == 0 && next.Signature().Results().Len() == 1
}

// IsBatch reports whether values of t are the results of a batch, which are asked for
// one after the other and keep their connection until they are closed.
func IsBatch(t types.Type) bool {
	n := named(t)
	if n == nil {
		return false
	}
	exec, row, end := method(t, "Exec"), method(t, "QueryRow"), method(t, "Close")
	return exec != nil && row != nil && end != nil && exec.Signature().Params().Len() == 0 && result(exec.Signature()) == affected &&
		row.Signature().Params().Len() == 0 && result(row.Signature()) == oneRow && end.Signature().Params().Len() == 0
}

// IsRow reports whether values of t are the one row of a query, which keeps its
// connection until it is scanned.
func IsRow(t types.Type) bool { return named(t) != nil && kindOf(t) == oneRow }
