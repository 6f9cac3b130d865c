package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"

	"github.com/sqlvet/sqlvet/internal/planner"
	"github.com/sqlvet/sqlvet/internal/plans"
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/stats"
)

const nearCost = 0.1 // of the cost of the filled database

// compareBox plans a workload's statements on its filled database, with the
// maintainers' indexes, and in a box that has the statistics of that, and
// prints how many plans have the same nodes, relations and indexes, and how
// many nearly the same cost.
func compareBox(ctx context.Context, b *bench, name string) (err error) {
	s, err := b.withTheirs(ctx, name)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Exec("SET max_parallel_workers_per_gather = 0"); err != nil { // as in the box
		return err
	}
	p, err := b.prepareIn(s, name, true)
	if err != nil {
		return err
	}
	ddl, err := os.ReadFile(b.path(name, "kept.sql"))
	if err != nil {
		return err
	}
	scripts, digest := schema.ScriptOf("kept.sql", string(ddl))
	for _, values := range []bool{true, false} {
		// Anew: the server has read the files of the first.
		box, err := planner.Open(ctx, planner.Options{Scripts: scripts, Digest: digest})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, box.Close()) }()
		file, err := b.snapshot(ctx, name+kept, name, values)
		if err != nil {
			return err
		}
		f, err := stats.Load(b.path(name, file))
		if err != nil {
			return err
		}
		strange, err := box.Apply(ctx, f)
		if err != nil {
			return err
		}
		if len(strange) > 0 {
			fmt.Fprintf(os.Stderr, "%s: the box does not take %s\n", name, strings.Join(strange, ", "))
		}
		all, same, near := 0, 0, 0
		var details strings.Builder
		for _, q := range p.good {
			if len(q.Info.Tables) == 0 {
				continue // on the system's catalog, whose statistics nobody exports
			}
			all++
			raw, err := s.Raw(q)
			if err != nil {
				return err
			}
			real, err := plans.Parse([]byte(raw))
			if err != nil {
				return err
			}
			boxed, err := box.Explain(ctx, &planner.Statement{Text: q.Text, Params: q.Params})
			if no, ok := errors.AsType[*planner.Refusal](err); ok {
				fmt.Fprintf(&details, "- **%s**: the box says %s\n", q.Name, no)
				continue
			} else if err != nil {
				return err
			}
			if real.Shape() == boxed.Shape() {
				same++
			} else {
				fmt.Fprintf(&details, "- **%s**: costs %.1f, %.1f in the box\n    - `%s`\n    - `%s`\n", q.Name, real.Cost, boxed.Cost, real.Shape(), boxed.Shape())
			}
			if math.Abs(real.Cost-boxed.Cost) <= nearCost*real.Cost {
				near++
			} else if real.Shape() == boxed.Shape() {
				fmt.Fprintf(&details, "- **%s**: costs %.1f, %.1f in the box, the same plan\n", q.Name, real.Cost, boxed.Cost)
			}
		}
		n := float64(all)
		fmt.Fprintf(&b.out, "%s, -values=%t: %d statements, %d plans the same (%.1f %%), %d costs within a tenth (%.1f %%)\n", name, values, all,
			same, 100*float64(same)/n, near, 100*float64(near)/n)
		if b.details > 0 && values {
			b.out.WriteString(details.String())
		}
	}
	return nil
}
