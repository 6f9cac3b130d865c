package dbload

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/bench/indexadvice/catalog"
)

const (
	nullShare = 0.2  // of a column that may be NULL
	rareShare = 0.95 // NULLs of a column that marks few rows, such as deleted_at
)

// value returns an SQL expression for a column of row number i.
func (f *filler) value(t *catalog.Table, c *catalog.Column) string {
	unique := t.UniqueAlone(c.Name)
	if e := f.reference(t, c, unique); e != "" {
		return e
	}
	if unique || c.Identity || c.Name == "id" && (c.Category == "N" || c.Base == "uuid") {
		if e := key(t, c, "i"); e != "" {
			return e
		}
	}
	e, null := f.plain(t, c)
	return nullable(c, e, null)
}

// nullable makes a share of the values NULL, if the column allows it.
func nullable(c *catalog.Column, e string, share float64) string {
	if c.NotNull || share == 0 || e == "NULL" {
		return e
	}
	return fmt.Sprintf("CASE WHEN random() < %g THEN NULL ELSE %s END", share, e)
}

// reference returns the value of a foreign key's column: a few rows are
// referred to often. "" if the column is in no key.
func (f *filler) reference(t *catalog.Table, c *catalog.Column, unique bool) string {
	for _, k := range t.FKs {
		i := slices.Index(k.Cols, c.Name)
		if i < 0 {
			continue
		}
		ref := f.Catalog.Tables[k.Ref]
		n := max(f.rows[k.Ref], 1)
		row, share := fmt.Sprintf("(1 + floor(%d * power(random(), 2)))::int", n), 0.3
		if unique {
			row, share = fmt.Sprintf("(1 + (i - 1) %% %d)", n), 0
		}
		if e := key(ref, ref.ByName[k.RefCols[i]], row); e != "" {
			return nullable(c, e, share)
		}
	}
	return ""
}

// key returns the value that a unique column has in the row with a number.
func key(t *catalog.Table, c *catalog.Column, row string) string {
	switch c.Base {
	case "int4", "int8", "int2":
		return "(" + row + ")::" + c.Type
	case "uuid":
		return fmt.Sprintf("md5('%s.%s.' || (%s))::uuid", t.Name, c.Name, row)
	case "bytea":
		return fmt.Sprintf("decode(md5('%s.%s.' || (%s)), 'hex')", t.Name, c.Name, row)
	case "bool":
		return "((" + row + ") % 2 = 0)"
	case "jsonb", "json":
		return fmt.Sprintf("jsonb_build_object('k', %s)", row)
	}
	switch {
	case len(c.Enum) > 0:
		return fmt.Sprintf("(enum_range(NULL::%s))[1 + (%s) %% %d]", c.Type, row, len(c.Enum))
	case c.Category == "S" && strings.Contains(c.Name, "email"):
		return fmt.Sprintf("'user' || (%s) || '@example' || ((%s) %% 50) || '.com'", row, row)
	case c.Category == "S" && strings.Contains(c.Name, "url"):
		return fmt.Sprintf("'https://site' || ((%s) %% 997) || '.example.com/p/' || md5((%s)::text)", row, row)
	case c.Category == "S":
		return fmt.Sprintf("left('%s_' || (%s), %d)", c.Name, row, length(c))
	case c.Category == "D":
		return fmt.Sprintf("('2024-01-01'::timestamptz + (%s) * interval '1 minute')::%s", row, c.Type)
	}
	return ""
}

// length returns how many characters a string column takes.
func length(c *catalog.Column) int {
	if i := strings.IndexByte(c.Type, '('); i > 0 {
		if n, err := strconv.Atoi(strings.Trim(c.Type[i:], "()[]")); err == nil && n > 0 {
			return n
		}
	}
	return 1 << 20
}

