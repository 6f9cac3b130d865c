package schema

import (
	"slices"

	"github.com/sqlvet/sqlvet/internal/pgquery"
)

// addConstraint makes a constraint of a table, or of one column of it.
func (r *replayer) addConstraint(t *Table, d *pgquery.Constraint, column string, st *statement) {
	at := Place{r.source.File, st.line + lineOf(st.text, int(d.GetLocation()))}
	switch d.GetContype() {
	case pgquery.ConstrPrimary, pgquery.ConstrUnique, pgquery.ConstrExclusion:
		r.addKey(t, d, column, at)
	case pgquery.ConstrCheck:
		c := Check{Name: d.GetConname(), Expr: exprText(d.GetRawExpr()), Columns: columnsOf(d.GetRawExpr())}
		if c.Name == "" {
			named := c.Columns
			if len(named) != 1 {
				named = nil
			}
			c.Name = r.chooseConstraintName(t, named, "check")
		}
		r.addCheck(t, c)
		for _, child := range r.children[t] {
			if child.check(c.Name) < 0 {
				r.addCheck(child, c)
			}
		}
	case pgquery.ConstrForeign:
		r.addForeignKey(t, d, column, at)
	case pgquery.ConstrNotNull:
		for _, k := range pgquery.Names(d.GetKeys()) {
			if c := t.Column(k); c != nil {
				c.NotNull = true
			}
		}
	}
}

func (r *replayer) addCheck(t *Table, c Check) {
	t.Checks = append(t.Checks, c)
	r.constraints[name{t.Schema, c.Name}]++
}

// check returns the place of the check of that name, -1 if there is none.
func (t *Table) check(name string) int {
	return slices.IndexFunc(t.Checks, func(c Check) bool { return c.Name == name })
}

// forget releases the name of a constraint.
func (r *replayer) forget(t *Table, constraint string) {
	k := name{t.Schema, constraint}
	if r.constraints[k]--; r.constraints[k] <= 0 {
		delete(r.constraints, k)
	}
}

// addKey makes the index of a primary key, unique or exclusion constraint.
func (r *replayer) addKey(t *Table, d *pgquery.Constraint, column string, at Place) {
	x := &Index{
		Name: d.GetConname(), Method: "btree", Constraint: true, Place: at,
		Include:          pgquery.Names(d.GetIncluding()),
		Primary:          d.GetContype() == pgquery.ConstrPrimary,
		NullsNotDistinct: d.GetNullsNotDistinct(),
		Predicate:        exprText(d.GetWhereClause()),
		Reads:            columnsOf(d.GetWhereClause()),
	}
	x.Unique = d.GetContype() != pgquery.ConstrExclusion
	names := pgquery.Names(d.GetKeys())
	if column != "" {
		names = []string{column}
	}
	label := "key"
	switch {
	case d.GetIndexname() != "":
		r.addUsingIndex(t, d, at)
		return
	case x.Primary:
		label = "pkey"
	case !x.Unique:
		label = "excl"
		var elems []*pgquery.IndexElem
		for _, e := range d.GetExclusions() {
			if items := e.GetList().GetItems(); len(items) > 0 {
				elems = append(elems, items[0].GetIndexElem())
			}
		}
		x.Method = d.GetAccessMethod()
		x.Keys = indexKeys(x.Method, elems)
		names = indexColumnNames(elems)
	}
	if x.Unique {
		for _, n := range names {
			x.Keys = append(x.Keys, Key{Column: n})
		}
	}
	if x.Primary && t.Primary != nil {
		r.problem(at.Line, []name{{t.Schema, t.Name}}, "table %s has a primary key already", t)
		return
	}
	if !x.Primary && x.Name == "" && x.Unique && sameConstraint(t, x) {
		return // UNIQUE written twice makes one index
	}
	x.attributes = append(slices.Clone(names), x.Include...)
	if x.Name == "" {
		x.Name = r.chooseIndexName(t, x.attributes, label, true)
	}
	if x.Primary {
		r.keyColumnsNotNull(t, x)
	}
	r.addIndex(t, x, at.Line)
}

// sameConstraint reports whether a table has a unique constraint that equals
// x, made by the same statement or not: PostgreSQL makes one index of UNIQUE
// written twice in a statement.
func sameConstraint(t *Table, x *Index) bool {
	return slices.ContainsFunc(t.Indexes, func(y *Index) bool {
		return y.Constraint && y.Line == x.Line && y.File == x.File && y.Unique && slices.EqualFunc(y.Keys, x.Keys, Key.equal)
	})
}

