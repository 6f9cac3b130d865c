package nplusone

import (
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/ast/astutil"
)

// A place says of a call in which kind of code it stands that nobody waits
// for.
type place uint8

const (
	production place = iota
	testing          // a _test.go file, or a helper that takes a testing.TB
	migration        // a schema migration: it runs once
)

// placeOf returns the kind of code around a call.
func (c *checker) placeOf(f *ast.File, call *ast.CallExpr) place {
	name := c.pass.Fset.File(f.FileStart).Name()
	if strings.HasSuffix(name, "_test.go") {
		return testing
	}
	switch filepath.Base(filepath.Dir(name)) {
	case "migrations", "migration":
		return migration
	}
	if migrates(strings.TrimSuffix(filepath.Base(name), ".go")) {
		return migration
	}
	path, _ := astutil.PathEnclosingInterval(f, call.Pos(), call.Pos())
	for i, n := range path {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if c.takesTB(n.Type) || n.Recv != nil && inSuite(c.pass.TypesInfo.TypeOf(n.Recv.List[0].Type), 3) {
				return testing
			}
			if migrates(n.Name.Name) {
				return migration
			}
		case *ast.FuncLit:
			if c.takesTB(n.Type) {
				return testing
			}
			if c.isMigration(path[i+1:]) {
				return migration
			}
		}
	}
	return production
}

// takesTB reports whether a function has a parameter of package testing.
func (c *checker) takesTB(ft *ast.FuncType) bool {
	for _, p := range ft.Params.List {
		if strings.HasPrefix(typeName(c.pass.TypesInfo.TypeOf(p.Type)), "testing.") {
			return true
		}
	}
	return false
}

// inSuite reports whether a type embeds a suite of tests, at most depth levels
// down.
func inSuite(t types.Type, depth int) bool {
	if strings.HasPrefix(typeName(t), "github.com/stretchr/testify/") {
		return true
	}
	if ptr, ok := types.Unalias(t).(*types.Pointer); ok {
		t = ptr.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok || depth == 0 {
		return false
	}
	for f := range s.Fields() {
		if f.Embedded() && inSuite(f.Type(), depth-1) {
			return true
		}
	}
	return false
}

// isMigration reports whether a function literal, of which around are the
// nodes outward, is an entry of a table of migrations: of a type with that
// name, or of a variable.
func (c *checker) isMigration(around []ast.Node) bool {
	for _, n := range around {
		switch n := n.(type) {
		case *ast.KeyValueExpr, *ast.UnaryExpr, *ast.ParenExpr:
		case *ast.CompositeLit:
			if isMigrationName(typeName(c.pass.TypesInfo.TypeOf(n))) {
				return true
			}
		case *ast.ValueSpec:
			return len(n.Names) > 0 && isMigrationName(n.Names[0].Name)
		case *ast.AssignStmt:
			id, ok := n.Lhs[0].(*ast.Ident)
			return ok && n.Tok == token.DEFINE && isMigrationName(id.Name)
		default:
			return false
		}
	}
	return false
}

// typeName returns "import/path.Name" of a named type or a pointer to one.
func typeName(t types.Type) string {
	if ptr, ok := types.Unalias(t).(*types.Pointer); ok {
		t = ptr.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return ""
	}
	return named.Obj().Pkg().Path() + "." + named.Obj().Name()
}

// migrates: the name of a function or file begins with the word migrate or
// migration, or ends with migration.
func migrates(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "migrat") ||
		strings.HasSuffix(name, "migration") || strings.HasSuffix(name, "migrations")
}

func isMigrationName(s string) bool { return strings.Contains(strings.ToLower(s), "migration") }
