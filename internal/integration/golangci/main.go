// Golangci is golangci-lint with sqlvet as a plugin, by a hand-written main:
// all it needs is the module proxy, where "golangci-lint custom" needs git
// and github.com.
package main

import (
	"fmt"
	"os"
	"runtime"

	"github.com/golangci/golangci-lint/v2/pkg/commands"
	"github.com/golangci/golangci-lint/v2/pkg/exitcodes"

	_ "github.com/sqlvet/sqlvet/plugin"
)

func main() {
	// Without a version, golangci-lint makes the binary itself a part of its
	// cache key. A fixed one would replay what an older sqlvet found.
	info := commands.BuildInfo{GoVersion: runtime.Version(), Version: "(devel)", Commit: "(unknown)", Date: "(unknown)"}
	if err := commands.Execute(info); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitcodes.Failure)
	}
}
