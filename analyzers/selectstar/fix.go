package selectstar

import (
	"go/ast"
	"go/types"
	"reflect"
	"regexp"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/pgwords"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// columnList returns the fix that puts the columns of the struct that rows
// are scanned into in the star's place.
func columnList(q *sqlparse.Query, u *use, s star) (analysis.SuggestedFix, bool) {
	// The struct lists the columns of the whole row: the star must be all of
	// the select list, and cover one table.
	if q.Fragment() != sqlscan.Statement || s.level.Role != sqlmodel.RoleTop || len(s.level.Projections) != 1 ||
		s.covers != 1 || len(s.relations) != 1 {
		return analysis.SuggestedFix{}, false
	}
	row := u.rowType
	if row == nil || isValue(row) || q.API.Library != "" && !dbTags[q.API.Library] {
		return analysis.SuggestedFix{}, false
	}
	columns, ok := structColumns(row, 0)
	if !ok || len(columns) == 0 {
		return analysis.SuggestedFix{}, false
	}
	separator := ", "
	if t := s.projection.Qualifier; t != "" {
		if !plainIdent.MatchString(t) {
			return analysis.SuggestedFix{}, false
		}
		separator += t + "."
	}
	seen := make(map[string]bool)
	for i, c := range columns {
		if seen[c] {
			return analysis.SuggestedFix{}, false // scanned into two fields
		}
		seen[c] = true
		if q.Dialect != sqlparse.Postgres && reservedElsewhere[c] {
			return analysis.SuggestedFix{}, false
		}
		if !plainIdent.MatchString(c) || pgwords.Reserved(c) {
			if q.Dialect != sqlparse.Postgres || strings.ContainsAny(c, "\"`\\") {
				return analysis.SuggestedFix{}, false
			}
			columns[i] = `"` + c + `"`
		}
	}
	edit, ok := q.Edit(s.projection.Range, strings.Join(columns, separator))
	if !ok {
		return analysis.SuggestedFix{}, false
	}
	return analysis.SuggestedFix{
		Message:   "List the columns of " + types.TypeString(row, func(*types.Package) string { return "" }),
		TextEdits: []analysis.TextEdit{edit},
	}, true
}

// dbTags are the libraries that find a field's column by its db tag.
var dbTags = map[string]bool{
	"github.com/jmoiron/sqlx":         true,
	"github.com/jackc/pgx/v4":         true,
	"github.com/jackc/pgx/v5":         true,
	"github.com/georgysavva/scany":    true,
	"github.com/georgysavva/scany/v2": true,
	"github.com/gocraft/dbr/v2":       true,
	"github.com/go-gorp/gorp/v3":      true,
	"github.com/blockloop/scan/v2":    true,
	"github.com/zeromicro/go-zero":    true,
}

var plainIdent = regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)

// scanned finds what the query's rows are scanned into.
func (u *use) scanned() {
	into := func(dest ast.Expr) {
		u.dest, u.rowType = dest, element(u.info.TypeOf(dest))
	}
	if d := u.q.API.DestArg; d >= 0 && d < len(u.q.Call.Args) {
		into(u.q.Call.Args[d])
		return
	}
	if m := u.model(); m != nil {
		into(m)
		return
	}
	for _, call := range u.later() {
		if fn := golang.Callee(u.info, call); fn != nil && fn.Name() == "StructScan" && len(call.Args) == 1 {
			into(call.Args[0])
			return
		}
	}
	rows := u.assigned(u.top)
	if rows == nil {
		return
	}
	if row := element(rows.Type()); row != nil && !apis.IsRows(rows.Type()) && !apis.IsRow(rows.Type()) && u.q.Chain {
		u.rowType, u.collector = row, u.top
		return
	}
	ast.Inspect(u.root, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) < 2 {
			return true
		}
		id, ok := ast.Unparen(call.Args[0]).(*ast.Ident)
		if !ok || u.info.Uses[id] != rows {
			return true
		}
		switch fn := u.funcValue(call.Args[1]); {
		case fn == nil:
		case strings.HasPrefix(fn.Name(), "RowToStructByName"), strings.HasPrefix(fn.Name(), "RowToAddrOfStructByName"):
			if inst, ok := u.instance(call.Args[1]); ok {
				u.rowType, u.collector = element(inst), call
			}
		case strings.HasPrefix(fn.Name(), "RowToStructByPos"), strings.HasPrefix(fn.Name(), "RowToAddrOfStructByPos"):
			u.byPosition = true
		}
		return true
	})
}

// instance returns the first type argument that a generic function value is
// used with.
func (u *use) instance(e ast.Expr) (types.Type, bool) {
	switch x := ast.Unparen(e).(type) {
	case *ast.IndexExpr:
		return u.instance(x.X)
	case *ast.SelectorExpr:
		return u.instance(x.Sel)
	case *ast.Ident:
		if in, ok := u.info.Instances[x]; ok && in.TypeArgs.Len() > 0 {
			return in.TypeArgs.At(0), true
		}
	}
	return nil, false
}

// element returns the struct type behind pointers and slices.
func element(t types.Type) types.Type {
	for t != nil {
		switch u := t.Underlying().(type) {
		case *types.Pointer:
			t = u.Elem()
		case *types.Slice:
			t = u.Elem()
		case *types.Struct:
			return t
		default:
			return nil
		}
	}
	return nil
}

// structColumns returns the columns that a scanning library fills the fields
// of a struct from, in field order. It reports false if libraries differ, and
// if a field has no tag: the program decides what its column is called
// (sqlx.DB.MapperFunc), and a struct without tags may not be a row at all.
func structColumns(t types.Type, depth int) ([]string, bool) {
	st, ok := t.Underlying().(*types.Struct)
	if !ok || depth > 4 {
		return nil, false
	}
	var columns []string
	for i := range st.NumFields() {
		f := st.Field(i)
		column, _, _ := strings.Cut(reflect.StructTag(st.Tag(i)).Get("db"), ",")
		switch {
		case column == "-":
			continue
		case f.Anonymous() && column == "":
			inner := element(f.Type())
			if inner == nil || isValue(inner) {
				return nil, false
			}
			more, ok := structColumns(inner, depth+1)
			if !ok {
				return nil, false
			}
			columns = append(columns, more...)
			continue
		case !f.Exported():
			continue
		case column == "":
			return nil, false
		case strings.Contains(column, "."):
			return nil, false // a column of a nested struct
		}
		if inner, ok := f.Type().Underlying().(*types.Struct); ok && inner.NumFields() > 0 && !isValue(f.Type()) {
			return nil, false // flattened by some libraries
		}
		columns = append(columns, column)
	}
	return columns, true
}

// isValue reports whether a struct type is scanned as one value.
func isValue(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return false
	}
	if obj := named.Obj(); obj.Pkg() != nil && obj.Pkg().Path() == "time" && obj.Name() == "Time" {
		return true
	}
	scan, _, _ := types.LookupFieldOrMethod(types.NewPointer(t), true, named.Obj().Pkg(), "Scan")
	fn, ok := scan.(*types.Func)
	return ok && fn.Signature().Params().Len() == 1
}
