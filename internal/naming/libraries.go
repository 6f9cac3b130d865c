package naming

import (
	"go/ast"
	"go/token"
	"iter"

	"github.com/sqlvet/sqlvet/internal/models"
)

// nodes yields the syntax of files.
func nodes(fs []*file) iter.Seq2[*file, ast.Node] {
	return func(yield func(*file, ast.Node) bool) {
		for _, f := range fs {
			for n := range ast.Preorder(f.ast) {
				if !yield(f, n) {
					return
				}
			}
		}
	}
}

var (
	open       = models.Naming{Open: true}
	openTables = models.Naming{OpenTables: true}
)

// gorm reads what gorm.io/gorm is opened with: https://gorm.io/docs/gorm_config.html#naming_strategy.
// The fields of a strategy that are given later are not followed.
func gorm(fs []*file) []models.Naming {
	var out []models.Naming
	for f, n := range nodes(fs) {
		switch n := n.(type) {
		case *ast.CallExpr:
			if !f.is(n.Fun, "gorm.io/gorm", "Open") || len(n.Args) == 0 {
				continue
			}
			if len(n.Args) == 1 {
				out = append(out, models.Naming{})
				continue
			}
			arg := ast.Unparen(n.Args[1])
			if u, ok := arg.(*ast.UnaryExpr); ok {
				arg = u.X
			}
			lit, ok := arg.(*ast.CompositeLit)
			if !ok {
				continue // Have: where its field is set, that is found.
			}
			if given, ok := fields(lit); ok && given["NamingStrategy"] == nil {
				out = append(out, models.Naming{})
			}
		case *ast.KeyValueExpr:
			if id, ok := n.Key.(*ast.Ident); ok && id.Name == "NamingStrategy" {
				out = append(out, f.gormStrategy(n.Value))
			}
		case *ast.AssignStmt:
			for i, l := range n.Lhs {
				sel, ok := l.(*ast.SelectorExpr)
				switch {
				case !ok:
				case sel.Sel.Name == "NamingStrategy" && len(n.Rhs) == len(n.Lhs):
					out = append(out, f.gormStrategy(n.Rhs[i]))
				case sel.Sel.Name == "TablePrefix" || sel.Sel.Name == "SingularTable":
					out = append(out, openTables)
				case sel.Sel.Name == "NoLowerCase" || sel.Sel.Name == "NameReplacer":
					out = append(out, open)
				}
			}
		}
	}
	return out
}

func (f *file) gormStrategy(e ast.Expr) models.Naming {
	in, val := f.value(e)
	lit, ok := val.(*ast.CompositeLit)
	if !ok || !in.is(lit.Type, "gorm.io/gorm/schema", "NamingStrategy") {
		return open
	}
	given, ok := fields(lit)
	if !ok {
		return open
	}
	var out models.Naming
	if e := given["NameReplacer"]; e != nil {
		at, val := in.value(e)
		call, ok := val.(*ast.CallExpr)
		if !ok || !at.is(call.Fun, "strings", "NewReplacer") || call.Ellipsis.IsValid() {
			return open
		}
		for _, a := range call.Args {
			s, ok := at.text(a)
			if !ok {
				return open
			}
			out.Replace = append(out.Replace, s)
		}
	}
	if e := given["NoLowerCase"]; e != nil {
		as, ok := in.truth(e)
		if !ok {
			return open
		}
		if as {
			out.Case = "same"
		}
	}
	if e := given["TablePrefix"]; e != nil {
		if out.Prefix, ok = in.text(e); !ok {
			out.OpenTables = true
		}
	}
	if e := given["SingularTable"]; e != nil {
		if out.Singular, ok = in.truth(e); !ok {
			out.OpenTables = true
		}
	}
	return out
}

// gorm1 reads what github.com/jinzhu/gorm makes tables' names with.
func gorm1(fs []*file) []models.Naming {
	var out []models.Naming
	for f, n := range nodes(fs) {
		switch n := n.(type) {
		case *ast.CallExpr:
			if sel, ok := n.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "SingularTable" && len(n.Args) == 1 {
				if as, ok := f.truth(n.Args[0]); ok {
					out = append(out, models.Naming{Singular: as})
				} else {
					out = append(out, openTables)
				}
			}
		case *ast.AssignStmt:
			for i, l := range n.Lhs {
				if f.is(l, "github.com/jinzhu/gorm", "DefaultTableNameHandler") && len(n.Rhs) == len(n.Lhs) {
					out = append(out, f.around(n.Rhs[i], 1))
				}
			}
		}
	}
	return out
}