// plain returns the value of a column without key, and the share of NULLs.
func (f *filler) plain(t *catalog.Table, c *catalog.Column) (e string, null float64) {
	if len(c.Enum) > 0 {
		return fmt.Sprintf("(enum_range(NULL::%s))[1 + floor(%d * power(random(), 3))::int]", c.Type, len(c.Enum)), nullShare
	}
	values := f.literals(t, c)
	if c.Category == "S" && len(values) > 0 {
		return fmt.Sprintf("CASE WHEN random() < 0.3 THEN (ARRAY[%s]::text[])[1 + floor(%d * power(random(), 2))::int] ELSE left('v' || floor(10 * random()), %d) END",
			strings.Join(values, ", "), len(values), length(c)), nullShare
	}
	if lo, hi, ok := literalRange(values); ok && c.Category == "N" {
		return fmt.Sprintf("(%g + random() * %g)::%s", lo, hi-lo, c.Type), nullShare
	}
	switch c.Category {
	case "B":
		return "random() < 0.1", nullShare
	case "D":
		return f.date(t, c)
	case "N":
		return f.number(t, c), nullShare
	case "S":
		return f.text(t, c), nullShare
	case "A":
		return array(c), nullShare
	case "R":
		if c.Base != "tstzrange" {
			return "'empty'::" + c.Type, nullShare
		}
	}
	return other(c, f.rows[t.Name])
}

