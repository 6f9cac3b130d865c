package priors

import (
	"math"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/schema"
)

// words answers everything from what names mean: a queue drains, few rows are
// deleted, a flag mostly has its default.
type words struct{}

// Assumed numbers of rows.
const (
	unknownRows = 100_000
	// rowsPerHeight is how many times more rows a table has than one that it
	// refers to, PerParent how many of them go with a row referred to that
	// has any.
	rowsPerHeight = 8
	PerParent     = 30
	maxHeight     = 2
	lookupRows    = 100
	// perOwnIndex is how many rows go with a value of a column that somebody
	// made an index for, and that refers to nothing.
	perOwnIndex = 10
)

// Assumed shares of a table's rows.
const (
	shareQueue  = 0.05 // status = 'pending'
	shareRare   = 0.1  // deleted_at IS NOT NULL, a flag that differs from its default
	ShareOther  = 0.25 // any other literal of a column with few values
	shareCode   = 0.12 // country = 'JP'
	ShareFlag   = 0.3  // a flag of which nothing is known
	shareCommon = 0.9  // deleted_at IS NULL
	ShareRange  = 0.05 // x < $1 on a time or key
	shareRecent = 0.1  // x > now() - interval '1 day'
	sharePast   = 0.5  // x < now(), of what is not taken away
	sharePurge  = 0.1  // DELETE … WHERE created_at < now() - interval '1 year': done often, so few are left
	shareAlive  = 0.3  // expires_at > now()
	ShareNumber = 0.2  // x > $1 on a quantity
)

func (words) Rows(t *Table) (float64, bool) {
	if t.p.lookup(t.Table) {
		return lookupRows, true
	}
	rows := unknownRows / math.Pow(rowsPerHeight, float64(min(t.p.height(t.Table, nil), maxHeight)))
	if t.grows() {
		rows *= rowsPerHeight
	}
	return rows, true
}

// grows reports whether a row is added whenever something happens.
func (t *Table) grows() bool { return says("grows", t.Name) }

