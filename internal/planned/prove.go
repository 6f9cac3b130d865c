//go:build unix

package planned

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/indexadvice"
	"github.com/sqlvet/sqlvet/internal/indexsearch"
	"github.com/sqlvet/sqlvet/internal/pgserver"
	"github.com/sqlvet/sqlvet/internal/planner"
	"github.com/sqlvet/sqlvet/internal/report"
	"github.com/sqlvet/sqlvet/internal/run"
	"github.com/sqlvet/sqlvet/internal/stats"
	"github.com/sqlvet/sqlvet/internal/workload"
)

// sureIfAssumed is the share of a statement's cost that an index must save
// where rows are assumed: as much as they may be wrong.
const sureIfAssumed = 0.4

// width is the number of columns up to which all orders are tried.
const width = 3

// Proved replaces the advice of the workloads by what PostgreSQL's planner
// chooses of many more indexes.
func Proved(c *cli.Command, all *workload.Loads, pf ProveFlags) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	for _, w := range all.Loads {
		col := run.NewCollection(".", false)
		e := &explainer{Workload: w, col: col, skipped: make(map[string]int)}
		box, err := e.openBox(ctx, pf.ExplainFlags)
		if pf.Mode == ProveAuto && errors.Is(err, pgserver.ErrNone) {
			w.Advice = indexadvice.Advise(w.Schema, w.Statements, w.Opts)
			continue
		} else if err != nil {
			return err
		}
		err = prove(c, ctx, e, box, pf.Budget)
		for _, note := range col.Notes {
			fmt.Fprintf(c.Stderr, "sqlvet: %s\n", note)
		}
		if err = errors.Join(err, box.Close()); err != nil {
			return err
		}
	}
	return nil
}

// prove searches in one box.
func prove(c *cli.Command, ctx context.Context, e *explainer, box *planner.Box, budget time.Duration) error {
	start := time.Now()
	p := &prover{explainer: e, box: box, queryOf: make(map[int]int)}
	if err := p.load(ctx); err != nil {
		return err
	}
	if err := p.propose(ctx); err != nil {
		return err
	}
	bar := cli.NewBar(1000, "asking PostgreSQL")
	o := indexsearch.Options{Step: func(done float64) { _ = bar.Set(int(1000 * done)) }} // a bar that cannot be drawn is none
	if e.assumed {
		o.Sure = sureIfAssumed
	}
	if budget > 0 {
		o.Until = start.Add(budget)
	}
	found, err := indexsearch.Search(ctx, box, p.queries, p.choices, o)
	_ = bar.Finish()
	if err != nil {
		return err
	}
	p.advise(found)
	on := "assumed row counts"
	if !e.assumed {
		on = "the row counts of " + stats.Name
	}
	note := fmt.Sprintf("%s and %d %s tried in %d plans of PostgreSQL %s on %s, %.1f s", report.Count(len(p.queries), "statement"), len(p.choices), map[bool]string{true: "index", false: "indexes"}[len(p.choices) == 1], found.Planned, box.Version(), on, time.Since(start).Seconds())
	if found.Cut {
		note += "; not all was tried (-budget)"
	}
	for _, why := range slices.Sorted(maps.Keys(e.skipped)) {
		note += fmt.Sprintf("; %d %s", e.skipped[why], why)
	}
	e.col.Notes = append(e.col.Notes, note)
	return nil
}

// A prover prepares a search and reads its result.
type prover struct {
	*explainer
	box        *planner.Box
	statements []indexadvice.Statement // the workload's, then those that foreign keys imply
	implied    []*indexadvice.Implication
	queries    []*indexsearch.Query
	numbers    []int       // of the statement of each query
	queryOf    map[int]int // the other way round
	proposals  []*indexadvice.Proposal
	choices    []*indexsearch.Choice
}

// load makes queries of the statements that the server plans: a text that
// stands at several places is planned once.
func (p *prover) load(ctx context.Context) error {
	own := p.explainer.Workload.Statements
	p.implied = indexadvice.Implied(p.Schema, own)
	p.statements = slices.Clone(own)
	texts := slices.Clone(p.Texts)
	for _, m := range p.implied {
		p.statements = append(p.statements, m.Statement)
		texts = append(texts, m.SQL)
	}
	calls := p.calls()
	seen := make(map[string]int)
	for i, st := range p.statements {
		if st.Model == nil || texts[i] == "" || !slices.Contains(plannable, st.Model.Kind) {
			continue
		}
		key := fmt.Sprint(texts[i], st.Bound)
		if q, ok := seen[key]; ok {
			p.queryOf[i] = q
			p.queries[q].Weight += p.weight(i, calls)
			continue
		}
		if i < len(own) && p.explainer.Queries[i].Dialect != "" && p.explainer.Queries[i].Dialect != "postgres" {
			p.skipped["of another database"]++
			continue
		}
		prepared, err := p.box.Prepare(ctx, texts[i], st.Bound)
		if err == nil {
			_, err = p.box.Explain(ctx, prepared)
		}
		var no *planner.Refusal
		if errors.As(err, &no) {
			p.skipped["not planned: "+no.Message]++
			continue
		} else if err != nil {
			return err
		}
		seen[key], p.queryOf[i] = len(p.queries), len(p.queries)
		p.queries = append(p.queries, &indexsearch.Query{Statement: prepared, Weight: p.weight(i, calls)})
		p.numbers = append(p.numbers, i)
	}
	return nil
}

