package schema

import (
	"slices"

	"github.com/sqlvet/sqlvet/internal/pgquery"
)

// rename replays ALTER … RENAME.
func (r *replayer) rename(d *pgquery.RenameStmt, st *statement) {
	switch d.GetRenameType() {
	case pgquery.ObjectTable, pgquery.ObjectView, pgquery.ObjectMatview, pgquery.ObjectForeignTable:
		// ALTER TABLE renames indexes and sequences as well.
		if t := r.find(written(d.GetRelation())); t != nil {
			r.move(t, name{t.Schema, d.GetNewname()}, st)
			return
		}
		if t, x := r.findIndex(written(d.GetRelation())); x != nil {
			r.renameIndex(t, x, d.GetNewname())
			return
		}
		if d.GetRenameType() == pgquery.ObjectTable && isSequenceName(d.GetRelation().GetRelname()) {
			return
		}
		r.table(d.GetRelation(), d.GetMissingOk(), st.line)
	case pgquery.ObjectIndex:
		t, x := r.findIndex(written(d.GetRelation()))
		if x == nil {
			if !d.GetMissingOk() {
				r.unknownIndex(written(d.GetRelation()), st)
			}
			return
		}
		if r.relationTaken(name{t.Schema, d.GetNewname()}) {
			r.problem(st.line, []name{{t.Schema, t.Name}}, "index %s already exists", Quote(d.GetNewname()))
			return
		}
		r.renameIndex(t, x, d.GetNewname())
	case pgquery.ObjectColumn, pgquery.ObjectAttribute:
		r.renameColumn(d, st)
	case pgquery.ObjectConstraint:
		if t := r.table(d.GetRelation(), d.GetMissingOk(), st.line); t != nil {
			r.renameConstraint(t, d.GetSubname(), d.GetNewname(), st)
		}
	case pgquery.ObjectKindType, pgquery.ObjectDomain:
		if t := r.findType(pgquery.Names(d.GetObject().GetList().GetItems())); t != nil {
			r.renameType(t, name{t.Schema, d.GetNewname()})
		}
	case pgquery.ObjectSchema:
		r.renameSchema(norm(d.GetSubname()), norm(d.GetNewname()), st)
	}
}

func isSequenceName(s string) bool { return len(s) > 4 && s[len(s)-4:] == "_seq" }

func (r *replayer) unknownIndex(n name, st *statement) {
	r.problem(st.line, nil, "index %s does not exist", n)
}

// move gives a table another name, its indexes another schema, and tells
// those who refer to it.
func (r *replayer) move(t *Table, to name, st *statement) {
	from := name{t.Schema, t.Name}
	if from == to {
		return
	}
	if r.relationTaken(to) {
		r.problem(st.line, []name{from, to}, "relation %s already exists", to)
		return
	}
	delete(r.tables, from)
	r.bare[t.Name] = remove(r.bare[t.Name], t)
	old := t.String()
	for _, x := range t.Indexes {
		if x.Constraint {
			r.forget(t, x.Name)
			r.constraints[name{to.schema, x.Name}]++
		}
		delete(r.indexes, name{t.Schema, x.Name})
		r.indexes[name{to.schema, x.Name}] = t
	}
	t.Schema, t.Name = to.schema, to.bare
	r.tables[to] = t
	r.bare[t.Name] = append(r.bare[t.Name], t)
	for _, child := range r.children[t] {
		if child.PartitionOf == old {
			child.PartitionOf = t.String()
		}
		if i := slices.Index(child.Inherits, old); i >= 0 {
			child.Inherits[i] = t.String()
		}
	}
	for _, other := range r.s.Tables {
		for _, f := range other.ForeignKeys {
			if f.RefTable == from.bare && f.RefSchema == from.schema {
				f.RefSchema, f.RefTable = to.schema, to.bare
			}
		}
	}
}

func (r *replayer) renameSchema(from, to string, st *statement) {
	for _, t := range slices.Clone(r.s.Tables) {
		if t.Schema == from {
			r.move(t, name{to, t.Name}, st)
		}
	}
	for _, t := range r.s.Types {
		if t.Schema == from {
			r.renameType(t, name{to, t.Name})
		}
	}
	r.schemas[to] = true
	delete(r.schemas, from)
}

func (r *replayer) renameColumn(d *pgquery.RenameStmt, st *statement) {
	if d.GetRelationType() == pgquery.ObjectKindType {
		if t := r.findType([]string{d.GetRelation().GetRelname()}); t != nil {
			for _, c := range t.Columns {
				if c.Name == d.GetSubname() {
					c.Name = d.GetNewname()
				}
			}
		}
		return
	}
	t := r.table(d.GetRelation(), d.GetMissingOk(), st.line)
	if t == nil {
		return
	}
	from, to := d.GetSubname(), d.GetNewname()
	switch {
	case t.Column(from) == nil:
		if !t.Uncertain {
			r.problem(st.line, []name{{t.Schema, t.Name}}, "column %s of table %s does not exist", Quote(from), t)
		}
	case t.Column(to) != nil:
		r.problem(st.line, []name{{t.Schema, t.Name}}, "column %s of table %s already exists", Quote(to), t)
	default:
		r.renameColumnOf(t, from, to)
	}
}

