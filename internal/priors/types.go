package priors

import (
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/schema"
)

// Type returns the type of the schema's that has the name, nil if none has.
func (p *Priors) Type(name string) *schema.Type { return p.types[LastName(name)] }

// Enum returns the enum that a type is, or that an array is of; nil if it is
// none.
func (p *Priors) Enum(typ string) *schema.Type {
	if t := p.Type(strings.TrimSuffix(typ, "[]")); t != nil && t.Kind == "enum" {
		return t
	}
	return nil
}

// BaseType returns the type behind a domain, without modifiers: "varchar",
// "text[]".
func (p *Priors) BaseType(typ string) string {
	for range 10 {
		d := p.Type(typ)
		if d == nil || d.Kind != "domain" || d.Base == "" {
			break
		}
		typ = d.Base
	}
	array := strings.HasSuffix(typ, "[]")
	if i := strings.IndexByte(typ, '('); i >= 0 {
		rest := typ[i:]
		typ = typ[:i]
		if j := strings.IndexByte(rest, ')'); j >= 0 {
			typ += strings.TrimSuffix(rest[j+1:], "[]")
		}
		if array {
			typ += "[]"
		}
	}
	return CanonicalType(strings.TrimSpace(typ))
}

// LastName returns a name without its schema.
func LastName(typ string) string {
	return typ[strings.LastIndexByte(typ, '.')+1:]
}

// CanonicalType maps the spellings of a built-in type to one.
func CanonicalType(typ string) string {
	typ = strings.TrimPrefix(strings.ToLower(typ), "pg_catalog.")
	if s, ok := typeNames[typ]; ok {
		return s
	}
	return typ
}

var typeNames = map[string]string{
	"bool": "boolean", "int2": "smallint", "int4": "integer", "int": "integer", "int8": "bigint",
	"serial": "integer", "bigserial": "bigint", "float4": "real", "float8": "double precision",
	"decimal": "numeric", "character varying": "varchar", "character": "char", "bpchar": "char",
	"timestamp with time zone": "timestamptz", "timestamp without time zone": "timestamp",
	"time without time zone": "time", "time with time zone": "timetz",
}

// IsText reports whether values of a base type are texts.
func IsText(typ string) bool {
	return slices.Contains([]string{"text", "varchar", "char", "citext", "name"}, typ)
}

// IsTime reports whether values of a base type are dates or times.
func IsTime(typ string) bool {
	return slices.Contains([]string{"timestamptz", "timestamp", "date", "time", "timetz"}, typ)
}

// IsNumber reports whether values of a base type are numbers.
func IsNumber(typ string) bool {
	return slices.Contains([]string{"smallint", "integer", "bigint", "numeric", "real", "double precision", "money"}, typ)
}