// around reads a function that returns its parameter number i with constants
// before and behind it.
func (f *file) around(e ast.Expr, i int) models.Naming {
	in, val := f.value(e)
	fn, ok := val.(*ast.FuncLit)
	if !ok {
		return openTables
	}
	var params []string
	for _, p := range fn.Type.Params.List {
		for _, id := range p.Names {
			params = append(params, id.Name)
		}
	}
	ret := returned(fn)
	if ret == nil || i >= len(params) {
		return openTables
	}
	before, behind, ok := in.parts(ret, params[i])
	if !ok {
		return openTables
	}
	return models.Naming{Prefix: before, Suffix: behind}
}

// parts takes a + name + b apart.
func (f *file) parts(e ast.Expr, name string) (before, behind string, ok bool) {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return "", "", e.Name == name
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return "", "", false
		}
		if s, ok := f.text(e.Y); ok {
			before, behind, ok = f.parts(e.X, name)
			return before, behind + s, ok
		}
		if s, ok := f.text(e.X); ok {
			before, behind, ok = f.parts(e.Y, name)
			return s + before, behind, ok
		}
	}
	return "", "", false
}

// xorm reads the mappers that an engine is given:
// https://xorm.io/docs/chapter-02/1.mapping/. An engine begins with snake case.
func xorm(fs []*file) []models.Naming {
	engines, given := 0, 0
	now := models.Naming{Case: "snake", ColumnCase: "snake"}
	for f, n := range nodes(fs) {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			continue
		}
		if f.is(call.Fun, "xorm.io/xorm", "NewEngine") || f.is(call.Fun, "xorm.io/xorm", "NewEngineGroup") || f.is(call.Fun, "xorm.io/xorm", "NewEngineWithParams") {
			engines++
			continue
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || len(call.Args) != 1 {
			continue
		}
		switch sel.Sel.Name {
		case "SetMapper":
			m := f.mapper(call.Args[0])
			if m.Prefix+m.Suffix != "" || m.OpenTables {
				m.ColumnCase = "" // Have: columns get them, too.
			}
			now = m
			given += 2
		case "SetTableMapper":
			m := f.mapper(call.Args[0])
			m.ColumnCase = now.ColumnCase
			now = m
			given++
		case "SetColumnMapper":
			now.ColumnCase = f.mapper(call.Args[0]).ColumnCase
			given++
		}
	}
	switch {
	case engines > 1 && given > 0 || given > 2:
		return []models.Naming{{}} // Have: which of them is meant is not known.
	case engines+given > 0:
		return []models.Naming{now}
	}
	return nil
}

func (f *file) mapper(e ast.Expr) models.Naming {
	in, val := f.value(e)
	if call, ok := val.(*ast.CallExpr); ok {
		if id, ok := call.Fun.(*ast.Ident); ok && id.Name == "new" && len(call.Args) == 1 {
			val = &ast.CompositeLit{Type: call.Args[0]}
		}
	}
	const names = "xorm.io/xorm/names"
	switch val := val.(type) {
	case *ast.CompositeLit:
		for name, as := range map[string]string{"SnakeMapper": "snake", "SameMapper": "same", "GonicMapper": "gonic"} {
			if in.is(val.Type, names, name) && (as != "gonic" || len(val.Elts) == 0) {
				return models.Naming{Case: as, ColumnCase: as}
			}
		}
	case *ast.CallExpr:
		switch {
		case in.is(val.Fun, names, "NewCacheMapper") && len(val.Args) == 1:
			return in.mapper(val.Args[0])
		case in.is(val.Fun, names, "NewPrefixMapper") && len(val.Args) == 2:
			m := in.mapper(val.Args[0])
			s, ok := in.text(val.Args[1])
			m.Prefix, m.OpenTables = s+m.Prefix, m.OpenTables || !ok
			return m
		case in.is(val.Fun, names, "NewSuffixMapper") && len(val.Args) == 2:
			m := in.mapper(val.Args[0])
			s, ok := in.text(val.Args[1])
			m.Suffix, m.OpenTables = m.Suffix+s, m.OpenTables || !ok
			return m
		}
	}
	return models.Naming{}
}

// inflector reads what bun or go-pg makes a table's name of a model's with.
func inflector(fs []*file) []models.Naming {
	var out []models.Naming
	for f, n := range nodes(fs) {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) != 1 || !f.is(call.Fun, "github.com/uptrace/bun/schema", "SetTableNameInflector") && !f.is(call.Fun, "github.com/go-pg/pg/*", "SetTableNameInflector") {
			continue
		}
		m := f.around(call.Args[0], 0)
		m.Singular = true
		if f.is(call.Args[0], "github.com/jinzhu/inflection", "Plural") {
			m = models.Naming{}
		}
		out = append(out, m)
	}
	return out
}
