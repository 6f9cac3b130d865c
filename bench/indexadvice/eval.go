package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/bench/indexadvice/advice"
	"github.com/sqlvet/sqlvet/bench/indexadvice/baseline"
	"github.com/sqlvet/sqlvet/bench/indexadvice/bring"
	"github.com/sqlvet/sqlvet/bench/indexadvice/score"
)

// Names of two of the tools.
const (
	ours = "sqlvet"
	best = "best" // the search
)

// A row is a tool's figures on one workload.
type row struct {
	tool string
	score.Figures
}

// A competitor is a tool with its suggestions, best first.
type competitor struct {
	tool    string
	list    []score.Suggestion
	refused []string
}

// evaluate prints the table of one workload.
func evaluate(ctx context.Context, b *bench, name string) error {
	p, err := b.prepare(ctx, name, true)
	if err != nil {
		return err
	}
	defer p.Close()
	tools, origin, err := b.competitors(ctx, p)
	if err != nil {
		return err
	}
	t := &score.Table{Workload: name, Queries: p.good, Unplanned: p.bad}
	if err := p.Scan("SELECT coalesce(sum(pg_table_size(c.oid)), 0)::bigint >> 20 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "+
		"WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')", &t.MB); err != nil {
		return err
	}
	if t.None, err = b.measure(p, "none", nil); err != nil {
		return err
	}
	for _, c := range b.shortened(tools) {
		m, err := b.measure(p, c.tool, c.list)
		if err != nil {
			return err
		}
		m.Refused = append(m.Refused, c.refused...)
		t.Tools = append(t.Tools, m)
	}
	ideal, err := b.ideal(name)
	if err != nil {
		return err
	}
	t.Judge(ideal)
	if b.update {
		if err := b.writeIdeal(name, t.Ideal); err != nil {
			return err
		}
	}
	t.Write(&b.out, p.human)
	if len(p.human) > 0 {
		human, err := b.measure(p, "human", p.human)
		if err != nil {
			return err
		}
		t.WriteRecovered(&b.out, len(p.human), score.Known(human))
	}
	for _, m := range t.Tools {
		b.rows = append(b.rows, row{m.Tool, t.Figures(m, p.human)})
	}
	b.writeDetails(t, p, origin)
	return nil
}

// shortened keeps the first suggestions of each tool. The maintainers' indexes
// are in no order; those of the search are in the order in which it chose
// them, which is what a perfect ranking could reach.
func (b *bench) shortened(tools []competitor) []competitor {
	if b.topK == 0 {
		return tools
	}
	var out []competitor
	for _, c := range tools {
		if c.tool == best {
			out = append(out, c)
		}
		if c.tool != "human" {
			out = append(out, competitor{fmt.Sprintf("%s, first %d", c.tool, b.topK), score.TopK(c.list, b.topK), c.refused})
		}
	}
	return out
}

// writeDetails prints what one tool lost and wasted, unless the workload is
// kept apart: no one is to see single statements of it.
func (b *bench) writeDetails(t *score.Table, p *prepared, origin map[string][]string) {
	if b.details == 0 || b.topK > 0 {
		return
	}
	if r, ok := bring.Find(p.name); ok && r.Apart {
		return
	}
	find := func(tool string) *score.Measurement {
		i := slices.IndexFunc(t.Tools, func(m *score.Measurement) bool { return m.Tool == tool })
		if i < 0 {
			return t.None
		}
		return t.Tools[i]
	}
	t.WriteDetails(&b.out, find(b.of), find(best), p.human, origin, b.details)
}

// wants reports whether -tools has a tool.
func (b *bench) wants(tool string) bool {
	return b.only == "" || slices.Contains(strings.Split(b.only, ","), tool)
}

