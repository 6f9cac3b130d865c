package sargable

import (
	"strings"

	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// A stable says whether an index can hold an expression.
type stable uint8

const (
	unknown   stable = iota // it depends on types or functions that are not known
	immutable               // it can
	never                   // it holds a parameter, or depends on when and for whom it is computed
)

// stability judges an expression by PostgreSQL's volatility of functions. What
// is made of a date or time is immutable with some types only, and not with
// timestamps with time zone.
func stability(e *sqlmodel.Expr) stable {
	result := immutable
	switch e.Kind {
	case sqlmodel.ExprColumn:
		return immutable
	case sqlmodel.ExprConst:
		if e.Hole {
			return unknown
		}
		return immutable
	case sqlmodel.ExprFunc:
		switch {
		case mutable[e.Name], e.Name == "to_timestamp" && len(e.Args) > 1:
			return never
		case !immutableFuncs[e.Name]:
			result = unknown
		}
	case sqlmodel.ExprCast:
		switch {
		case e.Name == "interval" || e.Name == "date" || strings.HasPrefix(e.Name, "time"):
			return never
		case e.Args[0].Kind != sqlmodel.ExprConst:
			result = unknown
		}
	case sqlmodel.ExprOp:
		if len(e.Args) == 0 || !arithmetic[e.Name] {
			result = unknown
		}
	default:
		return never
	}
	for _, a := range e.Args {
		switch stability(a) {
		case never:
			return never
		case unknown:
			result = unknown
		}
	}
	return result
}

// mutable are the functions that are not immutable, or not with each type.
var mutable = names(`now current_date current_time current_timestamp localtime localtimestamp clock_timestamp
	statement_timestamp transaction_timestamp timeofday random current_user session_user user current_role
	gen_random_uuid uuid_generate_v4 age date date_trunc date_part extract date_bin timezone to_char to_date to_number
	concat concat_ws format unaccent`)

// immutableFuncs are functions of texts and numbers that are immutable.
var immutableFuncs = names(`lower upper initcap btrim ltrim rtrim trim left right substr substring replace translate
	reverse repeat lpad rpad split_part overlay strpos position regexp_replace regexp_substr length char_length
	character_length octet_length bit_length ascii chr md5 sha224 sha256 sha384 sha512 digest encode decode
	abs ceil ceiling floor round trunc sign sqrt cbrt exp ln log power mod div gcd lcm width_bucket
	coalesce nullif greatest least to_timestamp to_hex hashtext array_length cardinality`)

func names(list string) map[string]bool {
	m := make(map[string]bool)
	for _, n := range strings.Fields(list) {
		m[n] = true
	}
	return m
}
