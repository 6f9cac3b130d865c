package shape

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v6"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

func (a *analyzer) rangeVar(lv *Level, rv *pg.RangeVar, env ctes) {
	r := &Rel{Alias: rv.Relname, Level: lv, Used: map[string]bool{}}
	if rv.Alias != nil {
		r.Alias = rv.Alias.Aliasname
	}
	lv.Rels = append(lv.Rels, r)
	if cols, ok := env[rv.Relname]; ok && rv.Schemaname == "" {
		r.cols = cols
		return
	}
	if r.Table = a.cat.Table(rv.Schemaname, rv.Relname); r.Table != nil {
		a.info.Tables[r.Table.Name] = true
	}
}

func (a *analyzer) from(lv *Level, n *pg.Node, env ctes) {
	switch x := n.GetNode().(type) {
	case *pg.Node_RangeVar:
		a.rangeVar(lv, x.RangeVar, env)
	case *pg.Node_JoinExpr:
		j := x.JoinExpr
		first := len(lv.Rels)
		a.from(lv, j.Larg, env)
		second := len(lv.Rels)
		a.from(lv, j.Rarg, env)
		a.where(lv, j.Quals, env)
		for _, u := range j.UsingClause {
			a.using(lv.Rels[first:second], lv.Rels[second:], u.GetString_().GetSval())
		}
	case *pg.Node_RangeSubselect:
		s := x.RangeSubselect
		parent := lv.Parent
		if s.Lateral {
			parent = lv
		}
		r := &Rel{Level: lv, Used: map[string]bool{}, cols: a.stmt(s.Subquery, parent, env)}
		if s.Alias != nil {
			r.Alias, r.cols = s.Alias.Aliasname, renamed(r.cols, s.Alias.Colnames)
		}
		lv.Rels = append(lv.Rels, r)
	case *pg.Node_RangeFunction:
		f := x.RangeFunction
		r := &Rel{Level: lv, Used: map[string]bool{}}
		if f.Alias != nil {
			r.Alias = f.Alias.Aliasname
			for _, c := range f.Alias.Colnames {
				r.cols = append(r.cols, c.GetString_().GetSval())
			}
			if len(r.cols) == 0 {
				r.cols = []string{r.Alias} // a function of one column
			}
		}
		for _, c := range f.Coldeflist {
			r.cols = append(r.cols, c.GetColumnDef().GetColname())
		}
		for _, c := range f.Functions {
			a.scan(lv, c, env)
		}
		lv.Rels = append(lv.Rels, r)
	}
}

func (a *analyzer) using(left, right []*Rel, column string) {
	has := func(r *Rel) bool { return r.has(column) }
	i, j := slices.IndexFunc(left, has), slices.IndexFunc(right, has)
	if i < 0 || j < 0 {
		return
	}
	for _, r := range []*Rel{left[i], right[j]} {
		a.use(r, column)
		r.Preds = append(r.Preds, &Pred{Kind: Join, Rel: r, Col: column, Op: "="})
	}
}

func (r *Rel) has(column string) bool {
	if r.Table != nil {
		return r.Table.ByName[column] != nil
	}
	return slices.Contains(r.cols, column)
}

func (a *analyzer) use(r *Rel, column string) {
	r.Used[column] = true
	if r.Table != nil {
		m := a.info.Cols[r.Table.Name]
		if m == nil {
			m = map[string]bool{}
			a.info.Cols[r.Table.Name] = m
		}
		m[column] = true
	}
}

// column resolves a bare column reference from a level outwards.
func (a *analyzer) column(lv *Level, n *pg.Node) (*Rel, string) {
	if c := n.GetCollateClause(); c != nil {
		return a.column(lv, c.Arg)
	}
	var parts []string
	for _, f := range n.GetColumnRef().GetFields() {
		if f.GetString_() == nil {
			return nil, "" // a star
		}
		parts = append(parts, f.GetString_().Sval)
	}
	if len(parts) == 0 {
		return nil, ""
	}
	name := parts[len(parts)-1]
	for l := lv; l != nil; l = l.Parent {
		for _, r := range l.Rels {
			if len(parts) > 1 && r.Alias == parts[len(parts)-2] && (r.Table == nil || r.has(name)) || len(parts) == 1 && r.has(name) {
				a.use(r, name)
				return r, name
			}
		}
	}
	return nil, ""
}

