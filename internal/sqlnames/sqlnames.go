// Package sqlnames answers which names of tables and columns in a statement
// the schema does not have.
//
// It does not judge whether the statement means anything else than it says:
// where a name could come from something that is not known (a function in
// FROM, a view whose columns are not known, a natural join), it says nothing.
package sqlnames

import (
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/pgquery"
	"github.com/sqlvet/sqlvet/internal/pgwords"
	"github.com/sqlvet/sqlvet/internal/schema"
)

// An Unknown is a name that the schema does not have.
type Unknown struct {
	Name string
	// Table is that of the column, if only one can be meant; nil for a table,
	// and for a column that none of several tables has.
	Table *schema.Table
	// Column is set for a column.
	Column bool
	// Offset of the name in the text, in bytes.
	Offset int
	// Known are the names that could stand there.
	Known []string
}

// Find returns the names of all statements of sql that the schema lacks, and
// the tables that it knows, by name. It returns none if the text does not
// parse, and none of a statement that reads or writes a table that is
// Uncertain.
func Find(s *schema.Schema, sql string) (unknown []Unknown, tables []string) {
	tree, err := pgquery.Parse(sql)
	if err != nil || s == nil {
		return nil, nil
	}
	for _, raw := range tree.GetStmts() {
		f := &finder{schema: s}
		f.statement(raw.GetStmt(), nil)
		if !f.uncertain {
			unknown = append(unknown, f.unknown...)
		}
		tables = append(tables, f.tables...)
	}
	return unknown, tables
}

type finder struct {
	schema    *schema.Schema
	unknown   []Unknown
	tables    []string
	uncertain bool
}

// An item is what a name in front of a column can stand for.
type item struct {
	alias   string
	table   *schema.Table // nil if it is none
	columns []string
	known   bool // columns are all that there are
}

// A scope is what one query level can see.
type scope struct {
	items   []item
	outputs []string        // names that the select list gives, for ORDER BY and GROUP BY
	ctes    map[string]item // by name
	outer   *scope
}

func (s *scope) cte(name string) (item, bool) {
	for ; s != nil; s = s.outer {
		if it, ok := s.ctes[name]; ok {
			return it, true
		}
	}
	return item{}, false
}

// given returns the columns that a query has for who reads from it: under the names
// that are given them, as far as there are, or under its own where each is plain.
func given(d *pgquery.SelectStmt, names []*pgquery.Node) (it item) {
	for d.GetLarg() != nil {
		d = d.GetLarg()
	}
	if d == nil || len(d.GetTargetList()) == 0 {
		return item{}
	}
	it.known = true
	for _, n := range d.GetTargetList() {
		t := n.GetResTarget()
		name := t.GetName()
		if fields := t.GetVal().GetColumnRef().GetFields(); name == "" && len(fields) > 0 {
			name = fields[len(fields)-1].GetString_().GetSval() // "" of a star
		}
		if len(it.columns) < len(names) {
			name = names[len(it.columns)].GetString_().GetSval()
		}
		if name == "" {
			return item{}
		}
		it.columns = append(it.columns, name)
	}
	return it
}

// statement looks at a statement that is read in a scope.
func (f *finder) statement(n *pgquery.Node, outer *scope) {
	switch {
	case n.GetSelectStmt() != nil:
		f.query(n.GetSelectStmt(), outer)
	case n.GetInsertStmt() != nil:
		f.insert(n.GetInsertStmt(), outer)
	case n.GetUpdateStmt() != nil:
		d := n.GetUpdateStmt()
		s := f.with(d.GetWithClause(), outer)
		target := f.target(d.GetRelation(), s)
		f.from(d.GetFromClause(), s)
		f.assigned(target, d.GetTargetList())
		f.walk(s, append(slices.Concat(d.GetTargetList(), d.GetReturningList()), d.GetWhereClause())...)
	case n.GetDeleteStmt() != nil:
		d := n.GetDeleteStmt()
		s := f.with(d.GetWithClause(), outer)
		f.target(d.GetRelation(), s)
		f.from(d.GetUsingClause(), s)
		f.walk(s, append(slices.Clone(d.GetReturningList()), d.GetWhereClause())...)
	}
}

// with opens a scope and reads the WITH queries of a statement into it. A
// RECURSIVE one sees itself; that others do not see those after them changes
// nothing here.
func (f *finder) with(w *pgquery.WithClause, outer *scope) *scope {
	s := &scope{outer: outer, ctes: make(map[string]item)}
	for _, n := range w.GetCtes() {
		c := n.GetCommonTableExpr()
		it := given(c.GetCtequery().GetSelectStmt(), c.GetAliascolnames())
		it.alias = c.GetCtename()
		it.known = it.known && c.GetSearchClause() == nil && c.GetCycleClause() == nil // those add columns
		s.ctes[it.alias] = it
	}
	for _, n := range w.GetCtes() {
		f.statement(n.GetCommonTableExpr().GetCtequery(), s)
	}
	return s
}

