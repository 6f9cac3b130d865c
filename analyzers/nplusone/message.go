package nplusone

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/loops"
)

// message names the query, the loop, the way from one to the other, and the
// remedy.
func message(e funceffects.Effect, v verdict) string {
	var b strings.Builder
	switch {
	case v.category == "hoist":
		fmt.Fprintf(&b, "%s is the same in each iteration of the loop at line %d", e.Statement(), v.loop.Line)
	case v.loop.Kind == loops.Resolver:
		fmt.Fprintf(&b, "%s runs once per object that this field is resolved for", e.Statement())
	case v.loop.Kind == loops.Hook:
		fmt.Fprintf(&b, "%s runs once per record that is loaded: the hook is called for each", e.Statement())
	case v.loop.Kind == loops.Recursion:
		fmt.Fprintf(&b, "%s runs once per node of the recursion at line %d", e.Statement(), v.loop.Line)
	case v.loop.Kind == loops.Callback:
		fmt.Fprintf(&b, "%s runs once per element of the call at line %d", e.Statement(), v.loop.Line)
	default:
		fmt.Fprintf(&b, "%s runs once per iteration of the loop at line %d", e.Statement(), v.loop.Line)
	}
	if v.outer != nil {
		fmt.Fprintf(&b, ", itself in the loop at line %d", v.outer.Line)
	}
	b.WriteString(way(e))
	if e.Through != "" {
		fmt.Fprintf(&b, " through %s", e.Through)
	}
	if e.Cached {
		b.WriteString(", unless a cache has it")
	}
	if v.category == perTx {
		b.WriteString(", which may begin a transaction each time")
	}
	b.WriteString(": " + remedy(e, v))
	if v.little != "" {
		b.WriteString(ofLittleUse(v.little))
	}
	if v.tx != "" {
		fmt.Fprintf(&b, "; %s holds its locks for as many round trips", v.tx)
	}
	return b.String()
}

// way names the calls between the loop and the query.
func way(e funceffects.Effect) string {
	if len(e.Path) < 2 {
		return ""
	}
	return ", via " + e.Way()
}

// remedy says what to write instead.
func remedy(e funceffects.Effect, v verdict) string {
	switch {
	case v.category == "hoist":
		return "run it once before the loop"
	case v.category == "resolver":
		return "collect the keys with a dataloader, which asks once for all objects"
	case v.loop.Kind == loops.Hook:
		return "load what the hook needs together with the records"
	case e.Batch:
		return "the function takes many at once: call it once with all of them"
	case e.Kind == funceffects.WriteDB:
		return writeRemedy(e, v.other)
	case v.loop.Chain:
		return "fetch the whole chain at once with WITH RECURSIVE"
	}
	if v.related != "" {
		return "load them together with the rows of the loop, by " + v.related + ", which asks once for all"
	}
	return readRemedy(e, v.other)
}

// oneOf is the condition that a column is one of many: no database but PostgreSQL
// has arrays to compare with.
func oneOf(other bool) string {
	if other {
		return "WHERE … IN (?, ?, …)"
	}
	return "WHERE … = ANY($1)"
}

func readRemedy(e funceffects.Effect, other bool) string {
	if with := many(e).Read; with != "" {
		return "load all at once with " + with
	}
	return "fetch all at once with " + oneOf(other) + " and a map, or a JOIN"
}

func writeRemedy(e funceffects.Effect, other bool) string {
	m := many(e)
	keys := cmp.Or(m.Keys, oneOf(other))
	with := cmp.Or(m.Write, "one statement for all elements")
	verb, _, _ := strings.Cut(e.SQL, " ")
	switch strings.ToLower(verb) {
	case "insert":
		with = cmp.Or(m.Insert, "a multi-row INSERT")
	case "update":
		with = keys + ", or UPDATE … FROM (VALUES …) if the values differ"
	case "delete":
		with = keys
	}
	return "write all at once with " + with
}

// many returns how the library of an effect sends one statement for many.
func many(e funceffects.Effect) apis.Many {
	if lib, ok := apis.LibraryOf(e.Library); ok {
		return lib.Many
	}
	return apis.Many{}
}

// ofLittleUse is the end of a message about what nobody needs to act on.
func ofLittleUse(why string) string { return "; of little use, since " + why }
