// Sqlvet finds slow database code in Go programs. "sqlvet help" tells how to
// use it. It is also a vet tool: go vet -vettool=$(which sqlvet) ./...
package main

import (
	"os"

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/driver"
	"github.com/sqlvet/sqlvet/internal/gopls"
)

func main() {
	args := os.Args[1:]
	if gopls.Named(os.Args[0]) {
		args = append([]string{"gopls"}, args...)
	}
	os.Exit(driver.Main(analyzers.Rules, args))
}
