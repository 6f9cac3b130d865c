// Indexadvice measures how good index suggestions are, those of sqlvet and
// those of others, on real schemas and statements and with PostgreSQL's own
// planner. See README.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/sqlvet/sqlvet/bench/indexadvice/bring"
)

const usage = `usage: indexadvice [flags] COMMAND ...

	list                  the workloads and where they come from
	bring NAME CLONE      make a workload of a checkout of its repository
	load NAME...          make the workload's database: schema, rows, statistics
	search NAME...        look for the best indexes there are (minutes to an hour)
	eval NAME...          compare the tools; loads what is not loaded
	kept NAME...          what sqlvet says with the maintainers' own indexes in place
	fidelity NAME...      compare the plans of the database with those of a box that has its statistics
	time NAME...          run the statements instead of costing them
	examples FOLDER       check worked examples (schema.sql, data.sql, examples.txt) with the planner

flags:
`

// options are the flags.
type options struct {
	workloads string
	cluster   string
	fixtures  string
	sqlvet    string
	budget    time.Duration
	cover     bool
	update    bool
	topK      int
	generic   bool
	details   int
	report    string
	only      string
	of        string
}

func main() {
	var o options
	flag.StringVar(&o.workloads, "workloads", "workloads", "`folder` of the workloads")
	flag.StringVar(&o.cluster, "cluster", "", "`folder` of the PostgreSQL cluster, kept for the next run (default a temporary one)")
	flag.StringVar(&o.fixtures, "fixtures", "testdata", "`folder` of what search found")
	flag.StringVar(&o.sqlvet, "sqlvet", "sqlvet", "the sqlvet `command`, for bring, and for eval and kept to ask with -prove")
	flag.DurationVar(&o.budget, "budget", 0, "search, and what sqlvet index -prove is given: end after this `time` with what was found; 0 for no bound")
	flag.BoolVar(&o.cover, "cover", false, "search: try indexes with INCLUDE, too")
	flag.BoolVar(&o.update, "update", false, "eval: keep the lowest costs seen in the fixtures")
	flag.IntVar(&o.topK, "top", 0, "eval: only the first `n` suggestions of each tool")
	flag.BoolVar(&o.generic, "generic", false, "leave parameters unknown to the planner")
	flag.IntVar(&o.details, "details", 0, "eval: print the `n` largest losses of one tool, and all it wastes; kept, fidelity: print what is wrong")
	flag.StringVar(&o.report, "o", "", "eval: write to `file`")
	flag.StringVar(&o.of, "of", ours, "eval: the `tool` that -details is about")
	flag.StringVar(&o.only, "tools", "", "eval: comma-separated `list` of tools (default all)")
	flag.Usage = func() {
		fmt.Fprint(os.Stderr, usage)
		flag.PrintDefaults()
	}
	flag.Parse()
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	err := run(ctx, o, flag.Args())
	if errors.Is(err, flag.ErrHelp) {
		flag.Usage()
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "indexadvice:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options, args []string) (err error) {
	if len(args) == 0 {
		return flag.ErrHelp
	}
	command, args := args[0], args[1:]
	switch command {
	case "list":
		for _, r := range bring.Recipes {
			apart := ""
			if r.Apart {
				apart = "kept apart: "
			}
			fmt.Printf("%-10s https://github.com/%s at %s\n           %s%s\n", r.Name, r.Repo, r.Commit, apart, r.Why)
		}
		return nil
	case "bring":
		if len(args) != 2 {
			return flag.ErrHelp
		}
		r, ok := bring.Find(args[0])
		if !ok {
			return fmt.Errorf("no workload %s", args[0])
		}
		return r.Write(args[1], o.sqlvet, o.dir(r.Name))
	}
	commands := map[string]func(context.Context, *bench, string) error{
		"load": loadWorkload, "search": searchBest, "eval": evaluate, "time": timeQueries, "examples": checkExamples, "kept": evaluateKept, "fidelity": compareBox,
	}
	f := commands[command]
	if f == nil || len(args) == 0 {
		return flag.ErrHelp
	}
	srv, err := startServer(ctx, o.cluster)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, srv.Stop()) }()
	b := &bench{options: o, server: srv}
	for _, name := range args {
		if err := f(ctx, b, name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return b.finish()
}