func (f *finder) query(d *pgquery.SelectStmt, outer *scope) {
	s := f.with(d.GetWithClause(), outer)
	if d.GetLarg() != nil {
		f.query(d.GetLarg(), s)
		f.query(d.GetRarg(), s)
		return // ORDER BY of a set operation names its outputs
	}
	f.from(d.GetFromClause(), s)
	f.walk(s, d.GetTargetList()...)
	f.walk(s, d.GetWhereClause(), d.GetHavingClause(), d.GetLimitCount(), d.GetLimitOffset())
	f.walk(s, d.GetWindowClause()...)
	f.walk(s, d.GetValuesLists()...)
	s.outputs = outputNames(d.GetTargetList())
	f.walk(s, d.GetDistinctClause()...)
	f.walk(s, d.GetGroupClause()...)
	f.walk(s, d.GetSortClause()...)
}

// outputNames returns the names of outputs that are not those of columns.
func outputNames(list []*pgquery.Node) []string {
	var out []string
	for _, n := range list {
		if alias := n.GetResTarget().GetName(); alias != "" {
			out = append(out, alias)
		} else if names := pgquery.Names(n.GetResTarget().GetVal().GetFuncCall().GetFuncname()); len(names) > 0 {
			out = append(out, names[len(names)-1])
		}
	}
	return out
}

func (f *finder) insert(d *pgquery.InsertStmt, outer *scope) {
	s := f.with(d.GetWithClause(), outer)
	f.statement(d.GetSelectStmt(), s)
	target := f.target(d.GetRelation(), s)
	f.assigned(target, d.GetCols())
	if c := d.GetOnConflictClause(); c != nil {
		f.assigned(target, c.GetTargetList())
		for _, n := range c.GetInfer().GetIndexElems() {
			if e := n.GetIndexElem(); e.GetName() != "" {
				f.column(target, e.GetName(), -1)
			}
		}
		with := &scope{outer: s}
		with.items = append(with.items, item{alias: "excluded", table: target.table, columns: target.columns, known: target.known})
		// A bare name is the table's: both have the same ones.
		f.walk(with, append(slices.Clone(c.GetTargetList()), c.GetWhereClause())...)
	}
	f.walk(s, d.GetReturningList()...)
}

// target puts the table that a statement writes into the scope.
func (f *finder) target(rv *pgquery.RangeVar, s *scope) item {
	it := f.table(rv, &scope{}) // a WITH query cannot be written
	s.items = append(s.items, it)
	return it
}

// assigned looks at the columns that a statement sets.
func (f *finder) assigned(target item, list []*pgquery.Node) {
	for _, n := range list {
		if t := n.GetResTarget(); t.GetName() != "" {
			f.column(target, t.GetName(), int(t.GetLocation()))
		}
	}
}

// column looks at a name that must be a column of one item.
func (f *finder) column(it item, name string, offset int) {
	if !it.known || slices.Contains(it.columns, name) || systemColumn(name) {
		return
	}
	f.add(Unknown{Name: name, Table: it.table, Column: true, Offset: offset, Known: it.columns})
}

func (f *finder) add(u Unknown) {
	switch {
	case u.Offset < 0:
		return // it has no place to report
	case !u.Column && slices.Contains(f.schema.Elsewhere, u.Name),
		u.Column && u.Table != nil && slices.Contains(f.schema.Elsewhere, u.Table.Name+"."+u.Name),
		u.Column && u.Table == nil && slices.ContainsFunc(f.schema.Elsewhere, func(n string) bool { return strings.HasSuffix(n, "."+u.Name) }):
		return // other files define it
	}
	f.unknown = append(f.unknown, u)
}

// systemColumn reports whether a table may have a column that nobody declared;
// oid was one before PostgreSQL 12.
func systemColumn(name string) bool { return pgwords.SystemColumn(name) || name == "oid" }

// from puts the entries of FROM into the scope, and looks at what stands in
// them.
func (f *finder) from(list []*pgquery.Node, s *scope) {
	for _, n := range list {
		f.entry(n, s)
	}
}

