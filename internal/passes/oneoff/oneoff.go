// Package oneoff answers whether code is of a kind that nobody waits for: tests,
// and schema migrations, which run once.
//
// It decides by where the code stands and by types, for one package at a time.
// Code that no migration contains but only migrations call is not known; SQL is
// not looked at (sqlparse does).
package oneoff

import (
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/astutil"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/gofiles"
)

// A Place says in which kind of code something stands.
type Place uint8

// The places.
const (
	Production Place = iota
	Testing          // a _test.go file, or a helper that takes a testing.TB
	Migration        // a schema migration: it runs once
)

// String returns "" for Production.
func (p Place) String() string { return [...]string{"", "test", "migration"}[p] }

// Of returns the kind of code around a position of file f.
func Of(pass *analysis.Pass, f *ast.File, pos token.Pos) Place {
	name := gofiles.Name(pass.Fset, f)
	if strings.HasSuffix(name, "_test.go") {
		return Testing
	}
	base := filepath.Base(name)
	if inMigrations(pass.Pkg.Path()) || migrates(strings.TrimSuffix(base, ".go")) || numbered.MatchString(base) {
		return Migration
	}
	c := checker{pass}
	path, _ := astutil.PathEnclosingInterval(f, pos, pos)
	for i, n := range path {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if c.takesTB(n.Type) || n.Recv != nil && inSuite(c.pass.TypesInfo.TypeOf(n.Recv.List[0].Type), 3) {
				return Testing
			}
			if migrates(n.Name.Name) {
				return Migration
			}
		case *ast.FuncLit:
			if c.takesTB(n.Type) {
				return Testing
			}
			if c.isMigration(path[i+1:]) {
				return Migration
			}
		}
	}
	return Production
}

// numbered are the names that migration tools give to files: a version, and
// what it does.
var numbered = regexp.MustCompile(`^[0-9]{4,}_.+\.go$`)

// inMigrations reports whether a folder of a package's path holds migrations.
// Those of modules that are migration tools do as well.
func inMigrations(pkgPath string) bool {
	for dir := range strings.SplitSeq(strings.TrimSuffix(pkgPath, "_test"), "/") {
		switch dir {
		case "migrations", "migration", "migrate", "dbmigrations", "deltas":
			return true
		}
	}
	return false
}

type checker struct{ pass *analysis.Pass }

// takesTB reports whether a function has a parameter of package testing.
func (c checker) takesTB(ft *ast.FuncType) bool {
	for _, p := range ft.Params.List {
		if strings.HasPrefix(apis.TypeName(c.pass.TypesInfo.TypeOf(p.Type)), "testing.") {
			return true
		}
	}
	return false
}

// inSuite reports whether a type embeds a suite of tests, at most depth levels
// down.
func inSuite(t types.Type, depth int) bool {
	if strings.HasPrefix(apis.TypeName(t), "github.com/stretchr/testify/") {
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
func (c checker) isMigration(around []ast.Node) bool {
	for _, n := range around {
		switch n := n.(type) {
		case *ast.KeyValueExpr, *ast.UnaryExpr, *ast.ParenExpr:
		case *ast.CompositeLit:
			if isMigrationName(apis.TypeName(c.pass.TypesInfo.TypeOf(n))) {
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

// migrates: the name of a function or file begins with the word migrate or
// migration, or ends with migration.
func migrates(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "migrat") ||
		strings.HasSuffix(name, "migration") || strings.HasSuffix(name, "migrations")
}

func isMigrationName(s string) bool { return strings.Contains(strings.ToLower(s), "migration") }
