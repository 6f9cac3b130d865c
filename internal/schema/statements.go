package schema

import (
	"strings"

	"github.com/sqlvet/sqlvet/internal/pgquery"
)

// node replays the tree of one statement.
func (r *replayer) node(n *pgquery.Node, st *statement) {
	switch {
	case n.GetCreateStmt() != nil:
		r.createTable(n.GetCreateStmt(), BaseTable, st)
	case n.GetCreateForeignTableStmt() != nil:
		r.createTable(n.GetCreateForeignTableStmt().GetBaseStmt(), ForeignTable, st)
	case n.GetCreateTableAsStmt() != nil:
		r.createTableAs(n.GetCreateTableAsStmt(), st)
	case n.GetAlterTableStmt() != nil:
		r.alterTable(n.GetAlterTableStmt(), st)
	case n.GetRenameStmt() != nil:
		r.rename(n.GetRenameStmt(), st)
	case n.GetAlterObjectSchemaStmt() != nil:
		r.setSchema(n.GetAlterObjectSchemaStmt(), st)
	case n.GetDropStmt() != nil:
		r.drop(n.GetDropStmt(), st)
	case n.GetIndexStmt() != nil:
		r.createIndex(n.GetIndexStmt(), st)
	case n.GetCreateTrigStmt() != nil:
		r.createTrigger(n.GetCreateTrigStmt())
	case n.GetViewStmt() != nil:
		r.createView(n.GetViewStmt(), st)
	case n.GetCreateSchemaStmt() != nil:
		r.createSchema(n, st)
	case n.GetCreateExtensionStmt() != nil:
		r.createExtension(n.GetCreateExtensionStmt().GetExtname())
	case n.GetCommentStmt() != nil:
		r.comment(n.GetCommentStmt())
	case n.GetVariableSetStmt() != nil:
		r.set(n.GetVariableSetStmt())
	case n.GetSelectStmt() != nil:
		r.selectInto(n.GetSelectStmt(), st)
	case n.GetDoStmt() != nil:
		r.do(n.GetDoStmt().GetArgs(), st)
	case n.GetCreateFunctionStmt() != nil:
		r.createFunction(n.GetCreateFunctionStmt(), st)
	case n.GetCallStmt() != nil:
		r.calls(n, st)
	case n.GetTransactionStmt() != nil:
		if st.is("rollback") || st.is("abort") {
			r.unread = true
			r.problem(st.line, nil, "rollback: what came before it is kept")
		}
	default:
		r.typeStatement(n, st)
	}
}

// typeStatement replays what defines types. Other statements change nothing
// that a Schema holds.
func (r *replayer) typeStatement(n *pgquery.Node, st *statement) {
	switch {
	case n.GetCreateEnumStmt() != nil:
		d := n.GetCreateEnumStmt()
		r.createEnum(pgquery.Names(d.GetTypeName()), pgquery.Names(d.GetVals()), st.line)
	case n.GetAlterEnumStmt() != nil:
		r.alterEnum(n.GetAlterEnumStmt(), st.line)
	case n.GetCreateDomainStmt() != nil:
		r.createDomain(n.GetCreateDomainStmt(), st.line)
	case n.GetAlterDomainStmt() != nil:
		r.alterDomain(n.GetAlterDomainStmt())
	case n.GetCompositeTypeStmt() != nil:
		r.createComposite(n.GetCompositeTypeStmt().GetTypevar(), n.GetCompositeTypeStmt().GetColdeflist(), st.line)
	case n.GetCreateRangeStmt() != nil:
		s, base := r.newTypeName(pgquery.Names(n.GetCreateRangeStmt().GetTypeName()))
		r.addType(&Type{Schema: s, Name: base, Kind: "range"}, st.line)
	}
}

func (r *replayer) createSchema(n *pgquery.Node, st *statement) {
	d := n.GetCreateSchemaStmt()
	s := d.GetSchemaname()
	if s == "" {
		s = d.GetAuthrole().GetRolename()
	}
	r.schemas[norm(s)] = true
	if len(d.GetSchemaElts()) == 0 {
		return
	}
	path := r.path
	r.path = append([]string{norm(s)}, path...)
	for _, e := range d.GetSchemaElts() {
		r.node(e, st)
	}
	r.path = path
}

func (r *replayer) createExtension(ext string) {
	for _, have := range r.s.Extensions {
		if have == ext {
			return
		}
	}
	r.s.Extensions = append(r.s.Extensions, ext)
}

// set follows the search path.
func (r *replayer) set(d *pgquery.VariableSetStmt) {
	if !strings.EqualFold(d.GetName(), "search_path") {
		return
	}
	var list []string
	if d.GetKind() == pgquery.SetValue {
		for _, a := range d.GetArgs() {
			list = append(list, a.GetAConst().GetSval().GetSval())
		}
	}
	r.setPath(list)
}

// setPath sets the search path; what names no schema leaves the default one.
func (r *replayer) setPath(list []string) {
	var path []string
	for _, s := range list {
		if s != "" && s != "$user" && s != "pg_catalog" && s != "pg_temp" {
			path = append(path, norm(s))
		}
	}
	if len(path) == 0 {
		path = []string{""}
	}
	r.path = path
}

func (r *replayer) comment(d *pgquery.CommentStmt) {
	names := pgquery.Names(d.GetObject().GetList().GetItems())
	qualified := func(names []string) *Table {
		n := name{bare: names[len(names)-1]}
		if len(names) > 1 {
			n.schema = names[len(names)-2]
		}
		return r.find(n)
	}
	switch d.GetObjtype() {
	case pgquery.ObjectTable, pgquery.ObjectView, pgquery.ObjectMatview, pgquery.ObjectForeignTable:
		if len(names) > 0 {
			if t := qualified(names); t != nil {
				t.Comment = d.GetComment()
			}
		}
	case pgquery.ObjectColumn:
		if len(names) > 1 {
			if t := qualified(names[:len(names)-1]); t != nil {
				if c := t.Column(names[len(names)-1]); c != nil {
					c.Comment = d.GetComment()
				}
			}
		}
	}
}

// selectInto replays a SELECT: INTO makes a table, functions may do anything.
func (r *replayer) selectInto(d *pgquery.SelectStmt, st *statement) {
	left := d
	for left.GetLarg() != nil {
		left = left.GetLarg()
	}
	if into := left.GetIntoClause(); into != nil {
		r.tableFromQuery(into, d, st)
	}
	r.calls(&pgquery.Node{Node: &pgquery.IsSelectStmt{SelectStmt: d}}, st)
}

// createTrigger notes what may fill the columns of new rows: PostgreSQL's trigger.h
// writes BEFORE as 1<<1, INSTEAD OF as 1<<6 and INSERT as 1<<2.
func (r *replayer) createTrigger(d *pgquery.CreateTrigStmt) {
	const insert, before = 1 << 2, 1<<1 | 1<<6
	if t := r.find(written(d.GetRelation())); t != nil && d.GetEvents()&insert != 0 && d.GetTiming()&before != 0 {
		t.Triggered = true
	}
}