// lookup reports whether a table's name is that of a table that stays small:
// the set of its rows is decided by developers, not by use. One that refers to
// a table that grows (user_settings, product_categories) grows with it.
func (p *Priors) lookup(t *schema.Table) bool {
	for range 3 {
		if !says("lookup", t.Name) {
			return false
		}
		var parent *schema.Table
		for _, f := range t.ForeignKeys {
			if f.RefTable == t.Name {
				continue
			}
			if parent = p.schema.Table(f.RefSchema, f.RefTable); parent == nil || !says("lookup", parent.Name) {
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

// height is the length of the longest chain of foreign keys that ends at t:
// what others refer to has fewer rows than they have.
func (p *Priors) height(t *schema.Table, path []*schema.Table) int {
	h := 0
	if len(path) > maxHeight || slices.Contains(path, t) {
		return 0
	}
	path = append(slices.Clip(path), t)
	for _, ref := range p.Referring(t) {
		if ref.Table != t && !p.lookup(ref.Table) && !slices.Contains(path, ref.Table) {
			h = max(h, 1+p.height(ref.Table, path))
		}
	}
	return h
}

// nameClass is the class of a column of which only the name and type are known.
func nameClass(name, typ string) Class {
	switch {
	case strings.HasSuffix(name, "_id") && !says("unique", name):
		return Medium
	case typ == "uuid", says("unique", name) && (IsText(typ) || typ == "bytea"):
		return Unique
	case says("few", name):
		return Low
	}
	return Medium
}

func (words) Distinct(t *Table, c *schema.Column) (float64, bool) {
	rows, _ := t.Rows()
	name := strings.ToLower(c.Name)
	switch t.Class(c) {
	case Unique:
		return rows, true
	case Low:
		if says("code", name) {
			return 50, true
		}
		return 8, true
	case Time:
		return rows / 2, true
	}
	parents := rows / PerParent
	if t.grows() {
		parents /= rowsPerHeight // more rows for each, not more of them
	}
	if f := t.foreign[c.Name]; f != nil {
		n := parents
		if to := t.p.schema.Table(f.RefSchema, f.RefTable); to != nil && to != t.Table {
			limit, _ := t.p.Table(to).Rows()
			n = math.Min(n, limit)
		}
		return math.Max(n, 2), true
	}
	natural := IsText(t.p.BaseType(c.Type)) && (says("natural", name) || name == strings.TrimSuffix(t.Name, "s"))
	switch {
	case !strings.HasSuffix(name, "_id") && t.ownIndex(c.Name):
		return math.Max(rows/perOwnIndex, 2), true
	case says("refers", name):
		return math.Max(parents, 2), true
	case natural:
		return math.Max(rows/2, 2), true
	}
	return math.Max(rows/100, math.Min(rows/4, 1000)), true
}

// ownIndex reports whether the column alone has an index: somebody found that
// it narrows.
func (t *Table) ownIndex(column string) bool {
	return slices.ContainsFunc(t.Indexes, func(x *schema.Index) bool {
		return len(x.Keys) == 1 && x.Keys[0].Column == column && x.Predicate == "" && !x.Invalid && (x.Method == "" || x.Method == "btree" || x.Method == "hash")
	})
}

func (words) Nulls(t *Table, c *schema.Column) (float64, bool) {
	switch name := strings.ToLower(c.Name); {
	case says("gone", name):
		return shareCommon, true
	case says("done", name) && IsTime(t.p.BaseType(c.Type)):
		return shareRare, true
	}
	return ShareOther, true
}

func (words) Share(t *Table, c *schema.Column, a Ask) (float64, bool) {
	typ := t.p.BaseType(c.Type)
	switch a.Op {
	case Equal:
		n, _ := t.Distinct(c)
		switch {
		case a.Values == nil || t.Class(c) != Low:
			return a.Count / n, true
		case typ == "boolean" && len(a.Values) == 1:
			return t.flagShare(c, a.Values[0] == "true"), true
		}
		sum := 0.0
		for _, v := range a.Values {
			sum += t.valueShare(c, v)
		}
		return sum, true
	case Past:
		return sharePast, true
	case Purged:
		return sharePurge, true
	case Recent:
		return shareRecent, true
	case Upcoming:
		return shareAlive, true
	}
	if IsTime(typ) || t.Class(c) == Unique || t.foreign[c.Name] != nil {
		return ShareRange, true
	}
	return ShareNumber, true
}

// valueShare returns the share of rows in which a column of few values has one
// of them.
func (t *Table) valueShare(c *schema.Column, literal string) float64 {
	switch {
	case saysValue("queue", literal):
		return shareQueue
	case saysValue("rare", literal):
		return shareRare
	case says("code", c.Name):
		return shareCode
	}
	values := 4.0 // a few
	if n, ok := (facts{}).Distinct(t, c); ok {
		values = n
	}
	return math.Min(ShareOther, 1.5/values)
}

// flagShare returns the share of rows in which a boolean column is value. A
// default says nothing of a flag that the program inserts otherwise.
func (t *Table) flagShare(c *schema.Column, value bool) float64 {
	common := false
	if slices.Contains(t.inserted[c.Name], !isTrue(c.Default)) {
		return ShareFlag
	}
	switch {
	case c.Default == "":
		return ShareFlag
	case isTrue(c.Default):
		common = true
	case !isFalse(c.Default):
		return ShareFlag
	}
	switch {
	case says("done", c.Name) && !common:
		// Every row gets the mark in the end: the default is a queue.
		if value {
			return shareCommon
		}
		return shareRare
	case value == common:
		return shareCommon
	}
	return shareRare
}

// Width is about that of a short text.
func (words) Width(*Table, *schema.Column) (float64, bool) { return 32, true }

func isTrue(sql string) bool { return isOneOf(sql, "true", "'t'", "'t'::boolean", "'true'") }

func isFalse(sql string) bool { return isOneOf(sql, "false", "'f'", "'f'::boolean", "'false'") }

func isOneOf(sql string, list ...string) bool {
	return slices.Contains(list, strings.ToLower(strings.TrimSpace(sql)))
}
