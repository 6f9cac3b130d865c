package schema

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/internal/pgquery"
)

// createView replays CREATE VIEW.
func (r *replayer) createView(d *pgquery.ViewStmt, st *statement) {
	if d.GetView().GetRelpersistence() == "t" {
		r.temporary[name{bare: d.GetView().GetRelname()}] = true
		return
	}
	k := r.newName(d.GetView())
	if old := r.tables[k]; old != nil {
		if !d.GetReplace() || old.Kind != View {
			r.problem(st.line, []name{k}, "relation %s already exists", k)
			return
		}
		comment, readers := old.Comment, r.readers[old]
		r.dropTable(old)
		defer func() {
			if t := r.tables[k]; t != nil {
				t.Comment = comment
				r.readers[t] = readers
			}
		}()
	}
	r.addQueryTable(k, View, d.GetQuery(), pgquery.Names(d.GetAliases()), st)
}

// createTableAs replays CREATE TABLE AS and CREATE MATERIALIZED VIEW.
func (r *replayer) createTableAs(d *pgquery.CreateTableAsStmt, st *statement) {
	into := d.GetInto()
	if into.GetRel().GetRelpersistence() == "t" {
		r.temporary[name{bare: into.GetRel().GetRelname()}] = true
		return
	}
	k := r.newName(into.GetRel())
	if r.tables[k] != nil {
		if !d.GetIfNotExists() {
			r.problem(st.line, []name{k}, "relation %s already exists", k)
		}
		return
	}
	kind := BaseTable
	if d.GetObjtype() == pgquery.ObjectMatview {
		kind = MaterializedView
	}
	r.addQueryTable(k, kind, d.GetQuery(), pgquery.Names(into.GetColNames()), st)
}

// tableFromQuery replays SELECT … INTO.
func (r *replayer) tableFromQuery(into *pgquery.IntoClause, sel *pgquery.SelectStmt, st *statement) {
	if into.GetRel().GetRelpersistence() == "t" {
		r.temporary[name{bare: into.GetRel().GetRelname()}] = true
		return
	}
	k := r.newName(into.GetRel())
	if r.tables[k] != nil {
		r.problem(st.line, []name{k}, "relation %s already exists", k)
		return
	}
	r.addQueryTable(k, BaseTable, &pgquery.Node{Node: &pgquery.IsSelectStmt{SelectStmt: sel}}, nil, st)
}

// addQueryTable adds a table or view with the columns of a query. It is
// Uncertain if they cannot be known.
func (r *replayer) addQueryTable(k name, kind TableKind, query *pgquery.Node, aliases []string, st *statement) {
	t := &Table{Schema: k.schema, Name: k.bare, Kind: kind, Place: Place{r.source.File, st.line}}
	q := &outputs{r: r}
	sel := query.GetSelectStmt()
	var ok bool
	t.Columns, ok = q.of(sel, nil)
	for i, a := range aliases {
		if i < len(t.Columns) {
			c := *t.Columns[i]
			c.Name = a
			t.Columns[i] = &c
		} else if !ok {
			t.Columns = append(t.Columns, &Column{Name: a})
		}
	}
	if ok && sel.GetWithClause().GetRecursive() && len(t.Columns) == 0 {
		ok = false
	}
	for _, c := range t.Columns {
		c.Place = t.Place
	}
	t.Uncertain = !ok && len(aliases) < len(t.Columns) || !ok && len(aliases) == 0
	if kind != BaseTable {
		if text, err := pgquery.Deparse(query); err == nil {
			t.Query = text
		}
	}
	r.addTable(t)
	if kind == BaseTable {
		return
	}
	pgquery.Walk(query, func(n *pgquery.Node) bool {
		if rv := n.GetRangeVar(); rv != nil {
			if base := r.find(written(rv)); base != nil && base != t && !slices.Contains(r.readers[base], t) {
				r.readers[base] = append(r.readers[base], t)
				t.Uncertain = t.Uncertain || base.Uncertain
			}
		}
		return true
	})
}

// dropReader removes a view of which a column's source is dropped with
// CASCADE, if its text names the column.
func (r *replayer) dropReader(v *Table, column string) {
	n, err := pgquery.Once(v.Query)
	if err != nil || len(n.GetStmts()) == 0 {
		return
	}
	if slices.Contains(columnsOf(n.GetStmts()[0].GetStmt()), column) {
		r.dropView(v)
	}
}

// outputs finds the columns that queries give.
type outputs struct {
	r *replayer
}

// A fromItem is what a FROM clause offers under one alias.
type fromItem struct {
	alias   string
	columns []*Column
	known   bool
}

// ctes holds the WITH queries in sight, the nearest first.
type ctes struct {
	name    string
	columns []*Column
	known   bool
	outer   *ctes
}

// of returns the columns of a query; false if they are not all known.
func (q *outputs) of(d *pgquery.SelectStmt, with *ctes) ([]*Column, bool) {
	if d == nil {
		return nil, false
	}
	for _, n := range d.GetWithClause().GetCtes() {
		with = q.cte(n.GetCommonTableExpr(), with)
	}
	if d.GetLarg() != nil {
		return q.of(d.GetLarg(), with)
	}
	if lists := d.GetValuesLists(); len(lists) > 0 {
		var cols []*Column
		for i := range lists[0].GetList().GetItems() {
			cols = append(cols, &Column{Name: "column" + strconv.Itoa(i+1)})
		}
		return cols, true
	}
	var items []fromItem
	for _, n := range d.GetFromClause() {
		items = append(items, q.from(n, with)...)
	}
	known := true
	var cols []*Column
	for _, n := range d.GetTargetList() {
		more, ok := q.target(n.GetResTarget(), items)
		cols = append(cols, more...)
		known = known && ok
	}
	return cols, known
}

