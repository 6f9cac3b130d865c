//go:build unix

package planned

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/indexadvice"
	"github.com/sqlvet/sqlvet/internal/planner"
	"github.com/sqlvet/sqlvet/internal/plans"
)

// A remedy is what makes a statement cheaper: one index, or several that do it
// together.
type remedy struct {
	indexes []*planner.Candidate
	cost    float64
}

// String goes on with a message about a plan of a cost.
func (r *remedy) String(before float64) string {
	var list []string
	for _, x := range r.indexes {
		list = append(list, "CREATE INDEX ON "+x.Definition)
	}
	return fmt.Sprintf("; %s brings the cost from %s to %s", strings.Join(list, " and "), plans.Cost(before), plans.Cost(r.cost))
}

// What a function may return of which nobody said how much.
const (
	fewReturned  = 5
	manyReturned = 100_000
)

// depending returns the faults without those about functions whose number of
// rows does not decide anything: the plan is the same for few and for many.
func (e *explainer) depending(ctx context.Context, j *job, list []plans.Fault) (kept []plans.Fault, err error) {
	box, private := e.server.(*planner.Box)
	for _, f := range list {
		if f.Kind != plans.Function {
			kept = append(kept, f)
			continue
		}
		if !private {
			continue // nothing can be tried
		}
		few, err := box.ExplainReturning(ctx, j.st, f.Node.Function, fewReturned)
		if err != nil {
			return nil, err
		}
		many, err := box.ExplainReturning(ctx, j.st, f.Node.Function, manyReturned)
		if err != nil {
			return nil, err
		}
		if few.Shape() == many.Shape() {
			continue
		}
		f.Message += fmt.Sprintf("; for %d rows, and for %s, it would choose other plans (cost %s and %s)", fewReturned, plans.Number(manyReturned), plans.Cost(few.Cost), plans.Cost(many.Cost))
		kept = append(kept, f)
	}
	return kept, nil
}

const (
	remedySaves = 0.3 // of a statement's cost: less is no remedy
	asGood      = 1.5 // times the cost with all indexes, which one alone may have
	aPage       = 8   // of cost: a row more that is read
)

// remedies finds the indexes that change the plans of the statements that have
// bad ones, by asking the server.
func (e *explainer) remedies(ctx context.Context, box *planner.Box) (map[*job]*remedy, error) {
	var ill []*job
	var statements []indexadvice.Statement
	for _, j := range e.jobs {
		if slices.ContainsFunc(j.faults, func(f plans.Fault) bool { return f.Kind != plans.Offset }) {
			ill = append(ill, j)
			statements = append(statements, e.Statements[j.number])
		}
	}
	out := make(map[*job]*remedy)
	if len(ill) == 0 {
		return out, nil
	}
	var tables []*planner.Table
	var definitions []string
	var of [][]int // the statements of each
	for _, p := range indexadvice.Proposals(e.Schema, statements, e.Opts, 0) {
		if t := box.Table(p.Table.Schema, p.Table.Name); t != nil {
			tables, definitions, of = append(tables, t), append(definitions, p.Definition()), append(of, p.Statements)
		}
	}
	candidates, err := box.Try(ctx, tables, definitions)
	if err != nil {
		return nil, err
	}
	for n, j := range ill {
		var mine []*planner.Candidate
		for i, c := range candidates {
			if c != nil && slices.Contains(of[i], n) {
				mine = append(mine, c)
			}
		}
		if out[j], err = tryAll(ctx, box, j, mine); err != nil {
			return nil, err
		}
	}
	return out, box.Switch(ctx)
}

// tryAll asks for the plan with all candidates, and then with each that it
// uses alone. nil if they do not help.
func tryAll(ctx context.Context, box *planner.Box, j *job, list []*planner.Candidate) (*remedy, error) {
	cost := func(on ...*planner.Candidate) (*plans.Node, error) {
		if err := box.Switch(ctx, on...); err != nil {
			return nil, err
		}
		p, err := box.Explain(ctx, j.st)
		var no *planner.Refusal
		if errors.As(err, &no) {
			return nil, nil // too many at once
		}
		return p, err
	}
	if len(list) == 0 {
		return nil, nil
	}
	p, err := cost(list...)
	if err != nil || p == nil || p.Cost > (1-remedySaves)*j.plan.Cost {
		return nil, err
	}
	best := &remedy{cost: p.Cost}
	for _, name := range p.Indexes() {
		if c := box.Candidate(name); c != nil && !slices.Contains(best.indexes, c) {
			best.indexes = append(best.indexes, c)
		}
	}
	// One index is better than two, and a small one better than a wide one.
	slices.SortStableFunc(list, func(a, b *planner.Candidate) int { return cmp.Compare(a.Pages, b.Pages) })
	for _, c := range list {
		if !slices.ContainsFunc(best.indexes, func(o *planner.Candidate) bool {
			return o.Table == c.Table && (o == c || c.Pages < o.Pages)
		}) {
			continue
		}
		alone, err := cost(c)
		if err != nil {
			return nil, err
		}
		if alone != nil && alone.Cost <= asGood*best.cost+aPage {
			return &remedy{[]*planner.Candidate{c}, alone.Cost}, nil
		}
	}
	return best, nil
}