// literals returns the values that statements compare a column with.
func (f *filler) literals(t *catalog.Table, c *catalog.Column) []string {
	var out []string
	for _, v := range f.consts[t.Name][c.Name] {
		if v != "" && !strings.Contains(v, "%") && !slices.Contains([]string{"true", "false", "NULL", "''"}, v) {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// literalRange returns a range of numbers around literals, if they look like
// measures (years, sizes) and not like states.
func literalRange(literals []string) (lo, hi float64, ok bool) {
	const smallest = 20
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, l := range literals {
		if v, err := strconv.ParseFloat(strings.Trim(l, "'"), 64); err == nil {
			lo, hi = math.Min(lo, v), math.Max(hi, v)
		}
	}
	if hi < smallest {
		return 0, 0, false
	}
	width := math.Max(hi-lo, hi/50)
	if lo >= 0 {
		return math.Max(lo-width, 0), hi + width, true
	}
	return lo - width, hi + width, true
}

func has(name string, parts ...string) bool {
	return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(name, p) })
}

// date spreads times over two years: rising with the row where the name says
// when a row was made, else at random.
func (f *filler) date(t *catalog.Table, c *catalog.Column) (string, float64) {
	var e string
	switch {
	case c.Base == "time" || c.Base == "timetz":
		return "(time '00:00' + floor(random() * 86400) * interval '1 second')", nullShare
	case strings.HasPrefix(c.Name, "end") && t.ByName["start"+c.Name[3:]] != nil:
		e = "(now() + random() * interval '30 days')"
	case has(c.Name, "created", "start", "occurred", "timestamp", "inserted", "published", "changed", "queued"):
		e = fmt.Sprintf("(now() - interval '730 days' + (i::float8 / %d) * interval '729 days' + random() * interval '6 hours')", f.rows[t.Name])
	case has(c.Name, "expire", "next", "scheduled", "send_at"):
		e = "(now() - interval '365 days' + random() * interval '400 days')"
	default:
		e = "(now() - random() * interval '730 days')"
	}
	null := 0.5
	if has(c.Name, "deleted", "archived", "cancel", "revoked", "disabled", "escalat") {
		null = rareShare
	}
	return e + "::" + c.Type, null
}

func (f *filler) number(t *catalog.Table, c *catalog.Column) string {
	switch {
	case c.Base == "float4" || c.Base == "float8" || c.Base == "numeric":
		return "(random() * 1000)::" + c.Type
	case c.Base == "int2":
		return "(random() * 5)::" + c.Type
	case has(c.Name, "position", "step_number"):
		if e := key(t, c, "i"); e != "" {
			return e
		}
	case has(c.Name, "count", "priority", "minutes", "attempt", "retr", "level", "weekday", "max_", "step", "error"):
		return "floor(8 * power(random(), 2))::" + c.Type
	}
	return fmt.Sprintf("floor(random() * %d)::%s", max(f.rows[t.Name]/5, 10), c.Type)
}

func (f *filler) text(t *catalog.Table, c *catalog.Column) string {
	n, limit := f.rows[t.Name], length(c)
	switch {
	case has(c.Name, "email"):
		return fmt.Sprintf("'user' || floor(random() * %d) || '@example.com'", n)
	case has(c.Name, "url"):
		return "'https://site' || floor(random() * 997) || '.example.com/p/' || md5(random()::text)"
	case has(c.Name, "hash", "token", "secret", "etag", "key", "code", "sha"):
		return fmt.Sprintf("left(md5(random()::text), %d)", limit)
	case has(c.Name, "status", "state", "type", "kind", "lang", "country", "provider", "source", "event", "queue", "engine", "timezone", "theme", "method"):
		return fmt.Sprintf("left((ARRAY['alpha', 'beta', 'gamma', 'delta', 'eps', 'zeta'])[1 + floor(6 * power(random(), 2))::int], %d)", limit)
	case has(c.Name, "body", "content", "description", "message", "details", "summary", "html", "meta"):
		return fmt.Sprintf("left('lorem ipsum ' || md5(random()::text) || ' dolor ' || repeat(md5(random()::text) || ' ', 4), %d)", limit)
	case has(c.Name, "name", "title", "subject", "filename", "username", "slug"):
		return fmt.Sprintf("left(initcap(substr(md5(random()::text), 1, 6)) || ' ' || "+
			"(ARRAY['Red', 'Blue', 'Green', 'North', 'South', 'Prod', 'Dev', 'Team'])[1 + floor(8 * random())::int] || ' ' || floor(random() * %d), %d)", n, limit)
	}
	return fmt.Sprintf("left('v' || floor(random() * %d), %d)", max(n/10, 10), limit)
}

func array(c *catalog.Column) string {
	switch c.Base {
	case "_text", "_varchar":
		return "ARRAY['t' || floor(random() * 200), 't' || floor(random() * 200)]::" + c.Type
	case "_int4", "_int8", "_int2":
		return "ARRAY[floor(random() * 200)::int, floor(random() * 200)::int]::" + c.Type
	case "_bool":
		return "ARRAY[true, false, true, true, false, true, false]"
	}
	return "'{}'::" + c.Type
}

// other returns values of types without a category of their own.
func other(c *catalog.Column, rows int) (e string, null float64) {
	switch c.Base {
	case "uuid":
		return "md5(random()::text)::uuid", nullShare
	case "jsonb", "json":
		return "jsonb_build_object('k', 'v' || floor(random() * 1000), 'n', floor(random() * 100))::" + c.Type, nullShare
	case "bytea":
		return "decode(md5(random()::text), 'hex')", nullShare
	case "inet", "cidr":
		return "('10.' || floor(random() * 255) || '.' || floor(random() * 255) || '.1')::" + c.Type, nullShare
	case "interval":
		return "random() * interval '10 hours'", nullShare
	case "tsvector":
		return "to_tsvector('simple', 'w' || floor(2000 * power(random(), 2)) || ' w' || floor(2000 * power(random(), 2)) || " +
			"' w' || floor(2000 * random()) || ' w' || floor(2000 * random()))", nullShare / 2
	case "tstzrange":
		return "tstzrange(now() - random() * interval '700 days', NULL)", nullShare
	case "bit", "varbit":
		return "B'11110000'::" + c.Type, nullShare
	case "citext":
		return fmt.Sprintf("'user' || floor(random() * %d) || '@Example.com'", rows), 0
	}
	return "NULL", 0
}
