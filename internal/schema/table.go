package schema

import (
	"strings"

	"github.com/sqlvet/sqlvet/internal/pgquery"
)

// createTable replays CREATE TABLE.
func (r *replayer) createTable(d *pgquery.CreateStmt, kind TableKind, st *statement) {
	rv := d.GetRelation()
	if rv.GetRelpersistence() == "t" || rv.GetSchemaname() == "pg_temp" {
		r.temporary[name{bare: rv.GetRelname()}] = true
		return
	}
	k := r.newName(rv)
	if r.tables[k] != nil {
		if !d.GetIfNotExists() {
			r.problem(st.line, []name{k}, "table %s already exists", k)
		}
		return
	}
	t := &Table{Schema: k.schema, Name: k.bare, Kind: kind, Place: Place{r.source.File, st.line}}
	r.addTable(t)
	p := &pending{r: r, t: t, st: st}
	if of := d.GetOfTypename(); of != nil {
		p.columnsOfType(of)
	}
	for _, n := range d.GetInhRelations() {
		p.inherit(n.GetRangeVar(), d.GetPartbound() != nil)
	}
	for _, n := range d.GetTableElts() {
		switch {
		case n.GetColumnDef() != nil:
			p.column(n.GetColumnDef())
		case n.GetConstraint() != nil:
			p.constraint(n.GetConstraint(), "")
		case n.GetTableLikeClause() != nil:
			p.like(n.GetTableLikeClause())
		}
	}
	if spec := d.GetPartspec(); spec != nil {
		t.PartitionBy = partitionKey(spec)
	}
	p.finish()
	if d.GetPartbound() != nil {
		if parent := r.find(written(d.GetInhRelations()[0].GetRangeVar())); parent != nil {
			r.copyIndexes(parent, t)
		}
	}
}

// pending is a table whose columns are known before its constraints are made:
// PostgreSQL chooses their names in that order.
type pending struct {
	r           *replayer
	t           *Table
	st          *statement
	constraints []pendingConstraint
	after       []func() // what LIKE … INCLUDING brings
}

type pendingConstraint struct {
	def    *pgquery.Constraint
	column string // of a column's constraint
}

func (p *pending) place(location int32) Place {
	return Place{p.r.source.File, p.st.line + lineOf(p.st.text, int(location))}
}

// columnsOfType gives a typed table the columns of its composite type.
func (p *pending) columnsOfType(of *pgquery.TypeName) {
	typ := p.r.findType(pgquery.Names(of.GetNames()))
	if typ == nil {
		p.r.problem(p.st.line, []name{{p.t.Schema, p.t.Name}}, "type %s does not exist", strings.Join(pgquery.Names(of.GetNames()), "."))
		return
	}
	for _, c := range typ.Columns {
		col := *c
		col.Place = p.t.Place
		p.t.Columns = append(p.t.Columns, &col)
	}
}

// inherit gives the table its parent's columns and checks, and a partition
// its defaults too.
func (p *pending) inherit(rv *pgquery.RangeVar, partition bool) {
	n := written(rv)
	parent := p.r.find(n)
	if partition {
		p.t.PartitionOf = n.String()
	} else {
		p.t.Inherits = append(p.t.Inherits, n.String())
	}
	if parent == nil {
		p.r.problem(p.st.line, []name{{p.t.Schema, p.t.Name}}, "table %s does not exist", n)
		return
	}
	if partition {
		p.t.PartitionOf = parent.String()
	} else {
		p.t.Inherits[len(p.t.Inherits)-1] = parent.String()
	}
	p.r.children[parent] = append(p.r.children[parent], p.t)
	p.t.Uncertain = p.t.Uncertain || parent.Uncertain
	for _, c := range parent.Columns {
		if p.t.Column(c.Name) == nil {
			col := *c
			col.Place, col.Identity = p.t.Place, false
			p.t.Columns = append(p.t.Columns, &col)
		}
	}
	for _, c := range parent.Checks {
		if p.t.check(c.Name) < 0 {
			p.r.addCheck(p.t, c)
		}
	}
}

// column adds a column, or completes an inherited one.
func (p *pending) column(d *pgquery.ColumnDef) {
	c := p.t.Column(d.GetColname())
	if c == nil {
		c = &Column{Name: d.GetColname(), Place: p.place(d.GetLocation())}
		p.t.Columns = append(p.t.Columns, c)
	}
	if tn := d.GetTypeName(); tn != nil {
		if base, ok := serialType(tn); ok {
			c.Type, c.NotNull = base, true
			seq := objectName(p.t.Name, c.Name, "seq")
			c.Default = "nextval('" + name{p.t.Schema, seq}.String() + "'::regclass)"
		} else {
			c.Type = p.r.typeName(tn)
		}
	}
	if coll := d.GetCollClause(); coll != nil {
		c.Collation = collation(coll.GetCollname())
	}
	for _, n := range d.GetConstraints() {
		p.columnConstraint(c, n.GetConstraint())
	}
}

