package schema

import (
	"slices"

	"github.com/sqlvet/sqlvet/internal/pgquery"
)

// createIndex replays CREATE INDEX.
func (r *replayer) createIndex(d *pgquery.IndexStmt, st *statement) {
	t := r.table(d.GetRelation(), false, st.line)
	if t == nil {
		return
	}
	var elems []*pgquery.IndexElem
	for _, n := range d.GetIndexParams() {
		elems = append(elems, n.GetIndexElem())
	}
	x := &Index{
		Name: d.GetIdxname(), Method: d.GetAccessMethod(), Keys: indexKeys(d.GetAccessMethod(), elems), Unique: d.GetUnique(),
		NullsNotDistinct: d.GetNullsNotDistinct(),
		Predicate:        exprText(d.GetWhereClause()), Reads: columnsOf(d.GetWhereClause()),
		Place: Place{r.source.File, st.line},
	}
	if x.Method == "" {
		x.Method = "btree"
	}
	var included []*pgquery.IndexElem
	for _, n := range d.GetIndexIncludingParams() {
		x.Include = append(x.Include, n.GetIndexElem().GetName())
		included = append(included, n.GetIndexElem())
	}
	x.attributes = indexColumnNames(append(slices.Clone(elems), included...))
	if x.Name == "" {
		x.Name = r.chooseIndexName(t, x.attributes, "idx", false)
	}
	only := !d.GetRelation().GetInh() && t.PartitionBy != ""
	if have := r.indexes[name{t.Schema, x.Name}]; have != nil {
		r.indexExists(have, t, x, d.GetIfNotExists())
		return
	}
	x.Invalid = only
	r.addIndex(t, x, st.line)
	if only {
		return
	}
	for _, child := range r.children[t] {
		if child.PartitionOf == t.String() {
			r.copyIndex(child, x)
		}
	}
}

// indexExists judges an index whose name is taken: a dump that lists it twice
// means one, IF NOT EXISTS keeps the first.
func (r *replayer) indexExists(on, t *Table, x *Index, ifNotExists bool) {
	if ifNotExists {
		return
	}
	if have := on.index(x.Name); on == t && have.Same(x) {
		return
	}
	r.problem(x.Line, []name{{t.Schema, t.Name}}, "index %s already exists", Quote(x.Name))
}

// indexKeys returns the keys of an index of an access method.
func indexKeys(method string, elems []*pgquery.IndexElem) []Key {
	var keys []Key
	for _, e := range elems {
		k := Key{Column: e.GetName(), Collation: collation(e.GetCollation())}
		if e.GetExpr() != nil {
			// The grammar gives a column in brackets as an expression.
			if f := e.GetExpr().GetColumnRef().GetFields(); len(f) == 1 {
				k.Column = pgquery.Name(f[0])
			} else {
				k.Expr = exprText(e.GetExpr())
				k.Reads = columnsOf(e.GetExpr())
			}
		}
		if names := pgquery.Names(e.GetOpclass()); len(names) > 0 {
			if k.Opclass = names[len(names)-1]; defaultOpclasses[k.Opclass] && (method != "gist" || k.Opclass != "inet_ops") {
				k.Opclass = ""
			}
		}
		k.Desc = e.GetOrdering() == pgquery.SortDesc
		switch e.GetNullsOrdering() {
		case pgquery.SortNullsFirst:
			if !k.Desc {
				k.Nulls = "first"
			}
		case pgquery.SortNullsLast:
			if k.Desc {
				k.Nulls = "last"
			}
		}
		keys = append(keys, k)
	}
	return keys
}

// defaultOpclasses are those that an index has if none is written.
var defaultOpclasses = words(`bool_ops bit_ops bpchar_ops bytea_ops char_ops cidr_ops citext_ops date_ops enum_ops float4_ops float8_ops inet_ops
	int2_ops int4_ops int8_ops interval_ops macaddr_ops money_ops name_ops numeric_ops oid_ops range_ops text_ops time_ops timestamp_ops
	timestamptz_ops timetz_ops uuid_ops varbit_ops varchar_ops jsonb_ops array_ops tsvector_ops`)