func (r *replayer) renameColumnOf(t *Table, from, to string) {
	swap := func(list []string) {
		for i, s := range list {
			if s == from {
				list[i] = to
			}
		}
	}
	t.Column(from).Name = to
	for _, c := range t.Columns {
		c.Generated = renameIn(c.Generated, from, to)
	}
	for _, x := range t.Indexes {
		x.Keys = slices.Clone(x.Keys)
		for i := range x.Keys {
			k := &x.Keys[i]
			if k.Column == from {
				k.Column = to
			}
			if slices.Contains(k.Reads, from) {
				k.Reads = slices.Clone(k.Reads)
				swap(k.Reads)
				k.Expr = renameIn(k.Expr, from, to)
			}
		}
		swap(x.Include)
		if slices.Contains(x.Reads, from) {
			x.Reads = slices.Clone(x.Reads)
			swap(x.Reads)
			x.Predicate = renameIn(x.Predicate, from, to)
		}
	}
	for i := range t.Checks {
		if c := &t.Checks[i]; slices.Contains(c.Columns, from) {
			c.Columns = slices.Clone(c.Columns)
			swap(c.Columns)
			c.Expr = renameIn(c.Expr, from, to)
		}
	}
	for _, f := range t.ForeignKeys {
		f.Columns = slices.Clone(f.Columns)
		swap(f.Columns)
	}
	for _, other := range r.s.Tables {
		for _, f := range other.ForeignKeys {
			if f.RefTable == t.Name && f.RefSchema == t.Schema {
				f.RefColumns = slices.Clone(f.RefColumns)
				swap(f.RefColumns)
			}
		}
	}
	for _, child := range r.children[t] {
		if child.Column(from) != nil && child.Column(to) == nil {
			r.renameColumnOf(child, from, to)
		}
	}
}

func (r *replayer) renameConstraint(t *Table, from, to string, st *statement) {
	if !t.hasConstraint(from) {
		r.missingConstraint(t, from, st)
		return
	}
	if x := t.index(from); x != nil && x.Constraint {
		r.renameIndex(t, x, to)
		return
	}
	r.forget(t, from)
	r.constraints[name{t.Schema, to}]++
	if i := t.check(from); i >= 0 {
		t.Checks[i].Name = to
	}
	for _, f := range t.ForeignKeys {
		if f.Name == from {
			f.Name = to
		}
	}
}

// setSchema replays ALTER … SET SCHEMA.
func (r *replayer) setSchema(d *pgquery.AlterObjectSchema, st *statement) {
	switch d.GetObjectType() {
	case pgquery.ObjectTable, pgquery.ObjectView, pgquery.ObjectMatview, pgquery.ObjectForeignTable:
		if isSequenceName(d.GetRelation().GetRelname()) {
			return
		}
		if t := r.table(d.GetRelation(), d.GetMissingOk(), st.line); t != nil {
			r.move(t, name{norm(d.GetNewschema()), t.Name}, st)
		}
	case pgquery.ObjectKindType, pgquery.ObjectDomain:
		if t := r.findType(pgquery.Names(d.GetObject().GetList().GetItems())); t != nil {
			r.renameType(t, name{norm(d.GetNewschema()), t.Name})
		}
	}
}

// drop replays DROP.
func (r *replayer) drop(d *pgquery.DropStmt, st *statement) {
	cascade := d.GetBehavior() == pgquery.DropCascade
	for _, o := range d.GetObjects() {
		names := pgquery.Names(o.GetList().GetItems())
		if tn := o.GetTypeName(); tn != nil {
			names = pgquery.Names(tn.GetNames())
		}
		if s := pgquery.Name(o); s != "" {
			names = []string{s}
		}
		if len(names) == 0 {
			continue
		}
		n := name{bare: names[len(names)-1]}
		if len(names) > 1 {
			n.schema = names[len(names)-2]
		}
		switch d.GetRemoveType() {
		case pgquery.ObjectTable, pgquery.ObjectView, pgquery.ObjectMatview, pgquery.ObjectForeignTable:
			r.dropRelation(n, cascade, d.GetMissingOk(), st)
		case pgquery.ObjectIndex:
			if t, x := r.findIndex(n); x != nil {
				r.removeIndex(t, x)
			} else if !d.GetMissingOk() {
				r.unknownIndex(n, st)
			}
		case pgquery.ObjectKindType, pgquery.ObjectDomain:
			r.dropType(names, cascade, d.GetMissingOk(), st.line)
		case pgquery.ObjectSchema:
			r.dropSchema(norm(n.bare))
		case pgquery.ObjectExtension:
			r.s.Extensions = remove(r.s.Extensions, n.bare)
		}
	}
}

func (r *replayer) dropRelation(n name, cascade, missingOK bool, st *statement) {
	t := r.find(n)
	if t == nil {
		if r.isTemporary(n) {
			delete(r.temporary, name{bare: n.bare})
		} else if !missingOK {
			r.problem(st.line, []name{n}, "table %s does not exist", n)
		}
		return
	}
	if cascade {
		r.dropReferences(t, nil)
		for _, v := range slices.Clone(r.readers[t]) {
			r.dropView(v)
		}
	}
	r.dropTable(t)
}

// dropView removes a view and those that read it.
func (r *replayer) dropView(v *Table) {
	if r.tables[name{v.Schema, v.Name}] != v {
		return // already dropped, by another way
	}
	for _, w := range slices.Clone(r.readers[v]) {
		r.dropView(w)
	}
	r.dropTable(v)
}

func (r *replayer) dropSchema(schema string) {
	for _, t := range slices.Clone(r.s.Tables) {
		if t.Schema == schema && r.tables[name{t.Schema, t.Name}] == t {
			r.dropReferences(t, nil)
			r.dropView(t)
		}
	}
	for _, t := range slices.Clone(r.s.Types) {
		if t.Schema == schema {
			r.dropType([]string{schema, t.Name}, true, true, 0)
		}
	}
	delete(r.schemas, schema)
	if schema == "" {
		r.schemas[""] = true
	}
}
