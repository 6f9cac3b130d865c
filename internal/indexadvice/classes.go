package indexadvice

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/schema"
)

// A class says how many different values a column is likely to have.
type class uint8

const (
	classMedium class = iota // foreign keys, names, the default
	classUnique              // nearly every row has its own
	classLow                 // a few values
	classTime                // times and decimals: many, and compared by range
)

var (
	uniqueName = regexp.MustCompile(`(^|_)(token|hash|digest|email|slug|uuid|guid|sha|sha1|sha256|md5|checksum|fingerprint|external_id|nonce|secret|username|login|permalink|sku|isbn|ean|iban|vin|barcode|serial|serial_number)($|_)|(^|_)(url|uri)$`)
	// growsName is the name of a table that a row is added to whenever
	// something happens.
	growsName = regexp.MustCompile(`(^|_)(logs?|history|histories|events?|messages?|audits?|metrics?|entries|items?|notifications?|sessions|deliveries|jobs|tasks|transactions?|payments|orders|views|clicks|visits|comments|posts|records|requests|attempts|activities|emails|alerts|readings|measurements|samples|points|bounces|uploads|outbox|inbox|votes|likes|reactions)$`)
	// referName is what refers to another table's rows.
	referName = regexp.MustCompile(`(_id|_?key|_fk|_ref)$`)
	// naturalName is what people tell the rows of a table apart by.
	naturalName = regexp.MustCompile(`^([a-z]{1,2}_)?(name|full_name|display_name|title|code|key|label|hostname|domain|identifier|reference|number)$|_(no|nr|number|code|ref)$|(^|_)(phone|mobile|msisdn)$`)
	lowName     = regexp.MustCompile(`(^|_)(status|state|stage|phase|type|kind|role|level|severity|priority|gender|locale|language|lang|country|currency|mode|visibility|category|op|action|format|provider|platform|env|environment|queue|dialect)$|(status|type|mode|flag|priority|segment|category)$`)
	codeName    = regexp.MustCompile(`(^|_)(country|currency|locale|language|lang|timezone)$`)
	lookupName  = regexp.MustCompile(`(^|_)(settings?|configs?|configurations?|preferences|types?|kinds|categories|roles|permissions|statuses|states|countries|currencies|languages|locales|migrations?|schema_version|goose_db_version|nations?|regions?|continents?|features?|feature_flags|flags|plans|limits|constants|lookups?|enums?|singletons?|leaders?|info_type)$`)
)

// lookup reports whether a table's name is that of a table that stays small:
// the set of its rows is decided by developers, not by use. One that refers to
// a table that grows (user_settings, product_categories) grows with it.
func (c *catalog) lookup(t *schema.Table) bool {
	for range 3 {
		if !lookupName.MatchString(strings.ToLower(t.Name)) {
			return false
		}
		var parent *schema.Table
		for _, f := range t.ForeignKeys {
			if f.RefTable == t.Name {
				continue
			}
			if parent = c.schema.Table(f.RefSchema, f.RefTable); parent == nil || !lookupName.MatchString(strings.ToLower(parent.Name)) {
				return false
			}
		}
		if parent == nil {
			return true
		}
		t = parent
	}
	return true
}

// singleton reports whether the table's key allows a few rows only.
func (c *catalog) singleton(t *schema.Table) bool {
	if t.Primary == nil || len(t.Primary.Keys) != 1 {
		return false
	}
	k := t.Column(t.Primary.Keys[0].Column)
	return k != nil && (c.baseType(k.Type) == "boolean" || c.enum(k.Type) != nil)
}

// class returns the class of a column.
func (t *table) class(c *schema.Column) class {
	if got, ok := t.classes[c.Name]; ok {
		return got
	}
	got := t.classOf(c)
	t.classes[c.Name] = got
	return got
}

func (t *table) classOf(c *schema.Column) class {
	name := strings.ToLower(c.Name)
	typ := t.cat.baseType(c.Type)
	_, fk := t.foreign[c.Name]
	switch {
	case t.IsUnique(c.Name):
		return classUnique
	case typ == "boolean", typ == "smallint" && !fk, t.cat.enum(c.Type) != nil:
		return classLow
	case t.checked(c.Name) > 0:
		return classLow
	case isTime(typ), strings.HasPrefix(typ, "numeric"), typ == "real", typ == "double precision", typ == "money":
		return classTime
	case fk, strings.HasSuffix(name, "_id") && !uniqueName.MatchString(name):
		return classMedium
	case typ == "uuid", uniqueName.MatchString(name) && (isText(typ) || typ == "bytea"):
		return classUnique
	case lowName.MatchString(name):
		return classLow
	}
	return classMedium
}

