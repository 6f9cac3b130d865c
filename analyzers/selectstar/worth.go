package selectstar

import (
	"fmt"
	"go/types"
	"reflect"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/models"
	"github.com/sqlvet/sqlvet/internal/passes/dbschema"
	"github.com/sqlvet/sqlvet/internal/passes/querysites"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// manyColumns is the number of columns from which a row is worth being cut.
const manyColumns = 12

// fewFields is the number of fields that are few beside manyColumns.
const fewFields = 4

// A worth says what a list of columns would save in a star's place.
type worth struct {
	all    bool     // nothing: the code reads most of what comes
	little bool     // little is to be saved, or it is not known what
	why    string   // the reason for that; "" for not known
	used   string   // which columns the code uses, as a clause
	fields []string // the fields that are read, if all of them are seen
	unread []string // the columns that are read in vain; nil if that is not known
	plain  []string // those of them that are texts of which nothing is said
	count  int      // the columns that come
}

// A column is one of those that a star stands for.
type column struct {
	name  string
	heavy bool // its values may be long
	prose bool // but are what people write
	plain bool // a text that nothing is said of
}

// worth judges a star by what is done with its rows: columns that nobody reads
// cost something if their values are long, or if there are many of them.
func (c *checker) worth(q *sqlparse.Query, u *use, s star) worth {
	tables := c.pass.ResultOf[dbschema.Analyzer].(*dbschema.Result)
	columns, certain := c.columns(u, s)
	fields, followed := u.reads()
	w := worth{little: true, count: len(columns)}
	mapped := c.byField(u)
	if followed && len(fields) > 0 {
		w.fields = fields
		read := make(map[string]bool)
		for _, f := range fields {
			read[key(mapped[f])] = true
		}
		w.unread = left(columns, read)
		w.plain = namesOf(slices.DeleteFunc(slices.Clone(columns), func(c column) bool { return !c.plain }))
		few := len(fields) <= fewFields && 3*len(fields) <= len(columns)
		switch {
		case few && (len(columns) >= manyColumns || slices.ContainsFunc(columns, func(c column) bool { return c.heavy && !read[key(c.name)] })):
			w.little = false
			w.used = "the code uses " + enumerate(fields)
		case len(columns) > 0 && 2*len(fields) >= len(columns):
			w.all = true
		}
	} else if certain && len(mapped) > 0 {
		// Have: what is in no field of the struct, nobody reads.
		known := make(map[string]bool)
		for _, col := range mapped {
			known[key(col)] = true
		}
		w.unread = left(columns, known)
		w.all = len(w.unread) == 0 && whole(tables, s, columns)
		heavy := slices.DeleteFunc(slices.Clone(columns), func(c column) bool { return !c.heavy || known[key(c.name)] })
		if matched := len(columns) - len(w.unread); len(heavy) > 0 && 2*matched >= len(columns) {
			w.little = false
			w.used = "no field of " + types.TypeString(u.rowType, func(*types.Package) string { return "" }) + " takes " + enumerate(namesOf(heavy))
		}
	} else if certain && u.byPosition {
		w.all = whole(tables, s, columns)
	}
	switch {
	case s.table != nil && tables.Small(s.table.String()):
		w.little, w.why = true, "the table has few rows"
	case !w.little && tables.FindsOne(s.level) && !slices.ContainsFunc(columns, func(c column) bool {
		return c.heavy && !c.prose && slices.Contains(w.unread, c.name)
	}):
		w.little, w.why = true, "one row is read, by its key"
	case w.little && certain && len(columns) < manyColumns && !slices.ContainsFunc(columns, func(c column) bool { return c.heavy }):
		w.why = "the table has few columns, and none with long values"
	}
	if w.little {
		w.unread, w.used = nil, ""
	}
	return w
}

// whole reports whether a record that takes every column and goes on as it is has
// nothing that is worth being left out: it is one row, or has no long values but what
// people write.
func whole(tables *dbschema.Result, s star, columns []column) bool {
	return tables.FindsOne(s.level) || !slices.ContainsFunc(columns, func(c column) bool { return c.heavy && !c.prose })
}

// key returns what a column's name and that of the field for it have in common
// by the rules of the libraries that scan structs without tags.
func key(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

func namesOf(columns []column) []string {
	var names []string
	for _, c := range columns {
		names = append(names, c.name)
	}
	return names
}

// left returns the names of the columns that are not among those read.
func left(columns []column, read map[string]bool) []string {
	names := []string{}
	for _, c := range columns {
		if !read[key(c.name)] {
			names = append(names, c.name)
		}
	}
	return names
}

// columns returns what a star stands for: the columns of the schema's table,
// which is certain, else those of the struct that the rows are scanned into.
func (c *checker) columns(u *use, s star) (list []column, certain bool) {
	if s.table != nil {
		plain := make(map[string]bool)
		if m := c.model(u); m != nil {
			for _, col := range m.Columns {
				plain[col.Name] = col.Plain
			}
		}
		for _, col := range s.table.Columns {
			list = append(list, column{col.Name, slices.Contains(wideTypes, col.Type) && !plain[col.Name], col.Type == "text", plain[col.Name]})
		}
		return list, true
	}
	if u.rowType == nil || s.covers > 1 || len(s.level.Projections) > 1 && s.level.Role == sqlmodel.RoleTop {
		return nil, false
	}
	st := u.rowType.Underlying().(*types.Struct)
	for field, name := range c.byField(u) {
		list = append(list, column{name: name, heavy: longValues(st, field)})
	}
	slices.SortFunc(list, func(a, b column) int { return strings.Compare(a.name, b.name) })
	return list, false
}

// longValues reports whether a field's values are bytes without a bound.
func longValues(st *types.Struct, field string) bool {
	for i := range st.NumFields() {
		if f := st.Field(i); f.Name() == field {
			s, ok := f.Type().Underlying().(*types.Slice)
			if !ok {
				return false
			}
			b, ok := s.Elem().Underlying().(*types.Basic)
			return ok && b.Kind() == types.Byte
		}
	}
	return false
}

// byField returns the columns of the struct that rows are scanned into, by the
// names of their fields: by the rules of the library that builds the
// statement, else by the db tags.
func (c *checker) byField(u *use) map[string]string {
	m := make(map[string]string)
	for _, k := range u.keys {
		m[k] = k
	}
	if u.rowType == nil {
		return m
	}
	if model := c.model(u); model != nil {
		for _, col := range model.Columns {
			m[col.Field] = col.Name
		}
		return m
	}
	fieldsOf(u.rowType, m, 0)
	return m
}

// model returns what the library that builds the statement knows of the struct that
// rows are scanned into; nil if it knows nothing.
func (c *checker) model(u *use) *models.Model {
	if u.rowType == nil {
		return nil
	}
	lib, ok := apis.LibraryOf(u.q.Callee.Pkg().Path())
	if !ok || lib.Chain == nil || lib.Chain.Naming == "" {
		return nil
	}
	namer := c.pass.ResultOf[querysites.Analyzer].(*querysites.Result).Namer()
	if namer == nil {
		return nil
	}
	return models.Of(lib.Chain.Naming, u.rowType, namer)
}

// fieldsOf adds the columns of a struct's fields by their db tags; fields
// without one have the column that reads the same.
func fieldsOf(t types.Type, m map[string]string, depth int) {
	st, ok := t.Underlying().(*types.Struct)
	if !ok || depth > 4 {
		return
	}
	for i := range st.NumFields() {
		f := st.Field(i)
		name, _, _ := strings.Cut(reflect.StructTag(st.Tag(i)).Get("db"), ",")
		switch {
		case name == "-" || !f.Exported() && !f.Embedded():
		case f.Embedded() && name == "":
			if inner := element(f.Type()); inner != nil {
				fieldsOf(inner, m, depth+1)
			}
		case name == "":
			m[f.Name()] = f.Name()
		default:
			m[f.Name()] = name
		}
	}
}

// implicit judges a star that the library writes where the program selects
// nothing: it is worth a word if the table is known, and much is read in vain.
func (c *checker) implicit(q *sqlparse.Query, s star, w worth) {
	at := s.at(q)
	switch pos, _ := q.Text.Range(at.Start, at.End); {
	case pos != q.Arg.Pos():
		c.silent(q, "the library selects every column of what it loads besides")
	case !q.API.Fills():
		c.silent(q, "the library writes the row as well, and what is selected decides about that")
	case s.table == nil:
		c.silent(q, "the library selects every column, of a table that is not known")
	case w.all:
		c.silent(q, "the library selects every column, and most are read")
	case w.little || len(w.fields) == 0:
		c.silent(q, "the library selects every column, and is not seen to do so in vain")
	default:
		among := ""
		long := slices.DeleteFunc(slices.Clone(w.unread), func(col string) bool { return slices.Contains(w.plain, col) })
		if names := wide(s.table, long); names != "" {
			among = ", among them " + names
		}
		f := q.Finding(name, "implicit", at, fmt.Sprintf("query reads all %d columns of %s%s, and the code here uses %s: select those alone",
			w.count, list(s.tables), among, enumerate(w.fields)))
		suppress.Report(c.pass, f)
	}
}
