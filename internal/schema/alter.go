package schema

import (
	"slices"

	"github.com/sqlvet/sqlvet/internal/pgquery"
)

// alterTable replays ALTER TABLE, INDEX, VIEW and TYPE with their commands.
func (r *replayer) alterTable(d *pgquery.AlterTableStmt, st *statement) {
	rv := d.GetRelation()
	switch d.GetObjtype() {
	case pgquery.ObjectIndex:
		r.alterIndex(d)
		return
	case pgquery.ObjectSequence:
		return
	case pgquery.ObjectKindType:
		r.alterComposite(d)
		return
	}
	var cmds []*pgquery.AlterTableCmd
	for _, n := range d.GetCmds() {
		if c := n.GetAlterTableCmd(); structural(c) {
			cmds = append(cmds, c)
		}
	}
	if len(cmds) == 0 {
		return // pg_dump names sequences in ALTER TABLE … OWNER TO
	}
	t := r.table(rv, d.GetMissingOk(), st.line)
	if t == nil {
		return
	}
	// PostgreSQL runs the commands of one statement in passes.
	slices.SortStableFunc(cmds, func(a, b *pgquery.AlterTableCmd) int { return alterPass(a) - alterPass(b) })
	for _, c := range cmds {
		r.alter(t, c, rv.GetInh(), st)
	}
}

// structural reports whether a command changes what a Schema holds: not
// storage, ownership, triggers, row security.
func structural(c *pgquery.AlterTableCmd) bool {
	switch c.GetSubtype() {
	case pgquery.AddColumn, pgquery.AddConstraint, pgquery.ValidateConstraint, pgquery.DropConstraint, pgquery.AddIndexConstraint,
		pgquery.AttachPartition, pgquery.DetachPartition, pgquery.DetachFinalize, pgquery.AddInherit, pgquery.DropInherit,
		pgquery.ColumnDefault, pgquery.DropNotNull, pgquery.SetNotNull, pgquery.SetExpression, pgquery.DropExpression,
		pgquery.DropColumn, pgquery.AlterColumnType, pgquery.AddIdentity, pgquery.DropIdentity:
		return true
	}
	return false
}

func alterPass(c *pgquery.AlterTableCmd) int {
	switch c.GetSubtype() {
	case pgquery.DropColumn, pgquery.DropConstraint:
		return 0
	case pgquery.AlterColumnType:
		return 1
	case pgquery.AddColumn:
		return 2
	}
	return 3
}

// alter runs one structural command on a table and, with recurse, on its partitions and
// inheriting tables.
func (r *replayer) alter(t *Table, c *pgquery.AlterTableCmd, recurse bool, st *statement) {
	switch c.GetSubtype() {
	case pgquery.AddColumn:
		r.addColumn(t, c, recurse, st)
		return
	case pgquery.AddConstraint, pgquery.AddIndexConstraint:
		r.alterAddConstraint(t, c.GetDef().GetConstraint(), st)
		return
	case pgquery.ValidateConstraint:
		for _, f := range t.ForeignKeys {
			if f.Name == c.GetName() {
				f.NotValid = false
			}
		}
		return
	case pgquery.DropConstraint:
		if !r.dropConstraint(t, c.GetName(), c.GetBehavior() == pgquery.DropCascade) && !c.GetMissingOk() {
			r.missingConstraint(t, c.GetName(), st)
		}
		return
	case pgquery.AttachPartition:
		r.attach(t, c.GetDef().GetPartitionCmd().GetName(), st)
		return
	case pgquery.DetachPartition, pgquery.DetachFinalize:
		if child := r.table(c.GetDef().GetPartitionCmd().GetName(), false, st.line); child != nil {
			child.PartitionOf = ""
			r.children[t] = remove(r.children[t], child)
		}
		return
	case pgquery.AddInherit:
		if parent := r.table(c.GetDef().GetRangeVar(), false, st.line); parent != nil {
			t.Inherits = append(t.Inherits, parent.String())
			r.children[parent] = append(r.children[parent], t)
		}
		return
	case pgquery.DropInherit:
		if parent := r.table(c.GetDef().GetRangeVar(), false, st.line); parent != nil {
			t.Inherits = remove(t.Inherits, parent.String())
			r.children[parent] = remove(r.children[parent], t)
		}
		return
	}
	// Have: the command is on one column.
	col := t.Column(c.GetName())
	if col == nil {
		if !c.GetMissingOk() && !t.Uncertain {
			r.problem(st.line, []name{{t.Schema, t.Name}}, "column %s of table %s does not exist", Quote(c.GetName()), t)
		}
		return
	}
	if c.GetSubtype() == pgquery.DropColumn {
		r.dropColumn(t, col, c.GetBehavior() == pgquery.DropCascade)
	} else {
		r.alterColumn(col, c)
	}
	if !recurse {
		return
	}
	for _, child := range r.children[t] {
		if child.Column(c.GetName()) != nil {
			r.alter(child, c, true, st)
		}
	}
}

