// Command corpus runs sqlvet over code that nobody here wrote.
//
//	go run ./internal/cmd/corpus check [-base BINARY] [-third K] [-repos DIR] [flags]
//	go run ./internal/cmd/corpus read  [-rule NAME] [-n 60] [-repos DIR] [flags]
//	go run ./internal/cmd/corpus table
//	go run ./internal/cmd/corpus cost  [-n 3] [-grow 50,500,2000] [flags] MODULE...
//	go run ./internal/cmd/corpus stable [-cold 5] [-parallel 16] [flags] MODULE...
//	go run ./internal/cmd/corpus cases -cases FILE [-negatives FILE] -repos DIR [flags] [-- flags of sqlvet]
//
// check answers what a change does to the findings on real projects: those of
// this build are compared with a base's and with the labels that people gave
// them. Its exit code is 1 if a finding that somebody found right and useful is
// lost, or one that is known to be wrong is back.
//
// read prints findings that have no label yet, with the source around them, as
// lines of labels.tsv to be judged: this is how a label is made.
//
// table prints the precision of each rule by the labels, as docs/benchmarks.md
// shows it.
//
// cost prints the CPU time and the largest process of sqlvet and of plain go vet,
// cold, warm and after one file has changed, for modules in folders; with -grow
// the CPU per package of generated modules. On a machine that does other work
// numbers are worth little.
//
// stable answers whether all runs over a module print the same bytes, with an
// empty cache and at the same time, with and without cgo, and whether a rule
// fails. Its exit code is 1 if not.
//
// cases answers how many bugs that people found and mended sqlvet finds.
//
// Projects are listed in projects.jsonl with commit and licence. They are found
// below -repos as git repositories, owner+name/repo, owner+name or owner/name,
// which are read and never written; others come from the module proxy, as
// go mod download gets them. Nothing of them is kept in this repository.
//
// The exit code is 2 if a command could not run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
)

// errRegression: findings are worse than the labels say they were.
var errRegression = errors.New("findings are worse than the labels")

// verbs are the commands by their names.
var verbs = map[string]func(ctx context.Context, args []string, stdout, notes io.Writer) error{
	"check": checkCommand,
	"read":  readCommand,
	"table": tableCommand,
	"cases": casesCommand,

	"cost":   costCommand,
	"stable": stableCommand,
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := dispatch(ctx, os.Args[1:], os.Stdout, os.Stderr)
	if err == nil {
		return
	}
	if !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "corpus:", err)
	}
	if errors.Is(err, errRegression) || errors.Is(err, errUnstable) {
		os.Exit(1)
	}
	os.Exit(2)
}

func dispatch(ctx context.Context, args []string, stdout, notes io.Writer) error {
	if len(args) == 0 {
		return errors.New("check, read, table, cost, stable or cases?")
	}
	verb := verbs[args[0]]
	if verb == nil {
		return fmt.Errorf("no command %q: check, read, table, cost, stable or cases", args[0])
	}
	return verb(ctx, args[1:], stdout, notes)
}