// addIndex registers an index of a table.
func (r *replayer) addIndex(t *Table, x *Index, line int) {
	k := name{t.Schema, x.Name}
	if on := r.indexes[k]; on != nil {
		r.indexExists(on, t, x, false)
		return
	}
	for _, c := range append(keyColumns(x), x.Include...) {
		if c != "" && t.Column(c) == nil && !systemColumns[c] && !t.Uncertain {
			r.problem(line, []name{{t.Schema, t.Name}}, "column %s of table %s does not exist", Quote(c), t)
			break
		}
	}
	r.indexes[k] = t
	t.Indexes = append(t.Indexes, x)
	if x.Constraint {
		r.constraints[k]++
	}
	if x.Primary {
		t.Primary = x
	}
}

// systemColumns are those that every table has and nobody defines.
var systemColumns = words("tableoid ctid xmin xmax cmin cmax")

func (t *Table) index(name string) *Index {
	for _, x := range t.Indexes {
		if x.Name == name {
			return x
		}
	}
	return nil
}

// removeIndex drops an index, and those that partitions have because of it.
func (r *replayer) removeIndex(t *Table, x *Index) {
	t.Indexes = remove(t.Indexes, x)
	delete(r.indexes, name{t.Schema, x.Name})
	if x.Constraint {
		r.forget(t, x.Name)
	}
	if t.Primary == x {
		t.Primary = nil
	}
	for _, child := range r.children[t] {
		if child.PartitionOf != t.String() {
			continue
		}
		for _, y := range slices.Clone(child.Indexes) {
			if y.Constraint == x.Constraint && y.Same(x) {
				r.removeIndex(child, y)
				break
			}
		}
	}
}

// renameIndex gives an index, and its constraint, another name.
func (r *replayer) renameIndex(t *Table, x *Index, to string) {
	delete(r.indexes, name{t.Schema, x.Name})
	if x.Constraint {
		r.forget(t, x.Name)
		r.constraints[name{t.Schema, to}]++
	}
	x.Name = to
	r.indexes[name{t.Schema, to}] = t
}

// copyIndexes gives a table the indexes of another: of the parent of a new
// partition, or of LIKE … INCLUDING INDEXES.
func (r *replayer) copyIndexes(from, to *Table) {
	for _, x := range from.Indexes {
		if !x.Invalid {
			r.copyIndex(to, x)
		}
	}
	if to.PartitionOf != from.String() {
		return
	}
	for _, f := range from.ForeignKeys {
		g := *f
		r.insertForeignKey(to, &g)
	}
}

// copyIndex gives a table an index like x, unless it has one.
func (r *replayer) copyIndex(t *Table, x *Index) {
	for _, y := range t.Indexes {
		if y.Same(x) && (y.Constraint || !x.Constraint) {
			return
		}
	}
	y := *x
	y.Place = t.Place
	label := "idx"
	switch {
	case x.Primary:
		label = "pkey"
	case x.Constraint && x.Unique:
		label = "key"
	case x.Constraint:
		label = "excl"
	}
	y.Name = r.chooseIndexName(t, x.attributes, label, x.Constraint)
	y.Keys = slices.Clone(x.Keys)
	if y.Primary {
		r.keyColumnsNotNull(t, &y)
	}
	r.addIndex(t, &y, t.Line)
	for _, child := range r.children[t] {
		if child.PartitionOf == t.String() {
			r.copyIndex(child, &y)
		}
	}
}

// Same reports whether two indexes hold the same entries in the same order:
// equal in all but name and what made them.
func (x *Index) Same(y *Index) bool {
	return x.Method == y.Method && x.Unique == y.Unique && x.Predicate == y.Predicate &&
		x.NullsNotDistinct == y.NullsNotDistinct &&
		slices.EqualFunc(x.Keys, y.Keys, Key.equal) && slices.Equal(x.Include, y.Include)
}

func (k Key) equal(l Key) bool {
	return k.Column == l.Column && k.Expr == l.Expr && k.Desc == l.Desc && k.Nulls == l.Nulls &&
		k.Opclass == l.Opclass && k.Collation == l.Collation
}