// calls returns how often statements of a fingerprint were run in production,
// and the mean; nil if that is not known.
func (p *prover) calls() map[string]float64 {
	if p.Opts.Stats == nil || len(p.Opts.Stats.Statements) == 0 {
		return nil
	}
	sum := 0.0
	out := make(map[string]float64)
	for _, s := range p.Opts.Stats.Statements {
		out[s.Fingerprint] += float64(s.Calls)
		sum += float64(s.Calls)
	}
	for f := range out {
		out[f] /= max(sum/float64(len(out)), 1)
	}
	return out
}

// weight is how often a statement runs in relation to the others: at least a
// tenth, since a report that is run once a day is waited for as well.
func (p *prover) weight(i int, calls map[string]float64) float64 {
	if w := p.statements[i].Weight; w > 0 {
		return w
	}
	if calls == nil || i >= len(p.explainer.Queries) {
		return 1
	}
	return min(max(calls[p.explainer.Queries[i].Fingerprint], 0.1), 10)
}

// propose makes the candidates.
func (p *prover) propose(ctx context.Context) error {
	var tables []*planner.Table
	var definitions []string
	for _, x := range indexadvice.Proposals(p.Schema, p.statements, p.Opts, width) {
		t := p.box.Table(x.Table.Schema, x.Table.Name)
		if t == nil || t.Rows < smallTable {
			continue
		}
		p.proposals = append(p.proposals, x)
		tables, definitions = append(tables, t), append(definitions, x.Definition())
	}
	made, err := p.box.Try(ctx, tables, definitions)
	if err != nil {
		return err
	}
	// On guessed rows two who judge by different things are believed more
	// than one.
	wanted := make(map[string]bool)
	if p.assumed {
		for _, x := range indexadvice.Advise(p.Schema, p.Workload.Statements, p.Opts).Indexes {
			wanted[x.Definition()] = true
		}
	}
	var kept []*indexadvice.Proposal
	for i, x := range p.proposals {
		if made[i] == nil {
			continue
		}
		c := &indexsearch.Choice{Candidate: made[i], Keys: x.Keys, Plain: x.Plain, Wanted: wanted[x.Definition()]}
		for _, n := range x.Statements {
			if q, ok := p.queryOf[n]; ok && !slices.Contains(c.Queries, q) {
				c.Queries = append(c.Queries, q)
			}
		}
		inserts, updates := x.Written(p.statements)
		c.Writes = float64(inserts + 2*updates)
		kept = append(kept, x)
		p.choices = append(p.choices, c)
	}
	p.proposals = kept
	return nil
}

// smallTable is the number of rows below which no index is tried.
const smallTable = 1000

// advise makes the workload's advice of what was found.
func (p *prover) advise(found *indexsearch.Result) {
	w := p.explainer.Workload
	w.Proof = &workload.Proof{
		Version: p.box.Version(), Used: found.Used,
		Costs: make(map[*indexadvice.Suggestion][][2]float64), Pages: make(map[*indexadvice.Suggestion]int64),
	}
	var chosen []*indexadvice.Proposal
	for _, x := range found.Indexes {
		pr := p.proposals[slices.Index(p.choices, x.Choice)]
		chosen = append(chosen, pr)
		s := pr.Suggestion
		s.Confidence = 80
		if !p.assumed {
			s.Confidence = 95
		}
		s.Inserts, s.Updates = pr.Written(p.statements)
		for _, u := range x.Serves {
			saves := (u.Before - u.After) / u.Before
			s.Benefit += saves * p.queries[u.Query].Weight
			add := func(statement int, key bool) {
				s.Serves = append(s.Serves, indexadvice.Use{Statement: statement, Saves: saves, ForeignKey: key})
				w.Proof.Costs[s] = append(w.Proof.Costs[s], [2]float64{u.Before, u.After})
			}
			for i := range p.statements {
				if q, ok := p.queryOf[i]; !ok || q != u.Query {
					continue
				}
				if n := i - len(w.Statements); n >= 0 {
					for _, of := range p.implied[n].Statements {
						add(of, true)
					}
				} else {
					add(i, false)
				}
			}
		}
		w.Proof.Pages[s] = x.Pages
		w.Advice.Indexes = append(w.Advice.Indexes, s)
	}
	indexadvice.NameAll(w.Schema, chosen)
}
