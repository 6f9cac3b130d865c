// Package pgwords answers what PostgreSQL itself says of words: which are
// reserved, which columns every table has, and of the functions that it comes
// with whether they aggregate, how volatile they are and what they return. It
// knows no syntax and no schema; functions of the user's are not known to it.
//
// words.txt is what the catalog of a server says; words.sql makes it.
package pgwords

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed words.txt
var text string

// later are words that servers after the one of words.txt have:
// https://www.postgresql.org/docs/release/16.0/ and 17.0.
const later = `reserved system_user
aggregate any_value
aggregate json_agg_strict
aggregate json_object_agg_strict
aggregate json_object_agg_unique
aggregate jsonb_agg_strict
aggregate jsonb_object_agg_strict
`

// A Volatility says how long the result of a function stays the same for the
// same arguments: https://www.postgresql.org/docs/current/xfunc-volatility.html.
type Volatility uint8

const (
	Unknown   Volatility = iota // no function of PostgreSQL's
	Immutable                   // for ever
	Stable                      // within a statement
	Volatile                    // not even from row to row
)

// A function is one of several with the same name.
type function struct {
	volatility Volatility
	result     string
	args       []string
	variadic   bool // the last may be repeated
}

type words struct {
	reserved, system, aggregates map[string]bool
	functions                    map[string][]function
}

var known = sync.OnceValue(func() *words {
	w := &words{reserved: make(map[string]bool), system: make(map[string]bool), aggregates: make(map[string]bool), functions: make(map[string][]function)}
	for line := range strings.Lines(text + later) {
		kind, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch kind {
		case "reserved":
			w.reserved[rest] = true
		case "system":
			w.system[rest] = true
		case "aggregate":
			w.aggregates[rest] = true
		case "function":
			part := strings.Split(rest, "\t")
			f := function{volatility: Volatility(strings.Index("isv", part[1]) + 1), result: part[2]}
			list, variadic := strings.CutSuffix(part[3], "...")
			if f.variadic = variadic; list != "" {
				f.args = strings.Split(list, ",")
			}
			w.functions[part[0]] = append(w.functions[part[0]], f)
		}
	}
	return w
})

// Reserved reports whether a word, in lower case, is no column's name without
// quotes: "reserved" and "reserved (can be function or type)" of
// https://www.postgresql.org/docs/current/sql-keywords-appendix.html.
func Reserved(word string) bool { return known().reserved[word] }

// SystemColumn reports whether every table has a column of this name:
// https://www.postgresql.org/docs/current/ddl-system-columns.html.
func SystemColumn(name string) bool { return known().system[name] }

// Aggregate reports whether a function makes one value of many rows.
func Aggregate(name string) bool { return known().aggregates[name] }

// Call says what PostgreSQL's function of this name, in lower case, is like
// when it is given values of these types ("timestamptz", "varchar"; "" for one
// that is not known): its volatility, the worst of those that it may be, and the
// type that it returns, "" if that depends.
func Call(name string, types []string) (v Volatility, result string) {
	fits := slices.Clone(known().functions[name])
	fits = slices.DeleteFunc(fits, func(f function) bool { return !f.takes(len(types)) })
	// As the server does: exactly these types if there is one, else whatever
	// the values can be turned into, of which texts only prefer a text.
	for _, prefers := range []func(declared, given string) bool{
		func(declared, given string) bool { return declared == given },
		func(declared, given string) bool { return declared == given || declared == "text" && textual(given) },
	} {
		if exact := slices.DeleteFunc(slices.Clone(fits), func(f function) bool { return !f.fits(types, prefers) }); len(exact) > 0 {
			fits = exact
			break
		}
	}
	for i, f := range fits {
		v = max(v, f.volatility)
		if i == 0 {
			result = f.result
		} else if result != f.result {
			result = ""
		}
	}
	if strings.HasPrefix(result, "any") || result == "record" {
		result = ""
	}
	return v, result
}

// takes reports whether a function can be called with n arguments.
func (f function) takes(n int) bool {
	return n == len(f.args) || f.variadic && n >= len(f.args)-1
}

// fits reports whether values of known types are what f declares.
func (f function) fits(types []string, prefers func(declared, given string) bool) bool {
	for i, given := range types {
		if given != "" && !prefers(f.args[min(i, len(f.args)-1)], given) {
			return false
		}
	}
	return true
}

func textual(typ string) bool { return typ == "varchar" || typ == "char" || typ == "citext" }

// Clock reports whether a function, in lower case, reads the time, be it called
// or, as CURRENT_DATE, a word of SQL's own.
func Clock(name string) bool {
	switch name {
	case "current_date", "current_time", "current_timestamp", "localtime", "localtimestamp":
		return true
	}
	v, result := Call(name, nil)
	return v >= Stable && result == "timestamptz"
}

// Volatilities returns the worst volatility of all functions of a name.
func Volatilities(name string) (v Volatility) {
	for _, f := range known().functions[name] {
		v = max(v, f.volatility)
	}
	return v
}
