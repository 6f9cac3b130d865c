package shape

import (
	"maps"

	pg "github.com/pganalyze/pg_query_go/v6"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/sqlvet/sqlvet/bench/indexadvice/catalog"
)

// ctes maps the CTEs in scope to their columns.
type ctes map[string][]string

type analyzer struct {
	cat  *catalog.Catalog
	info *Info
	ors  int // OR groups numbered so far
}

// stmt returns the names of a statement's result columns.
func (a *analyzer) stmt(n *pg.Node, parent *Level, env ctes) []string {
	kind := ""
	defer func() {
		if parent == nil && kind != "" {
			a.info.Kind = kind // the last one stands: a CTE's statement comes before its user
		}
	}()
	switch x := n.GetNode().(type) {
	case *pg.Node_SelectStmt:
		kind = "select"
		return a.selectStmt(x.SelectStmt, parent, env)
	case *pg.Node_UpdateStmt:
		kind = "update"
		u := x.UpdateStmt
		env = a.with(u.WithClause, parent, env)
		lv := a.level(parent)
		a.rangeVar(lv, u.Relation, env)
		for _, f := range u.FromClause {
			a.from(lv, f, env)
		}
		a.where(lv, u.WhereClause, env)
		for _, t := range u.TargetList {
			a.scan(lv, t, env)
		}
		return a.targets(lv, u.ReturningList, env)
	case *pg.Node_DeleteStmt:
		kind = "delete"
		d := x.DeleteStmt
		env = a.with(d.WithClause, parent, env)
		lv := a.level(parent)
		a.rangeVar(lv, d.Relation, env)
		for _, f := range d.UsingClause {
			a.from(lv, f, env)
		}
		a.where(lv, d.WhereClause, env)
		return a.targets(lv, d.ReturningList, env)
	case *pg.Node_InsertStmt:
		kind = "insert"
		i := x.InsertStmt
		env = a.with(i.WithClause, parent, env)
		if i.SelectStmt != nil {
			a.stmt(i.SelectStmt, parent, env)
		}
		if t := a.cat.Table(i.Relation.Schemaname, i.Relation.Relname); t != nil {
			a.info.Tables[t.Name] = true
			lv := &Level{Parent: parent} // not listed: it has no predicates
			lv.Rels = []*Rel{{Alias: t.Name, Table: t, Level: lv, Used: map[string]bool{}}}
			return a.targets(lv, i.ReturningList, env)
		}
	}
	return nil
}

func (a *analyzer) level(parent *Level) *Level {
	lv := &Level{Parent: parent}
	a.info.Levels = append(a.info.Levels, lv)
	return lv
}

func (a *analyzer) with(w *pg.WithClause, parent *Level, env ctes) ctes {
	if w == nil {
		return env
	}
	env = maps.Clone(env)
	for _, c := range w.Ctes {
		cte := c.GetCommonTableExpr()
		if w.Recursive {
			env[cte.Ctename] = nil
		}
		cols := a.stmt(cte.Ctequery, parent, env)
		env[cte.Ctename] = renamed(cols, cte.Aliascolnames)
	}
	return env
}

func renamed(cols []string, aliases []*pg.Node) []string {
	for i, al := range aliases {
		if s := al.GetString_(); s != nil && i < len(cols) {
			cols[i] = s.Sval
		}
	}
	return cols
}