func (f *finder) entry(n *pgquery.Node, s *scope) {
	switch {
	case n.GetRangeVar() != nil:
		s.items = append(s.items, f.table(n.GetRangeVar(), s))
	case n.GetJoinExpr() != nil:
		j := n.GetJoinExpr()
		f.entry(j.GetLarg(), s)
		f.entry(j.GetRarg(), s)
		if a := j.GetAlias(); a != nil {
			s.items = append(s.items, item{alias: a.GetAliasname()})
		}
		f.walk(s, j.GetQuals())
	case n.GetRangeSubselect() != nil:
		sub := n.GetRangeSubselect()
		// What stands before it is in sight of a LATERAL one only; a name
		// that is wrong for that is not said to be unknown.
		f.query(sub.GetSubquery().GetSelectStmt(), s)
		it := given(sub.GetSubquery().GetSelectStmt(), sub.GetAlias().GetColnames())
		it.alias = sub.GetAlias().GetAliasname()
		s.items = append(s.items, it)
	case n.GetRangeFunction() != nil:
		f.walk(s, n.GetRangeFunction().GetFunctions()...)
		s.items = append(s.items, item{alias: n.GetRangeFunction().GetAlias().GetAliasname()})
	case n.GetRangeTableSample() != nil:
		f.entry(n.GetRangeTableSample().GetRelation(), s)
	default:
		s.items = append(s.items, item{})
	}
}

// table returns what a name in FROM stands for.
func (f *finder) table(rv *pgquery.RangeVar, s *scope) item {
	it := item{alias: rv.GetRelname()}
	if a := rv.GetAlias(); a != nil {
		it.alias = a.GetAliasname()
	}
	if cte, ok := s.cte(rv.GetRelname()); ok && rv.GetSchemaname() == "" {
		if len(rv.GetAlias().GetColnames()) == 0 {
			it.columns, it.known = cte.columns, cte.known
		}
		return it
	}
	if isCatalog(rv) {
		return it
	}
	t := f.schema.Table(rv.GetSchemaname(), rv.GetRelname())
	switch {
	case t == nil:
		var known []string
		for _, t := range f.schema.Tables {
			known = append(known, t.Name)
		}
		f.add(Unknown{Name: rv.GetRelname(), Offset: int(rv.GetLocation()), Known: known})
		return it
	case t.Uncertain:
		f.uncertain = true
		return it
	}
	f.tables = append(f.tables, t.String())
	it.table = t
	if len(rv.GetAlias().GetColnames()) > 0 {
		return it // under other names
	}
	it.known = true
	for _, c := range t.Columns {
		it.columns = append(it.columns, c.Name)
	}
	return it
}

// isCatalog reports whether a name is that of a system table.
func isCatalog(rv *pgquery.RangeVar) bool {
	switch rv.GetSchemaname() {
	case "pg_catalog", "information_schema", "pg_temp", "pg_toast":
		return true
	}
	return strings.HasPrefix(rv.GetRelname(), "pg_")
}

// walk looks at the names in expressions.
func (f *finder) walk(s *scope, list ...*pgquery.Node) {
	for _, n := range list {
		if n == nil {
			continue
		}
		if f.visit(n, s) {
			pgquery.Walk(n, func(n *pgquery.Node) bool { return f.visit(n, s) })
		}
	}
}

// visit looks at one node, and reports whether to go on below it.
func (f *finder) visit(n *pgquery.Node, s *scope) bool {
	switch {
	case n.GetSelectStmt() != nil:
		f.query(n.GetSelectStmt(), s)
		return false
	case n.GetColumnRef() != nil:
		f.reference(n.GetColumnRef(), s)
		return false
	}
	return true
}

// reference resolves a column.
func (f *finder) reference(c *pgquery.ColumnRef, s *scope) {
	fields := c.GetFields()
	for _, n := range fields {
		if n.GetAStar() != nil {
			return
		}
	}
	names := pgquery.Names(fields)
	at := int(c.GetLocation())
	switch len(names) {
	case 1:
		f.bare(names[0], at, s)
	case 2:
		for o := s; o != nil; o = o.outer {
			for _, it := range o.items {
				if it.alias == names[0] {
					f.column(it, names[1], at)
					return
				}
			}
		}
		// Have: no item of that name. It may be a value of a composite type.
	}
}

// bare resolves a column without a table in front.
func (f *finder) bare(name string, at int, s *scope) {
	var tables []*schema.Table
	var known []string
	for o := s; o != nil; o = o.outer {
		if slices.Contains(o.outputs, name) {
			return
		}
		for _, it := range o.items {
			// The alias alone is the whole row.
			if !it.known || it.alias == name || slices.Contains(it.columns, name) {
				return
			}
			tables = append(tables, it.table)
			known = append(known, it.columns...)
		}
	}
	if len(tables) == 0 || systemColumn(name) {
		return
	}
	u := Unknown{Name: name, Column: true, Offset: at, Known: known}
	if len(tables) == 1 {
		u.Table = tables[0]
	}
	f.add(u)
}