func (p *pending) columnConstraint(c *Column, d *pgquery.Constraint) {
	switch d.GetContype() {
	case pgquery.ConstrNotNull:
		c.NotNull = true
	case pgquery.ConstrNull:
		c.NotNull = false
	case pgquery.ConstrDefault:
		c.Default = defaultText(d.GetRawExpr())
	case pgquery.ConstrIdentity:
		c.Identity, c.NotNull = true, true
	case pgquery.ConstrGenerated:
		c.Generated = exprText(d.GetRawExpr())
	default:
		p.constraint(d, c.Name)
	}
}

func (p *pending) constraint(d *pgquery.Constraint, column string) {
	p.constraints = append(p.constraints, pendingConstraint{d, column})
}

// The options of LIKE, bits of TableLikeClause.Options.
const (
	likeComments    = 1 << 0
	likeConstraints = 1 << 2
	likeDefaults    = 1 << 3
	likeGenerated   = 1 << 4
	likeIdentity    = 1 << 5
	likeIndexes     = 1 << 6
)

func (p *pending) like(d *pgquery.TableLikeClause) {
	n := written(d.GetRelation())
	from := p.r.find(n)
	if from == nil {
		p.r.problem(p.st.line, []name{{p.t.Schema, p.t.Name}}, "table %s does not exist", n)
		return
	}
	p.t.Uncertain = p.t.Uncertain || from.Uncertain
	opts := d.GetOptions()
	for _, c := range from.Columns {
		col := Column{Name: c.Name, Type: c.Type, NotNull: c.NotNull, Collation: c.Collation, Place: p.t.Place}
		if opts&likeDefaults != 0 {
			col.Default = c.Default
		}
		if opts&likeGenerated != 0 {
			col.Generated = c.Generated
		}
		col.Identity = c.Identity && opts&likeIdentity != 0
		if opts&likeComments != 0 {
			col.Comment = c.Comment
		}
		p.t.Columns = append(p.t.Columns, &col)
	}
	if opts&likeConstraints != 0 {
		for _, c := range from.Checks {
			p.r.addCheck(p.t, c)
		}
	}
	if opts&likeIndexes != 0 {
		p.after = append(p.after, func() { p.r.copyIndexes(from, p.t) })
	}
}

// finish makes the constraints: primary key, unique keys, checks, foreign
// keys, as PostgreSQL does.
func (p *pending) finish() {
	order := [][]pgquery.ConstrType{
		{pgquery.ConstrPrimary},
		{pgquery.ConstrUnique, pgquery.ConstrExclusion},
		{pgquery.ConstrCheck},
		{pgquery.ConstrForeign},
	}
	for _, group := range order {
		for _, c := range p.constraints {
			for _, typ := range group {
				if c.def.GetContype() == typ {
					p.r.addConstraint(p.t, c.def, c.column, p.st)
				}
			}
		}
	}
	for _, f := range p.after {
		f()
	}
}

// partitionKey returns "range (created_at)".
func partitionKey(d *pgquery.PartitionSpec) string {
	strategy := map[any]string{
		pgquery.PartitionByList: "list", pgquery.PartitionByRange: "range", pgquery.PartitionByHash: "hash",
	}[d.GetStrategy()]
	var keys []string
	for _, n := range d.GetPartParams() {
		e := n.GetPartitionElem()
		if e.GetName() != "" {
			keys = append(keys, Quote(e.GetName()))
		} else {
			keys = append(keys, exprText(e.GetExpr()))
		}
	}
	return strategy + " (" + strings.Join(keys, ", ") + ")"
}

// dropTable removes a table with its indexes.
func (r *replayer) dropTable(t *Table) {
	for _, x := range append([]*Index(nil), t.Indexes...) {
		r.removeIndex(t, x)
	}
	for _, f := range t.ForeignKeys {
		r.forget(t, f.Name)
	}
	for _, c := range t.Checks {
		r.forget(t, c.Name)
	}
	delete(r.tables, name{t.Schema, t.Name})
	r.bare[t.Name] = remove(r.bare[t.Name], t)
	r.s.Tables = remove(r.s.Tables, t)
	for parent, list := range r.children {
		r.children[parent] = remove(list, t)
	}
	for base, list := range r.readers {
		r.readers[base] = remove(list, t)
	}
	for _, c := range r.children[t] {
		if c.PartitionOf == t.String() {
			r.dropTable(c)
		} else {
			c.Inherits = remove(c.Inherits, t.String())
		}
	}
	delete(r.children, t)
	delete(r.readers, t)
}