// listed is the number of values that the schema lists for a column, a few if
// it does not.
func (t *table) listed(c *schema.Column) float64 {
	if n := t.cat.enum(c.Type); n != nil {
		return math.Max(float64(len(n.Values)), 2)
	}
	if n := t.checked(c.Name); n > 0 {
		return float64(n)
	}
	return 4
}

// distinct estimates the number of values of a column.
func (t *table) distinct(c *schema.Column) float64 {
	if n := t.cat.enum(c.Type); n != nil {
		return math.Max(float64(len(n.Values)), 2)
	}
	if n := t.checked(c.Name); n > 0 {
		return float64(n)
	}
	switch t.class(c) {
	case classUnique:
		return t.rows
	case classLow:
		if t.cat.baseType(c.Type) == "boolean" {
			return 2
		}
		if codeName.MatchString(strings.ToLower(c.Name)) {
			return 50
		}
		return 8
	case classTime:
		return t.rows / 2
	}
	parents := t.rows / perParent
	if t.grows {
		parents /= rowsPerHeight // more rows for each, not more of them
	}
	if f := t.foreign[c.Name]; f != nil {
		n := parents
		if p := t.cat.table(t.cat.schema.Table(f.RefSchema, f.RefTable)); p != nil && p != t {
			n = math.Min(n, p.rows)
		}
		return math.Max(n, 2)
	}
	if referName.MatchString(strings.ToLower(c.Name)) {
		return math.Max(parents, 2)
	}
	if name := strings.ToLower(c.Name); isText(t.cat.baseType(c.Type)) && (naturalName.MatchString(name) || name == strings.TrimSuffix(t.Name, "s")) {
		return math.Max(t.rows/2, 2)
	}
	return math.Max(t.rows/100, math.Min(t.rows/4, 1000))
}

// checked returns how many values a CHECK constraint lists for a column, 0 if
// there is none.
func (t *table) checked(column string) int {
	if t.lists == nil {
		t.lists = make(map[string]int) // before the conditions, which ask for classes
		for _, k := range t.Checks {
			terms, _ := t.condition(k.Expr)
			if len(terms) == 1 && terms[0].kind == termIn && terms[0].key.col != nil {
				t.lists[terms[0].key.col.Name] = len(terms[0].values)
			}
		}
		clear(t.classes)
	}
	return t.lists[column]
}

func (c *catalog) enum(typ string) *schema.Type {
	if t := c.types[strings.TrimSuffix(lastName(typ), "[]")]; t != nil && t.Kind == "enum" {
		return t
	}
	return nil
}

// baseType returns the type behind a domain, without modifiers: "varchar",
// "text[]".
func (c *catalog) baseType(typ string) string {
	for range 10 {
		d := c.types[lastName(typ)]
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
	return canonicalType(strings.TrimSpace(typ))
}

func lastName(typ string) string {
	return typ[strings.LastIndexByte(typ, '.')+1:]
}

// canonicalType maps the spellings of a built-in type to one.
func canonicalType(typ string) string {
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

func isText(typ string) bool {
	return slices.Contains([]string{"text", "varchar", "char", "citext", "name"}, typ)
}

func isTime(typ string) bool {
	return slices.Contains([]string{"timestamptz", "timestamp", "date", "time", "timetz"}, typ)
}

func isNumber(typ string) bool {
	return slices.Contains([]string{"smallint", "integer", "bigint", "numeric", "real", "double precision", "money"}, typ)
}

// btree reports whether the type has an ordering that queries use: not JSON,
// text search, geometry.
func (c *catalog) btree(typ string) bool {
	base := c.baseType(typ)
	switch {
	case base == "":
		return true // an expression's type is not known
	case strings.HasSuffix(base, "[]"), strings.HasSuffix(base, "range"):
		return false
	}
	switch base {
	case "json", "jsonb", "tsvector", "tsquery", "xml", "point", "box", "polygon", "line", "lseg", "path", "circle",
		"geometry", "geography", "hstore", "vector", "halfvec", "sparsevec":
		return false
	}
	return true
}

// classOfKey is class for a key, which may be an expression: one over a column
// of few values has few.
func (t *table) classOfKey(k key) class {
	switch {
	case k.col != nil:
		return t.class(k.col)
	case len(k.of) > 0 && !slices.ContainsFunc(k.of, func(c *schema.Column) bool { return t.class(c) != classLow }):
		return classLow
	}
	return classMedium
}

// expressionValues is the assumed number of values of an expression, of whose
// columns more is not known.
const expressionValues = 200

// distinctOf is distinct for a key: an expression has no more values than its
// columns together.
func (t *table) distinctOf(k key) float64 {
	if k.col != nil {
		return t.distinct(k.col)
	}
	n := 1.0
	for _, c := range k.of {
		n *= t.distinct(c)
	}
	if len(k.of) == 0 {
		return expressionValues
	}
	return math.Min(n, expressionValues)
}
