// Sqlvet finds slow database code in Go programs. "sqlvet help" tells how to
// use it. It is also a vet tool: go vet -vettool=$(which sqlvet) ./...
package main

import (
	"os"

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/driver"
)

func main() {
	os.Exit(driver.Main(analyzers.Rules, os.Args[1:]))
}