func (r *replayer) keyColumnsNotNull(t *Table, x *Index) {
	for _, k := range x.Keys {
		if c := t.Column(k.Column); c != nil {
			c.NotNull = true
		}
	}
}

// addUsingIndex makes a constraint of an index that is there already.
func (r *replayer) addUsingIndex(t *Table, d *pgquery.Constraint, at Place) {
	x := t.index(d.GetIndexname())
	if x == nil {
		r.problem(at.Line, []name{{t.Schema, t.Name}}, "index %s does not exist", Quote(d.GetIndexname()))
		return
	}
	if d.GetConname() != "" {
		r.renameIndex(t, x, d.GetConname())
	}
	x.Constraint = true
	r.constraints[name{t.Schema, x.Name}]++
	if d.GetContype() == pgquery.ConstrPrimary {
		x.Primary = true
		t.Primary = x
		r.keyColumnsNotNull(t, x)
	}
}

var actions = map[string]string{
	"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default", "": "no action",
}

func (r *replayer) addForeignKey(t *Table, d *pgquery.Constraint, column string, at Place) {
	ref := written(d.GetPktable())
	f := &ForeignKey{
		Name:       d.GetConname(),
		Columns:    pgquery.Names(d.GetFkAttrs()),
		RefSchema:  norm(ref.schema),
		RefTable:   ref.bare,
		RefColumns: pgquery.Names(d.GetPkAttrs()),
		OnDelete:   actions[d.GetFkDelAction()],
		OnUpdate:   actions[d.GetFkUpdAction()],
		NotValid:   d.GetSkipValidation(),
		Place:      at,
	}
	if column != "" {
		f.Columns = []string{column}
	}
	if to := r.find(ref); to != nil {
		f.RefSchema = to.Schema
	}
	r.resolve(f)
	if f.Name == "" {
		f.Name = r.chooseConstraintName(t, f.Columns, "fkey")
	}
	r.insertForeignKey(t, f)
}

func (r *replayer) insertForeignKey(t *Table, f *ForeignKey) {
	for _, have := range t.ForeignKeys {
		if have.Name == f.Name {
			r.problem(f.Line, []name{{t.Schema, t.Name}}, "constraint %s of table %s already exists", Quote(f.Name), t)
			return
		}
	}
	t.ForeignKeys = append(t.ForeignKeys, f)
	r.constraints[name{t.Schema, f.Name}]++
	for _, child := range r.children[t] {
		if child.PartitionOf == t.String() {
			g := *f
			r.insertForeignKey(child, &g)
		}
	}
}

// dropConstraint removes a constraint by name; false if there is none.
func (r *replayer) dropConstraint(t *Table, constraint string, cascade bool) bool {
	for _, x := range t.Indexes {
		if x.Name == constraint && x.Constraint {
			if cascade && x.Unique {
				r.dropReferences(t, keyColumns(x))
			}
			r.removeIndex(t, x)
			return true
		}
	}
	for _, f := range t.ForeignKeys {
		if f.Name == constraint {
			t.ForeignKeys = remove(t.ForeignKeys, f)
			r.forget(t, f.Name)
			for _, c := range r.children[t] {
				r.dropConstraint(c, constraint, cascade)
			}
			return true
		}
	}
	if i := t.check(constraint); i >= 0 {
		t.Checks = slices.Delete(t.Checks, i, i+1)
		r.forget(t, constraint)
		for _, c := range r.children[t] {
			r.dropConstraint(c, constraint, cascade)
		}
		return true
	}
	return false
}

func keyColumns(x *Index) []string {
	var out []string
	for _, k := range x.Keys {
		out = append(out, k.Column)
	}
	return out
}

// dropReferences removes the foreign keys that refer to a table: to the given
// columns, or to any if nil.
func (r *replayer) dropReferences(to *Table, columns []string) {
	for _, t := range r.s.Tables {
		for _, f := range slices.Clone(t.ForeignKeys) {
			if f.RefTable != to.Name || f.RefSchema != to.Schema {
				continue
			}
			if columns == nil || slices.Equal(slices.Sorted(slices.Values(f.RefColumns)), slices.Sorted(slices.Values(columns))) {
				t.ForeignKeys = remove(t.ForeignKeys, f)
				r.forget(t, f.Name)
			}
		}
	}
}