func (r *replayer) alterColumn(col *Column, c *pgquery.AlterTableCmd) {
	switch c.GetSubtype() {
	case pgquery.ColumnDefault:
		col.Default = defaultText(c.GetDef())
	case pgquery.SetNotNull:
		col.NotNull = true
	case pgquery.DropNotNull:
		col.NotNull = false
	case pgquery.SetExpression:
		col.Generated = exprText(c.GetDef())
	case pgquery.DropExpression:
		col.Generated = ""
	case pgquery.AddIdentity:
		col.Identity = true
	case pgquery.DropIdentity:
		col.Identity = false
	case pgquery.AlterColumnType:
		d := c.GetDef().GetColumnDef()
		col.Type, col.Collation = r.typeName(d.GetTypeName()), ""
		if coll := d.GetCollClause(); coll != nil {
			col.Collation = collation(coll.GetCollname())
		}
	}
}

func (r *replayer) addColumn(t *Table, c *pgquery.AlterTableCmd, recurse bool, st *statement) {
	d := c.GetDef().GetColumnDef()
	if t.Column(d.GetColname()) != nil {
		if !c.GetMissingOk() {
			r.problem(st.line, []name{{t.Schema, t.Name}}, "column %s of table %s already exists", Quote(d.GetColname()), t)
		}
		return
	}
	p := &pending{r: r, t: t, st: st}
	p.column(d)
	p.finish()
	if !recurse {
		return
	}
	for _, child := range r.children[t] {
		if child.Column(d.GetColname()) == nil {
			col := *t.Column(d.GetColname())
			child.Columns = append(child.Columns, &col)
		}
	}
}

func (r *replayer) alterAddConstraint(t *Table, d *pgquery.Constraint, st *statement) {
	if n := d.GetConname(); n != "" && t.hasConstraint(n) {
		r.problem(st.line, []name{{t.Schema, t.Name}}, "constraint %s of table %s already exists", Quote(n), t)
		return
	}
	before := len(t.Indexes)
	r.addConstraint(t, d, "", st)
	if len(t.Indexes) == before {
		return
	}
	for _, child := range r.children[t] {
		if child.PartitionOf == t.String() {
			r.copyIndex(child, t.Indexes[before])
		}
	}
}

func (t *Table) hasConstraint(name string) bool {
	if x := t.index(name); x != nil && x.Constraint || t.check(name) >= 0 {
		return true
	}
	return slices.ContainsFunc(t.ForeignKeys, func(f *ForeignKey) bool { return f.Name == name })
}

// missingConstraint notes a constraint that is to be dropped and is not there.
// That of NOT NULL has a name in PostgreSQL 18 and is no constraint before.
func (r *replayer) missingConstraint(t *Table, constraint string, st *statement) {
	r.problem(st.line, []name{{t.Schema, t.Name}}, "constraint %s of table %s does not exist", Quote(constraint), t)
}

// attach makes a table a partition of another.
func (r *replayer) attach(parent *Table, rv *pgquery.RangeVar, st *statement) {
	child := r.table(rv, false, st.line)
	if child == nil || child == parent {
		return
	}
	child.PartitionOf = parent.String()
	r.children[parent] = append(r.children[parent], child)
	r.copyIndexes(parent, child)
}