// competitors asks every tool. origin says for which statements sqlvet
// suggests an index.
func (b *bench) competitors(ctx context.Context, p *prepared) (list []competitor, origin map[string][]string, err error) {
	if len(p.human) > 0 && b.wants("human") {
		list = append(list, competitor{tool: "human", list: p.human})
	}
	for _, a := range baseline.Algorithms {
		if !b.wants(a.Name) {
			continue
		}
		sg, err := b.baseline(ctx, p, a.Name, a.Suggest)
		if err != nil {
			return nil, nil, err
		}
		list = append(list, competitor{tool: a.Name, list: sg})
	}
	ours, origin, err := b.sqlvetAdvice(p)
	if err != nil {
		return nil, nil, err
	}
	list = append(list, ours)
	for _, pr := range provers {
		if !b.wants(pr.tool) {
			continue
		}
		c, err := b.proved(ctx, p, pr, origin)
		if err != nil {
			return nil, nil, err
		}
		list = append(list, c)
	}
	text, err := os.ReadFile(filepath.Join(b.fixtures, p.name+".best.sql"))
	switch {
	case err == nil:
		sg, refused := score.Parse(p.Catalog, string(text))
		list = append(list, competitor{best, sg, refused})
	case !errors.Is(err, fs.ErrNotExist):
		return nil, nil, err
	}
	return list, origin, nil
}

// sqlvetAdvice asks sqlvet, which sees the stripped schema and the statements,
// and keeps what it said beside them.
func (b *bench) sqlvetAdvice(p *prepared) (competitor, map[string][]string, error) {
	c := competitor{tool: ours}
	ddl, err1 := os.ReadFile(b.path(p.name, "stripped.sql"))
	queries, err2 := os.ReadFile(b.path(p.name, "queries.sql"))
	if err := errors.Join(err1, err2); err != nil {
		return c, nil, err
	}
	a := advice.Suggest(string(ddl), string(queries))
	if err := os.WriteFile(b.path(p.name, "sqlvet.sql"), []byte(a.SQL), 0o644); err != nil {
		return c, nil, err
	}
	for _, problem := range a.Problems {
		fmt.Fprintf(os.Stderr, "%s: sqlvet: %s\n", p.name, problem)
	}
	if len(a.Unread) > 0 {
		fmt.Fprintf(os.Stderr, "%s: sqlvet did not read %s\n", p.name, strings.Join(a.Unread, ", "))
	}
	origin := map[string][]string{}
	for i, sql := range a.Order {
		list, refused := score.Parse(p.Catalog, sql)
		c.refused = append(c.refused, refused...)
		for _, x := range list {
			origin[x.Def] = a.Serves[i]
		}
		c.list = append(c.list, list...)
	}
	return c, origin, nil
}

// finish prints the means and everything that was said.
func (b *bench) finish() error {
	b.means()
	if b.report == "" {
		_, err := io.Copy(os.Stdout, &b.out)
		return err
	}
	return os.WriteFile(b.report, b.out.Bytes(), 0o644)
}

// means prints the means over several workloads, each counting the same;
// unused and precision are shares of all indexes together.
func (b *bench) means() {
	var order []string
	byTool := map[string][]row{}
	for _, r := range b.rows {
		if byTool[r.tool] == nil {
			order = append(order, r.tool)
		}
		byTool[r.tool] = append(byTool[r.tool], r)
	}
	if len(order) == 0 || len(byTool[order[len(order)-1]]) < 2 {
		return
	}
	fmt.Fprint(&b.out, "## mean\n\n| tool | workloads | indexes | unused | refused | RCR | Q-score | >=90% of gain | precision |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, tool := range order {
		var sum score.Figures
		useful := 0.0
		for _, r := range byTool[tool] {
			sum.Indexes += r.Indexes
			sum.Unused += r.Unused
			sum.Refused += r.Refused
			sum.RCR += r.RCR
			sum.Q += r.Q
			sum.Good += r.Good
			if r.Indexes > 0 {
				useful += r.Precision * float64(r.Indexes)
			}
		}
		n, all := float64(len(byTool[tool])), float64(max(sum.Indexes, 1))
		fmt.Fprintf(&b.out, "| %s | %d | %d | %d (%.1f%%) | %d | %.1f%% | %.1f%% | %.1f%% | %.1f%% |\n", tool, len(byTool[tool]), sum.Indexes, sum.Unused,
			100*float64(sum.Unused)/all, sum.Refused, 100*sum.RCR/n, 100*sum.Q/n, 100*sum.Good/n, 100*useful/all)
	}
	fmt.Fprintln(&b.out)
}