func (a *analyzer) selectStmt(s *pg.SelectStmt, parent *Level, env ctes) []string {
	env = a.with(s.WithClause, parent, env)
	if s.Op != pg.SetOperation_SETOP_NONE && s.Larg != nil {
		cols := a.selectStmt(s.Larg, parent, env)
		a.selectStmt(s.Rarg, parent, env)
		return cols
	}
	lv := a.level(parent)
	for _, f := range s.FromClause {
		a.from(lv, f, env)
	}
	a.where(lv, s.WhereClause, env)
	cols := a.targets(lv, s.TargetList, env)
	for _, v := range s.ValuesLists {
		a.scan(lv, v, env)
	}
	a.scan(lv, s.HavingClause, env)
	for _, o := range s.SortClause {
		by := o.GetSortBy()
		a.scan(lv, by.Node, env)
		k := a.sortKey(lv, s, by.Node)
		k.Desc = by.SortbyDir == pg.SortByDir_SORTBY_DESC
		lv.Sort = append(lv.Sort, k)
	}
	for _, g := range s.GroupClause {
		a.scan(lv, g, env)
		lv.Group = append(lv.Group, a.sortKey(lv, s, g))
	}
	for _, d := range s.DistinctClause {
		if d.GetNode() != nil {
			lv.Distinct = append(lv.Distinct, a.sortKey(lv, s, d))
		}
	}
	return cols
}

// sortKey resolves a key of ORDER BY, which may be a number or the name of a
// result column.
func (a *analyzer) sortKey(lv *Level, s *pg.SelectStmt, n *pg.Node) SortKey {
	if c := n.GetAConst(); c != nil && c.GetIval() != nil {
		if k := int(c.GetIval().Ival); k >= 1 && k <= len(s.TargetList) {
			n = s.TargetList[k-1].GetResTarget().Val
		}
	} else if cr := n.GetColumnRef(); cr != nil && len(cr.Fields) == 1 {
		name := cr.Fields[0].GetString_().GetSval()
		for _, t := range s.TargetList {
			if rt := t.GetResTarget(); rt != nil && rt.Name == name {
				n = rt.Val
				break
			}
		}
	}
	if r, c := a.column(lv, n); r != nil && r.Level == lv {
		return SortKey{Rel: r, Col: c}
	}
	return SortKey{Rel: a.only(lv, n)}
}

// targets returns the names of a target list's columns.
func (a *analyzer) targets(lv *Level, list []*pg.Node, env ctes) []string {
	var cols []string
	for _, t := range list {
		rt := t.GetResTarget()
		if rt == nil {
			continue
		}
		a.scan(lv, rt.Val, env)
		cr := rt.Val.GetColumnRef()
		switch {
		case cr != nil && cr.Fields[len(cr.Fields)-1].GetAStar() != nil:
			cols = append(cols, star(lv, cr)...)
		case rt.Name != "":
			cols = append(cols, rt.Name)
		case cr != nil:
			cols = append(cols, cr.Fields[len(cr.Fields)-1].GetString_().GetSval())
		case rt.Val.GetFuncCall() != nil:
			cols = append(cols, lastName(rt.Val.GetFuncCall().Funcname))
		default:
			cols = append(cols, "?column?")
		}
	}
	return cols
}

// star marks the relations that * or t.* means and returns their columns.
func star(lv *Level, cr *pg.ColumnRef) []string {
	var cols []string
	for _, r := range lv.Rels {
		if len(cr.Fields) > 1 && r.Alias != cr.Fields[0].GetString_().GetSval() {
			continue
		}
		r.Star = true
		if r.Table == nil {
			cols = append(cols, r.cols...)
			continue
		}
		for _, c := range r.Table.Cols {
			cols = append(cols, c.Name)
		}
	}
	return cols
}

func lastName(list []*pg.Node) string {
	if len(list) == 0 {
		return ""
	}
	return list[len(list)-1].GetString_().GetSval()
}

// scan notes the columns that an expression reads, and goes into its subqueries.
func (a *analyzer) scan(lv *Level, n *pg.Node, env ctes) {
	if n == nil {
		return
	}
	Walk(n.ProtoReflect(), func(m protoreflect.Message) bool {
		switch x := m.Interface().(type) {
		case *pg.ColumnRef:
			a.column(lv, &pg.Node{Node: &pg.Node_ColumnRef{ColumnRef: x}})
		case *pg.SubLink:
			a.scan(lv, x.Testexpr, env)
			a.stmt(x.Subselect, lv, env)
			return false
		}
		return true
	})
}
