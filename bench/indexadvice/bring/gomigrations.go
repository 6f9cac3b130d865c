package bring

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"strings"
)

var reDDL = regexp.MustCompile(`(?im)^\s*(create|alter|drop|comment)\s`)

// goMigrations returns the DDL of a Go file that keeps its migrations in
// string literals, in the order of the file. Literals without DDL (data
// changes, error messages) are left out: on an empty database they do nothing.
func goMigrations(src []byte) (string, error) {
	f, err := parser.ParseFile(token.NewFileSet(), "migrations.go", src, parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	ast.Inspect(f, func(n ast.Node) bool {
		lit, ok := n.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return true
		}
		text, err := strconv.Unquote(lit.Value)
		if err == nil && reDDL.MatchString(text) {
			b.WriteString(strings.TrimRight(strings.TrimSpace(text), ";"))
			b.WriteString(";\n\n")
		}
		return true
	})
	return b.String(), nil
}