// unstable names functions whose result does not depend on the row alone.
var unstable = map[string]bool{
	"now": true, "random": true, "ts_rank": true, "ts_rank_cd": true,
	"count": true, "sum": true, "min": true, "max": true, "avg": true, "array_agg": true, "json_agg": true, "jsonb_agg": true,
	"string_agg": true, "bool_or": true, "bool_and": true, "json_object_agg": true, "jsonb_object_agg": true, "every": true,
}

// only returns the table of this level that an expression reads columns of,
// nil if there is none or more than one, or if no index could hold the value.
func (a *analyzer) only(lv *Level, n *pg.Node) *Rel {
	var rel *Rel
	ok := true
	Walk(n.ProtoReflect(), func(m protoreflect.Message) bool {
		switch x := m.Interface().(type) {
		case *pg.SubLink, *pg.ParamRef, *pg.SQLValueFunction:
			ok = false
		case *pg.FuncCall:
			ok = ok && x.Over == nil && !unstable[lastName(x.Funcname)]
		case *pg.ColumnRef:
			r, _ := a.column(lv, &pg.Node{Node: &pg.Node_ColumnRef{ColumnRef: x}})
			if r == nil || r.Level != lv || rel != nil && rel != r {
				ok = false
			}
			rel = r
		}
		return ok
	})
	if !ok || rel == nil || rel.Table == nil {
		return nil
	}
	return rel
}

// fixed reports whether an expression is given when this level runs, and
// whether it is a literal.
func (a *analyzer) fixed(lv *Level, n *pg.Node) (fixed, literal bool) {
	fixed, literal = true, true
	Walk(n.ProtoReflect(), func(m protoreflect.Message) bool {
		switch x := m.Interface().(type) {
		case *pg.ColumnRef:
			r, _ := a.column(lv, &pg.Node{Node: &pg.Node_ColumnRef{ColumnRef: x}})
			literal = false
			if r == nil || r.Level == lv {
				fixed = false
			}
			return false
		case *pg.ParamRef, *pg.FuncCall, *pg.SQLValueFunction:
			literal = false
		case *pg.SubLink:
			literal = false
			return false
		}
		return true
	})
	return fixed, literal
}

// Deparse prints an expression without the qualifiers of its columns, "" if
// the parser cannot.
func Deparse(n *pg.Node) string {
	c := proto.Clone(n).(*pg.Node)
	Walk(c.ProtoReflect(), func(m protoreflect.Message) bool {
		if x, ok := m.Interface().(*pg.ColumnRef); ok && len(x.Fields) > 1 {
			x.Fields = x.Fields[len(x.Fields)-1:]
		}
		return true
	})
	target := &pg.Node{Node: &pg.Node_ResTarget{ResTarget: &pg.ResTarget{Val: c}}}
	s, err := DeparseStatement(&pg.Node{Node: &pg.Node_SelectStmt{SelectStmt: &pg.SelectStmt{
		TargetList: []*pg.Node{target}, LimitOption: pg.LimitOption_LIMIT_OPTION_DEFAULT, Op: pg.SetOperation_SETOP_NONE,
	}}})
	if err != nil {
		return ""
	}
	return s[len("SELECT "):]
}

// DeparseStatement prints a tree that was put together here. Without the
// version the parser refuses it.
func DeparseStatement(n *pg.Node) (string, error) {
	return pg.Deparse(&pg.ParseResult{Version: parserVersion, Stmts: []*pg.RawStmt{{Stmt: n}}})
}

// parserVersion is PG_VERSION_NUM of the parser.
var parserVersion = func() int32 {
	tree, err := pg.Parse("SELECT 1")
	if err != nil {
		panic(err)
	}
	return tree.Version
}()
