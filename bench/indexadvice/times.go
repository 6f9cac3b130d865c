package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"github.com/sqlvet/sqlvet/bench/indexadvice/planner"
	"github.com/sqlvet/sqlvet/bench/indexadvice/score"
)

const (
	repetitions = 3     // the best counts
	timeout     = 20000 // ms a statement; one that is ended counts as this long
	noticeable  = 1.0   // ms without indexes; faster statements are left out of the ratio
)

// timeQueries runs the SELECTs that have values for all parameters with each
// tool's indexes, and prints times instead of costs.
func timeQueries(ctx context.Context, b *bench, name string) error {
	p, err := b.prepare(ctx, name, false)
	if err != nil {
		return err
	}
	defer p.Close()
	tools, _, err := b.competitors(ctx, p)
	if err != nil {
		return err
	}
	var list []*planner.Query
	for _, q := range p.good {
		if q.Info.Kind == "select" && q.Params == 0 {
			list = append(list, q)
		}
	}
	if err := p.Exec(fmt.Sprintf("SET statement_timeout = %d", timeout)); err != nil {
		return err
	}
	none, err := measureTimes(p, list, nil)
	if err != nil {
		return err
	}
	fmt.Fprintf(&b.out, "## %s: time of %d SELECTs\n\n| tool | sum ms | time ratio (geo) of those above %g ms |\n|---|---:|---:|\n", name, len(list), noticeable)
	for _, c := range append([]competitor{{tool: "none"}}, tools...) {
		times, err := measureTimes(p, list, c.list)
		if err != nil {
			return err
		}
		sum, logs, n := 0.0, 0.0, 0.0
		for i, t := range times {
			sum += t
			if none[i] > noticeable {
				logs += math.Log(math.Max(t, 0.01) / none[i])
				n++
			}
		}
		fmt.Fprintf(&b.out, "| %s | %.1f | %.3f |\n", c.tool, sum, math.Exp(logs/math.Max(n, 1)))
	}
	fmt.Fprintln(&b.out)
	return nil
}

// measureTimes returns the execution time of each statement in ms.
func measureTimes(p *prepared, list []*planner.Query, indexes []score.Suggestion) ([]float64, error) {
	var times []float64
	err := p.Try(func() error {
		for _, x := range indexes {
			if err := p.Attempt("CREATE INDEX " + x.Def); err != nil {
				continue // counted by eval
			}
		}
		for _, q := range list {
			lowest := float64(timeout)
			for range repetitions {
				t, ok, err := executionTime(p, q)
				if err != nil {
					return err
				}
				if !ok {
					break
				}
				lowest = math.Min(lowest, t)
			}
			times = append(times, lowest)
		}
		return nil
	})
	return times, err
}

// executionTime runs a statement; ok is false if it was ended or failed.
func executionTime(p *prepared, q *planner.Query) (ms float64, ok bool, err error) {
	var raw string
	if p.Try(func() error { return p.Scan("EXPLAIN (ANALYZE, TIMING OFF, FORMAT json) "+q.Text, &raw) }) != nil {
		return 0, false, nil
	}
	var out []struct {
		Time float64 `json:"Execution Time"`
	}
	if err := json.Unmarshal([]byte(raw), &out); err != nil || len(out) == 0 {
		return 0, false, fmt.Errorf("EXPLAIN of %s: %v", q.Name, err)
	}
	return out[0].Time, true, nil
}