func (q *outputs) cte(d *pgquery.CommonTableExpr, with *ctes) *ctes {
	// A recursive one sees itself only in its second arm.
	cols, known := q.of(d.GetCtequery().GetSelectStmt(), with)
	if d.GetCtequery().GetSelectStmt() == nil || d.GetSearchClause() != nil || d.GetCycleClause() != nil {
		known = false
	}
	return &ctes{d.GetCtename(), renamed(cols, d.GetAliascolnames()), known, with}
}

// renamed returns the columns under the names of an alias list.
func renamed(cols []*Column, names []*pgquery.Node) []*Column {
	out := slices.Clone(cols)
	for i, n := range pgquery.Names(names) {
		if i < len(out) {
			c := *out[i]
			c.Name = n
			out[i] = &c
		}
	}
	return out
}

// from returns what an item of a FROM clause offers.
func (q *outputs) from(n *pgquery.Node, with *ctes) []fromItem {
	switch {
	case n.GetRangeVar() != nil:
		rv := n.GetRangeVar()
		item := fromItem{alias: rv.GetRelname()}
		if a := rv.GetAlias(); a != nil {
			item.alias = a.GetAliasname()
		}
		if rv.GetSchemaname() == "" {
			for c := with; c != nil; c = c.outer {
				if c.name == rv.GetRelname() {
					item.columns, item.known = renamed(c.columns, rv.GetAlias().GetColnames()), c.known
					return []fromItem{item}
				}
			}
		}
		if t := q.r.find(written(rv)); t != nil {
			item.columns, item.known = renamed(t.Columns, rv.GetAlias().GetColnames()), !t.Uncertain
		}
		return []fromItem{item}
	case n.GetRangeSubselect() != nil:
		s := n.GetRangeSubselect()
		cols, known := q.of(s.GetSubquery().GetSelectStmt(), with)
		return []fromItem{{s.GetAlias().GetAliasname(), renamed(cols, s.GetAlias().GetColnames()), known}}
	case n.GetJoinExpr() != nil:
		j := n.GetJoinExpr()
		items := append(q.from(j.GetLarg(), with), q.from(j.GetRarg(), with)...)
		if len(j.GetUsingClause()) > 0 || j.GetIsNatural() || j.GetAlias() != nil {
			// A star would show the merged columns once; what the tables
			// offer by name stays as it is.
			items = append(items, fromItem{})
		}
		return items
	case n.GetRangeFunction() != nil:
		return []fromItem{{alias: n.GetRangeFunction().GetAlias().GetAliasname()}}
	}
	return []fromItem{{}}
}

// target returns the columns of one item of a select list.
func (q *outputs) target(d *pgquery.ResTarget, items []fromItem) ([]*Column, bool) {
	if fields := d.GetVal().GetColumnRef().GetFields(); len(fields) > 0 && fields[len(fields)-1].GetAStar() != nil {
		return star(fields, items)
	}
	if ind := d.GetVal().GetAIndirection().GetIndirection(); len(ind) > 0 && ind[len(ind)-1].GetAStar() != nil {
		return nil, false
	}
	c := &Column{Name: d.GetName(), Type: q.typeOf(d.GetVal(), items)}
	if c.Name == "" {
		if c.Name, _ = figureName(d.GetVal()); c.Name == "" {
			c.Name = "?column?"
		}
	}
	return []*Column{c}, true
}

func star(fields []*pgquery.Node, items []fromItem) ([]*Column, bool) {
	var table string
	if len(fields) > 1 {
		table = pgquery.Name(fields[len(fields)-2])
	}
	var cols []*Column
	known, found := true, false
	for _, it := range items {
		if table != "" && it.alias != table {
			continue
		}
		found = true
		known = known && it.known
		for _, c := range it.columns {
			cols = append(cols, &Column{Name: c.Name, Type: c.Type, Collation: c.Collation})
		}
	}
	return cols, known && found
}

// typeOf returns the type of an expression, "" if it is not plain to see.
func (q *outputs) typeOf(n *pgquery.Node, items []fromItem) string {
	switch {
	case n.GetTypeCast() != nil:
		return q.r.typeName(n.GetTypeCast().GetTypeName())
	case n.GetColumnRef() != nil:
		names := pgquery.Names(n.GetColumnRef().GetFields())
		column, table := names[len(names)-1], ""
		if len(names) > 1 {
			table = names[len(names)-2]
		}
		for _, it := range items {
			if table != "" && it.alias != table {
				continue
			}
			for _, c := range it.columns {
				if c.Name == column {
					return c.Type
				}
			}
		}
	case n.GetFuncCall() != nil:
		names := pgquery.Names(n.GetFuncCall().GetFuncname())
		switch strings.ToLower(names[len(names)-1]) {
		case "count":
			return "bigint"
		case "now":
			return "timestamptz"
		}
	}
	return ""
}