// alterIndex replays ALTER INDEX … ATTACH PARTITION, after which the index on
// the partitioned table is valid if it was the last one missing.
func (r *replayer) alterIndex(d *pgquery.AlterTableStmt) {
	t, x := r.findIndex(written(d.GetRelation()))
	if x == nil {
		return
	}
	for _, n := range d.GetCmds() {
		if n.GetAlterTableCmd().GetSubtype() == pgquery.AttachPartition {
			x.Invalid = !r.everyPartitionHas(t, x)
		}
	}
}

func (r *replayer) everyPartitionHas(t *Table, x *Index) bool {
	for _, child := range r.children[t] {
		if child.PartitionOf == t.String() && !slices.ContainsFunc(child.Indexes, x.Same) {
			return false
		}
	}
	return true
}

// findIndex returns an index and its table.
func (r *replayer) findIndex(n name) (*Table, *Index) {
	if n.schema != "" {
		if t := r.indexes[name{norm(n.schema), n.bare}]; t != nil {
			return t, t.index(n.bare)
		}
		return nil, nil
	}
	for _, s := range r.path {
		if t := r.indexes[name{s, n.bare}]; t != nil {
			return t, t.index(n.bare)
		}
	}
	var found *Table
	for _, t := range r.s.Tables {
		if t.index(n.bare) != nil {
			if found != nil {
				return nil, nil
			}
			found = t
		}
	}
	if found == nil {
		return nil, nil
	}
	return found, found.index(n.bare)
}

func (r *replayer) alterComposite(d *pgquery.AlterTableStmt) {
	rv := d.GetRelation()
	names := []string{rv.GetRelname()}
	if rv.GetSchemaname() != "" {
		names = []string{rv.GetSchemaname(), rv.GetRelname()}
	}
	t := r.findType(names)
	if t == nil {
		return
	}
	for _, n := range d.GetCmds() {
		c := n.GetAlterTableCmd()
		at := slices.IndexFunc(t.Columns, func(col *Column) bool { return col.Name == c.GetName() })
		def := c.GetDef().GetColumnDef()
		switch {
		case c.GetSubtype() == pgquery.AddColumn:
			t.Columns = append(t.Columns, &Column{Name: def.GetColname(), Type: r.typeName(def.GetTypeName())})
		case at < 0:
		case c.GetSubtype() == pgquery.DropColumn:
			t.Columns = slices.Delete(t.Columns, at, at+1)
		case c.GetSubtype() == pgquery.AlterColumnType:
			t.Columns[at].Type = r.typeName(def.GetTypeName())
		}
	}
}

// dropColumn removes a column with the indexes and constraints that need it.
func (r *replayer) dropColumn(t *Table, col *Column, cascade bool) {
	t.Columns = remove(t.Columns, col)
	for _, x := range slices.Clone(t.Indexes) {
		if !slices.Contains(t.Indexes, x) || !x.needs(col.Name) {
			continue
		}
		if cascade && x.Unique {
			r.dropReferences(t, keyColumns(x))
		}
		r.removeIndex(t, x)
	}
	for _, f := range slices.Clone(t.ForeignKeys) {
		if slices.Contains(f.Columns, col.Name) {
			t.ForeignKeys = remove(t.ForeignKeys, f)
			r.forget(t, f.Name)
		}
	}
	for _, c := range slices.Clone(t.Checks) {
		if slices.Contains(c.Columns, col.Name) {
			t.Checks = slices.DeleteFunc(t.Checks, func(d Check) bool { return d.Name == c.Name })
			r.forget(t, c.Name)
		}
	}
	if cascade {
		for _, v := range slices.Clone(r.readers[t]) {
			r.dropReader(v, col.Name)
		}
	}
}

// needs reports whether an index cannot be without a column.
func (x *Index) needs(column string) bool {
	return slices.Contains(x.Include, column) || slices.Contains(x.Reads, column) ||
		slices.ContainsFunc(x.Keys, func(k Key) bool { return k.Column == column || slices.Contains(k.Reads, column) })
}
